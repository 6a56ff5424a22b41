/* The library gives a type the name of an error of ours. */
#define ERR_STATE openssl_err_state
#include <openssl/crypto.h>
#include <openssl/evp.h>
#undef ERR_STATE

#include "box/play/decrypt.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/reader.h"

enum { BLOCK = 16, BATCH = 4096 };

/* The key schedule is kept from sample to sample while key and scheme are the same. */
struct decrypter {
    EVP_CIPHER_CTX *context;
    bool is_set;
    enum decrypt_scheme scheme;
    uint8_t key[DECRYPT_KEY];
    uint8_t iv[BLOCK];   /* of the sample at work */
    uint64_t until_wrap; /* cenc: bytes until the low half of the counter is all zeros again */
    uint8_t batch[BATCH];
};

enum err decrypter_create(struct decrypter **out)
{
    struct decrypter *d = calloc(1, sizeof *d);
    if (d != NULL)
        d->context = EVP_CIPHER_CTX_new();
    if (d == NULL || d->context == NULL) {
        free(d);
        return ERR_MEMORY;
    }
    *out = d;
    return OK;
}

void decrypter_destroy(struct decrypter **d)
{
    if (*d == NULL)
        return;
    EVP_CIPHER_CTX_free((*d)->context);
    OPENSSL_cleanse(*d, sizeof **d);
    free(*d);
    *d = NULL;
}

static bool set_key(struct decrypter *d, const uint8_t key[DECRYPT_KEY], enum decrypt_scheme scheme)
{
    if (d->is_set && d->scheme == scheme && CRYPTO_memcmp(d->key, key, DECRYPT_KEY) == 0)
        return true;
    const EVP_CIPHER *cipher = scheme == DECRYPT_CENC ? EVP_aes_128_ctr() : EVP_aes_128_cbc();
    d->is_set = EVP_DecryptInit_ex(d->context, cipher, NULL, key, NULL) == 1;
    d->scheme = scheme;
    memcpy(d->key, key, DECRYPT_KEY);
    return d->is_set;
}

/* Begins anew at an IV, with the key as it is. */
static bool set_iv(struct decrypter *d, const uint8_t iv[BLOCK])
{
    return EVP_DecryptInit_ex(d->context, NULL, NULL, NULL, iv) == 1 &&
           EVP_CIPHER_CTX_set_padding(d->context, 0) == 1;
}

static bool update(struct decrypter *d, uint8_t *bytes, size_t n)
{
    enum { MOST = 1 << 30 }; /* the library counts in int */
    while (n > 0) {
        int part = n > MOST ? MOST : (int)n, made = 0;
        if (EVP_DecryptUpdate(d->context, bytes, &made, bytes, part) != 1 || made != part)
            return false;
        bytes += part;
        n -= (size_t)part;
    }
    return true;
}

/* ---- cenc ---- */

/* The low half counts blocks and turns over into itself, not into the high half (9.6.2), which is
 * not how the library counts. */
static bool start_counter(struct decrypter *d)
{
    struct reader low = reader_of(d->iv + 8, 8);
    uint64_t blocks = 0 - read_u64(&low); /* until it turns over; 0: not before 2^64 */
    d->until_wrap =
        blocks == 0 || blocks > UINT64_MAX / BLOCK ? UINT64_MAX : blocks * (uint64_t)BLOCK;
    return set_iv(d, d->iv);
}

static bool turn_counter(struct decrypter *d)
{
    memset(d->iv + 8, 0, 8);
    return start_counter(d);
}

static bool count_over(struct decrypter *d, uint8_t *bytes, size_t n)
{
    while (n >= d->until_wrap) {
        size_t part = (size_t)d->until_wrap;
        if (!update(d, bytes, part) || !turn_counter(d))
            return false;
        bytes += part;
        n -= part;
    }
    if (d->until_wrap != UINT64_MAX)
        d->until_wrap -= n;
    return update(d, bytes, n);
}

/* ---- cbcs ---- */

