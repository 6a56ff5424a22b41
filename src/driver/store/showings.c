#include "driver/store/showings.h"

#include <stdlib.h>
#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/showing_pack.h"
#include "driver/store/showing_renew.h"
#include "driver/store/showing_rows.h"
#include "driver/store/territory_rows.h"
#include "driver/store/title_rows.h"

/* Goes up whenever rules/ or showing_renew.c make others of the same rows. */
#define SHOWINGS_VERSION "1"

/* ---- rows ----------------------------------------------------------------------------------- */

static const char spans_of_subject[] =
    "SELECT s.spans, t.texts FROM showing s JOIN showing_title t ON t.title = ?1"
    " WHERE s.subject = ?2 AND s.territory = ?3";

static enum err find_spans(struct query *q, const char *title, const char *subject,
                           const char *territory, struct packed *out)
{
    query_text(q, 1, title);
    query_text(q, 2, subject);
    query_text(q, 3, territory);
    enum err err = query_first(q);
    if (err == OK)
        *out = (struct packed){ .spans = row_bytes(q, 0),
                                .size = row_size(q, 0),
                                .texts = row_bytes(q, 1),
                                .texts_size = row_size(q, 1) };
    return err;
}

/* The texts of the showings point into bytes that live as long as the arena. */
static void keep_texts(struct arena *arena, struct packed *p)
{
    if (p->texts_size == 0)
        return;
    char *copy = arena_alloc(arena, p->texts_size);
    memcpy(copy, p->texts, p->texts_size);
    p->texts = copy;
}

