#include "driver/store/deals.h"

#include <string.h>

#include "base/text.h"
#include "driver/store/avail_rows.h"
#include "driver/store/contract_rows.h"
#include "driver/store/internal.h"
#include "driver/store/right_rows.h"
#include "driver/store/showing_renew.h"
#include "driver/store/title_rows.h"

/* ---- reading -------------------------------------------------------------------------------- */

#define DEAL_COLUMNS                                                                               \
    "d.id, d.name, d.direction, d.party, d.from_day, d.until_day, d.is_open_ended,"                \
    " d.territory_set, d.media, d.exclusive_media, d.streams_max, d.fee_minor, d.fee_currency,"    \
    " d.fee_per, d.contract, d.version"

static enum err read_own(const struct query *q, struct arena *arena, struct deal *d)
{
    char direction[16];
    *d = (struct deal){ 0 };
    row_copy(q, 0, d->id.s, sizeof d->id.s);
    d->name = row_text(q, arena, 1);
    row_copy(q, 2, direction, sizeof direction);
    d->party = row_text(q, arena, 3);
    d->from.days = (int32_t)row_number(q, 4);
    d->until.days = (int32_t)row_number(q, 5);
    d->is_open_ended = row_number(q, 6) != 0;
    d->media = (uint32_t)row_number(q, 8);
    d->exclusive_media = (uint32_t)row_number(q, 9);
    d->streams_max = (int)row_number(q, 10);
    d->fee.minor = row_number(q, 11);
    row_copy(q, 12, d->fee.currency, sizeof d->fee.currency);
    d->fee_per = row_text(q, arena, 13);
    d->contract = row_text(q, arena, 14);
    d->version = (uint64_t)row_number(q, 15);
    if (!deal_direction_parse(direction, &d->direction))
        return ERR_MALFORMED;
    return set_read(row_text(q, arena, 7), &d->where);
}

static enum err read_holdbacks(struct connection *c, struct arena *arena, struct deal *d)
{
    struct list l = list_of(arena, sizeof *d->holdbacks);
    enum err err = OK;
    struct query q = query_of(c, "SELECT name, media, territory_set, from_edge, until_edge"
                                 " FROM deal_holdback WHERE deal = ?1 ORDER BY position");
    query_text(&q, 1, d->id.s);
    while (err == OK && query_next(&q)) {
        struct deal_holdback *h = list_add(&l);
        h->name = row_text(&q, arena, 0);
        h->media = (uint32_t)row_number(&q, 1);
        err = set_read(row_text(&q, arena, 2), &h->where);
        if (err == OK)
            err = edge_read(row_text(&q, arena, 3), &h->from);
        if (err == OK)
            err = edge_read(row_text(&q, arena, 4), &h->until);
    }
    enum err ended = query_end(&q);
    d->holdbacks = l.items;
    d->n_holdbacks = l.n;
    return err == OK ? ended : err;
}

static enum err read_parts(struct connection *c, struct arena *arena, struct deal *d)
{
    enum err err =
        avail_words(c, arena, "SELECT title FROM deal_title WHERE deal = ?1 ORDER BY position",
                    d->id.s, &d->titles, &d->n_titles);
    return err == OK ? read_holdbacks(c, arena, d) : err;
}

enum err deals_read(struct connection *c, struct arena *arena, struct deal **out, size_t *n)
{
    struct list l = list_of(arena, sizeof **out);
    enum err err = OK;
    struct query q = query_of(c, "SELECT " DEAL_COLUMNS " FROM deal d ORDER BY d.name_key, d.id");
    while (err == OK && query_next(&q))
        err = read_own(&q, arena, list_add(&l));
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    *out = l.items;
    *n = l.n;
    for (size_t i = 0; err == OK && i < l.n; i++)
        err = read_parts(c, arena, &(*out)[i]);
    return err;
}

enum err store_deals_list(struct store *store, struct arena *arena, struct deal **out, size_t *n)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = deals_read(c, arena, out, n);
    return store_read_end(store, &c, err);
}

