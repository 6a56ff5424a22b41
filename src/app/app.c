#include "app/app.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/text.h"
#include "driver/store/seals.h"
#include "driver/store/showings.h"
#include "driver/store/territories.h"
#include "service/ingest/ingest.h"
#include "service/keys/keys.h"
#include "service/launch/launch.h"

static atomic_int stop_flag; /* lock-free, as a handler of signals needs it */

const char *app_value(const struct app *app, const char *option)
{
    for (size_t i = app->n_said; i-- > 0;) {
        if (strcmp(app->said[i]->name, option) == 0)
            return app->values[i];
    }
    return NULL;
}

bool app_flag(const struct app *app, const char *option)
{
    return app_value(app, option) != NULL;
}

const char **app_values(struct app *app, const char *option, size_t *n)
{
    const char **values = ARENA_ARRAY(app->arena, const char *, app->n_said + 1);
    *n = 0;
    for (size_t i = 0; i < app->n_said; i++) {
        if (strcmp(app->said[i]->name, option) == 0)
            values[(*n)++] = app->values[i];
    }
    return values;
}

bool app_number(struct app *app, const char *option, long long least, long long most,
                long long fallback, long long *out)
{
    const char *text = app_value(app, option);
    int64_t v = fallback;
    if (text != NULL && text_to_i64(text, strlen(text), least, most, &v) != OK) {
        app_usage(app, "--%s: must be a whole number from %lld to %lld", option, least, most);
        return false;
    }
    *out = v;
    return true;
}

__attribute__((format(printf, 2, 0))) static void say(const struct app *app, const char *format,
                                                      va_list args)
{
    struct buf message, line;
    buf_init(&message, 65536);
    buf_init(&line, 4 * 65536 + 256);
    buf_vprintf(&message, format, args);
    bool named = app->command != NULL && app->command->name[0] != 0;
    buf_printf(&line, "lanterne%s%s: ", named ? " " : "", named ? app->command->name : "");
    text_put_line(&line, buf_string(&message), message.size);
    buf_text(&line, "\n");
    fputs(buf_string(&line), stderr);
    buf_finish(&message);
    buf_finish(&line);
}

int app_fail(const struct app *app, int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(app, format, args);
    va_end(args);
    return code;
}

int app_usage(const struct app *app, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(app, format, args);
    va_end(args);
    return EXIT_USAGE;
}

int app_error(const struct app *app, enum err err, const char *what)
{
    static const enum err inner[] = { ERR_IO, ERR_NO_SPACE, ERR_MEMORY, ERR_CRASHED, ERR_INTERNAL };
    int code = EXIT_REFUSED;
    for (size_t i = 0; i < sizeof inner / sizeof inner[0]; i++)
        code = err == inner[i] ? EXIT_INTERNAL : code;
    return app_fail(app, code, "%s: %s", what, err_text(err));
}

int app_print(const struct app *app, struct buf *out)
{
    if (out->err != OK)
        return app_error(app, out->err, "the answer cannot be written");
    fwrite(out->data, 1, out->size, stdout);
    fputc('\n', stdout);
    return fflush(stdout) == 0 ? EXIT_OK : app_error(app, ERR_IO, "standard output");
}

int app_print_id(const struct app *app, const char *id)
{
    struct buf out;
    buf_init(&out, 4096);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_text(&w, "id", id);
        json_end(&w);
    } else {
        buf_text(&out, id);
    }
    int code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

int app_print_list(const struct app *app, enum err err, const struct buf *out, const char *what)
{
    if (err == OK)
        err = out->err;
    if (err != OK)
        return app_error(app, err, what);
    if (out->size > 0)
        fwrite(out->data, 1, out->size, stdout);
    return EXIT_OK; /* main looks at what became of standard output */
}

const char *app_path(struct app *app, const char *name)
{
    return arena_printf(app->arena, "%s/%s", app->dir, name);
}

static enum err read_file(const char *path, struct buf *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_from_errno(errno);
    enum err err = OK;
    for (;;) {
        uint8_t part[4096];
        ssize_t n = read(fd, part, sizeof part);
        if (n < 0)
            err = ERR_IO;
        if (n <= 0 || out->err != OK)
            break;
        buf_put(out, part, (size_t)n);
    }
    close(fd);
    return err == OK ? out->err : err;
}

int app_load_settings(struct app *app)
{
    struct settings_problem why;
    struct buf text;
    const char *path = app_path(app, "lanterne.conf");
    buf_init(&text, SETTINGS_FILE_MAX);
    enum err err = read_file(path, &text);
    if (err == OK)
        err = settings_parse((const char *)text.data, text.size, &app->settings, &why);
    buf_finish(&text);
    if (err == OK)
        return EXIT_OK;
    if (err == ERR_NOT_FOUND)
        return app_fail(app, EXIT_UNSOUND,
                        "%s: there is no installation (`lanterne init` makes one)", app->dir);
    if (err != ERR_MALFORMED)
        return app_fail(app, EXIT_UNSOUND, "%s: %s", path, err_text(err));
    if (why.line == 0)
        return app_fail(app, EXIT_UNSOUND, "%s: %s", path, why.text);
    return app_fail(app, EXIT_UNSOUND, "%s:%d: %s", path, why.line, why.text);
}

/* A store from before territories had a life gets the one of the settings, open since ever; and
 * showings made by other rules are made anew. Another process may be at the same. */
