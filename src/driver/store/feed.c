#include "driver/store/feed.h"

#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/showing_pack.h"
#include "driver/store/showing_rows.h"
#include "driver/store/title_rows.h"

/* ---- marks ----------------------------------------------------------------------------------- */

struct mark {
    char title[ID_TEXT];
    uint64_t hash;
    bool is_there;
};

/* FNV-1a: a change is to be noticed, nobody is to be kept from making one that is not. */
static uint64_t mix(uint64_t h, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * UINT64_C(0x100000001b3);
    return h;
}

static uint64_t mix_text(uint64_t h, const char *text)
{
    return mix(h, text, strlen(text) + 1);
}

/* Every title, by id, with a mark of its row. Texts, names and ratings go by its version. */
static enum err read_titles(struct connection *c, struct list *out)
{
    struct query q = query_of(c, "SELECT id, version, changed, coalesce(poster, ''),"
                                 " coalesce(backdrop, ''), is_exclusive FROM title ORDER BY id");
    while (query_next(&q)) {
        struct mark *m = list_add(out);
        int64_t numbers[3] = { row_number(&q, 1), row_number(&q, 2), row_number(&q, 5) };
        char image[128];
        row_copy(&q, 0, m->title, sizeof m->title);
        m->hash = mix(UINT64_C(0xcbf29ce484222325), numbers, sizeof numbers);
        row_copy(&q, 3, image, sizeof image);
        m->hash = mix_text(m->hash, image);
        row_copy(&q, 4, image, sizeof image);
        m->hash = mix_text(m->hash, image);
    }
    return query_end(&q);
}

/* The first mark at or after *at that is of the title; NULL: there is none. Both lists rise. */
static struct mark *step_to(struct mark *marks, size_t n, size_t *at, const char *title)
{
    while (*at < n && strcmp(marks[*at].title, title) < 0)
        *at += 1;
    return *at < n && strcmp(marks[*at].title, title) == 0 ? &marks[*at] : NULL;
}

/* Which span holds is part of the mark, so that the clock alone changes it. */
static void mark_showing(struct mark *m, const struct query *q, const char *territory, utc_time now)
{
    const uint8_t *listed = row_bytes(q, 1), *spans = row_bytes(q, 2);
    size_t listed_size = row_size(q, 1), size = row_size(q, 2);
    struct list_span span = list_unpack_at(listed, listed_size, now);
    uint64_t place = size > 0 ? showing_place_at(spans, size, now) : 0;
    if (!span.is_shown || span.is_locked)
        return;
    m->is_there = true;
    m->hash = mix_text(m->hash, territory);
    m->hash = mix(m->hash, spans, size);
    m->hash = mix(m->hash, &place, sizeof place);
}

static enum err mark_territory(struct connection *c, const char *territory, utc_time now,
                               struct list *marks)
{
    bool is_set = false;
    size_t at = 0;
    enum territory_state state = TERRITORY_PLANNED;
    enum err err = territory_state_read(c, territory, now, &is_set, &state);
    if (err != OK || state != TERRITORY_OPEN)
        return err;
    struct query q = query_of(c, "SELECT s.title, s.spans, w.spans FROM title_showing s"
                                 " JOIN showing w ON w.subject = s.title"
                                 " AND w.territory = s.territory"
                                 " WHERE s.territory = ?1 ORDER BY s.title");
    query_text(&q, 1, territory);
    while (query_next(&q)) {
        char title[ID_TEXT];
        row_copy(&q, 0, title, sizeof title);
        struct mark *m = step_to(marks->items, marks->n, &at, title);
        if (m != NULL)
            mark_showing(m, &q, territory, now);
    }
    return query_end(&q);
}

struct marked {
    uint64_t hash;
    bool is_there, is_known;
};

/* What is marked already, beside each mark. */
static enum err read_marked(struct connection *c, const char *partner, const struct list *marks,
                            struct marked *out)
{
    size_t at = 0;
    struct query q = query_of(c, "SELECT title, mark, is_there FROM feed_mark WHERE partner = ?1"
                                 " ORDER BY title");
    query_text(&q, 1, partner);
    while (query_next(&q)) {
        char title[ID_TEXT];
        row_copy(&q, 0, title, sizeof title);
        struct mark *m = step_to(marks->items, marks->n, &at, title);
        if (m != NULL)
            out[m - (struct mark *)marks->items] =
                (struct marked){ .hash = (uint64_t)row_number(&q, 1),
                                 .is_there = row_number(&q, 2) != 0,
                                 .is_known = true };
    }
    return query_end(&q);
}

