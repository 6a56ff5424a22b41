/* Keys by which partners vouch for their customers on a box, and what was vouched with them. */
#ifndef LANTERNE_DRIVER_STORE_ASSERTIONS_H
#define LANTERNE_DRIVER_STORE_ASSERTIONS_H

#include "driver/store/account.h"
#include "driver/store/store.h"
#include "rules/partners/partner.h"

struct store_assertion_key {
    partner_key_id id;
    partner_id partner;
    const char *algorithm; /* as JOSE names it */
    const uint8_t *bytes;  /* public */
    size_t size;
    utc_time created, ended; /* ended us 0: it counts */
};
MUST_CHECK enum err store_assertion_key_add(struct store *store,
                                            const struct store_assertion_key *key);
/* ERR_NOT_FOUND: the partner has no such key. Ended again: OK, as it was. */
MUST_CHECK enum err store_assertion_key_end(struct store *store, partner_id partner,
                                            partner_key_id id, utc_time now);
MUST_CHECK enum err store_assertion_key_get(struct store *store, struct arena *arena,
                                            partner_key_id id, struct store_assertion_key *out);
/* In the order they were added. */
MUST_CHECK enum err store_assertion_keys_list(struct store *store, struct arena *arena,
                                              partner_id partner, struct store_assertion_key **out,
                                              size_t *n);

/* Begins the session that an assertion is good for, once: ERR_EXISTS when its id was used with that
 * key. Nothing is written then. expires: until when the id is remembered. */
MUST_CHECK enum err store_assertion_use(struct store *store, partner_key_id key, const char *id,
                                        utc_time expires,
                                        const struct store_session_start *session);

#endif
