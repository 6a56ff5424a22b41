#include "box/state/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 1024 };

static enum err path_of(const char *folder, const char *name, char out[PATH_BYTES])
{
    int n = snprintf(out, PATH_BYTES, "%s/%s", folder, name);
    return n > 0 && n < PATH_BYTES ? OK : ERR_FULL;
}

enum err folder_make(const char *path)
{
    char part[PATH_BYTES];
    size_t n = strlen(path);
    if (n == 0 || n >= sizeof part)
        return ERR_ARGUMENT;
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return err_from_errno(errno);
    }
    return OK;
}

enum err file_read(const char *folder, const char *name, struct buf *out)
{
    char path[PATH_BYTES];
    struct stat s;
    enum err err = path_of(folder, name, path);
    if (err != OK)
        return err;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_from_errno(errno);
    if (fstat(fd, &s) != 0)
        err = err_from_errno(errno);
    else if ((s.st_mode & 077) != 0 || !S_ISREG(s.st_mode))
        err = ERR_DENIED;
    while (err == OK) {
        uint8_t bytes[4096];
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n < 0)
            err = err_from_errno(errno);
        if (n <= 0)
            break;
        buf_put(out, bytes, (size_t)n);
        err = out->err;
    }
    close(fd);
    return err;
}

static enum err write_all(int fd, const uint8_t *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return err_from_errno(errno);
        bytes += done;
        n -= (size_t)done;
    }
    return fsync(fd) == 0 ? OK : err_from_errno(errno);
}

static enum err sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_from_errno(errno);
    enum err err = fsync(fd) == 0 ? OK : err_from_errno(errno);
    close(fd);
    return err;
}

enum err file_replace(const char *folder, const char *name, const void *bytes, size_t n)
{
    char path[PATH_BYTES], fresh[PATH_BYTES + 8];
    enum err err = path_of(folder, name, path);
    if (err != OK)
        return err;
    snprintf(fresh, sizeof fresh, "%s.new", path);
    unlink(fresh); /* of a power cut */
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_from_errno(errno);
    err = write_all(fd, bytes, n);
    if (close(fd) != 0 && err == OK)
        err = err_from_errno(errno);
    if (err == OK && rename(fresh, path) != 0)
        err = err_from_errno(errno);
    if (err != OK) {
        unlink(fresh);
        return err;
    }
    return sync_folder(folder);
}

enum err file_remove(const char *folder, const char *name)
{
    char path[PATH_BYTES];
    enum err err = path_of(folder, name, path);
    if (err != OK)
        return err;
    if (unlink(path) != 0 && errno != ENOENT)
        return err_from_errno(errno);
    return sync_folder(folder);
}
