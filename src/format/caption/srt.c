/* SubRip, as found: numbers missing or repeated, comma or point, blank lines inside a cue, markup
 * of other formats. A line is a cue's times when it has an arrow and begins like a time. */
#include <string.h>

#include "base/buf.h"
#include "format/caption/cue_text.h"
#include "format/caption/entity.h"
#include "format/caption/internal.h"

static void skip_spaces(struct span *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t'))
        s->at++;
}

/* A separator with spaces around it, as optical recognition leaves them. */
static bool take_apart(struct span *s, const char *any_of)
{
    struct span try = *s;
    skip_spaces(&try);
    if (try.at == try.end || strchr(any_of, *try.at) == NULL)
        return false;
    try.at++;
    skip_spaces(&try);
    *s = try;
    return true;
}

/* [h:]m:s[,fraction]; a minus sign makes the time zero. */
static bool read_time(struct span *s, int64_t *us)
{
    enum { HOURS_MAX = 1000000 };
    int64_t part[3] = { 0, 0, 0 };
    size_t n = 0;
    bool negative = span_take(s, '-');
    do {
        if (n == 3 || span_digits(s, &part[n]) == 0)
            return false;
        n++;
    } while (take_apart(s, ":"));
    if (n < 2 || part[n - 1] > 59 || part[n - 2] > 59 || part[0] > HOURS_MAX)
        return false;
    int64_t seconds = n == 2 ? part[0] * 60 + part[1] : part[0] * 3600 + part[1] * 60 + part[2];
    *us = seconds * 1000000;
    struct span fraction = *s;
    if (take_apart(&fraction, ",.;") && fraction.at < fraction.end && *fraction.at >= '0' &&
        *fraction.at <= '9') {
        *us += span_fraction_us(&fraction);
        *s = fraction;
    }
    *us = negative ? 0 : *us;
    return true;
}

static bool read_arrow(struct span *s)
{
    size_t dashes = 0;
    skip_spaces(s);
    for (; span_take(s, '-'); dashes++)
        skip_spaces(s);
    bool good = dashes > 0 && span_take(s, '>');
    skip_spaces(s);
    return good;
}

enum line_kind { LINE_TEXT, LINE_TIMES, LINE_BROKEN };

/* What follows the times (coordinates, WebVTT settings) says nothing to us. */
static enum line_kind read_times(struct span line, int64_t *start_us, int64_t *end_us)
{
    if (!span_has(&line, "->") && !span_has(&line, "- >"))
        return LINE_TEXT;
    skip_spaces(&line);
    bool digit = line.at < line.end && ((*line.at >= '0' && *line.at <= '9') || *line.at == '-');
    if (!digit)
        return LINE_TEXT;
    struct span s = line;
    bool good = read_time(&s, start_us) && read_arrow(&s) && read_time(&s, end_us);
    good = good && (s.at == s.end || *s.at == ' ' || *s.at == '\t');
    if (good)
        return LINE_TIMES;
    int64_t v;
    return span_digits(&line, &v) > 0 && take_apart(&line, ":") ? LINE_BROKEN : LINE_TEXT;
}

/* --- text --- */

struct srt_state {
    struct cue_text text;
    struct cue_look look;
    unsigned italic, bold, underline; /* how many are open */
    struct caption_settings *place;
};

static void count_open(unsigned *n, bool opens)
{
    if (opens)
        ++*n;
    else if (*n > 0)
        --*n;
}

/* \an1 to \an9: the number pad's place on the picture. */
static void set_place(struct caption_settings *s, int pad)
{
    static const enum caption_align aligns[] = { CAPTION_ALIGN_LEFT, CAPTION_ALIGN_CENTER,
                                                 CAPTION_ALIGN_RIGHT };
    int row = (pad - 1) / 3;
    s->align = aligns[(pad - 1) % 3];
    s->line_kind = row == 0   ? CAPTION_LINE_AUTO
                   : row == 1 ? CAPTION_LINE_PERCENT
                              : CAPTION_LINE_NUMBER;
    s->line = row == 1 ? 50000 : 0;
    s->line_align = row == 1 ? CAPTION_LINE_CENTER : CAPTION_LINE_START;
}

static void set_old_place(struct caption_settings *s, int64_t old)
{
    static const int pads[] = { 0, 1, 2, 3, 0, 7, 8, 9, 0, 4, 5, 6 };
    if (old > 0 && old < 12 && pads[old] != 0)
        set_place(s, pads[old]);
}

static void apply_override(struct srt_state *st, struct span code)
{
    int64_t v;
    if (span_take_text(&code, "an")) {
        if (span_digits(&code, &v) == 1 && v >= 1)
            set_place(st->place, (int)v);
        return;
    }
    char letter = code.at < code.end ? *code.at++ : 0;
    if (span_digits(&code, &v) == 0 || code.at != code.end)
        return;
    switch (letter) {
    case 'a': set_old_place(st->place, v); break;
    case 'i': st->italic = v != 0; break;
    case 'b': st->bold = v != 0; break;
    case 'u': st->underline = v != 0; break;
    default: break;
    }
}

/* {\...}: codes of ASS, each from a backslash to the next. */
static void apply_overrides(struct srt_state *st, struct span inside)
{
    span_until(&inside, '\\');
    while (inside.at < inside.end)
        apply_override(st, span_trim(span_until(&inside, '\\')));
}

