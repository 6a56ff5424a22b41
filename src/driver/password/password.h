/* Passwords and tokens, by libsodium. Argon2id with 2 passes over 19 MiB: about 30 ms of one core
 * each, so at most two are worked on at a time and the others wait their turn. Any thread. */
#ifndef LANTERNE_DRIVER_PASSWORD_PASSWORD_H
#define LANTERNE_DRIVER_PASSWORD_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    PASSWORD_HASH_TEXT = 128, /* "$argon2id$v=19$m=..." and its NUL */
    TOKEN_TEXT = 44,          /* 32 bytes as base64url without padding, and a NUL */
    TOKEN_DIGEST = 32,
    PASSWORD_WAITING_MAX = 64 /* more than these in the queue are told ERR_BUSY */
};

/* ERR_BUSY: too many wait already; ERR_MEMORY. */
MUST_CHECK enum err password_hash(const char *password, size_t n, char out[PASSWORD_HASH_TEXT]);
/* Whether the password belongs to the hash. hash NULL: there is no such account; the same time is
 * taken and *good is false. ERR_BUSY as above. */
MUST_CHECK enum err password_check(const char *hash, const char *password, size_t n, bool *good);
/* Whether the hash was made with other costs than today's: hash the password anew when it is known.
 */
bool password_is_outdated(const char *hash);
/* A password for a person to type once: 25 letters and digits in groups, 125 random bits. */
enum { PASSWORD_NEW_TEXT = 30 };
void password_new(char out[PASSWORD_NEW_TEXT]);

/* A new secret of 32 random bytes and what is kept of it. */
void token_new(char out[TOKEN_TEXT], uint8_t digest[TOKEN_DIGEST]);
/* SHA-256 of the token's text. ERR_MALFORMED: it is not written like a token. */
MUST_CHECK enum err token_digest(const char *token, size_t n, uint8_t digest[TOKEN_DIGEST]);
/* n random bytes from the kernel; the process stops when there are none. */
void secret_bytes(uint8_t *out, size_t n);

/* ---- secrets that have to be read again ---------------------------------------------------------
 * Sealed by XSalsa20-Poly1305 under a key that is derived from the installation's and from what the
 * secret is of ("letter ID", "second factor ID"): sealed bytes moved to another row do not open. */
enum { SECRET_KEY = 32, SECRET_EXTRA = 40 /* bytes that sealing adds */ };
struct secret_key {
    uint8_t bytes[SECRET_KEY];
};
/* out has room for n + SECRET_EXTRA. */
void secret_seal(const struct secret_key *key, const char *of, const void *plain, size_t n,
                 uint8_t *out);
/* out has room for n - SECRET_EXTRA. ERR_MALFORMED: it was sealed under another key, or of another
 * thing, or was changed. */
MUST_CHECK enum err secret_open(const struct secret_key *key, const char *of, const void *sealed,
                                size_t n, uint8_t *out);
/* A mark by which the same thing is known again, under the key: who has the marks but not the key
 * cannot tell what they are of, though there be few such things (account numbers). of: what kind of
 * thing it is. */
void secret_mark(const struct secret_key *key, const char *of, const void *bytes, size_t n,
                 uint8_t mark[TOKEN_DIGEST]);
/* SHA-256: what is kept of a secret of full strength. */
void secret_digest(const void *bytes, size_t n, uint8_t digest[TOKEN_DIGEST]);

#endif
