/* The plans that are sold, and what a member does with a subscription. */
#include <string.h>

#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/me.h"
#include "service/api/membership.h"

/* ---- plans ----------------------------------------------------------------------------------- */

static void write_plan(struct api_call *call, const struct shelf *shelf, const struct plan *plan)
{
    struct json_writer *w = &call->w;
    const struct plan_price *price = shelf_price(shelf, plan->code, shelf->today);
    json_object(w, NULL);
    json_text(w, "code", plan->code);
    json_text(w, "name", shelf_name(call, shelf, plan->code));
    json_number(w, "streams", plan->streams);
    json_text(w, "format", rights_format_name(plan->format));
    json_number(w, "months", plan->months);
    money_write(w, "price", &price->price);
    int tax = shelf->territory.tax_permille;
    json_number(w, "tax_permille", tax > 0 ? tax : 0);
    json_end(w);
}

/* Direct debit is SEPA's, which is in euro. */
static void write_means_kinds(struct api_call *call, const struct shelf *shelf)
{
    struct json_writer *w = &call->w;
    json_array(w, "means");
    if (call->params->has_cards)
        json_text(w, NULL, means_kind_name(MEANS_CARD));
    const char *creditor = call->params->creditor_id;
    if (creditor != NULL && creditor[0] != 0 && strcmp(shelf->currency, "EUR") == 0)
        json_text(w, NULL, means_kind_name(MEANS_SEPA));
    json_end(w);
}

/* Members buy in their own territory, wherever they are. */
void handle_plans(struct api_call *call)
{
    struct json_writer *w = &call->w;
    const struct shelf *shelf;
    const char *code = call->member != NULL ? call->member->territory : call->viewer.territory;
    enum err err = shelf_find(call, code, &shelf);
    if (err != OK) {
        call_fail(call, err, "list plans");
        return;
    }
    json_object(w, NULL);
    json_text(w, "territory", shelf->code);
    json_text(w, "currency", shelf->currency);
    json_number(w, "trial_days", call->params->trial_days);
    json_bool(w, "trial_needs_means", call->params->trial_needs_means);
    write_means_kinds(call, shelf);
    json_array(w, "items");
    for (size_t i = 0; i < shelf->n_plans; i++)
        if (shelf_offers(shelf, shelf->plans[i].code))
            write_plan(call, shelf, &shelf->plans[i]);
    json_end(w);
    json_end(w);
    call_answer(call, 200);
}

/* ---- the member's subscription --------------------------------------------------------------- */

/* Where the bank's page leads back to. */
static const char *account_page(struct api_call *call)
{
    return arena_printf(
        call->arena, "%s/account",
        client_base_url(call->rq, &call->client, call->params->public_url, call->arena));
}

static struct billing_order order_of(struct api_call *call, enum membership_event_kind kind)
{
    return (struct billing_order){ .member = call->member->id,
                                   .kind = kind,
                                   .territory = call->member->territory,
                                   .return_url = account_page(call) };
}

static void carry_out(struct api_call *call, const struct billing_order *order, const char *doing)
{
    struct billing_result result = { .answer = BILLING_DONE };
    const struct billing_ops *ops = order_ops(call);
    if (ops == NULL)
        return;
    enum err err = ops->change(ops->context, call->arena, order, &result);
    if (order_went(call, err, &result, doing))
        order_answer_me(call, &result);
}

/* What runs is changed; else it is taken. */
static enum err find_kind(struct api_call *call, enum membership_event_kind *kind)
{
    struct membership m;
    enum err err = store_membership_get(call->store, call->member->id, &m);
    bool runs = m.state == MEMBERSHIP_ACTIVE || m.state == MEMBERSHIP_PAST_DUE;
    if (err == OK && runs &&
        subscription_state_at(&m.subscription, call->now, NULL) != SUBSCRIPTION_ENDED)
        *kind = MEMBERSHIP_CHANGE;
    return err;
}

/* The one plan of a house that sells none is free, and answered as when there were no others. */
static void take_the_one(struct api_call *call, const struct billing_order *order)
{
    struct billing_result result = { .answer = BILLING_DONE };
    const struct billing_ops *ops = order_ops(call);
    if (ops == NULL)
        return;
    enum err err = ops->change(ops->context, call->arena, order, &result);
    if (order_went(call, err, &result, "take a subscription"))
        me_answer_fresh(call);
}

void handle_me_subscription(struct api_call *call)
{
    const struct shelf *shelf;
    struct billing_order order = order_of(call, MEMBERSHIP_TAKE);
    order.plan = json_read_text(&call->in, "plan", JSON_OPTIONAL, 1, PLAN_CODE - 1);
    order_read_once(call, &order);
    if (!order_read_end(call, &order, JSON_OPTIONAL))
        return;
    enum err err = shelf_find(call, call->member->territory, &shelf);
    if (err == OK && order.plan != NULL)
        err = find_kind(call, &order.kind);
    if (err != OK)
        call_fail(call, err, "read a subscription");
    else if (order.plan != NULL && !shelf_offers(shelf, order.plan))
        call_problem_said(call, PROBLEM_PLAN);
    else if (order.plan == NULL && shelf->n_plans > 1)
        call_problem(call, PROBLEM_VALIDATION, "plan", "must be said");
    else if (shelf->n_plans == 0)
        take_the_one(call, &order);
    else
        carry_out(call, &order, "take a plan");
}

void handle_me_subscription_cancel(struct api_call *call)
{
    struct billing_order order = order_of(call, MEMBERSHIP_CANCEL);
    if (call_read_end(call))
        carry_out(call, &order, "cancel a subscription");
}

void handle_me_subscription_keep(struct api_call *call)
{
    struct billing_order order = order_of(call, MEMBERSHIP_KEEP);
    if (call_read_end(call))
        carry_out(call, &order, "keep a subscription");
}

void handle_me_subscription_pause(struct api_call *call)
{
    enum { MONTHS_MOST = 12 }; /* the house's own limit is a setting, and within this */
    int64_t months = 0;
    struct billing_order order = order_of(call, MEMBERSHIP_PAUSE);
    json_read_whole(&call->in, "months", JSON_REQUIRED, 1, MONTHS_MOST, &months);
    order.months = (int)months;
    if (call_read_end(call))
        carry_out(call, &order, "pause a subscription");
}

void handle_me_subscription_resume(struct api_call *call)
{
    struct billing_order order = order_of(call, MEMBERSHIP_RESUME);
    if (order_read_end(call, &order, JSON_OPTIONAL))
        carry_out(call, &order, "resume a subscription");
}

void handle_me_subscription_means(struct api_call *call)
{
    struct billing_order order = order_of(call, MEMBERSHIP_MEANS);
    if (order_read_end(call, &order, JSON_REQUIRED))
        carry_out(call, &order, "change payment means");
}

/* ---- gifts ----------------------------------------------------------------------------------- */

void handle_me_gift(struct api_call *call)
{
    char code[GIFT_CODE_TEXT];
    struct billing_result result = { .answer = BILLING_DONE };
    const char *typed = json_read_text(&call->in, "code", JSON_REQUIRED, 1, LIMIT_WORD);
    const struct billing_ops *ops = order_ops(call);
    if (ops == NULL || !call_read_end(call))
        return;
    if (gift_code_normal(typed, strlen(typed), code) != OK) {
        call_problem_said(call, PROBLEM_GIFT);
        return;
    }
    enum err err = ops->redeem(ops->context, call->arena, call->member->id, code, &result);
    if (order_went(call, err, &result, "redeem a gift"))
        order_answer_me(call, &result);
}
