#include "app/put_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { PATH_ROOM = 4096 };

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

enum err put_file(const char *path, const struct buf *bytes)
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
