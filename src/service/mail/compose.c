#include "service/mail/compose.h"

#include <stdio.h>
#include <string.h>

#include "driver/store/billing.h"
#include "driver/store/territories.h"
#include "format/mail/mail.h"
#include "rules/members/letter.h"

enum { SUBJECT_MAX = 512, TEXT_MAX = 16 * 1024 };

/* The plan's name in the language; one that is on no list any more has the name of the one plan. */
static enum err plan_name(const struct mail_service_params *p, struct arena *arena,
                          const struct store_letter *l, const char **out)
{
    struct plan *plans;
    size_t n = 0;
    *out = NULL;
    if (l->facts->plan[0] == 0)
        return OK;
    enum err err = store_plans_list(p->store, arena, &plans, &n);
    *out = p->plan_name;
    for (size_t i = 0; err == OK && i < n; i++) {
        if (strcmp(plans[i].code, l->facts->plan) == 0)
            *out = letter_is_french(l->language) ? plans[i].name_fr : plans[i].name_en;
    }
    return err;
}

static enum err read_facts(const struct mail_service_params *p, struct arena *arena,
                           const struct store_letter *l, struct letter_facts *out)
{
    const struct store_letter_facts *f = l->facts;
    struct territory territory;
    *out = (struct letter_facts){ .service = p->name,
                                  .home = p->home,
                                  .language = l->language,
                                  .link = arena_printf(arena, "%s/account", p->home),
                                  .amount = f->amount.currency[0] != 0 ? &f->amount : NULL,
                                  .when = f->when,
                                  .title = f->title,
                                  .partner = f->partner,
                                  .at = l->created };
    enum err err = plan_name(p, arena, l, &out->plan);
    if (err == OK)
        err = store_territory_get(p->store, arena, f->territory, &territory);
    if (err == OK)
        out->zone = territory_zone(&territory);
    return err;
}

static enum err write_message(const struct mail_service_params *p, const struct store_letter *l,
                              enum letter_kind kind, const struct letter_facts *facts,
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
            &(struct mail_message){ .id = l->id.s,
                                    .date = l->created,
                                    .from_name = p->name,
                                    .from = p->from,
                                    .to = l->to,
                                    .subject = buf_string(&subject),
                                    .language = letter_is_french(facts->language) ? "fr" : "en",
                                    .text = buf_string(&text) },
            out);
    buf_finish(&subject);
    buf_finish(&text);
    return err;
}

enum err mail_compose(const struct mail_service_params *p, struct arena *arena,
                      const struct store_letter *l, const void **data, size_t *n,
                      char why[MAIL_WHY_TEXT])
{
    struct letter_facts facts;
    enum letter_kind kind;
    struct buf message;
    if (!letter_kind_parse(l->kind, &kind)) {
        snprintf(why, MAIL_WHY_TEXT, "this version knows no letter %s", l->kind);
        return ERR_DENIED;
    }
    enum err err = read_facts(p, arena, l, &facts);
    if (err != OK)
        return err;
    buf_init(&message, MAIL_MESSAGE_MAX);
    err = write_message(p, l, kind, &facts, &message);
    if (err == OK) {
        *data = arena_strndup(arena, buf_string(&message), message.size); /* a text */
        *n = message.size;
    } else {
        snprintf(why, MAIL_WHY_TEXT, "it cannot be written: %s", err_text(err));
        err = ERR_DENIED;
    }
    buf_finish(&message);
    return err;
}
