#include "box/art/art.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"

enum {
    SLOTS = 256,
    FETCHES_MAX = 4,    /* at a time: screens' own requests keep lanes free */
    STALE_FRAMES = 240, /* wanted, and not asked about for so long: not wanted any more */
    RETRY_SECONDS = 60,
};

enum art_state { ART_WANTED, ART_FETCHING, ART_DECODING, ART_READY, ART_BROKEN };

struct entry {
    struct entry *next; /* in its slot */
    struct entry *work; /* in the decoder's queues */
    char *path;
    struct picture_wish wish;
    enum art_state state;
    cairo_surface_t *surface;
    size_t bytes;
    uint64_t used; /* frame */
    uint64_t tag;
    int64_t broken_us;
    uint8_t *data; /* what is to be decoded */
    size_t size;
    enum err err;
};

struct art {
    struct art_params params;
    struct entry *slots[SLOTS];
    size_t bytes;
    uint64_t frame, tags;
    unsigned n_fetching;
    bool is_wanted, was_short;
    pthread_t thread;
    pthread_mutex_t lock; /* below */
    pthread_cond_t there_is_work;
    struct entry *to_do, *done;
    bool is_stopping;
    unsigned n_decoding; /* the main thread's */
};

static void *run(void *context)
{
    struct art *a = context;
    setpriority(PRIO_PROCESS, (id_t)gettid(), 5); /* keys and frames come first */
    pthread_mutex_lock(&a->lock);
    while (!a->is_stopping) {
        struct entry *e = a->to_do;
        if (e == NULL) {
            pthread_cond_wait(&a->there_is_work, &a->lock);
            continue;
        }
        a->to_do = e->work;
        pthread_mutex_unlock(&a->lock);
        e->err = picture_read(e->data, e->size, &e->wish, &e->surface);
        free(e->data);
        e->data = NULL;
        pthread_mutex_lock(&a->lock);
        e->work = a->done;
        a->done = e;
        a->params.wake();
    }
    pthread_mutex_unlock(&a->lock);
    return NULL;
}

enum err art_create(const struct art_params *params, struct art **out)
{
    struct art *a = calloc(1, sizeof *a);
    if (a == NULL)
        return ERR_MEMORY;
    a->params = *params;
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->there_is_work, NULL);
    if (pthread_create(&a->thread, NULL, run, a) != 0) {
        pthread_cond_destroy(&a->there_is_work);
        pthread_mutex_destroy(&a->lock);
        free(a);
        return ERR_MEMORY;
    }
    *out = a;
    return OK;
}

static void entry_free(struct entry *e)
{
    if (e->surface != NULL)
        cairo_surface_destroy(e->surface);
    free(e->data);
    free(e->path);
    free(e);
}

void art_destroy(struct art **art)
{
    struct art *a = *art;
    *art = NULL;
    if (a == NULL)
        return;
    pthread_mutex_lock(&a->lock);
    a->is_stopping = true;
    pthread_cond_signal(&a->there_is_work);
    pthread_mutex_unlock(&a->lock);
    pthread_join(a->thread, NULL);
    for (unsigned i = 0; i < SLOTS; i++) {
        while (a->slots[i] != NULL) {
            struct entry *e = a->slots[i];
            a->slots[i] = e->next;
            entry_free(e);
        }
    }
    pthread_cond_destroy(&a->there_is_work);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

static unsigned slot_of(const char *path, const struct picture_wish *wish)
{
    unsigned h = (unsigned)wish->width * 31 + (unsigned)wish->height;
    for (; *path != '\0'; path++)
        h = h * 33 + (unsigned char)*path;
    return h % SLOTS;
}

static bool is_same(const struct entry *e, const char *path, const struct picture_wish *w)
{
    return e->wish.width == w->width && e->wish.height == w->height && e->wish.fit == w->fit &&
           strcmp(e->path, path) == 0;
}

cairo_surface_t *art_get(struct art *a, const char *path, const struct picture_wish *wish)
{
    if (path == NULL)
        return NULL;
    struct entry **slot = &a->slots[slot_of(path, wish)], *e = *slot;
    while (e != NULL && !is_same(e, path, wish))
        e = e->next;
    if (e == NULL) {
        e = calloc(1, sizeof *e);
        char *kept = strdup(path);
        if (e == NULL || kept == NULL)
            abort();
        *e = (struct entry){ .next = *slot, .path = kept, .wish = *wish, .tag = ++a->tags };
        *slot = e;
    }
    if (e->state == ART_BROKEN && clock_monotonic_us() - e->broken_us > RETRY_SECONDS * UTC_SECOND)
        e->state = ART_WANTED;
    e->used = a->frame;
    a->is_wanted = a->is_wanted || e->state == ART_WANTED;
    return e->state == ART_READY ? e->surface : NULL;
}

static struct entry *find_tag(struct art *a, uint64_t tag)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        for (struct entry *e = a->slots[i]; e != NULL; e = e->next) {
            if (e->tag == tag)
                return e;
        }
    }
    return NULL;
}

