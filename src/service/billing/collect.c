#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "service/billing/inside.h"
#include "service/billing/sepa.h"

/* What one try to collect is made with. */
struct collecting {
    struct billing *b;
    struct arena *arena;
    const struct billing_order *order; /* NULL: the member is not there */
    struct charge before, charge;      /* before the try, and with it begun */
    struct means means;
    unsigned number; /* of the try */
    const char *confirm_url;
    struct billing_news news;
    char reference[CHARGE_REFERENCE], why[CHARGE_WHY];
};

static const char *return_url(const struct collecting *c)
{
    return c->order != NULL ? c->order->return_url : NULL;
}

/* The means of the order, else those the membership has by now, else those of the last try. */
static enum err choose_means(struct collecting *c)
{
    means_id id = c->before.means;
    struct membership m;
    if (c->before.kind == CHARGE_PERIOD) {
        enum err err = store_membership_get(c->b->params.store, c->before.member, &m);
        if (err != OK && err != ERR_NOT_FOUND)
            return err;
        if (err == OK && m.means.s[0] != 0)
            id = m.means;
    }
    if (c->order != NULL && c->order->means.s[0] != 0)
        id = c->order->means;
    if (id.s[0] == 0)
        return ERR_NOT_FOUND;
    enum err err = store_means_get(c->b->params.store, c->arena, c->before.member, id, &c->means);
    return err == OK && c->means.removed.us != 0 ? ERR_NOT_FOUND : err;
}

static void take_answer(struct collecting *c, const struct pay_answer *answer)
{
    c->news.outcome = answer->outcome;
    memcpy(c->reference, answer->reference, sizeof c->reference);
    memcpy(c->why, answer->why, sizeof c->why);
    c->confirm_url = answer->confirm_url;
}

static bool is_settled(enum charge_outcome outcome)
{
    return outcome == CHARGE_TRY_PAID || outcome == CHARGE_TRY_PENDING ||
           outcome == CHARGE_TRY_UNKNOWN;
}

/* A payment that was left with the member may have been made meanwhile, or be made any time: it is
 * looked at, and ended, before there is another. *is_answered: it says what this try comes to. */
static enum err look_first(struct collecting *c, bool *is_answered)
{
    struct pay_gateway *gateway = c->b->params.gateway;
    struct pay_answer answer = { .outcome = CHARGE_TRY_UNKNOWN };
    const char *reference = c->before.reference;
    *is_answered = false;
    if (reference[0] == 0 || c->before.state != CHARGE_OPEN)
        return OK;
    enum err err = pay_look(gateway, c->arena, reference, &answer);
    /* Who picked other means does not want to confirm these. */
    bool is_same = strcmp(c->means.id.s, c->before.means.s) == 0;
    bool may_go_on = return_url(c) != NULL && answer.confirm_url != NULL && is_same;
    if (err == OK && answer.outcome == CHARGE_TRY_ASKS && !may_go_on)
        err = pay_cancel(gateway, c->arena, reference, &answer);
    if (err != OK)
        return err;
    *is_answered = is_settled(answer.outcome) || answer.outcome == CHARGE_TRY_ASKS;
    if (*is_answered && answer.reference[0] == 0)
        memcpy(answer.reference, reference, sizeof answer.reference);
    if (*is_answered)
        take_answer(c, &answer);
    return OK;
}

static enum err ask_gateway(struct collecting *c)
{
    struct pay_answer answer = { .outcome = CHARGE_TRY_UNKNOWN };
    bool is_answered = false;
    if (c->b->params.gateway == NULL) {
        c->news.outcome = CHARGE_TRY_UNKNOWN;
        snprintf(c->why, sizeof c->why, "this house has no card gateway set");
        return OK;
    }
    enum err err = look_first(c, &is_answered);
    if (err != OK || is_answered)
        return err;
    const struct pay_order order = {
        .key = arena_printf(c->arena, "%s-%u", c->charge.id.s, c->number),
        .charge = c->charge.id.s,
        .amount = c->charge.amount,
        .reference = c->means.reference,
        .description = c->b->params.service_name,
        .is_again = c->number == c->before.tries,
        .return_url = return_url(c),
    };
    err = pay_charge(c->b->params.gateway, c->arena, &order, &answer);
    if (err == OK)
        take_answer(c, &answer);
    return err;
}

