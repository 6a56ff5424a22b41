#include "service/deliver/shelf.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/residue.h"
#include "base/rounds.h"

#define FRESH_US (5 * UTC_SECOND) /* a caption that was added is seen after this */
/* What is asked for all the time is looked at before that: who finds it old has to wait for the
 * store, and with one connection for all goes the slow way from then on. */
#define LOOK_US (2 * UTC_SECOND)
enum { LOOK_SECONDS = 1 };

/* Places beyond open_max for what is being opened, so that asking for editions that do not exist
 * closes none that does. */
enum { OPENING_MAX = 16 };

/* EMPTY -take-> OPENING -read-> OPEN -evicted-> EMPTY      OPENING -failed-> EMPTY */
enum place_state { PLACE_EMPTY, PLACE_OPENING, PLACE_OPEN };

struct place {
    enum place_state state;
    char edition[ID_TEXT];
    struct opened_limits limits;
    struct opened *opened; /* OPEN */
    uint64_t used;         /* the shelf's count when last taken */
    bool is_asked;         /* somebody wanted it fresh since captions were last compared */
    int64_t looked_us;     /* monotonic: when captions were last compared */
};

struct shelf {
    struct shelf_params params;
    struct rounds *rounds; /* that look at captions again */
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a place is no longer OPENING */
    uint64_t count;
    size_t n;        /* places: few enough to be looked through */
    uint64_t *marks; /* of the edition in each: tell nearly all apart in a few lines of memory */
    struct place places[];
};

/* The first letters of an id are random. */
static uint64_t mark_of(const char *edition)
{
    uint64_t mark;
    _Static_assert(ID_TEXT > sizeof mark, "an id has so many letters");
    memcpy(&mark, edition, sizeof mark);
    return mark;
}

/* With the lock held. */
static struct place *find(struct shelf *shelf, const char *edition,
                          const struct opened_limits *limits)
{
    const uint64_t mark = mark_of(edition);
    for (size_t i = 0; i < shelf->n; i++) {
        struct place *p = &shelf->places[i];
        if (shelf->marks[i] == mark && p->state != PLACE_EMPTY &&
            memcmp(p->edition, edition, ID_TEXT) == 0 && p->limits.lines == limits->lines &&
            strcmp(p->limits.languages, limits->languages) == 0)
            return p;
    }
    return NULL;
}

/* NULL when all are taken. With the lock held. */
static struct place *find_empty(struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->n; i++)
        if (shelf->places[i].state == PLACE_EMPTY)
            return &shelf->places[i];
    return NULL;
}

/* Takes the edition that was not asked for longest off the shelf when there are too many. With the
 * lock held; the caller lets go of what is returned. */
static struct opened *evict(struct shelf *shelf)
{
    struct place *oldest = NULL;
    struct opened *closed = NULL;
    size_t open = 0;
    for (size_t i = 0; i < shelf->n; i++) {
        struct place *p = &shelf->places[i];
        if (p->state != PLACE_OPEN)
            continue;
        open++;
        if (oldest == NULL || p->used < oldest->used)
            oldest = p;
    }
    if (open > shelf->params.open_max) {
        closed = oldest->opened;
        *oldest = (struct place){ 0 };
    }
    return closed;
}

static bool is_fresh(const struct place *p)
{
    return clock_monotonic_us() - p->looked_us < FRESH_US;
}

bool shelf_has(struct shelf *shelf, const char *edition, const struct opened_limits *limits,
               bool fresh)
{
    pthread_mutex_lock(&shelf->lock);
    struct place *p = find(shelf, edition, limits);
    bool has = p != NULL && p->state == PLACE_OPEN && (!fresh || is_fresh(p));
    if (has && fresh)
        p->is_asked = true;
    pthread_mutex_unlock(&shelf->lock);
    return has;
}

static enum err open_now(const struct shelf *shelf, const struct shelf_wish *wish,
                         struct opened **out)
{
    return opened_create(&(struct opened_params){ .store = shelf->params.store,
                                                  .blobs = shelf->params.blobs,
                                                  .coffer = shelf->params.coffer,
                                                  .segment_ms = shelf->params.segment_ms,
                                                  .edition = wish->edition,
                                                  .playable = wish->playable,
                                                  .limits = wish->limits },
                         out);
}

/* Opens an edition into a place of its own. The lock is held before and after, not meanwhile. */
static enum err open_into(struct shelf *shelf, const struct shelf_wish *wish, struct opened **out)
{
    struct opened *closed = NULL;
    struct place *p = find_empty(shelf);
    if (p == NULL)
        return ERR_BUSY;
    p->state = PLACE_OPENING;
    memcpy(p->edition, wish->edition, ID_TEXT);
    shelf->marks[p - shelf->places] = mark_of(wish->edition);
    p->limits = *wish->limits;
    pthread_mutex_unlock(&shelf->lock);
    enum err err = open_now(shelf, wish, out);
    pthread_mutex_lock(&shelf->lock);
    p->state = err == OK ? PLACE_OPEN : PLACE_EMPTY;
    if (err == OK) {
        p->opened = opened_ref(*out);
        p->used = ++shelf->count;
        p->looked_us = clock_monotonic_us();
        closed = evict(shelf);
    }
    pthread_cond_broadcast(&shelf->changed);
    opened_unref(&closed);
    return err;
}

