/* What walks directories: listing, removing whole trees, sweeping up after killed writers. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "driver/blob/blob.h"
#include "driver/blob/internal.h"
#include "driver/blob/path.h"

/* Opens the directory for reading its entries. fd is taken in any case. */
static enum err open_entries(int fd, DIR **out)
{
    *out = fdopendir(fd);
    if (*out != NULL)
        return OK;
    enum err err = err_from_errno(errno);
    close(fd);
    return err;
}

static bool is_hidden(const struct dirent *e)
{
    return e->d_name[0] == '.';
}

static enum err remove_entries(int fd, unsigned depth);

static enum err remove_entry(int dir, const char *name, unsigned depth)
{
    int fd = -1;
    if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
        return OK;
    if (errno != EISDIR && errno != EPERM)
        return err_from_errno(errno);
    enum err err = path_open(dir, name, O_RDONLY | O_DIRECTORY, &fd);
    if (err == OK)
        err = remove_entries(fd, depth + 1);
    /* a writer may have put something in meanwhile: that stays */
    if (err == OK && unlinkat(dir, name, AT_REMOVEDIR) != 0 && errno != ENOTEMPTY &&
        errno != ENOENT)
        err = err_from_errno(errno);
    return err == ERR_NOT_FOUND ? OK : err;
}

/* Takes fd. */
static enum err remove_entries(int fd, unsigned depth)
{
    enum { DEPTH_MAX = BLOB_NAME_MAX / 2 + 1 };
    DIR *dir = NULL;
    if (depth > DEPTH_MAX) {
        close(fd);
        return ERR_FULL;
    }
    enum err err = open_entries(fd, &dir);
    if (err != OK)
        return err;
    for (const struct dirent *e; err == OK && (e = readdir(dir)) != NULL;) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            err = remove_entry(fd, e->d_name, depth);
    }
    closedir(dir);
    return err;
}

enum err blob_remove_tree(struct blob_store *store, const char *prefix)
{
    int dir = -1;
    const char *last;
    if (!blob_name_is_good(prefix))
        return ERR_ARGUMENT;
    enum err err = path_parent(store->root, prefix, false, &dir, &last);
    if (err == ERR_NOT_FOUND)
        return OK;
    if (err != OK)
        return err;
    err = remove_entry(dir, last, 0);
    if (err == OK)
        err = path_flush(dir);
    close(dir);
    return err;
}

struct listing {
    struct arena *arena;
    struct blob_entry *entries;
    size_t n, room;
};

static void listing_add(struct listing *l, const char *name, int64_t size)
{
    if (l->n == l->room) {
        size_t room = l->room == 0 ? 64 : l->room * 2;
        struct blob_entry *more = ARENA_ARRAY(l->arena, struct blob_entry, room);
        if (l->n > 0)
            memcpy(more, l->entries, l->n * sizeof *more);
        l->entries = more;
        l->room = room;
    }
    l->entries[l->n++] = (struct blob_entry){ .name = name, .size = size };
}

static enum err list_entries(struct listing *l, int fd, const char *prefix);

static enum err list_entry(struct listing *l, int dir, const char *prefix, const char *name)
{
    struct stat st;
    int fd = -1;
    char *whole = prefix[0] == 0 ? arena_strdup(l->arena, name)
                                 : arena_printf(l->arena, "%s/%s", prefix, name);
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? OK : err_from_errno(errno);
    if (S_ISREG(st.st_mode))
        listing_add(l, whole, st.st_size);
    if (!S_ISDIR(st.st_mode))
        return OK;
    enum err err = path_open(dir, name, O_RDONLY | O_DIRECTORY, &fd);
    if (err == OK)
        err = list_entries(l, fd, whole);
    return err == ERR_NOT_FOUND ? OK : err;
}

/* Takes fd. */
static enum err list_entries(struct listing *l, int fd, const char *prefix)
{
    DIR *dir = NULL;
    enum err err = open_entries(fd, &dir);
    if (err != OK)
        return err;
    for (const struct dirent *e; err == OK && (e = readdir(dir)) != NULL;) {
        if (!is_hidden(e) && strlen(prefix) + strlen(e->d_name) < BLOB_NAME_MAX)
            err = list_entry(l, fd, prefix, e->d_name);
    }
    closedir(dir);
    return err;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct blob_entry *)a)->name, ((const struct blob_entry *)b)->name);
}

enum err blob_list(struct blob_store *store, struct arena *arena, const char *prefix,
                   struct blob_entry **out, size_t *n)
{
    struct listing l = { .arena = arena };
    int fd = -1;
    if (prefix[0] != 0 && !blob_name_is_good(prefix))
        return ERR_ARGUMENT;
    enum err err = path_open(store->root, prefix, O_RDONLY | O_DIRECTORY, &fd);
    if (err == OK)
        err = list_entries(&l, fd, prefix);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    if (l.n > 0)
        qsort(l.entries, l.n, sizeof *l.entries, by_name);
    *out = l.entries;
    *n = l.n;
    return OK;
}

enum err blob_sweep(struct blob_store *store, int64_t age_seconds)
{
    struct timespec now;
    DIR *dir = NULL;
    int fd = -1;
    enum err err = path_open(store->temporary, ".", O_RDONLY | O_DIRECTORY, &fd);
    if (err == OK)
        err = open_entries(fd, &dir);
    if (err != OK)
        return err;
    /* ages of files are the machine's business: the service's clock may stand elsewhere */
    clock_gettime(CLOCK_REALTIME, &now);
    for (const struct dirent *e; (e = readdir(dir)) != NULL;) {
        struct stat st;
        if (!is_hidden(e) && fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            now.tv_sec - st.st_mtim.tv_sec > age_seconds)
            unlinkat(fd, e->d_name, 0);
    }
    closedir(dir);
    return OK;
}
