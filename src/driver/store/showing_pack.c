#include "driver/store/showing_pack.h"

#include <string.h>

enum {
    SPAN = 19,
    LIST_SPAN = 10,
    NO_TEXT = 0xffff,
    NO_AGE = 0xff,
    TEXTS_MAX = 16 << 20, /* bytes; 65,534 sources of 256 */
    /* flags of a span */
    IN_SUBSCRIPTION = 1,
    FOR_RENT = 2,
    LOCKED = 4,
    /* flags of a list's span */
    LIST_SHOWN = 1,
    LIST_LOCKED = 2,
    LIST_OPEN = 4,
};

/* ---- texts ---------------------------------------------------------------------------------- */

void packed_texts_init(struct packed_texts *texts, struct arena *arena)
{
    *texts = (struct packed_texts){ .arena = arena, .room = 64 };
    buf_init(&texts->bytes, TEXTS_MAX);
    texts->slots = ARENA_ARRAY(arena, uint32_t, texts->room);
    texts->places = ARENA_ARRAY(arena, uint16_t, texts->room);
}

void packed_texts_finish(struct packed_texts *texts)
{
    buf_finish(&texts->bytes);
}

static size_t slot_of(const struct packed_texts *t, const char *text)
{
    uint32_t hash = 2166136261u;
    for (const char *at = text; *at != 0; at++)
        hash = (hash ^ (uint8_t)*at) * 16777619u;
    size_t i = hash % t->room;
    while (t->slots[i] != 0 && strcmp((const char *)t->bytes.data + t->slots[i] - 1, text) != 0)
        i = (i + 1) % t->room;
    return i;
}

static void grow(struct packed_texts *t)
{
    const uint32_t *slots = t->slots;
    const uint16_t *places = t->places;
    size_t room = t->room;
    t->room *= 2;
    t->slots = ARENA_ARRAY(t->arena, uint32_t, t->room);
    t->places = ARENA_ARRAY(t->arena, uint16_t, t->room);
    for (size_t i = 0; i < room; i++) {
        if (slots[i] == 0)
            continue;
        size_t slot = slot_of(t, (const char *)t->bytes.data + slots[i] - 1);
        t->slots[slot] = slots[i];
        t->places[slot] = places[i];
    }
}

static uint16_t place_of(struct packed_texts *t, const char *text)
{
    if (text == NULL)
        return NO_TEXT;
    size_t slot = slot_of(t, text);
    if (t->slots[slot] != 0)
        return t->places[slot];
    if (t->n == NO_TEXT - 1)
        t->bytes.err = ERR_FULL;
    size_t at = t->bytes.size;
    buf_put(&t->bytes, text, strlen(text) + 1);
    if (t->bytes.err != OK)
        return NO_TEXT;
    t->slots[slot] = (uint32_t)at + 1;
    t->places[slot] = (uint16_t)t->n++;
    uint16_t place = t->places[slot];
    if (2 * t->n >= t->room)
        grow(t);
    return place;
}

enum err packed_texts_load(struct packed_texts *t, const char *bytes, size_t size)
{
    if (size > 0 && bytes[size - 1] != 0)
        return ERR_MALFORMED;
    for (size_t at = 0; at < size; at += strlen(bytes + at) + 1)
        (void)place_of(t, bytes + at);
    return t->bytes.err;
}

/* Where each begins. ERR_MALFORMED: the last has no end. */
static enum err texts_of(struct arena *arena, const struct packed *p, const char ***out, size_t *n)
{
    *n = 0;
    if (p->texts_size > 0 && p->texts[p->texts_size - 1] != 0)
        return ERR_MALFORMED;
    for (size_t i = 0; i < p->texts_size; i++)
        *n += p->texts[i] == 0;
    *out = ARENA_ARRAY(arena, const char *, *n + 1);
    for (size_t at = 0, i = 0; at < p->texts_size; at += strlen(p->texts + at) + 1)
        (*out)[i++] = p->texts + at;
    return OK;
}

/* ---- spans ---------------------------------------------------------------------------------- */

static void pack_one(struct packed_texts *texts, const struct showing *s, struct buf *out)
{
    bool has_age = s->min_age >= 0 && s->min_age < NO_AGE;
    buf_be64(out, (uint64_t)s->from.us);
    buf_u8(out, (uint8_t)s->state);
    buf_u8(out, (uint8_t)s->reason);
    buf_u8(out, (uint8_t)((s->in_subscription ? IN_SUBSCRIPTION : 0) |
                          (s->for_rent ? FOR_RENT : 0) | (s->is_locked ? LOCKED : 0)));
    buf_u8(out, (uint8_t)((unsigned)s->format << 4 | (unsigned)s->rent_format));
    buf_u8(out, (uint8_t)(has_age ? s->min_age : NO_AGE));
    buf_be16(out, place_of(texts, s->because));
    buf_be16(out, place_of(texts, s->languages));
    buf_be16(out, place_of(texts, s->rent_languages));
}

enum err showings_pack(struct packed_texts *texts, const struct showing *showings, size_t n,
                       struct buf *out)
{
    for (size_t i = 0; i < n; i++)
        pack_one(texts, &showings[i], out);
    return out->err != OK ? out->err : texts->bytes.err;
}

static utc_time from_of(const uint8_t *at)
{
    uint64_t v = 0;
    for (int i = 0; i < 8; i++)
        v = v << 8 | at[i];
    return (utc_time){ (int64_t)v };
}

