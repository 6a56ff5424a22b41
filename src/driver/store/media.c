#include "driver/store/media.h"

#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/media_rows.h"
#include "driver/store/showing_renew.h"
#include "driver/store/title_rows.h"

#define EDITION_COLUMNS                                                                            \
    "id, playable, duration_ms, ready, tile_width, tile_height, tile_columns, tile_rows,"          \
    " tile_timescale, tile_sheets, tile_interval, tile_sheet_ticks, tile_bytes"
#define RENDITION_COLUMNS "name, kind, label, is_default, is_description, size, position"

static enum err retire(struct connection *c, const char *id, utc_time now)
{
    static const char *const copies[] = {
        "INSERT INTO edition_before (" EDITION_COLUMNS ")"
        " SELECT " EDITION_COLUMNS " FROM edition WHERE id = ?1",
        "INSERT INTO rendition_before (edition, " RENDITION_COLUMNS ")"
        " SELECT edition, " RENDITION_COLUMNS " FROM rendition WHERE edition = ?1",
        "DELETE FROM edition WHERE id = ?1",
    };
    struct query q = query_of(c, "INSERT INTO edition_retired (id, retired) VALUES (?1, ?2)");
    query_text(&q, 1, id);
    query_number(&q, 2, now.us);
    enum err err = query_run(&q, NULL);
    for (size_t i = 0; err == OK && i < sizeof copies / sizeof copies[0]; i++) {
        q = query_of(c, copies[i]);
        query_text(&q, 1, id);
        err = query_run(&q, NULL);
    }
    return err;
}

static enum err retire_current(struct connection *c, const struct store_edition *e,
                               char replaced[ID_TEXT])
{
    struct query q = query_of(c, "SELECT id FROM edition WHERE playable = ?1");
    replaced[0] = 0;
    query_text(&q, 1, e->playable.s);
    if (query_next(&q))
        row_copy(&q, 0, replaced, ID_TEXT);
    enum err err = query_end(&q);
    if (err != OK || replaced[0] == 0)
        return err;
    return strcmp(replaced, e->id.s) == 0 ? ERR_EXISTS : retire(c, replaced, e->ready);
}

static enum err write_own(struct connection *c, const struct store_edition *e)
{
    const struct store_tiles *t = &e->tiles;
    struct query q =
        query_of(c, "INSERT INTO edition (id, playable, duration_ms, ready, tile_width,"
                    " tile_height, tile_columns, tile_rows, tile_timescale, tile_sheets,"
                    " tile_interval, tile_sheet_ticks, tile_bytes)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");
    query_text(&q, 1, e->id.s);
    query_text(&q, 2, e->playable.s);
    query_number(&q, 3, e->duration_ms);
    query_number(&q, 4, e->ready.us);
    query_number(&q, 5, t->width);
    query_number(&q, 6, t->height);
    query_number(&q, 7, t->columns);
    query_number(&q, 8, t->rows);
    query_number(&q, 9, t->timescale);
    query_number(&q, 10, t->sheets);
    query_number(&q, 11, t->interval_ticks);
    query_number(&q, 12, t->sheet_ticks);
    query_number(&q, 13, t->bytes);
    return query_run(&q, NULL);
}

