#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 16 * 1024 };

struct chunk {
    struct chunk *next;
    size_t used, room;
    bool is_secret; /* of one allocation, wiped */
    alignas(max_align_t) unsigned char data[];
};

struct arena {
    struct chunk *chunks;
};

static struct chunk *chunk_create(size_t room, struct chunk *next)
{
    struct chunk *c = malloc(sizeof *c + room);
    if (c == NULL)
        abort();
    c->next = next;
    c->used = 0;
    c->room = room;
    c->is_secret = false;
    return c;
}

struct arena *arena_create(void)
{
    struct arena *arena = malloc(sizeof *arena);
    if (arena == NULL)
        abort();
    arena->chunks = NULL;
    return arena;
}

void arena_destroy(struct arena **arena)
{
    if (*arena == NULL)
        return;
    for (struct chunk *c = (*arena)->chunks, *next; c != NULL; c = next) {
        next = c->next;
        if (c->is_secret)
            explicit_bzero(c->data, c->used);
        free(c);
    }
    free(*arena);
    *arena = NULL;
}

void *arena_alloc(struct arena *arena, size_t n)
{
    const size_t align = alignof(max_align_t);
    if (n > SIZE_MAX / 2)
        abort();
    n = (n + align - 1) / align * align;
    struct chunk *c = arena->chunks;
    if (c == NULL || c->room - c->used < n) {
        c = chunk_create(n > CHUNK ? n : CHUNK, c);
        arena->chunks = c;
    }
    void *at = c->data + c->used;
    c->used += n;
    return memset(at, 0, n);
}

/* A chunk of its own, put behind the one that is being filled. */
void *arena_secret(struct arena *arena, size_t n)
{
    if (n > SIZE_MAX / 2)
        abort();
    struct chunk *c = chunk_create(n, NULL);
    c->used = n;
    c->is_secret = true;
    struct chunk **at = arena->chunks == NULL ? &arena->chunks : &arena->chunks->next;
    c->next = *at;
    *at = c;
    return memset(c->data, 0, n);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / 2 / size)
        abort();
    return arena_alloc(arena, count * size);
}

char *arena_strndup(struct arena *arena, const char *text, size_t n)
{
    char *copy = arena_alloc(arena, n + 1);
    memcpy(copy, text, n);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_strndup(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0)
        abort();
    char *text = arena_alloc(arena, (size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, format, args);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}
