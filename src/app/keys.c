/* Content keys at the command line. No command but `keys export` says what a key is. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/ingest.h"
#include "app/list.h"
#include "app/put_file.h"
#include "driver/store/titles.h"
#include "format/cpix/cpix.h"
#include "service/keys/keys.h"

const struct app_option options_keys_list[] = {
    { "title", "ID", "only of this title", false },
    { 0 },
};
const struct app_option options_keys_task[] = {
    { "title", "ID", "of which title", false },
    { "season", "N", "of a series", false },
    { "episode", "N", "of that season", false },
    { "wait", NULL, "stay until it is done; works itself when no worker runs", false },
    { 0 },
};
const struct app_option options_keys_export[] = {
    { "title", "ID", "of which title", false },
    { "season", "N", "of a series", false },
    { "episode", "N", "of that season", false },
    { "cpix", "FILE", "where the document goes; mode 0600", false },
    { "recipient", "CERT.pem", "whose RSA key the keys are encrypted to", false },
    { "in-clear", NULL, "write the keys as they are, for all who read the file", false },
    { 0 },
};

enum { DOCUMENT_MAX = 1024 * 1024 };

static int open_all(struct app *app, struct keys_desk *desk)
{
    int code = app_open(app);
    if (code == EXIT_OK)
        code = app_open_vault(app);
    *desk = (struct keys_desk){ .store = app->store, .vault = app->vault, .arena = app->arena };
    return code;
}

static int refused(const struct app *app, const struct keys_desk *desk, enum err err,
                   const char *what)
{
    return desk->why != NULL ? app_fail(app, EXIT_REFUSED, "%s: %s", what, desk->why)
                             : app_error(app, err, what);
}

/* ---- keys list --------------------------------------------------------------------------------
 */

struct listing {
    struct app *app;
    const char *title; /* NULL: all */
    struct json_writer *w;
};

static void put_key_json(struct listing *l, const struct store_content_key *k,
                         const struct store_drm *drm, size_t n)
{
    char id[CPIX_UUID_TEXT];
    cpix_uuid_format(k->kid, id);
    json_object(l->w, NULL);
    json_text(l->w, "kid", id);
    json_text(l->w, "class", key_class_name(k->class));
    json_text(l->w, "master_key", k->master);
    json_instant(l->w, "created", k->created);
    json_array(l->w, "drm_systems");
    for (size_t i = 0; i < n; i++) {
        if (memcmp(drm[i].kid, k->kid, sizeof k->kid) != 0)
            continue;
        cpix_uuid_format(drm[i].system, id);
        json_text(l->w, NULL, id);
    }
    json_end(l->w);
    json_end(l->w);
}

static void put_edition(struct listing *l, const char *title, const struct store_edition *e,
                        bool has_cenc, const struct store_content_key *keys, size_t n,
                        const struct store_drm *drm, size_t n_drm)
{
    const char *scheme = n == 0 ? "clear" : "cbcs";
    if (!l->app->is_json) {
        for (size_t i = 0; i < (n == 0 ? 1 : n); i++) {
            char id[CPIX_UUID_TEXT] = "-";
            if (n > 0)
                cpix_uuid_format(keys[i].kid, id);
            buf_printf(l->w->out, "%s  %s  %-5s%s  %-5s  %s  %s\n", title, e->id.s, scheme,
                       has_cenc ? "+cenc" : "", n == 0 ? "-" : key_class_name(keys[i].class), id,
                       n == 0 ? "-" : keys[i].master);
        }
        return;
    }
    json_object(l->w, NULL);
    json_text(l->w, "title", title);
    json_text(l->w, "playable", e->playable.s);
    json_text(l->w, "edition", e->id.s);
    json_text(l->w, "protection", scheme);
    json_bool(l->w, "cenc", has_cenc);
    json_array(l->w, "keys");
    for (size_t i = 0; i < n; i++)
        put_key_json(l, &keys[i], drm, n_drm);
    json_end(l->w);
    json_end(l->w);
}

