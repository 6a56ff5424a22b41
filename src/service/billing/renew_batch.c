/* Some memberships that are due, a round at a time: what needs no gateway is decided as far as it
 * goes and saved in one transaction, then cards are charged, several at a time, and whoever is
 * still due has another round. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "service/billing/renew_batch.h"
#include "service/billing/sepa.h"

enum {
    ROUNDS_MAX = 400,   /* three years of months, with their failures */
    STEPS_MAX = 8,      /* of one member in one round */
    COLLECTORS_MAX = 8, /* gateways are waited for side by side */
    CONFLICTS_MAX = 4
};

struct renew_one {
    struct membership at; /* as the steps so far leave it */
    size_t first, n;      /* its items */
    charge_id collect;    /* "" : nothing */
    int conflicts;
    bool is_done, is_stuck;
};

struct renew_batch {
    struct billing *b;
    struct arena *arena; /* of the round */
    const struct billing_facts *facts;
    struct billing_renewal *tally;
    utc_time now;
    struct renew_one *ones;
    size_t n_ones;
    struct billing_step **steps;
    struct store_billing *items;
    size_t n_items, room;
    bool *is_silent; /* the gateway does not answer: no more tries in this run */
};

/* ---- deciding -------------------------------------------------------------------------------- */

static struct billing_step *new_step(struct renew_batch *k, const struct membership *before)
{
    if (k->n_items == k->room)
        return NULL;
    struct billing_step *step = ARENA_NEW(k->arena, struct billing_step);
    step->before = *before;
    k->steps[k->n_items] = step;
    return step;
}

static void add_item(struct renew_batch *k, struct renew_one *one)
{
    k->items[k->n_items] = billing_step_item(k->steps[k->n_items]);
    k->n_items++;
    one->n++;
}

/* Direct debits are given to the bank's next file at once: a try that begins and ends here. */
static enum err debit(struct renew_batch *k, struct renew_one *one, struct billing_reader *reader,
                      const struct means *means, const struct charge *open)
{
    struct membership_terms terms;
    char why[MEMBERSHIP_WHY];
    struct billing_step *step = new_step(k, &one->at);
    if (step == NULL)
        return ERR_FULL;
    step->charge = *open;
    step->charge.state = CHARGE_PENDING;
    step->charge.means = means->id;
    step->charge.tries = 1;
    struct membership_event event = { .kind = MEMBERSHIP_PAID,
                                      .now = k->now,
                                      .charge = &step->charge };
    billing_terms_of(k->b, k->facts, k->arena, &one->at, NULL, k->now, &terms);
    enum err err = membership_apply(&one->at, &terms, &event, &step->change, why);
    if (err == OK)
        billing_step_letter(k->b, k->arena, k->facts, reader, k->now, step);
    if (err == OK)
        err = billing_step_paid(k->b, k->arena, k->facts, reader, means->kind, open, k->now, step);
    if (err != OK)
        return err;
    add_item(k, one);
    k->items[k->n_items - 1].charge_was = CHARGE_OPEN;
    k->items[k->n_items - 1].outcome = CHARGE_TRY_PENDING;
    one->at = step->change.after;
    return OK;
}

/* A charge was opened: by direct debit it is done here, by card once this is saved. */
static enum err pay(struct renew_batch *k, struct renew_one *one, struct billing_reader *reader,
                    const struct charge *open)
{
    struct means means = { .kind = MEANS_CARD };
    if (one->at.means.s[0] != 0) {
        enum err err =
            store_means_get(k->b->params.store, k->arena, one->at.member, one->at.means, &means);
        if (err != OK && err != ERR_NOT_FOUND)
            return err;
    }
    enum charge_outcome outcome = CHARGE_TRY_UNKNOWN;
    if (means.kind == MEANS_SEPA && means.removed.us == 0) {
        char why[CHARGE_WHY];
        enum err err = billing_sepa_try(k->b, k->arena, open, &means, &outcome, why);
        if (err != OK)
            return err;
    }
    if (outcome == CHARGE_TRY_PENDING)
        return debit(k, one, reader, &means, open);
    one->collect = open->id;
    return OK;
}

