/* Bits of an AVC NAL unit (ITU-T H.264 7.2, 7.4.1, 9.1). For format/cmaf only. */
#ifndef LANTERNE_FORMAT_CMAF_NAL_H
#define LANTERNE_FORMAT_CMAF_NAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"

/* The byte 3 behind two zero bytes is no content and is stepped over. */
struct nal_bits {
    struct reader r;
    unsigned zeros, held, n_held;
};

struct nal_bits nal_bits_of(struct reader nal);
uint32_t nal_read(struct nal_bits *b, unsigned n); /* n: at most 32 */
uint32_t nal_golomb(struct nal_bits *b);           /* ue(v); more than 31 leading zeros fail */
uint32_t nal_signed_golomb(struct nal_bits *b);    /* se(v), modulo 2^32 */
/* Bytes up to and with the one that holds the last bit read. */
size_t nal_bytes_read(const struct nal_bits *b, const uint8_t *start);

#endif