/* The blocks of a pattern are gathered, decrypted in one call and put back. */
struct pattern {
    uint8_t *at;
    size_t left;
    size_t crypt, skip; /* bytes */
    size_t in_crypt;    /* bytes of this round's encrypted part that are still to come */
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Walks up to BATCH encrypted bytes on, copying them to or from batch. */
static size_t walk(struct pattern *p, uint8_t *batch, bool put_back)
{
    size_t n = 0;
    while (n < BATCH && p->left >= BLOCK) {
        size_t part = least(least(p->in_crypt, BATCH - n), p->left - p->left % BLOCK);
        memcpy(put_back ? p->at : batch + n, put_back ? batch + n : p->at, part);
        n += part;
        p->in_crypt -= part;
        p->at += part;
        p->left -= part;
        if (p->in_crypt > 0)
            continue;
        size_t over = least(p->skip, p->left);
        p->at += over;
        p->left -= over;
        p->in_crypt = p->crypt;
    }
    return n;
}

static bool chain_pattern(struct decrypter *d, const struct decrypt_how *how, uint8_t *bytes,
                          size_t n)
{
    struct pattern take = { .at = bytes,
                            .left = n,
                            .crypt = (size_t)how->crypt_blocks * BLOCK,
                            .skip = (size_t)how->skip_blocks * BLOCK };
    take.in_crypt = take.crypt;
    struct pattern put = take;
    for (;;) {
        size_t got = walk(&take, d->batch, false);
        if (got == 0)
            return true;
        if (!update(d, d->batch, got))
            return false;
        walk(&put, d->batch, true);
    }
}

/* One chain from the IV on; what is left of a block stays as it is. */
static bool chain_over(struct decrypter *d, const struct decrypt_how *how, uint8_t *bytes, size_t n)
{
    if (n < BLOCK)
        return true;
    if (!set_iv(d, d->iv))
        return false;
    if (how->crypt_blocks == 0 || how->skip_blocks == 0)
        return update(d, bytes, n - n % BLOCK);
    return chain_pattern(d, how, bytes, n);
}

/* ---- samples ---- */

static bool runs_fill(const struct decrypt_how *how, size_t size)
{
    struct reader r = reader_of(how->runs, how->n_runs * DECRYPT_RUN);
    for (size_t i = 0; i < how->n_runs; i++) {
        uint64_t run = read_u16(&r); /* the sum of both passes 32 bits */
        run += read_u32(&r);
        if (run > size)
            return false;
        size -= (size_t)run;
    }
    return size == 0 && !r.failed;
}

static bool decrypt_run(struct decrypter *d, const struct decrypt_how *how, uint8_t *bytes,
                        size_t n)
{
    return how->scheme == DECRYPT_CENC ? count_over(d, bytes, n) : chain_over(d, how, bytes, n);
}

static bool decrypt_runs(struct decrypter *d, const struct decrypt_how *how, uint8_t *sample)
{
    struct reader r = reader_of(how->runs, how->n_runs * DECRYPT_RUN);
    for (size_t i = 0; i < how->n_runs; i++) {
        sample += read_u16(&r);
        size_t secret = read_u32(&r);
        if (!decrypt_run(d, how, sample, secret))
            return false;
        sample += secret;
    }
    return true;
}

enum err decrypt_sample(struct decrypter *d, const uint8_t key[DECRYPT_KEY],
                        const struct decrypt_how *how, uint8_t *sample, size_t size)
{
    if (how->scheme != DECRYPT_CENC && how->scheme != DECRYPT_CBCS)
        return ERR_UNSUPPORTED;
    if (how->iv_size != 8 && how->iv_size != BLOCK)
        return ERR_MALFORMED;
    if (how->n_runs > SIZE_MAX / DECRYPT_RUN || (how->n_runs > 0 && !runs_fill(how, size)))
        return ERR_MALFORMED;
    if (size == 0)
        return OK;
    memset(d->iv, 0, sizeof d->iv);
    memcpy(d->iv, how->iv, how->iv_size);
    bool done = set_key(d, key, how->scheme);
    if (done && how->scheme == DECRYPT_CENC)
        done = start_counter(d);
    if (done && how->n_runs > 0)
        done = decrypt_runs(d, how, sample);
    else if (done)
        done = decrypt_run(d, how, sample, size);
    d->is_set = d->is_set && done;
    return done ? OK : ERR_INTERNAL;
}
