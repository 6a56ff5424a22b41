/* `lanterne ingest`: hands a master to the service and, with --wait, sees it through. */
#include "app/ingest.h"

#include <poll.h>
#include <string.h>

#include "app/commands.h"
#include "app/progress.h"
#include "base/clock.h"
#include "driver/json/reader.h"

const struct app_option options_ingest[] = {
    { "title", "ID", "what it is the master of", false },
    { "season", "N", "of a series", false },
    { "episode", "N", "of that season", false },
    { "wait", NULL, "stay until it is ready; works itself when no worker runs", false },
    { 0 },
};

#define WORKER_SILENT_US (20 * UTC_SECOND) /* after this long without a word, nobody is working */

static int say_refusals(struct app *app, const struct media_answer *answer)
{
    for (size_t i = 0; i < answer->n_refusals; i++)
        app_fail(app, EXIT_MASTER, "refused: %s", answer->refusals[i].text);
    if (!app->is_json)
        return EXIT_MASTER;
    struct buf out;
    buf_init(&out, 65536);
    struct json_writer w = json_writer_of(&out);
    json_object(&w, NULL);
    json_text(&w, "state", job_state_name(JOB_REFUSED));
    json_array(&w, "refusals");
    for (size_t i = 0; i < answer->n_refusals; i++) {
        json_object(&w, NULL);
        json_text(&w, "code", answer->refusals[i].code);
        json_text(&w, "text", answer->refusals[i].text);
        json_end(&w);
    }
    json_end(&w);
    json_end(&w);
    int code = app_print(app, &out);
    buf_finish(&out);
    return code == EXIT_OK ? EXIT_MASTER : code;
}

static int print_job(struct app *app, const struct store_job *job)
{
    struct buf out;
    buf_init(&out, 65536);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_text(&w, "job", job->id.s);
        json_text(&w, "playable", job->playable.s);
        json_text(&w, "state", job_state_name(job->state));
        json_raw(&w, "refusals", job->refusals);
        json_end(&w);
    } else {
        buf_printf(&out, "job %s: %s", job->id.s, job_state_name(job->state));
    }
    int code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

static void say_stored_refusals(struct app *app, const char *json)
{
    char *document_text = arena_printf(app->arena, "{\"refusals\":%s}", json);
    struct json_document *document = NULL;
    struct json_fault fault = { 0 };
    struct json_list list;
    if (json_document_read(document_text, strlen(document_text), &document, &fault) != OK)
        return;
    struct json_reader top = json_reader_of(document, &fault);
    if (!json_read_list(&top, "refusals", JSON_REQUIRED, 64, &list))
        list.n = 0;
    for (size_t i = 0; i < list.n; i++) {
        struct json_reader one = json_read_list_object(&list, i);
        const char *text = json_read_text(&one, "text", JSON_REQUIRED, 0, 4096);
        if (text != NULL)
            app_fail(app, EXIT_MASTER, "refused: %s", text);
    }
    json_document_destroy(&document);
}

int ingest_say_end(struct app *app, const struct store_job *job)
{
    if (job->state == JOB_CANCELLED)
        return app_fail(app, EXIT_REFUSED, "job %s was cancelled", job->id.s);
    if (job->refusals != NULL)
        say_stored_refusals(app, job->refusals);
    if (job->state == JOB_REFUSED)
        return EXIT_MASTER;
    return app_fail(app, EXIT_INTERNAL, "job %s failed; `lanterne job retry %s` tries again",
                    job->id.s, job->id.s);
}

static void on_progress(void *context, const job_id *id)
{
    struct app *app = context;
    struct arena *arena = arena_create();
    struct store_job job;
    if (store_job_get(app->store, arena, *id, &job) == OK)
        progress_show(app, &job);
    arena_destroy(&arena);
}

/* Works on the job when nobody else does; returns when it is not open, or after a while to look
 * again. */
static enum err push(struct app *app, const struct ingest *in, const job_id *id)
{
    unsigned alive = 0;
    utc_time since = { clock_now().us - WORKER_SILENT_US };
    enum err err = store_workers_alive(app->store, since, &alive);
    if (err != OK)
        return err;
    if (alive == 0)
        return ingest_work(in, &(struct ingest_worker_params){
                                   .only_job = id, .on_progress = on_progress, .context = app });
    poll(NULL, 0, 500);
    on_progress(app, id);
    return OK;
}

