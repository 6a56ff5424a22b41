/* Versions of the box program, whom they are rolled out to, and looks. */
#include <string.h>

#include "base/text.h"
#include "driver/store/boxes.h"
#include "driver/store/internal.h"
#include "driver/store/title_rows.h"

/* ---- versions -------------------------------------------------------------------------------- */

#define VERSION_COLUMNS "v.version, v.address, v.blob, v.sha256, v.size, v.added"

static void read_version(const struct query *q, struct arena *arena, struct store_box_version *v)
{
    row_copy(q, 0, v->version, sizeof v->version);
    v->address = row_text(q, arena, 1);
    v->blob = row_text(q, arena, 2);
    v->sha256 = row_text(q, arena, 3);
    v->size = row_number(q, 4);
    v->added = row_time(q, 5);
}

static enum err insert_version(struct connection *c, void *call)
{
    const struct store_box_version *v = call;
    struct query q = query_of(c, "INSERT INTO box_version (version, address, blob, sha256, size,"
                                 " added) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    query_text(&q, 1, v->version);
    query_text(&q, 2, v->address);
    query_text(&q, 3, v->blob);
    query_text(&q, 4, v->sha256);
    query_number(&q, 5, v->size);
    query_number(&q, 6, v->added.us);
    return query_run(&q, NULL);
}

enum err store_box_version_add(struct store *store, const struct store_box_version *version)
{
    struct store_box_version copy = *version;
    return store_write(store, insert_version, &copy);
}

enum err store_box_versions_list(struct store *store, struct arena *arena,
                                 struct store_box_version **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " VERSION_COLUMNS " FROM box_version v"
                                 " ORDER BY v.added, v.version");
    while (query_next(&q))
        read_version(&q, arena, list_add(&l));
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

enum err store_box_version_get(struct store *store, struct arena *arena, const char *version,
                               struct store_box_version *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " VERSION_COLUMNS " FROM box_version v"
                                 " WHERE v.version = ?1");
    query_text(&q, 1, version);
    err = query_first(&q);
    if (err == OK)
        read_version(&q, arena, out);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

/* ---- rollouts -------------------------------------------------------------------------------- */

struct rollout_call {
    partner_id partner;
    const struct box_rollout_order *order;
    struct box_rollout *out;
    char *why;
};

static enum err read_rollout(struct connection *c, const char *partner, struct box_rollout *out)
{
    char state[16] = "";
    struct query q = query_of(c, "SELECT version, before, share, state, changed FROM box_rollout"
                                 " WHERE partner = ?1");
    query_text(&q, 1, partner);
    enum err err = query_first(&q);
    if (err == OK) {
        row_copy(&q, 0, out->version, sizeof out->version);
        row_copy(&q, 1, out->before, sizeof out->before);
        out->share = (int)row_number(&q, 2);
        row_copy(&q, 3, state, sizeof state);
        out->changed = row_time(&q, 4);
        if (!box_rollout_state_parse(state, &out->state))
            err = ERR_MALFORMED;
    }
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err version_is_there(struct connection *c, const char *version)
{
    struct query q = query_of(c, "SELECT 1 FROM box_version WHERE version = ?1");
    query_text(&q, 1, version);
    enum err err = query_first(&q);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err write_rollout(struct connection *c, const char *partner,
                              const struct box_rollout *r)
{
    struct query q = query_of(c, "INSERT INTO box_rollout (partner, version, before, share, state,"
                                 " changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                                 " ON CONFLICT (partner) DO UPDATE SET version = ?2, before = ?3,"
                                 " share = ?4, state = ?5, changed = ?6");
    query_text(&q, 1, partner);
    query_text(&q, 2, r->version);
    query_text(&q, 3, r->before);
    query_number(&q, 4, r->share);
    query_text(&q, 5, box_rollout_state_name(r->state));
    query_number(&q, 6, r->changed.us);
    return query_run(&q, NULL);
}

static enum err change_rollout(struct connection *c, void *call)
{
    const struct rollout_call *r = call;
    struct box_rollout before;
    enum err err = OK;
    if (r->order->move == BOX_ROLL)
        err = version_is_there(c, r->order->version);
    if (err != OK)
        return err;
    enum err found = read_rollout(c, r->partner.s, &before);
    if (found != OK && found != ERR_NOT_FOUND)
        return found;
    err = box_rollout_apply(found == OK ? &before : NULL, r->order, r->out, r->why);
    return err == OK ? write_rollout(c, r->partner.s, r->out) : err;
}

enum err store_box_rollout_change(struct store *store, partner_id partner,
                                  const struct box_rollout_order *order, struct box_rollout *out,
                                  char why[BOX_WHY])
{
    struct rollout_call call = { .partner = partner, .order = order, .out = out, .why = why };
    return store_write(store, change_rollout, &call);
}

enum err store_box_rollout_get(struct store *store, partner_id partner, struct box_rollout *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    return err == OK ? store_read_end(store, &c, read_rollout(c, partner.s, out)) : err;
}

/* ---- looks ----------------------------------------------------------------------------------- */

_Static_assert(LOOK_COLOUR_COUNT == 3, "partner_look has three colours");

static enum err read_look(const struct query *q, struct arena *arena, struct look *out)
{
    char why[LOOK_WHY];
    out->name = row_text(q, arena, 0);
    for (int i = 0; i < LOOK_COLOUR_COUNT; i++)
        row_copy(q, 1 + i, out->colours[i], LOOK_COLOUR);
    out->logo = row_text(q, arena, 4);
    return look_rows_parse(arena, row_text(q, arena, 5), out, why) == OK ? OK : ERR_MALFORMED;
}

enum err store_look_get(struct store *store, struct arena *arena, partner_id partner,
                        struct look *out)
{
    struct connection *c = NULL;
    *out = (struct look){ .name = NULL };
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT name, ground, text, accent, logo, home_rows"
                                 " FROM partner_look WHERE partner = ?1");
    query_text(&q, 1, partner.s);
    err = query_first(&q);
    if (err == OK)
        err = read_look(&q, arena, out);
    else if (err == ERR_NOT_FOUND)
        err = OK;
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

struct look_call {
    partner_id partner;
    const struct look *look;
    const char *rows;
    utc_time now;
};

/* The logo is not of this: store_logo_put. */

static enum err write_look(struct connection *c, void *call)
{
    const struct look_call *l = call;
    struct query q = query_of(c, "INSERT INTO partner_look (partner, name, ground, text, accent,"
                                 " home_rows, changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                                 " ON CONFLICT (partner) DO UPDATE SET name = ?2, ground = ?3,"
                                 " text = ?4, accent = ?5, home_rows = ?6, changed = ?7");
    query_text(&q, 1, l->partner.s);
    query_text(&q, 2, l->look->name);
    for (int i = 0; i < LOOK_COLOUR_COUNT; i++)
        query_text(&q, 3 + i, l->look->colours[i]);
    query_text(&q, 6, l->rows);
    query_number(&q, 7, l->now.us);
    return query_run(&q, NULL);
}

enum err store_look_put(struct store *store, partner_id partner, const struct look *look,
                        utc_time now)
{
    struct arena *arena = arena_create();
    struct look_call call = {
        .partner = partner, .look = look, .rows = look_rows_text(arena, look), .now = now
    };
    enum err err = store_write(store, write_look, &call);
    arena_destroy(&arena);
    return err;
}

struct logo_call {
    partner_id partner;
    struct arena *arena;
    const char *logo, *before;
    utc_time now;
};

static enum err find_logo(struct connection *c, struct logo_call *l)
{
    struct query q = query_of(c, "SELECT logo FROM partner_look WHERE partner = ?1");
    query_text(&q, 1, l->partner.s);
    l->before = query_next(&q) && !row_is_null(&q, 0) ? row_text(&q, l->arena, 0) : NULL;
    return query_end(&q);
}

static enum err write_logo(struct connection *c, void *call)
{
    struct logo_call *l = call;
    enum err err = find_logo(c, l);
    if (err != OK)
        return err;
    struct query q = query_of(c, "INSERT INTO partner_look (partner, ground, text, accent, logo,"
                                 " changed) VALUES (?1, '', '', '', ?2, ?3)"
                                 " ON CONFLICT (partner) DO UPDATE SET logo = ?2, changed = ?3");
    query_text(&q, 1, l->partner.s);
    query_text(&q, 2, l->logo);
    query_number(&q, 3, l->now.us);
    return query_run(&q, NULL);
}

enum err store_logo_put(struct store *store, struct arena *arena, partner_id partner,
                        const char *logo, utc_time now, const char **before)
{
    struct logo_call call = { .partner = partner, .arena = arena, .logo = logo, .now = now };
    enum err err = store_write(store, write_logo, &call);
    *before = call.before;
    return err;
}

/* ---- blobs --------------------------------------------------------------------------------------
 */

enum err store_box_blobs_list(struct store *store, struct arena *arena, const char ***out,
                              size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof(const char *));
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT logo FROM partner_look WHERE logo IS NOT NULL"
                                 " UNION SELECT blob FROM box_version WHERE blob IS NOT NULL");
    while (query_next(&q))
        *(const char **)list_add(&l) = row_text(&q, arena, 0);
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}
