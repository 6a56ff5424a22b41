#include "service/deliver/opened.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rules/viewing/showing.h"
#include "service/deliver/manifests.h"

enum {
    HEAD_FIRST = 96 * 1024, /* bytes: init and sidx of a film of three hours */
    KEY_HEAD = 2048,        /* bytes: the moof of a GOP of 100 frames */
    RENDITIONS_MAX = 256,
};

struct opened_own {
    atomic_uint holders;
    struct arena *arena;
};

static char *arena_path(struct arena *arena, const char *edition, const char *name)
{
    return arena_printf(arena, "media/%s/%s.mp4", edition, name);
}

/* Reads n bytes at `at`, or what there is: *got. */
static enum err read_at(int fd, uint8_t *bytes, size_t n, uint64_t at, size_t *got)
{
    for (*got = 0; *got < n;) {
        ssize_t r = pread(fd, bytes + *got, n - *got, (off_t)(at + *got));
        if (r < 0)
            return ERR_IO;
        if (r == 0)
            break;
        *got += (size_t)r;
    }
    return OK;
}

/* Reads the head of a track, more of it when the index says that it is longer. */
static enum err read_index(int fd, struct arena *arena, struct cmaf_index *out)
{
    size_t want = HEAD_FIRST, got, needed = 0;
    for (;;) {
        uint8_t *head = malloc(want);
        if (head == NULL)
            return ERR_MEMORY;
        enum err err = read_at(fd, head, want, 0, &got);
        if (err == OK)
            err = cmaf_index_read(arena, head, got, out, &needed);
        free(head);
        if (err != ERR_TRUNCATED || got < want || want == CMAF_HEAD_MAX)
            return err == ERR_TRUNCATED ? ERR_MALFORMED : err;
        want = needed > want && needed < CMAF_HEAD_MAX ? needed : CMAF_HEAD_MAX;
    }
}

/* Every fragment the index names must be in the file: a range past its end would break answers that
 * were already begun. */
static bool fits_file(const struct cmaf_index *index, uint64_t size)
{
    if (index->n == 0 || index->init_size > size)
        return false;
    const struct cmaf_fragment_entry *last = &index->fragments[index->n - 1];
    return last->offset <= size && last->size <= size - last->offset;
}

/* What I-frame playlists need to know; for the smallest picture only, which is what players show
 * while they seek: each costs a read a fragment. */
static enum err read_key_sizes(int fd, struct cmaf_index *index)
{
    uint8_t *head = malloc(CMAF_FRAGMENT_HEAD);
    enum err err = head == NULL ? ERR_MEMORY : OK;
    for (size_t i = 0; i < index->n && err == OK; i++) {
        struct cmaf_fragment_entry *f = &index->fragments[i];
        size_t n = KEY_HEAD, got;
        err = read_at(fd, head, n < f->size ? n : f->size, f->offset, &got);
        if (err == OK)
            err = cmaf_key_size(head, got, &f->key_size);
        if (err != ERR_TRUNCATED)
            continue;
        n = CMAF_FRAGMENT_HEAD;
        err = read_at(fd, head, n < f->size ? n : f->size, f->offset, &got);
        if (err == OK)
            err = cmaf_key_size(head, got, &f->key_size);
    }
    free(head);
    return err;
}

/* What a protected track has to be decrypted with besides its key. */
static enum err read_init(int fd, struct arena *arena, struct opened_track *t)
{
    size_t got, n = t->index.init_size;
    if (t->index.scheme == CMAF_CLEAR)
        return OK;
    uint8_t *init = arena_alloc(arena, n); /* within CMAF_HEAD_MAX: the index was read from it */
    enum err err = read_at(fd, init, n, 0, &got);
    if (err == OK && got < n)
        err = ERR_TRUNCATED;
    t->init = init;
    return err == OK ? cmaf_track_read(init, n, &t->track) : err;
}

static enum err open_track(const struct opened_params *p, struct opened *o,
                           const struct store_rendition *rendition, bool wants_keys)
{
    struct arena *arena = o->own->arena;
    struct opened_track *t = &o->tracks[o->n_tracks];
    int fd;
    int64_t size;
    enum err err = blob_open(p->blobs, arena_path(arena, o->edition, rendition->name), &fd, &size);
    if (err != OK)
        return err;
    err = read_index(fd, arena, &t->index);
    if (err == OK && !fits_file(&t->index, (uint64_t)size))
        err = ERR_MALFORMED;
    if (err == OK && wants_keys && t->index.kind == CMAF_VIDEO)
        err = read_key_sizes(fd, &t->index);
    if (err == OK)
        err = read_init(fd, arena, t);
    if (err != OK) {
        close(fd);
        return err;
    }
    t->file = http_file_create(fd);
    t->name = arena_strdup(arena, rendition->name);
    t->fd = fd;
    t->size = (uint64_t)size;
    o->n_tracks++;
    return OK;
}

static void close_last(struct opened *o)
{
    http_file_unref(&o->tracks[--o->n_tracks].file);
    o->tracks[o->n_tracks] = (struct opened_track){ 0 };
}

bool opened_picture_fits(uint32_t width, uint32_t height, uint16_t lines)
{
    uint32_t widest = ((uint32_t)lines * 16 + 8) / 9;
    return lines == 0 || (height <= lines && width <= widest);
}

