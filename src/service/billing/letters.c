#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "driver/store/members.h"
#include "service/billing/inside.h"

const struct member *billing_reader(struct billing *b, struct arena *arena,
                                    struct billing_reader *reader, member_id id)
{
    if (!reader->was_read || memcmp(reader->id.s, id.s, sizeof id.s) != 0) {
        enum err err = store_member_get(b->params.store, arena, id, &reader->member);
        reader->id = id;
        reader->was_read = true;
        reader->is_there = err == OK;
        if (err != OK && err != ERR_NOT_FOUND)
            log_warning("billing", "member %s cannot be read: %s", id.s, err_text(err));
    }
    return reader->is_there ? &reader->member : NULL;
}

void billing_letter_of(struct arena *arena, const struct billing_letter *ask, utc_time now,
                       struct store_letter *out)
{
    struct store_letter_facts *f = ARENA_NEW(arena, struct store_letter_facts);
    *f = (struct store_letter_facts){ .when = ask->when,
                                      .title = ask->title,
                                      .partner = ask->partner };
    if (ask->amount != NULL)
        f->amount = *ask->amount;
    if (ask->plan != NULL)
        (void)!text_copy(f->plan, sizeof f->plan, ask->plan);
    (void)!text_copy(f->territory, sizeof f->territory, ask->member->territory);
    *out = (struct store_letter){
        .kind = letter_kind_name(ask->kind), .member = ask->member->id, .facts = f, .created = now
    };
    billing_id_new(out->id.s);
}