enum err edition_write(struct connection *c, const struct store_edition *e, char replaced[ID_TEXT])
{
    enum err err = retire_current(c, e, replaced);
    if (err == OK)
        err = write_own(c, e);
    for (size_t i = 0; err == OK && i < e->n_renditions; i++) {
        const struct store_rendition *r = &e->renditions[i];
        struct query q =
            query_of(c, "INSERT INTO rendition (edition, position, name, kind, label, is_default,"
                        " is_description, size) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        query_text(&q, 1, e->id.s);
        query_number(&q, 2, (int64_t)i);
        query_text(&q, 3, r->name);
        query_text(&q, 4, r->kind);
        query_text(&q, 5, r->label == NULL ? "" : r->label);
        query_number(&q, 6, r->is_default);
        query_number(&q, 7, r->is_description);
        query_number(&q, 8, r->size);
        err = query_run(&q, NULL);
    }
    return err == OK ? showing_renew_playable(c, e->playable.s, e->ready) : err;
}

struct edition_put {
    const struct store_edition *edition;
    char replaced[ID_TEXT];
};

static enum err put_edition(struct connection *c, void *call)
{
    struct edition_put *put = call;
    return edition_write(c, put->edition, put->replaced);
}

enum err store_edition_put(struct store *store, const struct store_edition *edition,
                           edition_id *replaced)
{
    struct edition_put put = { .edition = edition };
    enum err err = store_write(store, put_edition, &put);
    if (err == OK && replaced != NULL)
        memcpy(replaced->s, put.replaced, sizeof replaced->s);
    return err;
}

static void read_own(const struct query *q, struct store_edition *e)
{
    row_copy(q, 0, e->id.s, sizeof e->id.s);
    row_copy(q, 1, e->playable.s, sizeof e->playable.s);
    e->duration_ms = row_number(q, 2);
    e->ready = row_time(q, 3);
    e->tiles = (struct store_tiles){ .width = (uint32_t)row_number(q, 4),
                                     .height = (uint32_t)row_number(q, 5),
                                     .columns = (uint32_t)row_number(q, 6),
                                     .rows = (uint32_t)row_number(q, 7),
                                     .timescale = (uint32_t)row_number(q, 8),
                                     .sheets = (uint32_t)row_number(q, 9),
                                     .interval_ticks = row_number(q, 10),
                                     .sheet_ticks = row_number(q, 11),
                                     .bytes = row_number(q, 12) };
}

static enum err read_renditions(struct connection *c, struct arena *arena, struct store_edition *e)
{
    struct list l = list_of(arena, sizeof *e->renditions);
    struct query q = query_of(c, "SELECT " RENDITION_COLUMNS " FROM rendition WHERE edition = ?1"
                                 " UNION ALL SELECT " RENDITION_COLUMNS " FROM rendition_before"
                                 " WHERE edition = ?1 ORDER BY position");
    query_text(&q, 1, e->id.s);
    while (query_next(&q)) {
        struct store_rendition *r = list_add(&l);
        r->name = row_text(&q, arena, 0);
        r->kind = row_text(&q, arena, 1);
        r->label = row_text(&q, arena, 2);
        r->is_default = row_number(&q, 3) != 0;
        r->is_description = row_number(&q, 4) != 0;
        r->size = row_number(&q, 5);
    }
    e->renditions = l.items;
    e->n_renditions = l.n;
    return query_end(&q);
}

static enum err read_edition(struct store *store, struct arena *arena, const char *sql,
                             const char *id, struct store_edition *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, sql);
    query_text(&q, 1, id);
    err = query_first(&q);
    if (err == OK)
        read_own(&q, out);
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    if (err == OK)
        err = read_renditions(c, arena, out);
    return store_read_end(store, &c, err);
}

enum err store_edition_get(struct store *store, struct arena *arena, playable_id id,
                           struct store_edition *out)
{
    return read_edition(store, arena, "SELECT " EDITION_COLUMNS " FROM edition WHERE playable = ?1",
                        id.s, out);
}

enum err store_edition_find(struct store *store, struct arena *arena, edition_id id,
                            struct store_edition *out)
{
    return read_edition(store, arena,
                        "SELECT " EDITION_COLUMNS " FROM edition WHERE id = ?1"
                        " UNION ALL SELECT " EDITION_COLUMNS " FROM edition_before WHERE id = ?1",
                        id.s, out);
}

enum err store_editions_list(struct store *store, struct arena *arena, struct store_edition **out,
                             size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " EDITION_COLUMNS " FROM edition ORDER BY id");
    while (query_next(&q))
        read_own(&q, list_add(&l));
    err = query_end(&q);
    *out = l.items;
    *n = l.n;
    for (size_t i = 0; err == OK && i < l.n; i++)
        err = read_renditions(c, arena, &(*out)[i]);
    return store_read_end(store, &c, err);
}