bool opened_sound_allowed(const char *languages, const char *tag)
{
    static const char *const nobodys[] = { "", "und", "zxx", "mul" };
    for (size_t i = 0; i < sizeof nobodys / sizeof nobodys[0]; i++)
        if (strcmp(tag, nobodys[i]) == 0)
            return true;
    return showing_language_allowed(languages, tag, RIGHTS_DUB);
}

static bool within_limits(const struct opened *o, const struct cmaf_index *index)
{
    if (index->kind == CMAF_VIDEO)
        return opened_picture_fits(index->width, index->height, o->limits.lines);
    return opened_sound_allowed(o->limits.languages, index->language);
}

/* Opens those within the limits; edition->renditions keeps these alone, side by side with the
 * tracks. */
static enum err open_tracks(const struct opened_params *p, struct opened *o,
                            struct store_edition *edition)
{
    enum err err = edition->n_renditions == 0 ? ERR_NOT_FOUND : OK;
    if (edition->n_renditions > RENDITIONS_MAX)
        err = ERR_FULL;
    o->tracks = ARENA_ARRAY(o->own->arena, struct opened_track, edition->n_renditions);
    for (size_t i = 0; i < edition->n_renditions && err == OK; i++) {
        err = open_track(p, o, &edition->renditions[i], o->n_tracks == 0);
        if (err != OK)
            break;
        struct opened_track *last = &o->tracks[o->n_tracks - 1];
        if (within_limits(o, &last->index))
            edition->renditions[o->n_tracks - 1] = edition->renditions[i];
        else
            close_last(o);
    }
    edition->n_renditions = o->n_tracks;
    for (size_t i = 0; i < o->n_tracks; i++)
        o->is_protected = o->is_protected || o->tracks[i].index.scheme != CMAF_CLEAR;
    return err == OK && o->n_tracks == 0 ? ERR_NOT_FOUND : err;
}

/* Fragments a segment, so that it is about as long as wished. */
static size_t fragments_per_segment(const struct cmaf_index *index, unsigned segment_ms)
{
    uint64_t fragment_ms = index->fragments[0].duration * UINT64_C(1000) /
                           (index->timescale > 0 ? index->timescale : 1);
    uint64_t n = fragment_ms > 0 ? (segment_ms + fragment_ms / 2) / fragment_ms : 1;
    return n > 0 ? (size_t)n : 1;
}

enum err opened_captions(struct store *store, struct arena *arena, const char *playable,
                         const char **out)
{
    struct store_caption *captions;
    playable_id id;
    size_t n;
    memcpy(id.s, playable, sizeof id.s);
    enum err err = store_captions_list(store, arena, id, &captions, &n);
    if (err != OK)
        return err;
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        text = arena_printf(arena, "%s%s\n%s\n%s\n%s\n%d\n%s\n", text, captions[i].name,
                            captions[i].language, captions[i].label, captions[i].kind,
                            captions[i].is_default, captions[i].blob);
    *out = text;
    return OK;
}

static enum err open_edition(const struct opened_params *p, struct opened *o)
{
    struct store_edition edition;
    struct arena *arena = o->own->arena;
    edition_id id;
    memcpy(id.s, o->edition, sizeof id.s);
    enum err err = store_edition_find(p->store, arena, id, &edition);
    if (err == OK && strcmp(edition.playable.s, o->playable) != 0)
        err = ERR_NOT_FOUND;
    if (err == OK)
        err = open_tracks(p, o, &edition);
    if (err != OK)
        return err;
    o->per_segment = fragments_per_segment(&o->tracks[0].index, p->segment_ms);
    o->tile_sheets = edition.tiles.sheets;
    err = opened_captions(p->store, arena, o->playable, &o->captions);
    return err == OK ? manifests_make(p, &edition, o, arena) : err;
}

enum err opened_create(const struct opened_params *params, struct opened **out)
{
    struct opened *o = calloc(1, sizeof *o);
    struct opened_own *own = calloc(1, sizeof *own);
    if (o == NULL || own == NULL) {
        free(o);
        free(own);
        return ERR_MEMORY;
    }
    atomic_init(&own->holders, 1);
    own->arena = arena_create();
    o->own = own;
    memcpy(o->edition, params->edition, sizeof o->edition);
    memcpy(o->playable, params->playable, sizeof o->playable);
    if (params->limits != NULL)
        o->limits = *params->limits;
    enum err err = open_edition(params, o);
    if (err != OK)
        opened_unref(&o);
    *out = o;
    return err;
}

struct opened *opened_ref(struct opened *opened)
{
    atomic_fetch_add_explicit(&opened->own->holders, 1, memory_order_relaxed);
    return opened;
}

void opened_unref(struct opened **opened)
{
    struct opened *o = *opened;
    *opened = NULL;
    if (o == NULL || atomic_fetch_sub_explicit(&o->own->holders, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < o->n_tracks; i++)
        http_file_unref(&o->tracks[i].file);
    for (size_t i = 0; i < o->n_contents; i++)
        http_content_unref(&o->contents[i].content);
    arena_destroy(&o->own->arena);
    free(o->own);
    free(o);
}

const struct opened_track *opened_find_track(const struct opened *opened, const char *name,
                                             size_t n)
{
    for (size_t i = 0; i < opened->n_tracks; i++)
        if (strncmp(opened->tracks[i].name, name, n) == 0 && opened->tracks[i].name[n] == 0)
            return &opened->tracks[i];
    return NULL;
}

const struct opened_content *opened_find_content(const struct opened *opened, const char *name)
{
    size_t from = 0, to = opened->n_contents;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(name, opened->contents[middle].name);
        if (order == 0)
            return &opened->contents[middle];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}
