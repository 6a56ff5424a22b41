/* Whether an installation is sound: everything that is wrong, not only the first. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/commands.h"
#include "base/text.h"
#include "driver/password/password.h"
#include "driver/store/boxes.h"
#include "driver/store/keys.h"
#include "driver/store/media.h"
#include "driver/store/titles.h"
#include "format/pass/pass.h"
#include "service/ingest/ingest.h"

enum { FREE_LEAST = 1 << 30 }; /* bytes: less than a film's pieces need */

struct findings {
    struct app *app;
    struct buf lines; /* each ends with a newline */
    struct buf notes; /* likewise; no faults */
    size_t n;
};

__attribute__((format(printf, 2, 3))) static void find(struct findings *f, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(&f->lines, format, args);
    va_end(args);
    buf_text(&f->lines, "\n");
    f->n++;
}

static void check_key(struct findings *f, const char *name, off_t size)
{
    struct stat st;
    const char *path = app_path(f->app, name);
    if (lstat(path, &st) != 0) {
        find(f, "%s: is missing", path);
        return;
    }
    if (!S_ISREG(st.st_mode) || st.st_size != size)
        find(f, "%s: is not a key of %d bytes", path, (int)size);
    if ((st.st_mode & 077) != 0)
        find(f, "%s: can be read by others than its owner (chmod 600)", path);
    if (st.st_uid != geteuid())
        find(f, "%s: belongs to another user than the one who runs this", path);
}

static void check_store(struct findings *f)
{
    const char **problems = NULL;
    size_t n = 0;
    enum err err = store_check(f->app->store, f->app->arena, &problems, &n);
    if (err != OK)
        find(f, "lanterne.db: %s", err_text(err));
    for (size_t i = 0; i < n; i++)
        find(f, "lanterne.db: %s", problems[i]);
}

static void check_blob(struct findings *f, const char *name, int64_t size)
{
    int64_t is = 0;
    enum err err = blob_size(f->app->blobs, name, &is);
    if (err != OK)
        find(f, "blobs/%s: %s", name, err_text(err));
    else if (size >= 0 && is != size)
        find(f, "blobs/%s: has %lld bytes instead of %lld", name, (long long)is, (long long)size);
}

/* No fault: the house may have said so, or it was made before there was protection. */
static void note_clear(struct findings *f, struct arena *arena, const struct store_edition *edition)
{
    struct store_content_key *keys = NULL;
    size_t n = 0;
    enum err err = store_content_keys(f->app->store, arena, edition->id, &keys, &n);
    if (err == OK && n == 0 && strcmp(f->app->settings.protect, "no") != 0)
        buf_printf(&f->notes, "playable %s: lies in clear (`lanterne keys rotate` encrypts it)\n",
                   edition->playable.s);
}

static void check_playable(struct findings *f, struct arena *arena, playable_id id)
{
    struct store_edition edition;
    struct store_caption *captions = NULL;
    size_t n = 0;
    enum err err = store_edition_get(f->app->store, arena, id, &edition);
    if (err != OK && err != ERR_NOT_FOUND)
        find(f, "playable %s: its edition cannot be read: %s", id.s, err_text(err));
    if (err == OK) {
        for (size_t i = 0; i < edition.n_renditions; i++)
            check_blob(
                f, arena_printf(arena, "media/%s/%s.mp4", edition.id.s, edition.renditions[i].name),
                edition.renditions[i].size);
        for (uint32_t k = 1; k <= edition.tiles.sheets; k++)
            check_blob(f, arena_printf(arena, "media/%s/tiles/%u.jpg", edition.id.s, k), -1);
        note_clear(f, arena, &edition);
    }
    err = store_captions_list(f->app->store, arena, id, &captions, &n);
    if (err != OK)
        find(f, "playable %s: its captions cannot be read: %s", id.s, err_text(err));
    for (size_t i = 0; i < n && err == OK; i++)
        check_blob(f, captions[i].blob, -1);
}

static void check_title(struct findings *f, struct arena *arena, const struct title *t)
{
    struct series_listing series = { 0 };
    playable_id film;
    if (t->poster != NULL)
        check_blob(f, t->poster, -1);
    if (t->backdrop != NULL)
        check_blob(f, t->backdrop, -1);
    memcpy(film.s, t->id.s, sizeof film.s);
    if (t->kind == TITLE_FILM)
        check_playable(f, arena, film);
    else if (store_series_get(f->app->store, arena, t->id, &series) != OK)
        find(f, "title %s: cannot be read", t->id.s);
    for (size_t i = 0; i < series.n_episodes; i++) {
        if (series.episodes[i].still != NULL)
            check_blob(f, series.episodes[i].still, -1);
        check_playable(f, arena, series.episodes[i].id);
    }
}

static void check_files(struct findings *f)
{
    const char **blobs = NULL;
    size_t n = 0;
    enum err err = store_box_blobs_list(f->app->store, f->app->arena, &blobs, &n);
    if (err != OK)
        find(f, "lanterne.db: logos and packages of boxes cannot be listed: %s", err_text(err));
    for (size_t i = 0; i < n; i++)
        check_blob(f, blobs[i], -1);
}