/* Whether the studio of that name sent a right to the title. */
static enum err sent_right(struct connection *c, struct arena *arena, const char *studio,
                           const char *title, bool *out)
{
    struct query q =
        query_of(c, "SELECT 1 FROM studio s JOIN avail a ON a.studio = s.id WHERE s.name_key = ?1"
                    " AND (a.title = ?2 OR EXISTS (SELECT 1 FROM avail_bundled b"
                    "  JOIN title_identifier i ON i.key = 'alid:' || b.alid"
                    "  WHERE b.avail = a.id AND i.title = ?2)) LIMIT 1");
    query_text(&q, 1, name_key(arena, studio));
    query_text(&q, 2, title);
    *out = query_next(&q);
    return query_end(&q);
}

static enum err read_capping(struct connection *c, struct arena *arena, const char *title,
                             struct deal **out, size_t *n)
{
    struct list l = list_of(arena, sizeof **out);
    bool *is_for_all = NULL;
    enum err err = OK;
    struct list all = list_of(arena, sizeof *is_for_all);
    struct query q =
        query_of(c, "SELECT " DEAL_COLUMNS ", (SELECT count(*) FROM deal_title x"
                    " WHERE x.deal = d.id) FROM deal d"
                    " WHERE d.streams_max > 0 AND d.direction = 'to-us'"
                    " AND (EXISTS (SELECT 1 FROM deal_title t WHERE t.deal = d.id AND t.title = ?1)"
                    "  OR NOT EXISTS (SELECT 1 FROM deal_title u WHERE u.deal = d.id))"
                    " ORDER BY d.id");
    query_text(&q, 1, title);
    while (err == OK && query_next(&q)) {
        err = read_own(&q, arena, list_add(&l));
        *(bool *)list_add(&all) = row_number(&q, 16) == 0;
    }
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    struct deal *deals = l.items;
    is_for_all = all.items;
    *n = 0;
    for (size_t i = 0; err == OK && i < l.n; i++) {
        bool is_of_it = true;
        if (is_for_all[i])
            err = sent_right(c, arena, deals[i].party, title, &is_of_it);
        if (is_of_it)
            deals[(*n)++] = deals[i];
    }
    *out = deals;
    return err;
}

enum err store_deals_capping(struct store *store, struct arena *arena, title_id title,
                             struct deal **out, size_t *n)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    return err == OK ? store_read_end(store, &c, read_capping(c, arena, title.s, out, n)) : err;
}

static enum err find_deal(struct connection *c, struct arena *arena, const char *who,
                          struct deal *out)
{
    struct query q = query_of(c, "SELECT " DEAL_COLUMNS " FROM deal d WHERE d.id = ?1"
                                 " OR d.name_key = ?2 ORDER BY d.id = ?1 DESC LIMIT 1");
    query_text(&q, 1, who);
    query_text(&q, 2, name_key(arena, who));
    enum err err = query_first(&q);
    if (err == OK)
        err = read_own(&q, arena, out);
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    return err == OK ? read_parts(c, arena, out) : err;
}

enum err store_deal_find(struct store *store, struct arena *arena, const char *who,
                         struct deal *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = find_deal(c, arena, who, out);
    return store_read_end(store, &c, err);
}

/* ---- the titles concerned ------------------------------------------------------------------- */

/* "" when there is no such deal. */
static enum err party_key(struct connection *c, struct arena *arena, const char *id,
                          const char **out)
{
    struct query q = query_of(c, "SELECT party FROM deal WHERE id = ?1");
    query_text(&q, 1, id);
    *out = query_next(&q) ? name_key(arena, row_text(&q, arena, 0)) : "";
    return query_end(&q);
}

/* A deal of a studio's concerns what the studio sent; one by which we granted and that names no
 * titles, all of ours. */
