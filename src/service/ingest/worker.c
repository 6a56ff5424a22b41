/* A worker: takes a step, does it, takes the next. */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "service/ingest/sweep.h"
#include "service/ingest/work.h"

enum { IDLE_MS = 500, FACTS_MAX = 256 * 1024 };

static bool on_inspected(void *context, double part)
{
    (void)part;
    return work_goes_on(context);
}

enum err work_inspect(struct work *w, struct media_answer *answer)
{
    struct ingest_basis basis;
    struct media_facts *facts = ARENA_NEW(w->arena, struct media_facts);
    struct ingest_plan *plan = ARENA_NEW(w->arena, struct ingest_plan);
    enum err err = work_basis(w->in, w->job.title, &basis);
    if (err == OK)
        err = media_inspect(w->master_fd, &w->limits, on_inspected, w, facts, answer);
    if (err == OK && answer->n_refusals > 0)
        return ERR_DENIED;
    if (err == OK)
        err = ingest_plan_make(&basis, facts, plan);
    if (err == OK)
        err = work_keys_make(w->in, w->job.id, &basis, plan);
    if (err != OK)
        return err;
    struct buf json;
    buf_init(&json, FACTS_MAX);
    facts_write(facts, &basis, &json);
    err = json.err;
    if (err == OK)
        err = store_job_inspected(w->in->store, w->worker, w->job.id, buf_string(&json),
                                  plan->pieces, clock_now());
    buf_finish(&json);
    return err;
}

static void throw_away(const struct work *w, bool with_master)
{
    char name[WORK_BLOB];
    work_tree(w->job.id, name);
    enum err err = blob_remove_tree(w->in->blobs, name);
    if (err == OK && with_master)
        err = blob_remove(w->in->blobs, w->job.source);
    if (err != OK && err != ERR_NOT_FOUND)
        log_warning("ingest", "job %s: what it left cannot be removed: %s", w->job.id.s,
                    err_text(err));
}

static void refuse(struct work *w, const struct media_answer *answer)
{
    struct buf json;
    buf_init(&json, FACTS_MAX);
    refusals_write(answer, &json);
    enum err err =
        store_job_move(w->in->store, w->job.id, JOB_REFUSED, buf_string(&json), clock_now());
    if (err == OK)
        throw_away(w, true);
    else
        log_error("ingest", "job %s: cannot be marked as refused: %s", w->job.id.s, err_text(err));
    for (size_t i = 0; i < answer->n_refusals; i++)
        log_info("ingest", "job %s refused: %s", w->job.id.s, answer->refusals[i].text);
    buf_finish(&json);
}

/* What became of a step that is not done. */
static void settle(struct work *w, enum err err, const struct media_answer *answer)
{
    if (err == OK)
        return;
    if (err == ERR_DENIED && answer->n_refusals > 0) {
        refuse(w, answer);
        return;
    }
    bool is_ours_to_stop = *w->in->stop != 0 || lease_is_lost(w->lease) || err == ERR_CANCELLED;
    if (!is_ours_to_stop)
        log_error("ingest", "job %s: %s %u: %s", w->job.id.s, w->step.kind, w->step.number,
                  err_text(err));
    enum err freed = store_step_release(w->in->store, w->worker, &w->step, !is_ours_to_stop,
                                        err_text(err), clock_now());
    if (freed != OK && freed != ERR_STATE && freed != ERR_NOT_FOUND)
        log_error("ingest", "job %s: its step cannot be given back: %s", w->job.id.s,
                  err_text(freed));
}

static enum err open_master(struct work *w)
{
    int64_t size = 0;
    enum err err = blob_open(w->in->blobs, w->job.source, &w->master_fd, &size);
    if (err == OK)
        err = master_seal_open(w->in, &w->job.seal, &w->seal);
    w->limits = w->in->limits;
    w->limits.seal = w->seal;
    return err;
}

static enum err load_plan(struct work *w)
{
    struct ingest_basis basis;
    w->facts = ARENA_NEW(w->arena, struct media_facts);
    w->plan = ARENA_NEW(w->arena, struct ingest_plan);
    if (w->job.facts == NULL)
        return ERR_STATE;
    enum err err = facts_read(w->job.facts, w->facts, &basis);
    if (err == OK)
        err = ingest_plan_make(&basis, w->facts, w->plan);
    edition_id edition;
    memcpy(edition.s, w->job.id.s, sizeof edition.s);
    return err == OK && basis.is_protected ? edition_keys_open(w->in, edition, &w->keys) : err;
}

