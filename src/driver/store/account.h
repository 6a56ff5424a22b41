/* What a member does with their account. Letters are written in the same transaction as what they
 * tell; a NULL letter is none. Of tokens, devices and recovery codes only SHA-256 digests are kept.
 */
#ifndef LANTERNE_DRIVER_STORE_ACCOUNT_H
#define LANTERNE_DRIVER_STORE_ACCOUNT_H

#include <stdint.h>

#include "base/json.h"
#include "driver/store/letters.h"
#include "driver/store/members.h"

/* ---- tokens that come by mail: each opens one thing, once -------------------------------------
 */

enum store_token_kind {
    STORE_TOKEN_VERIFY,  /* the address is the member's */
    STORE_TOKEN_ADDRESS, /* so is the one it is to be changed to */
    STORE_TOKEN_RESET    /* sets a new password */
};
struct store_token {
    uint8_t digest[32];
    enum store_token_kind kind;
    member_id member;
    const char *email; /* where it was sent */
    utc_time created, expires;
};

/* Signs a member up: with the token and the letter that asks whether the address is theirs (both
 * NULL: it cannot be written to). ERR_EXISTS: the address has an account. */
MUST_CHECK enum err store_account_add(struct store *store, const struct member *member,
                                      const char *password_hash, const struct store_token *token,
                                      const struct store_letter *letter);
/* n_letters go out with the token. */
MUST_CHECK enum err store_token_add(struct store *store, const struct store_token *token,
                                    const struct store_letter *letters, size_t n_letters);
/* A live token of these kinds (a set of 1 << kind) with its member. ERR_NOT_FOUND: unknown, used,
 * or its time has passed. */
MUST_CHECK enum err store_token_find(struct store *store, struct arena *arena,
                                     const uint8_t digest[32], unsigned kinds, utc_time now,
                                     struct store_token *out, struct member *member);

/* Somebody says that they forgot their password. The try counts, like one to sign in, against
 * address_key and network_key; *wait_us > 0: not now, and nothing was written. token and letter are
 * written when their member is there still; NULL: nobody has that address, which is counted alike.
 */
MUST_CHECK enum err store_reset_ask(struct store *store, const char *address_key,
                                    const char *network_key, const struct store_token *token,
                                    const struct store_letter *letter, utc_time now,
                                    int64_t *wait_us);
/* Uses a token of STORE_TOKEN_RESET: sets the hash, ends all sessions and all such tokens, and
 * takes the address as proven when the token went to it. ERR_NOT_FOUND as above. */
MUST_CHECK enum err store_reset_use(struct store *store, const uint8_t digest[32], const char *hash,
                                    const struct store_letter *letter, utc_time now);
/* Uses a token of STORE_TOKEN_VERIFY or _ADDRESS. The latter makes its address the member's: tokens
 * that went to the one before open nothing from then on. ERR_NOT_FOUND as above, also when a
 * verified address is not the member's any more; ERR_EXISTS: another account took it meanwhile. */
MUST_CHECK enum err store_verify_use(struct store *store, const uint8_t digest[32],
                                     const struct store_letter *letters, size_t n_letters,
                                     utc_time now);
/* store_member_password, with a letter that tells it; tokens to reset it end. */
MUST_CHECK enum err store_account_password(struct store *store, member_id id, const char *hash,
                                           const uint8_t keep[32],
                                           const struct store_letter *letter);

/* ---- sessions and devices ----------------------------------------------------------------------
 */

enum { STORE_DEVICES_MAX = 50 /* of one member; those not seen for longest are forgotten */ };
enum store_session_kind {
    STORE_SESSION_SITE, /* of a browser, or of a program that signed in with a password */
    STORE_SESSION_BOX   /* lives on while it is seen */
};
struct store_session_start {
    const uint8_t *digest;
    member_id member;
    const char *agent; /* the program's own name, one line */
    const char *place; /* a territory; "" : not known */
    utc_time now, expires;
    const uint8_t *device; /* digest of the device's own secret; NULL: it has none, and is new */
    const struct store_letter *alert; /* sent when the member has not had that device before */
    enum store_session_kind kind;
    const char *name;    /* of a box: what its owner calls it; NULL: nothing */
    const char *partner; /* id of the partner who vouched for the member; NULL: none */
};
MUST_CHECK enum err store_session_start(struct store *store,
                                        const struct store_session_start *session);
