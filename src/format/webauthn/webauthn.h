/* Passkeys as browsers hand them over: Web Authentication Level 3. Reads what an authenticator says
 * and judges it by the steps of 7.1 (a passkey is made) and 7.2 (somebody signs in with one), but
 * for three that belong elsewhere: JSON is read by who calls, signatures are driver/signature's,
 * and what is known of a credential is the store's.
 *
 * We ask for discoverable credentials that check who holds them (userVerification "required"), and
 * for no attestation: a statement that comes nevertheless is not looked at (7.1, step 24: "none" is
 * acceptable to us, and so is all else). Pure. */
#ifndef LANTERNE_FORMAT_WEBAUTHN_WEBAUTHN_H
#define LANTERNE_FORMAT_WEBAUTHN_WEBAUTHN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* X(name, word): why a passkey is refused, in the order in which it is looked for. The words are
 * stable: they stand in logs, and texts for people are found by them. */
#define WEBAUTHN_FAULTS(X)                                                                         \
    X(WEBAUTHN_FORMAT, "format")             /* not what 5.8.1, 6.1 and 6.5.4 describe */          \
    X(WEBAUTHN_TYPE, "type")                 /* made for the other thing: 7.1 and 7.2, type */     \
    X(WEBAUTHN_CHALLENGE, "challenge")       /* not ours, not for this, used, or too late */       \
    X(WEBAUTHN_ORIGIN, "origin")             /* of another site */                                 \
    X(WEBAUTHN_CROSS_ORIGIN, "cross-origin") /* of a page inside another site's */                 \
    X(WEBAUTHN_CREDENTIAL, "credential")     /* unknown, removed, or of an impossible size */      \
    X(WEBAUTHN_USER, "user")                 /* it is another member's */                          \
    X(WEBAUTHN_RP_ID, "rp-id")               /* the authenticator made it for another site */      \
    X(WEBAUTHN_PRESENCE, "presence")         /* nobody was there */                                \
    X(WEBAUTHN_VERIFICATION, "verification") /* who was there was not checked */                   \
    X(WEBAUTHN_BACKUP, "backup")             /* flags that cannot be, or have changed */           \
    X(WEBAUTHN_ALGORITHM, "algorithm")       /* none that we asked for */                          \
    X(WEBAUTHN_KEY, "key")                   /* no public key of its algorithm */                  \
    X(WEBAUTHN_SIGNATURE, "signature")       /* not made with the key over these bytes */          \
    X(WEBAUTHN_COUNTER, "counter")           /* it went back: there may be a copy */

enum webauthn_fault {
    WEBAUTHN_GOOD,
#define X(name, word) name,
    WEBAUTHN_FAULTS(X)
#undef X
        N_WEBAUTHN_FAULTS
};
const char *webauthn_fault_name(enum webauthn_fault fault); /* "good" for none */

enum {
    WEBAUTHN_CREDENTIAL_MAX = 1023, /* bytes of a credential's id: 7.1, step 25 */
    WEBAUTHN_USER_MAX = 64,         /* bytes of a user handle: 5.4.3 */
    WEBAUTHN_HASH = 32,             /* SHA-256 */
    WEBAUTHN_TIMEOUT_MS = 300000,   /* of a ceremony: what 15.1 recommends, to the upper end */
};

/* ---- the site ----------------------------------------------------------------------------------
 */

enum { WEBAUTHN_RP_ID_MAX = 253 /* a domain name */ };
/* Whose passkeys: credentials are of a domain (the RP ID, 5.4.2) and used from one origin (7.1,
 * step 9). */
struct webauthn_site {
    char rp_id[WEBAUTHN_RP_ID_MAX + 1];   /* "example.org" */
    char origin[WEBAUTHN_RP_ID_MAX + 16]; /* "https://example.org:8443" */
};
/* The site at an address ("https://Example.org:443/x"). False: there can be none, for its host is a
 * number, or no domain: browsers make passkeys for names alone. Or it has neither TLS nor is it
 * this very machine ("localhost"), where they are not made either. */
bool webauthn_site_of(const char *address, struct webauthn_site *out);
/* Whether it is this machine: "localhost", or a name under it. */
bool webauthn_site_is_here(const struct webauthn_site *site);

/* ---- what the browser says: 5.8.1 --------------------------------------------------------------
 */

