#include "driver/signature/passkey.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <sodium.h>

enum { RS256_SIZE = 259 /* as libfido2 has it: 256 bytes of modulus, 3 of exponent */ };

/* libfido2's own form of a key, of which it has one a kind. */
struct loaded {
    es256_pk_t *es256;
    eddsa_pk_t *eddsa;
    rs256_pk_t *rs256;
};

/* A key of small order would let one signature stand for any text. */
static bool is_sound_ed25519(const struct passkey_public *key)
{
    uint8_t curve[crypto_scalarmult_BYTES];
    return key->size == crypto_sign_PUBLICKEYBYTES &&
           crypto_sign_ed25519_pk_to_curve25519(curve, key->bytes) == 0;
}

/* What libfido2 verifies with; NULL: there is no such key. unload() is due in either case. */
static const void *load(const struct passkey_public *key, struct loaded *l)
{
    *l = (struct loaded){ 0 };
    switch (key->algorithm) {
    case COSE_ES256:
        l->es256 = es256_pk_new();
        return l->es256 != NULL && key->size == 64 &&
                       es256_pk_from_ptr(l->es256, key->bytes, key->size) == FIDO_OK
                   ? l->es256
                   : NULL;
    case COSE_EDDSA:
        l->eddsa = eddsa_pk_new();
        return l->eddsa != NULL && is_sound_ed25519(key) &&
                       eddsa_pk_from_ptr(l->eddsa, key->bytes, key->size) == FIDO_OK
                   ? (const void *)l->eddsa
                   : NULL;
    case COSE_RS256:
        l->rs256 = rs256_pk_new();
        return l->rs256 != NULL && key->size == RS256_SIZE &&
                       rs256_pk_from_ptr(l->rs256, key->bytes, key->size) == FIDO_OK
                   ? (const void *)l->rs256
                   : NULL;
    default: return NULL;
    }
}

static void unload(struct loaded *l)
{
    es256_pk_free(&l->es256);
    eddsa_pk_free(&l->eddsa);
    rs256_pk_free(&l->rs256);
}

bool signature_passkey_is_key(const struct passkey_public *key)
{
    struct loaded l;
    bool is_key = load(key, &l) != NULL;
    unload(&l);
    return is_key;
}

static int fill(fido_assert_t *assertion, const struct passkey_assertion *a)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, a->client_data, a->client_data_size);
    int r = fido_assert_set_count(assertion, 1);
    if (r == FIDO_OK)
        r = fido_assert_set_rp(assertion, a->rp_id);
    if (r == FIDO_OK)
        r = fido_assert_set_up(assertion, FIDO_OPT_TRUE);
    if (r == FIDO_OK)
        r = fido_assert_set_uv(assertion, FIDO_OPT_TRUE);
    if (r == FIDO_OK)
        r = fido_assert_set_clientdata_hash(assertion, hash, sizeof hash);
    if (r == FIDO_OK)
        r = fido_assert_set_authdata_raw(assertion, 0, a->authenticator_data,
                                         a->authenticator_data_size);
    return r == FIDO_OK ? fido_assert_set_sig(assertion, 0, a->signature, a->signature_size) : r;
}

bool signature_passkey_is_good(const struct passkey_assertion *a)
{
    struct loaded l;
    const void *key = load(&a->key, &l);
    fido_assert_t *assertion = fido_assert_new();
    bool is_good = key != NULL && assertion != NULL && fill(assertion, a) == FIDO_OK &&
                   fido_assert_verify(assertion, 0, a->key.algorithm, key) == FIDO_OK;
    fido_assert_free(&assertion);
    unload(&l);
    return is_good;
}