static void broke(struct art *a, struct entry *e, enum err err)
{
    e->state = ART_BROKEN;
    e->broken_us = clock_monotonic_us();
    a->was_short = a->was_short || err == ERR_MEMORY;
}

void art_answer(struct art *a, struct answer *answer)
{
    struct entry *e = find_tag(a, answer->tag);
    a->n_fetching -= a->n_fetching > 0;
    if (e == NULL || e->state != ART_FETCHING)
        return;
    if (answer->bytes == NULL) {
        broke(a, e, OK);
        return;
    }
    e->data = answer->bytes;
    e->size = answer->size;
    answer->bytes = NULL;
    e->state = ART_DECODING;
    a->n_decoding += 1;
    pthread_mutex_lock(&a->lock);
    e->work = a->to_do;
    a->to_do = e;
    pthread_cond_signal(&a->there_is_work);
    pthread_mutex_unlock(&a->lock);
}

static bool take_decoded(struct art *a)
{
    pthread_mutex_lock(&a->lock);
    struct entry *e = a->done;
    a->done = NULL;
    pthread_mutex_unlock(&a->lock);
    bool any = e != NULL;
    for (struct entry *next; e != NULL; e = next) {
        next = e->work;
        e->work = NULL;
        a->n_decoding -= 1;
        if (e->err != OK) {
            broke(a, e, e->err);
            continue;
        }
        e->state = ART_READY;
        e->bytes = (size_t)cairo_image_surface_get_stride(e->surface) *
                   (size_t)cairo_image_surface_get_height(e->surface);
        a->bytes += e->bytes;
    }
    return any;
}

/* The one that was asked about last: what is on the screen now comes first. */
static struct entry *most_wanted(struct art *a)
{
    struct entry *best = NULL;
    for (unsigned i = 0; i < SLOTS; i++) {
        for (struct entry *e = a->slots[i]; e != NULL; e = e->next) {
            if (e->state == ART_WANTED && (best == NULL || e->used > best->used ||
                                           (e->used == best->used && e->tag < best->tag)))
                best = e;
        }
    }
    return best;
}

static void fetch_wanted(struct art *a)
{
    while (a->is_wanted && a->n_fetching < FETCHES_MAX) {
        struct entry *e = most_wanted(a);
        a->is_wanted = e != NULL;
        if (e == NULL)
            return;
        if (e->used + STALE_FRAMES < a->frame) {
            a->is_wanted = false; /* all that is left was scrolled away from */
            return;
        }
        e->state = ART_FETCHING;
        a->n_fetching += 1;
        client_ask(a->params.client, &(struct ask){ .owner = a->params.owner,
                                                    .path = e->path,
                                                    .wants_bytes = true,
                                                    .tag = e->tag });
    }
}

static void drop_where(struct art *a, uint64_t used_before, bool ready_only)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        for (struct entry **at = &a->slots[i]; *at != NULL;) {
            struct entry *e = *at;
            bool is_busy = e->state == ART_FETCHING || e->state == ART_DECODING;
            if (is_busy || e->used >= used_before || (ready_only && e->state != ART_READY)) {
                at = &e->next;
                continue;
            }
            *at = e->next;
            a->bytes -= e->bytes;
            entry_free(e);
        }
    }
}

static void keep_to_limit(struct art *a)
{
    while (a->bytes > a->params.bytes_max) {
        uint64_t oldest = UINT64_MAX;
        for (unsigned i = 0; i < SLOTS; i++) {
            for (const struct entry *e = a->slots[i]; e != NULL; e = e->next) {
                if (e->state == ART_READY && e->used < oldest)
                    oldest = e->used;
            }
        }
        if (oldest + 1 >= a->frame)
            return; /* all of it is on the screen */
        drop_where(a, oldest + 1, true);
    }
}

bool art_poll(struct art *a)
{
    bool any = take_decoded(a);
    keep_to_limit(a);
    fetch_wanted(a);
    a->frame += 1;
    if (a->frame % 1024 == 0)
        drop_where(a, a->frame > 4096 ? a->frame - 4096 : 0,
                   false); /* names of what nobody wants */
    return any;
}

void art_shrink(struct art *a)
{
    drop_where(a, a->frame > 1 ? a->frame - 1 : 0, false);
}

void art_retry(struct art *a)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        for (struct entry *e = a->slots[i]; e != NULL; e = e->next) {
            if (e->state == ART_BROKEN) {
                e->state = ART_WANTED;
                a->is_wanted = true;
            }
        }
    }
}

bool art_is_busy(const struct art *a)
{
    return a->n_fetching > 0 || a->n_decoding > 0 || a->is_wanted;
}

bool art_was_short(struct art *a)
{
    bool was = a->was_short;
    a->was_short = false;
    return was;
}