enum webauthn_ceremony { WEBAUTHN_CREATE, WEBAUTHN_GET };
/* Of the JSON; NULL: absent. */
struct webauthn_client_data {
    const char *type, *challenge, *origin, *top_origin;
    bool is_cross_origin;
};
/* Type, origin and frame (7.1, steps 7 and 9 to 11; 7.2, steps 10 and 12 to 14). Who made the
 * challenge looks at that. */
enum webauthn_fault webauthn_client_check(const struct webauthn_client_data *said,
                                          enum webauthn_ceremony ceremony,
                                          const struct webauthn_site *site);

/* ---- what the authenticator says: 6.1 ----------------------------------------------------------
 */

enum {
    WEBAUTHN_USER_PRESENT = 0x01,
    WEBAUTHN_USER_VERIFIED = 0x04,
    WEBAUTHN_BACKUP_ELIGIBLE = 0x08,
    WEBAUTHN_BACKED_UP = 0x10,
    WEBAUTHN_HAS_CREDENTIAL = 0x40,
    WEBAUTHN_HAS_EXTENSIONS = 0x80,
};

/* COSE algorithms that we ask for, best first (pubKeyCredParams). */
enum { WEBAUTHN_ALGORITHMS = 3 };
extern const int webauthn_algorithms[WEBAUTHN_ALGORITHMS];
enum webauthn_algorithm {
    WEBAUTHN_ES256 = -7,   /* ECDSA on P-256 with SHA-256; key: x and y, 64 bytes */
    WEBAUTHN_EDDSA = -8,   /* Ed25519; key: 32 bytes */
    WEBAUTHN_RS256 = -257, /* RSASSA-PKCS1-v1_5 with SHA-256, 2048 bits; key: n and e, 259 bytes */
};
enum { WEBAUTHN_KEY_MAX = 259 };
struct webauthn_key {
    int algorithm;
    uint8_t bytes[WEBAUTHN_KEY_MAX];
    size_t size;
};

struct webauthn_authenticator {
    const uint8_t *rp_id_hash; /* borrowed, like all below */
    uint8_t flags;
    uint32_t counter;
    /* When flags has WEBAUTHN_HAS_CREDENTIAL. */
    const uint8_t *credential;
    size_t credential_size;
    const uint8_t *cose; /* the public key (RFC 9052, 7) */
    size_t cose_size;
};
/* Authenticator data, to its last byte. WEBAUTHN_FORMAT; WEBAUTHN_CREDENTIAL: its id is empty or
 * too long. */
enum webauthn_fault webauthn_authenticator_read(const void *bytes, size_t n,
                                                struct webauthn_authenticator *out);
/* The authenticator data inside an attestation object (6.5.4): *data is lent. WEBAUTHN_FORMAT. */
enum webauthn_fault webauthn_attestation_read(const void *bytes, size_t n, const uint8_t **data,
                                              size_t *data_size);
/* A public key as COSE has it (RFC 9053, 7.1 and 7.2; RFC 8230, 4): all that its kind needs, once,
 * and nothing else (6.5.1.1). WEBAUTHN_FORMAT, _ALGORITHM; _KEY: of another kind, curve or size.
 * That a point is on its curve is not looked at here. */
enum webauthn_fault webauthn_key_read(const void *bytes, size_t n, struct webauthn_key *out);

/* Site, presence, verification and flags (7.1, steps 14 to 17; 7.2, steps 15 to 18). */
enum webauthn_fault webauthn_authenticator_check(const struct webauthn_authenticator *said,
                                                 const uint8_t rp_id_hash[WEBAUTHN_HASH]);
/* What is held against the credential as it is known: whether it may be backed up does not change
 * (7.2, step 19), and its counter goes up, unless it has none (7.2, step 22; 6.1.1). */
enum webauthn_fault webauthn_backup_check(const struct webauthn_authenticator *said,
                                          bool was_eligible);
enum webauthn_fault webauthn_counter_check(uint32_t known, uint32_t said);

/* ---- ways to reach an authenticator: 5.8.4 -----------------------------------------------------
 */

#define WEBAUTHN_TRANSPORTS(X) X("ble") X("hybrid") X("internal") X("nfc") X("smart-card") X("usb")
enum { N_WEBAUTHN_TRANSPORTS = 6 };
extern const char *const webauthn_transports[N_WEBAUTHN_TRANSPORTS];
/* The bit of one, at its place in the list; 0: not known, which is to be ignored. */
unsigned webauthn_transport(const char *name);

#endif
