#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "format/pass/pass.h"

static_assert(PASS_KEY == (int)crypto_sign_SEEDBYTES, "a key's bytes are a seed");
static_assert(PASS_KEY == (int)crypto_auth_hmacsha256_KEYBYTES, "and a key of HMAC");

static const char *const kind_names[PASS_KINDS] = { "media", "licence" };

const char *pass_kind_name(enum pass_kind kind)
{
    return kind < PASS_KINDS ? kind_names[kind] : "?";
}

static void hmac(const uint8_t *key, const void *bytes, size_t n, uint8_t out[32])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, crypto_auth_hmacsha256_KEYBYTES);
    crypto_auth_hmacsha256_update(&state, bytes, n);
    crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof state);
}

static void set_public(struct pass_key *key)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, key->public, sizeof key->public);
    memcpy(key->id, hash, sizeof key->id);
}

void pass_key_public(enum pass_kind kind, const uint8_t public[32], struct pass_key *out)
{
    *out = (struct pass_key){ .algorithm = PASS_EDDSA, .kind = kind };
    memcpy(out->public, public, sizeof out->public);
    set_public(out);
}

/* Its id is made with the key, not of its hash: a hash of a key that is used elsewhere too would
 * let who sees it try keys. */
void pass_key_shared(enum pass_kind kind, const uint8_t key[PASS_KEY], struct pass_key *out)
{
    static const char label[] = "lanterne pass key id";
    uint8_t id[32];
    *out = (struct pass_key){ .algorithm = PASS_HMAC, .kind = kind, .can_sign = true };
    memcpy(out->secret, key, PASS_KEY);
    hmac(key, label, sizeof label - 1, id);
    memcpy(out->id, id, sizeof out->id);
}

void pass_key_make(enum pass_algorithm algorithm, enum pass_kind kind, const uint8_t from[PASS_KEY],
                   struct pass_key *out)
{
    char label[64];
    uint8_t seed[32];
    int n = snprintf(label, sizeof label, "lanterne pass %s %s",
                     algorithm == PASS_EDDSA ? "ed25519" : "hmac", pass_kind_name(kind));
    hmac(from, label, (size_t)n, seed);
    if (algorithm == PASS_HMAC) {
        pass_key_shared(kind, seed, out);
    } else {
        *out = (struct pass_key){ .algorithm = algorithm, .kind = kind, .can_sign = true };
        crypto_sign_seed_keypair(out->public, out->secret, seed);
        set_public(out);
    }
    sodium_memzero(seed, sizeof seed);
}

size_t pass_key_sign(const struct pass_key *key, const uint8_t *bytes, size_t n, uint8_t out[64])
{
    assert(key->can_sign);
    if (key->algorithm == PASS_HMAC) {
        hmac(key->secret, bytes, n, out);
        return 32;
    }
    crypto_sign_detached(out, NULL, bytes, n, key->secret);
    return crypto_sign_BYTES;
}

bool pass_key_verify(const struct pass_key *key, const uint8_t *bytes, size_t n,
                     const uint8_t *signature, size_t n_signature)
{
    if (key->algorithm == PASS_HMAC) {
        uint8_t mac[32];
        if (n_signature != sizeof mac)
            return false;
        hmac(key->secret, bytes, n, mac);
        return crypto_verify_32(mac, signature) == 0;
    }
    return n_signature == crypto_sign_BYTES &&
           crypto_sign_verify_detached(signature, bytes, n, key->public) == 0;
}
