#include "driver/store/leases.h"

#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/playback_rows.h"
#include "driver/store/title_rows.h"

/* ---- rows ------------------------------------------------------------------------------------ */

#define LEASE_COLUMNS                                                                              \
    "playback, member, profile, playable, title, session, territory, place, by_rental, taken,"     \
    " ends, seat, stop, language, lines"

static enum err read_lease(const struct query *q, struct stream *s)
{
    char stop[16];
    *s = (struct stream){ .agent = "" };
    row_copy(q, 0, s->playback.s, sizeof s->playback.s);
    row_copy(q, 1, s->member.s, sizeof s->member.s);
    row_copy(q, 2, s->profile.s, sizeof s->profile.s);
    row_copy(q, 3, s->playable.s, sizeof s->playable.s);
    row_copy(q, 4, s->title.s, sizeof s->title.s);
    if (row_size(q, 5) == sizeof s->session)
        memcpy(s->session, row_bytes(q, 5), sizeof s->session);
    row_copy(q, 6, s->territory, sizeof s->territory);
    row_copy(q, 7, s->place, sizeof s->place);
    s->by_rental = row_number(q, 8) != 0;
    s->taken = row_time(q, 9);
    s->ends = row_time(q, 10);
    s->seat = (int)row_number(q, 11);
    row_copy(q, 12, stop, sizeof stop);
    row_copy(q, 13, s->language, sizeof s->language);
    s->lines = (int)row_number(q, 14);
    bool is_good = s->seat >= 0 && s->seat < STREAM_SEATS_MAX && stream_stop_parse(stop, &s->stop);
    return is_good ? OK : ERR_MALFORMED;
}

