#include "driver/store/jobs.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "driver/store/internal.h"
#include "driver/store/job_rows.h"
#include "driver/store/media_rows.h"
#include "driver/store/title_rows.h"

enum { STATES = 6 };

static const char *const names[STATES] = {
    [JOB_QUEUED] = "queued",   [JOB_RUNNING] = "running", [JOB_READY] = "ready",
    [JOB_REFUSED] = "refused", [JOB_FAILED] = "failed",   [JOB_CANCELLED] = "cancelled",
};

/* The drawing in jobs.h. QUEUED to RUNNING is a step's taking, RUNNING to READY store_job_ready. */
static const bool may_move[STATES][STATES] = {
    [JOB_RUNNING][JOB_REFUSED] = true,  [JOB_RUNNING][JOB_FAILED] = true,
    [JOB_QUEUED][JOB_CANCELLED] = true, [JOB_RUNNING][JOB_CANCELLED] = true,
    [JOB_REFUSED][JOB_QUEUED] = true,   [JOB_FAILED][JOB_QUEUED] = true,
    [JOB_CANCELLED][JOB_QUEUED] = true,
};

const char *job_state_name(enum job_state state)
{
    assert((unsigned)state < STATES);
    return names[state];
}

static const char *const tasks[] = {
    [JOB_INGEST] = "ingest", [JOB_ROTATE] = "rotate", [JOB_CENC] = "cenc"
};
enum { TASKS = sizeof tasks / sizeof tasks[0] };

const char *job_task_name(enum job_task task)
{
    assert((unsigned)task < TASKS);
    return tasks[task];
}

static bool state_parse(const char *name, enum job_state *out)
{
    for (unsigned i = 0; i < STATES; i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (enum job_state)i;
            return true;
        }
    }
    return false;
}

enum err job_state_read(struct connection *c, const char *id, enum job_state *out)
{
    char name[16] = "";
    struct query q = query_of(c, "SELECT state FROM job WHERE id = ?1");
    query_text(&q, 1, id);
    enum err err = query_first(&q);
    if (err == OK)
        row_copy(&q, 0, name, sizeof name);
    enum err ended = query_end(&q);
    if (err == OK)
        err = ended;
    if (err == OK && !state_parse(name, out))
        err = ERR_MALFORMED;
    return err;
}

static enum err add_step(struct connection *c, const char *job, const char *kind, int place,
                         uint32_t number)
{
    struct query q = query_of(c, "INSERT INTO step (job, kind, number, place, is_done, worker,"
                                 " lease_until, lost_by, tries)"
                                 " VALUES (?1, ?2, ?3, ?4, 0, NULL, 0, NULL, 0)");
    query_text(&q, 1, job);
    query_text(&q, 2, kind);
    query_number(&q, 3, number);
    query_number(&q, 4, place);
    return query_run(&q, NULL);
}

