/* clang-format off */
/* What the packager costs, without a decoder or a demuxer around it.
 *
 *   pack copy SAMPLES OUT       a track file: each fragment built in one buffer, then written
 *   pack cbcs|cenc SAMPLES OUT  the same, encrypted as it is built
 *   pack gather SAMPLES OUT     the same file: heads built, samples written from where they are
 *   pack again SAMPLES          gigabytes a second (10^9, of CPU time) that fragments in memory are
 *                               re-encrypted at: cbcs to another key, cbcs to cenc, cenc to another
 *                               key
 *   pack manifests              milliseconds for the manifests of a six-hour film
 */
/* clang-format on */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "format/cmaf/index.h"
#include "format/cmaf/presentation.h"
#include "format/cmaf/protect.h"
#include "format/dash/mpd.h"
#include "format/hls/playlist.h"
#include "samples.h"

enum { FRAGMENT_MAX = 256 * 1024 * 1024 };
enum { AGAIN_BYTES = 64 * 1024 * 1024, AGAIN_ROUNDS = 16, AGAIN_FRAGMENTS = 256 };

static const struct cmaf_protection cbcs = { .scheme = CMAF_CBCS, .key = { 1 }, .iv = { 2 } };
static const struct cmaf_protection cenc = { .scheme = CMAF_CENC, .key = { 3 }, .iv = { 4 } };
static const struct cmaf_protection other_cbcs = { .scheme = CMAF_CBCS, .key = { 5 }, .iv = { 6 } };
static const struct cmaf_protection other_cenc = { .scheme = CMAF_CENC, .key = { 7 }, .iv = { 8 } };

struct work {
    struct table_head head;
    struct table_row *rows;
    struct cmaf_track track;
    int in, out;
    uint8_t *bytes; /* of one fragment */
    struct cmaf_sample *samples;
    struct cmaf_span *spans;
    size_t n_spans;
    uint64_t at, offset; /* ticks; bytes in the output */
};

static void open_work(struct work *w, const char *samples, const char *out)
{
    FILE *table = open_table(samples, "rb");
    must(fread(&w->head, sizeof w->head, 1, table) == 1, "the table's head");
    w->rows = calloc(w->head.n, sizeof *w->rows);
    w->samples = calloc(w->head.n, sizeof *w->samples);
    w->spans = calloc(w->head.n, sizeof *w->spans);
    w->bytes = malloc(FRAGMENT_MAX);
    must(w->rows != NULL && w->samples != NULL && w->spans != NULL && w->bytes != NULL, "memory");
    must(fread(w->rows, sizeof *w->rows, w->head.n, table) == w->head.n, "the table");
    fclose(table);
    w->in = open(samples, O_RDONLY);
    w->out = open(out, O_RDWR | O_CREAT | O_TRUNC, 0600);
    must(w->in >= 0 && w->out >= 0, "files");
    w->track = (struct cmaf_track){ .kind = CMAF_VIDEO,
                                    .sample_entry = "avc1",
                                    .timescale = w->head.timescale,
                                    .config = w->head.config,
                                    .config_size = w->head.config_size,
                                    .width = (uint16_t)w->head.width,
                                    .height = (uint16_t)w->head.height,
                                    .frame_ticks = w->rows[0].duration };
}

/* Reads one GOP, from its key frame to before the next. */
static size_t read_gop(struct work *w, size_t from)
{
    size_t n = 0, size = 0;
    for (; from + n < w->head.n && (n == 0 || !w->rows[from + n].sync); n++) {
        const struct table_row *row = &w->rows[from + n];
        w->samples[n] = (struct cmaf_sample){ .data = w->bytes + size,
                                              .size = row->size,
                                              .duration = row->duration,
                                              .cts_offset = row->cts_offset,
                                              .sync = row->sync != 0 };
        w->spans[w->n_spans].duration += row->duration;
        size += row->size;
        must(size <= FRAGMENT_MAX, "a large fragment");
    }
    must(read(w->in, w->bytes, size) == (ssize_t)size, "reading");
    return n;
}

