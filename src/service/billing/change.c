#include <string.h>

#include "base/log.h"
#include "driver/store/members.h"
#include "service/billing/inside.h"

/* What one order is carried out with. */
struct changing {
    struct billing *b;
    struct arena *arena;
    const struct billing_order *order;
    struct billing_result *out;
    struct billing_reader reader;
    utc_time now;
    bool caught_up; /* what was due before was done first */
};

static bool takes_a_plan(enum membership_event_kind kind)
{
    return kind == MEMBERSHIP_TAKE || kind == MEMBERSHIP_CHANGE;
}

/* A trial begins with signing up, or with the first plan: the house says with which. */
static void choose_trial(const struct changing *c, struct membership_terms *terms)
{
    bool needs_means = c->b->params.trial_needs_means;
    bool begins = c->order->kind == MEMBERSHIP_SIGN_UP ? !needs_means
                  : c->order->kind == MEMBERSHIP_TAKE  ? needs_means
                                                       : false;
    if (!begins)
        terms->trial_days = 0;
}

/* Nobody pays with means that are not theirs, or that were taken away. */
static enum err check_means(struct changing *c, means_id means)
{
    struct means found;
    if (means.s[0] == 0)
        return OK;
    enum err err = store_means_get(c->b->params.store, c->arena, c->order->member, means, &found);
    if (err == ERR_NOT_FOUND || (err == OK && found.removed.us != 0)) {
        billing_say(c->out, BILLING_REFUSED, "there are no such payment means");
        c->out->refusal = BILLING_REFUSAL_MEANS;
        return ERR_ARGUMENT;
    }
    return err;
}

static enum err read_terms(struct changing *c, const struct membership *m,
                           struct membership_terms *terms)
{
    const char *plan = takes_a_plan(c->order->kind) || c->order->kind == MEMBERSHIP_PARTNER_ON
                           ? c->order->plan
                           : NULL;
    struct billing_facts facts;
    if (plan == NULL && takes_a_plan(c->order->kind)) {
        enum err err = billing_facts_read(c->b, c->arena, &facts);
        if (err != OK)
            return err;
        /* The one plan there is; of several one has to be named. */
        plan = facts.n_plans == 1 ? facts.plans[0].code : m->plan;
    }
    enum err err = billing_terms(c->b, c->arena, m, plan, c->order->means, c->now, terms);
    if (err == OK)
        choose_trial(c, terms);
    return err;
}

static struct membership_event event_of(const struct changing *c)
{
    const struct billing_order *o = c->order;
    struct membership_event event = { .kind = o->kind,
                                      .now = c->now,
                                      .means = o->means,
                                      .months = o->months,
                                      .partner = o->partner,
                                      .reason = o->reason };
    if (o->once != NULL)
        billing_id_of_once(o->member, o->once, event.new_charge.s);
    else
        billing_id_new(event.new_charge.s);
    return event;
}

static enum err save(struct changing *c, struct billing_step *step)
{
    struct billing_facts facts;
    enum err err = billing_facts_read(c->b, c->arena, &facts);
    if (err != OK)
        return err;
    bool is_changed = step->change.after.version != step->before.version;
    struct store_billing item = { .also = NULL };
    if (is_changed) {
        billing_step_letter(c->b, c->arena, &c->reader, c->now, step);
        item = billing_step_item(step);
    }
    item.also = c->order->also;
    return billing_save(c->b, &item);
}

/* What was opened, or is owed, is collected. */
static enum err collect(struct changing *c, const struct membership_change *change)
{
    charge_id charge = change->open.id;
    if (charge.s[0] == 0 && change->collect_again)
        charge = change->after.charge;
    if (charge.s[0] == 0)
        return OK;
    return billing_collect(c->b, c->arena, charge, c->order, c->out);
}

/* The membership has what was asked for already. */
static bool is_so_already(const struct changing *c, const struct membership *m)
{
    const char *plan = c->order->plan;
    if (!takes_a_plan(c->order->kind) || (c->order->once == NULL && !c->caught_up))
        return false;
    return m->state == MEMBERSHIP_ACTIVE && !m->is_cancelled &&
           (plan == NULL || strcmp(plan, m->plan) == 0);
}

static bool is_sold(const struct membership *m, const struct membership_terms *terms)
{
    return terms->plan != NULL && terms->price != NULL &&
           (terms->plan->is_offered || strcmp(terms->plan->code, m->plan) == 0);
}