static enum err run_step(struct work *w, struct media_answer *answer)
{
    if (w->job.task != JOB_INGEST)
        return work_rekey(w);
    enum err err = open_master(w);
    if (err != OK)
        return err;
    if (strcmp(w->step.kind, "inspect") == 0)
        return work_inspect(w, answer);
    err = load_plan(w);
    if (err != OK)
        return err;
    if (strcmp(w->step.kind, "piece") == 0)
        return work_picture(w, answer);
    if (strcmp(w->step.kind, "assemble") == 0)
        return work_assemble(w);
    err = work_sound(w, answer);
    return err == OK ? store_step_done(w->in->store, w->worker, &w->step) : err;
}

static enum err do_step(const struct ingest *in, const struct ingest_worker_params *params,
                        const char *worker, const struct store_step *step)
{
    struct arena *arena = arena_create();
    struct lease lease;
    struct media_answer *answer = ARENA_NEW(arena, struct media_answer);
    struct work w = { .in = in,
                      .params = params,
                      .worker = worker,
                      .step = *step,
                      .arena = arena,
                      .lease = &lease,
                      .master_fd = -1,
                      .started_us = clock_monotonic_us() };
    enum err err = store_job_get(in->store, arena, step->job, &w.job);
    if (err == OK)
        err = lease_init(&lease, in->store, worker, step->job);
    if (err == OK) {
        w.progress_at_start = w.job.progress;
        err = run_step(&w, answer);
        settle(&w, err, answer);
        lease_finish(&lease);
        if (err == OK && strcmp(step->kind, "assemble") == 0 && w.job.task != JOB_INGEST)
            throw_away(&w, false);
        if (err == OK && strcmp(step->kind, "assemble") == 0)
            log_info("ingest", "job %s: ready", step->job.s);
    }
    if (w.master_fd >= 0)
        close(w.master_fd);
    edition_keys_close(&w.keys);
    vault_secret_free(&w.seal);
    arena_destroy(&arena);
    return err;
}

/* Whether the one job a worker is for is still open. */
static bool is_open(const struct ingest *in, const job_id *job)
{
    struct arena *arena = arena_create();
    struct store_job row;
    enum err err = store_job_get(in->store, arena, *job, &row);
    bool open = err == OK && (row.state == JOB_QUEUED || row.state == JOB_RUNNING);
    arena_destroy(&arena);
    return open;
}

static enum err work_until_stopped(const struct ingest *in,
                                   const struct ingest_worker_params *params, const char *worker)
{
    int64_t seen_us = INT64_MIN / 2, swept_us = INT64_MIN / 2;
    while (*in->stop == 0) {
        if (clock_monotonic_us() - seen_us > 3 * UTC_SECOND) {
            enum err seen = store_worker_seen(in->store, worker, clock_now());
            if (seen != OK)
                return seen;
            seen_us = clock_monotonic_us();
        }
        struct store_step step;
        enum err err =
            store_step_take(in->store, worker, params->only_job, clock_now(), LEASE_US, &step);
        if (err == OK) {
            err = do_step(in, params, worker, &step);
            if (err == ERR_IO || err == ERR_NO_SPACE)
                poll(NULL, 0, IDLE_MS); /* a sick disk is not asked again at once */
            continue;
        }
        if (err != ERR_NOT_FOUND)
            return err;
        if (clock_monotonic_us() - swept_us > 60 * UTC_SECOND) {
            ingest_sweep(in);
            swept_us = clock_monotonic_us();
        }
        if (params->idle_exit || (params->only_job != NULL && !is_open(in, params->only_job)))
            return OK;
        if (params->on_progress != NULL && params->only_job != NULL)
            params->on_progress(params->context, params->only_job);
        poll(NULL, 0, IDLE_MS); /* a signal ends it early */
    }
    return ERR_CANCELLED;
}

enum err ingest_work(const struct ingest *in, const struct ingest_worker_params *params)
{
    char worker[ID_TEXT];
    id_new(worker);
    enum err err = work_until_stopped(in, params, worker);
    /* Who waits for a job then need not wait to see that nobody works on it. */
    enum err told = store_worker_seen(in->store, worker, (utc_time){ 0 });
    return err == OK ? told : err;
}