static enum err add_task(struct connection *c, const struct store_job *j)
{
    const struct store_seal *seal = &j->seal;
    if (j->task == JOB_INGEST && !seal->is_sealed)
        return OK;
    struct query q = query_of(c, "INSERT INTO job_task (job, task, edition, seal_kid, seal,"
                                 " seal_master) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    query_text(&q, 1, j->id.s);
    query_text(&q, 2, tasks[j->task]);
    query_text(&q, 3, j->edition.s);
    if (seal->is_sealed) {
        query_blob(&q, 4, seal->kid, sizeof seal->kid);
        query_blob(&q, 5, seal->wrapped, sizeof seal->wrapped);
        query_text(&q, 6, seal->master);
    }
    return query_run(&q, NULL);
}

static enum err add_job(struct connection *c, void *call)
{
    const struct store_job *j = call;
    struct query q =
        query_of(c, "INSERT INTO job (id, playable, title, file_name, source, state, stage,"
                    " progress, remaining_us, facts, refusals, tries, created, changed, pieces)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, 'queued', '', 0, -1, NULL, NULL, 0, ?6, ?7, 0)");
    query_text(&q, 1, j->id.s);
    query_text(&q, 2, j->playable.s);
    query_text(&q, 3, j->title.s);
    query_text(&q, 4, j->file_name);
    query_text(&q, 5, j->source);
    query_number(&q, 6, j->created.us);
    query_number(&q, 7, j->changed.us);
    enum err err = query_run(&q, NULL);
    if (err == OK)
        err = add_task(c, j);
    if (err == OK && j->task == JOB_INGEST) {
        q = query_of(c, "DELETE FROM master_refusal WHERE playable = ?1");
        query_text(&q, 1, j->playable.s);
        err = query_run(&q, NULL);
    }
    return err == OK ? add_step(c, j->id.s, "inspect", PLACE_INSPECT, 0) : err;
}

enum err store_job_add(struct store *store, const struct store_job *job)
{
    struct store_job copy = *job;
    return store_write(store, add_job, &copy);
}

#define JOB_COLUMNS                                                                                \
    "j.id, j.playable, j.title, j.file_name, j.source, j.state, j.stage, j.progress,"              \
    " j.remaining_us, j.facts, j.refusals, j.tries, j.created, j.changed, j.pieces,"               \
    " (SELECT count(*) FROM step s WHERE s.job = j.id AND s.kind = 'piece' AND s.is_done = 1),"    \
    " t.task, t.edition, t.seal_kid, t.seal, t.seal_master"
#define JOBS "job j LEFT JOIN job_task t ON t.job = j.id"

static void read_task(struct query *q, struct store_job *j)
{
    struct store_seal *seal = &j->seal;
    char task[16];
    if (row_is_null(q, 16))
        return;
    row_copy(q, 16, task, sizeof task);
    for (unsigned i = 0; i < TASKS; i++)
        j->task = strcmp(task, tasks[i]) == 0 ? (enum job_task)i : j->task;
    row_copy(q, 17, j->edition.s, sizeof j->edition.s);
    if (row_size(q, 18) != sizeof seal->kid || row_size(q, 19) != sizeof seal->wrapped)
        return;
    seal->is_sealed = true;
    memcpy(seal->kid, row_bytes(q, 18), sizeof seal->kid);
    memcpy(seal->wrapped, row_bytes(q, 19), sizeof seal->wrapped);
    row_copy(q, 20, seal->master, sizeof seal->master);
}

static void read_job(struct query *q, struct arena *arena, struct store_job *j)
{
    char state[16];
    *j = (struct store_job){ 0 };
    row_copy(q, 0, j->id.s, sizeof j->id.s);
    row_copy(q, 1, j->playable.s, sizeof j->playable.s);
    row_copy(q, 2, j->title.s, sizeof j->title.s);
    j->file_name = row_text(q, arena, 3);
    j->source = row_text(q, arena, 4);
    row_copy(q, 5, state, sizeof state);
    if (!state_parse(state, &j->state))
        q->err = ERR_MALFORMED;
    j->stage = row_text(q, arena, 6);
    j->progress = row_real(q, 7);
    j->remaining_us = row_number(q, 8);
    j->facts = row_text(q, arena, 9);
    j->refusals = row_text(q, arena, 10);
    j->tries = (int)row_number(q, 11);
    j->created = row_time(q, 12);
    j->changed = row_time(q, 13);
    j->pieces = (uint32_t)row_number(q, 14);
    j->pieces_done = (uint32_t)row_number(q, 15);
    read_task(q, j);
}

enum err store_job_get(struct store *store, struct arena *arena, job_id id, struct store_job *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " JOB_COLUMNS " FROM " JOBS " WHERE j.id = ?1");
    query_text(&q, 1, id.s);
    err = query_first(&q);
    if (err == OK)
        read_job(&q, arena, out);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

enum err store_jobs_list(struct store *store, struct arena *arena, const struct job_filter *filter,
                         struct store_job **out, size_t *n, const char **next)
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
    struct query q = query_of(c, "SELECT " JOB_COLUMNS " FROM " JOBS
                                 " WHERE (j.created < ?1 OR (j.created = ?1 AND j.id < ?2))"
                                 " AND (?3 = 0 OR j.state IN ('queued', 'running'))"
                                 " ORDER BY j.created DESC, j.id DESC LIMIT ?4");
    query_number(&q, 1, after.us);
    query_text(&q, 2, after.id);
    query_number(&q, 3, filter->open_only);
    query_number(&q, 4, (int64_t)limit + 1);
    while (query_next(&q))
        read_job(&q, arena, list_add(&l));
    *out = l.items;
    *n = l.n < limit ? l.n : limit;
    *next =
        l.n > limit ? cursor_text(arena, (*out)[limit - 1].created, (*out)[limit - 1].id.s) : NULL;
    return store_read_end(store, &c, query_end(&q));
}

/* ---- the job's life ---------------------------------------------------------------------------
 */

static enum err drop_leases(struct connection *c, const char *job)
{
    struct query q = query_of(c, "UPDATE step SET worker = NULL, lease_until = 0, lost_by = NULL"
                                 " WHERE job = ?1");
    query_text(&q, 1, job);
    return query_run(&q, NULL);
}

static enum err set_state(struct connection *c, const char *id, enum job_state to,
                          const char *refusals, utc_time now)
{
    struct query q = query_of(c, "UPDATE job SET state = ?2, refusals = ?3, changed = ?4,"
                                 " remaining_us = -1 WHERE id = ?1");
    query_text(&q, 1, id);
    query_text(&q, 2, names[to]);
    query_text(&q, 3, refusals);
    query_number(&q, 4, now.us);
    return query_run_one(&q);
}

/* Work that was cancelled or refused begins anew; what failed goes on from the steps that are done.
 */
static enum err prepare_retry(struct connection *c, const char *id, enum job_state from)
{
    struct query q;
    if (from == JOB_FAILED) {
        q = query_of(c, "UPDATE step SET tries = 0 WHERE job = ?1");
        query_text(&q, 1, id);
        enum err err = query_run(&q, NULL);
        q = query_of(c, "UPDATE job SET tries = 0 WHERE id = ?1");
        query_text(&q, 1, id);
        enum err also = query_run(&q, NULL);
        return err == OK ? also : err;
    }
    q = query_of(c, "DELETE FROM step WHERE job = ?1");
    query_text(&q, 1, id);
    enum err err = query_run(&q, NULL);
    if (err == OK)
        err = add_step(c, id, "inspect", PLACE_INSPECT, 0);
    if (err != OK)
        return err;
    q = query_of(c, "UPDATE job SET tries = 0, pieces = 0, facts = NULL, stage = '', progress = 0"
                    " WHERE id = ?1");
    query_text(&q, 1, id);
    return query_run(&q, NULL);
}

enum err job_move(struct connection *c, const char *id, enum job_state to, const char *refusals,
                  utc_time now)
{
    enum job_state from = JOB_QUEUED;
    enum err err = job_state_read(c, id, &from);
    if (err == OK && !may_move[from][to])
        err = ERR_STATE;
    if (err == OK)
        err = drop_leases(c, id);
    if (err == OK && to == JOB_QUEUED)
        err = prepare_retry(c, id, from);
    return err == OK ? set_state(c, id, to, refusals, now) : err;
}

struct job_call {
    job_id id;
    const char *worker;
    enum job_state to;
    const char *text; /* refusals, facts or stage */
    utc_time now;
    uint32_t pieces;
    double progress;
    int64_t remaining_us;
    const struct store_edition *edition;
    const struct store_caption *captions;
    size_t n_captions;
    char replaced[ID_TEXT];
};

static enum err move_job(struct connection *c, void *call)
{
    const struct job_call *j = call;
    return job_move(c, j->id.s, j->to, j->text, j->now);
}

enum err store_job_move(struct store *store, job_id id, enum job_state to, const char *refusals,
                        utc_time now)
{
    struct job_call j = { .id = id, .to = to, .text = refusals, .now = now };
    return store_write(store, move_job, &j);
}

struct master_seal {
    job_id id;
    const char *from, *to;
    const struct store_seal *seal;
};

static enum err seal_master(struct connection *c, void *call)
{
    const struct master_seal *s = call;
    int64_t changed = 0;
    struct query q = query_of(c, "UPDATE job SET source = ?3 WHERE id = ?1 AND source = ?2"
                                 " AND state NOT IN ('queued', 'running') AND NOT EXISTS"
                                 " (SELECT 1 FROM job_task t WHERE t.job = ?1"
                                 " AND (t.task <> 'ingest' OR t.seal IS NOT NULL))");
    query_text(&q, 1, s->id.s);
    query_text(&q, 2, s->from);
    query_text(&q, 3, s->to);
    enum err err = query_run(&q, &changed);
    if (err != OK || changed == 0)
        return err == OK ? ERR_STATE : err;
    q = query_of(c, "INSERT INTO job_task (job, task, edition, seal_kid, seal, seal_master)"
                    " VALUES (?1, 'ingest', '', ?2, ?3, ?4) ON CONFLICT (job) DO UPDATE SET"
                    " seal_kid = excluded.seal_kid, seal = excluded.seal,"
                    " seal_master = excluded.seal_master");
    query_text(&q, 1, s->id.s);
    query_blob(&q, 2, s->seal->kid, sizeof s->seal->kid);
    query_blob(&q, 3, s->seal->wrapped, sizeof s->seal->wrapped);
    query_text(&q, 4, s->seal->master);
    return query_run(&q, NULL);
}

enum err store_job_seal(struct store *store, job_id id, const char *from, const char *to,
                        const struct store_seal *seal)
{
    struct master_seal s = { .id = id, .from = from, .to = to, .seal = seal };
    return store_write(store, seal_master, &s);
}

static enum err inspected(struct connection *c, void *call)
{
    const struct job_call *j = call;
    enum err err = step_finish(c, j->worker, j->id.s, PLACE_INSPECT, 0);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "UPDATE job SET facts = ?2, pieces = ?3, changed = ?4 WHERE id = ?1");
    query_text(&q, 1, j->id.s);
    query_text(&q, 2, j->text);
    query_number(&q, 3, j->pieces);
    query_number(&q, 4, j->now.us);
    err = query_run_one(&q);
    if (err == OK)
        err = add_step(c, j->id.s, "sound", PLACE_SOUND, 0);
    for (uint32_t i = 0; err == OK && i < j->pieces; i++)
        err = add_step(c, j->id.s, "piece", PLACE_PIECE, i);
    return err == OK ? add_step(c, j->id.s, "assemble", PLACE_ASSEMBLE, 0) : err;
}

