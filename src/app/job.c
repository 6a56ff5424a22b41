/* Ingest jobs for a person at the command line. */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/list.h"
#include "base/clock.h"
#include "driver/store/jobs.h"
#include "service/ingest/ingest.h"

const struct app_option options_job_list[] = {
    { "open", NULL, "only what is queued or running", false },
    { 0 },
};

enum { JOBS_MAX = 64 * 1024 * 1024 };

static void put_json(const struct store_job *job, struct json_writer *w)
{
    json_object(w, NULL);
    json_text(w, "id", job->id.s);
    json_text(w, "title", job->title.s);
    json_text(w, "playable", job->playable.s);
    json_text(w, "file_name", job->file_name);
    json_text(w, "state", job_state_name(job->state));
    json_text(w, "stage", job->stage);
    json_real(w, "progress", job->progress);
    if (job->remaining_us < 0)
        json_null(w, "remaining_seconds");
    else
        json_number(w, "remaining_seconds", job->remaining_us / UTC_SECOND);
    json_number(w, "pieces", job->pieces);
    json_number(w, "pieces_done", job->pieces_done);
    json_number(w, "tries", job->tries);
    json_raw(w, "refusals", job->refusals);
    json_raw(w, "facts", job->facts);
    json_instant(w, "created", job->created);
    json_instant(w, "changed", job->changed);
    json_end(w);
}

static void put_line(const struct store_job *job, struct buf *out)
{
    char created[UTC_TEXT];
    utc_format((utc_time){ job->created.us / UTC_SECOND * UTC_SECOND }, created);
    buf_printf(out, "%s  %s  %-9s  %3.0f %%  %s\n", job->id.s, created, job_state_name(job->state),
               job->progress * 100, job->file_name);
}

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    struct job_filter *filter = context;
    struct store_job *jobs = NULL;
    size_t n = 0;
    filter->after = after;
    enum err err = store_jobs_list(app->store, arena, filter, &jobs, &n, next);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (app->is_json)
            put_json(&jobs[i], w);
        else
            put_line(&jobs[i], w->out);
    }
    return err;
}

int cmd_job_list(struct app *app)
{
    struct job_filter filter = { .open_only = app_flag(app, "open"), .limit = 200 };
    int code = app_open(app);
    return code == EXIT_OK ? app_list(app, put_page, &filter, "the jobs cannot be listed") : code;
}

/* Opens the installation and finds the job that the operand names. */
static int find(struct app *app, struct store_job *job)
{
    job_id id;
    if (!app_id(app, app->operands[0], "ID", id.s))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_job_get(app->store, app->arena, id, job);
    return err == OK ? EXIT_OK : app_error(app, err, id.s);
}

int cmd_job_show(struct app *app)
{
    struct store_job job;
    struct buf out;
    int code = find(app, &job);
    if (code != EXIT_OK)
        return code;
    buf_init(&out, JOBS_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        put_json(&job, &w);
    } else {
        put_line(&job, &out);
        buf_printf(&out, "stage: %s, %u of %u pieces\n", job.stage[0] != 0 ? job.stage : "none",
                   job.pieces_done, job.pieces);
        if (job.refusals != NULL)
            buf_printf(&out, "refusals: %s\n", job.refusals);
        if (job.facts != NULL)
            buf_printf(&out, "facts: %s\n", job.facts);
        buf_truncate(&out, out.size - 1);
    }
    code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

int cmd_job_cancel(struct app *app)
{
    struct store_job job;
    int code = find(app, &job);
    if (code != EXIT_OK)
        return code;
    struct ingest in = app_ingest(app);
    enum err err = ingest_cancel(&in, job.id);
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "%s: is %s, nothing is left to cancel", job.id.s,
                        job_state_name(job.state));
    return err == OK ? EXIT_OK : app_error(app, err, job.id.s);
}

int cmd_job_retry(struct app *app)
{
    struct store_job job;
    int code = find(app, &job);
    if (code != EXIT_OK)
        return code;
    if (job.state == JOB_REFUSED)
        return app_fail(app, EXIT_REFUSED,
                        "%s: was refused and its master is not kept; ingest a corrected file",
                        job.id.s);
    enum err err = store_job_move(app->store, job.id, JOB_QUEUED, NULL, clock_now());
    if (err == ERR_EXISTS)
        return app_fail(app, EXIT_REFUSED, "%s: another job for the same is open; cancel it first",
                        job.id.s);
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "%s: is %s", job.id.s, job_state_name(job.state));
    return err == OK ? EXIT_OK : app_error(app, err, job.id.s);
}
