/* Telling a studio what became of its offers. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "base/clock.h"
#include "service/rights/rights.h"

const struct app_option options_avails_status[] = {
    { "studio", "NAME", "whose offers", false },
    { "out", "FILE", "write it there and not on standard output", false },
    { 0 },
};

enum { STATUS_MAX = 512 * 1024 * 1024, PATH_ROOM = 4096 };

static enum err write_all(int fd, const struct buf *bytes)
{
    for (size_t done = 0; done < bytes->size;) {
        ssize_t n = write(fd, bytes->data + done, bytes->size - done);
        if (n < 0 && errno != EINTR)
            return err_from_errno(errno);
        done += n > 0 ? (size_t)n : 0;
    }
    return fsync(fd) == 0 ? OK : err_from_errno(errno);
}

/* Whole or not at all: a studio's system may be waiting for the file. */
static enum err put_file(const char *path, const struct buf *bytes)
{
    char part[PATH_ROOM];
    int n = snprintf(part, sizeof part, "%s.part", path);
    if (n < 0 || (size_t)n >= sizeof part)
        return ERR_ARGUMENT;
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return err_from_errno(errno);
    enum err err = write_all(fd, bytes);
    close(fd);
    if (err == OK && rename(part, path) != 0)
        err = err_from_errno(errno);
    if (err != OK)
        unlink(part);
    return err;
}

int cmd_avails_status(struct app *app)
{
    struct rights_problem why;
    struct buf xml;
    const char *path = app_value(app, "out");
    struct rights_status_params params = { .studio = app_value(app, "studio"), .now = clock_now() };
    if (params.studio == NULL)
        return app_usage(app, "--studio is missing: whose offers?");
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    params.home = app->settings.territory;
    params.public_url = app->settings.public_url;
    buf_init(&xml, STATUS_MAX);
    enum err err = rights_status_write(app->store, app->arena, &params, &xml, &why);
    if (err != OK)
        code = app_fail(app, err == ERR_IO ? EXIT_INTERNAL : EXIT_REFUSED, "%s", why.text);
    else if (path == NULL)
        code = app_print_list(app, OK, &xml, "the answer cannot be written");
    else if ((err = put_file(path, &xml)) != OK)
        code = app_error(app, err, path);
    buf_finish(&xml);
    return code;
}
