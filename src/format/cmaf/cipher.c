/* The library gives a type the name of an error of ours. */
#define ERR_STATE openssl_err_state
#include <openssl/evp.h>
#undef ERR_STATE

#include <string.h>

#include "format/cmaf/cipher.h"

enum {
    BLOCK = 16,
    PATTERN = 10 * BLOCK, /* one block encrypted, nine not */
    BATCH = CIPHER_BATCH / BLOCK,
    UPDATE_MAX = 1 << 30, /* bytes for one call: its lengths are ints */
};

enum err cipher_open(struct cipher *c, const struct cmaf_protection *protection,
                     enum cmaf_kind kind, bool encrypt)
{
    bool is_cenc = protection->scheme == CMAF_CENC;
    *c = (struct cipher){ .scheme = protection->scheme,
                          .is_pattern = !is_cenc && kind == CMAF_VIDEO };
    const EVP_CIPHER *kind_of = is_cenc ? EVP_aes_128_ctr() : EVP_aes_128_cbc();
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL)
        return ERR_MEMORY;
    /* a counter's stream is the same in both directions */
    int direction = encrypt || is_cenc;
    if (EVP_CipherInit_ex(context, kind_of, NULL, protection->key, NULL, direction) != 1) {
        EVP_CIPHER_CTX_free(context);
        return ERR_MEMORY;
    }
    EVP_CIPHER_CTX_set_padding(context, 0);
    c->context = context;
    return OK;
}

enum err cipher_close(struct cipher *c)
{
    EVP_CIPHER_CTX_free(c->context);
    c->context = NULL;
    return c->is_broken ? ERR_INTERNAL : OK;
}

static void restart(struct cipher *c, const uint8_t iv[16])
{
    if (EVP_CipherInit_ex(c->context, NULL, NULL, NULL, iv, -1) != 1)
        c->is_broken = true;
}

static void update(struct cipher *c, const uint8_t *from, uint8_t *to, size_t n)
{
    while (n > 0) {
        int part = n > UPDATE_MAX ? UPDATE_MAX : (int)n, done = 0;
        if (EVP_CipherUpdate(c->context, to, &done, from, part) != 1 || done != part)
            c->is_broken = true;
        from += part;
        to += part;
        n -= (size_t)part;
    }
}

static void keep(const uint8_t *from, uint8_t *to, size_t n)
{
    if (from != to)
        memcpy(to, from, n);
}

/* ---- cenc ---- */

static void restart_counter(struct cipher *c, const uint8_t iv[16])
{
    uint64_t low = 0;
    for (size_t i = 8; i < 16; i++)
        low = low << 8 | iv[i];
    memcpy(c->high, iv, sizeof c->high);
    /* 2^64 blocks less low; what does not fit in 64 bits of bytes is more than any sample has */
    uint64_t blocks = 0 - low;
    c->until_wrap = low == 0 || blocks > UINT64_MAX / BLOCK ? UINT64_MAX : blocks * BLOCK;
    restart(c, iv);
}

/* The low half of the counter wraps without a carry (9.3); the library's carries. */
static void update_counter(struct cipher *c, const uint8_t *from, uint8_t *to, size_t n)
{
    if (n >= c->until_wrap) {
        size_t before = (size_t)c->until_wrap;
        uint8_t iv[16] = { 0 };
        memcpy(iv, c->high, sizeof c->high);
        update(c, from, to, before);
        restart_counter(c, iv);
        from += before;
        to += before;
        n -= before;
    }
    c->until_wrap -= n;
    update(c, from, to, n);
}

/* ---- cbcs ---- */

static void update_whole(struct cipher *c, const uint8_t *from, uint8_t *to, size_t n)
{
    size_t blocks = n - n % BLOCK;
    update(c, from, to, blocks);
    keep(from + blocks, to + blocks, n - blocks);
}

/* Gathers the blocks of the pattern, which are one chain, and puts them back: a call a block costs
 * more than the block. */
static void update_pattern(struct cipher *c, const uint8_t *from, uint8_t *to, size_t n)
{
    uint8_t *batch = c->batch;
    for (size_t at = 0; at < n; at += (size_t)BATCH * PATTERN) {
        size_t span = n - at < (size_t)BATCH * PATTERN ? n - at : (size_t)BATCH * PATTERN;
        size_t blocks = span / PATTERN + (span % PATTERN >= BLOCK);
        keep(from + at, to + at, span); /* first: memory read in one run comes faster */
        for (size_t i = 0; i < blocks; i++)
            memcpy(batch + i * BLOCK, to + at + i * PATTERN, BLOCK);
        update(c, batch, batch, blocks * BLOCK);
        for (size_t i = 0; i < blocks; i++)
            memcpy(to + at + i * PATTERN, batch + i * BLOCK, BLOCK);
    }
}

/* ---- samples ---- */

static void cipher_secret(struct cipher *c, const struct sample_cipher *how, const uint8_t *from,
                          uint8_t *to, size_t n)
{
    if (c->scheme == CMAF_CENC) {
        update_counter(c, from, to, n);
        return;
    }
    if (n >= BLOCK)
        restart(c, how->iv);
    if (c->is_pattern)
        update_pattern(c, from, to, n);
    else
        update_whole(c, from, to, n);
}

void cipher_sample(struct cipher *c, const struct sample_cipher *how, const uint8_t *from,
                   uint8_t *to, size_t size)
{
    if (c->scheme == CMAF_CENC)
        restart_counter(c, how->iv);
    if (how->runs == NULL)
        cipher_secret(c, how, from, to, size);
    for (size_t i = 0; how->runs != NULL && i < how->n_runs; i++) {
        const struct subsample *run = &how->runs[i];
        keep(from, to, run->clear);
        from += run->clear;
        to += run->clear;
        cipher_secret(c, how, from, to, run->secret);
        from += run->secret;
        to += run->secret;
    }
}

const struct cmaf_protection *cipher_protection(const struct cmaf_track *track)
{
    const struct cmaf_protection *p = track->protection;
    return p == NULL || p->scheme == CMAF_CLEAR ? NULL : p;
}

void cipher_iv(const struct cmaf_protection *p, uint32_t sequence, size_t sample, uint8_t iv[16])
{
    memcpy(iv, p->iv, 16);
    if (p->scheme != CMAF_CENC)
        return;
    uint64_t number = 0;
    for (size_t i = 0; i < 8; i++)
        number = number << 8 | p->iv[i];
    number += (uint64_t)p->track << 48;
    number += (uint64_t)sequence << 16;
    number += sample;
    for (size_t i = 0; i < 8; i++)
        iv[i] = (uint8_t)(number >> (56 - 8 * i));
    memset(iv + 8, 0, 8);
}
