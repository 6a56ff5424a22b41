#include "service/api/membership.h"

#include <string.h>

#include "service/api/partner_link.h"

/* Ends that lie ahead for ever are told to nobody. */
static utc_time told(utc_time t)
{
    return t.us == INT64_MAX ? (utc_time){ 0 } : t;
}

const char *membership_word(const struct membership *m, utc_time now, utc_time *until)
{
    enum subscription_state by_clock = subscription_state_at(&m->subscription, now, until);
    bool runs = by_clock == SUBSCRIPTION_TRIAL || by_clock == SUBSCRIPTION_ACTIVE;
    *until = told(*until);
    switch (m->state) {
    case MEMBERSHIP_PAST_DUE:
        return membership_state_name(runs ? MEMBERSHIP_PAST_DUE : MEMBERSHIP_SUSPENDED);
    case MEMBERSHIP_SUSPENDED:
    case MEMBERSHIP_PAUSED:
    case MEMBERSHIP_PARTNER: return membership_state_name(m->state);
    default: return subscription_state_name(by_clock);
    }
}

/* ---- what is charged next -------------------------------------------------------------------- */

/* When a charge comes by itself. us 0: none does. */
static utc_time next_at(const struct membership *m, const struct shelf *shelf)
{
    utc_time none = { 0 };
    if (m->plan[0] == 0 || m->price.currency[0] == 0 || m->is_cancelled || m->pause_months > 0)
        return none;
    switch (m->state) {
    case MEMBERSHIP_TRIAL: return m->subscription.trial_until;
    case MEMBERSHIP_PAUSED: return m->pause_until;
    case MEMBERSHIP_PAST_DUE: return m->due;
    case MEMBERSHIP_ACTIVE: break;
    default: return none;
    }
    int months = m->anchor.months > 0 ? m->anchor.months : 1;
    return period_begin(&m->anchor, shelf->zone, m->period + 1 + m->gift_months / months);
}

/* The price of the period that begins then. */
static struct money next_price(const struct membership *m, const struct shelf *shelf, utc_time at)
{
    int32_t second;
    civil_day day = zone_day(shelf->zone, at, &second);
    const struct plan_price *other =
        m->next_plan[0] != 0 ? shelf_price(shelf, m->next_plan, day) : NULL;
    if (other != NULL)
        return other->price;
    if (m->next_price.currency[0] != 0 && m->next_price_from.us <= at.us)
        return m->next_price;
    return m->price;
}

static enum err write_next_charge(struct api_call *call, const struct membership *m,
                                  const struct shelf *shelf)
{
    struct json_writer *w = &call->w;
    char text[MONEY_TEXT];
    utc_time at = next_at(m, shelf);
    struct money amount = at.us != 0 ? next_price(m, shelf, at) : (struct money){ 0 };
    if (amount.minor <= 0) {
        json_null(w, "next_charge");
        return OK;
    }
    amount.minor -= m->credit < amount.minor ? m->credit : amount.minor;
    if (m->state == MEMBERSHIP_PAST_DUE && m->charge.s[0] != 0) {
        struct charge charge;
        enum err err = store_charge_get(call->store, call->arena, m->charge, &charge);
        if (err != OK)
            return err;
        amount = charge.amount;
    }
    money_format_amount(&amount, text);
    json_object(w, "next_charge");
    json_instant(w, "at", at);
    json_text(w, "amount", text);
    json_text(w, "currency", amount.currency);
    json_end(w);
    return OK;
}

/* ---- the object ------------------------------------------------------------------------------ */

/* A house without plans has one all the same, which is free. */
static void write_plan(struct api_call *call, const struct membership *m, const struct shelf *shelf)
{
    struct json_writer *w = &call->w;
    const char *code = m->plan[0] != 0      ? m->plan
                       : shelf->n_plans > 0 ? NULL
                                            : call->params->plan_name;
    json_text(w, "plan", code);
    json_text(w, "plan_name",
              shelf->n_plans == 0 ? call->params->plan_name
              : code != NULL      ? shelf_name(call, shelf, code)
                                  : NULL);
    money_write(w, "price", &m->price);
    json_text(w, "means", m->means.s[0] != 0 ? m->means.s : NULL);
}

static void write_next_price(struct json_writer *w, const struct membership *m)
{
    char text[MONEY_TEXT];
    if (m->next_price.currency[0] == 0) {
        json_null(w, "next_price");
        return;
    }
    money_format_amount(&m->next_price, text);
    json_object(w, "next_price");
    json_text(w, "amount", text);
    json_text(w, "currency", m->next_price.currency);
    json_instant(w, "from", m->next_price_from);
    json_end(w);
}

static void write_credit(struct json_writer *w, const struct membership *m,
                         const struct shelf *shelf)
{
    const char *currency = m->price.currency[0] != 0 ? m->price.currency : shelf->currency;
    if (m->credit > 0)
        money_write_minor(w, "credit", m->credit, currency);
    else
        json_null(w, "credit");
}

enum err membership_json(struct api_call *call, const char *key, const struct membership *m,
                         const struct shelf *shelf)
{
    struct json_writer *w = &call->w;
    utc_time until;
    const char *word = membership_word(m, call->now, &until);
    json_object(w, key);
    json_text(w, "state", word);
    json_instant(w, "until", until);
    write_plan(call, m, shelf);
    json_instant(w, "trial_until", m->subscription.trial_until);
    json_instant(w, "paid_until", told(m->subscription.paid_until));
    json_instant(w, "grace_until", m->subscription.grace_until);
    json_bool(w, "cancelled", m->is_cancelled);
    json_number(w, "pause_months", m->pause_months);
    json_instant(w, "paused_until", m->pause_until);
    json_text(w, "next_plan", m->next_plan[0] != 0 ? m->next_plan : NULL);
    enum err err = write_next_charge(call, m, shelf);
    write_next_price(w, m);
    write_credit(w, m, shelf);
    if (err == OK)
        err = partner_link_write(call, "partner", m->member);
    json_end(w);
    return err;
}
