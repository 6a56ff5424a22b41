#include "driver/store/boxes.h"

#include <string.h>

#include "base/text.h"
#include "driver/store/internal.h"
#include "driver/store/title_rows.h"

#define HOUR (3600 * UTC_SECOND)

#define BOX_COLUMNS "b.id, b.partner, b.version, b.state, b.place, b.first, b.seen, b.signed_in"

static void read_box(const struct query *q, struct store_box *b)
{
    row_copy(q, 0, b->id, sizeof b->id);
    row_copy(q, 1, b->partner.s, sizeof b->partner.s);
    row_copy(q, 2, b->version, sizeof b->version);
    row_copy(q, 3, b->state, sizeof b->state);
    row_copy(q, 4, b->place, sizeof b->place);
    b->first = row_time(q, 5);
    b->seen = row_time(q, 6);
    b->signed_in = row_time(q, 7);
}

static enum err find_box(struct connection *c, const char *id, struct store_box *out)
{
    struct query q = query_of(c, "SELECT " BOX_COLUMNS " FROM box b WHERE b.id = ?1");
    query_text(&q, 1, id);
    enum err err = query_first(&q);
    if (err == OK)
        read_box(&q, out);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

/* ---- what one says --------------------------------------------------------------------------- */

struct seen {
    const struct store_box *box;
    const char *network;
    struct store_box_limits limits;
};

static enum err update_box(struct connection *c, const struct store_box *b)
{
    struct query q =
        query_of(c, "UPDATE box SET partner = ?2, version = ?3, state = ?4, place = ?5,"
                    " seen = max(seen, ?6), signed_in = max(signed_in, ?7)"
                    " WHERE id = ?1");
    query_text(&q, 1, b->id);
    query_text(&q, 2, b->partner.s);
    query_text(&q, 3, b->version);
    query_text(&q, 4, b->state);
    query_text(&q, 5, b->place);
    query_number(&q, 6, b->seen.us);
    query_number(&q, 7, b->signed_in.us);
    return query_run_one(&q);
}

/* Those that are signed in count by themselves: strangers take no member's place. ERR_FULL. */
static enum err check_network(struct connection *c, const struct seen *s)
{
    int64_t n = 0;
    struct query q = query_of(c, "SELECT count(*) FROM box WHERE network = ?1 AND first > ?2"
                                 " AND network <> '' AND (signed_in > 0) = ?3");
    query_text(&q, 1, s->network);
    query_number(&q, 2, s->box->seen.us - HOUR);
    query_number(&q, 3, s->box->signed_in.us > 0);
    if (query_first(&q) == OK)
        n = row_number(&q, 0);
    enum err err = query_end(&q);
    return err == OK && n >= s->limits.new_an_hour ? ERR_FULL : err;
}

static enum err make_room(struct connection *c, const struct seen *s)
{
    int64_t n = 0;
    struct query q = query_of(c, "SELECT count(*) FROM box WHERE signed_in = 0");
    if (query_first(&q) == OK)
        n = row_number(&q, 0);
    enum err err = query_end(&q);
    if (err != OK || n < s->limits.strangers)
        return err;
    q = query_of(c, "DELETE FROM box WHERE id IN"
                    " (SELECT id FROM box WHERE signed_in = 0 ORDER BY seen LIMIT ?1)");
    query_number(&q, 1, n - s->limits.strangers + 1);
    return query_run(&q, NULL);
}

static enum err insert_box(struct connection *c, const struct seen *s)
{
    const struct store_box *b = s->box;
    struct query q = query_of(c, "INSERT INTO box (id, partner, version, state, place, network,"
                                 " first, seen, signed_in)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)");
    query_text(&q, 1, b->id);
    query_text(&q, 2, b->partner.s);
    query_text(&q, 3, b->version);
    query_text(&q, 4, b->state);
    query_text(&q, 5, b->place);
    query_text(&q, 6, s->network);
    query_number(&q, 7, b->seen.us);
    query_number(&q, 8, b->signed_in.us);
    return query_run(&q, NULL);
}

static enum err note_box(struct connection *c, void *call)
{
    const struct seen *s = call;
    enum err err = update_box(c, s->box);
    if (err != ERR_NOT_FOUND)
        return err;
    err = check_network(c, s);
    if (err == OK && s->box->signed_in.us == 0)
        err = make_room(c, s);
    return err == OK ? insert_box(c, s) : err;
}

/* Whether what is known already says it all. */
static bool is_told(const struct store_box *known, const struct store_box *now)
{
    int64_t since = now->seen.us - BOX_SEEN_SECONDS * UTC_SECOND;
    return strcmp(known->partner.s, now->partner.s) == 0 &&
           strcmp(known->version, now->version) == 0 && strcmp(known->state, now->state) == 0 &&
           strcmp(known->place, now->place) == 0 && known->seen.us > since &&
           (now->signed_in.us == 0 || known->signed_in.us > since);
}

static struct store_box_limits limits_of(const struct store_box_limits *said)
{
    struct store_box_limits limits = said != NULL ? *said : (struct store_box_limits){ 0 };
    if (limits.new_an_hour == 0)
        limits.new_an_hour = BOX_NEW_AN_HOUR;
    if (limits.strangers == 0)
        limits.strangers = BOX_STRANGERS_MAX;
    return limits;
}

enum err store_box_seen(struct store *store, const struct store_box *box, const char *network,
                        const struct store_box_limits *limits)
{
    struct connection *c = NULL;
    struct store_box known;
    struct seen call = { .box = box, .network = network, .limits = limits_of(limits) };
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    err = store_read_end(store, &c, find_box(c, box->id, &known));
    if (err == OK && is_told(&known, box))
        return OK;
    return err == OK || err == ERR_NOT_FOUND ? store_write(store, note_box, &call) : err;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static const char list_all[] = "SELECT " BOX_COLUMNS " FROM box b"
                               " WHERE (b.first < ?1 OR (b.first = ?1 AND b.id < ?2))"
                               " ORDER BY b.first DESC, b.id DESC LIMIT ?3";
static const char list_of_partner[] = "SELECT " BOX_COLUMNS " FROM box b WHERE b.partner = ?4"
                                      " AND (b.first < ?1 OR (b.first = ?1 AND b.id < ?2))"
                                      " ORDER BY b.first DESC, b.id DESC LIMIT ?3";

enum err store_boxes_list(struct store *store, struct arena *arena,
                          const struct store_box_filter *filter, struct store_box **out, size_t *n,
                          const char **next)
{
    struct connection *c = NULL;
    struct cursor after;
    struct list l = list_of(arena, sizeof **out);
    unsigned limit = page_limit(filter->limit, 50, 200);
    enum err err = cursor_parse(filter->after, &after);
    if (err == OK)
        err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, filter->partner != NULL ? list_of_partner : list_all);
    query_number(&q, 1, after.us);
    query_text(&q, 2, after.id);
    query_number(&q, 3, (int64_t)limit + 1);
    if (filter->partner != NULL)
        query_text(&q, 4, filter->partner->s);
    while (query_next(&q))
        read_box(&q, list_add(&l));
    *out = l.items;
    *n = l.n < limit ? l.n : limit;
    *next = NULL;
    if (l.n > limit)
        *next = cursor_text(arena, (*out)[limit - 1].first, (*out)[limit - 1].id);
    return store_read_end(store, &c, query_end(&q));
}

enum err store_boxes_count(struct store *store, struct arena *arena, const partner_id *partner,
                           utc_time since, struct box_count **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT version, count(*), sum(signed_in >= ?2) FROM box"
                                 " WHERE (?1 IS NULL OR partner = ?1) AND seen >= ?2"
                                 " GROUP BY version ORDER BY count(*) DESC, version");
    query_text(&q, 1, partner != NULL ? partner->s : NULL);
    query_number(&q, 2, since.us);
    while (query_next(&q)) {
        struct box_count *count = list_add(&l);
        count->version = row_text(&q, arena, 0);
        count->boxes = row_number(&q, 1);
        count->signed_in = row_number(&q, 2);
    }
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

/* ---- forgetting ------------------------------------------------------------------------------ */

/* Each has an index of its own. */
#define SILENT_STRANGERS "FROM box WHERE signed_in = 0 AND seen < "
#define SILENT_KNOWN "FROM box WHERE signed_in > 0 AND seen < "

static enum err sweep(struct connection *c, void *call)
{
    const utc_time *now = call;
    struct query q = query_of(c, "DELETE " SILENT_STRANGERS "?1");
    query_number(&q, 1, now->us - BOX_STRANGER_DAYS * UTC_DAY);
    enum err err = query_run(&q, NULL);
    if (err != OK)
        return err;
    q = query_of(c, "DELETE " SILENT_KNOWN "?1");
    query_number(&q, 1, now->us - BOX_KNOWN_DAYS * UTC_DAY);
    err = query_run(&q, NULL);
    if (err != OK)
        return err;
    q = query_of(c, "UPDATE box SET network = '' WHERE network <> '' AND first <= ?1");
    query_number(&q, 1, now->us - HOUR);
    return query_run(&q, NULL);
}

enum err store_boxes_sweep(struct store *store, utc_time now)
{
    struct connection *c = NULL;
    int64_t n = 0;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "SELECT EXISTS (SELECT 1 " SILENT_STRANGERS "?1)"
                    " OR EXISTS (SELECT 1 " SILENT_KNOWN "?2)"
                    " OR EXISTS (SELECT 1 FROM box WHERE network <> '' AND first <= ?3)");
    query_number(&q, 1, now.us - BOX_STRANGER_DAYS * UTC_DAY);
    query_number(&q, 2, now.us - BOX_KNOWN_DAYS * UTC_DAY);
    query_number(&q, 3, now.us - HOUR);
    if (query_first(&q) == OK)
        n = row_number(&q, 0);
    err = store_read_end(store, &c, query_end(&q));
    return err == OK && n > 0 ? store_write(store, sweep, &now) : err;
}
