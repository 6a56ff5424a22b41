#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

void buf_init(struct buf *b, size_t ceiling)
{
    *b = (struct buf){ .ceiling = ceiling };
}

void buf_finish(struct buf *b)
{
    free(b->data);
    buf_init(b, b->ceiling);
}

void buf_clear(struct buf *b)
{
    b->size = 0;
    b->err = OK;
}

void buf_truncate(struct buf *b, size_t size)
{
    assert(size <= b->size);
    b->size = size;
}

/* One byte more than asked is kept for the NUL of buf_string. */
static enum err make_room(struct buf *b, size_t n)
{
    if (n > b->ceiling || b->size > b->ceiling - n)
        return ERR_FULL;
    size_t need = b->size + n + 1;
    if (need <= b->room)
        return OK;
    size_t room = b->room < FIRST_ROOM ? FIRST_ROOM : b->room;
    while (room < need)
        room = room > SIZE_MAX / 2 ? need : room * 2;
    if (room > b->ceiling + 1)
        room = b->ceiling + 1;
    uint8_t *data = realloc(b->data, room);
    if (data == NULL)
        return ERR_MEMORY;
    b->data = data;
    b->room = room;
    return OK;
}

uint8_t *buf_grow(struct buf *b, size_t n)
{
    if (b->err != OK)
        return NULL;
    b->err = make_room(b, n);
    if (b->err != OK)
        return NULL;
    uint8_t *at = b->data + b->size;
    b->size += n;
    return at;
}

void buf_put(struct buf *b, const void *bytes, size_t n)
{
    uint8_t *at = buf_grow(b, n);
    if (at != NULL && n > 0)
        memcpy(at, bytes, n);
}

void buf_zero(struct buf *b, size_t n)
{
    uint8_t *at = buf_grow(b, n);
    if (at != NULL && n > 0)
        memset(at, 0, n);
}

void buf_u8(struct buf *b, uint8_t v)
{
    buf_put(b, &v, 1);
}

static void put_be(struct buf *b, uint64_t v, size_t n)
{
    uint8_t *at = buf_grow(b, n);
    for (size_t i = 0; at != NULL && i < n; i++)
        at[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
}

void buf_be16(struct buf *b, uint16_t v)
{
    put_be(b, v, 2);
}

void buf_be24(struct buf *b, uint32_t v)
{
    put_be(b, v, 3);
}

void buf_be32(struct buf *b, uint32_t v)
{
    put_be(b, v, 4);
}

void buf_be64(struct buf *b, uint64_t v)
{
    put_be(b, v, 8);
}

void buf_set_be32(struct buf *b, size_t at, uint32_t v)
{
    if (b->err != OK)
        return;
    assert(at + 4 <= b->size);
    for (size_t i = 0; i < 4; i++)
        b->data[at + i] = (uint8_t)(v >> (8 * (3 - i)));
}

void buf_text(struct buf *b, const char *text)
{
    buf_put(b, text, strlen(text));
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0 || b->err != OK)
        return;
    b->err = make_room(b, (size_t)n);
    if (b->err != OK)
        return;
    vsnprintf((char *)b->data + b->size, (size_t)n + 1, format, args);
    b->size += (size_t)n;
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(b, format, args);
    va_end(args);
}

const char *buf_string(struct buf *b)
{
    if (b->err != OK || b->size == 0)
        return "";
    b->data[b->size] = 0;
    return (const char *)b->data;
}
