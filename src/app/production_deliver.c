/* `lanterne production deliver`: a master is inspected, and what is good goes on to the ingest. */
#include <string.h>

#include "app/commands.h"
#include "app/ingest.h"
#include "app/production.h"
#include "base/text.h"
#include "driver/json/reader.h"

const struct app_option options_production_deliver[] = {
    { "episode", "N", "of a series", false },
    { "season", "N", "of the series, where it has several", false },
    { "captions", "FILE", "delivered beside the master; each with its --language", true },
    { "language", "LANG", "of the captions, in the same order", true },
    { "wait", NULL, "stay until it is ready; works itself when no worker runs", false },
    { 0 },
};

enum { OUT_MAX = 2 * 1024 * 1024, FINDINGS_SHOWN_MAX = 1024 };

/* What the callbacks of the service work with. */
struct handover {
    struct app *app;
    struct ingest in;
    const char *path;
    const char **captions, **languages;
    size_t n_captions;
    job_id job;
};

static bool on_progress(void *context, double part)
{
    const struct handover *h = context;
    (void)part;
    return *h->in.stop == 0;
}

static enum err denied(struct production_desk *desk, const char *why)
{
    desk->why = why;
    return ERR_DENIED;
}

static enum err add_captions(const struct handover *h, struct production_desk *desk,
                             const struct delivery *to)
{
    char name[64], why[512];
    size_t cues = 0;
    for (size_t i = 0; i < h->n_captions; i++) {
        const struct ingest_caption what = { .path = h->captions[i],
                                             .playable = to->playable,
                                             .language = h->languages[i],
                                             .kind = "subtitles" };
        enum err err = ingest_caption_add(&h->in, &what, name, &cues, why, sizeof why);
        if (err != OK && why[0] != 0)
            return denied(
                desk, arena_printf(desk->arena, "The captions in %s: %s.", h->languages[i], why));
        if (err != OK)
            return err;
    }
    return OK;
}

static const char *refusals_text(struct arena *arena, const struct media_answer *answer)
{
    const char *text = "";
    for (size_t i = 0; i < answer->n_refusals; i++)
        text = arena_printf(arena, "%s%s%s", text, i == 0 ? "" : " ", answer->refusals[i].text);
    return text;
}

/* The two services meet here: what the inspection passed goes on to the ingest. */
static enum err take_in(void *context, struct production_desk *desk, title_id title,
                        const struct delivery *to, char job[ID_TEXT])
{
    struct handover *h = context;
    const struct ingest_submission what = {
        .path = h->path, .title = title, .season = to->season, .episode = to->number
    };
    struct media_answer *answer = ARENA_NEW(desk->arena, struct media_answer);
    enum err err = add_captions(h, desk, to);
    if (err == OK)
        err = ingest_submit(&h->in, &what, &h->job, answer);
    if (err == ERR_DENIED && answer->n_refusals > 0)
        return denied(desk, refusals_text(desk->arena, answer));
    if (err == ERR_BUSY) {
        desk->why = arena_printf(desk->arena,
                                 "another master of it is being taken in; `lanterne job cancel %s` "
                                 "stops that",
                                 h->job.s);
        return ERR_BUSY;
    }
    if (err == ERR_EXISTS)
        err = OK; /* an earlier try came so far */
    if (err == OK)
        memcpy(job, h->job.s, ID_TEXT);
    return err;
}

/* ---- saying it ---- */

/* Findings of a good master: none of them is a fault. */
static void say_notes(struct app *app, const char *report)
{
    struct json_document *document = NULL;
    struct json_fault fault = { 0 };
    struct json_list list;
    if (report == NULL || json_document_read(report, strlen(report), &document, &fault) != OK)
        return;
    struct json_reader top = json_reader_of(document, &fault);
    if (!json_read_list(&top, "findings", JSON_OPTIONAL, FINDINGS_SHOWN_MAX, &list))
        list.n = 0;
    for (size_t i = 0; i < list.n; i++) {
        struct json_reader one = json_read_list_object(&list, i);
        const char *text = json_read_text(&one, "text", JSON_REQUIRED, 0, 4096);
        if (text != NULL)
            app_fail(app, EXIT_OK, "worth knowing: %s", text);
    }
    json_document_destroy(&document);
}

