#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "service/billing/renew_batch.h"

enum { BATCH = 8000, STUCK_MAX = 100000 };

/* Who is still due and left for the next run: looked past in this one, so that it ends. */
struct stuck {
    member_id *members;
    size_t n, room;
};

static void add_stuck(void *context, member_id member)
{
    struct stuck *s = context;
    if (s->n == s->room) {
        size_t room = s->room == 0 ? 64 : 2 * s->room;
        member_id *more = realloc(s->members, room * sizeof more[0]);
        if (more == NULL)
            abort();
        s->members = more;
        s->room = room;
    }
    s->members[s->n++] = member;
}

static int by_id(const void *a, const void *b)
{
    const member_id *x = a, *y = b;
    return memcmp(x->s, y->s, sizeof x->s);
}

/* Takes those out that are stuck; how many are left. */
static size_t without_stuck(struct stuck *s, struct membership *due, size_t n)
{
    size_t left = 0;
    if (s->n == 0)
        return n;
    qsort(s->members, s->n, sizeof s->members[0], by_id);
    for (size_t i = 0; i < n; i++) {
        if (bsearch(&due[i].member, s->members, s->n, sizeof s->members[0], by_id) == NULL)
            due[left++] = due[i];
    }
    return left;
}

/* *n: how many were looked at; 0: nobody is due any more. */
static enum err renew_some(const struct renew_batch_params *params, struct stuck *stuck, size_t *n)
{
    struct billing_facts facts;
    struct renew_batch_params with = *params;
    struct membership *due;
    struct arena *arena = arena_create();
    enum err err = billing_facts_read(params->b, arena, &facts);
    if (err == OK)
        err = store_memberships_due(params->b->params.store, arena, params->now, BATCH + stuck->n,
                                    &due, n);
    if (err == OK)
        *n = without_stuck(stuck, due, *n);
    with.facts = &facts;
    if (err == OK && *n > 0)
        err = renew_batch_run(&with, due, *n, add_stuck, stuck);
    arena_destroy(&arena);
    return err;
}

/* What an earlier run left: charges that were opened and nobody has an answer to. */
static enum err sweep(struct billing *b, utc_time now, const atomic_int *is_stopping,
                      struct billing_renewal *tally)
{
    int64_t before;
    enum err err = OK;
    do {
        before = tally->charged + tally->failed;
        err = billing_sweep_once(b, now, is_stopping, tally);
    } while (err == OK && tally->charged + tally->failed > before &&
             (is_stopping == NULL || !atomic_load(is_stopping)));
    return err;
}

enum err billing_renew(struct billing *b, utc_time now, const atomic_int *is_stopping,
                       struct billing_renewal *out)
{
    struct stuck stuck = { 0 };
    bool is_silent = false;
    const struct renew_batch_params params = {
        .b = b, .tally = out, .now = now, .is_silent = &is_silent
    };
    *out = (struct billing_renewal){ 0 };
    enum err err = sweep(b, now, is_stopping, out);
    for (size_t n = 1; err == OK && n > 0 && stuck.n < STUCK_MAX;) {
        if (is_stopping != NULL && atomic_load(is_stopping))
            break;
        err = renew_some(&params, &stuck, &n);
        out->due += err == OK ? (int64_t)n : 0;
    }
    out->left = (int64_t)stuck.n;
    free(stuck.members);
    return err;
}

static void note_stuck(void *context, member_id member)
{
    bool *is_stuck = context;
    (void)member;
    *is_stuck = true;
}

enum err billing_renew_one(struct billing *b, struct arena *arena, member_id member, utc_time now,
                           struct billing_renewal *tally)
{
    struct billing_facts facts;
    struct membership m;
    bool is_silent = false, is_stuck = false;
    enum err err = billing_facts_read(b, arena, &facts);
    if (err == OK)
        err = store_membership_get(b->params.store, member, &m);
    if (err == OK)
        err = renew_batch_run(
            &(struct renew_batch_params){
                .b = b, .facts = &facts, .tally = tally, .now = now, .is_silent = &is_silent },
            &m, 1, note_stuck, &is_stuck);
    return err == OK && is_stuck ? ERR_STATE : err;
}
