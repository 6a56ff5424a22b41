#include "driver/blob/path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/text.h"
#include "driver/blob/blob.h"

/* Links and steps out are somebody's attempt, not a missing file. */
static enum err err_of_open(int number)
{
    if (number == EXDEV || number == ELOOP)
        return ERR_DENIED;
    return number == ENOTDIR ? ERR_NOT_FOUND : err_from_errno(number);
}

enum err path_open(int root, const char *name, int flags, int *fd)
{
    struct open_how how = { .flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
                            .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };
    for (;;) {
        long got = syscall(SYS_openat2, root, name[0] == 0 ? "." : name, &how, sizeof how);
        if (got >= 0) {
            *fd = (int)got;
            return OK;
        }
        /* EAGAIN: a rename elsewhere ran while the kernel resolved; openat2(2) says to ask again */
        if (errno != EAGAIN && errno != EINTR)
            return err_of_open(errno);
    }
}

enum err path_flush(int dir)
{
    return fsync(dir) == 0 ? OK : err_from_errno(errno);
}

/* Steps from *dir into the part, made when it is missing; closes the old *dir. */
static enum err step_into(int *dir, const char *part, bool make)
{
    int next = -1;
    enum err err = path_open(*dir, part, O_RDONLY | O_DIRECTORY, &next);
    if (err == ERR_NOT_FOUND && make) {
        bool failed = mkdirat(*dir, part, 0700) != 0 && errno != EEXIST;
        err = failed ? err_from_errno(errno) : path_flush(*dir);
        if (err == OK)
            err = path_open(*dir, part, O_RDONLY | O_DIRECTORY, &next);
    }
    if (err != OK)
        return err;
    close(*dir);
    *dir = next;
    return OK;
}

enum err path_parent(int root, const char *name, bool make, int *dir, const char **last)
{
    char part[BLOB_NAME_MAX + 1];
    int at = -1;
    enum err err = path_open(root, ".", O_RDONLY | O_DIRECTORY, &at);
    for (const char *slash; err == OK && (slash = strchr(name, '/')) != NULL; name = slash + 1) {
        size_t n = (size_t)(slash - name);
        memcpy(part, name, n);
        part[n] = 0;
        err = step_into(&at, part, make);
    }
    if (err != OK) {
        if (at >= 0)
            close(at);
        return err;
    }
    *dir = at;
    *last = name;
    return OK;
}
