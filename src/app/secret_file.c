#include "app/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err flush_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_from_errno(errno);
    enum err err = fsync(fd) == 0 ? OK : err_from_errno(errno);
    close(fd);
    return err;
}

/* A whole key or none: written beside and linked to its name, which fails when another process was
 * faster. */
static enum err make_key(struct app *app, const char *path)
{
    struct secret_key key;
    const char *part = arena_printf(app->arena, "%s.%ld", path, (long)getpid());
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_from_errno(errno);
    secret_bytes(key.bytes, sizeof key.bytes);
    ssize_t n = write(fd, key.bytes, sizeof key.bytes);
    explicit_bzero(&key, sizeof key);
    enum err err = n == SECRET_KEY && fsync(fd) == 0 ? OK : ERR_IO;
    close(fd);
    if (err == OK && link(part, path) != 0 && errno != EEXIST)
        err = err_from_errno(errno);
    unlink(part);
    return err == OK ? flush_folder(app_path(app, "keys")) : err;
}

static enum err read_key(const char *path, struct secret_key *out)
{
    uint8_t bytes[SECRET_KEY + 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_from_errno(errno);
    ssize_t n = read(fd, bytes, sizeof bytes);
    close(fd);
    if (n == SECRET_KEY)
        memcpy(out->bytes, bytes, SECRET_KEY);
    explicit_bzero(bytes, sizeof bytes);
    return n == SECRET_KEY ? OK : n < 0 ? ERR_IO : ERR_MALFORMED;
}

int secret_key_load(struct app *app, struct secret_key *out)
{
    const char *path = app_path(app, "keys/secrets.key");
    enum err err = read_key(path, out);
    if (err == ERR_NOT_FOUND) {
        err = make_key(app, path);
        if (err == OK)
            err = read_key(path, out);
    }
    if (err == OK)
        return EXIT_OK;
    return app_fail(app, EXIT_UNSOUND, "%s: %s", path,
                    err == ERR_MALFORMED ? "is not a key of 32 bytes" : err_text(err));
}

int secret_line(struct app *app, const char *setting, const char *file, char out[SECRET_LINE_MAX])
{
    const char *path = file[0] == '/' ? file : app_path(app, file);
    struct stat st;
    out[0] = 0;
    if (file[0] == 0)
        return EXIT_OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, out, SECRET_LINE_MAX - 1);
    bool is_open_to_others = fd >= 0 && (fstat(fd, &st) != 0 || (st.st_mode & 077) != 0);
    if (fd >= 0)
        close(fd);
    out[n > 0 ? n : 0] = 0;
    out[strcspn(out, "\r\n")] = 0;
    if (n < 0)
        return app_fail(app, EXIT_UNSOUND, "lanterne.conf: %s: %s: cannot be read", setting, path);
    if (is_open_to_others)
        return app_fail(app, EXIT_UNSOUND,
                        "lanterne.conf: %s: %s: can be read by others than its owner (chmod 600)",
                        setting, path);
    return EXIT_OK;
}
