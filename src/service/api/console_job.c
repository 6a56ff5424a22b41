/* Ingest jobs, watched and steered. */
#include <string.h>

#include "driver/store/jobs.h"
#include "driver/store/titles.h"
#include "service/api/call.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"

static enum err write_job(struct api_call *call, const struct store_job *job)
{
    struct json_writer *w = &call->w;
    struct title title;
    struct title_episode episode;
    enum err err = store_playable_find(call->store, call->arena, job->playable, &title, &episode);
    if (err != OK)
        return err;
    const struct title_text *text = title_text_for(title.texts, title.n_texts, call->language);
    json_object(w, NULL);
    json_text(w, "id", job->id.s);
    json_object(w, "title");
    json_text(w, "id", job->title.s);
    json_text(w, "title", text != NULL && text->title != NULL ? text->title : title.original_title);
    json_end(w);
    json_text(w, "playable", job->playable.s);
    if (episode.id.s[0] != 0) {
        json_number(w, "season", episode.season);
        json_number(w, "episode", episode.number);
    } else {
        json_null(w, "season");
        json_null(w, "episode");
    }
    json_text(w, "file_name", job->file_name);
    json_text(w, "state", job_state_name(job->state));
    json_text(w, "stage", job->stage != NULL ? job->stage : "");
    json_real(w, "progress", job->progress);
    if (job->remaining_us >= 0)
        json_number(w, "remaining_seconds", job->remaining_us / UTC_SECOND);
    else
        json_null(w, "remaining_seconds");
    json_raw(w, "refusals", job->refusals != NULL ? job->refusals : "[]");
    json_instant(w, "created", job->created);
    json_instant(w, "changed", job->changed);
    json_end(w);
    return OK;
}

void handle_console_jobs(struct api_call *call)
{
    struct job_filter filter = { 0 };
    struct store_job *jobs = NULL;
    size_t n = 0;
    const char *open, *next = NULL;
    if (!call_query(call, "open", 8, &open) ||
        !call_page(call, LIMIT_PAGE, &filter.after, &filter.limit))
        return;
    if (open != NULL && strcmp(open, "1") != 0 && strcmp(open, "0") != 0) {
        call_problem(call, PROBLEM_VALIDATION, "open", "must be 0 or 1");
        return;
    }
    filter.open_only = open != NULL && open[0] == '1';
    enum err err = store_jobs_list(call->store, call->arena, &filter, &jobs, &n, &next);
    if (err == ERR_MALFORMED || err == ERR_ARGUMENT) {
        call_problem(call, PROBLEM_VALIDATION, "after", "is no cursor of this list");
        return;
    }
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; err == OK && i < n; i++)
        err = write_job(call, &jobs[i]);
    json_end(&call->w);
    json_text(&call->w, "next", next);
    json_end(&call->w);
    if (err != OK)
        call_fail(call, err, "list jobs");
    else
        call_answer(call, 200);
}

static void answer_job(struct api_call *call, job_id id)
{
    struct store_job job;
    enum err err = store_job_get(call->store, call->arena, id, &job);
    if (err == OK)
        err = write_job(call, &job);
    if (err != OK)
        call_fail(call, err, "read a job");
    else
        call_answer(call, 200);
}

static job_id id_of(const struct api_call *call)
{
    job_id id;
    memcpy(id.s, call->id, sizeof id.s);
    return id;
}

void handle_console_job(struct api_call *call)
{
    answer_job(call, id_of(call));
}

static void move(struct api_call *call, enum job_state to)
{
    if (!call_read_end(call))
        return;
    struct store_job job;
    enum err err = store_job_get(call->store, call->arena, id_of(call), &job);
    if (err == OK && to == JOB_QUEUED && job.state == JOB_REFUSED)
        err = ERR_STATE; /* its master is gone: deliver a better one */
    if (err == OK)
        err = store_job_move(call->store, id_of(call), to, NULL, call->now);
    if (err == ERR_EXISTS)
        call_problem(call, PROBLEM_STATE, NULL, "another job for the same is open");
    else if (err != OK)
        call_fail(call, err, "move a job");
    else
        answer_job(call, id_of(call));
}

void handle_console_job_cancel(struct api_call *call)
{
    move(call, JOB_CANCELLED);
}

void handle_console_job_retry(struct api_call *call)
{
    move(call, JOB_QUEUED);
}
