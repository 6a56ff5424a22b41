/* Samples under Common Encryption (ISO/IEC 23001-7) into clear ones. Pure: knows nothing of
 * GStreamer. A decrypter belongs to one thread at a time. */
#ifndef LANTERNE_BOX_PLAY_DECRYPT_H
#define LANTERNE_BOX_PLAY_DECRYPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { DECRYPT_KEY = 16, DECRYPT_RUN = 6 /* bytes a subsample takes in `senc` */ };

enum decrypt_scheme { DECRYPT_CENC, DECRYPT_CBCS };

/* How one sample is encrypted. */
struct decrypt_how {
    enum decrypt_scheme scheme;
    uint8_t iv[16];
    size_t iv_size;                     /* 8 (the rest counts as zeros) or 16 */
    unsigned crypt_blocks, skip_blocks; /* cbcs; either 0: every whole block */
    const uint8_t *runs; /* n_runs times clear bytes (16 bits) and encrypted bytes (32 bits) */
    size_t n_runs;       /* 0: the sample is encrypted as a whole */
};

struct decrypter;

/* ERR_MEMORY. */
MUST_CHECK enum err decrypter_create(struct decrypter **out);
void decrypter_destroy(struct decrypter **d); /* its keys are wiped */

/* Decrypts a sample in place. ERR_MALFORMED: the runs do not fill it exactly, or the IV has another
 * size; ERR_UNSUPPORTED: another scheme; the sample is as it was. ERR_INTERNAL: the library failed,
 * the sample is lost. */
MUST_CHECK enum err decrypt_sample(struct decrypter *d, const uint8_t key[DECRYPT_KEY],
                                   const struct decrypt_how *how, uint8_t *sample, size_t size);

#endif