/* One step of one member. ERR_NOT_FOUND: nothing is due any more. */
static enum err step_once(struct renew_batch *k, struct renew_one *one,
                          struct billing_reader *reader)
{
    struct membership_terms terms;
    struct membership_event event = { .kind = MEMBERSHIP_DUE, .now = k->now };
    char why[MEMBERSHIP_WHY] = "";
    struct billing_step *step = new_step(k, &one->at);
    if (step == NULL)
        return ERR_FULL;
    id_new(event.new_charge.s);
    billing_terms_of(k->b, k->facts, k->arena, &one->at, NULL, k->now, &terms);
    enum err err = membership_apply(&one->at, &terms, &event, &step->change, why);
    if (err != OK) {
        log_error("billing", "member %s cannot be renewed: %s", one->at.member.s,
                  why[0] != 0 ? why : err_text(err));
        return ERR_STATE;
    }
    if (step->change.after.version == one->at.version)
        return ERR_NOT_FOUND;
    billing_step_letter(k->b, k->arena, k->facts, reader, k->now, step);
    add_item(k, one);
    one->at = step->change.after;
    if (step->change.open.id.s[0] != 0)
        return pay(k, one, reader, &step->change.open);
    if (step->change.collect_again)
        one->collect = one->at.charge;
    return OK;
}

static bool is_due(const struct membership *m, utc_time now)
{
    return m->due.us != 0 && m->due.us <= now.us;
}

static enum err decide(struct renew_batch *k, struct renew_one *one)
{
    struct billing_reader reader = { 0 };
    enum err err = OK;
    one->first = k->n_items;
    one->n = 0;
    one->collect.s[0] = 0;
    for (int i = 0;
         err == OK && i < STEPS_MAX && one->collect.s[0] == 0 && is_due(&one->at, k->now); i++)
        err = step_once(k, one, &reader);
    bool is_at_odds = err == ERR_NOT_FOUND || err == ERR_STATE || err == ERR_ARGUMENT;
    if (is_at_odds && one->n == 0)
        one->is_stuck = true;
    return is_at_odds || err == ERR_FULL ? OK : err;
}

/* ---- collecting ------------------------------------------------------------------------------ */

struct collectors {
    struct renew_batch *k;
    atomic_size_t next;
    pthread_mutex_t lock;
    bool is_silent;
};

static void add_tally(struct billing_renewal *sum, const struct billing_renewal *t)
{
    sum->charged += t->charged;
    sum->failed += t->failed;
    sum->renewed += t->renewed;
    sum->converted += t->converted;
    sum->suspended += t->suspended;
    sum->ended += t->ended;
    sum->paused += t->paused;
    sum->resumed += t->resumed;
    sum->letters += t->letters;
    sum->notices += t->notices;
    sum->unknown += t->unknown;
}

static void collect_one(struct collectors *c, struct renew_one *one, int *silent)
{
    struct arena *arena = arena_create();
    struct billing_result result = { 0 };
    struct billing_renewal tally = { 0 };
    enum err err = billing_collect_counted(c->k->b, arena, one->collect, NULL, &tally, &result);
    if (err != OK)
        log_warning("billing", "charge %s is left for later: %s", one->collect.s, err_text(err));
    if (err != OK || result.answer == BILLING_BUSY || tally.unknown > 0)
        one->is_stuck = true;
    *silent = tally.unknown > 0 ? *silent + 1 : 0;
    pthread_mutex_lock(&c->lock);
    add_tally(c->k->tally, &tally);
    c->is_silent |= *silent >= BILLING_UNKNOWN_MAX;
    pthread_mutex_unlock(&c->lock);
    arena_destroy(&arena);
}

static bool is_silent(struct collectors *c)
{
    pthread_mutex_lock(&c->lock);
    bool silent = c->is_silent;
    pthread_mutex_unlock(&c->lock);
    return silent;
}

static void *collect_some(void *context)
{
    struct collectors *c = context;
    int silent = 0;
    for (;;) {
        size_t i = atomic_fetch_add(&c->next, 1);
        if (i >= c->k->n_ones)
            return NULL;
        struct renew_one *one = &c->k->ones[i];
        if (one->is_done || one->is_stuck || one->collect.s[0] == 0)
            continue;
        if (is_silent(c))
            one->is_stuck = true; /* it is open; the next run tries */
        else
            collect_one(c, one, &silent);
    }
}

