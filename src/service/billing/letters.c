#include <string.h>

#include "base/log.h"
#include "driver/store/members.h"
#include "format/mail/mail.h"
#include "service/billing/inside.h"

enum { SUBJECT_MAX = 512, TEXT_MAX = 16 * 1024 };

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

static enum err write_message(struct billing *b, const struct letter_facts *facts,
                              enum letter_kind kind, const struct store_letter *letter,
                              struct buf *out)
{
    struct buf subject, text;
    buf_init(&subject, SUBJECT_MAX);
    buf_init(&text, TEXT_MAX);
    letter_subject(kind, facts, &subject);
    letter_text(kind, facts, &text);
    enum err err = subject.err != OK ? subject.err : text.err;
    if (err == OK)
        err = mail_write(
            &(struct mail_message){ .id = letter->id.s,
                                    .date = letter->created,
                                    .from_name = b->params.service_name,
                                    .from = b->params.mail_from,
                                    .to = letter->to,
                                    .subject = buf_string(&subject),
                                    .language = letter_is_french(facts->language) ? "fr" : "en",
                                    .text = buf_string(&text) },
            out);
    buf_finish(&subject);
    buf_finish(&text);
    return err;
}

static const char *plan_name(struct billing *b, const struct billing_facts *facts,
                             const struct billing_letter *ask)
{
    const struct plan *plan = ask->plan != NULL ? billing_plan(facts, ask->plan) : NULL;
    if (plan == NULL)
        return ask->plan != NULL && ask->plan[0] != 0 ? b->params.plan_name : NULL;
    return letter_is_french(ask->member->language) ? plan->name_fr : plan->name_en;
}

bool billing_letter_of(struct billing *b, struct arena *arena, const struct billing_facts *facts,
                       const struct billing_letter *ask, utc_time now, struct store_letter *out)
{
    struct buf message;
    struct letter_facts f = { .service = b->params.service_name,
                              .home = b->params.mail_home,
                              .language = ask->member->language,
                              .amount = ask->amount,
                              .when = ask->when,
                              .zone = billing_zone(facts, arena, ask->member->territory),
                              .plan = plan_name(b, facts, ask),
                              .title = ask->title,
                              .partner = ask->partner,
                              .at = now };
    *out = (struct store_letter){ .kind = letter_kind_name(ask->kind),
                                  .member = ask->member->id,
                                  .to = ask->member->email,
                                  .created = now };
    billing_id_new(out->id.s);
    if (ask->path != NULL)
        f.link = arena_printf(arena, "%s%s", b->params.mail_home, ask->path);
    buf_init(&message, MAIL_MESSAGE_MAX);
    enum err err = write_message(b, &f, ask->kind, out, &message);
    if (err == OK) {
        const char *of = arena_printf(arena, "letter %s", out->id.s);
        uint8_t *sealed = arena_alloc(arena, message.size + SECRET_EXTRA);
        secret_seal(b->params.secret_key, of, message.data, message.size, sealed);
        out->sealed = sealed;
        out->sealed_size = message.size + SECRET_EXTRA;
    } else {
        log_warning("billing", "a letter (%s) to member %s cannot be written: %s", out->kind,
                    ask->member->id.s, err_text(err));
    }
    buf_finish(&message);
    return err == OK;
}

bool billing_letter(struct billing *b, struct arena *arena, const struct billing_letter *ask,
                    struct store_letter *out)
{
    struct billing_facts facts;
    enum err err = billing_facts_read(b, arena, &facts);
    if (err != OK) {
        log_warning("billing", "a letter to member %s cannot be written: %s", ask->member->id.s,
                    err_text(err));
        return false;
    }
    return billing_letter_of(b, arena, &facts, ask, clock_now(), out);
}
