#include "format/caption/caption.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "format/caption/encoding.h"
#include "format/caption/internal.h"

enum { ID_MAX = 64 * 1024, FIRST_CUES = 64 };

enum err caption_fail(const struct caption_sink *sink, enum err err, int line, const char *format,
                      ...)
{
    if (sink->why->text[0] != 0)
        return err;
    va_list args;
    va_start(args, format);
    vsnprintf(sink->why->text, sizeof sink->why->text, format, args);
    va_end(args);
    sink->why->line = line;
    /* A cut may have fallen inside a character. */
    size_t n = strlen(sink->why->text);
    while (n > 0 && !text_is_utf8(sink->why->text, n))
        sink->why->text[--n] = 0;
    return err;
}

void caption_list_init(struct caption_list *list)
{
    *list = (struct caption_list){ .format = CAPTION_SRT };
}

static int64_t to_milliseconds(int64_t us)
{
    return us < 0 ? 0 : us > INT64_MAX - 500 ? us / 1000 * 1000 : (us + 500) / 1000 * 1000;
}

/* An id must be one line, without an arrow, and not look like the start of another block. */
static struct span good_id(struct span id)
{
    struct span t = span_trim(id);
    bool bad = span_size(&id) > ID_MAX || span_has(&id, "-->") || span_has(&id, "\n") ||
               span_starts(&t, "NOTE") || span_starts(&t, "STYLE") || span_starts(&t, "REGION");
    return bad ? (struct span){ id.at, id.at } : id;
}

static void make_room(struct arena *arena, struct caption_list *list)
{
    if (list->n < list->room)
        return;
    size_t room = list->room == 0 ? FIRST_CUES : list->room * 2;
    struct caption_cue *cues = ARENA_ARRAY(arena, struct caption_cue, room);
    if (list->n > 0)
        memcpy(cues, list->cues, list->n * sizeof *cues);
    list->cues = cues;
    list->room = room;
}

enum err caption_sink_add(const struct caption_sink *sink, const struct caption_cue *cue,
                          struct span id)
{
    struct caption_list *list = sink->list;
    struct caption_cue c = *cue;
    size_t n = sink->scratch->size;
    enum err err = sink->scratch->err;
    c.start_us = to_milliseconds(c.start_us);
    c.end_us = to_milliseconds(c.end_us);
    if (err != OK)
        return caption_fail(sink, err, 0, "the text of one cue is too long");
    if (n == 0 || c.end_us <= c.start_us) {
        buf_clear(sink->scratch);
        return OK;
    }
    if (list->n == CAPTION_CUES_MAX || n > CAPTION_TEXT_MAX - list->text_size)
        return caption_fail(sink, ERR_FULL, 0, "more than %d cues or %d MiB of text",
                            CAPTION_CUES_MAX, CAPTION_TEXT_MAX >> 20);
    make_room(sink->arena, list);
    id = good_id(id);
    c.id = arena_strndup(sink->arena, id.at, span_size(&id));
    c.text = arena_strndup(sink->arena, (const char *)sink->scratch->data, n);
    c.order = (uint32_t)list->n;
    list->cues[list->n++] = c;
    list->text_size += n;
    buf_clear(sink->scratch);
    return OK;
}