enum err store_job_inspected(struct store *store, const char *worker, job_id id, const char *facts,
                             uint32_t pieces, utc_time now)
{
    struct job_call j = { .id = id, .worker = worker, .text = facts, .pieces = pieces, .now = now };
    return store_write(store, inspected, &j);
}

static enum err set_ready(struct connection *c, const char *id, utc_time now)
{
    struct query q = query_of(c, "UPDATE job SET state = 'ready', stage = '', progress = 1,"
                                 " remaining_us = -1, refusals = NULL, changed = ?2 WHERE id = ?1");
    query_text(&q, 1, id);
    query_number(&q, 2, now.us);
    return query_run_one(&q);
}

static enum err make_ready(struct connection *c, void *call)
{
    struct job_call *j = call;
    enum err err = step_finish(c, j->worker, j->id.s, PLACE_ASSEMBLE, 0);
    if (err == OK)
        err = edition_write(c, j->edition, j->replaced);
    for (size_t i = 0; err == OK && i < j->n_captions; i++)
        err = caption_write(c, j->edition->playable.s, &j->captions[i]);
    return err == OK ? set_ready(c, j->id.s, j->now) : err;
}

enum err store_job_ready(struct store *store, const char *worker, job_id id,
                         const struct store_edition *edition, const struct store_caption *captions,
                         size_t n, utc_time now, char replaced_edition[ID_TEXT])
{
    struct job_call j = { .id = id,
                          .worker = worker,
                          .edition = edition,
                          .captions = captions,
                          .n_captions = n,
                          .now = now };
    enum err err = store_write(store, make_ready, &j);
    memcpy(replaced_edition, j.replaced, ID_TEXT);
    return err;
}