enum err store_editions_retired(struct store *store, struct arena *arena, utc_time before,
                                edition_id **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "SELECT id FROM edition_retired WHERE retired < ?1 ORDER BY retired, id");
    query_number(&q, 1, before.us);
    while (query_next(&q))
        row_copy(&q, 0, ((edition_id *)list_add(&l))->s, ID_TEXT);
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

static enum err forget_edition(struct connection *c, void *call)
{
    static const char *const also[] = {
        "DELETE FROM content_key WHERE edition = ?1",
        "DELETE FROM edition_cenc WHERE edition = ?1",
    };
    const edition_id *id = call;
    struct query q = query_of(c, "DELETE FROM edition_retired WHERE id = ?1");
    query_text(&q, 1, id->s);
    enum err err = query_run_one(&q);
    for (size_t i = 0; err == OK && i < sizeof also / sizeof also[0]; i++) {
        q = query_of(c, also[i]);
        query_text(&q, 1, id->s);
        err = query_run(&q, NULL);
    }
    return err;
}

enum err store_edition_forget(struct store *store, edition_id id)
{
    return store_write(store, forget_edition, &id);
}

/* ---- captions ------------------------------------------------------------------------------- */

enum err caption_write(struct connection *c, const char *playable,
                       const struct store_caption *caption)
{
    struct query q =
        query_of(c, "INSERT INTO caption (playable, name, language, label, kind, is_default,"
                    " blob_name) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                    " ON CONFLICT (playable, name) DO UPDATE SET language = excluded.language,"
                    " label = excluded.label, kind = excluded.kind,"
                    " is_default = excluded.is_default, blob_name = excluded.blob_name");
    query_text(&q, 1, playable);
    query_text(&q, 2, caption->name);
    query_text(&q, 3, caption->language);
    query_text(&q, 4, caption->label == NULL ? "" : caption->label);
    query_text(&q, 5, caption->kind);
    query_number(&q, 6, caption->is_default);
    query_text(&q, 7, caption->blob);
    return query_run(&q, NULL);
}

struct caption_change {
    playable_id playable;
    const struct store_caption *caption;
    const char *name;
};

static enum err put_caption(struct connection *c, void *call)
{
    const struct caption_change *change = call;
    return caption_write(c, change->playable.s, change->caption);
}

enum err store_caption_put(struct store *store, playable_id id, const struct store_caption *caption)
{
    struct caption_change change = { .playable = id, .caption = caption };
    return store_write(store, put_caption, &change);
}

static enum err remove_caption(struct connection *c, void *call)
{
    const struct caption_change *change = call;
    struct query q = query_of(c, "DELETE FROM caption WHERE playable = ?1 AND name = ?2");
    query_text(&q, 1, change->playable.s);
    query_text(&q, 2, change->name);
    return query_run_one(&q);
}

enum err store_caption_remove(struct store *store, playable_id id, const char *name)
{
    struct caption_change change = { .playable = id, .name = name };
    return store_write(store, remove_caption, &change);
}

enum err store_captions_list(struct store *store, struct arena *arena, playable_id id,
                             struct store_caption **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT name, language, label, kind, is_default, blob_name"
                                 " FROM caption WHERE playable = ?1 ORDER BY name");
    query_text(&q, 1, id.s);
    while (query_next(&q)) {
        struct store_caption *caption = list_add(&l);
        caption->name = row_text(&q, arena, 0);
        caption->language = row_text(&q, arena, 1);
        caption->label = row_text(&q, arena, 2);
        caption->kind = row_text(&q, arena, 3);
        caption->is_default = row_number(&q, 4) != 0;
        caption->blob = row_text(&q, arena, 5);
    }
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}
