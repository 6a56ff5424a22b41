#include "service/deliver/pictures.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

enum {
    FILES_MAX = 128, /* few enough to be looked through */
    NAME_ROOM = 96,  /* "media/EDITION/tiles/N.jpg" */
    BYTES_MAX = 64 * 1024 * 1024,
};

struct entry {
    char name[NAME_ROOM];
    struct http_file *file; /* NULL: free */
    size_t size;
    uint64_t used; /* the count when it was last taken */
};

struct pictures {
    struct pictures_params params;
    pthread_mutex_t lock;
    struct entry entries[FILES_MAX];
    size_t bytes;
    uint64_t count;
};

struct pictures *pictures_create(const struct pictures_params *params)
{
    struct pictures *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    p->params = *params;
    if (p->params.bytes_max == 0)
        p->params.bytes_max = BYTES_MAX;
    if (p->params.files_max == 0 || p->params.files_max > FILES_MAX)
        p->params.files_max = FILES_MAX;
    pthread_mutex_init(&p->lock, NULL);
    return p;
}

void pictures_destroy(struct pictures **pictures)
{
    struct pictures *p = *pictures;
    *pictures = NULL;
    if (p == NULL)
        return;
    for (size_t i = 0; i < FILES_MAX; i++)
        http_file_unref(&p->entries[i].file);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

/* ---- what is kept; with the lock held ---------------------------------------------------------
 */

static struct http_file *find(struct pictures *p, const char *name, size_t *size)
{
    for (size_t i = 0; i < p->params.files_max; i++) {
        struct entry *e = &p->entries[i];
        if (e->file == NULL || strcmp(e->name, name) != 0)
            continue;
        e->used = ++p->count;
        *size = e->size;
        return http_file_ref(e->file);
    }
    return NULL;
}

/* Free, or not taken longest of those that nobody is being sent. NULL: none. */
static struct entry *oldest(struct pictures *p, bool must_be_full)
{
    struct entry *found = NULL;
    for (size_t i = 0; i < p->params.files_max; i++) {
        struct entry *e = &p->entries[i];
        if (e->file == NULL && !must_be_full)
            return e;
        if (e->file != NULL && !http_file_is_lent(e->file) &&
            (found == NULL || e->used < found->used))
            found = e;
    }
    return found;
}

static void forget(struct pictures *p, struct entry *e)
{
    p->bytes -= e->size;
    http_file_unref(&e->file);
    *e = (struct entry){ 0 };
}

static struct entry *make_room(struct pictures *p, size_t size)
{
    while (size > p->params.bytes_max - p->bytes) {
        struct entry *e = oldest(p, true);
        if (e == NULL)
            return NULL;
        forget(p, e);
    }
    struct entry *e = oldest(p, false);
    if (e != NULL && e->file != NULL)
        forget(p, e);
    return e;
}

/* ---- taking -----------------------------------------------------------------------------------
 */

/* Keeps an opened picture for others, unless another thread was quicker; *file stays the caller's.
 */
static enum err keep(struct pictures *p, const char *name, size_t size, struct http_file **file)
{
    enum err err = OK;
    pthread_mutex_lock(&p->lock);
    struct http_file *other = find(p, name, &size);
    struct entry *e = other != NULL || size > p->params.bytes_max ? NULL : make_room(p, size);
    if (other != NULL) {
        http_file_unref(file);
        *file = other;
    } else if (e == NULL) {
        err = ERR_BUSY;
    } else {
        *e = (struct entry){ .file = http_file_ref(*file), .size = size, .used = ++p->count };
        text_copy(e->name, sizeof e->name, name);
        p->bytes += size;
    }
    pthread_mutex_unlock(&p->lock);
    if (err != OK)
        http_file_unref(file);
    return err;
}

static enum err open_one(struct pictures *p, const char *name, struct http_file **file,
                         size_t *size)
{
    struct coffer_file opened;
    enum err err = coffer_open(p->params.coffer, name, &opened);
    if (err != OK)
        return err;
    *size = (size_t)opened.size;
    *file = http_file_create(opened.fd);
    return opened.is_memory ? keep(p, name, *size, file) : OK;
}

static enum err take(struct pictures *p, const char *name, struct http_file **file, size_t *size)
{
    if (strlen(name) >= NAME_ROOM)
        return ERR_NOT_FOUND;
    pthread_mutex_lock(&p->lock);
    *file = find(p, name, size);
    pthread_mutex_unlock(&p->lock);
    return *file != NULL ? OK : open_one(p, name, file, size);
}

enum err pictures_answer(struct pictures *pictures, const char *blob, struct http_answer *answer)
{
    struct http_file *file = NULL;
    size_t size = 0;
    enum err err = take(pictures, blob, &file, &size);
    if (err == ERR_ARGUMENT)
        err = ERR_NOT_FOUND;
    if (err == ERR_NOT_FOUND || err == ERR_BUSY)
        return err;
    if (err != OK) {
        log_error("deliver", "%s is refused: %s", blob, coffer_why(err));
        return ERR_INTERNAL;
    }
    answer->file = file;
    answer->give = true;
    answer->status = 200;
    answer->source = HTTP_FILE;
    answer->length = (uint64_t)size;
    answer->content_type = "image/jpeg";
    answer->etag = "1"; /* the picture under a name never changes */
    return OK;
}
