#include "driver/store/showing_renew.h"

#include <string.h>

#include "driver/store/showing_rows.h"
#include "driver/store/showing_work.h"
#include "rules/territory/rating.h"

enum { LIST_MAX = 16 << 20 }; /* bytes: 1.6 million windows of one title in one territory */

/* ---- a title in a place --------------------------------------------------------------------- */

static void take_rights(const struct work *w, const struct group *group, const struct place *place,
                        struct rights_right *out, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < group->n_rights; i++) {
        const struct rights_right *right = &w->contract.rights[group->rights[i]].right;
        if (territory_set_has(&right->where, place->code))
            out[(*n)++] = *right;
    }
    if (contract_needs_own_right(&w->contract))
        out[(*n)++] = rights_of_house();
}

static void take_blocks(const struct work *w, const struct place *place, struct rights_block *out,
                        size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < w->contract.n_blocks; i++) {
        if (territory_set_has(&w->contract.blocks[i].where, place->code))
            out[(*n)++] = w->contract.blocks[i];
    }
    for (size_t i = 0; i < place->n_laws; i++)
        out[(*n)++] = place->laws[i];
}

static enum err make_group(const struct work *w, const struct group *group,
                           const struct place *place, struct arena *arena, struct spans *out)
{
    struct rights_timeline timeline;
    struct rights_right *rights = ARENA_ARRAY(arena, struct rights_right, group->n_rights + 1);
    struct rights_block *blocks =
        ARENA_ARRAY(arena, struct rights_block, w->contract.n_blocks + place->n_laws + 1);
    struct rights_question ask = { .territory = place->code,
                                   .zone = place->zone,
                                   .n_events = w->contract.n_events,
                                   .rights = rights,
                                   .blocks = blocks,
                                   .events = w->contract.events };
    struct showing_question q = { .title = &w->title,
                                  .now = w->now,
                                  .is_ready = group->is_ready,
                                  .rights = rights,
                                  .blocks = blocks,
                                  .min_age = rating_of_title(&w->title, place->ratings, NULL) };
    bool by_contract = w->contract.is_licensed || contract_needs_own_right(&w->contract);
    enum err err = OK;
    if (by_contract && w->title.state == TITLE_PUBLISHED) {
        take_rights(w, group, place, rights, &ask.n_rights);
        take_blocks(w, place, blocks, &ask.n_blocks);
        err = rights_timeline_make(arena, &ask, &timeline);
        q.timeline = &timeline;
    }
    if (err == OK)
        err = showing_make(arena, &q, &out->at, &out->n);
    if (err == OK)
        *out = spans_lock(arena, *out, &place->locks);
    return err;
}

/* Two by two, so that a series of many windows is swept as often as their logarithm. */
static struct spans best_of(struct arena *arena, const struct spans *groups, size_t n)
{
    if (n == 1)
        return groups[0];
    return spans_best(arena, best_of(arena, groups, n / 2),
                      best_of(arena, groups + n / 2, n - n / 2));
}

/* ---- keeping them --------------------------------------------------------------------------- */

static enum err keep_spans(struct work *w, const char *subject, const struct place *place,
                           const struct buf *packed)
{
    struct query q = query_of(
        w->r->connection, "INSERT INTO showing (subject, territory, spans) VALUES (?1, ?2, ?3)"
                          " ON CONFLICT (subject, territory) DO UPDATE SET spans = excluded.spans"
                          " WHERE showing.spans <> excluded.spans");
    query_text(&q, 1, subject);
    query_text(&q, 2, place->code);
    query_blob(&q, 3, packed->data, packed->size);
    return query_run(&q, NULL);
}

static enum err drop_list(struct work *w, const struct place *place, utc_time published)
{
    struct query q =
        query_of(w->r->connection, "DELETE FROM title_showing"
                                   " WHERE territory = ?1 AND published = ?2 AND title = ?3");
    query_text(&q, 1, place->code);
    query_number(&q, 2, published.us);
    query_text(&q, 3, w->title.id.s);
    return query_run(&q, NULL);
}