static void put_gathered(struct work *w, struct buf *b, size_t n)
{
    struct iovec parts[2] = { { .iov_base = b->data, .iov_len = b->size },
                              { .iov_base = w->bytes } };
    for (size_t i = 0; i < n; i++)
        parts[1].iov_len += w->samples[i].size;
    size_t size = parts[0].iov_len + parts[1].iov_len;
    must(pwritev(w->out, parts, 2, (off_t)w->offset) == (ssize_t)size, "writing");
    w->spans[w->n_spans].size = (uint32_t)size;
}

static void put_fragment(struct work *w, struct buf *b, size_t n, int gather)
{
    uint32_t sequence = (uint32_t)w->n_spans + 1;
    buf_clear(b);
    enum err err = gather ? cmaf_fragment_head(&w->track, sequence, w->at, w->samples, n, b)
                          : cmaf_fragment(&w->track, sequence, w->at, w->samples, n, b);
    must(err == OK, err_text(err));
    if (gather) {
        put_gathered(w, b, n);
    } else {
        must(pwrite(w->out, b->data, b->size, (off_t)w->offset) == (ssize_t)b->size, "writing");
        w->spans[w->n_spans].size = (uint32_t)b->size;
    }
    w->offset += w->spans[w->n_spans].size;
    w->at += w->spans[w->n_spans].duration;
    w->n_spans++;
}

