/* Frames over a descriptor: whole writes, and reads that wait. Used by both sides. */
#ifndef LANTERNE_DRIVER_MEDIA_WIRE_H
#define LANTERNE_DRIVER_MEDIA_WIRE_H

#include "base/buf.h"
#include "driver/media/message.h"

/* Writes n bytes. ERR_IO: the other side is gone. */
MUST_CHECK enum err wire_write(int fd, const void *bytes, size_t n);

/* Blocks for one frame and reads its payload into `payload` (cleared first). ERR_TRUNCATED: the
 * other side closed; ERR_MALFORMED: an unknown type or a length above its ceiling. */
MUST_CHECK enum err wire_read(int fd, uint32_t *type, struct buf *payload);

/* A frame that arrives bit by bit, for a side that must not block. */
struct wire_in {
    uint8_t head[MESSAGE_HEAD];
    size_t have_head;
    uint32_t type, length;
    struct buf payload; /* ceiling MESSAGE_MAX */
};

void wire_in_init(struct wire_in *in);
void wire_in_finish(struct wire_in *in);
/* Forgets the frame that was read, for the next one. */
void wire_in_clear(struct wire_in *in);
/* Reads once. OK: a frame is whole; ERR_BUSY: more is to come; else as wire_read. */
MUST_CHECK enum err wire_in_step(struct wire_in *in, int fd);

#endif