static enum err answer_refused(struct changing *c, const struct membership *m,
                               const struct membership_terms *terms, enum err err, const char *why)
{
    c->out->membership = *m;
    if (is_so_already(c, m)) {
        c->out->answer = BILLING_DONE;
        return OK;
    }
    billing_say(c->out, BILLING_REFUSED, "%s", why);
    if (takes_a_plan(c->order->kind) && !is_sold(m, terms))
        c->out->refusal = BILLING_REFUSAL_PLAN;
    else if (err == ERR_ARGUMENT && c->order->kind != MEMBERSHIP_PAUSE)
        c->out->refusal = BILLING_REFUSAL_MEANS;
    return OK;
}

bool billing_is_behind(const struct membership *m, utc_time now)
{
    return (m->state == MEMBERSHIP_TRIAL || m->state == MEMBERSHIP_ACTIVE) && m->due.us != 0 &&
           m->due.us <= now.us;
}

/* Who was not looked at since something fell due is brought up to date, so that the order meets
 * them as they are. ERR_STATE: nothing was due. */
static enum err catch_up(struct changing *c, const struct membership *m)
{
    struct billing_renewal tally = { 0 };
    if (c->caught_up || m->due.us == 0 || m->due.us > c->now.us)
        return ERR_STATE;
    c->caught_up = true;
    return billing_renew_one(c->b, c->arena, c->order->member, c->now, &tally);
}

/* One try to carry it out. ERR_STATE: it was changed meanwhile, again from the start. */
static enum err try_once(struct changing *c)
{
    struct billing_step *step = ARENA_NEW(c->arena, struct billing_step);
    struct membership_terms terms;
    struct membership_event event = event_of(c);
    char why[MEMBERSHIP_WHY] = "";
    enum err err = store_membership_get(c->b->params.store, c->order->member, &step->before);
    if (err == OK && billing_is_behind(&step->before, c->now) && catch_up(c, &step->before) == OK)
        return ERR_STATE;
    if (err == OK)
        err = read_terms(c, &step->before, &terms);
    if (err != OK)
        return err;
    err = membership_apply(&step->before, &terms, &event, &step->change, why);
    if (err == ERR_STATE && catch_up(c, &step->before) == OK)
        return ERR_STATE;
    if (err == ERR_STATE || err == ERR_ARGUMENT || err == ERR_FULL)
        return answer_refused(c, &step->before, &terms, err, why);
    if (err != OK)
        return err;
    c->out->membership = step->change.after;
    if (step->change.after.version == step->before.version && c->order->also == NULL)
        return OK;
    err = save(c, step);
    if (err != OK)
        return err;
    err = collect(c, &step->change);
    if (err == OK)
        err = store_membership_get(c->b->params.store, c->order->member, &c->out->membership);
    return err;
}

/* An order that was given before under its key: what came of the charge it made. ERR_NOT_FOUND: it
 * was not. */
static enum err answer_again(struct changing *c)
{
    charge_id id;
    struct charge *charge = &c->out->charge;
    if (c->order->once == NULL)
        return ERR_NOT_FOUND;
    billing_id_of_once(c->order->member, c->order->once, id.s);
    enum err err = store_charge_get(c->b->params.store, c->arena, id, charge);
    if (err == OK && (charge->state == CHARGE_OPEN || charge->state == CHARGE_RETURNED))
        err = billing_collect(c->b, c->arena, id, c->order, c->out);
    else if (err == OK && charge->state == CHARGE_VOID)
        billing_say(c->out, BILLING_DECLINED, "%s", charge->why);
    else if (err == OK)
        c->out->answer = charge->state == CHARGE_PENDING ? BILLING_PENDING : BILLING_DONE;
    if (err == OK)
        err = store_membership_get(c->b->params.store, c->order->member, &c->out->membership);
    return err;
}

enum err billing_change(struct billing *b, struct arena *arena, const struct billing_order *order,
                        struct billing_result *out)
{
    struct changing c = { .b = b, .arena = arena, .order = order, .out = out, .now = clock_now() };
    *out = (struct billing_result){ .answer = BILLING_DONE };
    enum err err = check_means(&c, order->means);
    if (err == ERR_ARGUMENT)
        return OK;
    if (err == OK)
        err = answer_again(&c);
    if (err != ERR_NOT_FOUND)
        return err;
    for (int i = 0; i < BILLING_AGAIN_MAX; i++) {
        err = try_once(&c);
        if (err == ERR_EXISTS) /* the same order, at the same time: what the other made of it */
            err = answer_again(&c) == OK ? OK : ERR_STATE;
        if (err != ERR_STATE)
            return err;
    }
    billing_say(out, BILLING_BUSY, "the subscription is being changed by somebody else");
    return OK;
}