static void say_faults(struct app *app, const char *lines)
{
    for (const char *at = lines; *at != 0;) {
        int n = (int)strcspn(at, "\n");
        app_fail(app, EXIT_MASTER, "refused: %.*s", n, at);
        at += n + (at[n] == '\n');
    }
}

static int print_delivery(struct app *app, const struct production *p, const struct delivery *d,
                          const struct handover *h)
{
    struct buf out;
    buf_init(&out, OUT_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_text(&w, "production", p->id.s);
        json_number(&w, "season", d->season);
        json_number(&w, "episode", d->number);
        json_text(&w, "playable", d->playable.s);
        json_text(&w, "state", delivery_state_name(d->state));
        json_text(&w, "production_state", production_state_name(p->state));
        json_text(&w, "job", h->job.s[0] == 0 ? NULL : h->job.s);
        json_raw(&w, "report", d->report);
        json_end(&w);
    } else if (d->number > 0) {
        buf_printf(&out, "season %d episode %d: %s", d->season, d->number,
                   delivery_state_name(d->state));
    } else {
        buf_text(&out, delivery_state_name(d->state));
    }
    int code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

/* ---- the command ---- */

static int read_captions(struct app *app, struct handover *h)
{
    size_t n = 0;
    h->captions = app_values(app, "captions", &h->n_captions);
    h->languages = app_values(app, "language", &n);
    if (n != h->n_captions)
        return app_usage(app, "each --captions needs its --language");
    for (size_t i = 0; i < n; i++) {
        if (!text_is_language(h->languages[i], strlen(h->languages[i])))
            return app_usage(app, "--language: must be as in fr, en-GB or es-419");
    }
    return EXIT_OK;
}

static int deliver(struct app *app, struct handover *h, const struct production_delivering *what)
{
    struct production_desk desk = { .store = app->store, .arena = app->arena };
    struct production p;
    struct delivery *d = NULL;
    enum err err = production_deliver(&desk, what, &p, &d);
    if (*h->in.stop != 0 && err != OK)
        return app_fail(app, EXIT_INTERRUPTED, "interrupted; nothing of %s is kept", h->path);
    if (d == NULL || (err != OK && err != ERR_DENIED))
        return production_refused(app, err, &desk, d == NULL ? what->who : h->path);
    if (err == ERR_DENIED && desk.why != NULL) {
        say_faults(app, desk.why);
        int code = print_delivery(app, &p, d, h);
        return code == EXIT_OK ? EXIT_MASTER : code;
    }
    say_notes(app, d->report);
    if (app_flag(app, "wait")) {
        struct store_job job;
        int code = ingest_see_through(app, &h->in, &h->job, &job);
        if (code != EXIT_OK || job.state != JOB_READY)
            return code == EXIT_OK ? ingest_say_end(app, &job) : code;
    }
    return print_delivery(app, &p, d, h);
}

int cmd_production_deliver(struct app *app)
{
    struct handover h = { .app = app, .path = app->operands[1] };
    struct production_delivering what = { .path = h.path, .take_in = take_in, .context = &h };
    char who[ID_TEXT];
    if (!app_id(app, app->operands[0], "ID", who) ||
        !production_place(app, &what.season, &what.episode))
        return EXIT_USAGE;
    int code = read_captions(app, &h);
    if (code == EXIT_OK)
        code = app_open(app);
    if (code == EXIT_OK)
        code = app_open_vault(app);
    if (code != EXIT_OK)
        return code;
    app_catch_signals();
    h.in = app_ingest(app);
    what.who = who;
    what.progress = on_progress;
    what.limits = h.in.limits;
    what.captions = h.languages;
    what.n_captions = h.n_captions;
    return deliver(app, &h, &what);
}