static enum err list_edition(struct listing *l, struct arena *arena, const struct store_edition *e)
{
    struct title title;
    struct title_episode episode;
    struct store_content_key *keys = NULL;
    struct store_drm *drm = NULL;
    size_t n = 0, n_drm = 0;
    bool has_cenc = false;
    enum err err = store_playable_find(l->app->store, arena, e->playable, &title, &episode);
    if (err != OK || (l->title != NULL && strcmp(title.id.s, l->title) != 0))
        return err;
    err = store_content_keys(l->app->store, arena, e->id, &keys, &n);
    if (err == OK)
        err = store_drm_list(l->app->store, arena, e->id, &drm, &n_drm);
    if (err == OK)
        err = store_edition_has_cenc(l->app->store, e->id, &has_cenc);
    if (err == OK)
        put_edition(l, title.id.s, e, has_cenc, keys, n, drm, n_drm);
    return err;
}

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    struct store_edition *editions = NULL;
    struct listing *l = context;
    size_t n = 0;
    (void)after;
    l->w = w;
    enum err err = store_editions_list(app->store, arena, &editions, &n);
    for (size_t i = 0; i < n && err == OK; i++) {
        struct arena *own = arena_create();
        err = list_edition(l, own, &editions[i]);
        arena_destroy(&own);
    }
    *next = NULL;
    return err;
}

int cmd_keys_list(struct app *app)
{
    char id[ID_TEXT];
    struct listing l = { .app = app, .title = app_value(app, "title") };
    if (l.title != NULL && !app_id(app, l.title, "--title", id))
        return EXIT_USAGE;
    int code = app_open(app);
    return code == EXIT_OK ? app_list(app, put_page, &l, "the keys cannot be listed") : code;
}

/* ---- jobs that encrypt anew -------------------------------------------------------------------
 */

static int no_place(const struct app *app, const struct keys_desk *desk, enum err err,
                    const struct keys_task *what)
{
    if (err == ERR_ARGUMENT && desk->why == NULL && (what->season != 0 || what->episode != 0))
        return app_fail(app, EXIT_REFUSED, "title %s has no season %d episode %d", what->title.s,
                        what->season, what->episode);
    if (err == ERR_ARGUMENT && desk->why == NULL)
        return app_fail(app, EXIT_REFUSED,
                        "there is no film %s (an episode of a series needs --season and --episode)",
                        what->title.s);
    if (err == ERR_NOT_FOUND && desk->why == NULL)
        return app_fail(app, EXIT_REFUSED, "%s: nothing of it is ready", what->title.s);
    return refused(app, desk, err, what->title.s);
}

static int print_job(struct app *app, const struct store_job *job)
{
    struct buf out;
    buf_init(&out, 4096);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_text(&w, "job", job->id.s);
        json_text(&w, "playable", job->playable.s);
        json_text(&w, "task", job_task_name(job->task));
        json_text(&w, "state", job_state_name(job->state));
        json_text(&w, "edition", job->task == JOB_ROTATE ? job->id.s : job->edition.s);
        json_end(&w);
    } else {
        buf_printf(&out, "job %s: %s", job->id.s, job_state_name(job->state));
    }
    int code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

static int run_task(struct app *app, enum job_task task)
{
    struct keys_task what = { .task = task };
    struct keys_desk desk;
    struct store_job job;
    job_id id;
    if (!ingest_read_place(app, &what.title, &what.season, &what.episode))
        return EXIT_USAGE;
    int code = open_all(app, &desk);
    if (code != EXIT_OK)
        return code;
    app_catch_signals();
    enum err err = keys_submit(&desk, &what, &id);
    if (err != OK)
        return no_place(app, &desk, err, &what);
    struct ingest in = app_ingest(app);
    if (app_flag(app, "wait"))
        code = ingest_see_through(app, &in, &id, &job);
    else if (store_job_get(app->store, app->arena, id, &job) != OK)
        code = app_fail(app, EXIT_INTERNAL, "job %s cannot be read", id.s);
    if (code == EXIT_OK)
        code = print_job(app, &job);
    bool is_over = job.state != JOB_READY && app_flag(app, "wait");
    return code == EXIT_OK && is_over ? ingest_say_end(app, &job) : code;
}

int cmd_keys_rotate(struct app *app)
{
    return run_task(app, JOB_ROTATE);
}

int cmd_keys_cenc(struct app *app)
{
    return run_task(app, JOB_CENC);
}

/* ---- master keys ------------------------------------------------------------------------------
 */

int cmd_keys_make(struct app *app)
{
    char why[1024] = "";
    enum err err = vault_make(app->dir, app->operands[0], why, sizeof why);
    if (err == OK)
        return EXIT_OK;
    return app_fail(app, EXIT_REFUSED, "%s", why[0] != 0 ? why : err_text(err));
}