/* Compares the captions with what the store has now and, when they differ, opens the edition anew
 * in the place of *opened. Without the lock. An edition that has been replaced meanwhile stays as
 * it is for those who hold a pass to it. */
static enum err look_again(struct shelf *shelf, struct opened **opened)
{
    struct arena *arena = arena_create();
    const char *captions = NULL;
    struct opened *old = *opened, *new = NULL;
    enum err err = opened_captions(shelf->params.store, arena, old->playable, &captions);
    bool differs = err == OK && strcmp(captions, old->captions) != 0;
    struct shelf_wish same = { old->edition, old->playable, &old->limits };
    if (differs && open_now(shelf, &same, &new) == OK) {
        pthread_mutex_lock(&shelf->lock);
        struct place *p = find(shelf, old->edition, &old->limits);
        if (p != NULL && p->state == PLACE_OPEN) {
            opened_unref(&p->opened);
            p->opened = opened_ref(new);
        }
        pthread_mutex_unlock(&shelf->lock);
        opened_unref(opened);
        *opened = new;
    }
    arena_destroy(&arena);
    return err;
}

enum err shelf_take(struct shelf *shelf, const struct shelf_wish *wish, bool fresh,
                    struct opened **out)
{
    struct place *p;
    bool look = false;
    enum err err = OK;
    *out = NULL;
    pthread_mutex_lock(&shelf->lock);
    while ((p = find(shelf, wish->edition, wish->limits)) != NULL && p->state == PLACE_OPENING)
        pthread_cond_wait(&shelf->changed, &shelf->lock);
    if (p == NULL) {
        err = open_into(shelf, wish, out);
    } else {
        *out = opened_ref(p->opened);
        p->used = ++shelf->count;
        look = fresh && !is_fresh(p);
        if (look)
            p->looked_us = clock_monotonic_us();
    }
    pthread_mutex_unlock(&shelf->lock);
    if (look)
        err = look_again(shelf, out);
    if (err == OK && strcmp((*out)->playable, wish->playable) != 0)
        err = ERR_NOT_FOUND;
    if (err != OK)
        opened_unref(out);
    return err;
}

/* The next that is due; NULL: none. With the lock held. */
static struct opened *find_due(struct shelf *shelf)
{
    int64_t now = clock_monotonic_us();
    for (size_t i = 0; i < shelf->n; i++) {
        struct place *p = &shelf->places[i];
        if (p->state == PLACE_OPEN && p->is_asked && now - p->looked_us >= LOOK_US) {
            p->is_asked = false;
            return opened_ref(p->opened);
        }
    }
    return NULL;
}

/* When the store does not answer, who asks next finds it old and is told why. */
static unsigned look_at_asked(void *context, const atomic_int *is_stopping)
{
    struct shelf *shelf = context;
    while (atomic_load(is_stopping) == 0) {
        pthread_mutex_lock(&shelf->lock);
        struct opened *opened = find_due(shelf);
        pthread_mutex_unlock(&shelf->lock);
        if (opened == NULL)
            break;
        int64_t now = clock_monotonic_us();
        enum err err = look_again(shelf, &opened);
        residue_wipe(); /* captions may have been opened, with a key */
        if (err == OK) {
            pthread_mutex_lock(&shelf->lock);
            struct place *p = find(shelf, opened->edition, &opened->limits);
            if (p != NULL && p->looked_us < now)
                p->looked_us = now;
            pthread_mutex_unlock(&shelf->lock);
        }
        opened_unref(&opened);
        if (err != OK)
            break; /* it stays due, and is asked for: not again and again in this round */
    }
    return LOOK_SECONDS;
}

struct shelf *shelf_create(const struct shelf_params *params)
{
    size_t n = params->open_max + OPENING_MAX;
    struct shelf *shelf = calloc(1, sizeof *shelf + n * sizeof shelf->places[0]);
    if (shelf == NULL)
        return NULL;
    shelf->marks = calloc(n, sizeof *shelf->marks);
    if (shelf->marks == NULL) {
        free(shelf);
        return NULL;
    }
    shelf->n = n;
    shelf->params = *params;
    pthread_mutex_init(&shelf->lock, NULL);
    pthread_cond_init(&shelf->changed, NULL);
    if (rounds_start(look_at_asked, shelf, LOOK_SECONDS, &shelf->rounds) != OK)
        shelf_destroy(&shelf);
    return shelf;
}

void shelf_destroy(struct shelf **shelf)
{
    if (*shelf == NULL)
        return;
    rounds_stop(&(*shelf)->rounds);
    for (size_t i = 0; i < (*shelf)->n; i++)
        opened_unref(&(*shelf)->places[i].opened);
    pthread_cond_destroy(&(*shelf)->changed);
    pthread_mutex_destroy(&(*shelf)->lock);
    free((*shelf)->marks);
    free(*shelf);
    *shelf = NULL;
}