static void collect_all(struct renew_batch *k)
{
    pthread_t threads[COLLECTORS_MAX];
    struct collectors c = { .k = k, .lock = PTHREAD_MUTEX_INITIALIZER, .is_silent = *k->is_silent };
    size_t n = 0, wanted = 0;
    for (size_t i = 0; i < k->n_ones; i++)
        wanted += k->ones[i].collect.s[0] != 0 && !k->ones[i].is_done && !k->ones[i].is_stuck;
    if (wanted == 0)
        return;
    while (n < COLLECTORS_MAX && n + 1 < wanted &&
           pthread_create(&threads[n], NULL, collect_some, &c) == 0)
        n++;
    collect_some(&c);
    for (size_t i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    *k->is_silent = c.is_silent;
}

/* ---- saving ---------------------------------------------------------------------------------- */

static void count_item(struct renew_batch *k, const struct store_billing *item)
{
    if (item->charge != NULL)
        k->tally->charged++;
    billing_count(k->tally, item->change, item->n_letters);
}

/* Whoever was changed by others meanwhile is read again, a few times. */
static void look_at_saved(struct renew_batch *k, struct renew_one *one)
{
    bool is_whole = true;
    for (size_t i = one->first; i < one->first + one->n; i++) {
        is_whole = is_whole && k->items[i].is_done;
        if (k->items[i].is_done)
            count_item(k, &k->items[i]);
    }
    if (is_whole)
        return;
    one->collect.s[0] = 0;
    if (++one->conflicts == CONFLICTS_MAX) {
        log_warning("billing", "member %s is left for the next run: changed by others meanwhile",
                    one->at.member.s);
        one->is_stuck = true;
    }
}

static enum err save(struct renew_batch *k)
{
    enum err err = store_billing_commit(k->b->params.store, k->items, k->n_items);
    for (size_t i = 0; err == OK && i < k->n_ones; i++) {
        if (!k->ones[i].is_done && !k->ones[i].is_stuck)
            look_at_saved(k, &k->ones[i]);
    }
    return err;
}

/* ---- rounds ---------------------------------------------------------------------------------- */

/* Those whose charge was collected, or who were changed by others, are not as we left them. */
static enum err read_again(struct renew_batch *k, struct renew_one *one)
{
    bool is_ours = one->conflicts == 0 && one->collect.s[0] == 0;
    if (is_ours)
        return OK;
    return store_membership_get(k->b->params.store, one->at.member, &one->at);
}

/* *left: how many are to have another round. */
static enum err run_round(struct renew_batch *k, size_t *left)
{
    enum err err = OK;
    k->n_items = 0;
    for (size_t i = 0; err == OK && i < k->n_ones; i++) {
        if (!k->ones[i].is_done && !k->ones[i].is_stuck)
            err = decide(k, &k->ones[i]);
    }
    if (err == OK)
        err = save(k);
    if (err != OK)
        return err;
    collect_all(k);
    *left = 0;
    for (size_t i = 0; err == OK && i < k->n_ones; i++) {
        struct renew_one *one = &k->ones[i];
        if (one->is_done || one->is_stuck)
            continue;
        err = read_again(k, one);
        one->is_done = err == ERR_NOT_FOUND || !is_due(&one->at, k->now);
        err = err == ERR_NOT_FOUND ? OK : err;
        *left += one->is_done ? 0 : 1;
    }
    return err;
}

enum err renew_batch_run(const struct renew_batch_params *params, struct membership *due, size_t n,
                         renew_stuck_fn *stuck, void *context)
{
    struct arena *own = arena_create();
    struct renew_batch k = { .b = params->b,
                             .facts = params->facts,
                             .tally = params->tally,
                             .now = params->now,
                             .is_silent = params->is_silent,
                             .n_ones = n,
                             .room = 2 * n + STEPS_MAX };
    k.ones = ARENA_ARRAY(own, struct renew_one, n);
    k.steps = ARENA_ARRAY(own, struct billing_step *, k.room);
    k.items = ARENA_ARRAY(own, struct store_billing, k.room);
    for (size_t i = 0; i < n; i++)
        k.ones[i].at = due[i];
    size_t left = n;
    enum err err = OK;
    for (int round = 0; err == OK && left > 0 && round < ROUNDS_MAX; round++) {
        k.arena = arena_create();
        err = run_round(&k, &left);
        arena_destroy(&k.arena);
    }
    for (size_t i = 0; err == OK && i < n; i++) {
        if (!k.ones[i].is_done)
            stuck(context, k.ones[i].at.member);
    }
    arena_destroy(&own);
    return err;
}
