/* What members do with a partner's token: the words between those who ask (the API) and the service
 * that carries it out (service/partner). */
#ifndef LANTERNE_RULES_PARTNERS_LINK_H
#define LANTERNE_RULES_PARTNERS_LINK_H

#include "base/arena.h"
#include "rules/billing/order.h"
#include "rules/partners/subscription.h"

/* What a token offers. Texts in the arena. */
struct partner_offer {
    struct partner partner;
    struct bundle bundle;
    struct partner_subscription subscription;
    struct plan plan;
};

enum partner_link_answer {
    PARTNER_LINK_DONE,  /* linked; the partner pays, or will when it says so: see the state */
    PARTNER_LINK_TOKEN, /* no such token, used, expired, or its subscription has ended */
    PARTNER_LINK_OTHER, /* a running subscription of a partner is linked to the member already */
    PARTNER_LINK_STATE, /* suspended, or the membership does not allow it: why */
};
struct partner_link_result {
    enum partner_link_answer answer;
    struct partner_offer offer; /* DONE, OTHER (that one's) */
    char why[PARTNER_WHY];
};

/* The service, as others see it: service/partner fills it in, the app hands it on. Any thread. */
struct partner_ops {
    void *context;
    /* ERR_NOT_FOUND: no token that opens anything now. */
    enum err (*look)(void *context, struct arena *arena, const char *token, utc_time now,
                     struct partner_offer *out);
    enum err (*link)(void *context, struct arena *arena, member_id member, const char *token,
                     utc_time now, struct partner_link_result *out);
    /* The member's subscription by a partner that has not ended. ERR_NOT_FOUND: none. */
    enum err (*of)(void *context, struct arena *arena, member_id member, utc_time now,
                   struct partner_offer *out);
};

#endif
