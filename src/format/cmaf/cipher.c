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
                          .is_pattern = !is_cenc && kind == CMAF_VIDEO,
                          .encrypts = encrypt || is_cenc }; /* a counter's stream is one for both */
    const EVP_CIPHER *kind_of = is_cenc ? EVP_aes_128_ctr() : EVP_aes_128_cbc();
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL)
        return ERR_MEMORY;
    if (EVP_CipherInit_ex(context, kind_of, NULL, protection->key, c->last, c->encrypts) != 1) {
        EVP_CIPHER_CTX_free(context);
        return ERR_MEMORY;
    }
    if (!is_cenc) /* with it, each new IV would take several times as long */
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

static void add_block(const uint8_t *from, uint8_t *to)
{
    uint64_t v[2], t[2];
    memcpy(v, from, BLOCK);
    memcpy(t, to, BLOCK);
    t[0] ^= v[0];
    t[1] ^= v[1];
    memcpy(to, t, BLOCK);
}

static void add_difference(const uint8_t *a, const uint8_t *b, uint8_t *to)
{
    add_block(a, to);
    add_block(b, to);
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
    if (EVP_CipherInit_ex(c->context, NULL, NULL, NULL, iv, -1) != 1)
        c->is_broken = true;
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

/* Ciphers n bytes, whole blocks, that follow iv; c->last: that follow what came before. In the
 * library it is one chain from the first sample to the last, since to begin anew there takes longer
 * than many a sample: the difference of the two IVs is added to the first block instead. */
static void update_chain(struct cipher *c, const uint8_t *iv, uint8_t *at, size_t n)
{
    uint8_t difference[BLOCK] = { 0 }, last[BLOCK];
    if (n == 0)
        return;
    add_difference(iv, c->last, difference);
    memcpy(last, at + n - BLOCK, BLOCK);
    if (c->encrypts)
        add_block(difference, at);
    update(c, at, at, n);
    if (!c->encrypts)
        add_block(difference, at);
    memcpy(c->last, c->encrypts ? at + n - BLOCK : last, BLOCK);
}

static void update_whole(struct cipher *c, const uint8_t *iv, const uint8_t *from, uint8_t *to,
                         size_t n)
{
    keep(from, to, n);
    update_chain(c, iv, to, n - n % BLOCK);
}

enum { REACH = BATCH * PATTERN }; /* bytes that a batch of the pattern is gathered from */

/* Gathers the blocks of the pattern, which are one chain, and ciphers them side by side: a call a
 * block costs more than the block. n: at most REACH. */
static size_t update_batch(struct cipher *c, const uint8_t *iv, const uint8_t *from, size_t n)
{
    size_t blocks = n / PATTERN + (n % PATTERN >= BLOCK);
    for (size_t i = 0; i < blocks; i++)
        memcpy(c->batch + i * BLOCK, from + i * PATTERN, BLOCK);
    update_chain(c, iv, c->batch, blocks * BLOCK);
    return blocks;
}

static void update_pattern(struct cipher *c, const uint8_t *iv, const uint8_t *from, uint8_t *to,
                           size_t n)
{
    for (size_t at = 0; at < n; at += REACH) {
        size_t span = n - at < REACH ? n - at : REACH;
        keep(from + at, to + at, span); /* first: memory read in one run comes faster */
        size_t blocks = update_batch(c, at == 0 ? iv : c->last, to + at, span);
        for (size_t i = 0; i < blocks; i++)
            memcpy(to + at + i * PATTERN, c->batch + i * BLOCK, BLOCK);
    }
}

static void exchange_pattern(struct cipher *c, const uint8_t *iv, const uint8_t *from, uint8_t *to,
                             size_t n)
{
    for (size_t at = 0; at < n; at += REACH) {
        size_t span = n - at < REACH ? n - at : REACH;
        size_t blocks = update_batch(c, at == 0 ? iv : c->last, from + at, span);
        for (size_t i = 0; i < blocks; i++)
            add_difference(from + at + i * PATTERN, c->batch + i * BLOCK, to + at + i * PATTERN);
    }
}

void cipher_exchange(struct cipher *c, const struct sample_cipher *how, const uint8_t *from,
                     uint8_t *to)
{
    for (size_t i = 0; i < how->n_runs; i++) {
        const struct subsample *run = &how->runs[i];
        from += run->clear;
        to += run->clear;
        exchange_pattern(c, how->iv, from, to, run->secret);
        from += run->secret;
        to += run->secret;
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
    if (c->is_pattern)
        update_pattern(c, how->iv, from, to, n);
    else
        update_whole(c, how->iv, from, to, n);
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
