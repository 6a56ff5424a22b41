#include "service/deliver/sealed.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "driver/store/keys.h"
#include "format/cmaf/aes128.h"
#include "format/cmaf/protect.h"
#include "service/deliver/manifests.h"

enum {
    ENTRIES = 1024, /* few enough to be looked through beside an encryption */
    NAME_ROOM = 64,
    /* Bytes of one segment: ten seconds of 40 Mb/s. One longer than that is not ours. */
    SEGMENT_MAX = 64 * 1024 * 1024,
    BYTES_MAX = 128 * 1024 * 1024,
};

struct entry {
    struct http_content *content; /* NULL: free */
    size_t size;
    uint64_t used; /* the count when last taken */
    char edition[ID_TEXT], track[NAME_ROOM];
    uint64_t number;
};

struct sealed {
    struct sealed_params params;
    pthread_mutex_t lock;
    uint64_t count;
    size_t bytes; /* of all entries */
    struct entry entries[ENTRIES];
};

/* What is asked for. */
struct wish {
    const struct opened *opened;
    const struct opened_track *track;
    uint64_t number;
};

struct sealed *sealed_create(const struct sealed_params *params)
{
    struct sealed *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->params = *params;
    if (s->params.bytes_max == 0)
        s->params.bytes_max = BYTES_MAX;
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

void sealed_destroy(struct sealed **sealed)
{
    struct sealed *s = *sealed;
    if (s == NULL)
        return;
    for (size_t i = 0; i < ENTRIES; i++)
        http_content_unref(&s->entries[i].content);
    pthread_mutex_destroy(&s->lock);
    free(s);
    *sealed = NULL;
}

/* ---- what is kept -----------------------------------------------------------------------------
 */

/* With the lock held. */
static struct http_content *find(struct sealed *s, const struct wish *w)
{
    for (size_t i = 0; i < ENTRIES; i++) {
        struct entry *e = &s->entries[i];
        if (e->content == NULL || e->number != w->number || strcmp(e->track, w->track->name) != 0 ||
            memcmp(e->edition, w->opened->edition, sizeof e->edition) != 0)
            continue;
        e->used = ++s->count;
        return http_content_ref(e->content);
    }
    return NULL;
}

/* The one to make room: free, or not taken longest of those nobody is being sent. NULL: none. With
 * the lock held. */
static struct entry *oldest(struct sealed *s, bool must_be_full)
{
    struct entry *found = NULL;
    for (size_t i = 0; i < ENTRIES; i++) {
        struct entry *e = &s->entries[i];
        if (e->content == NULL && !must_be_full)
            return e;
        if (e->content != NULL && !http_content_is_lent(e->content) &&
            (found == NULL || e->used < found->used))
            found = e;
    }
    return found;
}

static void forget(struct sealed *s, struct entry *e)
{
    s->bytes -= e->size;
    http_content_unref(&e->content);
    *e = (struct entry){ 0 };
}

/* Takes room for size bytes. NULL: there is none to be had. With the lock held. */
static struct entry *make_room(struct sealed *s, size_t size)
{
    while (size > s->params.bytes_max - s->bytes) {
        struct entry *e = oldest(s, true);
        if (e == NULL)
            return NULL;
        forget(s, e);
    }
    struct entry *e = oldest(s, false);
    if (e != NULL && e->content != NULL)
        forget(s, e);
    return e;
}

static enum err keep(struct sealed *s, const struct wish *w, size_t size,
                     struct http_content **content)
{
    enum err err = OK;
    pthread_mutex_lock(&s->lock);
    struct http_content *other = find(s, w);
    struct entry *e = other != NULL || size > s->params.bytes_max ? NULL : make_room(s, size);
    if (other != NULL) {
        http_content_unref(content);
        *content = other;
    } else if (e == NULL) {
        err = ERR_BUSY;
    } else {
        *e = (struct entry){ .content = http_content_ref(*content),
                             .size = size,
                             .used = ++s->count,
                             .number = w->number };
        memcpy(e->edition, w->opened->edition, sizeof e->edition);
        text_copy(e->track, sizeof e->track, w->track->name);
        s->bytes += size;
    }
    pthread_mutex_unlock(&s->lock);
    if (err != OK)
        http_content_unref(content);
    return err;
}

/* ---- making -----------------------------------------------------------------------------------
 */

static enum err read_whole(int fd, uint64_t at, uint8_t *bytes, size_t n)
{
    for (size_t got = 0; got < n;) {
        ssize_t r = pread(fd, bytes + got, n - got, (off_t)(at + got));
        if (r <= 0)
            return r < 0 ? ERR_IO : ERR_TRUNCATED;
        got += (size_t)r;
    }
    return OK;
}

/* The caller wipes *out. */
static enum err find_key(const struct sealed *s, const struct cmaf_index *index,
                         struct cmaf_protection *out)
{
    struct store_content_key found;
    enum err err = store_content_key_get(s->params.store, index->kid, &found);
    if (err == OK)
        err = vault_unwrap(s->params.vault, found.wrapped, index->kid, out->key);
    if (err != OK)
        return err == ERR_NOT_FOUND ? ERR_INTERNAL : err;
    out->scheme = index->scheme;
    memcpy(out->kid, index->kid, sizeof out->kid);
    memcpy(out->iv, index->scheme == CMAF_CBCS ? index->iv : found.iv, sizeof out->iv);
    return OK;
}

/* Appends the segment in clear. fragment: room for the longest of its fragments. */
static enum err read_clear(const struct wish *w, const struct cmaf_protection *protection,
                           uint8_t *fragment, struct buf *out)
{
    const struct cmaf_index *x = &w->track->index;
    size_t each = w->opened->per_segment > 0 ? w->opened->per_segment : 1;
    const struct cmaf_track to = w->track->track;
    struct cmaf_track from = to;
    enum err err = OK;
    from.protection = protection;
    for (size_t i = (w->number - 1) * each; err == OK && i < x->n && i < w->number * each; i++) {
        const struct cmaf_fragment_entry *f = &x->fragments[i];
        err = read_whole(w->track->fd, f->offset, fragment, f->size);
        if (err == OK)
            err = cmaf_reprotect(&from, &to, (uint32_t)i + 1, fragment, f->size, out);
    }
    return err;
}

static uint32_t longest_fragment(const struct wish *w, const struct cmaf_segment *segment)
{
    const struct cmaf_index *x = &w->track->index;
    uint32_t longest = 0;
    for (size_t i = 0; i < x->n; i++)
        if (x->fragments[i].offset >= segment->offset &&
            x->fragments[i].offset < segment->offset + segment->size &&
            x->fragments[i].size > longest)
            longest = x->fragments[i].size;
    return longest;
}

static enum err make_segment(const struct sealed *s, const struct wish *w,
                             const struct cmaf_segment *segment, struct buf *out)
{
    struct cmaf_protection protection = { 0 };
    uint8_t key[CMAF_AES128_KEY];
    uint8_t *fragment = malloc(longest_fragment(w, segment));
    enum err err = fragment == NULL ? ERR_MEMORY : find_key(s, &w->track->index, &protection);
    if (err == OK)
        err = read_clear(w, &protection, fragment, out);
    if (err == OK)
        err = cmaf_aes128_key(protection.key, protection.kid, key);
    if (err == OK)
        err = cmaf_aes128_seal(key, w->number, out);
    explicit_bzero(&protection, sizeof protection);
    explicit_bzero(key, sizeof key);
    free(fragment);
    return err;
}

static enum err make(const struct sealed *s, const struct wish *w, struct http_content **out,
                     size_t *size)
{
    struct cmaf_segment segment;
    struct buf b;
    enum err err = cmaf_segment_at(&w->track->index, w->opened->per_segment, w->number, &segment);
    if (err == OK && (segment.size > SEGMENT_MAX || strlen(w->track->name) >= NAME_ROOM))
        err = ERR_FULL;
    if (err != OK)
        return err;
    buf_init(&b, SEGMENT_MAX + CMAF_AES128_PADDING);
    err = make_segment(s, w, &segment, &b);
    *size = b.size;
    if (err == OK) {
        bool is_video = w->track->index.kind == CMAF_VIDEO;
        *out = http_content_create(
            b.data, b.size,
            &(struct http_content_params){ .content_type = is_video ? "video/mp4" : "audio/mp4",
                                           .cache_control = s->params.cache_control,
                                           .etag = "1",
                                           .headers = media_headers });
        err = *out == NULL ? ERR_MEMORY : OK;
    }
    buf_finish(&b);
    return err;
}

enum err sealed_take(struct sealed *sealed, const struct opened *opened,
                     const struct opened_track *track, uint64_t number, struct http_content **out)
{
    struct wish w = { opened, track, number };
    size_t size = 0;
    if (track->index.scheme == CMAF_CLEAR || number == 0)
        return ERR_NOT_FOUND;
    pthread_mutex_lock(&sealed->lock);
    *out = find(sealed, &w);
    pthread_mutex_unlock(&sealed->lock);
    if (*out != NULL)
        return OK;
    enum err err = make(sealed, &w, out, &size);
    return err == OK ? keep(sealed, &w, size, out) : err;
}
