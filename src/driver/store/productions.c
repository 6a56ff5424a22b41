#include "driver/store/productions.h"

#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/title_rows.h"

#define PRODUCTION_COLUMNS                                                                         \
    "id, title, state, studio, creators, episodes, budget_minor, budget_currency, audio,"          \
    " captions, channels, loudness_lufs, tolerance_lu, true_peak_dbtp, lines, black_seconds,"      \
    " silent_seconds, runtime_least, runtime_most, release, created, changed, version,"            \
    " ended_because"

/* ---- reading --------------------------------------------------------------------------------
 */

static enum err read_own(const struct query *q, struct arena *arena, struct production *p)
{
    char state[24];
    *p = (struct production){ 0 };
    row_copy(q, 0, p->id.s, sizeof p->id.s);
    row_copy(q, 1, p->title.s, sizeof p->title.s);
    row_copy(q, 2, state, sizeof state);
    p->studio = row_text(q, arena, 3);
    p->creators = row_text(q, arena, 4);
    p->episodes = (int)row_number(q, 5);
    p->budget.minor = row_number(q, 6);
    row_copy(q, 7, p->budget.currency, sizeof p->budget.currency);
    p->terms = (struct delivery_terms){ .audio = row_text(q, arena, 8),
                                        .captions = row_text(q, arena, 9),
                                        .channels = (int)row_number(q, 10),
                                        .loudness_lufs = row_real(q, 11),
                                        .tolerance_lu = row_real(q, 12),
                                        .true_peak_dbtp = row_real(q, 13),
                                        .lines = (int)row_number(q, 14),
                                        .black_seconds = row_real(q, 15),
                                        .silent_seconds = row_real(q, 16),
                                        .runtime_seconds_least = (int)row_number(q, 17),
                                        .runtime_seconds_most = (int)row_number(q, 18) };
    p->release = row_time(q, 19);
    p->created = row_time(q, 20);
    p->changed = row_time(q, 21);
    p->version = (uint64_t)row_number(q, 22);
    p->ended_because = row_text(q, arena, 23);
    return production_state_parse(state, &p->state) ? OK : ERR_MALFORMED;
}

static enum err read_instalments(struct connection *c, struct arena *arena, struct production *p)
{
    struct list l = list_of(arena, sizeof *p->instalments);
    struct query q = query_of(c, "SELECT name, due, minor, paid, is_paid FROM production_instalment"
                                 " WHERE production = ?1 ORDER BY position");
    query_text(&q, 1, p->id.s);
    while (query_next(&q)) {
        struct production_instalment *i = list_add(&l);
        i->name = row_text(&q, arena, 0);
        i->due.days = (int32_t)row_number(&q, 1);
        i->minor = row_number(&q, 2);
        i->paid.days = (int32_t)row_number(&q, 3);
        i->is_paid = row_number(&q, 4) != 0;
    }
    p->instalments = l.items;
    p->n_instalments = l.n;
    return query_end(&q);
}

static enum err read_deliveries(struct connection *c, struct arena *arena, struct production *p)
{
    struct list l = list_of(arena, sizeof *p->deliveries);
    enum err err = OK;
    struct query q = query_of(c, "SELECT season, number, playable, due, state, report, note,"
                                 " changed FROM production_delivery WHERE production = ?1"
                                 " ORDER BY position");
    query_text(&q, 1, p->id.s);
    while (err == OK && query_next(&q)) {
        char state[16];
        struct delivery *d = list_add(&l);
        d->season = (int)row_number(&q, 0);
        d->number = (int)row_number(&q, 1);
        row_copy(&q, 2, d->playable.s, sizeof d->playable.s);
        d->due.days = (int32_t)row_number(&q, 3);
        row_copy(&q, 4, state, sizeof state);
        d->report = row_text(&q, arena, 5);
        d->note = row_text(&q, arena, 6);
        d->changed = row_time(&q, 7);
        err = delivery_state_parse(state, &d->state) ? OK : ERR_MALFORMED;
    }
    enum err ended = query_end(&q);
    p->deliveries = l.items;
    p->n_deliveries = l.n;
    return err == OK ? ended : err;
}