static enum err titles_of_deal(struct connection *c, const char *id, struct id_set *titles)
{
    struct arena *arena = arena_create();
    const char *key = "";
    enum err err = party_key(c, arena, id, &key);
    struct query q =
        query_of(c, "SELECT t.title FROM deal_title t WHERE t.deal = ?1"
                    " UNION SELECT a.title FROM deal d JOIN studio s ON s.name_key = ?2"
                    " JOIN avail a ON a.studio = s.id WHERE d.id = ?1 AND d.direction = 'to-us'"
                    " AND a.title IS NOT NULL"
                    " UNION SELECT i.title FROM deal d JOIN studio s ON s.name_key = ?2"
                    " JOIN avail a ON a.studio = s.id JOIN avail_bundled b ON b.avail = a.id"
                    " JOIN title_identifier i ON i.key = 'alid:' || b.alid"
                    " WHERE d.id = ?1 AND d.direction = 'to-us'"
                    " UNION SELECT t.id FROM deal d CROSS JOIN title t"
                    " WHERE d.id = ?1 AND d.direction = 'by-us' AND NOT EXISTS"
                    " (SELECT 1 FROM deal_title x WHERE x.deal = d.id)");
    query_text(&q, 1, id);
    query_text(&q, 2, key);
    while (query_next(&q)) {
        char title[ID_TEXT];
        row_copy(&q, 0, title, sizeof title);
        id_set_add(titles, title);
    }
    enum err ended = query_end(&q);
    arena_destroy(&arena);
    return err == OK ? ended : err;
}

/* ---- writing -------------------------------------------------------------------------------- */

struct deal_change {
    const struct deal *deal;
    deal_id id;
    utc_time now;
};

static void bind_deal(struct query *q, const struct deal *d, const char *key, const char *set)
{
    query_text(q, 1, d->id.s);
    query_text(q, 2, d->name);
    query_text(q, 3, key);
    query_text(q, 4, deal_direction_name(d->direction));
    query_text(q, 5, d->party);
    query_number(q, 6, d->from.days);
    query_number(q, 7, d->until.days);
    query_number(q, 8, d->is_open_ended);
    query_text(q, 9, set);
    query_number(q, 10, d->media);
    query_number(q, 11, d->exclusive_media);
    query_number(q, 12, d->streams_max);
    query_number(q, 13, d->fee.minor);
    query_text(q, 14, d->fee.currency);
    query_text(q, 15, d->fee_per);
    query_text(q, 16, d->contract);
    query_number(q, 17, (int64_t)d->version);
}

static enum err write_own(struct connection *c, const char *sql, const struct deal *d)
{
    char set[SET_TEXT];
    struct arena *arena = arena_create();
    set_put(&d->where, set);
    struct query q = query_of(c, sql);
    bind_deal(&q, d, name_key(arena, d->name), set);
    enum err err = query_run_one(&q);
    arena_destroy(&arena);
    return err;
}