static void check_titles(struct findings *f)
{
    struct title_filter filter = { .any_state = true, .limit = 200 };
    do {
        struct arena *arena = arena_create();
        struct title_page page = { 0 };
        enum err err = store_titles_list(f->app->store, arena, &filter, &page);
        if (err != OK)
            find(f, "lanterne.db: titles cannot be listed: %s", err_text(err));
        for (size_t i = 0; i < page.n; i++)
            check_title(f, arena, &page.titles[i]);
        filter.after = arena_strdup(f->app->arena, page.next);
        arena_destroy(&arena);
    } while (filter.after != NULL);
}

static void check_machine(struct findings *f)
{
    char why[256];
    int64_t bytes = 0;
    if (media_jail_check(why, sizeof why) != OK)
        find(f, "this machine cannot close the jail for masters: %s", why);
    if (blob_space_free(f->app->blobs, &bytes) == OK && bytes < FREE_LEAST)
        find(f, "blobs: only %lld MiB are free", (long long)(bytes >> 20));
}

static void check_vault(struct findings *f)
{
    const char *why = NULL;
    enum err err = app_try_vault(f->app, false, &why);
    if (err != OK)
        find(f, "lanterne.conf: %s", why != NULL ? why : err_text(err));
}

static size_t count_below(const struct ingest_clear *clear, const char *folder)
{
    size_t n = 0;
    for (size_t i = 0; i < clear->n; i++)
        n += strncmp(clear->blobs[i], folder, strlen(folder)) == 0;
    return n;
}

/* What was made before there was protection lies in clear and is shown as ever; once everything is
 * sealed nothing may. */
static void say_clear(struct findings *f, const struct ingest_clear *clear, bool is_whole)
{
    size_t masters = count_below(clear, "masters/");
    for (size_t i = 0; is_whole && i < clear->n; i++)
        if (strncmp(clear->blobs[i], "masters/", strlen("masters/")) != 0)
            find(f, "blobs/%s: %s: it is not shown", clear->blobs[i], coffer_why(ERR_STATE));
    if (!is_whole && clear->n > masters)
        buf_printf(&f->notes,
                   "blobs: %zu pictures, %zu captions, %zu sheets of tiles and %zu notes of jobs "
                   "lie in clear (`lanterne keys seal` seals them)\n",
                   count_below(clear, "images/"), count_below(clear, "captions/"),
                   count_below(clear, "media/"), count_below(clear, "work/"));
    if (masters > 0)
        buf_printf(&f->notes, "blobs: %zu masters lie in clear (`lanterne keys seal` seals them)\n",
                   masters);
}

static void check_sealed(struct findings *f)
{
    struct app *app = f->app;
    struct ingest_clear clear;
    bool is_whole = false;
    if (strcmp(app->settings.protect, "no") == 0)
        return;
    enum err err = coffer_create(
        &(struct coffer_params){ .store = app->store, .blobs = app->blobs, .vault = app->vault },
        &app->coffer);
    struct ingest in = app_ingest(app);
    if (err == OK)
        err = coffer_is_whole(app->coffer, &is_whole);
    if (err == OK)
        err = ingest_find_clear(&in, app->arena, &clear);
    if (err == OK)
        say_clear(f, &clear, is_whole);
    else
        find(f, "blobs: what lies in clear cannot be found: %s", err_text(err));
}

static void put_lines(struct json_writer *w, const char *key, struct buf *lines)
{
    json_array(w, key);
    const char *at = buf_string(lines);
    for (size_t n; *at != 0; at += n + 1) {
        n = strcspn(at, "\n");
        json_text_n(w, NULL, at, n);
    }
    json_end(w);
}

static int say(struct findings *f)
{
    struct buf out;
    buf_init(&out, 16 << 20);
    struct json_writer w = json_writer_of(&out);
    if (f->app->is_json) {
        json_object(&w, NULL);
        json_bool(&w, "sound", f->n == 0);
        put_lines(&w, "problems", &f->lines);
        put_lines(&w, "notes", &f->notes);
        json_end(&w);
    } else {
        buf_put(&out, f->notes.data, f->notes.size);
        buf_put(&out, f->lines.data, f->n == 0 ? 0 : f->lines.size - 1);
        buf_text(&out, f->n == 0 ? "sound" : "");
    }
    int code = app_print(f->app, &out);
    buf_finish(&out);
    return code != EXIT_OK ? code : f->n == 0 ? EXIT_OK : EXIT_UNSOUND;
}

/* Those that need not be there: before this one, and shared with a CDN. */
static const char *const more_keys[] = { "keys/pass-1.key", "keys/pass-2.key", "keys/pass-3.key",
                                         "keys/pass-hmac.key" };

int cmd_check(struct app *app)
{
    struct findings f = { .app = app };
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    buf_init(&f.lines, 8 << 20);
    buf_init(&f.notes, 8 << 20);
    check_key(&f, "keys/pass.key", PASS_KEY);
    for (size_t i = 0; i < sizeof more_keys / sizeof more_keys[0]; i++)
        if (access(app_path(app, more_keys[i]), F_OK) == 0)
            check_key(&f, more_keys[i], PASS_KEY);
    if (access(app_path(app, "keys/secrets.key"), F_OK) == 0) /* made by the first `serve` */
        check_key(&f, "keys/secrets.key", SECRET_KEY);
    check_vault(&f);
    check_store(&f);
    check_titles(&f);
    check_sealed(&f);
    check_files(&f);
    check_machine(&f);
    code = say(&f);
    buf_finish(&f.lines);
    buf_finish(&f.notes);
    return code;
}
