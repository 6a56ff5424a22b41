#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "format/cmaf/index.h"
#include "format/dash/mpd.h"
#include "format/hls/playlist.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { MANIFEST_MAX = 4 * 1024 * 1024, SEGMENTS_SHOWN = 64 };

static void check_facts(const struct cmaf_index *x, size_t n)
{
    assert(x->timescale != 0 && x->n > 0 && x->n <= CMAF_FRAGMENTS_MAX && x->duration != 0);
    assert(x->init_size > 0 && x->init_size <= n);
    assert(strlen(x->codec) >= 9 && strlen(x->codec) < sizeof x->codec);
    assert(text_is_language(x->language, strlen(x->language)));
    if (x->kind == CMAF_VIDEO)
        assert(x->width != 0 && x->height != 0 && (x->frame_num == 0) == (x->frame_den == 0));
    else
        assert(x->channels != 0 && x->sample_rate != 0);
}

/* Segments tile the fragments, whatever their number in a segment. */
static void check_segments(const struct cmaf_index *x, size_t per_segment)
{
    uint64_t offset = x->fragments[0].offset, start = x->fragments[0].start;
    size_t count = cmaf_segment_count(x, per_segment);
    struct cmaf_segment s;
    for (uint64_t i = 1; i <= count; i++) {
        enum err err = cmaf_segment_at(x, per_segment, i, &s);
        assert(err == OK && s.offset == offset && s.start == start);
        assert(s.size > 0 && s.duration > 0);
        offset += s.size;
        start += s.duration;
    }
    assert(start - x->fragments[0].start == x->duration);
    assert(cmaf_segment_at(x, per_segment, count + 1, &s) == ERR_NOT_FOUND);
    assert(cmaf_bitrate_peak(x, per_segment) >= cmaf_bitrate_average(x));
}

/* Its manifests can be written, and hold the label without being broken by it. */
static void check_manifests(struct cmaf_index *x, const uint8_t *bytes, size_t n)
{
    char label[32] = { 0 };
    struct presentation_rendition r = { .name = "r", .index = x, .label = label };
    struct presentation p = {
        .duration_ms = 1, .per_segment = 2, .n_renditions = 1, .renditions = &r
    };
    struct buf b;
    memcpy(label, bytes, n < sizeof label ? n : sizeof label - 1);
    x->n = x->n > SEGMENTS_SHOWN ? SEGMENTS_SHOWN : x->n;
    buf_init(&b, MANIFEST_MAX);
    enum err err = hls_multivariant(&p, &b);
    assert(err == OK);
    err = hls_media(&p, &r, &b);
    assert(err == OK);
    err = dash_mpd(&p, &b);
    assert(err == OK);
    assert(text_is_utf8((const char *)b.data, b.size));
    buf_finish(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena *arena = arena_create();
    struct cmaf_index x;
    size_t needed = 0;
    uint32_t key = 0;
    enum err err = cmaf_index_read(arena, bytes, n, &x, &needed);
    assert((err == ERR_TRUNCATED) == (needed != 0));
    if (err == ERR_TRUNCATED)
        assert(needed > n && needed <= CMAF_HEAD_MAX + 16);
    if (err == OK) {
        check_facts(&x, n);
        check_segments(&x, 1 + n % 5);
        check_manifests(&x, bytes, n);
    }
    if (cmaf_key_size(bytes, n, &key) == OK)
        assert(key > 8);
    arena_destroy(&arena);
    return 0;
}