MUST_CHECK enum err store_device_known(struct store *store, member_id member,
                                       const uint8_t device[32], bool *is_known);

struct store_session_entry {
    char id[ID_TEXT]; /* made of the digest, tells nothing of the token */
    uint8_t digest[32];
    const char *agent, *place;
    utc_time created, seen, expires;
    enum store_session_kind kind;
    const char *name;    /* "": none */
    const char *partner; /* the name of who vouched for the member; NULL: nobody did */
};
/* Live ones, seen last first. */
MUST_CHECK enum err store_sessions_list(struct store *store, struct arena *arena, member_id member,
                                        utc_time now, struct store_session_entry **out, size_t *n);
/* Ends one of the member's; ERR_NOT_FOUND. */
MUST_CHECK enum err store_session_revoke(struct store *store, member_id member, const char *id);
/* Ends all of the member's but `keep`. */
MUST_CHECK enum err store_sessions_end_others(struct store *store, member_id member,
                                              const uint8_t keep[32]);
/* Ends the boxes' sessions that this partner vouched for. */
MUST_CHECK enum err store_sessions_end_of_partner(struct store *store, const char *partner);
/* Notes that and where a session was seen, unless that was noted less than every_us ago. A box's
 * then lasts for box_us from now at least. */
MUST_CHECK enum err store_session_seen(struct store *store, const uint8_t digest[32],
                                       const char *place, utc_time now, int64_t every_us,
                                       int64_t box_us);

/* ---- the second factor -------------------------------------------------------------------------
 *
 *   none -put-> PENDING -confirm-> ON -off-> none        PENDING -put-> PENDING */
struct store_factor {
    const uint8_t *sealed; /* the secret */
    size_t sealed_size;
    utc_time since;    /* us 0: pending */
    int64_t last_step; /* the newest time step whose code was taken */
};
enum { STORE_RECOVERY_CODES = 10 };
/* ERR_STATE: it is on. */
MUST_CHECK enum err store_factor_put(struct store *store, member_id member, const uint8_t *sealed,
                                     size_t n);
MUST_CHECK enum err store_factor_get(struct store *store, struct arena *arena, member_id member,
                                     struct store_factor *out);
/* Switches the factor on that was got as `factor`, its code of `step` taken, with the digests of
 * its recovery codes. ERR_STATE: it is on, or was put anew meanwhile. */
MUST_CHECK enum err store_factor_confirm(struct store *store, member_id member,
                                         const struct store_factor *factor, int64_t step,
                                         const uint8_t codes[STORE_RECOVERY_CODES][32],
                                         const struct store_letter *letter, utc_time now);
/* Takes the code of a step, or a recovery code, once. ERR_NOT_FOUND: it was taken, or a later one.
 */
MUST_CHECK enum err store_factor_use(struct store *store, member_id member, int64_t step);
MUST_CHECK enum err store_recovery_use(struct store *store, member_id member,
                                       const uint8_t digest[32]);
MUST_CHECK enum err store_factor_off(struct store *store, member_id member,
                                     const struct store_letter *letter);

/* ---- all of it ---------------------------------------------------------------------------------
 */

/* Writes everything that is kept of a member as one JSON object (GDPR art. 20), but for what is
 * secret: hashes, tokens, the second factor's secret. ERR_NOT_FOUND. */
MUST_CHECK enum err store_account_export(struct store *store, member_id member,
                                         struct json_writer *w);
/* Deletes a member with everything that is kept of them (art. 17), and sends the letter, whose
 * member must be nobody. email_key: of their address. ERR_STATE: the last administrator. */
MUST_CHECK enum err store_account_delete(struct store *store, member_id member,
                                         const char *email_key, const struct store_letter *letter);

#endif
