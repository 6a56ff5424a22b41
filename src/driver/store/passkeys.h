/* Members' passkeys. Letters are written in the same transaction as what they tell; a NULL letter
 * is none. */
#ifndef LANTERNE_DRIVER_STORE_PASSKEYS_H
#define LANTERNE_DRIVER_STORE_PASSKEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "driver/store/letters.h"
#include "driver/store/store.h"
#include "rules/members/member.h"

ID_TYPE(passkey_id);

enum {
    STORE_PASSKEYS_MAX = 10, /* of one member: some devices each, some keys in drawers */
};

struct store_passkey {
    passkey_id id;
    member_id member;
    const uint8_t *credential; /* what the authenticator calls it */
    size_t credential_size;
    int algorithm;      /* of COSE */
    const uint8_t *key; /* public, as driver/signature takes it */
    size_t key_size;
    uint32_t counter; /* of signatures; 0: it does not count */
    const char *name;
    unsigned transports; /* bits */
    bool may_be_backed_up, is_backed_up;
    utc_time created, used; /* used.us 0: not yet */
};

/* A challenge that was answered well: it is taken once. */
struct store_challenge {
    uint8_t digest[32];
    utc_time expires; /* forgotten then: who made it knows that it is too old */
};

/* ERR_EXPIRED: the challenge was taken before. ERR_EXISTS: somebody has the credential. ERR_FULL:
 * the member has STORE_PASSKEYS_MAX. ERR_NOT_FOUND: the member is gone. */
MUST_CHECK enum err store_passkey_add(struct store *store, const struct store_passkey *passkey,
                                      const struct store_challenge *challenge,
                                      const struct store_letter *letter);
/* The member's, oldest first. */
MUST_CHECK enum err store_passkeys_list(struct store *store, struct arena *arena, member_id member,
                                        struct store_passkey **out, size_t *n);
/* By what its authenticator calls it, with its member. ERR_NOT_FOUND. */
MUST_CHECK enum err store_passkey_find(struct store *store, struct arena *arena,
                                       const uint8_t *credential, size_t n,
                                       struct store_passkey *out, struct member *member);
/* Notes that a passkey, as it was found, signed the challenge with that counter. ERR_EXPIRED as
 * above; ERR_ORDER: another use has brought the counter as far meanwhile; ERR_NOT_FOUND: it was
 * removed meanwhile. */
MUST_CHECK enum err store_passkey_use(struct store *store, const struct store_passkey *passkey,
                                      uint32_t counter, bool is_backed_up,
                                      const struct store_challenge *challenge, utc_time now);
/* Of that member's. ERR_NOT_FOUND. */
MUST_CHECK enum err store_passkey_rename(struct store *store, member_id member, const char *id,
                                         const char *name);
MUST_CHECK enum err store_passkey_remove(struct store *store, member_id member, const char *id,
                                         const struct store_letter *letter);

#endif
