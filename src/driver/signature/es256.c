/* OpenSSL has a type of the name of one of our errors. */
#define ERR_STATE openssl_err_state
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#undef ERR_STATE

#include <string.h>

#include "driver/signature/es256.h"

#include "driver/signature/pem.h"

enum { POINT = 1 + SIGNATURE_ES256_PUBLIC, DER_MAX = 80 };

/* NULL: there is no such key. OpenSSL refuses points that are not on the curve. */
static EVP_PKEY *load(const uint8_t key[SIGNATURE_ES256_PUBLIC])
{
    static char curve[] = "P-256";
    uint8_t point[POINT] = { 4 /* uncompressed */ };
    EVP_PKEY *out = NULL;
    memcpy(point + 1, key, SIGNATURE_ES256_PUBLIC);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &out, EVP_PKEY_PUBLIC_KEY, params) != 1)
        out = NULL;
    EVP_PKEY_CTX_free(ctx);
    return out;
}

bool signature_es256_is_key(const uint8_t key[SIGNATURE_ES256_PUBLIC])
{
    EVP_PKEY *loaded = load(key);
    bool is_key = loaded != NULL;
    EVP_PKEY_free(loaded);
    return is_key;
}

/* r and s as OpenSSL wants them, in DER. 0: they cannot be written. */
static size_t encode(const uint8_t *signature, uint8_t out[DER_MAX])
{
    uint8_t *at = out;
    int n = 0;
    ECDSA_SIG *both = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, 32, NULL), *s = BN_bin2bn(signature + 32, 32, NULL);
    if (both != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(both, r, s) == 1) {
        r = s = NULL; /* taken */
        n = i2d_ECDSA_SIG(both, NULL);
        n = n > 0 && n <= DER_MAX ? i2d_ECDSA_SIG(both, &at) : 0;
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(both);
    return n > 0 ? (size_t)n : 0;
}

bool signature_es256_is_good(const uint8_t key[SIGNATURE_ES256_PUBLIC], const void *message,
                             size_t n, const uint8_t *signature, size_t size)
{
    uint8_t der[DER_MAX];
    size_t der_size = size == SIGNATURE_ES256 ? encode(signature, der) : 0;
    EVP_PKEY *loaded = der_size > 0 ? load(key) : NULL;
    EVP_MD_CTX *ctx = loaded != NULL ? EVP_MD_CTX_new() : NULL;
    bool is_good = ctx != NULL &&
                   EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, loaded) == 1 &&
                   EVP_DigestVerify(ctx, der, der_size, message, n) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(loaded);
    return is_good;
}

enum err signature_es256_read(const char *text, size_t n, uint8_t out[SIGNATURE_ES256_PUBLIC])
{
    /* id-ecPublicKey on prime256v1 with an uncompressed point has one form: RFC 5480, 2. */
    static const uint8_t prefix[27] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                        0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04 };
    uint8_t bytes[sizeof prefix + SIGNATURE_ES256_PUBLIC];
    size_t size = 0;
    enum err err = pem_read(text, n, bytes, sizeof bytes, &size);
    if (err != OK || size != sizeof bytes || memcmp(bytes, prefix, sizeof prefix) != 0 ||
        !signature_es256_is_key(bytes + sizeof prefix))
        return ERR_MALFORMED;
    memcpy(out, bytes + sizeof prefix, SIGNATURE_ES256_PUBLIC);
    return OK;
}
