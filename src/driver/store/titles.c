#include "driver/store/titles.h"

#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/showing_renew.h"
#include "driver/store/title_rows.h"
#include "driver/store/title_writes.h"

static enum err add_playable(struct connection *c, const char *id, const char *title)
{
    struct query q = query_of(c, "INSERT INTO playable (id, title) VALUES (?1, ?2)");
    query_text(&q, 1, id);
    query_text(&q, 2, title);
    return query_run(&q, NULL);
}

enum err title_insert(struct connection *c, const struct title *t)
{
    struct query q =
        query_of(c, "INSERT INTO title (id, kind, state, original_title, language, credit_line,"
                    " year, runtime_minutes, created, changed, published, version, poster,"
                    " backdrop, search, is_licensed, is_exclusive)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, '',"
                    " ?15, ?16)");
    query_text(&q, 1, t->id.s);
    query_text(&q, 2, title_kind_name(t->kind));
    query_text(&q, 3, title_state_name(t->state));
    query_text(&q, 4, t->original_title);
    query_text(&q, 5, t->language);
    query_text(&q, 6, t->credit_line);
    query_number(&q, 7, t->year);
    query_number(&q, 8, t->runtime_minutes);
    query_number(&q, 9, t->created.us);
    query_number(&q, 10, t->changed.us);
    query_number(&q, 11, t->published.us);
    query_number(&q, 12, (int64_t)t->version);
    query_text(&q, 13, t->poster);
    query_text(&q, 14, t->backdrop);
    query_number(&q, 15, t->is_licensed);
    query_number(&q, 16, t->is_exclusive);
    enum err err = query_run(&q, NULL);
    if (err == OK && t->kind == TITLE_FILM)
        err = add_playable(c, t->id.s, t->id.s);
    if (err == OK)
        err = title_write_parts(c, t);
    return err == OK ? showing_renew(c, t->id.s, t->created) : err;
}

static enum err add_title(struct connection *c, void *call)
{
    return title_insert(c, call);
}

enum err store_title_add(struct store *store, const struct title *title)
{
    struct title copy = *title;
    return store_write(store, add_title, &copy);
}

struct title_change {
    const struct title *title;
    utc_time now;
};

