/* Steps: taken by lease, so that what a killed worker held is taken by another. */
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "driver/store/internal.h"
#include "driver/store/job_rows.h"
#include "driver/store/jobs.h"

enum { TRIES_MAX = 3 };

static const char *const kinds[] = {
    [PLACE_INSPECT] = "inspect",
    [PLACE_SOUND] = "sound",
    [PLACE_PIECE] = "piece",
    [PLACE_ASSEMBLE] = "assemble",
};

static enum err place_of(const char *kind, enum step_place *out)
{
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i], kind) == 0) {
            *out = (enum step_place)i;
            return OK;
        }
    }
    return ERR_ARGUMENT;
}

struct step_call {
    const char *worker;
    const char *only_job; /* NULL: any */
    struct store_step step;
    utc_time now;
    int64_t lease_us;
    bool count_try;
    const char *reason;
};

/* Gives the step to the worker. Whose lease had ended is remembered until it asks. */
static enum err grant(struct connection *c, const struct step_call *call,
                      const struct store_step *step, enum step_place place)
{
    struct query q = query_of(c, "UPDATE step SET"
                                 " lost_by = CASE WHEN worker <> ?4 THEN worker ELSE lost_by END,"
                                 " worker = ?4, lease_until = ?5"
                                 " WHERE job = ?1 AND place = ?2 AND number = ?3");
    query_text(&q, 1, step->job.s);
    query_number(&q, 2, place);
    query_number(&q, 3, step->number);
    query_text(&q, 4, call->worker);
    query_number(&q, 5, call->now.us + call->lease_us);
    enum err err = query_run_one(&q);
    if (err != OK)
        return err;
    q = query_of(c, "UPDATE job SET state = 'running', changed = ?2"
                    " WHERE id = ?1 AND state = 'queued'");
    query_text(&q, 1, step->job.s);
    query_number(&q, 2, call->now.us);
    return query_run(&q, NULL);
}

/* The assembly waits for all else of its job. */
static const char sql_free_step[] =
    "SELECT s.job, s.place, s.number FROM job j JOIN step s ON s.job = j.id"
    " WHERE j.state IN ('queued', 'running') AND (?2 IS NULL OR j.id = ?2)"
    " AND s.is_done = 0 AND (s.worker IS NULL OR s.lease_until <= ?1)"
    " AND (s.place < 3 OR NOT EXISTS (SELECT 1 FROM step o"
    "   WHERE o.job = s.job AND o.place < 3 AND o.is_done = 0))"
    " ORDER BY j.created, j.id, s.place, s.number LIMIT 1";

static enum err take(struct connection *c, void *argument)
{
    struct step_call *call = argument;
    enum step_place place = PLACE_INSPECT;
    struct query q = query_of(c, sql_free_step);
    query_number(&q, 1, call->now.us);
    query_text(&q, 2, call->only_job);
    enum err err = query_first(&q);
    if (err == OK) {
        row_copy(&q, 0, call->step.job.s, sizeof call->step.job.s);
        place = (enum step_place)row_number(&q, 1);
        call->step.number = (uint32_t)row_number(&q, 2);
    }
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    if (err != OK)
        return err;
    text_copy(call->step.kind, sizeof call->step.kind, kinds[place]);
    return grant(c, call, &call->step, place);
}

/* Workers ask again and again while there is nothing: a look that writes nothing keeps the disk
 * quiet. */
static enum err look(struct store *store, const struct step_call *call)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, sql_free_step);
    query_number(&q, 1, call->now.us);
    query_text(&q, 2, call->only_job);
    err = query_first(&q);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

enum err store_step_take(struct store *store, const char *worker, const job_id *only_job,
                         utc_time now, int64_t lease_us, struct store_step *out)
{
    struct step_call call = { .worker = worker,
                              .only_job = only_job == NULL ? NULL : only_job->s,
                              .now = now,
                              .lease_us = lease_us };
    enum err err = look(store, &call);
    if (err == OK)
        err = store_write(store, take, &call);
    if (err == OK)
        *out = call.step;
    return err;
}

struct step_row {
    bool is_done, is_held_by_me, is_free;
};

