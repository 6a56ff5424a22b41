/* Charges: what was, or is to be, collected from members; and given back. */
#include <string.h>

#include "app/billing_fields.h"
#include "app/commands.h"
#include "app/list.h"
#include "app/serve_billing.h"

const struct app_option options_charge_list[] = {
    { "state", "STATE", "only these: open, pending, paid, returned, refunded, void", false },
    { "member", "EMAIL", "of this member, or the id of one who is gone", false },
    { 0 },
};
const struct app_option options_charge_refund[] = {
    { "amount", "AMOUNT", "only so much of it (all that is left)", false },
    { "key", "TEXT", "it is given back once under it (its id, when all of it is given back)",
      false },
    { 0 },
};

struct filter {
    member_id member;
    enum charge_state state;
};

static void put_line(const struct charge *c, struct buf *out)
{
    char when[BILLING_WHEN], amount[MONEY_TEXT];
    billing_when(c->created, when);
    money_format(&c->amount, amount);
    buf_printf(out, "%s  %s  %-8s  %-6s  %12s  %u tries  %s%s%s\n", c->id.s, when,
               charge_state_name(c->state), charge_kind_name(c->kind), amount, c->tries, c->subject,
               c->why[0] != 0 ? "  " : "", c->why);
}

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    const struct filter *f = context;
    struct charge *charges = NULL;
    size_t n = 0;
    enum err err =
        store_charges_list(app->store, arena, f->member, f->state, after, 200, &charges, &n, next);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (app->is_json)
            billing_put_charge(w, &charges[i]);
        else
            put_line(&charges[i], w->out);
    }
    return err;
}

int cmd_charge_list(struct app *app)
{
    struct filter f = { .state = CHARGE_STATE_COUNT };
    const char *state = app_value(app, "state"), *member = app_value(app, "member");
    if (state != NULL && !charge_state_parse(state, &f.state))
        return app_usage(app, "--state: must be open, pending, paid, returned, refunded or void");
    int code = app_open(app);
    if (code == EXIT_OK && member != NULL && !billing_find_member(app, member, true, &f.member))
        code = EXIT_REFUSED;
    return code == EXIT_OK ? app_list(app, put_page, &f, "the charges cannot be listed") : code;
}

/* The amount in the charge's currency; 0: all of it. */
static int read_amount(struct app *app, charge_id id, int64_t *minor)
{
    struct charge charge;
    struct money amount = { 0 };
    bool is_said;
    enum err err = store_charge_get(app->store, app->arena, id, &charge);
    if (err != OK)
        return app_error(app, err, id.s);
    if (!billing_amount(app, "amount", charge.amount.currency, &is_said, &amount))
        return EXIT_USAGE;
    if (is_said && amount.minor == 0)
        return app_usage(app, "--amount: must be more than 0");
    *minor = amount.minor;
    return EXIT_OK;
}

int cmd_charge_refund(struct app *app)
{
    struct app_billing billing = { 0 };
    struct billing_result result;
    charge_id id;
    int64_t minor = 0;
    const char *key = app_value(app, "key");
    if (!app_id(app, app->operands[0], "ID", id.s))
        return EXIT_USAGE;
    if (key == NULL && app_flag(app, "amount"))
        return app_usage(app, "--key is missing: a part is given back once under it");
    int code = app_open(app);
    if (code == EXIT_OK)
        code = read_amount(app, id, &minor);
    if (code == EXIT_OK)
        code = app_billing_open(app, &billing);
    enum err err = code != EXIT_OK ? OK
                                   : billing_refund(billing.billing, app->arena, id, minor,
                                                    key != NULL ? key : id.s, &result);
    app_billing_close(&billing);
    if (code != EXIT_OK)
        return code;
    if (err == ERR_STATE || err == ERR_ARGUMENT)
        return app_fail(app, EXIT_REFUSED, "%s", result.why);
    return err == OK ? app_billing_answer(app, &result) : app_error(app, err, id.s);
}