int cmd_keys_rewrap(struct app *app)
{
    struct keys_desk desk;
    struct buf out;
    int64_t moved = 0;
    int code = open_all(app, &desk);
    if (code != EXIT_OK)
        return code;
    enum err err = keys_rewrap(&desk, app_catch_signals(), &moved);
    if (err == ERR_CANCELLED)
        return app_fail(app, EXIT_INTERRUPTED, "interrupted; run it again for what is left");
    if (err != OK)
        return refused(app, &desk, err, "keys cannot be wrapped anew");
    buf_init(&out, 4096);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_number(&w, "moved", moved);
        json_text(&w, "master_key", vault_name(app->vault));
        json_end(&w);
    } else {
        buf_printf(&out, "%lld keys moved; all are wrapped by %s", (long long)moved,
                   vault_name(app->vault));
    }
    code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

/* ---- CPIX -------------------------------------------------------------------------------------
 */

static enum err read_file(const char *path, struct buf *out)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return ERR_NOT_FOUND;
    enum err err = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? OK : ERR_UNSUPPORTED;
    for (ssize_t n = 1; n > 0 && err == OK;) {
        uint8_t part[4096];
        n = read(fd, part, sizeof part);
        err = n < 0 ? ERR_IO : OK;
        if (n > 0)
            buf_put(out, part, (size_t)n);
    }
    close(fd);
    return err == OK ? out->err : err;
}

static enum err find_edition(struct app *app, const struct keys_task *what,
                             struct store_edition *out)
{
    playable_id playable;
    enum err err =
        store_playable_at(app->store, what->title, what->season, what->episode, &playable);
    if (err != OK)
        return err == ERR_NOT_FOUND ? ERR_ARGUMENT : err;
    return store_edition_get(app->store, app->arena, playable, out);
}

static int write_document(struct app *app, struct keys_desk *desk, const struct keys_task *place,
                          struct keys_export *what)
{
    struct buf out;
    struct store_edition edition;
    enum err err = find_edition(app, place, &edition);
    if (err != OK)
        return no_place(app, desk, err, place);
    what->edition = edition.id;
    what->content_id = place->title.s;
    buf_init(&out, DOCUMENT_MAX);
    if (buf_grow(&out, 256 * 1024) != NULL) /* so that no copy is left behind as it grows */
        buf_clear(&out);
    err = keys_cpix_export(desk, what, &out);
    mode_t before = umask(077);
    if (err == OK)
        err = put_file(app_value(app, "cpix"), &out);
    umask(before);
    if (out.data != NULL)
        explicit_bzero(out.data, out.room);
    buf_finish(&out);
    return err == OK ? EXIT_OK : refused(app, desk, err, "the keys cannot be exported");
}

int cmd_keys_export(struct app *app)
{
    struct keys_desk desk;
    struct keys_task place = { .task = JOB_ROTATE };
    struct keys_export what = { .in_clear = app_flag(app, "in-clear") };
    const char *recipient = app_value(app, "recipient");
    struct buf certificate;
    if (!ingest_read_place(app, &place.title, &place.season, &place.episode))
        return EXIT_USAGE;
    if (app_value(app, "cpix") == NULL)
        return app_usage(app, "--cpix is missing");
    if ((recipient != NULL) == what.in_clear)
        return app_usage(app, "either --recipient or --in-clear");
    int code = open_all(app, &desk);
    if (code != EXIT_OK)
        return code;
    buf_init(&certificate, 64 * 1024);
    enum err err = recipient == NULL ? OK : read_file(recipient, &certificate);
    if (err != OK)
        code = app_error(app, err, recipient);
    what.certificate = recipient == NULL ? NULL : buf_string(&certificate);
    what.certificate_size = certificate.size;
    if (code == EXIT_OK)
        code = write_document(app, &desk, &place, &what);
    buf_finish(&certificate);
    return code;
}

int cmd_keys_import(struct app *app)
{
    struct keys_desk desk;
    struct buf in, out;
    size_t systems = 0;
    int code = open_all(app, &desk);
    if (code != EXIT_OK)
        return code;
    buf_init(&in, CPIX_FILE_MAX + 1);
    enum err err = read_file(app->operands[0], &in);
    if (err == OK)
        err = keys_cpix_import(&desk, in.data, in.size, &systems);
    if (in.data != NULL)
        explicit_bzero(in.data, in.room);
    buf_finish(&in);
    if (err != OK)
        return refused(app, &desk, err, app->operands[0]);
    buf_init(&out, 4096);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_number(&w, "drm_systems", (int64_t)systems);
        json_end(&w);
    } else {
        buf_printf(&out, "%zu entries of DRM systems taken in", systems);
    }
    code = app_print(app, &out);
    buf_finish(&out);
    return code;
}