static enum err read_step(struct connection *c, const char *worker, const char *job,
                          enum step_place place, uint32_t number, utc_time now,
                          struct step_row *out)
{
    struct query q = query_of(c, "SELECT is_done, worker IS NOT NULL AND worker = ?4,"
                                 " worker IS NULL OR lease_until <= ?5 FROM step"
                                 " WHERE job = ?1 AND place = ?2 AND number = ?3");
    query_text(&q, 1, job);
    query_number(&q, 2, place);
    query_number(&q, 3, number);
    query_text(&q, 4, worker);
    query_number(&q, 5, now.us);
    enum err err = query_first(&q);
    if (err == OK)
        *out = (struct step_row){ .is_done = row_number(&q, 0) != 0,
                                  .is_held_by_me = row_number(&q, 1) != 0,
                                  .is_free = row_number(&q, 2) != 0 };
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err claim(struct connection *c, void *argument)
{
    const struct step_call *call = argument;
    const struct store_step *step = &call->step;
    enum job_state state = JOB_QUEUED;
    enum step_place place = PLACE_INSPECT;
    struct step_row row = { 0 };
    enum err err = place_of(step->kind, &place);
    if (err == OK)
        err = job_state_read(c, step->job.s, &state);
    if (err == OK && state != JOB_RUNNING && state != JOB_QUEUED)
        err = ERR_STATE;
    if (err == OK)
        err = read_step(c, call->worker, step->job.s, place, step->number, call->now, &row);
    if (err != OK)
        return err;
    if (row.is_done)
        return ERR_STATE;
    if (!row.is_free && !row.is_held_by_me)
        return ERR_BUSY;
    return grant(c, call, step, place);
}

enum err store_step_claim(struct store *store, const char *worker, const struct store_step *step,
                          utc_time now, int64_t lease_us)
{
    struct step_call call = { .worker = worker, .step = *step, .now = now, .lease_us = lease_us };
    return store_write(store, claim, &call);
}

/* Tells the worker once of a lease that was taken over. */
static enum err forget_lost(struct connection *c, const struct step_call *call, int64_t *lost)
{
    struct query q = query_of(c, "UPDATE step SET lost_by = NULL WHERE job = ?1 AND lost_by = ?2");
    query_text(&q, 1, call->step.job.s);
    query_text(&q, 2, call->worker);
    return query_run(&q, lost);
}

struct renewal {
    struct step_call call;
    bool is_lost, is_empty;
};

static enum err renew(struct connection *c, void *argument)
{
    struct renewal *r = argument;
    const struct step_call *call = &r->call;
    enum job_state state = JOB_QUEUED;
    int64_t lost = 0, renewed = 0;
    r->is_lost = r->is_empty = false;
    enum err err = job_state_read(c, call->step.job.s, &state);
    if (err == OK && state != JOB_RUNNING)
        err = ERR_STATE;
    if (err == OK)
        err = forget_lost(c, call, &lost);
    if (err != OK)
        return err;
    struct query q = query_of(c, "UPDATE step SET lease_until = ?3"
                                 " WHERE job = ?1 AND worker = ?2 AND is_done = 0");
    query_text(&q, 1, call->step.job.s);
    query_text(&q, 2, call->worker);
    query_number(&q, 3, call->now.us + call->lease_us);
    err = query_run(&q, &renewed);
    r->is_lost = lost > 0;
    r->is_empty = renewed == 0;
    return err;
}

enum err store_step_renew(struct store *store, const char *worker, job_id job, utc_time now,
                          int64_t lease_us)
{
    struct renewal r = {
        .call = { .worker = worker, .step = { .job = job }, .now = now, .lease_us = lease_us }
    };
    enum err err = store_write(store, renew, &r);
    if (err == OK && r.is_lost)
        return ERR_STATE;
    return err == OK && r.is_empty ? ERR_NOT_FOUND : err;
}

enum err step_finish(struct connection *c, const char *worker, const char *job,
                     enum step_place place, uint32_t number)
{
    struct query q = query_of(c, "UPDATE step SET is_done = 1, worker = NULL, lease_until = 0"
                                 " WHERE job = ?1 AND place = ?2 AND number = ?3"
                                 " AND worker = ?4 AND is_done = 0 AND EXISTS"
                                 " (SELECT 1 FROM job WHERE id = ?1 AND state = 'running')");
    query_text(&q, 1, job);
    query_number(&q, 2, place);
    query_number(&q, 3, number);
    query_text(&q, 4, worker);
    enum err err = query_run_one(&q);
    return err == ERR_NOT_FOUND ? ERR_STATE : err;
}

static enum err done(struct connection *c, void *argument)
{
    const struct step_call *call = argument;
    enum step_place place = PLACE_INSPECT;
    enum err err = place_of(call->step.kind, &place);
    return err == OK ? step_finish(c, call->worker, call->step.job.s, place, call->step.number)
                     : err;
}

enum err store_step_done(struct store *store, const char *worker, const struct store_step *step)
{
    struct step_call call = { .worker = worker, .step = *step };
    return store_write(store, done, &call);
}

/* Too many tries: the job has failed, with the reason as people read it. */
static enum err fail_job(struct connection *c, const struct step_call *call)
{
    enum { REASON_MAX = 16 * 1024 };
    struct buf text;
    buf_init(&text, REASON_MAX);
    struct json_writer w = json_writer_of(&text);
    json_array(&w, NULL);
    json_object(&w, NULL);
    json_text(&w, "code", "failed");
    json_text(&w, "text", call->reason == NULL ? "" : call->reason);
    json_end(&w);
    json_end(&w);
    enum err err = text.err;
    if (err == OK)
        err = job_move(c, call->step.job.s, JOB_FAILED, buf_string(&text), call->now);
    buf_finish(&text);
    return err;
}

static enum err count_try(struct connection *c, const struct step_call *call, enum step_place place)
{
    struct query q = query_of(c, "UPDATE step SET tries = tries + 1"
                                 " WHERE job = ?1 AND place = ?2 AND number = ?3");
    query_text(&q, 1, call->step.job.s);
    query_number(&q, 2, place);
    query_number(&q, 3, call->step.number);
    enum err err = query_run_one(&q);
    if (err != OK)
        return err;
    q = query_of(c, "UPDATE job SET changed = ?2,"
                    " tries = (SELECT max(tries) FROM step WHERE job = ?1) WHERE id = ?1"
                    " RETURNING tries");
    query_text(&q, 1, call->step.job.s);
    query_number(&q, 2, call->now.us);
    bool too_many = query_first(&q) == OK && row_number(&q, 0) >= TRIES_MAX;
    err = query_run(&q, NULL);
    return err == OK && too_many ? fail_job(c, call) : err;
}

static enum err release(struct connection *c, void *argument)
{
    const struct step_call *call = argument;
    enum step_place place = PLACE_INSPECT;
    enum err err = place_of(call->step.kind, &place);
    if (err != OK)
        return err;
    struct query q = query_of(c, "UPDATE step SET worker = NULL, lease_until = 0"
                                 " WHERE job = ?1 AND place = ?2 AND number = ?3"
                                 " AND worker = ?4 AND is_done = 0");
    query_text(&q, 1, call->step.job.s);
    query_number(&q, 2, place);
    query_number(&q, 3, call->step.number);
    query_text(&q, 4, call->worker);
    err = query_run_one(&q);
    if (err != OK)
        return err == ERR_NOT_FOUND ? ERR_STATE : err;
    return call->count_try ? count_try(c, call, place) : OK;
}

enum err store_step_release(struct store *store, const char *worker, const struct store_step *step,
                            bool count_try, const char *reason, utc_time now)
{
    struct step_call call = {
        .worker = worker, .step = *step, .count_try = count_try, .reason = reason, .now = now
    };
    return store_write(store, release, &call);
}

/* ---- workers ----------------------------------------------------------------------------------
 */

static enum err worker_seen(struct connection *c, void *argument)
{
    const struct step_call *call = argument;
    struct query q = query_of(c, "INSERT INTO worker (name, seen) VALUES (?1, ?2)"
                                 " ON CONFLICT (name) DO UPDATE SET seen = excluded.seen");
    query_text(&q, 1, call->worker);
    query_number(&q, 2, call->now.us);
    enum err err = query_run(&q, NULL);
    if (err != OK)
        return err;
    q = query_of(c, "DELETE FROM worker WHERE seen < ?1"); /* names are new at every start */
    query_number(&q, 1, call->now.us - UTC_DAY);
    return query_run(&q, NULL);
}

enum err store_worker_seen(struct store *store, const char *worker, utc_time now)
{
    struct step_call call = { .worker = worker, .now = now };
    return store_write(store, worker_seen, &call);
}

enum err store_workers_alive(struct store *store, utc_time since, unsigned *count)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT count(*) FROM worker WHERE seen >= ?1");
    query_number(&q, 1, since.us);
    err = query_first(&q);
    if (err == OK)
        *count = (unsigned)row_number(&q, 0);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}
