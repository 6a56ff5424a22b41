/* Whole segments under AES-128 (RFC 8216, 4.3.2.4 and 5.2), for players that know nothing of Common
 * Encryption: the segments in CBC with padding, the init segment in clear. They are made from a
 * protected track when they are asked for. */
#ifndef LANTERNE_FORMAT_CMAF_AES128_H
#define LANTERNE_FORMAT_CMAF_AES128_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum { CMAF_AES128_KEY = 16, CMAF_AES128_PADDING = 16 /* bytes at most */ };

/* The key of such segments, derived from the track's content key and its id (HMAC-SHA-256, cut to
 * 16 bytes): who has it cannot open Common Encryption with it, nor the other way round without the
 * derivation, and nothing more has to be kept. ERR_MEMORY. */
MUST_CHECK enum err cmaf_aes128_key(const uint8_t key[CMAF_AES128_KEY],
                                    const uint8_t kid[CMAF_AES128_KEY],
                                    uint8_t out[CMAF_AES128_KEY]);
/* Encrypts a segment in place and appends the padding. number: its media sequence number, which is
 * the IV where no tag says another. ERR_FULL, ERR_MEMORY: as segment says; it is then no segment
 * any more. */
MUST_CHECK enum err cmaf_aes128_seal(const uint8_t key[CMAF_AES128_KEY], uint64_t number,
                                     struct buf *segment);

#endif
