#ifndef LANTERNE_DRIVER_STORE_MEMBERS_H
#define LANTERNE_DRIVER_STORE_MEMBERS_H

#include <stdint.h>

#include "driver/store/store.h"
#include "rules/catalog/title.h"
#include "rules/members/member.h"
#include "rules/members/profile.h"
#include "rules/viewing/streams.h"

/* Makes the account's first profile with it, which has its id. password_hash: as driver/password
 * made it. ERR_EXISTS: the address has an account. */
MUST_CHECK enum err store_member_add(struct store *store, const struct member *member,
                                     const char *password_hash);
MUST_CHECK enum err store_member_get(struct store *store, struct arena *arena, member_id id,
                                     struct member *out);
/* By the key of an address (member_email_key); also its password hash. */
MUST_CHECK enum err store_member_by_email(struct store *store, struct arena *arena, const char *key,
                                          struct member *out, const char **password_hash);
MUST_CHECK enum err store_member_language(struct store *store, member_id id, const char *language);
/* Sets the hash and ends all sessions but `keep` (digest of its token; NULL: all). */
MUST_CHECK enum err store_member_password(struct store *store, member_id id, const char *hash,
                                          const uint8_t keep[32]);
MUST_CHECK enum err store_members_list(struct store *store, struct arena *arena, const char *after,
                                       unsigned limit, struct member **out, size_t *n,
                                       const char **next);

/* Sessions: only the SHA-256 digest of the token is kept. */
MUST_CHECK enum err store_session_end(struct store *store, const uint8_t digest[32]);

/* Failed sign-ins by key (an address, a network): counted in a window that starts with the first.
 */
MUST_CHECK enum err store_sign_in_failed(struct store *store, const char *key, utc_time now);
MUST_CHECK enum err store_sign_in_failures(struct store *store, const char *key, utc_time now,
                                           unsigned *count, utc_time *last);
/* A try to sign in, in one step: *wait_us > 0: not now, the next try of this address (wait of
 * sign_in_wait_us) or network (sign_in_network_wait_us) comes that much later, and nothing is
 * counted. Otherwise the try is counted as failed BEFORE the password is looked at, so that many at
 * once cannot slip past the wait; when it was good, store_sign_in_good takes that back: the
 * address's count is cleared, the network's is one less. Keys are texts of the caller's, such as
 * "address:someone@example.org" and "network:192.0.2.0/24"; network_key NULL: not known. */
MUST_CHECK enum err store_sign_in_begin(struct store *store, const char *address_key,
                                        const char *network_key, utc_time now, int64_t *wait_us);
MUST_CHECK enum err store_sign_in_good(struct store *store, const char *address_key,
                                       const char *network_key);

/* Where a profile left off. finished: the credits were reached. */
struct store_progress {
    playable_id playable;
    title_id title;
    int64_t position_ms, duration_ms;
    bool is_finished;
    utc_time changed;
};
MUST_CHECK enum err store_progress_put(struct store *store, profile_id profile,
                                       const struct store_progress *progress);
MUST_CHECK enum err store_progress_get(struct store *store, profile_id profile,
                                       playable_id playable, struct store_progress *out);
/* Newest first; unfinished_only for the row "continue watching". */
MUST_CHECK enum err store_progress_list(struct store *store, struct arena *arena,
                                        profile_id profile, bool unfinished_only, unsigned limit,
                                        struct store_progress **out, size_t *n);

/* Playbacks: one row a start, so that positions are taken only from who started it, and go to the
 * profile that did, whichever the session is on by then. */
struct store_playback {
    playback_id id;
    member_id member;
    profile_id profile;
    playable_id playable;
    utc_time created, expires;
};
MUST_CHECK enum err store_playback_add(struct store *store, const struct store_playback *playback);
MUST_CHECK enum err store_playback_get(struct store *store, playback_id id,
                                       struct store_playback *out);
/* It is remembered until then: heartbeats keep it. */
MUST_CHECK enum err store_playback_keep(struct store *store, playback_id id, utc_time expires);
/* When the member's unbroken run of playbacks of this playable began: each was started while the
 * one before it had not expired. ERR_NOT_FOUND: there is none that had not expired at `since`. */
MUST_CHECK enum err store_playback_first(struct store *store, member_id member,
                                         playable_id playable, utc_time since, utc_time *began);

#endif
