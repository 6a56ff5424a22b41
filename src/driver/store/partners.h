/* Cable partners, what they sell, and what happens to it. */
#ifndef LANTERNE_DRIVER_STORE_PARTNERS_H
#define LANTERNE_DRIVER_STORE_PARTNERS_H

#include "driver/store/also.h"
#include "driver/store/store.h"
#include "rules/partners/subscription.h"

/* ---- partners and their keys -------------------------------------------------------------------
 */

/* ERR_EXISTS: a partner of that name. */
MUST_CHECK enum err store_partner_add(struct store *store, const struct partner *partner);
/* By id or name. */
MUST_CHECK enum err store_partner_find(struct store *store, struct arena *arena, const char *who,
                                       struct partner *out);
MUST_CHECK enum err store_partners_list(struct store *store, struct arena *arena,
                                        struct partner **out, size_t *n);
/* Refuses its calls since then; us 0: takes them again. */
MUST_CHECK enum err store_partner_suspend(struct store *store, partner_id id, utc_time since);

struct store_partner_key {
    partner_key_id id;
    partner_id partner;
    enum partner_algorithm algorithm;
    const uint8_t *bytes; /* hmac-sha256: the secret, sealed; ed25519: the public key */
    size_t size;
    utc_time created, revoked; /* revoked us 0: it counts */
};
MUST_CHECK enum err store_partner_key_add(struct store *store, const struct store_partner_key *key);
/* ERR_NOT_FOUND: the partner has no such key. Revoked again: OK, as it was. */
MUST_CHECK enum err store_partner_key_revoke(struct store *store, partner_id partner,
                                             partner_key_id id, utc_time now);
MUST_CHECK enum err store_partner_key_get(struct store *store, struct arena *arena,
                                          partner_key_id id, struct store_partner_key *out);
MUST_CHECK enum err store_partner_keys_list(struct store *store, struct arena *arena,
                                            partner_id partner, struct store_partner_key **out,
                                            size_t *n);

/* ---- bundles -----------------------------------------------------------------------------------
 */

/* With its first terms. ERR_EXISTS: the partner has one with that code. */
MUST_CHECK enum err store_bundle_add(struct store *store, const struct bundle *bundle,
                                     const struct bundle_terms *terms);
/* terms NULL: they stay; else they are added. ERR_ARGUMENT: another currency than before. */
MUST_CHECK enum err store_bundle_edit(struct store *store, partner_id partner, const char *code,
                                      bool is_offered, const struct bundle_terms *terms);
/* By code. */
MUST_CHECK enum err store_bundles_list(struct store *store, struct arena *arena, partner_id partner,
                                       struct bundle **out, size_t *n);
MUST_CHECK enum err store_bundle_get(struct store *store, partner_id partner, const char *code,
                                     struct bundle *out);
/* Of all its bundles, in the order they were said. */
MUST_CHECK enum err store_bundle_terms_list(struct store *store, struct arena *arena,
                                            partner_id partner, struct bundle_terms **out,
                                            size_t *n);

/* ---- requests ----------------------------------------------------------------------------------
 */

/* Notes that a nonce was used with a key, until it cannot be used any more. ERR_EXISTS: it was. */
MUST_CHECK enum err store_partner_nonce(struct store *store, partner_key_id key, const char *nonce,
                                        utc_time expires, utc_time now);

/* What a request under an Idempotency-Key asked for and was answered. */
struct store_partner_request {
    char key[PARTNER_TEXT];
    uint8_t digest[32]; /* of what was asked */
    int status;
    const uint8_t *sealed; /* the answer's body */
    size_t size;
};
MUST_CHECK enum err store_partner_request_get(struct store *store, struct arena *arena,
                                              partner_id partner, const char *key,
                                              struct store_partner_request *out);
/* Forgets answers that were given before then. */
MUST_CHECK enum err store_partner_requests_sweep(struct store *store, utc_time before);

/* ---- subscriptions -----------------------------------------------------------------------------
 */

/* One change with all that belongs to it. */
struct store_partner_change {
    const struct partner_subscription *after;
    int64_t version; /* it had when it was read; 0: it is new */
    enum partner_call call;
    utc_time at;
    const char *billing_event;   /* NULL: none */
    const uint8_t *token_digest; /* takes the place of the one before; NULL: see forgets_token */
    bool forgets_token;          /* none is out any more */
    const struct store_partner_request *request; /* NULL: nobody will ask again */
};
/* ERR_CANCELLED: the subscription was changed or the request carried out meanwhile, the account or
 * the member has another running subscription, or the billing event is known: read again. */
MUST_CHECK enum err store_partner_commit(struct store *store,
                                         const struct store_partner_change *change);
/* The same, to be done with a change of a membership. In the arena; the change is borrowed. */
const struct store_also *store_partner_also(struct arena *arena,
                                            const struct store_partner_change *change);
/* What changed nothing and is answered all the same when it is asked again. ERR_CANCELLED: it was
 * carried out meanwhile. */
MUST_CHECK enum err store_partner_request_add(struct store *store, partner_id partner,
                                              const struct store_partner_request *request,
                                              utc_time now);

/* partner s[0] 0: anybody's. ERR_NOT_FOUND: none, or another partner's. */
MUST_CHECK enum err store_partner_subscription_get(struct store *store, partner_id partner,
                                                   partner_subscription_id id,
                                                   struct partner_subscription *out);
/* The one whose token has this digest, used or expired ones never. */
MUST_CHECK enum err store_partner_subscription_by_token(struct store *store,
                                                        const uint8_t digest[32], utc_time now,
                                                        struct partner_subscription *out);
/* The one that has not ended at `now`. */
MUST_CHECK enum err store_partner_subscription_of_member(struct store *store, member_id member,
                                                         utc_time now,
                                                         struct partner_subscription *out);
MUST_CHECK enum err store_partner_subscription_of_account(struct store *store, partner_id partner,
                                                          const char *account, utc_time now,
                                                          struct partner_subscription *out);
/* Whether the partner told us of that billing event before. */
MUST_CHECK enum err store_partner_event_is_known(struct store *store, partner_id partner,
                                                 const char *billing_event, bool *is_known);
/* Those changed at `since` or later, in the order of their changes. account NULL: all. */
struct store_partner_filter {
    partner_id partner;
    const char *account, *after;
    utc_time since;
    unsigned limit;
};
MUST_CHECK enum err store_partner_subscriptions_list(struct store *store, struct arena *arena,
                                                     const struct store_partner_filter *filter,
                                                     struct partner_subscription **out, size_t *n,
                                                     const char **next);
/* Those whose membership has to be looked at: on though they have ended, or whose member is gone.
 */
MUST_CHECK enum err store_partner_subscriptions_due(struct store *store, struct arena *arena,
                                                    utc_time now, size_t limit,
                                                    struct partner_subscription **out, size_t *n);
/* Events up to an instant of the subscriptions of a partner with ids after `after` ("" : from the
 * first), of at most limit of them: by subscription, then seq. n 0: there are no more. */
MUST_CHECK enum err store_partner_history(struct store *store, struct arena *arena,
                                          partner_id partner, const char *after, utc_time until,
                                          size_t limit, struct partner_event **out, size_t *n);
/* How many of a partner's are in each state at `now`. */
MUST_CHECK enum err store_partner_counts(struct store *store, partner_id partner, utc_time now,
                                         int64_t counts[PARTNER_STATE_COUNT]);

#endif
