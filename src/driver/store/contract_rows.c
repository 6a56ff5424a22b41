#include "driver/store/contract_rows.h"

#include <string.h>

#include "driver/store/right_rows.h"
#include "driver/store/title_rows.h"

bool contract_needs_own_right(const struct contract *contract)
{
    return !contract->is_licensed && (contract->n_blocks > 0 || contract->n_events > 0);
}

bool contract_covers(const struct contract *contract, const struct contract_right *right,
                     int season, int number)
{
    if (contract->is_film)
        return true;
    if (right->season >= 0 && right->season != season)
        return false;
    if (right->first >= 0)
        return number >= right->first && number <= right->last;
    return right->episode < 0 || right->episode == number;
}

/* A volume's range counts when the link leaves the episode open. */
static void read_level(const struct query *q, int at, struct contract_right *r)
{
    int first = (int)row_number(q, at + 2), count = (int)row_number(q, at + 3);
    r->season = (int)row_number(q, at);
    r->episode = (int)row_number(q, at + 1);
    r->first = r->last = -1;
    if (r->episode < 0 && first >= 0 && count > 0) {
        r->first = first;
        r->last = first + count - 1;
    }
}

/* Rights of the avails that are linked; of those that bundle one of them, at its level; of those
 * that bundle an ALID the title is known by. One that is linked itself counts once. */
#define LEVEL "a.title_season, a.title_episode, a.volume_first, a.volume_count"
static const char rights_of_title[] =
    "SELECT " RIGHT_COLUMNS ", a.alid, s.name, " LEVEL " FROM avail a"
    " JOIN avail_right r ON r.avail = a.id JOIN studio s ON s.id = a.studio WHERE a.title = ?1"
    " UNION ALL SELECT " RIGHT_COLUMNS ", b.alid, s.name, " LEVEL " FROM avail a"
    " JOIN avail_bundled ab ON ab.alid = a.alid"
    " JOIN avail b ON b.id = ab.avail AND b.studio = a.studio"
    " JOIN avail_right r ON r.avail = b.id JOIN studio s ON s.id = b.studio"
    " WHERE a.title = ?1 AND (b.title IS NULL OR b.title <> ?1)"
    " UNION ALL SELECT " RIGHT_COLUMNS ", b.alid, s.name, -1, -1, -1, -1 FROM title_identifier i"
    " JOIN avail_bundled ab ON i.key = 'alid:' || ab.alid"
    " JOIN avail b ON b.id = ab.avail JOIN avail_right r ON r.avail = b.id"
    " JOIN studio s ON s.id = b.studio"
    " WHERE i.title = ?1 AND (b.title IS NULL OR b.title <> ?1) AND NOT EXISTS"
    " (SELECT 1 FROM avail m WHERE m.title = ?1 AND m.alid = ab.alid AND m.studio = b.studio)";

static const char *same_string(struct arena *arena, const char *last, const char *now)
{
    return last != NULL && strcmp(last, now) == 0 ? last : arena_strdup(arena, now);
}

static enum err read_rights(struct connection *c, struct arena *arena, const char *title,
                            struct contract *out)
{
    struct list l = list_of(arena, sizeof(struct contract_right));
    const char *studio = NULL;
    enum err err = OK;
    struct query q = query_of(c, rights_of_title);
    query_text(&q, 1, title);
    while (err == OK && query_next(&q)) {
        struct right_row row;
        struct contract_right *r = list_add(&l);
        right_row_read(&q, arena, false, &row);
        err = right_of_row(arena, &row, &r->right);
        const char *alid = (const char *)sqlite3_column_text(q.statement, RIGHT_COLUMN_COUNT);
        const char *name = (const char *)sqlite3_column_text(q.statement, RIGHT_COLUMN_COUNT + 1);
        studio = same_string(arena, studio, name);
        r->right.studio = studio;
        r->right.source = right_source(arena, alid, row.texts[RIGHT_TRANSACTION], studio);
        read_level(&q, RIGHT_COLUMN_COUNT + 2, r);
    }
    enum err ended = query_end(&q);
    out->rights = l.items;
    out->n_rights = l.n;
    return err == OK ? ended : err;
}

enum err events_read(struct connection *c, struct arena *arena, const char *title,
                     struct rights_event_date **out, size_t *n)
{
    struct list l = list_of(arena, sizeof **out);
    enum err err = OK;
    struct query q = query_of(c, "SELECT event, territory, day FROM title_event WHERE title = ?1"
                                 " ORDER BY event, territory");
    query_text(&q, 1, title);
    while (query_next(&q)) {
        char name[32];
        struct rights_event_date *e = list_add(&l);
        row_copy(&q, 0, name, sizeof name);
        row_copy(&q, 1, e->territory, sizeof e->territory);
        e->day.days = (int32_t)row_number(&q, 2);
        if (!rights_event_parse(name, &e->event))
            err = ERR_MALFORMED;
    }
    enum err ended = query_end(&q);
    *out = l.items;
    *n = l.n;
    return err == OK ? ended : err;
}

enum err contract_read(struct connection *c, struct arena *arena, const char *title,
                       const struct deal *deals, size_t n_deals, struct contract *out)
{
    *out = (struct contract){ 0 };
    struct query q = query_of(c, "SELECT is_licensed, kind = 'film' FROM title WHERE id = ?1");
    query_text(&q, 1, title);
    enum err err = query_first(&q);
    if (err == OK) {
        out->is_licensed = row_number(&q, 0) != 0;
        out->is_film = row_number(&q, 1) != 0;
    }
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    if (err == OK && out->is_licensed)
        err = read_rights(c, arena, title, out);
    if (err == OK)
        err = events_read(c, arena, title, &out->events, &out->n_events);
    if (err == OK && n_deals > 0)
        err = deal_blocks(arena, deals, n_deals, title, &out->blocks, &out->n_blocks);
    return err;
}
