#include "driver/store/showing_renew.h"

#include <string.h>

#include "base/text.h"
#include "driver/store/contract_rows.h"
#include "driver/store/showing_pack.h"
#include "driver/store/showing_rows.h"
#include "driver/store/showing_spans.h"
#include "driver/store/territory_rows.h"
#include "driver/store/title_rows.h"
#include "rules/territory/rating.h"

enum { LIST_MAX = 16 << 20 }; /* bytes: 1.6 million windows of one title in one territory */

/* A territory with what is asked of it for every title. */
struct place {
    char code[3];
    const struct zone *zone;
    const char *ratings;
    size_t n_laws;
    struct rights_block *laws;
    struct locks locks;
};

struct renewal {
    struct connection *connection;
    struct arena *arena;
    utc_time now;
    bool is_of_one; /* territory: the others keep what they have, and the clock it was made by */
    size_t n_places, n_deals;
    struct place *places;
    struct deal *deals;
};

/* Playables that the same rights bear on, and that are ready or not alike. */
struct group {
    bool is_ready;
    size_t n_rights;
    const uint32_t *rights; /* places in the contract */
};

struct subject {
    char id[ID_TEXT]; /* "" : of a series without episodes, for the series alone */
    int season, number;
    bool is_ready;
    size_t group;
};

struct work {
    struct renewal *r;
    struct arena *arena; /* of the title */
    struct title title;
    struct contract contract;
    size_t n_subjects, n_groups;
    struct subject *subjects;
    struct group *groups;
    utc_time now;
    bool was_made; /* before, then: by which clock, and when it was published */
    utc_time made, published_before;
    struct packed_texts texts;
    char differs[3]; /* comparing: the first territory where they do */
};

/* ---- what all titles share ------------------------------------------------------------------ */

static enum err make_place(struct renewal *r, const struct territory *t, const struct law *laws,
                           size_t n_laws, struct place *out)
{
    text_copy(out->code, sizeof out->code, t->code);
    out->zone = territory_zone(t);
    out->ratings = territory_ratings(t);
    out->locks = locks_make(r->arena, laws, n_laws, out->code, out->zone);
    return law_blocks(r->arena, laws, n_laws, out->code, out->zone, &out->laws, &out->n_laws);
}

static enum err load_places(struct renewal *r, const char *only)
{
    struct territory *territories = NULL;
    struct law *laws = NULL;
    size_t n = 0, n_laws = 0;
    enum err err = territories_read(r->connection, r->arena, &territories, &n);
    if (err == OK && n > 0)
        err = laws_read(r->connection, r->arena, &laws, &n_laws);
    r->places = ARENA_ARRAY(r->arena, struct place, n + 1);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (only == NULL || strcmp(only, territories[i].code) == 0)
            err = make_place(r, &territories[i], laws, n_laws, &r->places[r->n_places++]);
    }
    return err;
}

enum err renewal_begin(struct connection *c, const char *territory, utc_time now,
                       struct renewal **out)
{
    struct arena *arena = arena_create();
    struct renewal *r = ARENA_NEW(arena, struct renewal);
    *r = (struct renewal){
        .connection = c, .arena = arena, .now = now, .is_of_one = territory != NULL
    };
    enum err err = load_places(r, territory);
    if (err == OK && r->n_places > 0)
        err = deals_read(c, arena, &r->deals, &r->n_deals);
    if (err == OK)
        *out = r;
    else
        arena_destroy(&arena);
    return err;
}

void renewal_end(struct renewal **renewal)
{
    struct arena *arena = *renewal != NULL ? (*renewal)->arena : NULL;
    *renewal = NULL;
    arena_destroy(&arena);
}

/* ---- one title ------------------------------------------------------------------------------ */