struct refresh {
    partner_id partner;
    utc_time now;
    const char (*territories)[3];
    size_t n_territories;
    struct list changed; /* marks */
};

/* What was never there is told to nobody; of what is gone only that is told. */
static bool differs(const struct mark *m, const struct marked *before)
{
    if (!m->is_there)
        return before->is_there;
    return !before->is_known || !before->is_there || before->hash != m->hash;
}

static enum err find_changed(struct connection *c, struct arena *arena, struct refresh *r)
{
    struct list marks = list_of(arena, sizeof(struct mark));
    enum err err = read_titles(c, &marks);
    for (size_t i = 0; err == OK && i < r->n_territories; i++)
        err = mark_territory(c, r->territories[i], r->now, &marks);
    struct marked *before = ARENA_ARRAY(arena, struct marked, marks.n + 1);
    if (err == OK)
        err = read_marked(c, r->partner.s, &marks, before);
    r->changed = list_of(arena, sizeof(struct mark));
    for (size_t i = 0; err == OK && i < marks.n; i++)
        if (differs(&((struct mark *)marks.items)[i], &before[i]))
            *(struct mark *)list_add(&r->changed) = ((struct mark *)marks.items)[i];
    return err;
}

static enum err write_changed(struct connection *c, void *call)
{
    const struct refresh *r = call;
    const struct mark *marks = r->changed.items;
    enum err err = OK;
    for (size_t i = 0; err == OK && i < r->changed.n; i++) {
        struct query q = query_of(c, "INSERT INTO feed_mark (partner, title, mark, is_there,"
                                     " changed) VALUES (?1, ?2, ?3, ?4, ?5)"
                                     " ON CONFLICT (partner, title) DO UPDATE SET mark = ?3,"
                                     " is_there = ?4, changed = max(changed, ?5)");
        query_text(&q, 1, r->partner.s);
        query_text(&q, 2, marks[i].title);
        query_number(&q, 3, (int64_t)marks[i].hash);
        query_number(&q, 4, marks[i].is_there);
        query_number(&q, 5, r->now.us);
        err = query_run(&q, NULL);
    }
    return err;
}

enum err store_feed_refresh(struct store *store, partner_id partner, const char (*territories)[3],
                            size_t n, utc_time now)
{
    struct connection *c = NULL;
    struct arena *arena = arena_create();
    struct refresh r = {
        .partner = partner, .now = now, .territories = territories, .n_territories = n
    };
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = store_read_end(store, &c, find_changed(c, arena, &r));
    if (err == OK && r.changed.n > 0)
        err = store_write(store, write_changed, &r);
    arena_destroy(&arena);
    return err;
}

/* ---- pages ----------------------------------------------------------------------------------- */

static enum err read_entries(struct connection *c, const struct store_feed_filter *f,
                             struct list *out)
{
    struct query q = query_of(c, "SELECT title, is_there, changed FROM feed_mark"
                                 " WHERE partner = ?1 AND title > ?2 AND changed >= ?3"
                                 " AND (is_there = 1 OR ?3 > 0) ORDER BY title LIMIT ?4");
    query_text(&q, 1, f->partner.s);
    query_text(&q, 2, f->after != NULL ? f->after : "");
    query_number(&q, 3, f->since.us);
    query_number(&q, 4, (int64_t)f->limit + 1);
    while (query_next(&q)) {
        struct store_feed_entry *e = list_add(out);
        row_copy(&q, 0, e->id.s, sizeof e->id.s);
        e->is_there = row_number(&q, 1) != 0;
        e->changed = row_time(&q, 2);
    }
    return query_end(&q);
}

enum err store_feed_page(struct store *store, struct arena *arena,
                         const struct store_feed_filter *filter, struct store_feed_entry **out,
                         size_t *n, bool *is_last)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = read_entries(c, filter, &l);
    *out = l.items;
    *is_last = l.n <= filter->limit;
    *n = *is_last ? l.n : filter->limit;
    for (size_t i = 0; err == OK && i < *n; i++)
        if ((*out)[i].is_there)
            err = title_read(c, arena, (*out)[i].id.s, &(*out)[i].title);
    return store_read_end(store, &c, err);
}

enum err store_title_spans(struct store *store, struct arena *arena, title_id title,
                           const char *territory, struct showing **out, size_t *n)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = showings_read(c, arena, title.s, title.s, territory, out, n);
    return store_read_end(store, &c, err);
}
