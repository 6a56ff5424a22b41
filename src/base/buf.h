/* A buffer that grows up to a ceiling. The first failure sticks: later writes do nothing, and one
 * check of `err` at the end is enough. Not shared between threads. */
#ifndef LANTERNE_BASE_BUF_H
#define LANTERNE_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct buf {
    uint8_t *data; /* owned; NULL while empty */
    size_t size;   /* bytes written */
    size_t room;   /* bytes allocated */
    size_t ceiling;
    enum err err; /* OK, ERR_FULL (ceiling) or ERR_MEMORY */
};

/* Makes an empty buffer that will never hold more than ceiling bytes. */
void buf_init(struct buf *b, size_t ceiling);
/* Frees what the buffer holds and leaves it empty, with the same ceiling and no error. */
void buf_finish(struct buf *b);
/* Forgets the content and the error, keeps the memory. */
void buf_clear(struct buf *b);
/* Cuts the content back to size bytes (size <= b->size). */
void buf_truncate(struct buf *b, size_t size);

void buf_put(struct buf *b, const void *bytes, size_t n);
void buf_zero(struct buf *b, size_t n);
void buf_u8(struct buf *b, uint8_t v);
void buf_be16(struct buf *b, uint16_t v);
void buf_be24(struct buf *b, uint32_t v);
void buf_be32(struct buf *b, uint32_t v);
void buf_be64(struct buf *b, uint64_t v);
/* Overwrites four bytes at offset `at`, big-endian; at + 4 <= b->size. */
void buf_set_be32(struct buf *b, size_t at, uint32_t v);
/* Appends n bytes to be filled by the caller and returns where; NULL (and b->err) on failure. */
uint8_t *buf_grow(struct buf *b, size_t n);

void buf_text(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* The content as a C string, valid until the next write: a NUL is kept past the end, outside
 * `size`. "" when empty or failed. */
const char *buf_string(struct buf *b);

#endif
