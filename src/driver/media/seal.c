#include "driver/media/seal.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "driver/media/media.h"

enum { BLOCK = 64 };
_Static_assert(crypto_stream_xchacha20_KEYBYTES == MEDIA_SEAL, "the key");

/* One key, one master, one stream: so the nonce is all zeros. */
static const uint8_t nonce[crypto_stream_xchacha20_NONCEBYTES];

static bool is_sealed;
static uint8_t seal[MEDIA_SEAL];

void media_seal_apply(const uint8_t key[MEDIA_SEAL], int64_t at, void *bytes, size_t n)
{
    uint8_t *to = bytes;
    size_t skip = (size_t)(at % BLOCK);
    if (skip > 0) {
        uint8_t block[BLOCK] = { 0 };
        size_t part = n < BLOCK - skip ? n : BLOCK - skip;
        memcpy(block + skip, to, part);
        crypto_stream_xchacha20_xor_ic(block, block, BLOCK, nonce, (uint64_t)at / BLOCK, key);
        memcpy(to, block + skip, part);
        sodium_memzero(block, sizeof block);
        to += part;
        at += (int64_t)part;
        n -= part;
    }
    if (n > 0)
        crypto_stream_xchacha20_xor_ic(to, to, n, nonce, (uint64_t)at / BLOCK, key);
}

void seal_set(const uint8_t *key)
{
    is_sealed = sodium_init() >= 0; /* chooses the quickest way; nothing is read when it cannot */
    memcpy(seal, key, sizeof seal);
}

ssize_t seal_pread(int fd, void *into, size_t n, int64_t at)
{
    ssize_t got = pread(fd, into, n, at);
    if (got > 0 && is_sealed)
        media_seal_apply(seal, at, into, (size_t)got);
    return got;
}
