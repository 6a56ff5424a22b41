#include "service/ingest/plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "rules/catalog/language.h"

enum {
    TILE_WIDTH = 320,
    STEREO_BITRATE = 128000,   /* transparent for most with the encoder we use */
    SURROUND_BITRATE = 64000,  /* a channel */
    SURROUND_CHANNELS_MAX = 6, /* 7.1 is folded to 5.1, which every player here decodes */
};
static const double peak_ceiling_dbtp = -1.0; /* EBU R 128 v5 */
static const double gain_max_db = 20.0;       /* more would be noise made loud */

static double gain_for(const struct ingest_basis *basis, const struct media_sound *sound)
{
    if (!isfinite(sound->loudness_lufs))
        return 0;
    double gain = basis->loudness_lufs - sound->loudness_lufs;
    double room = peak_ceiling_dbtp - sound->true_peak_dbtp;
    if (isfinite(room) && gain > room)
        gain = room;
    return gain > gain_max_db ? gain_max_db : gain;
}

/* Names hold lower-case letters, digits and dashes only; a second one alike gets a number. */
static void name_track(struct ingest_track *tracks, size_t n, const char *stem)
{
    char lower[INGEST_NAME];
    size_t length = 0;
    for (; stem[length] != 0 && length < sizeof lower - 8; length++) {
        char c = stem[length];
        lower[length] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    lower[length] = 0;
    unsigned same = 0;
    for (size_t i = 0; i < n; i++) {
        size_t m = strlen(lower);
        if (strncmp(tracks[i].name, lower, m) == 0 &&
            (tracks[i].name[m] == 0 || strncmp(tracks[i].name + m, "-x", 2) == 0))
            same++;
    }
    text_copy(tracks[n].name, INGEST_NAME, lower);
    if (same > 0)
        snprintf(tracks[n].name + length, INGEST_NAME - length, "-x%u", same + 1);
}

static void add_sound(const struct ingest_basis *basis, const struct media_sound *sound,
                      uint16_t channels, struct ingest_plan *out)
{
    struct media_plan *m = &out->media;
    struct ingest_track *track = &out->sounds[m->n_sounds];
    bool is_stereo = channels <= 2;
    m->sounds[m->n_sounds] = (struct media_sound_plan){
        .stream = sound->stream,
        .channels = channels,
        .bitrate = is_stereo ? STEREO_BITRATE : (uint32_t)(SURROUND_BITRATE * channels),
        .gain_db = gain_for(basis, sound),
    };
    bool is_said = strcmp(sound->language, "und") != 0;
    text_copy(track->language, sizeof track->language, is_said ? sound->language : basis->language);
    track->is_default = sound->is_default;
    track->is_description = sound->is_description;
    char stem[INGEST_NAME];
    snprintf(stem, sizeof stem, "a-%s%s-%u", track->language, sound->is_description ? "-ad" : "",
             (unsigned)channels);
    name_track(out->sounds, m->n_sounds, stem);
    const char *what = sound->title[0] != 0 ? sound->title : language_own_name(track->language);
    snprintf(track->label, sizeof track->label, "%s%s", what, is_stereo ? "" : " 5.1");
    if (!is_stereo && channels != SURROUND_CHANNELS_MAX)
        snprintf(track->label, sizeof track->label, "%s (%u)", what, (unsigned)channels);
    m->n_sounds++;
}

static void plan_sounds(const struct ingest_basis *basis, const struct media_facts *facts,
                        struct ingest_plan *out)
{
    for (size_t i = 0; i < facts->n_sounds; i++) {
        const struct media_sound *sound = &facts->sounds[i];
        add_sound(basis, sound, 2, out);
        if (sound->channels > 2) {
            uint16_t channels =
                sound->channels > SURROUND_CHANNELS_MAX ? SURROUND_CHANNELS_MAX : sound->channels;
            add_sound(basis, sound, channels, out);
        }
    }
    bool any_default = false;
    for (size_t i = 0; i < out->media.n_sounds; i++)
        any_default = any_default || out->sounds[i].is_default;
    if (!any_default && out->media.n_sounds > 0)
        out->sounds[0].is_default = true;
}

void ingest_caption_name(const char *language, const char *kind, char out[INGEST_NAME])
{
    bool plain = strcmp(kind, "subtitles") == 0;
    struct ingest_track one[1] = { 0 };
    char stem[INGEST_NAME];
    snprintf(stem, sizeof stem, "c-%s%s%s", language, plain ? "" : "-", plain ? "" : kind);
    name_track(one, 0, stem);
    text_copy(out, INGEST_NAME, one[0].name);
}

static void plan_texts(const struct media_facts *facts, struct ingest_plan *out)
{
    for (size_t i = 0; i < facts->n_texts; i++) {
        const struct media_text *text = &facts->texts[i];
        struct ingest_track *track = &out->texts[i];
        char stem[INGEST_NAME];
        out->media.texts[i] = text->stream;
        track->kind = text->is_forced ? "forced" : text->is_sdh ? "sdh" : "subtitles";
        track->is_default = text->is_default;
        text_copy(track->language, sizeof track->language, text->language);
        ingest_caption_name(text->language, track->kind, stem);
        name_track(out->texts, i, stem);
        text_copy(track->label, sizeof track->label,
                  text->title[0] != 0 ? text->title : language_own_name(text->language));
    }
    out->media.n_texts = facts->n_texts;
}

enum err ingest_plan_make(const struct ingest_basis *basis, const struct media_facts *facts,
                          struct ingest_plan *out)
{
    *out = (struct ingest_plan){ .media = { .tile_width = TILE_WIDTH } };
    struct media_plan *m = &out->media;
    enum err err = ladder_plan(
        &facts->video, &(struct ladder_params){ .max_height = basis->max_height }, &m->ladder);
    if (err != OK)
        return err;
    uint64_t gop_ticks = (uint64_t)m->ladder.gop_frames * m->ladder.frame_ticks;
    uint64_t wanted = (uint64_t)basis->piece_seconds * m->ladder.timescale;
    uint64_t gops = (wanted + gop_ticks / 2) / gop_ticks;
    m->piece_gops = (uint16_t)(gops < 1 ? 1 : gops > 1000 ? 1000 : gops);
    uint64_t piece_frames = (uint64_t)m->piece_gops * m->ladder.gop_frames;
    uint64_t pieces = (facts->frames + piece_frames - 1) / piece_frames;
    if (facts->frames == 0 || pieces > UINT32_MAX)
        return ERR_ARGUMENT;
    out->pieces = (uint32_t)pieces;
    plan_sounds(basis, facts, out);
    plan_texts(facts, out);
    return OK;
}
