/* One request or job, one arena: what it needs dies with it in one call. Allocation of small things
 * cannot fail (the process stops); what is sized by the outside goes through a ceiling first.
 * Not shared between threads. */
#ifndef LANTERNE_BASE_ARENA_H
#define LANTERNE_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_create(void);
void arena_destroy(struct arena **arena);

/* Zeroed memory, aligned for any type, alive until the arena is destroyed. Never NULL. */
void *arena_alloc(struct arena *arena, size_t n);
/* The same for what nobody may find afterwards: it is wiped before its memory is given back. */
void *arena_secret(struct arena *arena, size_t n);
/* The same for count things of size bytes; the product is checked. */
void *arena_array(struct arena *arena, size_t count, size_t size);
char *arena_strdup(struct arena *arena, const char *text); /* NULL in, NULL out */
char *arena_strndup(struct arena *arena, const char *text, size_t n);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_array((arena), (count), sizeof(type)))

#endif