static int by_start(const void *a, const void *b)
{
    const struct caption_cue *x = a, *y = b;
    if (x->start_us != y->start_us)
        return x->start_us < y->start_us ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

void caption_list_sort(struct caption_list *list)
{
    if (list->n > 1)
        qsort(list->cues, list->n, sizeof *list->cues, by_start);
}

enum err caption_list_add(struct caption_list *list, struct arena *arena, int64_t start_us,
                          int64_t end_us, const char *text, size_t n)
{
    if (n > CAPTION_BYTES_MAX)
        return ERR_FULL;
    struct caption_problem why = { 0 };
    struct buf clean, scratch;
    buf_init(&clean, CAPTION_BYTES_MAX * 3);
    buf_init(&scratch, CAPTION_TEXT_MAX);
    encoding_put_clean(text, n, &clean);
    struct caption_sink sink = { arena, list, &scratch, &why };
    struct caption_cue cue = { .start_us = start_us, .end_us = end_us };
    enum err err = clean.err;
    if (err == OK) {
        srt_text(&sink, span_of(buf_string(&clean), clean.size), &cue.settings);
        err = caption_sink_add(&sink, &cue, span_of("", 0));
    }
    buf_finish(&scratch);
    buf_finish(&clean);
    return err;
}

static bool ends_with(const char *name, const char *ending)
{
    size_t n = name == NULL ? 0 : strlen(name), m = strlen(ending);
    return n >= m && strcasecmp(name + n - m, ending) == 0;
}

/* Formats that deliveries contain and that are not read here, by how they begin. */
static const char *foreign_format(struct span text)
{
    static const struct {
        const char *start, *name;
    } rows[] = {
        { "[Script Info]", "an ASS or SSA script" },
        { "Scenarist_SCC", "a Scenarist SCC file" },
        { "<SAMI", "a SAMI file" },
        { "{\\rtf", "an RTF document" },
        { "{0}", "a MicroDVD file" },
        { "{1}", "a MicroDVD file" },
        { "%PDF", "a PDF document" },
        { "PK\x03\x04", "a ZIP or office file" },
        { "[INFORMATION]", "a SubViewer file" },
        { "$FontName", "a Spruce STL file" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (span_starts(&text, rows[i].start))
            return rows[i].name;
    }
    if (span_size(&text) > 11 && memcmp(text.at + 3, "STL", 3) == 0)
        return "an EBU STL file";
    return NULL;
}

static enum err read_text(struct caption_sink *sink, struct span text, const char *name)
{
    struct span start = text;
    span_skip_blank(&start);
    const char *foreign = foreign_format(start);
    if (foreign != NULL)
        return caption_fail(sink, ERR_UNSUPPORTED, 0,
                            "this is %s; SRT, WebVTT and TTML are read here", foreign);
    if (span_starts(&text, "WEBVTT") || ends_with(name, ".vtt")) {
        sink->list->format = CAPTION_WEBVTT;
        return webvtt_read(sink, text);
    }
    bool xml = ends_with(name, ".ttml") || ends_with(name, ".dfxp") || ends_with(name, ".xml") ||
               ends_with(name, ".itt");
    if (xml || span_starts(&start, "<")) {
        sink->list->format = CAPTION_TTML;
        return ttml_read(sink, text);
    }
    sink->list->format = CAPTION_SRT;
    return srt_read(sink, text);
}

enum err caption_read(struct arena *arena, const void *bytes, size_t n, const char *name_hint,
                      struct caption_list *out, struct caption_problem *why)
{
    struct buf text, scratch;
    buf_init(&text, CAPTION_BYTES_MAX * 3); /* each byte can become U+FFFD */
    buf_init(&scratch, CAPTION_TEXT_MAX);
    caption_list_init(out);
    *why = (struct caption_problem){ 0 };
    struct caption_sink sink = { arena, out, &scratch, why };
    enum err err = OK;
    if (n > CAPTION_BYTES_MAX)
        err = caption_fail(&sink, ERR_FULL, 0, "the file has more than %d MiB",
                           CAPTION_BYTES_MAX >> 20);
    if (err == OK)
        err = encoding_to_utf8(bytes, n, out->encoding, sizeof out->encoding, &text);
    if (err == OK)
        err = read_text(&sink, span_of(buf_string(&text), text.size), name_hint);
    if (err == OK)
        caption_list_sort(out);
    else
        caption_list_init(out);
    if (err != OK)
        err = caption_fail(&sink, err, 0, "%s", err_text(err));
    buf_finish(&scratch);
    buf_finish(&text);
    return err;
}
