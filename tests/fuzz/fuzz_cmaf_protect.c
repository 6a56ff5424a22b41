/* A track file of anybody's: its init segment and its fragments taken to another protection, and
 * back to where they were. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "format/cmaf/index.h"
#include "format/cmaf/key_frame.h"
#include "format/cmaf/protect.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { OUT_MAX = 16 * 1024 * 1024, FRAGMENTS_TRIED = 4 };

static const struct cmaf_protection protections[] = {
    { .scheme = CMAF_CLEAR },
    { .scheme = CMAF_CBCS, .kid = { 1 }, .key = { 2 }, .iv = { 3 } },
    { .scheme = CMAF_CENC, .kid = { 4 }, .key = { 5 }, .iv = { 6 } },
};

/* What comes out is a fragment of ours: it goes on to any protection, and from there to the same
 * bytes again. */
static void check_again(const struct cmaf_track *track, const struct buf *made)
{
    for (size_t i = 0; i < 3; i++) {
        struct cmaf_track other = *track;
        struct buf there, back;
        other.protection = &protections[i];
        buf_init(&there, OUT_MAX);
        buf_init(&back, OUT_MAX);
        enum err err = cmaf_reprotect(track, &other, 9, made->data, made->size, &there);
        /* in clear it may have been taken as it was, and cannot be split; under cenc fewer slices
         * can be told */
        assert(err == OK || err == ERR_FULL || track->protection->scheme == CMAF_CLEAR);
        if (err == OK) {
            err = cmaf_reprotect(&other, track, 9, there.data, there.size, &back);
            assert(err == OK && back.size == made->size);
            assert(memcmp(back.data, made->data, made->size) == 0);
        }
        buf_finish(&there);
        buf_finish(&back);
    }
}

static void try_fragment(struct cmaf_track track, enum cmaf_scheme scheme, const uint8_t *bytes,
                         size_t n)
{
    struct cmaf_protection from = protections[scheme];
    struct buf out;
    track.protection = &from;
    for (size_t i = 0; i < 3; i++) {
        struct cmaf_track to = track;
        to.protection = &protections[i];
        buf_init(&out, OUT_MAX);
        enum err err = cmaf_reprotect(&track, &to, 9, bytes, n, &out);
        assert(out.err == OK && (err == OK) == (out.size > 0));
        if (err == OK)
            check_again(&to, &out);
        buf_finish(&out);
    }
}

/* A key frame by itself is a fragment like others, and its own key frame. */
static void try_key_frame(const uint8_t *bytes, size_t n)
{
    struct buf key, again;
    uint32_t size;
    buf_init(&key, OUT_MAX);
    buf_init(&again, OUT_MAX);
    if (cmaf_key_fragment(bytes, n, &key) == OK) {
        enum err err = cmaf_key_size(key.data, key.size, &size);
        assert(err == OK && size == key.size);
        err = cmaf_key_fragment(key.data, key.size, &again);
        assert(err == OK && again.size == key.size);
        assert(memcmp(again.data, key.data, key.size) == 0);
    } else {
        assert(key.size == 0);
    }
    buf_finish(&key);
    buf_finish(&again);
}

static void try_init(const uint8_t *bytes, size_t n, struct cmaf_track *track)
{
    for (size_t i = 0; i < 3; i++) {
        struct cmaf_track read;
        struct buf out, again;
        buf_init(&out, OUT_MAX);
        buf_init(&again, OUT_MAX);
        enum err err = cmaf_reprotect_init(bytes, n, &protections[i], &out);
        assert(err == OK && cmaf_track_read(out.data, out.size, &read) == OK);
        assert(read.kind == track->kind && read.config_size == track->config_size);
        err = cmaf_reprotect_init(out.data, out.size, &protections[i], &again);
        assert(err == OK && again.size == out.size);
        assert(memcmp(again.data, out.data, out.size) == 0);
        buf_finish(&out);
        buf_finish(&again);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *arena = arena_create();
    struct cmaf_index x;
    struct cmaf_track track;
    size_t needed = 0;
    if (cmaf_index_read(arena, bytes, n, &x, &needed) == OK) {
        enum err err = cmaf_track_read(bytes, x.init_size, &track);
        assert(err == OK);
        try_init(bytes, x.init_size, &track);
        for (size_t i = 0; i < x.n && i < FRAGMENTS_TRIED; i++) {
            const struct cmaf_fragment_entry *f = &x.fragments[i];
            if (f->offset >= n)
                continue;
            size_t left = f->size < n - f->offset ? f->size : n - (size_t)f->offset;
            try_fragment(track, x.scheme, bytes + f->offset, left);
            try_key_frame(bytes + f->offset, left);
        }
    }
    arena_destroy(&arena);
    return 0;
}
