/* The contract of a title as others ask for it, and what titles are found by. */
#include <string.h>

#include "driver/store/avail_rows.h"
#include "driver/store/contract_rows.h"
#include "driver/store/internal.h"
#include "driver/store/right_rows.h"
#include "driver/store/showing_renew.h"
#include "driver/store/title_rows.h"
#include "driver/store/title_writes.h"

/* ---- the contract --------------------------------------------------------------------------- */

/* ERR_NOT_FOUND: the playable is none of the title. Of a film both are 0. */
static enum err place_of(struct connection *c, const char *title, const char *playable, int *season,
                         int *number)
{
    struct query q = query_of(c, "SELECT coalesce(e.season, 0), coalesce(e.number, 0)"
                                 " FROM playable p LEFT JOIN episode e ON e.id = p.id"
                                 " WHERE p.id = ?1 AND p.title = ?2");
    query_text(&q, 1, playable);
    query_text(&q, 2, title);
    enum err err = query_first(&q);
    if (err == OK) {
        *season = (int)row_number(&q, 0);
        *number = (int)row_number(&q, 1);
    }
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err get_contract(struct connection *c, struct arena *arena, const char *title,
                             const playable_id *playable, struct store_contract *out)
{
    struct contract all;
    struct deal *deals = NULL;
    size_t n_deals = 0;
    int season = 0, number = 0;
    enum err err = deals_read(c, arena, &deals, &n_deals);
    if (err == OK)
        err = contract_read(c, arena, title, deals, n_deals, &all);
    if (err == OK && playable != NULL)
        err = place_of(c, title, playable->s, &season, &number);
    if (err != OK)
        return err;
    *out = (struct store_contract){ .is_licensed = all.is_licensed,
                                    .n_blocks = all.n_blocks,
                                    .n_events = all.n_events,
                                    .blocks = all.blocks,
                                    .events = all.events };
    out->rights = ARENA_ARRAY(arena, struct rights_right, all.n_rights + 1);
    for (size_t i = 0; i < all.n_rights; i++) {
        if (playable == NULL || contract_covers(&all, &all.rights[i], season, number))
            out->rights[out->n_rights++] = all.rights[i].right;
    }
    if (contract_needs_own_right(&all))
        out->rights[out->n_rights++] = rights_of_house();
    return OK;
}

enum err store_contract_get(struct store *store, struct arena *arena, title_id title,
                            const playable_id *playable, struct store_contract *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = get_contract(c, arena, title.s, playable, out);
    return store_read_end(store, &c, err);
}

/* The avail's own rights and those of what bundles it; *title gets what it is linked to. */
static enum err read_alid(struct connection *c, struct arena *arena, const char *alid,
                          struct list *rights, char title[ID_TEXT], size_t *n_avails)
{
    enum err err = OK;
    struct query q = query_of(
        c, "SELECT " RIGHT_COLUMNS ", a.alid, s.name FROM avail a JOIN studio s ON s.id = a.studio"
           " JOIN avail_right r ON r.avail = a.id WHERE a.alid = ?1"
           " UNION ALL SELECT " RIGHT_COLUMNS ", a.alid, s.name FROM avail_bundled b"
           " JOIN avail a ON a.id = b.avail JOIN studio s ON s.id = a.studio"
           " JOIN avail_right r ON r.avail = a.id WHERE b.alid = ?1");
    query_text(&q, 1, alid);
    while (err == OK && query_next(&q)) {
        struct right_row row;
        struct rights_right *r = list_add(rights);
        right_row_read(&q, arena, false, &row);
        err = right_of_row(arena, &row, r);
        r->studio = row_text(&q, arena, RIGHT_COLUMN_COUNT + 1);
        r->source = right_source(arena, row_text(&q, arena, RIGHT_COLUMN_COUNT),
                                 row.texts[RIGHT_TRANSACTION], r->studio);
    }
    enum err ended = query_end(&q);
    if (err != OK || ended != OK)
        return err == OK ? ended : err;
    q = query_of(c, "SELECT title FROM avail WHERE alid = ?1 ORDER BY title IS NULL, id");
    query_text(&q, 1, alid);
    for (*n_avails = 0; query_next(&q); ++*n_avails) {
        if (*n_avails == 0)
            row_copy(&q, 0, title, ID_TEXT);
    }
    return query_end(&q);
}

static enum err get_alid(struct connection *c, struct arena *arena, const char *alid,
                         struct store_contract *out)
{
    struct list rights = list_of(arena, sizeof *out->rights);
    struct deal *deals = NULL;
    size_t n_deals = 0, n_avails = 0;
    char title[ID_TEXT] = "";
    *out = (struct store_contract){ .is_licensed = true };
    enum err err = read_alid(c, arena, alid, &rights, title, &n_avails);
    out->rights = rights.items;
    out->n_rights = rights.n;
    if (err == OK && n_avails == 0 && rights.n == 0)
        err = ERR_NOT_FOUND;
    if (err == OK)
        err = deals_read(c, arena, &deals, &n_deals);
    if (err == OK)
        err = deal_blocks(arena, deals, n_deals, arena_strdup(arena, title), &out->blocks,
                          &out->n_blocks);
    if (err == OK && title[0] != 0)
        err = events_read(c, arena, title, &out->events, &out->n_events);
    return err;
}

enum err store_contract_of_alid(struct store *store, struct arena *arena, const char *alid,
                                struct store_contract *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = get_alid(c, arena, alid, out);
    return store_read_end(store, &c, err);
}

/* ---- identifiers ---------------------------------------------------------------------------- */

enum err store_title_identifiers(struct store *store, struct arena *arena, title_id title,
                                 const char ***out, size_t *n)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = avail_words(c, arena,
                          "SELECT key FROM title_identifier WHERE title = ?1 ORDER BY position",
                          title.s, out, n);
    return store_read_end(store, &c, err);
}