static int pack(const char *samples, const char *out, int gather,
                const struct cmaf_protection *protection)
{
    static struct work w;
    struct buf b, head;
    struct cmaf_index x;
    size_t gops = 0, needed = 0;
    open_work(&w, samples, out);
    w.track.protection = protection;
    for (size_t i = 0; i < w.head.n; i++)
        gops += w.rows[i].sync;
    buf_init(&b, FRAGMENT_MAX);
    buf_init(&head, CMAF_HEAD_MAX);
    must(cmaf_init(&w.track, 1, &head) == OK, "the init segment"); /* for its size */
    w.offset = head.size + cmaf_sidx_size(gops);
    for (size_t from = 0; from < w.head.n;) {
        size_t n = read_gop(&w, from);
        put_fragment(&w, &b, n, gather);
        from += n;
    }
    buf_clear(&head);
    must(cmaf_init(&w.track, w.at, &head) == OK, "the init segment");
    must(cmaf_sidx(&w.track, 0, w.spans, w.n_spans, &head) == OK, "the index");
    must(pwrite(w.out, head.data, head.size, 0) == (ssize_t)head.size, "writing");
    struct arena *arena = arena_create();
    must(cmaf_index_read(arena, head.data, head.size, &x, &needed) == OK, "reading it back");
    must(x.n == gops && x.duration == w.at, "the index");
    arena_destroy(&arena);
    return close(w.out);
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Fragments under `from`, many enough to leave the caches, are taken to `to` over and over. */
static double rate_again(const char *samples, const struct cmaf_protection *from,
                         const struct cmaf_protection *to)
{
    struct work w = { .n_spans = 0 };
    struct buf all, out;
    size_t ends[AGAIN_FRAGMENTS], n = 0;
    open_work(&w, samples, "/dev/null");
    buf_init(&all, 2 * (size_t)AGAIN_BYTES);
    buf_init(&out, FRAGMENT_MAX);
    w.track.protection = from;
    for (size_t at = 0; at < w.head.n && all.size < AGAIN_BYTES && n < AGAIN_FRAGMENTS; n++) {
        size_t count = read_gop(&w, at);
        must(cmaf_fragment(&w.track, (uint32_t)n + 1, w.at, w.samples, count, &all) == OK,
             "writing");
        ends[n] = all.size;
        at += count;
    }
    struct cmaf_track a = w.track, b = w.track;
    b.protection = to;
    double start = now_ms();
    for (size_t round = 0; round < AGAIN_ROUNDS; round++) {
        for (size_t i = 0, from_at = 0; i < n; from_at = ends[i++]) {
            buf_clear(&out);
            must(cmaf_reprotect(&a, &b, (uint32_t)i + 1, all.data + from_at, ends[i] - from_at,
                                &out) == OK,
                 "from one protection to another");
        }
    }
    double ms = now_ms() - start;
    double bytes = (double)all.size * AGAIN_ROUNDS;
    buf_finish(&all);
    buf_finish(&out);
    free(w.bytes);
    close(w.in);
    close(w.out);
    return bytes / ms / 1e6;
}

static int again(const char *samples)
{
    printf("%.3f %.3f %.3f\n", rate_again(samples, &cbcs, &other_cbcs),
           rate_again(samples, &cbcs, &cenc), rate_again(samples, &cenc, &other_cenc));
    return 0;
}

/* Eight pictures and twelve sounds, six hours in segments of two fragments of two seconds. */
static int manifests(void)
{
    enum { VIDEOS = 8, AUDIOS = 12, ALL = VIDEOS + AUDIOS, N = 10800 };
    static struct cmaf_index indexes[ALL];
    static struct presentation_rendition renditions[ALL];
    static char names[ALL][16];
    for (size_t i = 0; i < ALL; i++) {
        int video = i < VIDEOS;
        struct cmaf_index *x = &indexes[i];
        *x = (struct cmaf_index){ .kind = video ? CMAF_VIDEO : CMAF_AUDIO,
                                  .codec = "avc1.640028",
                                  .language = "fr",
                                  .timescale = 24000,
                                  .width = 1920,
                                  .height = 1080,
                                  .frame_num = 24,
                                  .frame_den = 1,
                                  .n = N,
                                  .channels = i % 2 == 0 ? 2 : 6,
                                  .sample_rate = 48000 };
        x->language[0] = (char)('a' + i);
        x->fragments = calloc(N, sizeof *x->fragments);
        must(x->fragments != NULL, "memory");
        for (size_t k = 0; k < N; k++) {
            uint32_t size = 100000 + (uint32_t)(k * 7919 % 50000);
            x->fragments[k] = (struct cmaf_fragment_entry){ .offset = k * 150000,
                                                            .size = size,
                                                            .start = x->duration,
                                                            .duration = 48000,
                                                            .key_size = 9000 };
            x->duration += 48000;
        }
        snprintf(names[i], sizeof names[i], "r%zu", i);
        renditions[i] = (struct presentation_rendition){ .name = names[i], .index = x };
    }
    struct presentation p = {
        .duration_ms = 21600000, .per_segment = 2, .n_renditions = ALL, .renditions = renditions
    };
    struct buf b;
    buf_init(&b, 16 * 1024 * 1024);
    double start = now_ms();
    must(hls_multivariant(&p, &b) == OK, "the multivariant playlist");
    double multivariant = now_ms();
    must(hls_media(&p, &renditions[0], &b) == OK, "a media playlist");
    double media = now_ms();
    must(dash_mpd(&p, &b) == OK, "the MPD");
    double mpd = now_ms();
    printf("%.2f %.2f %.2f\n", multivariant - start, media - multivariant, mpd - media);
    buf_finish(&b);
    return 0;
}

int main(int n, char **arguments)
{
    const char *what = n > 1 ? arguments[1] : "";
    if (n == 4 && strcmp(what, "copy") == 0)
        return pack(arguments[2], arguments[3], 0, NULL);
    if (n == 4 && strcmp(what, "cbcs") == 0)
        return pack(arguments[2], arguments[3], 0, &cbcs);
    if (n == 4 && strcmp(what, "cenc") == 0)
        return pack(arguments[2], arguments[3], 0, &cenc);
    if (n == 3 && strcmp(what, "again") == 0)
        return again(arguments[2]);
    if (n == 4 && strcmp(what, "gather") == 0)
        return pack(arguments[2], arguments[3], 1, NULL);
    if (n == 2 && strcmp(what, "manifests") == 0)
        return manifests();
    fprintf(stderr, "usage: pack copy|gather|cbcs|cenc SAMPLES OUT | again SAMPLES | manifests\n");
    return 2;
}
