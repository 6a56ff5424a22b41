#include <sodium.h>
#include <string.h>

#include "driver/password/password.h"

_Static_assert(SECRET_EXTRA == crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES, "sizes");
_Static_assert(SECRET_KEY == crypto_secretbox_KEYBYTES, "sizes");

static void derive(const struct secret_key *key, const char *of, uint8_t out[SECRET_KEY])
{
    crypto_generichash(out, SECRET_KEY, (const unsigned char *)of, strlen(of), key->bytes,
                       SECRET_KEY);
}

void secret_seal(const struct secret_key *key, const char *of, const void *plain, size_t n,
                 uint8_t *out)
{
    uint8_t own[SECRET_KEY];
    derive(key, of, own);
    secret_bytes(out, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, plain, n, out, own);
    sodium_memzero(own, sizeof own);
}

enum err secret_open(const struct secret_key *key, const char *of, const void *sealed, size_t n,
                     uint8_t *out)
{
    uint8_t own[SECRET_KEY];
    const uint8_t *nonce = sealed;
    if (n < SECRET_EXTRA)
        return ERR_MALFORMED;
    secret_bytes(own, sizeof own); /* so that the library is ready */
    derive(key, of, own);
    int result = crypto_secretbox_open_easy(out, nonce + crypto_secretbox_NONCEBYTES,
                                            n - crypto_secretbox_NONCEBYTES, nonce, own);
    sodium_memzero(own, sizeof own);
    return result == 0 ? OK : ERR_MALFORMED;
}

void secret_mark(const struct secret_key *key, const char *of, const void *bytes, size_t n,
                 uint8_t mark[TOKEN_DIGEST])
{
    uint8_t own[SECRET_KEY];
    derive(key, of, own);
    crypto_generichash(mark, TOKEN_DIGEST, bytes, n, own, sizeof own);
    sodium_memzero(own, sizeof own);
}

void secret_digest(const void *bytes, size_t n, uint8_t digest[TOKEN_DIGEST])
{
    crypto_hash_sha256(digest, bytes, n);
}
