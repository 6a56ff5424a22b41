/* Direct debits, looked at: files and mandates. */
#include <string.h>

#include "app/commands.h"
#include "app/list.h"
#include "app/member_find.h"
#include "app/sepa.h"
#include "app/serve_billing.h"
#include "driver/store/members.h"

const struct app_option options_sepa_mandates[] = {
    { "member", "EMAIL", "whose", false },
    { 0 },
};
const struct app_option options_member_mandate[] = {
    { "iban", "IBAN", "the account that is debited", false },
    { "holder", "NAME", "whose it is", false },
    { 0 },
};

static enum err put_batches(struct app *app, void *context, struct arena *arena, const char *after,
                            struct json_writer *w, const char **next)
{
    struct store_sepa_batch *batches = NULL;
    size_t n = 0;
    (void)context;
    enum err err = store_sepa_batches_list(app->store, arena, after, 200, &batches, &n, next);
    for (size_t i = 0; err == OK && i < n; i++) {
        const struct store_sepa_batch *b = &batches[i];
        char due[CIVIL_DAY_TEXT], sum[MONEY_TEXT];
        if (app->is_json) {
            json_object(w, NULL);
            sepa_batch_json(b, w);
            json_end(w);
            continue;
        }
        civil_day_format(b->due, due);
        money_format(&(struct money){ b->sum, "EUR" }, sum);
        buf_printf(w->out, "%s  %-7s  due %s  %6zu debits  %14s", b->id.s, sepa_batch_state(b), due,
                   b->n, sum);
        buf_printf(w->out, "  %zu settled, %zu returned, %zu rejected%s%s\n",
                   b->in_state[SEPA_DEBIT_SETTLED], b->in_state[SEPA_DEBIT_RETURNED],
                   b->in_state[SEPA_DEBIT_REJECTED], b->why[0] != 0 ? "  " : "", b->why);
    }
    return err;
}

int cmd_sepa_list(struct app *app)
{
    int code = app_open(app);
    return code == EXIT_OK ? app_list(app, put_batches, NULL, "the files cannot be listed") : code;
}

/* ---- mandates ----------------------------------------------------------------------------------
 */

static const char *state_of(const struct store_sepa_mandate *m)
{
    return m->dead.us != 0 ? "dead" : m->means.removed.us != 0 ? "removed" : "lives";
}

static void put_mandate(const struct store_sepa_mandate *m, struct json_writer *w)
{
    json_object(w, NULL);
    json_text(w, "id", m->means.id.s);
    json_text(w, "member", m->means.member.s);
    json_text(w, "reference", m->means.reference);
    json_text(w, "label", m->means.label);
    json_text(w, "holder", m->means.holder);
    json_text(w, "state", state_of(m));
    json_instant(w, "agreed", m->means.created);
    json_instant(w, "removed", m->means.removed);
    json_instant(w, "dead", m->dead);
    json_text(w, "reason", m->reason[0] != 0 ? m->reason : NULL);
    json_end(w);
}

static enum err put_mandates(struct app *app, void *context, struct arena *arena, const char *after,
                             struct json_writer *w, const char **next)
{
    struct store_sepa_mandate *mandates = NULL;
    size_t n = 0;
    enum err err = store_sepa_mandates_list(app->store, arena, *(const member_id *)context, after,
                                            200, &mandates, &n, next);
    for (size_t i = 0; err == OK && i < n; i++) {
        char agreed[UTC_TEXT];
        if (app->is_json) {
            put_mandate(&mandates[i], w);
            continue;
        }
        utc_format(mandates[i].means.created, agreed);
        agreed[sizeof "2013-07-22" - 1] = 0;
        buf_printf(w->out, "%s  %s  %-7s  %s  %s%s%s\n", mandates[i].means.reference, agreed,
                   state_of(&mandates[i]), mandates[i].means.label, mandates[i].means.holder,
                   mandates[i].reason[0] != 0 ? "  " : "", mandates[i].reason);
    }
    return err;
}

int cmd_sepa_mandates(struct app *app)
{
    struct member member = { 0 };
    const char *email = app_value(app, "member");
    int code = email == NULL ? app_open(app) : app_member_find(app, email, &member);
    return code == EXIT_OK
               ? app_list(app, put_mandates, &member.id, "the mandates cannot be listed")
               : code;
}

static int print_mandate(struct app *app, const struct means *means)
{
    struct buf out;
    buf_init(&out, 4096);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json)
        put_mandate(&(struct store_sepa_mandate){ .means = *means, .reason = "" }, &w);
    else
        buf_printf(&out, "%s  %s  %s", means->id.s, means->reference, means->label);
    int code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

int cmd_member_mandate(struct app *app)
{
    struct member member;
    struct app_billing billing;
    struct means means = { 0 };
    char why[MEMBERSHIP_WHY] = "";
    const char *iban = app_value(app, "iban"), *holder = app_value(app, "holder");
    if (iban == NULL || holder == NULL)
        return app_usage(app, "--iban and --holder are both needed");
    int code = app_member_find(app, app->operands[0], &member);
    if (code == EXIT_OK)
        code = app_billing_open(app, &billing);
    if (code != EXIT_OK)
        return code;
    enum err err =
        billing_sepa_mandate(billing.billing, app->arena, member.id, iban, holder, &means, why);
    if (err == OK)
        code = print_mandate(app, &means);
    else if (err == ERR_UNSUPPORTED)
        code = app_fail(app, EXIT_REFUSED,
                        "this house collects no direct debits: sepa_creditor_id is not set");
    else if (err == ERR_ARGUMENT)
        code = app_fail(app, EXIT_REFUSED, "%s", why);
    else
        code = app_error(app, err, "the mandate");
    app_billing_close(&billing);
    return code;
}
