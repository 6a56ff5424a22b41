/* A member's subscription: looked at, given, taken. */
#include <string.h>

#include "app/billing_fields.h"
#include "app/commands.h"
#include "app/serve_billing.h"
#include "base/clock.h"
#include "driver/store/members.h"

const struct app_option options_member_subscribe[] = {
    { "plan", "CODE", "which; that of a house without plans need not be said", false },
    { "means", "ID", "what it is paid with; the only ones there are need not be said", false },
    { "key", "TEXT", "the same order is carried out once under it", false },
    { 0 },
};
const struct app_option options_member_pause[] = {
    { "months", "N", "how long", false },
    { 0 },
};

enum { OUT_MAX = 64 * 1024 * 1024, ROWS = 500, CHARGES = 200 };

/* ---- show ------------------------------------------------------------------------------------ */

static void put_row(const struct store_membership_row *r, struct json_writer *w)
{
    json_object(w, NULL);
    json_number(w, "seq", r->seq);
    json_text(w, "kind", membership_row_name(r->row.kind));
    json_text(w, "state", membership_state_name(r->row.state));
    billing_put_word(w, "reason", membership_reason_name(r->row.reason));
    json_instant(w, "at", r->row.at);
    json_instant(w, "effective", r->row.effective);
    json_text(w, "territory", r->row.territory);
    billing_put_word(w, "plan", r->row.plan);
    billing_put_word(w, "partner", r->row.partner);
    billing_put_money(w, "price", &r->row.price);
    json_end(w);
}

static enum err put_rows(struct app *app, member_id member, struct json_writer *w)
{
    int64_t after = 0;
    size_t n = ROWS;
    enum err err = OK;
    while (err == OK && n == ROWS) {
        struct arena *arena = arena_create();
        struct store_membership_row *rows = NULL;
        err = store_membership_rows(app->store, arena, member, after, ROWS, &rows, &n);
        for (size_t i = 0; err == OK && i < n; i++) {
            put_row(&rows[i], w);
            after = rows[i].seq;
        }
        arena_destroy(&arena);
    }
    return err;
}

static enum err put_charges(struct app *app, member_id member, struct json_writer *w)
{
    const char *after = NULL;
    do {
        struct charge *charges = NULL;
        size_t n = 0;
        enum err err = store_charges_list(app->store, app->arena, member, CHARGE_STATE_COUNT, after,
                                          CHARGES, &charges, &n, &after);
        if (err != OK)
            return err;
        for (size_t i = 0; i < n; i++)
            billing_put_charge(w, &charges[i]);
    } while (after != NULL);
    return OK;
}

static void put_means(const struct means *means, size_t n, const struct membership *m,
                      struct json_writer *w)
{
    json_array(w, "means");
    for (size_t i = 0; i < n; i++) {
        json_object(w, NULL);
        json_text(w, "id", means[i].id.s);
        json_text(w, "kind", means_kind_name(means[i].kind));
        json_text(w, "label", means[i].label);
        json_bool(w, "in_use", strcmp(means[i].id.s, m->means.s) == 0);
        json_instant(w, "created", means[i].created);
        json_end(w);
    }
    json_end(w);
}

static void put_membership(const struct membership *m, struct json_writer *w)
{
    const struct subscription *s = &m->subscription;
    struct money credit = m->price;
    utc_time until = { 0 };
    enum subscription_state plays = subscription_state_at(s, clock_now(), &until);
    credit.minor = m->credit;
    json_text(w, "status", membership_state_name(m->state));
    json_bool(w, "plays", plays == SUBSCRIPTION_TRIAL || plays == SUBSCRIPTION_ACTIVE);
    billing_put_word(w, "plan", m->plan);
    json_instant(w, "trial_from", s->trial_from);
    json_instant(w, "trial_until", s->trial_until);
    json_instant(w, "paid_from", s->paid_from);
    json_instant(w, "paid_until", s->paid_until);
    json_instant(w, "grace_until", s->grace_until);
    json_text(w, "territory", m->territory);
    billing_put_money(w, "price", &m->price);
    billing_put_money(w, "credit", &credit);
    json_number(w, "period", m->period);
    json_instant(w, "due", m->due);
    billing_put_word(w, "charge", m->charge.s);
    json_number(w, "failures", m->failures);
    json_bool(w, "cancelled", m->is_cancelled);
    json_number(w, "pause_months", m->pause_months);
    json_instant(w, "pause_until", m->pause_until);
    billing_put_word(w, "next_plan", m->next_plan);
    billing_put_money(w, "next_price", &m->next_price);
    json_instant(w, "next_price_from", m->next_price_from);
    json_number(w, "gift_months", m->gift_months);
    billing_put_word(w, "partner", m->partner);
}

static enum err put_all(struct app *app, member_id id, struct json_writer *w)
{
    struct membership m;
    struct member member;
    struct means *means = NULL;
    size_t n = 0;
    enum err err = store_membership_get(app->store, id, &m);
    if (err == OK)
        err = store_member_get(app->store, app->arena, id, &member);
    if (err == OK)
        err = store_means_list(app->store, app->arena, id, &means, &n);
    if (err != OK)
        return err;
    json_object(w, NULL);
    json_text(w, "id", id.s);
    json_text(w, "email", member.email);
    put_membership(&m, w);
    put_means(means, n, &m, w);
    json_array(w, "rows");
    err = put_rows(app, id, w);
    json_end(w);
    json_array(w, "charges");
    if (err == OK)
        err = put_charges(app, id, w);
    json_end(w);
    json_end(w);
    return err;
}