struct title_put {
    title_id title;
    const char *const *keys;
    const struct rights_event_date *events;
    size_t n;
    utc_time now;
    bool is_licensed;
};

static enum err title_is_there(struct connection *c, const char *id)
{
    struct query q = query_of(c, "SELECT 1 FROM title WHERE id = ?1");
    query_text(&q, 1, id);
    enum err err = query_first(&q), ended = query_end(&q);
    return err == OK ? ended : err;
}

/* Avails without a title that one of the title's keys finds. */
static enum err find_unlinked(struct connection *c, struct arena *arena, const char *title,
                              struct list *heads)
{
    struct query q =
        query_of(c, "SELECT " AVAIL_COLUMNS " FROM avail a JOIN studio s ON s.id = a.studio"
                    /* the +: begin with the few ids, not with all avails without a title */
                    " WHERE +a.title IS NULL AND a.is_linked_by_hand = 0 AND a.id IN ("
                    " SELECT k.avail FROM title_identifier i JOIN avail_key k ON k.key = i.key"
                    " WHERE i.title = ?1"
                    " UNION SELECT k.avail FROM title_identifier i"
                    " JOIN avail_key k ON k.key = 'series:' || i.key WHERE i.title = ?1"
                    " UNION SELECT m.id FROM title_identifier i"
                    " JOIN avail m ON m.alid = substr(i.key, 6)"
                    " WHERE i.title = ?1 AND i.key LIKE 'alid:%')");
    query_text(&q, 1, title);
    while (query_next(&q))
        avail_head_read(&q, arena, list_add(heads));
    return query_end(&q);
}

static enum err link_unlinked(struct connection *c, struct arena *arena, const char *title)
{
    struct list heads = list_of(arena, sizeof(struct avail_head));
    enum err err = find_unlinked(c, arena, title, &heads);
    for (size_t i = 0; err == OK && i < heads.n; i++) {
        const struct avail_head *head = &((struct avail_head *)heads.items)[i];
        struct store_avail avail;
        bool linked;
        err = avail_fill(c, arena, head, false, &avail);
        if (err == OK)
            err = avail_link_by_keys(c, head, avail.keys, avail.n_keys, &linked);
    }
    if (err != OK)
        return err;
    /* known to a bundle by an ALID */
    struct query q = query_of(c, "UPDATE title SET is_licensed = 1 WHERE id = ?1 AND EXISTS"
                                 " (SELECT 1 FROM title_identifier i JOIN avail_bundled b"
                                 "  ON i.key = 'alid:' || b.alid WHERE i.title = ?1)");
    query_text(&q, 1, title);
    return query_run(&q, NULL);
}

