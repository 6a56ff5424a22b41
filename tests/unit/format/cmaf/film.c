#include "film.h"

#include <assert.h>
#include <stdlib.h>

static const uint8_t avcc[] = {
    0x01, 0x64, 0x00, 0x1f, 0xff, 0xe1, 0x00, 0x1c, 0x67, 0x64, 0x00, 0x1f, 0xac,
    0xd9, 0x40, 0x50, 0x05, 0xbb, 0x01, 0x6a, 0x02, 0x02, 0x02, 0x80, 0x00, 0x00,
    0x03, 0x00, 0x80, 0x00, 0x00, 0x19, 0x07, 0x8c, 0x18, 0xcb, 0x01, 0x00, 0x06,
    0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0, 0xfd, 0xf8, 0xf8, 0x00,
};
static const uint8_t asc[] = { 0x11, 0x90, 0x56, 0xe5, 0x00 };

static uint8_t bytes[64 * 1024];

struct cmaf_track film_video_track(void)
{
    return (struct cmaf_track){
        .kind = CMAF_VIDEO,
        .sample_entry = "avc1",
        .timescale = 12800,
        .config = avcc,
        .config_size = sizeof avcc,
        .width = 1280,
        .height = 720,
        .primaries = 1,
        .transfer = 1,
        .matrix = 1,
        .frame_ticks = 512,
    };
}

struct cmaf_track film_audio_track(void)
{
    return (struct cmaf_track){
        .kind = CMAF_AUDIO,
        .sample_entry = "mp4a",
        .timescale = 48000,
        .config = asc,
        .config_size = sizeof asc,
        .sample_rate = 48000,
        .channels = 2,
    };
}

static uint32_t random_next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Decode order I P b b P b b: a P is shown two frames after it is decoded, a b one before. Frames
 * that are left over at the end are shown as they are decoded. */
static void shuffle(struct cmaf_sample *samples, size_t n, uint32_t ticks)
{
    for (size_t i = 1; i + 2 < n; i += 3) {
        samples[i].cts_offset = (int32_t)(2 * ticks);
        samples[i + 1].cts_offset = -(int32_t)ticks;
        samples[i + 2].cts_offset = -(int32_t)ticks;
    }
}

void film_gop(const struct cmaf_track *track, struct cmaf_sample *samples, size_t n, uint32_t seed)
{
    bool video = track->kind == CMAF_VIDEO;
    for (size_t i = 0; i < sizeof bytes && bytes[1] == 0; i++)
        bytes[i] = (uint8_t)(i * 37 + 1);
    for (size_t i = 0; i < n; i++) {
        uint32_t size = video ? 200 + random_next(&seed) % 800 : 300 + random_next(&seed) % 80;
        samples[i] = (struct cmaf_sample){
            .data = bytes + random_next(&seed) % 1024,
            .size = video && i == 0 ? size * 8 : size,
            .duration = video ? track->frame_ticks : 1024,
            .sync = !video || i == 0,
        };
    }
    if (video)
        shuffle(samples, n, track->frame_ticks);
}

static uint32_t gop_duration(const struct cmaf_sample *samples, size_t n)
{
    uint32_t ticks = 0;
    for (size_t i = 0; i < n; i++)
        ticks += samples[i].duration;
    return ticks;
}

static void must(enum err err)
{
    if (err != OK)
        abort();
}

void film_make(struct film *film, const struct cmaf_track *track, size_t n, size_t per_fragment,
               uint64_t start)
{
    struct cmaf_sample samples[FILM_SAMPLES_MAX];
    struct buf fragments;
    uint64_t at = start;
    assert(n <= FILM_FRAGMENTS_MAX && per_fragment <= FILM_SAMPLES_MAX);
    buf_init(&fragments, FILM_BYTES_MAX);
    buf_init(&film->file, FILM_BYTES_MAX);
    film->n = n;
    for (size_t i = 0; i < n; i++) {
        size_t count = i + 1 == n ? per_fragment / 2 + 1 : per_fragment, before = fragments.size;
        film_gop(track, samples, count, (uint32_t)i + 1);
        must(cmaf_fragment(track, (uint32_t)i + 1, at, samples, count, &fragments));
        film->spans[i].size = (uint32_t)(fragments.size - before);
        film->spans[i].duration = gop_duration(samples, count);
        at += film->spans[i].duration;
    }
    must(cmaf_init(track, at - start, &film->file));
    film->init_size = film->file.size;
    must(cmaf_sidx(track, start, film->spans, n, &film->file));
    film->head = film->file.size;
    buf_put(&film->file, fragments.data, fragments.size);
    must(film->file.err);
    buf_finish(&fragments);
}

void film_finish(struct film *film)
{
    buf_finish(&film->file);
}
