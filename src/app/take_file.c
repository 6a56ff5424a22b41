#include "app/take_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads n bytes, or as many as there are. */
static enum err read_all(int fd, uint8_t *out, size_t n, size_t *done)
{
    *done = 0;
    while (*done < n) {
        ssize_t part = read(fd, out + *done, n - *done);
        if (part < 0 && errno != EINTR)
            return err_from_errno(errno);
        if (part == 0)
            break;
        *done += part > 0 ? (size_t)part : 0;
    }
    return OK;
}

int take_file(struct app *app, const char *path, size_t max, const uint8_t **bytes, size_t *n)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return app_fail(app, EXIT_REFUSED, "%s: %s", path, strerror(errno));
    bool fits = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size <= max;
    uint8_t *out = arena_alloc(app->arena, fits ? (size_t)st.st_size + 1 : 1);
    enum err err = fits ? read_all(fd, out, (size_t)st.st_size, n) : OK;
    close(fd);
    *bytes = out;
    if (!fits)
        return app_fail(app, EXIT_REFUSED, "%s: must be a file of at most %zu bytes", path, max);
    return err == OK ? EXIT_OK : app_error(app, err, path);
}