static enum err make_cenc_ready(struct connection *c, void *call)
{
    const struct job_call *j = call;
    enum err err = step_finish(c, j->worker, j->id.s, PLACE_ASSEMBLE, 0);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "INSERT INTO edition_cenc (edition, ready) SELECT e.id, ?2 FROM job_task t"
                    " JOIN edition e ON e.id = t.edition WHERE t.job = ?1"
                    " ON CONFLICT (edition) DO UPDATE SET ready = excluded.ready");
    query_text(&q, 1, j->id.s);
    query_number(&q, 2, j->now.us);
    err = query_run_one(&q);
    return err == OK ? set_ready(c, j->id.s, j->now) : err;
}

enum err store_job_cenc_ready(struct store *store, const char *worker, job_id id, utc_time now)
{
    struct job_call j = { .id = id, .worker = worker, .now = now };
    return store_write(store, make_cenc_ready, &j);
}

static enum err set_progress(struct connection *c, void *call)
{
    const struct job_call *j = call;
    enum job_state state = JOB_QUEUED;
    enum err err = job_state_read(c, j->id.s, &state);
    if (err == OK && state != JOB_RUNNING)
        err = ERR_STATE;
    if (err != OK)
        return err;
    struct query q = query_of(c, "UPDATE job SET stage = ?2, progress = ?3, remaining_us = ?4,"
                                 " changed = ?5 WHERE id = ?1");
    query_text(&q, 1, j->id.s);
    query_text(&q, 2, j->text);
    query_real(&q, 3, j->progress);
    query_number(&q, 4, j->remaining_us);
    query_number(&q, 5, j->now.us);
    return query_run_one(&q);
}

enum err store_job_progress(struct store *store, job_id id, const char *stage, double progress,
                            int64_t remaining_us, utc_time now)
{
    struct job_call j = {
        .id = id, .text = stage, .progress = progress, .remaining_us = remaining_us, .now = now
    };
    return store_write(store, set_progress, &j);
}
