/* Makes an installation: all of it in a folder beside, which is then given its name; so there is a
 * whole one or none.
 *
 *   lanterne.conf   settings        lanterne.db   the store
 *   keys/pass.key   signs passes    blobs/        masters, track files, pictures, captions
 *   keys/master.key opens content keys */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/commands.h"
#include "base/clock.h"
#include "driver/password/password.h"
#include "driver/store/members.h"
#include "driver/store/territories.h"
#include "format/pass/pass.h"

const struct app_option options_init[] = {
    { "name", "NAME", "what the service is called", false },
    { "territory", "CC", "the country it is run from: ISO 3166-1 alpha-2", false },
    { "administrator", "ADDRESS", "who signs in first; admin@localhost when not said", false },
    { 0 },
};

struct making {
    struct app *app;
    const char *target; /* where it will be */
    const char *folder; /* where it is made */
    const char *name, *territory, *email;
    char key[256];
    char password[PASSWORD_NEW_TEXT];
};

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    (void)st;
    (void)kind;
    (void)place;
    return remove(path);
}

static void remove_tree(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static enum err write_file(int fd, const void *bytes, size_t n)
{
    size_t done = 0;
    while (done < n) {
        ssize_t part = write(fd, (const char *)bytes + done, n - done);
        if (part <= 0)
            return err_from_errno(errno);
        done += (size_t)part;
    }
    return fsync(fd) == 0 ? OK : err_from_errno(errno);
}

static enum err make_file(const struct making *m, const char *name, mode_t mode, const void *bytes,
                          size_t n)
{
    const char *path = arena_printf(m->app->arena, "%s/%s", m->folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return err_from_errno(errno);
    enum err err = fchmod(fd, mode) == 0 ? write_file(fd, bytes, n) : err_from_errno(errno);
    close(fd);
    return err;
}

static enum err make_folder(const struct making *m, const char *name, mode_t mode)
{
    const char *path = arena_printf(m->app->arena, "%s/%s", m->folder, name);
    if (mkdir(path, mode) != 0 || chmod(path, mode) != 0)
        return err_from_errno(errno);
    return OK;
}

static enum err flush_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_from_errno(errno);
    enum err err = fsync(fd) == 0 ? OK : err_from_errno(errno);
    close(fd);
    return err;
}

/* Opens the new store once, so that its tables are there, and adds the first administrator. */
static enum err make_store(struct making *m)
{
    const char *path = arena_printf(m->app->arena, "%s/lanterne.db", m->folder);
    char hash[PASSWORD_HASH_TEXT];
    struct store *store = NULL;
    struct member first = {
        .role = MEMBER_ROLE_ADMINISTRATOR,
        .email = m->email,
        .language = "en",
        .territory = m->territory,
        .created = clock_now(),
    };
    id_new(first.id.s);
    password_new(m->password);
    enum err err = password_hash(m->password, strlen(m->password), hash);
    if (err == OK)
        err = store_create(path);
    if (err == OK)
        err = chmod(path, 0600) == 0 ? store_open(path, &store) : err_from_errno(errno);
    if (err == OK)
        err = store_member_add(store, &first, hash);
    if (err == OK) /* its country is open since ever */
        err = store_territory_change(store, m->territory,
                                     &(struct territory_change){ .state = TERRITORY_OPEN },
                                     first.created);
    store_close(&store);
    return err;
}

static enum err make_parts(struct making *m)
{
    struct buf settings;
    uint8_t key[PASS_KEY];
    char why[256];
    buf_init(&settings, SETTINGS_FILE_MAX);
    settings_write(m->name, m->territory, &settings);
    enum err err = settings.err;
    if (err == OK)
        err = make_file(m, "lanterne.conf", 0640, settings.data, settings.size);
    buf_finish(&settings);
    if (err == OK)
        err = make_folder(m, "keys", 0700);
    secret_bytes(key, sizeof key);
    if (err == OK)
        err = make_file(m, "keys/pass.key", 0600, key, sizeof key);
    explicit_bzero(key, sizeof key);
    if (err == OK)
        err = vault_make(m->folder, "file:keys/master.key", why, sizeof why);
    if (err == OK)
        err = make_folder(m, "blobs", 0750);
    return err == OK ? make_store(m) : err;
}

/* An empty folder that stands there is taken; rename replaces it. */
static enum err put_in_place(const struct making *m)
{
    const char *keys = arena_printf(m->app->arena, "%s/keys", m->folder);
    enum err err = flush_folder(keys);
    if (err == OK)
        err = flush_folder(m->folder);
    if (err == OK && rename(m->folder, m->target) != 0)
        err = errno == ENOTEMPTY ? ERR_EXISTS : err_from_errno(errno);
    char *parent = arena_strdup(m->app->arena, m->target), *slash = strrchr(parent, '/');
    if (slash != NULL)
        slash[slash == parent ? 1 : 0] = 0;
    return err == OK ? flush_folder(slash != NULL ? parent : ".") : err;
}

static int say_welcome(const struct making *m)
{
    struct buf out;
    buf_init(&out, 4096);
    struct json_writer w = json_writer_of(&out);
    if (m->app->is_json) {
        json_object(&w, NULL);
        json_text(&w, "dir", m->target);
        json_text(&w, "email", m->email);
        json_text(&w, "password", m->password);
        json_end(&w);
    } else {
        buf_printf(&out,
                   "%s is made in %s.\n\n  administrator  %s\n  password       %s\n\n"
                   "The password is shown this once. Next: lanterne -C %s serve",
                   m->name, m->target, m->email, m->password, m->target);
    }
    int code = app_print(m->app, &out);
    buf_finish(&out);
    return code;
}

static int make(struct making *m)
{
    struct stat st;
    if (lstat(m->target, &st) == 0 && (!S_ISDIR(st.st_mode) || rmdir(m->target) != 0))
        return app_fail(m->app, EXIT_REFUSED, "%s: is there already and is no empty folder",
                        m->target);
    char *folder = arena_printf(m->app->arena, "%s.new-XXXXXX", m->target);
    m->folder = mkdtemp(folder);
    if (m->folder == NULL)
        return app_fail(m->app, EXIT_REFUSED, "%s: %s", m->target, strerror(errno));
    enum err err = chmod(folder, 0750) == 0 ? make_parts(m) : err_from_errno(errno);
    if (err == OK)
        err = put_in_place(m);
    if (err == OK)
        return say_welcome(m);
    remove_tree(folder);
    return app_error(m->app, err, m->target);
}

int cmd_init(struct app *app)
{
    char why[256];
    struct making m = { .app = app,
                        .name = app_value(app, "name"),
                        .territory = app_value(app, "territory"),
                        .email = app_value(app, "administrator") };
    char *target = arena_strdup(app->arena, app->operands[0]);
    for (size_t n = strlen(target); n > 1 && target[n - 1] == '/'; n--)
        target[n - 1] = 0;
    m.target = target;
    if (m.name == NULL || m.territory == NULL)
        return app_usage(app, "--%s is missing", m.name == NULL ? "name" : "territory");
    if (target[0] == 0)
        return app_usage(app, "DIR: is empty");
    if (settings_check_identity(m.name, m.territory, why, sizeof why) != OK)
        return app_usage(app, "--%s", why);
    if (m.email == NULL)
        m.email = "admin@localhost";
    if (member_email_key(m.email, strlen(m.email), m.key, sizeof m.key) != OK)
        return app_usage(app, "--administrator: must be an address as in name@example.org");
    return make(&m);
}