/* Whether the title is there at all tells a stale edit from a lost one. */
static enum err title_exists(struct connection *c, const char *id)
{
    struct query q = query_of(c, "SELECT 1 FROM title WHERE id = ?1");
    query_text(&q, 1, id);
    enum err err = query_first(&q), ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err title_replace(struct connection *c, const struct title *t, utc_time now)
{
    struct query q = query_of(c, "UPDATE title SET original_title = ?3, language = ?4,"
                                 " credit_line = ?5, year = ?6, runtime_minutes = ?7,"
                                 " changed = ?8, is_exclusive = ?9, version = version + 1"
                                 " WHERE id = ?1 AND version = ?2");
    query_text(&q, 1, t->id.s);
    query_number(&q, 2, (int64_t)t->version);
    query_text(&q, 3, t->original_title);
    query_text(&q, 4, t->language);
    query_text(&q, 5, t->credit_line);
    query_number(&q, 6, t->year);
    query_number(&q, 7, t->runtime_minutes);
    query_number(&q, 8, now.us);
    query_number(&q, 9, t->is_exclusive);
    enum err err = query_run_one(&q);
    if (err == ERR_NOT_FOUND)
        return title_exists(c, t->id.s) == OK ? ERR_STATE : ERR_NOT_FOUND;
    if (err == OK)
        err = title_write_parts(c, t);
    return err == OK ? showing_renew(c, t->id.s, now) : err;
}

static enum err update_title(struct connection *c, void *call)
{
    const struct title_change *change = call;
    return title_replace(c, change->title, change->now);
}

enum err store_title_update(struct store *store, const struct title *title, utc_time now)
{
    struct title_change change = { .title = title, .now = now };
    return store_write(store, update_title, &change);
}

enum err store_title_get(struct store *store, struct arena *arena, title_id id, struct title *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = title_read(c, arena, id.s, out);
    return store_read_end(store, &c, err);
}

/* ---- the life of a title -------------------------------------------------------------------- */

static enum err read_life(struct connection *c, const char *id, enum title_state *state,
                          utc_time *published)
{
    char name[16] = "";
    struct query q = query_of(c, "SELECT state, published FROM title WHERE id = ?1");
    query_text(&q, 1, id);
    enum err err = query_first(&q);
    if (err == OK) {
        row_copy(&q, 0, name, sizeof name);
        *published = row_time(&q, 1);
    }
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    return err == OK && !title_state_parse(name, state) ? ERR_MALFORMED : err;
}

static enum err write_life(struct connection *c, const char *id, enum title_state state,
                           utc_time published, utc_time now)
{
    struct query q = query_of(c, "UPDATE title SET state = ?2, published = ?3, changed = ?4,"
                                 " version = version + 1 WHERE id = ?1");
    query_text(&q, 1, id);
    query_text(&q, 2, title_state_name(state));
    query_number(&q, 3, published.us);
    query_number(&q, 4, now.us);
    enum err err = query_run_one(&q);
    return err == OK ? showing_renew(c, id, now) : err;
}

enum err title_move(struct connection *c, const char *id, enum title_state to, utc_time now)
{
    enum title_state from = TITLE_DRAFT;
    utc_time published = { 0 };
    enum err err = read_life(c, id, &from, &published);
    if (err != OK || from == to)
        return err;
    if (!title_may_move(from, to))
        return ERR_STATE;
    if (to == TITLE_PUBLISHED && published.us == 0)
        published = now;
    else if (to == TITLE_WITHDRAWN && published.us > now.us)
        published = (utc_time){ 0 }; /* it never came to that */
    return write_life(c, id, to, published, now);
}

enum err title_publish(struct connection *c, const char *id, utc_time at, utc_time now)
{
    enum title_state from = TITLE_DRAFT;
    utc_time published = { 0 };
    enum err err = read_life(c, id, &from, &published);
    if (err != OK)
        return err;
    if (from == TITLE_PUBLISHED && published.us == at.us)
        return OK;
    bool has_come = published.us != 0 && published.us <= now.us;
    if (has_come || at.us == 0 ||
        (from != TITLE_PUBLISHED && !title_may_move(from, TITLE_PUBLISHED)))
        return ERR_STATE;
    return write_life(c, id, TITLE_PUBLISHED, at, now);
}

struct life_call {
    title_id id;
    enum title_state to;
    utc_time at, now;
};

static enum err move_title(struct connection *c, void *call)
{
    const struct life_call *move = call;
    return title_move(c, move->id.s, move->to, move->now);
}

enum err store_title_move(struct store *store, title_id id, enum title_state to, utc_time now)
{
    struct life_call move = { .id = id, .to = to, .now = now };
    return store_write(store, move_title, &move);
}

static enum err publish_title(struct connection *c, void *call)
{
    const struct life_call *publish = call;
    return title_publish(c, publish->id.s, publish->at, publish->now);
}

enum err store_title_publish(struct store *store, title_id id, utc_time at, utc_time now)
{
    struct life_call publish = { .id = id, .at = at, .now = now };
    return store_write(store, publish_title, &publish);
}

/* ---- pictures ------------------------------------------------------------------------------- */

struct image_change {
    const char *id, *name, *sql;
    bool only_if_none;
};

static enum err set_image(struct connection *c, void *call)
{
    const struct image_change *change = call;
    struct query q = query_of(c, change->sql);
    query_text(&q, 1, change->id);
    query_text(&q, 2, change->name);
    query_number(&q, 3, change->only_if_none ? 1 : 0);
    return query_run_one(&q);
}

enum err store_title_image(struct store *store, const char *id, const char *kind, const char *name,
                           bool only_if_none)
{
    static const struct {
        const char *kind, *sql;
    } rows[] = {
        { "poster", "UPDATE title SET poster = CASE"
                    " WHEN ?3 = 1 AND poster IS NOT NULL THEN poster ELSE ?2 END WHERE id = ?1" },
        { "backdrop",
          "UPDATE title SET backdrop = CASE"
          " WHEN ?3 = 1 AND backdrop IS NOT NULL THEN backdrop ELSE ?2 END WHERE id = ?1" },
        { "still", "UPDATE episode SET still = CASE"
                   " WHEN ?3 = 1 AND still IS NOT NULL THEN still ELSE ?2 END WHERE id = ?1" },
    };
    struct image_change change = { .id = id, .name = name, .only_if_none = only_if_none };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].kind, kind) == 0)
            change.sql = rows[i].sql;
    }
    return change.sql == NULL ? ERR_ARGUMENT : store_write(store, set_image, &change);
}
