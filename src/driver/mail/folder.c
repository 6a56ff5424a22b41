/* A folder of .eml files: what is there is whole and on the disk. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/mail/sink.h"

struct folder_sink {
    struct mail_sink sink;
    int fd;
};

enum { NAME_MAX_TEXT = 160 };

static enum err write_whole(int fd, const uint8_t *data, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t part = write(fd, data + done, n - done);
        if (part < 0 && errno == EINTR)
            continue;
        if (part <= 0)
            return err_from_errno(errno);
        done += (size_t)part;
    }
    return fsync(fd) == 0 ? OK : err_from_errno(errno);
}

static enum err put_file(int folder, const struct mail_letter *letter, const char *part,
                         const char *name)
{
    int fd = openat(folder, part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_from_errno(errno);
    enum err err =
        fchmod(fd, 0600) == 0 ? write_whole(fd, letter->data, letter->size) : err_from_errno(errno);
    close(fd);
    if (err == OK && renameat(folder, part, folder, name) != 0)
        err = err_from_errno(errno);
    if (err == OK && fsync(folder) != 0)
        err = err_from_errno(errno);
    if (err != OK)
        unlinkat(folder, part, 0);
    return err;
}

static enum err folder_send(struct mail_sink *sink, const struct mail_letter *letter,
                            char why[MAIL_WHY_TEXT])
{
    const struct folder_sink *s = (const struct folder_sink *)sink;
    char at[UTC_TEXT], name[NAME_MAX_TEXT], part[NAME_MAX_TEXT];
    utc_format((utc_time){ letter->written.us - letter->written.us % UTC_SECOND }, at);
    snprintf(name, sizeof name, "%s-%s.eml", at, letter->id);
    snprintf(part, sizeof part, ".%s.part", letter->id);
    enum err err = put_file(s->fd, letter, part, name);
    if (err != OK)
        snprintf(why, MAIL_WHY_TEXT, "%s cannot be written: %s", name, err_text(err));
    return err;
}

static void folder_close(struct mail_sink *sink)
{
    struct folder_sink *s = (struct folder_sink *)sink;
    close(s->fd);
    free(s);
}

enum err mail_folder_open(const char *dir, struct mail_sink **out)
{
    static const struct mail_sink_ops ops = { folder_send, folder_close };
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return err_from_errno(errno);
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_from_errno(errno);
    struct folder_sink *s = fchmod(fd, 0700) == 0 ? calloc(1, sizeof *s) : NULL;
    if (s == NULL) {
        close(fd);
        return ERR_IO;
    }
    s->sink.ops = &ops;
    s->fd = fd;
    *out = &s->sink;
    return OK;
}