static enum err bring_up_to_date(struct app *app)
{
    struct territory *territories = NULL;
    size_t n = 0;
    bool is_current = false;
    enum err err = store_territories_list(app->store, app->arena, &territories, &n);
    if (err == OK && n == 0) {
        err = store_territory_change(app->store, app->settings.territory,
                                     &(struct territory_change){ .state = TERRITORY_OPEN },
                                     clock_now());
        err = err == ERR_STATE || err == ERR_EXISTS ? OK : err;
    }
    if (err == OK)
        err = store_showings_current(app->store, &is_current);
    return err == OK && !is_current ? store_showings_renew(app->store, clock_now(), &n) : err;
}

int app_open(struct app *app)
{
    int code = app_load_settings(app);
    if (code != EXIT_OK)
        return code;
    const char *path = app_path(app, "lanterne.db");
    enum err err = store_open(path, &app->store);
    if (err == ERR_UNSUPPORTED)
        return app_fail(app, EXIT_UNSOUND, "%s: written by a newer lanterne", path);
    if (err == ERR_MALFORMED)
        return app_fail(app, EXIT_UNSOUND,
                        "%s: is no store, or one of a lanterne that was never released", path);
    if (err == OK)
        err = bring_up_to_date(app);
    if (err != OK)
        return app_fail(app, EXIT_UNSOUND, "%s: %s", path, err_text(err));
    err = launch_laws_sync(app->store, clock_now());
    if (err != OK)
        return app_fail(app, EXIT_UNSOUND, "%s: the rule sets of this version: %s", path,
                        err_text(err));
    path = app_path(app, "blobs");
    err = blob_store_open(path, &app->blobs);
    if (err != OK)
        return app_fail(app, EXIT_UNSOUND, "%s: %s", path, err_text(err));
    return EXIT_OK;
}

enum err app_try_vault(struct app *app, bool may_make, const char **why)
{
    const struct settings *s = &app->settings;
    struct keys_desk desk = { .store = app->store, .arena = app->arena };
    enum { WHY = 1024 };
    char *said = arena_alloc(app->arena, WHY);
    bool any = false;
    *why = NULL;
    if (strcmp(s->protect, "cbcs") != 0 && strcmp(s->protect, "no") != 0) {
        *why = "protect must be cbcs or no";
        return ERR_ARGUMENT;
    }
    enum err err = keys_any(app->store, &any);
    if (err != OK)
        return err;
    err = vault_open(&(struct vault_params){ .dir = app->dir,
                                             .master_key = s->master_key,
                                             .before = s->master_key_before,
                                             .may_make = may_make && !any },
                     &app->vault, said, WHY);
    bool is_file = strncmp(s->master_key, "file:", 5) == 0;
    if (err == ERR_NOT_FOUND && !may_make && !any && is_file)
        return OK; /* the first to need one makes it */
    if (err != OK) {
        *why = said[0] != 0 ? said : NULL;
        return err;
    }
    desk.vault = app->vault;
    err = keys_check(&desk);
    if (desk.why != NULL)
        *why = arena_printf(app->arena, "master_key: %s", desk.why);
    return err;
}

static bool is_clear(const struct app *app)
{
    return strcmp(app->settings.protect, "no") == 0;
}

static int make_coffer(struct app *app)
{
    enum err err = coffer_create(&(struct coffer_params){ .store = app->store,
                                                          .blobs = app->blobs,
                                                          .vault = app->vault,
                                                          .is_clear = is_clear(app) },
                                 &app->coffer);
    return err == OK ? EXIT_OK : app_error(app, err, "blobs cannot be opened");
}

int app_open_vault(struct app *app)
{
    const char *why = NULL;
    enum err err = app_try_vault(app, true, &why);
    return err == OK ? make_coffer(app)
                     : app_fail(app, EXIT_UNSOUND, "lanterne.conf: %s",
                                why != NULL ? why : err_text(err));
}

int app_open_coffer(struct app *app)
{
    struct store_seal_state state;
    enum err err = store_seal_state(app->store, &state);
    if (err != OK)
        return app_error(app, err, "lanterne.db");
    return is_clear(app) && !state.has_key ? make_coffer(app) : app_open_vault(app);
}

bool app_is_terminal(void)
{
    return isatty(STDERR_FILENO) == 1;
}

static void on_signal(int number)
{
    (void)number;
    stop_flag = 1;
}

const atomic_int *app_catch_signals(void)
{
    struct sigaction action = { .sa_handler = on_signal };
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    return &stop_flag;
}

struct ingest app_ingest(const struct app *app)
{
    const struct settings *s = &app->settings;
    return (struct ingest){
        .store = app->store,
        .blobs = app->blobs,
        .coffer = app->coffer,
        .vault = app->vault,
        .is_clear = is_clear(app),
        .loudness_lufs = (double)s->loudness_lufs,
        .max_height = (uint16_t)s->max_height,
        .piece_seconds = (unsigned)s->piece_seconds,
        .limits = { .cpu_seconds = (uint32_t)(s->ingest_cpu_hours * 3600),
                    .memory_bytes = (uint64_t)s->ingest_memory_mib << 20 },
        .stop = &stop_flag,
    };
}

bool app_id(struct app *app, const char *text, const char *what, char *out)
{
    if (id_parse(text, strlen(text), out))
        return true;
    app_usage(app, "%s: %s is not an id (26 letters and digits)", what, text);
    return false;
}
