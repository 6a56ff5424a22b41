#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/id.h"
#include "base/text.h"
#include "driver/blob/blob.h"
#include "driver/blob/internal.h"
#include "driver/blob/path.h"

struct blob_writer {
    struct blob_store *store; /* borrowed */
    int fd;
    int64_t size;
    enum err err;            /* the first failure sticks */
    char temporary[ID_TEXT]; /* name under BLOB_TEMPORARY */
    char name[BLOB_NAME_MAX + 1];
};

enum err blob_writer_create(struct blob_store *store, const char *name, struct blob_writer **out)
{
    if (!blob_name_is_good(name))
        return ERR_ARGUMENT;
    struct blob_writer *w = calloc(1, sizeof *w);
    if (w == NULL)
        return ERR_MEMORY;
    w->store = store;
    text_copy(w->name, sizeof w->name, name);
    id_new(w->temporary);
    w->fd = openat(store->temporary, w->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (w->fd < 0) {
        enum err err = err_from_errno(errno);
        free(w);
        return err;
    }
    *out = w;
    return OK;
}

static enum err write_at(int fd, const uint8_t *bytes, size_t n, int64_t at)
{
    while (n > 0) {
        ssize_t done = pwrite(fd, bytes, n, at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return err_from_errno(errno);
        bytes += done;
        n -= (size_t)done;
        at += done;
    }
    return OK;
}

enum err blob_writer_append(struct blob_writer *w, const void *bytes, size_t n)
{
    if (w->err == OK && n > 0)
        w->err = write_at(w->fd, bytes, n, w->size);
    if (w->err == OK)
        w->size += (int64_t)n;
    return w->err;
}

enum err blob_writer_patch(struct blob_writer *w, int64_t at, const void *bytes, size_t n)
{
    assert(at >= 0 && at <= w->size && n <= (uint64_t)(w->size - at));
    if (w->err == OK && n > 0)
        w->err = write_at(w->fd, bytes, n, at);
    return w->err;
}

/* For file systems that cannot copy inside the kernel. */
static enum err copy_by_hand(struct blob_writer *w, int fd, int64_t at, int64_t n)
{
    enum { CHUNK = 256 * 1024 };
    uint8_t *chunk = malloc(CHUNK);
    enum err err = chunk == NULL ? ERR_MEMORY : OK;
    while (err == OK && n > 0) {
        ssize_t got = pread(fd, chunk, n < CHUNK ? (size_t)n : CHUNK, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            err = got == 0 ? ERR_TRUNCATED : err_from_errno(errno);
        else
            err = write_at(w->fd, chunk, (size_t)got, w->size);
        if (err != OK)
            break;
        at += got;
        n -= got;
        w->size += got;
    }
    free(chunk);
    return err;
}

enum err blob_writer_append_fd(struct blob_writer *w, int fd, int64_t at, int64_t n)
{
    while (w->err == OK && n > 0) {
        off_t from = at, to = w->size;
        ssize_t got = copy_file_range(fd, &from, w->fd, &to, (size_t)n, 0);
        if (got <= 0) {
            bool over = errno == ENOSPC || errno == EIO || errno == EDQUOT || errno == EFBIG;
            w->err = got < 0 && over ? err_from_errno(errno) : copy_by_hand(w, fd, at, n);
            break;
        }
        at += got;
        n -= got;
        w->size += got;
    }
    return w->err;
}

int64_t blob_writer_size(const struct blob_writer *w)
{
    return w->size;
}

static enum err give_name(struct blob_writer *w)
{
    enum { TRIES = 8 }; /* a directory may be removed between its making and the rename */
    enum err err = OK;
    for (int i = 0; i < TRIES; i++) {
        int dir = -1;
        const char *last;
        err = path_parent(w->store->root, w->name, true, &dir, &last);
        if (err == OK && renameat(w->store->temporary, w->temporary, dir, last) != 0)
            err = errno == EISDIR ? ERR_EXISTS : err_from_errno(errno);
        else if (err == OK)
            w->temporary[0] = 0;
        if (err == OK)
            err = path_flush(dir);
        if (dir >= 0)
            close(dir);
        if (err != ERR_NOT_FOUND || w->temporary[0] == 0)
            break;
    }
    return err;
}

enum err blob_writer_commit(struct blob_writer **writer)
{
    struct blob_writer *w = *writer;
    enum err err = w->err;
    if (err == OK && fsync(w->fd) != 0)
        err = err_from_errno(errno);
    if (err == OK)
        err = give_name(w);
    blob_writer_abort(writer);
    return err;
}

void blob_writer_abort(struct blob_writer **writer)
{
    struct blob_writer *w = *writer;
    if (w == NULL)
        return;
    close(w->fd);
    if (w->temporary[0] != 0)
        unlinkat(w->store->temporary, w->temporary, 0);
    free(w);
    *writer = NULL;
}