static enum err read_parts(struct connection *c, struct arena *arena, struct production *p)
{
    enum err err = read_instalments(c, arena, p);
    return err == OK ? read_deliveries(c, arena, p) : err;
}

static enum err find_production(struct connection *c, struct arena *arena, const char *who,
                                struct production *out)
{
    struct query q =
        query_of(c, "SELECT " PRODUCTION_COLUMNS " FROM production WHERE id = ?1 OR title = ?1");
    query_text(&q, 1, who);
    enum err err = query_first(&q);
    if (err == OK)
        err = read_own(&q, arena, out);
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    return err == OK ? read_parts(c, arena, out) : err;
}

enum err store_production_find(struct store *store, struct arena *arena, const char *who,
                               struct production *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = find_production(c, arena, who, out);
    return store_read_end(store, &c, err);
}

enum err store_productions_list(struct store *store, struct arena *arena, struct production **out,
                                size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "SELECT " PRODUCTION_COLUMNS " FROM production ORDER BY created, id");
    while (err == OK && query_next(&q))
        err = read_own(&q, arena, list_add(&l));
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    *out = l.items;
    *n = l.n;
    for (size_t i = 0; err == OK && i < l.n; i++)
        err = read_parts(c, arena, &(*out)[i]);
    return store_read_end(store, &c, err);
}

/* ---- writing -------------------------------------------------------------------------------- */

static void bind_terms(struct query *q, const struct delivery_terms *t)
{
    query_text(q, 9, t->audio);
    query_text(q, 10, t->captions);
    query_number(q, 11, t->channels);
    query_real(q, 12, t->loudness_lufs);
    query_real(q, 13, t->tolerance_lu);
    query_real(q, 14, t->true_peak_dbtp);
    query_number(q, 15, t->lines);
    query_real(q, 16, t->black_seconds);
    query_real(q, 17, t->silent_seconds);
    query_number(q, 18, t->runtime_seconds_least);
    query_number(q, 19, t->runtime_seconds_most);
}

static void bind_own(struct query *q, const struct production *p)
{
    query_text(q, 1, p->id.s);
    query_text(q, 3, production_state_name(p->state));
    query_text(q, 4, p->studio);
    query_text(q, 5, p->creators);
    query_number(q, 6, p->episodes);
    query_number(q, 7, p->budget.minor);
    query_text(q, 8, p->budget.currency);
    bind_terms(q, &p->terms);
    query_number(q, 20, p->release.us);
}