static enum err keep_list(struct work *w, const struct place *place, struct spans spans)
{
    struct buf packed;
    enum err err = OK;
    buf_init(&packed, LIST_MAX);
    list_pack(spans.at, spans.n, &packed);
    bool moved = w->was_made && w->published_before.us != w->title.published.us;
    if (moved || (w->was_made && packed.size == 0))
        err = drop_list(w, place, w->published_before);
    if (err == OK && packed.size > 0) {
        struct query q = query_of(
            w->r->connection,
            "INSERT INTO title_showing (territory, published, title, kind, spans)"
            " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (territory, published, title)"
            " DO UPDATE SET spans = excluded.spans WHERE title_showing.spans <> excluded.spans");
        query_text(&q, 1, place->code);
        query_number(&q, 2, w->title.published.us);
        query_text(&q, 3, w->title.id.s);
        query_text(&q, 4, title_kind_name(w->title.kind));
        query_blob(&q, 5, packed.data, packed.size);
        err = query_run(&q, NULL);
    }
    if (err == OK)
        err = packed.err;
    buf_finish(&packed);
    return err;
}

static enum err keep_made(struct work *w)
{
    struct query q =
        query_of(w->r->connection,
                 "INSERT INTO showing_title (title, made, published, texts)"
                 " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (title) DO UPDATE SET"
                 " made = excluded.made, published = excluded.published, texts = excluded.texts");
    query_text(&q, 1, w->title.id.s);
    query_number(&q, 2, w->now.us);
    query_number(&q, 3, w->title.published.us);
    const void *texts = w->texts.bytes.size == 0 ? "" : (const void *)w->texts.bytes.data;
    query_blob(&q, 4, texts, w->texts.bytes.size);
    return query_run(&q, NULL);
}

/* What is done with the spans of a subject: kept, or compared. */
typedef enum err (*span_act)(struct work *w, const struct place *place, struct arena *arena,
                             const char *subject, struct spans spans);

static enum err keep_subject(struct work *w, const struct place *place, struct arena *arena,
                             const char *subject, struct spans spans)
{
    enum { SPANS_MAX = 16 << 20 };
    struct buf packed;
    (void)arena;
    buf_init(&packed, SPANS_MAX);
    enum err err = showings_pack(&w->texts, spans.at, spans.n, &packed);
    if (err == OK)
        err = keep_spans(w, subject, place, &packed);
    buf_finish(&packed);
    if (err == OK && strcmp(subject, w->title.id.s) == 0)
        err = keep_list(w, place, spans);
    return err;
}

static enum err do_place(struct work *w, const struct place *place, span_act act)
{
    struct arena *arena = arena_create();
    struct spans *groups = ARENA_ARRAY(arena, struct spans, w->n_groups);
    enum err err = OK;
    for (size_t i = 0; err == OK && i < w->n_groups; i++)
        err = make_group(w, &w->groups[i], place, arena, &groups[i]);
    for (size_t i = 0; err == OK && i < w->n_subjects; i++) {
        if (w->subjects[i].id[0] != 0)
            err = act(w, place, arena, w->subjects[i].id, groups[w->subjects[i].group]);
    }
    if (err == OK && w->title.kind == TITLE_SERIES)
        err = act(w, place, arena, w->title.id.s, best_of(arena, groups, w->n_groups));
    arena_destroy(&arena);
    return err;
}

enum err renewal_title(struct renewal *r, const char *title)
{
    if (r->n_places == 0)
        return OK;
    struct work w = { .r = r, .arena = arena_create() };
    packed_texts_init(&w.texts, w.arena);
    enum err err = work_load(&w, title);
    for (size_t i = 0; err == OK && i < r->n_places; i++)
        err = do_place(&w, &r->places[i], keep_subject);
    if (err == OK)
        err = keep_made(&w);
    packed_texts_finish(&w.texts);
    arena_destroy(&w.arena);
    return err;
}

