/* Samples and maps of anybody's, against the packager's own cipher: what is taken comes out as that
 * one says, what is refused is left alone. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "box/play/decrypt.h"
#include "format/cmaf/cipher.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { RUNS_MAX = 64 };

static void hold_against(const struct decrypt_how *how, const uint8_t key[16],
                         const uint8_t *before, const uint8_t *after, size_t size)
{
    bool is_pattern = how->crypt_blocks == 1 && how->skip_blocks == 9 && how->n_runs > 0;
    bool is_whole = how->n_runs == 0 && (how->crypt_blocks == 0 || how->skip_blocks == 0);
    if (how->scheme == DECRYPT_CBCS && !is_pattern && !is_whole)
        return; /* the packager knows no other patterns */
    struct cmaf_protection p = { .scheme = how->scheme == DECRYPT_CENC ? CMAF_CENC : CMAF_CBCS };
    struct subsample runs[RUNS_MAX];
    struct sample_cipher veil = { .runs = how->n_runs == 0 ? NULL : runs, .n_runs = how->n_runs };
    struct cipher c;
    struct reader r = reader_of(how->runs, how->n_runs * DECRYPT_RUN);
    for (size_t i = 0; i < how->n_runs; i++)
        runs[i] = (struct subsample){ .clear = read_u16(&r), .secret = read_u32(&r) };
    memcpy(p.key, key, 16);
    memcpy(veil.iv, how->iv, how->iv_size);
    uint8_t *want = malloc(size + 1);
    enum err err = cipher_open(&c, &p, is_pattern ? CMAF_VIDEO : CMAF_AUDIO, false);
    assert(err == OK);
    cipher_sample(&c, &veil, before, want, size);
    err = cipher_close(&c);
    assert(err == OK && memcmp(want, after, size) == 0);
    free(want);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct reader r = reader_of(bytes, n);
    struct decrypt_how how = { .scheme = (enum decrypt_scheme)(read_u8(&r) % 3) };
    struct decrypter *d = NULL;
    how.iv_size = read_u8(&r) % 18;
    how.crypt_blocks = read_u8(&r) % 16;
    how.skip_blocks = read_u8(&r) % 16;
    how.n_runs = read_u8(&r) % RUNS_MAX;
    const uint8_t *iv = read_bytes(&r, 16), *key = read_bytes(&r, 16);
    how.runs = read_bytes(&r, how.n_runs * DECRYPT_RUN);
    if (r.failed || decrypter_create(&d) != OK)
        return 0;
    memcpy(how.iv, iv, 16);
    size_t size = read_left(&r);
    uint8_t *sample = malloc(size + 1);
    const uint8_t *before = read_bytes(&r, size);
    if (size > 0)
        memcpy(sample, before, size);
    enum err err = decrypt_sample(d, key, &how, sample, size);
    assert(err == OK || err == ERR_MALFORMED || err == ERR_UNSUPPORTED);
    if (err == OK && size > 0)
        hold_against(&how, key, before, sample, size);
    else
        assert(size == 0 || memcmp(sample, before, size) == 0);
    free(sample);
    decrypter_destroy(&d);
    return 0;
}
