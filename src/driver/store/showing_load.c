#include <string.h>

#include "base/text.h"
#include "driver/store/showing_work.h"
#include "driver/store/territory_rows.h"
#include "driver/store/title_rows.h"

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

enum err work_load(struct work *w, const char *id)
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
