#include "format/cmaf/box.h"

size_t box_open(struct buf *b, const char *type)
{
    size_t at = b->size;
    buf_be32(b, 0);
    buf_put(b, type, 4);
    return at;
}

size_t box_open_full(struct buf *b, const char *type, uint8_t version, uint32_t flags)
{
    size_t at = box_open(b, type);
    buf_u8(b, version);
    buf_be24(b, flags);
    return at;
}

void box_close(struct buf *b, size_t at)
{
    buf_set_be32(b, at, (uint32_t)(b->size - at));
}

enum err box_settle(struct buf *b, size_t start)
{
    enum err err = b->err;
    if (err != OK) {
        buf_truncate(b, start);
        b->err = OK;
    }
    return err;
}

bool box_peek(const struct reader *r, uint32_t *type, size_t *header, uint64_t *size)
{
    struct reader peek = *r;
    *size = read_u32(&peek);
    *type = read_u32(&peek);
    *header = 8;
    if (*size == 1) {
        *size = read_u64(&peek);
        *header = 16;
    }
    return !peek.failed;
}

bool box_next(struct reader *r, struct box *out)
{
    size_t header = 0;
    if (r->failed || read_left(r) == 0)
        return false;
    if (!box_peek(r, &out->type, &header, &out->size) || out->size < header ||
        out->size > read_left(r)) {
        r->failed = true;
        return false;
    }
    read_skip(r, header);
    out->body = read_part(r, (size_t)out->size - header);
    return true;
}

enum err box_find(struct reader r, uint32_t type, struct reader *body)
{
    struct box box;
    while (box_next(&r, &box)) {
        if (box.type == type) {
            *body = box.body;
            return OK;
        }
    }
    return r.failed ? ERR_MALFORMED : ERR_NOT_FOUND;
}

uint8_t box_version(struct reader *body, uint32_t *flags)
{
    uint8_t version = read_u8(body);
    *flags = read_u24(body);
    return version;
}