static unsigned place_at(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static bool text_at(const char *const *texts, size_t n, unsigned place, const char **out)
{
    *out = place < n ? texts[place] : NULL;
    return place < n || place == NO_TEXT;
}

static enum err unpack_one(const uint8_t *at, const char *const *texts, size_t n,
                           struct showing *out)
{
    *out = (struct showing){ .from = from_of(at),
                             .state = (enum rights_state)at[8],
                             .reason = (enum viewing_reason)at[9],
                             .in_subscription = (at[10] & IN_SUBSCRIPTION) != 0,
                             .for_rent = (at[10] & FOR_RENT) != 0,
                             .is_locked = (at[10] & LOCKED) != 0,
                             .format = (enum rights_format)(at[11] >> 4),
                             .rent_format = (enum rights_format)(at[11] & 15),
                             .min_age = at[12] == NO_AGE ? -1 : at[12] };
    bool known = at[8] <= RIGHTS_OPEN && at[9] < VIEWING_REASONS && at[11] >> 4 <= RIGHTS_UHD &&
                 (at[11] & 15) <= RIGHTS_UHD;
    known = text_at(texts, n, place_at(at + 13), &out->because) && known;
    known = text_at(texts, n, place_at(at + 15), &out->languages) && known;
    known = text_at(texts, n, place_at(at + 17), &out->rent_languages) && known;
    return known ? OK : ERR_MALFORMED;
}

static bool is_open(const struct packed *p, size_t i)
{
    return p->spans[i * SPAN + 8] == RIGHTS_OPEN;
}

/* Where it ends, and when it was last open before. */
static void place_in_time(const struct packed *p, size_t i, struct showing *s)
{
    size_t n = p->size / SPAN, before = i;
    s->until = i + 1 < n ? from_of(p->spans + (i + 1) * SPAN) : RIGHTS_FOR_EVER;
    s->closed = RIGHTS_SINCE_EVER;
    while (s->state != RIGHTS_OPEN && before > 0 && !is_open(p, before - 1))
        before--;
    if (s->state != RIGHTS_OPEN && before > 0)
        s->closed = from_of(p->spans + before * SPAN);
}

enum err showings_unpack(struct arena *arena, const struct packed *p, struct showing **out,
                         size_t *n)
{
    const char **texts;
    size_t n_texts = 0;
    if (p->size == 0 || p->size % SPAN != 0)
        return ERR_MALFORMED;
    enum err err = texts_of(arena, p, &texts, &n_texts);
    *n = p->size / SPAN;
    *out = ARENA_ARRAY(arena, struct showing, *n);
    for (size_t i = 0; err == OK && i < *n; i++) {
        err = unpack_one(p->spans + i * SPAN, texts, n_texts, &(*out)[i]);
        place_in_time(p, i, &(*out)[i]);
    }
    return err;
}

/* The last span that begins at or before t. */
static size_t span_at(const uint8_t *spans, size_t n, size_t width, utc_time t)
{
    size_t low = 0, high = n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (from_of(spans + middle * width).us <= t.us)
            low = middle;
        else
            high = middle;
    }
    return low;
}

size_t showing_place_at(const uint8_t *spans, size_t size, utc_time t)
{
    return span_at(spans, size / SPAN, SPAN, t);
}

enum err showing_unpack_at(struct arena *arena, const struct packed *p, utc_time t,
                           struct showing *out)
{
    const char **texts;
    size_t n_texts = 0;
    if (p->size == 0 || p->size % SPAN != 0)
        return ERR_MALFORMED;
    enum err err = texts_of(arena, p, &texts, &n_texts);
    if (err != OK)
        return err;
    size_t i = span_at(p->spans, p->size / SPAN, SPAN, t);
    err = unpack_one(p->spans + i * SPAN, texts, n_texts, out);
    place_in_time(p, i, out);
    return err;
}

/* ---- lists ---------------------------------------------------------------------------------- */

static void pack_for_list(const struct showing *s, uint8_t out[2])
{
    bool has_age = s->min_age >= 0 && s->min_age < NO_AGE;
    out[0] = out[1] = 0;
    if (s->state == RIGHTS_NOTHING)
        return;
    out[0] = (uint8_t)(LIST_SHOWN | (s->is_locked ? LIST_LOCKED : 0) |
                       (s->state == RIGHTS_OPEN ? LIST_OPEN : 0));
    out[1] = (uint8_t)(has_age ? s->min_age : NO_AGE);
}

void list_pack(const struct showing *showings, size_t n, struct buf *out)
{
    uint8_t last[2] = { 0 }, now[2];
    bool is_ever_shown = false;
    for (size_t i = 0; i < n; i++)
        is_ever_shown |= showings[i].state != RIGHTS_NOTHING;
    for (size_t i = 0; is_ever_shown && i < n; i++) {
        pack_for_list(&showings[i], now);
        if (i > 0 && memcmp(last, now, sizeof now) == 0)
            continue;
        buf_be64(out, (uint64_t)showings[i].from.us);
        buf_put(out, now, sizeof now);
        memcpy(last, now, sizeof now);
    }
}

struct list_span list_unpack_at(const uint8_t *spans, size_t size, utc_time t)
{
    if (size < LIST_SPAN)
        return (struct list_span){ .min_age = -1 };
    const uint8_t *at = spans + LIST_SPAN * span_at(spans, size / LIST_SPAN, LIST_SPAN, t);
    return (struct list_span){ .is_shown = (at[8] & LIST_SHOWN) != 0,
                               .is_locked = (at[8] & LIST_LOCKED) != 0,
                               .min_age = at[9] == NO_AGE ? -1 : at[9] };
}

bool list_turns(const uint8_t *spans, size_t size, utc_time from, utc_time until)
{
    for (size_t i = 1; i < size / LIST_SPAN; i++) {
        utc_time at = from_of(spans + i * LIST_SPAN);
        if (at.us >= from.us && at.us < until.us)
            return true;
    }
    return false;
}
