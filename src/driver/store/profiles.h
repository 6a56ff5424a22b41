#ifndef LANTERNE_DRIVER_STORE_PROFILES_H
#define LANTERNE_DRIVER_STORE_PROFILES_H

#include <stdint.h>

#include "driver/store/store.h"
#include "rules/members/profile.h"

/* ERR_EXISTS: the member has one of that name, without regard to case and accents. ERR_FULL: has
 * PROFILES_MAX. ERR_ARGUMENT with *why; ERR_STATE: profile_change. */
MUST_CHECK enum err store_profile_add(struct store *store, const struct profile *profile,
                                      struct profile_problem *why);
/* The account's first, then the others, oldest first. */
MUST_CHECK enum err store_profiles_list(struct store *store, struct arena *arena, member_id member,
                                        struct profile **out, size_t *n);
/* ERR_NOT_FOUND: the member has none of that id. */
MUST_CHECK enum err store_profile_get(struct store *store, struct arena *arena, member_id member,
                                      profile_id id, struct profile *out);
/* profile_change on what is stored, in one step. ERR_NOT_FOUND, ERR_EXISTS as above; ERR_ARGUMENT
 * with *why and ERR_STATE are profile_change's. */
MUST_CHECK enum err store_profile_change(struct store *store, member_id member, profile_id id,
                                         const struct profile_change *change,
                                         struct profile_problem *why);
/* Its history goes with it. Sessions that were on it are then on the account's first; if it had a
 * limit they end instead, but for `keep` (digest; NULL: none): a child must not find itself
 * grown-up. ERR_STATE: it is the account's first. */
MUST_CHECK enum err store_profile_remove(struct store *store, member_id member, profile_id id,
                                         const uint8_t keep[32]);
/* Puts a session on a profile and locks the locked area. ERR_NOT_FOUND: no such session, or the
 * profile is not of its member. */
MUST_CHECK enum err store_profile_choose(struct store *store, const uint8_t digest[32],
                                         profile_id id);

/* The account's PIN. */
struct store_pin {
    bool is_set;
    int locked_age; /* what is for that age and above is in the locked area; 0: the law alone */
};
/* hash: as driver/password made it; NULL takes the PIN away, and the locked age with it. All
 * sessions are locked. */
MUST_CHECK enum err store_pin_set(struct store *store, member_id member, const char *hash,
                                  int locked_age);
MUST_CHECK enum err store_pin_get(struct store *store, member_id member, struct store_pin *out);
/* A try in one step, counted as a wrong one BEFORE the PIN is looked at, so that many at once
 * cannot slip past the wait; store_pin_good takes all back. *wait_us > 0: not now, nothing is
 * counted. hash: what the PIN is checked against. ERR_NOT_FOUND: there is no PIN. */
enum { STORE_PIN_HASH = 128 };
MUST_CHECK enum err store_pin_try(struct store *store, member_id member, utc_time now,
                                  char hash[STORE_PIN_HASH], int64_t *wait_us);
MUST_CHECK enum err store_pin_good(struct store *store, member_id member);
/* Opens the locked area for a session until an instant; us 0 locks it. */
MUST_CHECK enum err store_session_unlock(struct store *store, const uint8_t digest[32],
                                         utc_time until);

/* A live session with who sits before the screen. ERR_NOT_FOUND: unknown, expired, or the partner
 * who vouched for the member does so no more. */
struct store_session {
    struct member member;
    struct profile profile;
    struct store_pin pin;
    utc_time unlocked_until; /* us 0: locked */
    bool is_box;             /* STORE_SESSION_BOX */
};
MUST_CHECK enum err store_session_get(struct store *store, struct arena *arena,
                                      const uint8_t digest[32], utc_time now,
                                      struct store_session *out);

#endif
