/* AES-128 over samples, as Common Encryption lays it (ISO/IEC 23001-7 9.4 to 9.7). For format/cmaf
 * only. */
#ifndef LANTERNE_FORMAT_CMAF_CIPHER_H
#define LANTERNE_FORMAT_CMAF_CIPHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "format/cmaf/protect.h"
#include "format/cmaf/subsample.h"

enum { CIPHER_BATCH = 4096 }; /* with the nine of ten bytes between them, 40 kB: near the core */

/* One key in one direction, for the samples of a fragment. Its memory is wiped at the end. */
struct cipher {
    void *context; /* EVP_CIPHER_CTX */
    enum cmaf_scheme scheme;
    bool is_pattern; /* cbcs: one block of ten in subsamples */
    bool encrypts;
    uint8_t last[16];    /* cbcs: the block of ciphertext that the library's chain stands at */
    uint64_t until_wrap; /* cenc: bytes until the low half of the counter is all zeros again */
    uint8_t high[8];     /* cenc: its other half */
    bool is_broken;
    uint8_t batch[CIPHER_BATCH]; /* blocks of the pattern, side by side */
};

/* ERR_MEMORY: nothing is held. */
MUST_CHECK enum err cipher_open(struct cipher *c, const struct cmaf_protection *protection,
                                enum cmaf_kind kind, bool encrypt);
/* ERR_INTERNAL: the library failed in one of the samples. */
MUST_CHECK enum err cipher_close(struct cipher *c);

struct sample_cipher {
    uint8_t iv[16];
    const struct subsample *runs; /* fit the sample; NULL: it is encrypted as a whole */
    size_t n_runs;
};
/* Writes one sample of size bytes to `to`, which is `from` or does not overlap it. */
void cipher_sample(struct cipher *c, const struct sample_cipher *how, const uint8_t *from,
                   uint8_t *to, size_t size);
/* cbcs pictures, decrypting: `to` is what came of the sample `from`, encrypted as it was, by adding
 * a stream to it, as cenc does; afterwards it is what would have come of it in clear. Saves a pass
 * over the sample. */
void cipher_exchange(struct cipher *c, const struct sample_cipher *how, const uint8_t *from,
                     uint8_t *to);

/* NULL for a track in clear. */
const struct cmaf_protection *cipher_protection(const struct cmaf_track *track);
/* The IV of a sample of ours (protect.h). */
void cipher_iv(const struct cmaf_protection *p, uint32_t sequence, size_t sample, uint8_t iv[16]);

#endif