int ingest_see_through(struct app *app, const struct ingest *in, const job_id *id,
                       struct store_job *job)
{
    for (;;) {
        enum err err = store_job_get(app->store, app->arena, *id, job);
        if (err != OK)
            return app_error(app, err, id->s);
        if (job->state != JOB_QUEUED && job->state != JOB_RUNNING) {
            progress_clear();
            return EXIT_OK;
        }
        err = *in->stop != 0 ? ERR_CANCELLED : push(app, in, id);
        if (err == ERR_CANCELLED) {
            progress_clear();
            return app_fail(app, EXIT_INTERRUPTED,
                            "interrupted; job %s goes on with the next `lanterne worker`", id->s);
        }
        if (err != OK)
            return app_error(app, err, id->s);
    }
}

static int wait_for(struct app *app, const struct ingest *in, const job_id *id)
{
    struct store_job job;
    int code = ingest_see_through(app, in, id, &job);
    if (code == EXIT_OK)
        code = print_job(app, &job);
    return code == EXIT_OK && job.state != JOB_READY ? ingest_say_end(app, &job) : code;
}

static int say_submission(struct app *app, enum err err, const struct ingest_submission *what,
                          const job_id *job, const struct media_answer *answer)
{
    switch (err) {
    case ERR_DENIED:
        if (answer->n_refusals > 0)
            return say_refusals(app, answer);
        return app_fail(app, EXIT_REFUSED, "%s: may not be read", what->path);
    case ERR_BUSY:
        return app_fail(app, EXIT_REFUSED, "another master of it is being taken in by job %s",
                        job->s);
    case ERR_ARGUMENT:
        if (what->episode != 0 || what->season != 0)
            return app_fail(app, EXIT_REFUSED, "title %s has no season %d episode %d",
                            what->title.s, what->season, what->episode);
        return app_fail(app, EXIT_REFUSED,
                        "there is no film %s (an episode of a series needs --season and --episode)",
                        what->title.s);
    case ERR_UNSUPPORTED:
        return app_fail(app, EXIT_REFUSED, "%s: is not a regular file", what->path);
    case ERR_NOT_FOUND: return app_fail(app, EXIT_REFUSED, "%s: there is no such file", what->path);
    case ERR_CANCELLED:
        return app_fail(app, EXIT_INTERRUPTED, "interrupted; nothing of %s is kept", what->path);
    case ERR_CRASHED:
    case ERR_TIMEOUT:
    case ERR_MEMORY:
        return app_fail(app, EXIT_MASTER,
                        "refused: the file could not be read through within its limits (%s); "
                        "export it anew",
                        err_text(err));
    default: return app_error(app, err, what->path);
    }
}

bool ingest_read_place(struct app *app, title_id *title, int *season, int *episode)
{
    long long s = 0, e = 0;
    const char *text = app_value(app, "title");
    if (text == NULL) {
        app_usage(app, "--title is missing");
        return false;
    }
    bool is_good = app_id(app, text, "--title", title->s) &&
                   app_number(app, "season", 0, 9999, 0, &s) &&
                   app_number(app, "episode", 0, 9999, 0, &e);
    *season = (int)s;
    *episode = (int)e;
    return is_good;
}

int cmd_ingest(struct app *app)
{
    struct ingest_submission what = { .path = app->operands[0] };
    struct store_job job;
    job_id id = { "" };
    if (!ingest_read_place(app, &what.title, &what.season, &what.episode))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code == EXIT_OK)
        code = app_open_vault(app);
    if (code != EXIT_OK)
        return code;
    app_catch_signals();
    struct ingest in = app_ingest(app);
    struct media_answer *answer = ARENA_NEW(app->arena, struct media_answer);
    enum err err = ingest_submit(&in, &what, &id, answer);
    if (err != OK && err != ERR_EXISTS)
        return say_submission(app, err, &what, &id, answer);
    if (app_flag(app, "wait"))
        return wait_for(app, &in, &id);
    err = store_job_get(app->store, app->arena, id, &job);
    return err == OK ? print_job(app, &job) : app_error(app, err, id.s);
}
