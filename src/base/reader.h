/* A bounded reader of big-endian bytes. Reading past the end gives zeros and marks `failed`. */
#ifndef LANTERNE_BASE_READER_H
#define LANTERNE_BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
    const uint8_t *at, *end; /* borrowed */
    bool failed;
};

struct reader reader_of(const void *bytes, size_t n);
size_t read_left(const struct reader *r);
uint8_t read_u8(struct reader *r);
uint16_t read_u16(struct reader *r);
uint32_t read_u24(struct reader *r);
uint32_t read_u32(struct reader *r);
uint64_t read_u64(struct reader *r);
/* Lends the next n bytes and steps over them; NULL (and failed) when fewer are left. */
const uint8_t *read_bytes(struct reader *r, size_t n);
void read_skip(struct reader *r, size_t n);
/* A reader of the next n bytes only, stepped over in r. When fewer are left, both are failed. */
struct reader read_part(struct reader *r, size_t n);

#endif