static enum err put_line(struct app *app, member_id id, struct buf *out)
{
    struct membership m;
    char paid[BILLING_WHEN], trial[BILLING_WHEN], due[BILLING_WHEN], price[MONEY_TEXT] = "-";
    enum err err = store_membership_get(app->store, id, &m);
    if (err != OK)
        return err;
    billing_when(m.subscription.paid_until, paid);
    billing_when(m.subscription.trial_until, trial);
    billing_when(m.due, due);
    if (m.price.currency[0] != 0)
        money_format(&m.price, price);
    buf_printf(out, "%s  %s%s  plan %s, %s in %s; trial until %s, paid until %s, next look %s",
               id.s, membership_state_name(m.state), m.is_cancelled ? " (cancelled)" : "",
               m.plan[0] != 0 ? m.plan : "-", price, m.territory, trial, paid, due);
    return OK;
}

int cmd_member_show(struct app *app)
{
    struct buf out;
    member_id id;
    int code = app_open(app);
    if (code == EXIT_OK && !billing_find_member(app, app->operands[0], false, &id))
        code = EXIT_REFUSED;
    if (code != EXIT_OK)
        return code;
    buf_init(&out, OUT_MAX);
    struct json_writer w = json_writer_of(&out);
    enum err err = app->is_json ? put_all(app, id, &w) : put_line(app, id, &out);
    code = err == OK ? app_print(app, &out) : app_error(app, err, app->operands[0]);
    buf_finish(&out);
    return code;
}

/* ---- give and take --------------------------------------------------------------------------- */

int app_billing_answer(struct app *app, const struct billing_result *result)
{
    static const char *const words[] = {
        [BILLING_DONE] = "done",       [BILLING_PENDING] = "pending",
        [BILLING_CONFIRM] = "confirm", [BILLING_DECLINED] = "declined",
        [BILLING_REFUSED] = "refused", [BILLING_BUSY] = "busy"
    };
    struct buf out;
    bool is_done = result->answer == BILLING_DONE || result->answer == BILLING_PENDING;
    if (result->answer == BILLING_REFUSED)
        return app_fail(app, EXIT_REFUSED, "%s", result->why);
    buf_init(&out, 4096);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_text(&w, "answer", words[result->answer]);
        billing_put_word(&w, "why", result->why);
        billing_put_word(&w, "charge", result->charge.id.s);
        json_end(&w);
    } else {
        buf_printf(&out, "%s%s%s", words[result->answer], result->why[0] != 0 ? ": " : "",
                   result->why);
    }
    int code = app_print(app, &out);
    buf_finish(&out);
    return code != EXIT_OK ? code : is_done ? EXIT_OK : EXIT_REFUSED;
}

static int carry_out(struct app *app, struct billing_order *order)
{
    struct app_billing billing = { 0 };
    struct billing_result result;
    int code = app_billing_open(app, &billing);
    enum err err =
        code == EXIT_OK ? billing_change(billing.billing, app->arena, order, &result) : OK;
    app_billing_close(&billing);
    if (code != EXIT_OK)
        return code;
    return err == OK ? app_billing_answer(app, &result) : app_error(app, err, app->operands[0]);
}

static int change(struct app *app, struct billing_order *order)
{
    int code = app_open(app);
    if (code == EXIT_OK && !billing_find_member(app, app->operands[0], false, &order->member))
        code = EXIT_REFUSED;
    return code == EXIT_OK ? carry_out(app, order) : code;
}

/* The only means there are: who sits at the command line chose the member, not among cards. */
static enum err only_means(struct app *app, member_id member, means_id *out)
{
    struct means *list = NULL;
    size_t n = 0;
    enum err err = store_means_list(app->store, app->arena, member, &list, &n);
    if (err == OK && n == 1)
        *out = list[0].id;
    return err;
}

/* Takes a plan, or changes to it when one runs. */
int cmd_member_subscribe(struct app *app)
{
    struct billing_order order = { .kind = MEMBERSHIP_TAKE,
                                   .plan = app_value(app, "plan"),
                                   .once = app_value(app, "key") };
    const char *means = app_value(app, "means");
    struct membership m;
    if (means != NULL && !app_id(app, means, "--means", order.means.s))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code == EXIT_OK && !billing_find_member(app, app->operands[0], false, &order.member))
        code = EXIT_REFUSED;
    if (code != EXIT_OK)
        return code;
    enum err err = store_membership_get(app->store, order.member, &m);
    if (err == OK && means == NULL && m.means.s[0] == 0)
        err = only_means(app, order.member, &order.means);
    if (err != OK)
        return app_error(app, err, app->operands[0]);
    bool runs = m.state == MEMBERSHIP_ACTIVE || m.state == MEMBERSHIP_PAST_DUE;
    if (runs && order.plan != NULL)
        order.kind = MEMBERSHIP_CHANGE;
    return carry_out(app, &order);
}

int cmd_member_cancel(struct app *app)
{
    return change(app, &(struct billing_order){ .kind = MEMBERSHIP_CANCEL });
}

int cmd_member_keep(struct app *app)
{
    return change(app, &(struct billing_order){ .kind = MEMBERSHIP_KEEP });
}

int cmd_member_stop(struct app *app)
{
    return change(app, &(struct billing_order){ .kind = MEMBERSHIP_STOP, .reason = REASON_HOUSE });
}

int cmd_member_pause(struct app *app)
{
    long long months;
    if (!app_number(app, "months", 1, 12, 1, &months))
        return EXIT_USAGE;
    return change(app, &(struct billing_order){ .kind = MEMBERSHIP_PAUSE, .months = (int)months });
}

int cmd_member_resume(struct app *app)
{
    return change(app, &(struct billing_order){ .kind = MEMBERSHIP_RESUME });
}
