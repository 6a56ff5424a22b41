#include "driver/store/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "driver/store/internal.h"
#include "driver/store/schema.h"
#include "driver/store/writer.h"

enum { READERS = 6 }; /* connections; more threads than that wait their turn */

struct store {
    char *path;
    struct writer *writer;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t has_free;
    struct connection *idle[READERS];
    unsigned n_idle, n_open;
};

enum err store_create(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_from_errno(errno);
    close(fd);
    struct connection *c = NULL;
    enum err err = connection_open(path, CONNECTION_WRITES, &c);
    if (err == OK)
        err = schema_update(c, true);
    connection_close(&c);
    if (err != OK)
        unlink(path);
    return err;
}

/* SQLite makes the log's file when it is first read, and does not look at whether the flush of the
 * directory that holds its name worked; a name that is lost loses all that was acknowledged. */
static enum err flush_directory(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *dir = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    if (dir == NULL)
        return ERR_MEMORY;
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(dir);
    if (fd < 0)
        return err_from_errno(errno);
    enum err err = fsync(fd) == 0 ? OK : err_from_errno(errno);
    close(fd);
    return err;
}

static enum err open_writer(struct store *s)
{
    struct connection *c = NULL;
    enum err err = connection_open(s->path, CONNECTION_WRITES, &c);
    if (err == OK)
        err = schema_update(c, false);
    if (err == OK)
        err = flush_directory(s->path);
    if (err == OK)
        err = writer_start(c, &s->writer);
    if (err != OK)
        connection_close(&c);
    return err;
}

enum err store_open(const char *path, struct store **out)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : err_from_errno(errno);
    if (!S_ISREG(st.st_mode))
        return ERR_MALFORMED;
    struct store *s = calloc(1, sizeof *s);
    if (s == NULL)
        return ERR_MEMORY;
    s->path = strdup(path);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->has_free, NULL);
    enum err err = s->path == NULL ? ERR_MEMORY : open_writer(s);
    if (err != OK)
        store_close(&s);
    else
        *out = s;
    return err;
}

void store_close(struct store **store)
{
    struct store *s = *store;
    if (s == NULL)
        return;
    assert(s->n_idle == s->n_open);
    for (unsigned i = 0; i < s->n_idle; i++)
        connection_close(&s->idle[i]);
    writer_stop(&s->writer);
    pthread_cond_destroy(&s->has_free);
    pthread_mutex_destroy(&s->lock);
    free(s->path);
    free(s);
    *store = NULL;
}

enum err store_write(struct store *store, write_fn fn, void *call)
{
    return writer_call(store->writer, fn, call);
}

/* An idle connection, or the right to open one (NULL in *c). */
static void take_reader(struct store *s, struct connection **c)
{
    pthread_mutex_lock(&s->lock);
    while (s->n_idle == 0 && s->n_open == READERS)
        pthread_cond_wait(&s->has_free, &s->lock);
    if (s->n_idle > 0)
        *c = s->idle[--s->n_idle];
    else
        s->n_open++;
    pthread_mutex_unlock(&s->lock);
}

/* Takes *c; a connection that could not be opened or used is given up (keep: no). */
static void give_reader(struct store *s, struct connection **c, bool keep)
{
    if (!keep)
        connection_close(c);
    pthread_mutex_lock(&s->lock);
    if (keep)
        s->idle[s->n_idle++] = *c;
    else
        s->n_open--;
    pthread_cond_signal(&s->has_free);
    pthread_mutex_unlock(&s->lock);
    *c = NULL;
}

enum err store_read_begin(struct store *s, struct connection **c)
{
    enum err err = OK;
    *c = NULL;
    take_reader(s, c);
    if (*c == NULL)
        err = connection_open(s->path, CONNECTION_READS, c);
    if (err == OK) {
        struct query q = query_of(*c, "BEGIN");
        err = query_run(&q, NULL);
    }
    if (err != OK)
        give_reader(s, c, false);
    return err;
}

enum err store_read_end(struct store *s, struct connection **c, enum err err)
{
    if (*c == NULL)
        return err;
    struct query q = query_of(*c, "COMMIT");
    enum err ended = query_run(&q, NULL);
    give_reader(s, c, ended == OK);
    return err == OK ? ended : err;
}

enum err cursor_parse(const char *after, struct cursor *out)
{
    *out = (struct cursor){ .us = INT64_MAX };
    if (after == NULL)
        return OK;
    const char *dot = strchr(after, '.');
    if (dot == NULL || dot[1] == 0 || !text_copy(out->id, sizeof out->id, dot + 1))
        return ERR_ARGUMENT;
    enum err err = text_to_i64(after, (size_t)(dot - after), INT64_MIN, INT64_MAX, &out->us);
    return err == OK ? OK : ERR_ARGUMENT;
}

const char *cursor_text(struct arena *arena, utc_time t, const char *id)
{
    return arena_printf(arena, "%lld.%s", (long long)t.us, id);
}

enum err number_cursor_parse(const char *after, int64_t *out)
{
    if (after == NULL)
        return OK;
    return text_to_i64(after, strlen(after), 0, INT64_MAX, out) == OK ? OK : ERR_ARGUMENT;
}

unsigned page_limit(unsigned wanted, unsigned usual, unsigned most)
{
    if (wanted == 0)
        return usual;
    return wanted < most ? wanted : most;
}