enum err title_keys_replace(struct connection *c, const char *title, const char *const *keys,
                            size_t n, utc_time now)
{
    enum err err = title_is_there(c, title);
    if (err != OK)
        return err;
    struct query q = query_of(c, "DELETE FROM title_identifier WHERE title = ?1");
    query_text(&q, 1, title);
    err = query_run(&q, NULL);
    for (size_t i = 0; err == OK && i < n; i++) {
        q = query_of(c, "INSERT INTO title_identifier (title, position, key) VALUES (?1, ?2, ?3)");
        query_text(&q, 1, title);
        query_number(&q, 2, (int64_t)i);
        query_text(&q, 3, keys[i]);
        err = query_run(&q, NULL);
    }
    struct arena *arena = arena_create();
    if (err == OK)
        err = link_unlinked(c, arena, title);
    arena_destroy(&arena);
    return err == OK ? showing_renew(c, title, now) : err;
}

static enum err put_identifiers(struct connection *c, void *call)
{
    const struct title_put *put = call;
    return title_keys_replace(c, put->title.s, put->keys, put->n, put->now);
}

enum err store_title_identifiers_put(struct store *store, title_id title, const char *const *keys,
                                     size_t n, utc_time now)
{
    struct title_put put = { .title = title, .keys = keys, .n = n, .now = now };
    return store_write(store, put_identifiers, &put);
}

/* ---- events --------------------------------------------------------------------------------- */

enum err store_title_events(struct store *store, struct arena *arena, title_id title,
                            struct rights_event_date **out, size_t *n)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = events_read(c, arena, title.s, out, n);
    return store_read_end(store, &c, err);
}

static enum err put_event(struct connection *c, const char *title,
                          const struct rights_event_date *event)
{
    bool goes = event->day.days == INT32_MIN;
    struct query q = query_of(c, "DELETE FROM title_event"
                                 " WHERE title = ?1 AND event = ?2 AND territory = ?3");
    query_text(&q, 1, title);
    query_text(&q, 2, rights_event_name(event->event));
    query_text(&q, 3, event->territory);
    enum err err = query_run(&q, NULL);
    if (err != OK || goes)
        return err;
    q = query_of(c, "INSERT INTO title_event (title, event, territory, day)"
                    " VALUES (?1, ?2, ?3, ?4)");
    query_text(&q, 1, title);
    query_text(&q, 2, rights_event_name(event->event));
    query_text(&q, 3, event->territory);
    query_number(&q, 4, event->day.days);
    return query_run(&q, NULL);
}

enum err title_events_replace(struct connection *c, const char *title,
                              const struct rights_event_date *events, size_t n, utc_time now)
{
    enum err err = title_is_there(c, title);
    for (size_t i = 0; err == OK && i < n; i++)
        err = put_event(c, title, &events[i]);
    return err == OK ? showing_renew(c, title, now) : err;
}

static enum err put_events(struct connection *c, void *call)
{
    const struct title_put *put = call;
    return title_events_replace(c, put->title.s, put->events, put->n, put->now);
}

enum err store_title_events_put(struct store *store, title_id title,
                                const struct rights_event_date *events, size_t n, utc_time now)
{
    struct title_put put = { .title = title, .events = events, .n = n, .now = now };
    return store_write(store, put_events, &put);
}

/* ---- whose it is ---------------------------------------------------------------------------- */

static enum err set_licensed(struct connection *c, void *call)
{
    const struct title_put *put = call;
    bool is_linked = false;
    struct query q = query_of(c, "SELECT 1 FROM avail WHERE title = ?1 LIMIT 1");
    query_text(&q, 1, put->title.s);
    is_linked = query_next(&q);
    enum err err = query_end(&q);
    if (err == OK && is_linked && !put->is_licensed)
        err = ERR_STATE;
    if (err != OK)
        return err;
    q = query_of(c, "UPDATE title SET is_licensed = ?2, changed = ?3, version = version + 1"
                    " WHERE id = ?1 AND is_licensed <> ?2");
    query_text(&q, 1, put->title.s);
    query_number(&q, 2, put->is_licensed);
    query_number(&q, 3, put->now.us);
    err = query_run_one(&q);
    if (err == ERR_NOT_FOUND)
        return title_is_there(c, put->title.s);
    return err == OK ? showing_renew(c, put->title.s, put->now) : err;
}

enum err store_title_licensed(struct store *store, title_id title, bool is_licensed, utc_time now)
{
    struct title_put put = { .title = title, .is_licensed = is_licensed, .now = now };
    return store_write(store, set_licensed, &put);
}