/* Direct debits are not asked for one by one: the next collection file has them. */
static enum err ask(struct collecting *c)
{
    if (c->means.kind == MEANS_CARD)
        return ask_gateway(c);
    return billing_sepa_try(c->b, c->arena, &c->charge, &c->means, &c->news.outcome, c->why);
}

/* Nobody is there to confirm: that is a no, and a letter asks the member to come. */
static void weigh(struct collecting *c)
{
    bool may_confirm = return_url(c) != NULL && c->confirm_url != NULL;
    if (c->news.outcome != CHARGE_TRY_ASKS || may_confirm)
        return;
    c->news.outcome = CHARGE_TRY_DECLINED;
    if (c->why[0] == 0)
        snprintf(c->why, sizeof c->why, "the member has to confirm it at the bank");
}

static void answer_of_state(const struct charge *charge, struct billing_result *out)
{
    switch (charge->state) {
    case CHARGE_PAID:
    case CHARGE_REFUNDED: out->answer = BILLING_DONE; break;
    case CHARGE_PENDING: out->answer = BILLING_PENDING; break;
    case CHARGE_OPEN: out->answer = BILLING_BUSY; break;
    default: billing_say(out, BILLING_DECLINED, "%s", charge->why); break;
    }
}

/* It is not to be collected any more, or another is at it: the answer is what it is now. */
static enum err answer_as_it_is(struct billing *b, struct arena *arena, charge_id id, bool is_busy,
                                struct billing_result *out)
{
    enum err err = store_charge_get(b->params.store, arena, id, &out->charge);
    if (err == OK)
        answer_of_state(&out->charge, out);
    if (err == OK && is_busy)
        billing_say(out, BILLING_BUSY, "it is being collected at this moment");
    return err;
}

static enum err try_it(struct collecting *c, struct billing_renewal *tally,
                       struct billing_result *out)
{
    enum err err = ask(c);
    if (err != OK) {
        log_error("billing", "charge %s cannot be asked for: %s", c->charge.id.s, err_text(err));
        c->news.outcome = CHARGE_TRY_UNKNOWN;
        snprintf(c->why, sizeof c->why, "the gateway was not asked: %s", err_text(err));
    }
    weigh(c);
    c->news.charge = c->charge.id;
    c->news.try_number = c->number;
    c->news.reference = c->reference;
    c->news.why = c->why;
    c->news.at = clock_now();
    err = billing_hear_counted(c->b, c->arena, &c->news, tally, out);
    if (err == OK && out->answer == BILLING_CONFIRM)
        out->confirm_url = c->confirm_url;
    return err;
}

/* Without means there is nothing to ask: said like a bank's no, so that the schedule goes on. */
static enum err fail_without_means(struct collecting *c, struct billing_renewal *tally,
                                   struct billing_result *out)
{
    c->news = (struct billing_news){ .charge = c->charge.id,
                                     .outcome = CHARGE_TRY_DECLINED,
                                     .try_number = c->number,
                                     .why = "there are no payment means",
                                     .at = clock_now() };
    return billing_hear_counted(c->b, c->arena, &c->news, tally, out);
}

enum err billing_collect_counted(struct billing *b, struct arena *arena, charge_id id,
                                 const struct billing_order *order, struct billing_renewal *tally,
                                 struct billing_result *out)
{
    struct collecting *c = ARENA_NEW(arena, struct collecting);
    *c = (struct collecting){ .b = b, .arena = arena, .order = order };
    enum err err = store_charge_get(b->params.store, arena, id, &c->before);
    if (err != OK)
        return err;
    enum err chosen = choose_means(c);
    if (chosen != OK && chosen != ERR_NOT_FOUND)
        return chosen;
    err = store_charge_try(b->params.store, arena, id, c->means.id, clock_now(), BILLING_LEASE_US,
                           &c->number, &c->charge);
    if (err == ERR_STATE || err == ERR_BUSY)
        return answer_as_it_is(b, arena, id, err == ERR_BUSY, out);
    if (err != OK)
        return err;
    return chosen == OK ? try_it(c, tally, out) : fail_without_means(c, tally, out);
}

enum err billing_collect(struct billing *b, struct arena *arena, charge_id charge,
                         const struct billing_order *order, struct billing_result *out)
{
    return billing_collect_counted(b, arena, charge, order, NULL, out);
}