enum err showings_read(struct connection *c, struct arena *arena, const char *title,
                       const char *subject, const char *territory, struct showing **out, size_t *n)
{
    struct packed p = { 0 };
    struct query q = query_of(c, spans_of_subject);
    enum err err = find_spans(&q, title, subject, territory, &p);
    if (err == OK) {
        keep_texts(arena, &p);
        err = showings_unpack(arena, &p, out, n);
    }
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err showing_read_at(struct connection *c, struct arena *arena, const char *title,
                         const char *subject, const char *territory, utc_time at,
                         struct showing *out)
{
    struct packed p = { 0 };
    struct query q = query_of(c, spans_of_subject);
    enum err err = find_spans(&q, title, subject, territory, &p);
    if (err == OK) {
        keep_texts(arena, &p);
        err = showing_unpack_at(arena, &p, at, out);
    }
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

struct showing showing_nowhere(void)
{
    return (struct showing){ .from = RIGHTS_SINCE_EVER,
                             .until = RIGHTS_FOR_EVER,
                             .closed = RIGHTS_SINCE_EVER,
                             .reason = VIEWING_TERRITORY,
                             .languages = "",
                             .rent_languages = "",
                             .min_age = -1 };
}

enum err territory_state_read(struct connection *c, const char *code, utc_time at, bool *is_set,
                              enum territory_state *out)
{
    char state[16] = "";
    struct query q = query_of(c, "SELECT (SELECT state FROM territory_change WHERE territory = ?1"
                                 " AND at <= ?2 ORDER BY at DESC LIMIT 1)"
                                 " FROM territory WHERE code = ?1");
    query_text(&q, 1, code);
    query_number(&q, 2, at.us);
    *is_set = query_next(&q);
    *out = TERRITORY_PLANNED;
    if (*is_set)
        row_copy(&q, 0, state, sizeof state);
    enum err err = query_end(&q);
    return err == OK && state[0] != 0 && !territory_state_parse(state, out) ? ERR_MALFORMED : err;
}

enum err showings_version_read(struct connection *c, bool *is_current)
{
    char version[64];
    enum err err = note_read(c, "showings", version);
    *is_current = strcmp(version, SHOWINGS_VERSION) == 0;
    return err;
}

enum err showings_version_write(struct connection *c)
{
    return note_write(c, "showings", SHOWINGS_VERSION);
}

/* ---- reading -------------------------------------------------------------------------------- */

static enum err title_of_playable(struct connection *c, const char *playable, char out[ID_TEXT])
{
    struct query q = query_of(c, "SELECT title FROM playable WHERE id = ?1");
    query_text(&q, 1, playable);
    enum err err = query_first(&q);
    if (err == OK)
        row_copy(&q, 0, out, ID_TEXT);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err find_showing(struct connection *c, struct arena *arena, const char *title,
                             const char *subject, const char *territory, utc_time at,
                             struct showing *out, enum territory_state *state)
{
    bool is_set = false;
    *out = showing_nowhere();
    enum err err = territory_state_read(c, territory, at, &is_set, state);
    if (err != OK || !is_set)
        return err;
    return showing_read_at(c, arena, title, subject, territory, at, out);
}

enum err store_showing_find(struct store *store, struct arena *arena, playable_id playable,
                            const char *territory, utc_time at, struct showing *out,
                            enum territory_state *state)
{
    struct connection *c = NULL;
    char title[ID_TEXT] = "";
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = title_of_playable(c, playable.s, title);
    if (err == OK)
        err = find_showing(c, arena, title, playable.s, territory, at, out, state);
    return store_read_end(store, &c, err);
}

static enum err title_is_there(struct connection *c, const char *id)
{
    struct query q = query_of(c, "SELECT 1 FROM title WHERE id = ?1");
    query_text(&q, 1, id);
    enum err err = query_first(&q), ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err store_title_showing(struct store *store, struct arena *arena, title_id title,
                             const char *territory, utc_time at, struct showing *out,
                             enum territory_state *state)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = title_is_there(c, title.s);
    if (err == OK)
        err = find_showing(c, arena, title.s, title.s, territory, at, out, state);
    return store_read_end(store, &c, err);
}

static enum err read_episode_ids(struct connection *c, struct arena *arena, const char *series,
                                 struct list *out)
{
    *out = list_of(arena, sizeof(playable_id));
    struct query q =
        query_of(c, "SELECT id FROM episode WHERE series = ?1 ORDER BY season, number");
    query_text(&q, 1, series);
    while (query_next(&q))
        row_copy(&q, 0, ((playable_id *)list_add(out))->s, ID_TEXT);
    return query_end(&q);
}

enum err store_series_showings(struct store *store, struct arena *arena, title_id series,
                               const char *territory, utc_time at, struct showing **out, size_t *n)
{
    struct connection *c = NULL;
    struct list ids = { 0 };
    bool is_set = false;
    enum territory_state state;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = title_is_there(c, series.s);
    if (err == OK)
        err = read_episode_ids(c, arena, series.s, &ids);
    if (err == OK)
        err = territory_state_read(c, territory, at, &is_set, &state);
    *n = err == OK ? ids.n : 0;
    *out = ARENA_ARRAY(arena, struct showing, *n + 1);
    for (size_t i = 0; err == OK && i < *n; i++) {
        (*out)[i] = showing_nowhere();
        if (is_set)
            err = showing_read_at(c, arena, series.s, ((playable_id *)ids.items)[i].s, territory,
                                  at, &(*out)[i]);
    }
    return store_read_end(store, &c, err);
}

/* ---- making anew ---------------------------------------------------------------------------- */

struct renew_call {
    utc_time now;
    size_t n;
};

static enum err renew_everything(struct connection *c, void *call)
{
    struct renew_call *renew = call;
    enum err err = showing_renew_all(c, NULL, renew->now, &renew->n);
    return err == OK ? showings_version_write(c) : err;
}

enum err store_showings_renew(struct store *store, utc_time now, size_t *n)
{
    struct renew_call renew = { .now = now };
    enum err err = store_write(store, renew_everything, &renew);
    *n = renew.n;
    return err;
}

enum err store_showings_current(struct store *store, bool *is_current)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = showings_version_read(c, is_current);
    return store_read_end(store, &c, err);
}
