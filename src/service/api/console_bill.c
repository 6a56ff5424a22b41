/* Plans, memberships, charges and gifts, told to the house; refunds. */
#include <string.h>

#include "base/text.h"
#include "service/api/bill.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/me.h"
#include "service/api/membership.h"
#include "service/api/stream.h"

enum { CONSOLE_ROWS = 500 }; /* of one member's life */

/* ---- plans ----------------------------------------------------------------------------------- */

static void write_prices(struct json_writer *w, const struct plan *plan,
                         const struct plan_price *prices, size_t n)
{
    char day[CIVIL_DAY_TEXT];
    json_array(w, "prices");
    for (size_t i = 0; i < n; i++) {
        if (strcmp(prices[i].plan, plan->code) != 0)
            continue;
        civil_day_format(prices[i].from, day);
        json_object(w, NULL);
        json_text(w, "territory", prices[i].territory);
        money_write(w, "price", &prices[i].price);
        json_text(w, "from", day);
        json_instant(w, "said", prices[i].said);
        json_end(w);
    }
    json_end(w);
}

void handle_console_plans(struct api_call *call)
{
    struct json_writer *w = &call->w;
    struct plan *plans = NULL;
    struct plan_price *prices = NULL;
    size_t n = 0, n_prices = 0;
    enum err err = store_plans_list(call->store, call->arena, &plans, &n);
    if (err == OK)
        err = store_plan_prices_list(call->store, call->arena, &prices, &n_prices);
    if (err != OK) {
        call_fail(call, err, "list plans");
        return;
    }
    json_object(w, NULL);
    json_array(w, "items");
    for (size_t i = 0; i < n; i++) {
        json_object(w, NULL);
        json_text(w, "code", plans[i].code);
        json_text(w, "name_en", plans[i].name_en);
        json_text(w, "name_fr", plans[i].name_fr);
        json_number(w, "streams", plans[i].streams);
        json_text(w, "format", rights_format_name(plans[i].format));
        json_number(w, "months", plans[i].months);
        json_bool(w, "offered", plans[i].is_offered);
        json_number(w, "rank", plans[i].rank);
        write_prices(w, &plans[i], prices, n_prices);
        json_end(w);
    }
    json_end(w);
    json_end(w);
    call_answer(call, 200);
}

/* ---- one member ------------------------------------------------------------------------------ */

static void write_rows(struct json_writer *w, const struct store_membership_row *rows, size_t n)
{
    json_array(w, "rows");
    for (size_t i = 0; i < n; i++) {
        const struct membership_row *r = &rows[i].row;
        json_object(w, NULL);
        json_number(w, "seq", rows[i].seq);
        json_text(w, "kind", membership_row_name(r->kind));
        json_text(w, "state", membership_state_name(r->state));
        json_text(w, "reason", r->reason != REASON_NONE ? membership_reason_name(r->reason) : NULL);
        json_instant(w, "at", r->at);
        json_instant(w, "effective", r->effective);
        json_text(w, "territory", r->territory);
        json_text(w, "plan", r->plan[0] != 0 ? r->plan : NULL);
        json_text(w, "partner", r->partner[0] != 0 ? r->partner : NULL);
        money_write(w, "price", &r->price);
        json_end(w);
    }
    json_end(w);
}

/* The newest rows of a life: they are read in their order, a page at a time. */
static enum err read_rows(struct api_call *call, member_id id, struct store_membership_row **out,
                          size_t *n)
{
    int64_t after = 0;
    *n = 0;
    for (;;) {
        struct store_membership_row *rows = NULL;
        size_t got = 0;
        enum err err =
            store_membership_rows(call->store, call->arena, id, after, CONSOLE_ROWS, &rows, &got);
        if (err != OK || (got == 0 && after > 0))
            return err;
        *out = rows;
        *n = got;
        if (got < CONSOLE_ROWS)
            return OK;
        after = rows[got - 1].seq;
    }
}

static enum err write_bills(struct api_call *call, member_id id)
{
    struct charge *charges = NULL;
    struct invoice *invoices = NULL;
    size_t n = 0;
    const char *next;
    enum err err = store_charges_list(call->store, call->arena, id, CHARGE_STATE_COUNT, NULL,
                                      LIMIT_PAGE, &charges, &n, &next);
    json_array(&call->w, "charges");
    for (size_t i = 0; err == OK && i < n; i++)
        err = bill_write_charge(call, NULL, &charges[i]);
    json_end(&call->w);
    if (err == OK)
        err = store_invoices_list(call->store, call->arena, id, NULL, LIMIT_PAGE, &invoices, &n,
                                  &next);
    json_array(&call->w, "invoices");
    for (size_t i = 0; err == OK && i < n; i++)
        err = bill_write_invoice(call, &invoices[i], false);
    json_end(&call->w);
    return err;
}

