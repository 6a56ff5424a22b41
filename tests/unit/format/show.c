#include "show.h"

#include <string.h>

/* 4.004 s a fragment at 23.976, the last one shorter; size bytes a fragment, a tenth of it key. */
static void fill(struct cmaf_fragment_entry *e, struct cmaf_index *x, uint32_t ticks, uint32_t last,
                 uint32_t size)
{
    uint64_t offset = 900;
    for (size_t i = 0; i < SHOW_FRAGMENTS; i++) {
        bool end = i + 1 == SHOW_FRAGMENTS;
        e[i] = (struct cmaf_fragment_entry){
            .offset = offset,
            .size = i == 2 ? size + size / 10 : size,
            .start = x->duration,
            .duration = end ? last : ticks,
            .key_size = x->kind == CMAF_VIDEO ? size / 10 : 0,
        };
        offset += e[i].size;
        x->duration += e[i].duration;
    }
    x->fragments = e;
    x->n = SHOW_FRAGMENTS;
}

static void make_video(struct show *s, size_t i, uint16_t width, uint16_t height, uint32_t size)
{
    struct cmaf_index *x = &s->indexes[i];
    *x = (struct cmaf_index){ .kind = CMAF_VIDEO,
                              .language = "und",
                              .timescale = 24000,
                              .width = width,
                              .height = height,
                              .par_num = 1,
                              .par_den = 1,
                              .primaries = 1,
                              .transfer = 1,
                              .matrix = 1,
                              .frame_num = 24000,
                              .frame_den = 1001,
                              .init_size = 800 };
    memcpy(x->codec, height > 720 ? "avc1.640028" : "avc1.64001f", 12);
    fill(s->entries[i], x, 48048, 24024, size);
}

static void make_audio(struct show *s, size_t i, const char *language, uint16_t channels)
{
    struct cmaf_index *x = &s->indexes[i];
    *x = (struct cmaf_index){ .kind = CMAF_AUDIO,
                              .timescale = 48000,
                              .sample_rate = 48000,
                              .channels = channels,
                              .init_size = 700 };
    memcpy(x->codec, "mp4a.40.2", 10);
    memcpy(x->language, language, 3);
    fill(s->entries[i], x, 96256, 47860, 16000u * channels);
}

void show_make(struct show *s)
{
    memset(s, 0, sizeof *s);
    make_video(s, 0, 640, 360, 150000);
    make_video(s, 1, 1280, 720, 500000);
    make_video(s, 2, 1920, 1080, 1250000);
    make_audio(s, 3, "fr", 2);
    make_audio(s, 4, "fr", 6);
    make_audio(s, 5, "en", 2);
    make_audio(s, 6, "fr", 2);
    static const struct presentation_rendition names[SHOW_RENDITIONS] = {
        { .name = "v360" },
        { .name = "v720" },
        { .name = "v1080" },
        { .name = "a-fr-2", .label = "Français", .is_default = true },
        { .name = "a-fr-6", .label = "Français 5.1", .is_default = true },
        { .name = "a-en-2", .label = "English" },
        { .name = "a-fr-ad", .label = "Français (audiodescription)", .is_description = true },
    };
    memcpy(s->renditions, names, sizeof names);
    for (size_t i = 0; i < SHOW_RENDITIONS; i++)
        s->renditions[i].index = &s->indexes[i];
    static const struct presentation_caption captions[SHOW_CAPTIONS] = {
        { "c-fr", "fr", "Français", PRESENTATION_SUBTITLES, false },
        { "c-fr-sdh", "fr", "Français (sourds et malentendants)", PRESENTATION_SDH, false },
        { "c-en-forced", "en", "English <forced> & \"quoted\"\n", PRESENTATION_FORCED, true },
    };
    memcpy(s->captions, captions, sizeof captions);
    s->presentation = (struct presentation){
        .duration_ms = 9009,
        .per_segment = 2,
        .n_renditions = SHOW_RENDITIONS,
        .renditions = s->renditions,
        .n_captions = SHOW_CAPTIONS,
        .captions = s->captions,
        .tiles = { .name = "tiles",
                   .width = 320,
                   .height = 180,
                   .columns = 5,
                   .rows = 1,
                   .timescale = 24000,
                   .interval_ticks = 48048,
                   .sheet_ticks = 120120,
                   .sheets = 2,
                   .bitrate = 9000 },
    };
}

void show_protect(struct show *show, const struct presentation_protection *protection)
{
    show->presentation.protection = protection;
    for (size_t i = 0; i < SHOW_RENDITIONS; i++) {
        struct cmaf_index *x = &show->indexes[i];
        x->scheme = CMAF_CBCS;
        memset(x->kid,
               x->kind == CMAF_AUDIO ? 0xaa
               : x->height <= 576    ? 0x11
                                     : 0x22,
               sizeof x->kid);
    }
}
