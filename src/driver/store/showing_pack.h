/* Spans of showings as bytes, so that a title in a territory is one row however many windows it
 * has. Only for driver/store.
 *
 * Of a showing, 19 bytes a span, big-endian: from in microseconds (8), state, reason, flags,
 * formats (picture, of a rental), age (255: not rated), then places of because, languages and
 * rental languages in the title's texts (2 each; 65535: none). A span lasts until the next begins.
 * Of a list, 10 bytes a span: from (8), flags, age; only what lists cut by. */
#ifndef LANTERNE_DRIVER_STORE_SHOWING_PACK_H
#define LANTERNE_DRIVER_STORE_SHOWING_PACK_H

#include "base/arena.h"
#include "base/buf.h"
#include "rules/viewing/showing.h"

/* The texts of all showings of a title, each once, one after the other with their NULs. */
struct packed_texts {
    struct buf bytes;
    size_t n, room;
    uint32_t *slots; /* offset in bytes and one more; 0: free */
    uint16_t *places;
    struct arena *arena;
};
void packed_texts_init(struct packed_texts *texts, struct arena *arena);
/* Begins with texts that were packed before, at their places. */
MUST_CHECK enum err packed_texts_load(struct packed_texts *texts, const char *bytes, size_t size);
void packed_texts_finish(struct packed_texts *texts);

/* ERR_FULL: more than 65,534 texts or 16 MiB of them. */
MUST_CHECK enum err showings_pack(struct packed_texts *texts, const struct showing *showings,
                                  size_t n, struct buf *out);
struct packed {
    const uint8_t *spans;
    size_t size;
    const char *texts;
    size_t texts_size;
};
/* ERR_MALFORMED: not what showings_pack wrote. Texts are in the arena. */
MUST_CHECK enum err showings_unpack(struct arena *arena, const struct packed *packed,
                                    struct showing **out, size_t *n);
MUST_CHECK enum err showing_unpack_at(struct arena *arena, const struct packed *packed, utc_time t,
                                      struct showing *out);

/* Which of the spans holds at t, from 0. size: more than 0. */
size_t showing_place_at(const uint8_t *spans, size_t size, utc_time t);

/* What lists cut by. Leaves out alone when nothing is ever shown. */
void list_pack(const struct showing *showings, size_t n, struct buf *out);
struct list_span {
    bool is_shown, is_locked;
    int min_age;
};
struct list_span list_unpack_at(const uint8_t *spans, size_t size, utc_time t);
/* Whether one of them begins from `from` to before `until`. */
bool list_turns(const uint8_t *spans, size_t size, utc_time from, utc_time until);

#endif