static enum err write_member(struct api_call *call, const struct member *member)
{
    struct membership m;
    struct store_membership_row *rows = NULL;
    size_t n = 0;
    enum err err = store_membership_get(call->store, member->id, &m);
    if (err == OK)
        err = read_rows(call, member->id, &rows, &n);
    if (err != OK)
        return err;
    json_object(&call->w, NULL);
    err = me_write(call, "member", member);
    json_object(&call->w, "membership");
    json_text(&call->w, "state", membership_state_name(m.state));
    json_number(&call->w, "version", m.version);
    json_instant(&call->w, "due", m.due);
    json_text(&call->w, "charge", m.charge.s[0] != 0 ? m.charge.s : NULL);
    json_number(&call->w, "failures", m.failures);
    json_number(&call->w, "period", m.period);
    json_number(&call->w, "gift_months", m.gift_months);
    json_end(&call->w);
    write_rows(&call->w, rows, n);
    if (err == OK)
        err = write_bills(call, member->id);
    if (err == OK)
        err = stream_write_all(call, "streams", member->id, STREAM_HOUSE);
    json_end(&call->w);
    return err;
}

void handle_console_member(struct api_call *call)
{
    struct member member;
    member_id id;
    memcpy(id.s, call->id, sizeof id.s);
    enum err err = store_member_get(call->store, call->arena, id, &member);
    if (err == OK)
        err = write_member(call, &member);
    if (err != OK)
        call_fail(call, err, "read a member");
    else
        call_answer(call, 200);
}

/* ---- charges --------------------------------------------------------------------------------- */

void handle_console_charges(struct api_call *call)
{
    struct charge *charges = NULL;
    enum charge_state state = CHARGE_STATE_COUNT;
    size_t n = 0;
    unsigned limit;
    const char *word, *after, *next = NULL;
    if (!call_query(call, "state", LIMIT_WORD, &word) ||
        !call_page(call, LIMIT_PAGE, &after, &limit))
        return;
    if (word != NULL && !charge_state_parse(word, &state)) {
        call_problem(call, PROBLEM_VALIDATION, "state", "is no state of charges");
        return;
    }
    enum err err = store_charges_list(call->store, call->arena, (member_id){ .s = "" }, state,
                                      after, limit, &charges, &n, &next);
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; err == OK && i < n; i++)
        err = bill_write_charge(call, NULL, &charges[i]);
    json_end(&call->w);
    json_text(&call->w, "next", next);
    json_end(&call->w);
    if (err != OK)
        bill_page_failed(call, err, "list charges");
    else
        call_answer(call, 200);
}

static void refund(struct api_call *call, const struct charge *charge, int64_t minor,
                   const char *key)
{
    struct billing_result result = { .answer = BILLING_DONE };
    struct charge fresh;
    const struct billing_ops *ops = order_ops(call);
    if (ops == NULL)
        return;
    enum err err = ops->refund(ops->context, call->arena, charge->id, minor, key, &result);
    if (err == ERR_STATE) {
        result.answer = BILLING_REFUSED;
        err = OK;
    }
    if (!order_went(call, err, &result, "refund a charge"))
        return;
    err = store_charge_get(call->store, call->arena, charge->id, &fresh);
    if (err == OK) {
        order_write(call, &result);
        err = bill_write_charge(call, "charge", &fresh);
        json_end(&call->w);
    }
    if (err != OK)
        call_fail(call, err, "read a charge");
    else
        call_answer(call, 200);
}

void handle_console_refund(struct api_call *call)
{
    struct charge charge;
    struct money amount = { 0 };
    charge_id id;
    memcpy(id.s, call->id, sizeof id.s);
    enum err err = store_charge_get(call->store, call->arena, id, &charge);
    if (err != OK) {
        call_fail(call, err, "read a charge");
        return;
    }
    (void)money_read(call, "amount", charge.amount.currency, &amount);
    const char *key = json_read_text(&call->in, "key", JSON_REQUIRED, 1, LIMIT_ONCE);
    if (key != NULL && !text_is_line(key, strlen(key)))
        json_read_wrong(&call->in, "key", "must be one line");
    if (call_read_end(call))
        refund(call, &charge, amount.minor, key);
}

/* ---- gifts ----------------------------------------------------------------------------------- */

void handle_console_gifts(struct api_call *call)
{
    struct json_writer *w = &call->w;
    struct gift *gifts = NULL;
    size_t n = 0;
    unsigned limit;
    const char *after, *next = NULL;
    if (!call_page(call, LIMIT_PAGE, &after, &limit))
        return;
    enum err err = store_gifts_list(call->store, call->arena, after, limit, &gifts, &n, &next);
    if (err != OK) {
        bill_page_failed(call, err, "list gifts");
        return;
    }
    json_object(w, NULL);
    json_array(w, "items");
    for (size_t i = 0; i < n; i++) {
        json_object(w, NULL);
        json_text(w, "id", gifts[i].id.s);
        json_text(w, "plan", gifts[i].plan);
        json_number(w, "months", gifts[i].months);
        money_write(w, "paid", &gifts[i].paid);
        json_text(w, "territory", gifts[i].territory[0] != 0 ? gifts[i].territory : NULL);
        json_instant(w, "created", gifts[i].created);
        json_instant(w, "expires", gifts[i].expires);
        json_text(w, "redeemed_by", gifts[i].redeemed_by.s[0] != 0 ? gifts[i].redeemed_by.s : NULL);
        json_instant(w, "redeemed", gifts[i].redeemed);
        json_end(w);
    }
    json_end(w);
    json_text(w, "next", next);
    json_end(w);
    call_answer(call, 200);
}