static enum err find_lease(struct connection *c, playback_id id, struct stream *out)
{
    struct query q = query_of(c, "SELECT " LEASE_COLUMNS " FROM lease WHERE playback = ?1");
    query_text(&q, 1, id.s);
    enum err err = query_first(&q);
    if (err == OK)
        err = read_lease(&q, out);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err store_lease_get(struct store *store, playback_id id, struct stream *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    return err == OK ? store_read_end(store, &c, find_lease(c, id, out)) : err;
}

/* The member's that run: at most a seat each. */
struct running {
    struct stream all[STREAM_SEATS_MAX];
    size_t n;
};

static enum err find_running(struct connection *c, member_id member, struct running *r)
{
    enum err err = OK;
    struct query q = query_of(c, "SELECT " LEASE_COLUMNS " FROM lease"
                                 " WHERE member = ?1 AND stop = 'runs' ORDER BY seat");
    query_text(&q, 1, member.s);
    r->n = 0;
    while (err == OK && r->n < STREAM_SEATS_MAX && query_next(&q))
        err = read_lease(&q, &r->all[r->n++]);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err store_leases_list(struct store *store, struct arena *arena, member_id member, utc_time now,
                           struct stream **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " LEASE_COLUMNS ", agent, (SELECT name FROM session"
                                 "  WHERE digest = lease.session AND kind = 'box' AND name <> '')"
                                 " FROM lease WHERE member = ?1"
                                 " AND stop = 'runs' AND ends > ?2 ORDER BY taken, playback");
    query_text(&q, 1, member.s);
    query_number(&q, 2, now.us);
    while (err == OK && query_next(&q)) {
        struct stream *s = list_add(&l);
        err = read_lease(&q, s);
        s->agent = row_text(&q, arena, 15);
        s->box = row_is_null(&q, 16) ? NULL : row_text(&q, arena, 16);
    }
    enum err ended = query_end(&q);
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, err == OK ? ended : err);
}

/* ---- seats ----------------------------------------------------------------------------------- */

/* What lapsed gives its seat back; it may come for one again. */
static enum err lapse(struct connection *c, member_id member, utc_time now)
{
    struct query q = query_of(c, "UPDATE lease SET stop = 'lapsed'"
                                 " WHERE member = ?1 AND stop = 'runs' AND ends <= ?2");
    query_text(&q, 1, member.s);
    query_number(&q, 2, now.us);
    return query_run(&q, NULL);
}

/* What the same profile on the same device was playing comes for no seat any more. */
static enum err replace(struct connection *c, const struct stream *by)
{
    struct query q = query_of(c, "UPDATE lease SET stop = 'replaced' WHERE member = ?1"
                                 " AND profile = ?2 AND session = ?3 AND playback <> ?4"
                                 " AND stop IN ('runs', 'lapsed')");
    query_text(&q, 1, by->member.s);
    query_text(&q, 2, by->profile.s);
    query_blob(&q, 3, by->session, sizeof by->session);
    query_text(&q, 4, by->playback.s);
    return query_run(&q, NULL);
}

static enum err set_stop(struct connection *c, playback_id id, enum stream_stop why)
{
    struct query q = query_of(c, "UPDATE lease SET stop = ?2 WHERE playback = ?1"
                                 " AND stop IN ('runs', 'lapsed')");
    query_text(&q, 1, id.s);
    query_text(&q, 2, stream_stop_name(why));
    return query_run(&q, NULL);
}

enum { CAPS_AT_ONCE = 8 }; /* few titles have more: those are counted again for the rest */

/* Of terms that have at most so many. */
static enum err check_some_caps(struct connection *c, const struct stream *s,
                                const struct stream *replaces,
                                const struct store_lease_terms *terms)
{
    int counts[CAPS_AT_ONCE] = { 0 };
    size_t n = terms->n_caps;
    struct query q = query_of(c, "SELECT territory, count(*) FROM lease WHERE title = ?1"
                                 " AND stop = 'runs' AND ends > ?2 AND playback <> ?3"
                                 " AND playback <> ?4 GROUP BY territory");
    query_text(&q, 1, s->title.s);
    query_number(&q, 2, terms->now.us);
    query_text(&q, 3, s->playback.s);
    query_text(&q, 4, replaces == NULL ? "" : replaces->playback.s);
    while (query_next(&q)) {
        char territory[3];
        row_copy(&q, 0, territory, sizeof territory);
        for (size_t i = 0; i < n; i++)
            if (territory_set_has(&terms->caps[i].where, territory))
                counts[i] += (int)row_number(&q, 1);
    }
    enum err err = query_end(&q);
    for (size_t i = 0; err == OK && i < n; i++)
        if (territory_set_has(&terms->caps[i].where, s->territory) &&
            counts[i] >= terms->caps[i].streams)
            err = ERR_FULL;
    return err;
}

/* ERR_FULL: as many are watching the title as one of the ceilings allows. What s replaces does not
 * count. */
static enum err check_caps(struct connection *c, const struct stream *s,
                           const struct stream *replaces, const struct store_lease_terms *terms)
{
    enum err err = OK;
    for (size_t at = 0; err == OK && at < terms->n_caps; at += CAPS_AT_ONCE) {
        struct store_lease_terms some = *terms;
        some.caps += at;
        some.n_caps -= at;
        if (some.n_caps > CAPS_AT_ONCE)
            some.n_caps = CAPS_AT_ONCE;
        err = check_some_caps(c, s, replaces, &some);
    }
    return err;
}

/* Finds a seat for s, who holds none; ERR_FULL. What it replaces is stopped, what lapsed is noted.
 */
static enum err find_seat(struct connection *c, struct stream *s,
                          const struct store_lease_terms *terms, bool *is_title_full)
{
    struct running running;
    *is_title_full = false;
    enum err err = lapse(c, s->member, terms->now);
    if (err == OK)
        err = find_running(c, s->member, &running);
    if (err != OK)
        return err;
    struct stream_seating seating =
        stream_seat(running.all, running.n, s, terms->seats, terms->now);
    if (seating.seat < 0)
        return ERR_FULL;
    err = check_caps(c, s, seating.replaces, terms);
    *is_title_full = err == ERR_FULL;
    if (err == OK)
        err = replace(c, s);
    s->seat = seating.seat;
    s->ends = terms->ends;
    s->stop = STREAM_RUNS;
    return err;
}

/* ---- a stream begins ------------------------------------------------------------------------- */

static enum err insert_lease(struct connection *c, const struct stream *s)
{
    struct query q =
        query_of(c, "INSERT INTO lease (" LEASE_COLUMNS ", agent) VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
                    " ?7, ?8, ?9, ?10, ?11, ?12, 'runs', ?13, ?14, ?15)");
    query_text(&q, 1, s->playback.s);
    query_text(&q, 2, s->member.s);
    query_text(&q, 3, s->profile.s);
    query_text(&q, 4, s->playable.s);
    query_text(&q, 5, s->title.s);
    query_blob(&q, 6, s->session, sizeof s->session);
    query_text(&q, 7, s->territory);
    query_text(&q, 8, s->place);
    query_number(&q, 9, s->by_rental);
    query_number(&q, 10, s->taken.us);
    query_number(&q, 11, s->ends.us);
    query_number(&q, 12, s->seat);
    query_text(&q, 13, s->language);
    query_number(&q, 14, s->lines);
    query_text(&q, 15, s->agent);
    return query_run(&q, NULL);
}

static enum err take(struct connection *c, void *call)
{
    struct store_lease_start *start = call;
    struct stream *s = &start->stream;
    s->taken = start->terms.now;
    enum err err = find_seat(c, s, &start->terms, &start->is_title_full);
    if (err != OK)
        return err;
    if (start->rental != NULL)
        err =
            rental_play(c, *start->rental, &start->playback, start->terms.now, &start->rental_ends);
    else
        err = playback_insert(c, &start->playback);
    if (err != OK)
        return err;
    if (start->rental != NULL && start->rental_ends.us < s->ends.us)
        s->ends = start->rental_ends;
    return insert_lease(c, s);
}

enum err store_lease_take(struct store *store, struct store_lease_start *start)
{
    start->stream.playback = start->playback.id;
    return store_write(store, take, start);
}

/* ---- and goes on ----------------------------------------------------------------------------- */

static enum err renew(struct connection *c, const struct store_lease_beat *b, int64_t *renewed)
{
    struct query q = query_of(c, "UPDATE lease SET ends = ?2, territory = ?3, place = ?4"
                                 " WHERE playback = ?1 AND stop = 'runs' AND ends > ?5"
                                 " AND seat < ?6");
    query_text(&q, 1, b->stream.playback.s);
    query_number(&q, 2, b->terms.ends.us);
    query_text(&q, 3, b->stream.territory);
    query_text(&q, 4, b->stream.place);
    query_number(&q, 5, b->terms.now.us);
    query_number(&q, 6, b->terms.seats);
    return query_run(&q, renewed);
}

static enum err sit_down(struct connection *c, const struct stream *s)
{
    struct query q = query_of(c, "UPDATE lease SET ends = ?2, territory = ?3, place = ?4,"
                                 " seat = ?5, stop = 'runs' WHERE playback = ?1");
    query_text(&q, 1, s->playback.s);
    query_number(&q, 2, s->ends.us);
    query_text(&q, 3, s->territory);
    query_text(&q, 4, s->place);
    query_number(&q, 5, s->seat);
    return query_run(&q, NULL);
}

/* One that does not hold a seat of the account any more comes for one. */
static enum err come_back(struct connection *c, struct store_lease_beat *b, bool *is_lost)
{
    struct stream was;
    enum err err = find_lease(c, b->stream.playback, &was);
    if (err != OK)
        return err;
    memcpy(was.territory, b->stream.territory, sizeof was.territory);
    memcpy(was.place, b->stream.place, sizeof was.place);
    b->stream = was;
    if (was.stop != STREAM_RUNS && was.stop != STREAM_LAPSED)
        return ERR_STATE;
    bool lives = stream_is_live(&was, b->terms.now);
    err = find_seat(c, &b->stream, &b->terms, &b->is_title_full);
    if (err == ERR_FULL) {
        /* found lapsed, it is left so; found sitting where there is no seat any more, it goes */
        b->stream = was;
        b->stream.stop = lives ? STREAM_PLAN : STREAM_LAPSED;
        *is_lost = true;
        return set_stop(c, was.playback, b->stream.stop);
    }
    return err == OK ? sit_down(c, &b->stream) : err;
}

struct beat_call {
    struct store_lease_beat *beat;
    struct stream asked;
    bool is_lost; /* what is written says so */
};

static enum err beat(struct connection *c, void *call)
{
    struct beat_call *b = call;
    int64_t renewed = 0;
    b->beat->stream = b->asked;
    b->beat->is_title_full = false;
    b->is_lost = false;
    enum err err = renew(c, b->beat, &renewed);
    return err == OK && renewed == 0 ? come_back(c, b->beat, &b->is_lost) : err;
}

enum err store_lease_beat(struct store *store, struct store_lease_beat *of)
{
    struct beat_call call = { .beat = of, .asked = of->stream };
    enum err err = store_write(store, beat, &call);
    return err == OK && call.is_lost ? ERR_FULL : err;
}

/* ---- and ends -------------------------------------------------------------------------------- */

struct stop_call {
    member_id member;
    playback_id id;
    enum stream_stop why;
};

static enum err stop(struct connection *c, void *call)
{
    const struct stop_call *s = call;
    struct stream was;
    enum err err = find_lease(c, s->id, &was);
    if (err == OK && strcmp(was.member.s, s->member.s) != 0)
        err = ERR_NOT_FOUND;
    return err == OK ? set_stop(c, s->id, s->why) : err;
}

enum err store_lease_stop(struct store *store, member_id member, playback_id id,
                          enum stream_stop why)
{
    struct stop_call call = { member, id, why };
    return store_write(store, stop, &call);
}
