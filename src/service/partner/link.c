/* Members with a partner's token: they look what it opens, and link. */
#include <stdio.h>
#include <string.h>

#include "service/partner/inside.h"

/* A plan by its code; one that no list has any more is named by it. */
static enum err find_plan(struct store *store, struct arena *arena, const char *code,
                          struct plan *out)
{
    struct plan *plans = NULL;
    size_t n = 0;
    enum err err = store_plans_list(store, arena, &plans, &n);
    *out =
        (struct plan){ .name_en = arena_strdup(arena, code), .name_fr = arena_strdup(arena, code) };
    snprintf(out->code, sizeof out->code, "%s", code);
    for (size_t i = 0; err == OK && i < n; i++)
        if (strcmp(plans[i].code, code) == 0)
            *out = plans[i];
    return err;
}

static enum err read_offer(struct partner_service *service, struct arena *arena,
                           struct partner_offer *offer)
{
    struct store *store = service->params.store;
    const struct partner_subscription *s = &offer->subscription;
    enum err err = store_partner_find(store, arena, s->partner.s, &offer->partner);
    if (err == OK)
        err = store_bundle_get(store, s->partner, s->bundle, &offer->bundle);
    return err == OK ? find_plan(store, arena, offer->bundle.plan, &offer->plan) : err;
}

static enum err find_token(struct partner_service *service, const char *token, utc_time now,
                           struct partner_subscription *out)
{
    uint8_t digest[TOKEN_DIGEST];
    if (token_digest(token, strlen(token), digest) != OK)
        return ERR_NOT_FOUND;
    return store_partner_subscription_by_token(service->params.store, digest, now, out);
}

static enum err look(void *context, struct arena *arena, const char *token, utc_time now,
                     struct partner_offer *out)
{
    struct partner_service *service = context;
    enum err err = find_token(service, token, now, &out->subscription);
    if (err == OK && partner_state_at(&out->subscription, now) == PARTNER_ENDED)
        err = ERR_NOT_FOUND;
    return err == OK ? read_offer(service, arena, out) : err;
}

static enum err of_member(void *context, struct arena *arena, member_id member, utc_time now,
                          struct partner_offer *out)
{
    struct partner_service *service = context;
    enum err err = store_partner_subscription_of_member(service->params.store, member, now,
                                                        &out->subscription);
    return err == OK ? read_offer(service, arena, out) : err;
}

/* ---- linking --------------------------------------------------------------------------------- */

static enum err answer(struct partner_link_result *out, enum partner_link_answer what,
                       const char *why)
{
    out->answer = what;
    snprintf(out->why, sizeof out->why, "%s", why);
    return OK;
}

/* One try. ERR_CANCELLED: something was changed meanwhile. */
static enum err link_once(struct partner_service *service, struct arena *arena,
                          const struct partner_order *order, const char *token,
                          struct partner_link_result *out)
{
    struct partner_subscription before;
    char why[PARTNER_WHY];
    enum err err = find_token(service, token, order->now, &before);
    if (err == ERR_NOT_FOUND)
        return answer(out, PARTNER_LINK_TOKEN, "");
    if (err == OK)
        err = of_member(service, arena, order->member, order->now, &out->offer);
    if (err == OK)
        return answer(out, PARTNER_LINK_OTHER, "");
    if (err != ERR_NOT_FOUND)
        return err;
    struct partner_change change = partner_apply(&before, order);
    if (change.outcome != PARTNER_DONE)
        return answer(
            out, change.reason == PARTNER_IS_SUSPENDED ? PARTNER_LINK_STATE : PARTNER_LINK_TOKEN,
            partner_reason_text(change.reason));
    struct store_partner_change row = { .after = &change.after,
                                        .version = before.version,
                                        .call = PARTNER_LINK,
                                        .at = order->now,
                                        .forgets_token = change.forgets_token };
    err = partner_save(service, arena, &change, &row, why);
    if (err == ERR_STATE)
        return answer(out, PARTNER_LINK_STATE, why);
    out->offer.subscription = change.after;
    return err == OK ? read_offer(service, arena, &out->offer) : err;
}

static enum err link_member(void *context, struct arena *arena, member_id member, const char *token,
                            utc_time now, struct partner_link_result *out)
{
    struct partner_service *service = context;
    struct partner_order order = { .call = PARTNER_LINK, .now = now, .member = member };
    size_t n;
    /* What has ended by now is ended first, so that it is in nobody's way. */
    enum err err = partner_sweep(service, now, &n);
    for (int i = 0; err == OK && i < PARTNER_AGAIN_MAX; i++) {
        *out = (struct partner_link_result){ .answer = PARTNER_LINK_DONE };
        enum err done = link_once(service, arena, &order, token, out);
        if (done != ERR_CANCELLED)
            return done;
    }
    return err == OK ? ERR_BUSY : err;
}

const struct partner_ops *partner_service_ops(struct partner_service *service)
{
    service->ops = (struct partner_ops){
        .context = service, .look = look, .link = link_member, .of = of_member
    };
    return &service->ops;
}
