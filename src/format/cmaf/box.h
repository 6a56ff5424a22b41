/* Boxes of ISO/IEC 14496-12, written and read. For format/cmaf only. */
#ifndef LANTERNE_FORMAT_CMAF_BOX_H
#define LANTERNE_FORMAT_CMAF_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/reader.h"

#define BOX_TYPE(a, b, c, d)                                                                       \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* Opens a box and returns what box_close wants. type: four characters. */
size_t box_open(struct buf *b, const char *type);
size_t box_open_full(struct buf *b, const char *type, uint8_t version, uint32_t flags);
/* Fills in the size of the box opened at `at`; boxes here stay below 4 GiB (ceilings do). */
void box_close(struct buf *b, size_t at);

/* Ends a run of writes that began at size `start`: on a failure the buffer is as it was then (it
 * had none), and the failure is returned. */
MUST_CHECK enum err box_settle(struct buf *b, size_t start);

struct box {
    uint32_t type;
    uint64_t size;      /* with its header */
    struct reader body; /* what follows the header */
};

/* Lends the next box of r and steps over it. false: r is at its end, or the box does not fit (then
 * r->failed). A size of zero ("to the end of the file") does not fit. */
bool box_next(struct reader *r, struct box *out);
/* The header alone: its length in *header and the size it claims in *size; r stays where it is.
 * false: fewer bytes than the header needs. */
bool box_peek(const struct reader *r, uint32_t *type, size_t *header, uint64_t *size);
/* The first box of that type among the boxes of r, which is copied. ERR_NOT_FOUND: none.
 * ERR_MALFORMED: the boxes before it do not fit. */
MUST_CHECK enum err box_find(struct reader r, uint32_t type, struct reader *body);
/* Reads version and flags. */
uint8_t box_version(struct reader *body, uint32_t *flags);

#endif
