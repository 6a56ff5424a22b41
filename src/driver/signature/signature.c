#include "driver/signature/signature.h"

#include <sodium.h>
#include <string.h>

#include "driver/signature/pem.h"

_Static_assert(SIGNATURE_HMAC_SHA256 == crypto_auth_hmacsha256_BYTES, "sizes");
_Static_assert(SIGNATURE_ED25519 == crypto_sign_BYTES, "sizes");
_Static_assert(SIGNATURE_ED25519_PUBLIC == crypto_sign_PUBLICKEYBYTES, "sizes");

bool signature_hmac_sha256_is_good(const void *key, size_t key_size, const void *message, size_t n,
                                   const uint8_t *signature, size_t size)
{
    crypto_auth_hmacsha256_state state;
    uint8_t ours[SIGNATURE_HMAC_SHA256];
    if (size != sizeof ours || key_size == 0)
        return false;
    crypto_auth_hmacsha256_init(&state, key, key_size);
    crypto_auth_hmacsha256_update(&state, message, n);
    crypto_auth_hmacsha256_final(&state, ours);
    bool is_good = sodium_memcmp(ours, signature, sizeof ours) == 0;
    sodium_memzero(&state, sizeof state);
    sodium_memzero(ours, sizeof ours);
    return is_good;
}

bool signature_ed25519_is_key(const uint8_t key[SIGNATURE_ED25519_PUBLIC])
{
    uint8_t curve[crypto_scalarmult_BYTES];
    return crypto_sign_ed25519_pk_to_curve25519(curve, key) == 0;
}

bool signature_ed25519_is_good(const uint8_t public_key[SIGNATURE_ED25519_PUBLIC],
                               const void *message, size_t n, const uint8_t *signature, size_t size)
{
    return size == SIGNATURE_ED25519 &&
           crypto_sign_verify_detached(signature, message, n, public_key) == 0;
}

void signature_sha256(const void *bytes, size_t n, uint8_t out[32])
{
    crypto_hash_sha256(out, bytes, n);
}

void signature_sha512(const void *bytes, size_t n, uint8_t out[64])
{
    crypto_hash_sha512(out, bytes, n);
}

/* What stands between the lines of PEM, or the whole text. */
static void find_body(const char **text, size_t *n)
{
    static const char begin[] = "-----BEGIN PUBLIC KEY-----", end[] = "-----END PUBLIC KEY-----";
    const char *from = memmem(*text, *n, begin, sizeof begin - 1);
    if (from == NULL)
        return;
    from += sizeof begin - 1;
    size_t left = *n - (size_t)(from - *text);
    const char *until = memmem(from, left, end, sizeof end - 1);
    *text = from;
    *n = until != NULL ? (size_t)(until - from) : 0;
}

enum err pem_read(const char *text, size_t n, uint8_t *out, size_t room, size_t *size)
{
    find_body(&text, &n);
    while (n > 0 && strchr(" \r\n", text[n - 1]) != NULL)
        n--;
    if (n == 0 || sodium_base642bin(out, room, text, n, " \r\n", size, NULL,
                                    sodium_base64_VARIANT_ORIGINAL) != 0)
        return ERR_MALFORMED;
    return OK;
}

enum err signature_ed25519_read(const char *text, size_t n, uint8_t out[SIGNATURE_ED25519_PUBLIC])
{
    /* SubjectPublicKeyInfo of OID 1.3.101.112 has one form: RFC 8410, section 4. */
    static const uint8_t prefix[12] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                        0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
    uint8_t bytes[sizeof prefix + SIGNATURE_ED25519_PUBLIC];
    size_t size = 0;
    const uint8_t *key = bytes;
    if (pem_read(text, n, bytes, sizeof bytes, &size) != OK)
        return ERR_MALFORMED;
    if (size == sizeof bytes && memcmp(bytes, prefix, sizeof prefix) == 0)
        key += sizeof prefix;
    else if (size != SIGNATURE_ED25519_PUBLIC)
        return ERR_MALFORMED;
    if (!signature_ed25519_is_key(key))
        return ERR_MALFORMED;
    memcpy(out, key, SIGNATURE_ED25519_PUBLIC);
    return OK;
}

void signature_base64(const uint8_t bytes[32], char out[SIGNATURE_BASE64_OF_32])
{
    sodium_bin2base64(out, SIGNATURE_BASE64_OF_32, bytes, 32, sodium_base64_VARIANT_ORIGINAL);
}
