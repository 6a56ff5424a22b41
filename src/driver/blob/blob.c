#include "driver/blob/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "driver/blob/internal.h"
#include "driver/blob/path.h"

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

bool blob_name_is_good(const char *name)
{
    size_t n = strnlen(name, BLOB_NAME_MAX + 1);
    if (n == 0 || n > BLOB_NAME_MAX || name[n - 1] == '/')
        return false;
    bool starts_part = true;
    for (size_t i = 0; i < n; i++) {
        bool slash = name[i] == '/';
        if (starts_part && (slash || name[i] == '.' || name[i] == '-'))
            return false;
        if (!slash && !is_name_char(name[i]))
            return false;
        starts_part = slash;
    }
    return true;
}

enum err blob_store_open(const char *dir, struct blob_store **out)
{
    int root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), temporary = -1;
    if (root < 0)
        return err_from_errno(errno);
    enum err err = OK;
    if (mkdirat(root, BLOB_TEMPORARY, 0700) != 0 && errno != EEXIST)
        err = err_from_errno(errno);
    if (err == OK)
        err = path_open(root, BLOB_TEMPORARY, O_RDONLY | O_DIRECTORY, &temporary);
    struct blob_store *store = err == OK ? malloc(sizeof *store) : NULL;
    if (store == NULL) {
        close(root);
        if (temporary >= 0)
            close(temporary);
        return err == OK ? ERR_MEMORY : err;
    }
    *store = (struct blob_store){ .root = root, .temporary = temporary };
    *out = store;
    return OK;
}

void blob_store_close(struct blob_store **store)
{
    if (*store == NULL)
        return;
    close((*store)->root);
    close((*store)->temporary);
    free(*store);
    *store = NULL;
}

enum err blob_put(struct blob_store *store, const char *name, const void *bytes, size_t n)
{
    struct blob_writer *writer = NULL;
    enum err err = blob_writer_create(store, name, &writer);
    if (err == OK)
        err = blob_writer_append(writer, bytes, n);
    if (err == OK)
        err = blob_writer_commit(&writer);
    blob_writer_abort(&writer);
    return err;
}

enum err blob_open(struct blob_store *store, const char *name, int *fd, int64_t *size)
{
    struct stat st;
    int got = -1;
    if (!blob_name_is_good(name))
        return ERR_ARGUMENT;
    enum err err = path_open(store->root, name, O_RDONLY | O_NOCTTY, &got);
    if (err != OK)
        return err;
    if (fstat(got, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(got);
        return ERR_NOT_FOUND;
    }
    *fd = got;
    *size = st.st_size;
    return OK;
}

enum err blob_size(struct blob_store *store, const char *name, int64_t *size)
{
    int fd = -1;
    enum err err = blob_open(store, name, &fd, size);
    if (err == OK)
        close(fd);
    return err;
}

static enum err read_all(int fd, uint8_t *bytes, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t got = pread(fd, bytes + at, n - at, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0 ? ERR_TRUNCATED : err_from_errno(errno);
        at += (size_t)got;
    }
    return OK;
}

enum err blob_read(struct blob_store *store, struct arena *arena, const char *name, size_t max,
                   uint8_t **bytes, size_t *n)
{
    int fd = -1;
    int64_t size = 0;
    enum err err = blob_open(store, name, &fd, &size);
    if (err != OK)
        return err;
    uint8_t *room = NULL;
    if ((uint64_t)size > max) {
        err = ERR_FULL;
    } else {
        room = arena_alloc(arena, (size_t)size + 1);
        err = read_all(fd, room, (size_t)size);
    }
    close(fd);
    if (err != OK)
        return err;
    *bytes = room;
    *n = (size_t)size;
    return OK;
}

enum err blob_rename(struct blob_store *store, const char *from, const char *to)
{
    int from_dir = -1, to_dir = -1;
    const char *from_last, *to_last;
    if (!blob_name_is_good(from) || !blob_name_is_good(to))
        return ERR_ARGUMENT;
    enum err err = path_parent(store->root, from, false, &from_dir, &from_last);
    if (err == OK)
        err = path_parent(store->root, to, true, &to_dir, &to_last);
    if (err == OK && renameat(from_dir, from_last, to_dir, to_last) != 0)
        err = err_from_errno(errno);
    if (err == OK)
        err = path_flush(to_dir);
    if (err == OK)
        err = path_flush(from_dir);
    if (from_dir >= 0)
        close(from_dir);
    if (to_dir >= 0)
        close(to_dir);
    return err;
}

enum err blob_remove(struct blob_store *store, const char *name)
{
    int dir = -1;
    const char *last;
    if (!blob_name_is_good(name))
        return ERR_ARGUMENT;
    enum err err = path_parent(store->root, name, false, &dir, &last);
    if (err != OK)
        return err;
    if (unlinkat(dir, last, 0) != 0)
        err = errno == EISDIR ? ERR_NOT_FOUND : err_from_errno(errno);
    else
        err = path_flush(dir);
    close(dir);
    return err;
}

enum err blob_space_free(struct blob_store *store, int64_t *bytes)
{
    struct statvfs st;
    if (fstatvfs(store->root, &st) != 0)
        return err_from_errno(errno);
    *bytes = (int64_t)st.f_bavail * (int64_t)st.f_frsize;
    return OK;
}