enum err showing_renew(struct connection *c, const char *title, utc_time now)
{
    struct renewal *r = NULL;
    enum err err = renewal_begin(c, NULL, now, &r);
    if (err == OK)
        err = renewal_title(r, title);
    renewal_end(&r);
    return err;
}

enum err showing_renew_playable(struct connection *c, const char *playable, utc_time now)
{
    char title[ID_TEXT] = "";
    struct query q = query_of(c, "SELECT title FROM playable WHERE id = ?1");
    query_text(&q, 1, playable);
    enum err err = query_first(&q);
    if (err == OK)
        row_copy(&q, 0, title, sizeof title);
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    return err == OK ? showing_renew(c, title, now) : err;
}

static enum err renew_ids(struct connection *c, const char *territory, const struct id_set *titles,
                          utc_time now)
{
    struct renewal *r = NULL;
    if (titles->n == 0)
        return OK;
    enum err err = renewal_begin(c, territory, now, &r);
    for (size_t i = 0; err == OK && i < titles->n; i++)
        err = renewal_title(r, titles->ids[i]);
    renewal_end(&r);
    return err;
}

enum err showing_renew_set(struct connection *c, const struct id_set *titles, utc_time now)
{
    return renew_ids(c, NULL, titles, now);
}

enum err showing_renew_all(struct connection *c, const char *territory, utc_time now, size_t *n)
{
    struct arena *arena = arena_create();
    struct id_set titles = id_set_of(arena);
    struct query q = query_of(c, "SELECT id FROM title ORDER BY id");
    while (query_next(&q)) {
        char id[ID_TEXT];
        row_copy(&q, 0, id, sizeof id);
        id_set_add(&titles, id);
    }
    enum err err = query_end(&q);
    if (err == OK)
        err = renew_ids(c, territory, &titles, now);
    if (n != NULL)
        *n = titles.n;
    arena_destroy(&arena);
    return err;
}

/* ---- comparing ------------------------------------------------------------------------------ */

static enum err list_differs(struct work *w, const struct place *place, struct spans spans,
                             bool *differs)
{
    struct buf packed;
    buf_init(&packed, LIST_MAX);
    list_pack(spans.at, spans.n, &packed);
    struct query q =
        query_of(w->r->connection, "SELECT spans FROM title_showing WHERE"
                                   " territory = ?1 AND published = ?2 AND title = ?3");
    query_text(&q, 1, place->code);
    query_number(&q, 2, w->title.published.us);
    query_text(&q, 3, w->title.id.s);
    size_t size = query_next(&q) ? row_size(&q, 0) : 0;
    *differs =
        size != packed.size || (size > 0 && memcmp(row_bytes(&q, 0), packed.data, size) != 0);
    buf_finish(&packed);
    return query_end(&q);
}

static enum err compare_subject(struct work *w, const struct place *place, struct arena *arena,
                                const char *subject, struct spans spans)
{
    struct spans stored = { 0 };
    enum err err = showings_read(w->r->connection, arena, w->title.id.s, subject, place->code,
                                 &stored.at, &stored.n);
    bool differs =
        err == ERR_NOT_FOUND || err == ERR_MALFORMED || (err == OK && !spans_same(stored, spans));
    if (err == OK && !differs && strcmp(subject, w->title.id.s) == 0)
        err = list_differs(w, place, spans, &differs);
    if (differs && w->differs[0] == 0)
        memcpy(w->differs, place->code, sizeof w->differs);
    return differs ? OK : err;
}

enum err renewal_compare(struct renewal *r, const char *title, char differs[3])
{
    struct work w = { .r = r, .arena = arena_create() };
    packed_texts_init(&w.texts, w.arena);
    enum err err = work_load(&w, title);
    if (err == OK && w.was_made)
        w.now = w.made;
    for (size_t i = 0; err == OK && i < r->n_places; i++)
        err = do_place(&w, &r->places[i], compare_subject);
    memcpy(differs, w.differs, sizeof w.differs);
    packed_texts_finish(&w.texts);
    arena_destroy(&w.arena);
    return err;
}
