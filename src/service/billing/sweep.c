/* The server's own sweep: what was left to be collected, or in doubt, by who died or had no answer.
 */
#include "base/log.h"
#include "service/billing/inside.h"

enum { EVERY_SECONDS = 60, LEFT_MAX = 200 };

static enum err sweep_one(struct billing *b, struct arena *arena, const struct charge *charge,
                          struct billing_renewal *tally)
{
    struct billing_result result = { 0 };
    if (charge->state != CHARGE_VOID)
        return billing_collect_counted(b, arena, charge->id, NULL, tally, &result);
    enum err err = billing_doubt_settle(b, arena, charge);
    tally->unknown += err == ERR_BUSY;
    return err == ERR_BUSY ? OK : err;
}

enum err billing_sweep_once(struct billing *b, utc_time now, const atomic_int *is_stopping,
                            struct billing_renewal *tally)
{
    struct arena *arena = arena_create();
    struct charge *left;
    size_t n = 0;
    int64_t unknown = tally->unknown;
    enum err err =
        store_charges_left(b->params.store, arena, now, BILLING_LEASE_US, LEFT_MAX, &left, &n);
    for (size_t i = 0; err == OK && i < n && (is_stopping == NULL || !atomic_load(is_stopping));
         i++) {
        struct arena *each = arena_create();
        enum err failed = sweep_one(b, each, &left[i], tally);
        if (failed != OK)
            log_warning("billing", "charge %s is left for later: %s", left[i].id.s,
                        err_text(failed));
        arena_destroy(&each);
        if (tally->unknown - unknown >= BILLING_UNKNOWN_MAX)
            break; /* the gateway does not answer at all */
    }
    arena_destroy(&arena);
    return err;
}

static unsigned round_of(void *context, const atomic_int *is_stopping)
{
    struct billing_renewal tally = { 0 };
    enum err err = billing_sweep_once(context, clock_now(), is_stopping, &tally);
    if (err != OK)
        log_error("billing", "charges that were left cannot be looked for: %s", err_text(err));
    else if (tally.charged + tally.failed > 0)
        log_info("billing", "of charges that were left %lld were paid, %lld failed",
                 (long long)tally.charged, (long long)tally.failed);
    return EVERY_SECONDS;
}

enum err billing_sweep_start(struct billing *b, struct rounds **out)
{
    return rounds_start(round_of, b, EVERY_SECONDS, out);
}