static enum err write_instalment(struct connection *c, const char *production, size_t position,
                                 const struct production_instalment *i)
{
    struct query q = query_of(c, "INSERT INTO production_instalment (production, position, name,"
                                 " due, minor, paid, is_paid) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    query_text(&q, 1, production);
    query_number(&q, 2, (int64_t)position);
    query_text(&q, 3, i->name);
    query_number(&q, 4, i->due.days);
    query_number(&q, 5, i->minor);
    query_number(&q, 6, i->paid.days);
    query_number(&q, 7, i->is_paid);
    return query_run(&q, NULL);
}

static enum err write_delivery(struct connection *c, const char *production, size_t position,
                               const struct delivery *d)
{
    struct query q =
        query_of(c, "INSERT INTO production_delivery (production, position, season, number,"
                    " playable, due, state, report, note, changed)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    query_text(&q, 1, production);
    query_number(&q, 2, (int64_t)position);
    query_number(&q, 3, d->season);
    query_number(&q, 4, d->number);
    query_text(&q, 5, d->playable.s[0] != 0 ? d->playable.s : NULL);
    query_number(&q, 6, d->due.days);
    query_text(&q, 7, delivery_state_name(d->state));
    query_text(&q, 8, d->report);
    query_text(&q, 9, d->note);
    query_number(&q, 10, d->changed.us);
    return query_run(&q, NULL);
}

static enum err run_for(struct connection *c, const char *sql, const char *id)
{
    struct query q = query_of(c, sql);
    query_text(&q, 1, id);
    return query_run(&q, NULL);
}

static enum err write_parts(struct connection *c, const struct production *p)
{
    enum err err = run_for(c, "DELETE FROM production_instalment WHERE production = ?1", p->id.s);
    if (err == OK)
        err = run_for(c, "DELETE FROM production_delivery WHERE production = ?1", p->id.s);
    for (size_t i = 0; err == OK && i < p->n_instalments; i++)
        err = write_instalment(c, p->id.s, i, &p->instalments[i]);
    for (size_t i = 0; err == OK && i < p->n_deliveries; i++)
        err = write_delivery(c, p->id.s, i, &p->deliveries[i]);
    return err;
}

/* The title follows the release: published at its instant, taken back while that lies ahead. */
static enum err follow_release(struct connection *c, const char *title, utc_time before,
                               utc_time after, utc_time now)
{
    if (before.us == after.us)
        return OK;
    if (after.us != 0)
        return title_publish(c, title, after, now);
    return before.us > now.us ? title_move(c, title, TITLE_WITHDRAWN, now) : ERR_STATE;
}

struct production_call {
    const struct production *production;
    utc_time now;
};

static enum err add_production(struct connection *c, void *call)
{
    const struct production *p = ((const struct production_call *)call)->production;
    struct query q =
        query_of(c, "INSERT INTO production (" PRODUCTION_COLUMNS ")"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
                    " ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)");
    bind_own(&q, p);
    query_text(&q, 2, p->title.s);
    query_number(&q, 21, p->created.us);
    query_number(&q, 22, p->changed.us);
    query_number(&q, 23, (int64_t)p->version);
    query_text(&q, 24, p->ended_because);
    enum err err = query_run(&q, NULL);
    if (err == OK)
        err = write_parts(c, p);
    return err == OK ? follow_release(c, p->title.s, (utc_time){ 0 }, p->release, p->created) : err;
}

enum err store_production_add(struct store *store, const struct production *production)
{
    struct production_call call = { .production = production };
    return store_write(store, add_production, &call);
}

/* ERR_STATE: somebody else changed it. */
static enum err read_before(struct connection *c, const struct production *p, char title[ID_TEXT],
                            utc_time *release)
{
    struct query q = query_of(c, "SELECT title, release, version FROM production WHERE id = ?1");
    query_text(&q, 1, p->id.s);
    enum err err = query_first(&q);
    if (err == OK) {
        row_copy(&q, 0, title, ID_TEXT);
        *release = row_time(&q, 1);
        err = (uint64_t)row_number(&q, 2) == p->version ? OK : ERR_STATE;
    }
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err update_production(struct connection *c, void *call)
{
    const struct production_call *change = call;
    const struct production *p = change->production;
    char title[ID_TEXT] = "";
    utc_time before = { 0 };
    enum err err = read_before(c, p, title, &before);
    if (err != OK)
        return err;
    struct query q = query_of(
        c, "UPDATE production SET state = ?3, studio = ?4, creators = ?5, episodes = ?6,"
           " budget_minor = ?7, budget_currency = ?8, audio = ?9, captions = ?10, channels = ?11,"
           " loudness_lufs = ?12, tolerance_lu = ?13, true_peak_dbtp = ?14, lines = ?15,"
           " black_seconds = ?16, silent_seconds = ?17, runtime_least = ?18, runtime_most = ?19,"
           " release = ?20, changed = ?21, version = version + 1, ended_because = ?22"
           " WHERE id = ?1");
    bind_own(&q, p);
    query_number(&q, 21, change->now.us);
    query_text(&q, 22, p->ended_because);
    err = query_run_one(&q);
    if (err == OK)
        err = write_parts(c, p);
    return err == OK ? follow_release(c, title, before, p->release, change->now) : err;
}

enum err store_production_update(struct store *store, const struct production *production,
                                 utc_time now)
{
    struct production_call call = { .production = production, .now = now };
    return store_write(store, update_production, &call);
}
