#include "driver/media/wire.h"

#include <errno.h>
#include <unistd.h>

#include "base/reader.h"

enum err wire_write(int fd, const void *bytes, size_t n)
{
    const uint8_t *at = bytes;
    while (n > 0) {
        ssize_t done = write(fd, at, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return ERR_IO;
        at += done;
        n -= (size_t)done;
    }
    return OK;
}

void wire_in_init(struct wire_in *in)
{
    *in = (struct wire_in){ 0 };
    buf_init(&in->payload, MESSAGE_MAX);
}

void wire_in_finish(struct wire_in *in)
{
    buf_finish(&in->payload);
}

void wire_in_clear(struct wire_in *in)
{
    buf_clear(&in->payload);
    in->have_head = 0;
}

static enum err head_parse(struct wire_in *in)
{
    struct reader r = reader_of(in->head, sizeof in->head);
    in->type = read_u32(&r);
    in->length = read_u32(&r);
    size_t ceiling = message_ceiling(in->type);
    return ceiling == 0 || in->length > ceiling ? ERR_MALFORMED : OK;
}

static enum err read_some(int fd, uint8_t *into, size_t n, size_t *done)
{
    ssize_t got = read(fd, into, n);
    *done = got > 0 ? (size_t)got : 0;
    if (got < 0)
        return errno == EINTR || errno == EAGAIN ? ERR_BUSY : ERR_IO;
    return got == 0 ? ERR_TRUNCATED : OK;
}

/* The buffer grows with what has come, not with what the head claims. */
static enum err payload_step(struct wire_in *in, int fd)
{
    enum { CHUNK = 256 * 1024 };
    size_t left = in->length - in->payload.size, done = 0, had = in->payload.size;
    uint8_t *into = buf_grow(&in->payload, left < CHUNK ? left : CHUNK);
    if (into == NULL)
        return in->payload.err;
    enum err err = read_some(fd, into, in->payload.size - had, &done);
    buf_truncate(&in->payload, had + done);
    if (err != OK)
        return err;
    return in->payload.size == in->length ? OK : ERR_BUSY;
}

enum err wire_in_step(struct wire_in *in, int fd)
{
    size_t done = 0;
    if (in->have_head == sizeof in->head)
        return payload_step(in, fd);
    enum err err = read_some(fd, in->head + in->have_head, sizeof in->head - in->have_head, &done);
    in->have_head += done;
    if (err == OK && in->have_head < sizeof in->head)
        err = ERR_BUSY;
    if (err == OK)
        err = head_parse(in);
    return err == OK && in->length > 0 ? ERR_BUSY : err;
}

enum err wire_read(int fd, uint32_t *type, struct buf *payload)
{
    struct wire_in in;
    enum err err;
    wire_in_init(&in);
    do
        err = wire_in_step(&in, fd);
    while (err == ERR_BUSY);
    *type = in.type;
    buf_clear(payload);
    if (err == OK)
        buf_put(payload, in.payload.data, in.payload.size);
    wire_in_finish(&in);
    return err == OK ? payload->err : err;
}