static enum err write_holdback(struct connection *c, const char *deal, size_t position,
                               const struct deal_holdback *h)
{
    char set[SET_TEXT], from[EDGE_TEXT], until[EDGE_TEXT];
    set_put(&h->where, set);
    edge_put(&h->from, from);
    edge_put(&h->until, until);
    struct query q = query_of(c, "INSERT INTO deal_holdback (deal, position, name, media,"
                                 " territory_set, from_edge, until_edge)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    query_text(&q, 1, deal);
    query_number(&q, 2, (int64_t)position);
    query_text(&q, 3, h->name);
    query_number(&q, 4, h->media);
    query_text(&q, 5, set);
    query_text(&q, 6, from);
    query_text(&q, 7, until);
    return query_run(&q, NULL);
}

static enum err run_for(struct connection *c, const char *sql, const char *id)
{
    struct query q = query_of(c, sql);
    query_text(&q, 1, id);
    return query_run(&q, NULL);
}

static enum err write_parts(struct connection *c, const struct deal *d)
{
    enum err err = run_for(c, "DELETE FROM deal_title WHERE deal = ?1", d->id.s);
    if (err == OK)
        err = run_for(c, "DELETE FROM deal_holdback WHERE deal = ?1", d->id.s);
    for (size_t i = 0; err == OK && i < d->n_titles; i++) {
        struct query q =
            query_of(c, "INSERT INTO deal_title (deal, position, title) VALUES (?1, ?2, ?3)");
        query_text(&q, 1, d->id.s);
        query_number(&q, 2, (int64_t)i);
        query_text(&q, 3, d->titles[i]);
        err = query_run(&q, NULL);
    }
    for (size_t i = 0; err == OK && i < d->n_holdbacks; i++)
        err = write_holdback(c, d->id.s, i, &d->holdbacks[i]);
    return err;
}

typedef enum err (*deal_write)(struct connection *c, const struct deal_change *change);

/* Renews what hung on the deal as it was, and what hangs on it as it is. */
static enum err change_deal(struct connection *c, const struct deal_change *change,
                            deal_write write)
{
    struct arena *arena = arena_create();
    struct id_set titles = id_set_of(arena);
    enum err err = titles_of_deal(c, change->id.s, &titles);
    if (err == OK)
        err = write(c, change);
    if (err == OK)
        err = titles_of_deal(c, change->id.s, &titles);
    if (err == OK)
        err = showing_renew_set(c, &titles, change->now);
    arena_destroy(&arena);
    return err;
}

static enum err insert_deal(struct connection *c, const struct deal_change *change)
{
    enum err err = write_own(c,
                             "INSERT INTO deal (id, name, name_key, direction, party, from_day,"
                             " until_day, is_open_ended, territory_set, media, exclusive_media,"
                             " streams_max, fee_minor, fee_currency, fee_per, contract, version)"
                             " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
                             " ?14, ?15, ?16, ?17)",
                             change->deal);
    return err == OK ? write_parts(c, change->deal) : err;
}

static enum err replace_deal(struct connection *c, const struct deal_change *change)
{
    enum err err =
        write_own(c,
                  "UPDATE deal SET name = ?2, name_key = ?3, direction = ?4, party = ?5,"
                  " from_day = ?6, until_day = ?7, is_open_ended = ?8, territory_set = ?9,"
                  " media = ?10, exclusive_media = ?11, streams_max = ?12, fee_minor = ?13,"
                  " fee_currency = ?14, fee_per = ?15, contract = ?16, version = version + 1"
                  " WHERE id = ?1 AND version = ?17",
                  change->deal);
    if (err == ERR_NOT_FOUND) {
        struct query q = query_of(c, "SELECT 1 FROM deal WHERE id = ?1");
        query_text(&q, 1, change->id.s);
        bool is_there = query_next(&q);
        enum err ended = query_end(&q);
        return ended != OK ? ended : is_there ? ERR_STATE : ERR_NOT_FOUND;
    }
    return err == OK ? write_parts(c, change->deal) : err;
}

static enum err delete_deal(struct connection *c, const struct deal_change *change)
{
    struct query q = query_of(c, "DELETE FROM deal WHERE id = ?1");
    query_text(&q, 1, change->id.s);
    return query_run_one(&q);
}

static enum err add_deal(struct connection *c, void *call)
{
    return change_deal(c, call, insert_deal);
}

static enum err update_deal(struct connection *c, void *call)
{
    return change_deal(c, call, replace_deal);
}

static enum err remove_deal(struct connection *c, void *call)
{
    return change_deal(c, call, delete_deal);
}

enum err store_deal_add(struct store *store, const struct deal *deal, utc_time now)
{
    struct deal_change change = { .deal = deal, .id = deal->id, .now = now };
    return store_write(store, add_deal, &change);
}

enum err store_deal_update(struct store *store, const struct deal *deal, utc_time now)
{
    struct deal_change change = { .deal = deal, .id = deal->id, .now = now };
    return store_write(store, update_deal, &change);
}

enum err store_deal_remove(struct store *store, deal_id id, utc_time now)
{
    struct deal_change change = { .id = id, .now = now };
    return store_write(store, remove_deal, &change);
}
