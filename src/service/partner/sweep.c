/* What the clock does: ends what was to end on a day that has come, forgets what is too old. */
#include <stdlib.h>

#include "base/log.h"
#include "driver/store/boxes.h"
#include "service/partner/inside.h"

enum {
    LOOK_SECONDS = 10,
    BATCH = 100,
    ANSWERS_DAYS = 30 /* so long a call is answered again under its key */
};

/* ERR_CANCELLED: somebody else was at it, all is well. */
static enum err end_one(struct partner_service *service, const struct partner_subscription *before,
                        utc_time now)
{
    char why[PARTNER_WHY];
    struct arena *arena = arena_create();
    bool is_gone = before->member.s[0] == 0;
    struct partner_order order = { .call = is_gone ? PARTNER_GONE : PARTNER_END, .now = now };
    struct partner_change change = partner_apply(before, &order);
    struct store_partner_change row = { .after = &change.after,
                                        .version = before->version,
                                        .call = order.call,
                                        .at = now,
                                        .forgets_token = change.forgets_token };
    enum err err = ERR_CANCELLED;
    if (change.outcome == PARTNER_DONE)
        err = partner_save(service, arena, &change, &row, why);
    arena_destroy(&arena);
    return err;
}

/* Those of a page. *n: how many ended; one that cannot be ended now leaves the others. */
static void end_page(struct partner_service *service, const struct partner_subscription *due,
                     size_t n_due, utc_time now, size_t *n)
{
    for (size_t i = 0; i < n_due; i++) {
        enum err err = end_one(service, &due[i], now);
        *n += err == OK;
        if (err != OK && err != ERR_CANCELLED)
            log_warning("partner", "subscription %s cannot be ended: %s", due[i].id.s,
                        err_text(err));
    }
}

enum err partner_sweep(struct partner_service *service, utc_time now, size_t *n)
{
    enum err err = OK;
    size_t before = 0;
    *n = 0;
    do {
        struct arena *arena = arena_create();
        struct partner_subscription *due = NULL;
        size_t n_due = 0;
        before = *n;
        err =
            store_partner_subscriptions_due(service->params.store, arena, now, BATCH, &due, &n_due);
        if (err == OK)
            end_page(service, due, n_due, now, n);
        arena_destroy(&arena);
    } while (err == OK && *n > before);
    return err;
}

/* ---- the thread ------------------------------------------------------------------------------ */

static unsigned round_of(void *context, const atomic_int *is_stopping)
{
    struct partner_service *s = context;
    size_t n = 0;
    utc_time now = clock_now();
    (void)is_stopping; /* a round is short */
    enum err err = partner_sweep(s, now, &n);
    if (err == OK)
        err = store_partner_requests_sweep(s->params.store,
                                           (utc_time){ now.us - ANSWERS_DAYS * UTC_DAY });
    if (err == OK)
        err = store_boxes_sweep(s->params.store, now);
    if (err != OK)
        log_error("partner", "what is due cannot be ended: %s", err_text(err));
    if (n > 0)
        log_info("partner", "%zu subscriptions ended", n);
    return LOOK_SECONDS;
}

enum err partner_service_create(const struct partner_params *params, struct partner_service **out)
{
    struct partner_service *s = calloc(1, sizeof *s);
    if (s == NULL)
        return ERR_MEMORY;
    s->params = *params;
    *out = s;
    return OK;
}

enum err partner_service_start(struct partner_service *service)
{
    return rounds_start(round_of, service, 0, &service->rounds);
}

void partner_service_destroy(struct partner_service **service)
{
    struct partner_service *s = *service;
    if (s == NULL)
        return;
    rounds_stop(&s->rounds);
    free(s);
    *service = NULL;
}
