/* A master held against what was asked for: every finding says both numbers. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "rules/production/production.h"

enum { FINDINGS_MAX = 512 };

/* Meters differ by this much and both are right. */
#define LOUDNESS_SLACK 0.05
#define SECONDS_SLACK 0.05

struct finder {
    struct arena *arena;
    const struct delivery_terms *terms;
    const struct delivery_facts *facts;
    struct delivery_finding *found;
    size_t n;
};

static void find(struct finder *f, bool is_fault, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void find(struct finder *f, bool is_fault, const char *code, const char *format, ...)
{
    va_list args;
    if (f->n == FINDINGS_MAX)
        return;
    va_start(args, format);
    f->found[f->n++] = (struct delivery_finding){
        .code = code,
        .is_fault = is_fault,
        .text = arena_vprintf(f->arena, format, args),
    };
    va_end(args);
}

/* ---- languages ---- */

/* Whether `has` is what was asked for: "fr-CA" is "fr", and not the other way. */
static bool is_language(const char *asked, size_t n, const char *has)
{
    return strncasecmp(asked, has, n) == 0 && (has[n] == 0 || has[n] == '-');
}

/* The next language of a list; NULL at the end. */
static const char *next_language(const char **list, size_t *n)
{
    const char *at = *list;
    if (at == NULL || *at == 0)
        return NULL;
    *n = strcspn(at, ",");
    *list = at[*n] == ',' ? at + *n + 1 : at + *n;
    return at;
}

static bool is_promised(const char *list, const char *has)
{
    size_t n = 0;
    for (const char *at; (at = next_language(&list, &n)) != NULL;) {
        if (is_language(at, n, has))
            return true;
    }
    return false;
}

/* "fr, en"; "none" */
static const char *sounds_text(struct finder *f)
{
    const char *text = NULL;
    for (size_t i = 0; i < f->facts->n_sounds; i++)
        text = text == NULL ? f->facts->sounds[i].language
                            : arena_printf(f->arena, "%s, %s", text, f->facts->sounds[i].language);
    return text == NULL ? "none" : text;
}

static const char *captions_text(struct finder *f)
{
    const char *text = NULL;
    for (size_t i = 0; i < f->facts->n_captions; i++)
        text = text == NULL ? f->facts->captions[i]
                            : arena_printf(f->arena, "%s, %s", text, f->facts->captions[i]);
    return text == NULL ? "none" : text;
}

/* Greatest number of channels among the sounds of a language; -1: there is none. */
static int channels_of(const struct delivery_facts *facts, const char *language, size_t n)
{
    int most = -1;
    for (size_t i = 0; i < facts->n_sounds; i++) {
        const struct delivery_sound *s = &facts->sounds[i];
        if (is_language(language, n, s->language) && s->channels > most)
            most = s->channels;
    }
    return most;
}

static void find_languages(struct finder *f)
{
    const char *list = f->terms->audio, *captions = f->terms->captions;
    size_t n = 0;
    for (const char *at; (at = next_language(&list, &n)) != NULL;) {
        int channels = channels_of(f->facts, at, n);
        if (channels < 0)
            find(f, true, "audio-language",
                 "Sound in %.*s was promised and is not there; the master has sound in: %s.",
                 (int)n, at, sounds_text(f));
        else if (channels < f->terms->channels)
            find(f, true, "audio-layout",
                 "The sound in %.*s has %d channel%s; at least %d are asked for.", (int)n, at,
                 channels, channels == 1 ? "" : "s", f->terms->channels);
    }
    for (const char *at; (at = next_language(&captions, &n)) != NULL;) {
        bool is_there = false;
        for (size_t i = 0; i < f->facts->n_captions && !is_there; i++)
            is_there = is_language(at, n, f->facts->captions[i]);
        if (!is_there)
            find(f, true, "captions",
                 "Captions in %.*s were promised and are not there; delivered: %s.", (int)n, at,
                 captions_text(f));
    }
}

/* Sound of which nobody spoke: kept, and said. */
static void find_more_than_promised(struct finder *f)
{
    for (size_t i = 0; i < f->facts->n_sounds; i++) {
        const char *language = f->facts->sounds[i].language;
        if (f->terms->audio != NULL && f->terms->audio[0] != 0 &&
            !is_promised(f->terms->audio, language))
            find(f, false, "audio-language", "Sound %zu is in %s, which was not promised.", i + 1,
                 language);
    }
}

static void find_main_sound(struct finder *f)
{
    int asked = f->terms->channels,
        has = f->facts->n_sounds == 0 ? 0 : f->facts->sounds[0].channels;
    if (asked > 0 && f->facts->n_sounds == 0)
        find(f, true, "audio-layout", "The master has no sound; at least %d channel%s asked for.",
             asked, asked == 1 ? " is" : "s are");
    else if ((f->terms->audio == NULL || f->terms->audio[0] == 0) && has < asked)
        find(f, true, "audio-layout", "The sound has %d channel%s; at least %d are asked for.", has,
             has == 1 ? "" : "s", asked);
}

/* ---- one sound ---- */

static void find_loudness(struct finder *f, const struct delivery_sound *s, const char *called)
{
    const struct delivery_terms *t = f->terms;
    double off = s->loudness_lufs - t->loudness_lufs;
    bool is_asked = t->loudness_lufs < 0 || t->tolerance_lu > 0;
    if (is_asked && fabs(off) > t->tolerance_lu + LOUDNESS_SLACK)
        find(f, true, "loudness",
             "%s has a loudness of %.1f LUFS; %.1f LUFS is asked for, within %.1f LU. Make it "
             "%.1f dB %s.",
             called, s->loudness_lufs, t->loudness_lufs, t->tolerance_lu, fabs(off),
             off > 0 ? "softer" : "louder");
    if (t->true_peak_dbtp != 0 && s->true_peak_dbtp > t->true_peak_dbtp + LOUDNESS_SLACK)
        find(f, true, "true-peak",
             "%s has a true peak of %.1f dBTP; at most %.1f dBTP is asked for.", called,
             s->true_peak_dbtp, t->true_peak_dbtp);
    else if (s->true_peak_dbtp > LOUDNESS_SLACK)
        find(f, false, "true-peak", "%s has a true peak of %.1f dBTP: it may clip.", called,
             s->true_peak_dbtp);
}

static void find_silence(struct finder *f, const struct delivery_sound *s, const char *called)
{
    double most = f->terms->silent_seconds;
    if (most <= 0)
        return;
    if (s->head_silence > most + SECONDS_SLACK)
        find(f, true, "silence", "%s is silent for the first %.1f s; at most %.1f s is asked for.",
             called, s->head_silence, most);
    if (s->tail_silence > most + SECONDS_SLACK)
        find(f, true, "silence", "%s is silent for the last %.1f s; at most %.1f s is asked for.",
             called, s->tail_silence, most);
}

static void find_sound(struct finder *f, size_t i)
{
    const struct delivery_sound *s = &f->facts->sounds[i];
    const char *called = arena_printf(f->arena, "Sound %zu (%s)", i + 1, s->language);
    if (isinf(s->loudness_lufs)) {
        bool is_asked = f->terms->silent_seconds > 0 || f->terms->loudness_lufs < 0;
        find(f, is_asked, "silence", "%s is silent from beginning to end.", called);
        return;
    }
    find_loudness(f, s, called);
    find_silence(f, s, called);
}

/* ---- the picture ---- */

static void find_black(struct finder *f)
{
    const struct delivery_facts *is = f->facts;
    double most = f->terms->black_seconds;
    if (most <= 0)
        return;
    if (is->seconds > 0 && is->head_black >= is->seconds - SECONDS_SLACK) {
        find(f, true, "black", "The picture is black from beginning to end.");
        return;
    }
    if (is->head_black > most + SECONDS_SLACK)
        find(f, true, "black",
             "The picture is black for the first %.1f s; at most %.1f s is asked for.",
             is->head_black, most);
    if (is->tail_black > most + SECONDS_SLACK)
        find(f, true, "black",
             "The picture is black for the last %.1f s; at most %.1f s is asked for.",
             is->tail_black, most);
}

/* A wide film has fewer lines than its size is called by: 1920 x 800 is "1080". */
static void find_height(struct finder *f)
{
    int asked = f->terms->lines;
    if (asked > 0 && f->facts->height < asked && f->facts->width < asked * 16 / 9)
        find(f, true, "height",
             "The picture is %d x %d; at least %d lines, or %d samples across, are asked for.",
             f->facts->width, f->facts->height, asked, asked * 16 / 9);
}

static void find_runtime(struct finder *f)
{
    int least = f->terms->runtime_seconds_least, most = f->terms->runtime_seconds_most;
    if (least > 0 && f->facts->seconds < least - SECONDS_SLACK)
        find(f, true, "runtime", "It lasts %.1f s; at least %d s is asked for.", f->facts->seconds,
             least);
    if (most > 0 && f->facts->seconds > most + SECONDS_SLACK)
        find(f, true, "runtime", "It lasts %.1f s; at most %d s is asked for.", f->facts->seconds,
             most);
}

enum err delivery_inspect(struct arena *arena, const struct delivery_terms *terms,
                          const struct delivery_facts *facts, struct delivery_finding **out,
                          size_t *n)
{
    struct finder f = {
        .arena = arena,
        .terms = terms,
        .facts = facts,
        .found = ARENA_ARRAY(arena, struct delivery_finding, FINDINGS_MAX),
    };
    find_height(&f);
    find_runtime(&f);
    find_black(&f);
    find_main_sound(&f);
    find_languages(&f);
    for (size_t i = 0; i < facts->n_sounds; i++)
        find_sound(&f, i);
    find_more_than_promised(&f);
    *out = f.found;
    *n = f.n;
    return f.n == FINDINGS_MAX ? ERR_FULL : OK;
}