/* Tags that are known to be markup: they count or are dropped. Others are a viewer's text. */
static bool apply_tag(struct srt_state *st, struct span inside)
{
    static const char *const dropped[] = { "font",  "c",    "v",   "s",      "span",   "p",
                                           "div",   "lang", "div", "strike", "center", "ruby",
                                           "rt",    "a",    "img", "script", "style",  "big",
                                           "small", "sub",  "sup", "tt",     "html",   "body" };
    static const struct {
        const char *name;
        size_t counter;
    } counted[] = {
        { "i", offsetof(struct srt_state, italic) },
        { "em", offsetof(struct srt_state, italic) },
        { "b", offsetof(struct srt_state, bold) },
        { "strong", offsetof(struct srt_state, bold) },
        { "u", offsetof(struct srt_state, underline) },
    };
    bool closes = span_take(&inside, '/');
    struct span name = inside;
    while (inside.at < inside.end && *inside.at != ' ' && *inside.at != '.' && *inside.at != '/' &&
           *inside.at != '=' && *inside.at != '\n' && *inside.at != '\t')
        inside.at++;
    name.end = inside.at;
    for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++) {
        if (!span_is_nocase(&name, counted[i].name))
            continue;
        count_open((unsigned *)(void *)((char *)st + counted[i].counter), !closes);
        return true;
    }
    if (span_is_nocase(&name, "br")) {
        cue_text_put(&st->text, "\n", 1);
        return true;
    }
    for (size_t i = 0; i < sizeof dropped / sizeof dropped[0]; i++) {
        if (span_is_nocase(&name, dropped[i]))
            return true;
    }
    return false;
}

/* Steps over <...> or {\...} when it is markup. */
static bool take_markup(struct srt_state *st, struct span *s)
{
    enum { MARKUP_MAX = 1000 }; /* bytes; the longest font tag seen has 120 */
    bool tag = *s->at == '<';
    struct span try = { s->at + 1, s->end };
    if (span_size(&try) > MARKUP_MAX)
        try.end = try.at + MARKUP_MAX;
    const char *close = memchr(try.at, tag ? '>' : '}', span_size(&try));
    if (close == NULL)
        return false;
    struct span inside = { try.at, close };
    if (tag ? !apply_tag(st, inside) : !span_starts(&inside, "\\"))
        return false;
    if (!tag)
        apply_overrides(st, inside);
    s->at = close + 1;
    return true;
}

static bool take_escape(struct srt_state *st, struct span *s)
{
    if (span_take_text(s, "\\N") || span_take_text(s, "\\n"))
        cue_text_put(&st->text, "\n", 1);
    else if (span_take_text(s, "\\h"))
        cue_text_put(&st->text, "\xc2\xa0", 2);
    else
        return false;
    return true;
}

static bool take_entity(struct srt_state *st, struct span *s)
{
    char meant[ENTITY_TEXT];
    size_t used = entity_read(s->at, span_size(s), meant);
    if (used == 0 || s->at[used - 1] != ';')
        return false;
    cue_text_put(&st->text, meant, strlen(meant));
    s->at += used;
    return true;
}

static bool take_special(struct srt_state *st, struct span *s)
{
    switch (*s->at) {
    case '<':
    case '{': return take_markup(st, s);
    case '\\': return take_escape(st, s);
    case '&': return take_entity(st, s);
    default: return false;
    }
}

static void put_look(struct srt_state *st)
{
    struct cue_look look = { .italic = st->italic > 0,
                             .bold = st->bold > 0,
                             .underline = st->underline > 0 };
    cue_text_look(&st->text, look);
}

void srt_text(struct caption_sink *sink, struct span text, struct caption_settings *place)
{
    struct srt_state st = { .place = place };
    cue_text_begin(&st.text, sink->scratch);
    text = span_trim(text);
    while (text.at < text.end) {
        if (take_special(&st, &text)) {
            put_look(&st);
            continue;
        }
        const char *run = text.at++;
        while (text.at < text.end && strchr("<{\\&", *text.at) == NULL)
            text.at++;
        cue_text_put(&st.text, run, (size_t)(text.at - run));
    }
    cue_text_end(&st.text);
}

/* --- the file --- */

struct srt_open { /* the cue being read */
    bool is_open;
    int64_t start_us, end_us;
    struct span text, last_line; /* last_line: of text */
};

static bool is_number(struct span line)
{
    int64_t v;
    line = span_trim(line);
    return span_digits(&line, &v) > 0 && line.at == line.end;
}

/* A number right above the next times is that cue's. */
static enum err end_cue(struct caption_sink *sink, struct srt_open *open, bool next_follows)
{
    if (!open->is_open)
        return OK;
    struct span text = open->text;
    if (next_follows && is_number(open->last_line))
        text.end = open->last_line.at;
    struct caption_cue cue = { .start_us = open->start_us, .end_us = open->end_us };
    srt_text(sink, text, &cue.settings);
    return caption_sink_add(sink, &cue, span_of("", 0));
}

enum err srt_read(struct caption_sink *sink, struct span text)
{
    struct lines l = { .left = text };
    struct srt_open open = { .is_open = false };
    struct span line;
    enum err err = OK;
    bool any = false;
    while (err == OK && lines_next(&l, &line)) {
        int64_t start_us, end_us;
        enum line_kind kind = read_times(line, &start_us, &end_us);
        if (kind == LINE_BROKEN)
            return caption_fail(sink, ERR_MALFORMED, l.number,
                                "these times cannot be read; SRT's are 00:01:02,500 --> "
                                "00:01:04,000");
        if (kind == LINE_TIMES) {
            err = end_cue(sink, &open, true);
            struct span after = { l.left.at, l.left.at };
            open = (struct srt_open){ true, start_us, end_us, after, after };
            any = true;
        } else {
            open.text.end = line.end;
            open.last_line = line;
        }
    }
    if (err == OK)
        err = end_cue(sink, &open, false);
    if (err == OK && !any)
        err = caption_fail(sink, ERR_UNSUPPORTED, 0,
                           "there are no times in it; SRT, WebVTT and TTML are read here");
    return err;
}