static enum err load_subjects(struct work *w)
{
    struct list l = list_of(w->arena, sizeof *w->subjects);
    struct query q =
        query_of(w->r->connection, "SELECT p.id, coalesce(e.season, 0), coalesce(e.number, 0),"
                                   " EXISTS (SELECT 1 FROM edition d WHERE d.playable = p.id)"
                                   " FROM playable p LEFT JOIN episode e ON e.id = p.id"
                                   " WHERE p.title = ?1 ORDER BY 2, 3");
    query_text(&q, 1, w->title.id.s);
    while (query_next(&q)) {
        struct subject *s = list_add(&l);
        row_copy(&q, 0, s->id, sizeof s->id);
        s->season = (int)row_number(&q, 1);
        s->number = (int)row_number(&q, 2);
        s->is_ready = row_number(&q, 3) != 0;
    }
    if (l.n == 0)
        *(struct subject *)list_add(&l) = (struct subject){ .season = -1, .number = -1 };
    w->subjects = l.items;
    w->n_subjects = l.n;
    return query_end(&q);
}

static bool same_group(const struct group *a, const struct group *b)
{
    return a->is_ready == b->is_ready && a->n_rights == b->n_rights &&
           (a->n_rights == 0 || memcmp(a->rights, b->rights, a->n_rights * sizeof *a->rights) == 0);
}

static void group_subjects(struct work *w)
{
    const struct contract *contract = &w->contract;
    w->groups = ARENA_ARRAY(w->arena, struct group, w->n_subjects);
    for (size_t i = 0; i < w->n_subjects; i++) {
        struct subject *s = &w->subjects[i];
        uint32_t *rights = ARENA_ARRAY(w->arena, uint32_t, contract->n_rights + 1);
        struct group group = { .is_ready = s->is_ready, .rights = rights };
        for (size_t k = 0; k < contract->n_rights; k++) {
            if (contract_covers(contract, &contract->rights[k], s->season, s->number))
                rights[group.n_rights++] = (uint32_t)k;
        }
        for (s->group = 0; s->group < w->n_groups; s->group++) {
            if (same_group(&w->groups[s->group], &group))
                break;
        }
        if (s->group == w->n_groups)
            w->groups[w->n_groups++] = group;
    }
}

static enum err load_made(struct work *w)
{
    enum err err = OK;
    struct query q = query_of(w->r->connection,
                              "SELECT made, published, texts FROM showing_title WHERE title = ?1");
    query_text(&q, 1, w->title.id.s);
    if (query_next(&q)) {
        w->was_made = true;
        w->made = row_time(&q, 0);
        w->published_before = row_time(&q, 1);
        if (w->r->is_of_one) {
            w->now = w->made;
            err = packed_texts_load(&w->texts, row_bytes(&q, 2), row_size(&q, 2));
        }
    }
    enum err ended = query_end(&q);
    /* what had come before has come, also when the service is run at an earlier instant */
    bool is_as_published = w->was_made && w->published_before.us == w->title.published.us;
    if (is_as_published && w->made.us > w->now.us)
        w->now = w->made;
    return err == OK ? ended : err;
}

static enum err load_title(struct work *w, const char *id)
{
    struct renewal *r = w->r;
    enum err err = title_read(r->connection, w->arena, id, &w->title);
    w->now = r->now.us != 0 ? r->now : w->title.changed;
    if (err == OK)
        err = contract_read(r->connection, w->arena, id, r->deals, r->n_deals, &w->contract);
    if (err == OK)
        err = load_subjects(w);
    if (err == OK)
        err = load_made(w);
    if (err == OK)
        group_subjects(w);
    return err;
}

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
    enum err err = load_title(&w, title);
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
    enum err err = load_title(&w, title);
    if (err == OK && w.was_made)
        w.now = w.made;
    for (size_t i = 0; err == OK && i < r->n_places; i++)
        err = do_place(&w, &r->places[i], compare_subject);
    memcpy(differs, w.differs, sizeof w.differs);
    packed_texts_finish(&w.texts);
    arena_destroy(&w.arena);
    return err;
}
