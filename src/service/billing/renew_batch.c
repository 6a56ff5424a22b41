/* Some memberships that are due, a round at a time: what needs no gateway is decided as far as it
 * goes and saved, some hundred members in a transaction while the next are decided; then cards are
 * charged, several at a time, and whoever is still due has another round. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "service/billing/renew_batch.h"

enum {
    ROUNDS_MAX = 400,   /* three years of months, with their failures */
    CHUNK = 500,        /* members saved in one transaction */
    EXTRA_STEPS = 16,   /* in a chunk, of those who have more than one */
    COLLECTORS_MAX = 8, /* gateways are waited for side by side */
    CONFLICTS_MAX = 4
};

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
    if (item->change->open.state == CHARGE_PENDING)
        k->tally->charged++;
    billing_count(k->tally, item->change, item->n_letters);
}

/* Whoever was changed by others meanwhile is read again, a few times. */
static void look_at_saved(struct renew_batch *k, const struct renew_chunk *c, struct renew_one *one)
{
    bool is_whole = true;
    for (size_t i = one->first; i < one->first + one->n; i++) {
        is_whole = is_whole && c->items[i].is_done;
        if (c->items[i].is_done)
            count_item(k, &c->items[i]);
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

static bool is_wanted(const struct renew_one *one)
{
    return !one->is_done && !one->is_stuck;
}

/* Saves a chunk while the next is decided. */
struct saver {
    struct renew_batch *k;
    pthread_t thread;
    bool is_running;
    struct renew_chunk *chunk; /* NULL: nothing is being saved */
    enum err err;
};

static void *save_items(void *context)
{
    struct saver *s = context;
    s->err = store_billing_commit(s->k->b->params.store, s->chunk->items, s->chunk->n_items);
    return NULL;
}

static void save_begin(struct saver *s, struct renew_chunk *chunk)
{
    s->chunk = chunk;
    s->is_running = chunk->end < s->k->n_ones && /* nothing is left to be decided meanwhile */
                    pthread_create(&s->thread, NULL, save_items, s) == 0;
    if (!s->is_running)
        save_items(s);
}

static enum err save_end(struct saver *s)
{
    struct renew_chunk *c = s->chunk;
    if (c == NULL)
        return OK;
    if (s->is_running)
        pthread_join(s->thread, NULL);
    s->chunk = NULL;
    for (size_t i = c->first; s->err == OK && i < c->end; i++) {
        if (is_wanted(&s->k->ones[i]))
            look_at_saved(s->k, c, &s->k->ones[i]);
    }
    arena_destroy(&c->arena);
    return s->err;
}

/* Those from c->first on. */
static enum err decide_chunk(struct renew_batch *k, struct renew_chunk *c)
{
    size_t n = 0;
    enum err err = OK;
    c->arena = arena_create();
    c->n_items = 0;
    for (c->end = c->first; err == OK && c->end < k->n_ones && n < CHUNK; c->end++) {
        if (!is_wanted(&k->ones[c->end]))
            continue;
        err = renew_decide(k, c, &k->ones[c->end]);
        n++;
    }
    return err;
}

static enum err decide_and_save(struct renew_batch *k)
{
    struct saver saver = { .k = k };
    size_t first = 0, turn = 0;
    enum err err = OK;
    while (err == OK && first < k->n_ones) {
        struct renew_chunk *c = &k->chunks[turn++ % 2];
        c->first = first;
        err = decide_chunk(k, c);
        enum err saved = save_end(&saver);
        err = err == OK ? saved : err;
        if (err == OK)
            save_begin(&saver, c);
        else
            arena_destroy(&c->arena);
        first = c->end;
    }
    enum err saved = save_end(&saver);
    return err == OK ? saved : err;
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
    enum err err = decide_and_save(k);
    if (err != OK)
        return err;
    collect_all(k);
    *left = 0;
    for (size_t i = 0; err == OK && i < k->n_ones; i++) {
        struct renew_one *one = &k->ones[i];
        if (one->is_done || one->is_stuck)
            continue;
        err = read_again(k, one);
        one->is_stuck = err == ERR_NOT_FOUND; /* gone: nobody to be looked at again */
        one->is_done = !one->is_stuck && !renew_is_due(&one->at, k->now);
        err = err == ERR_NOT_FOUND ? OK : err;
        *left += one->is_done || one->is_stuck ? 0 : 1;
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
                             .n_ones = n };
    k.ones = ARENA_ARRAY(own, struct renew_one, n);
    for (size_t i = 0; i < (n > CHUNK ? 2 : 1); i++) {
        struct renew_chunk *c = &k.chunks[i];
        c->room = (n < CHUNK ? n : CHUNK) + EXTRA_STEPS;
        c->steps = ARENA_ARRAY(own, struct billing_step, c->room);
        c->items = ARENA_ARRAY(own, struct store_billing, c->room);
    }
    for (size_t i = 0; i < n; i++)
        k.ones[i].at = due[i];
    size_t left = n;
    k.ids = ARENA_ARRAY(own, charge_id, n);
    enum err err = store_charge_ids(k.b->params.store, k.ids, n);
    k.n_ids = err == OK ? n : 0;
    for (int round = 0; err == OK && left > 0 && round < ROUNDS_MAX; round++)
        err = run_round(&k, &left);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (!k.ones[i].is_done)
            stuck(context, k.ones[i].at.member);
    }
    arena_destroy(&own);
    return err;
}
