/* WebVTT: The Web Video Text Tracks Format, section 6 (parsing). Names of steps are the standard's.
 * Style sheets and regions are read over: nothing of theirs is kept. */
#include <float.h>
#include <string.h>

#include "base/buf.h"
#include "format/caption/cue_text.h"
#include "format/caption/entity.h"
#include "format/caption/internal.h"

enum { LINE_CLAMP = 1000000 };

/* Section 6.3, collect a timestamp. */
static bool read_timestamp(struct span *s, int64_t *us)
{
    int64_t a, b, c;
    size_t n = span_digits(s, &a);
    if (n == 0 || !span_take(s, ':') || span_digits(s, &b) != 2)
        return false;
    if (n != 2 || a > 59 || (s->at < s->end && *s->at == ':')) {
        if (!span_take(s, ':') || span_digits(s, &c) != 2)
            return false;
    } else {
        c = b;
        b = a;
        a = 0;
    }
    struct span fraction = *s;
    int64_t ms;
    if (!span_take(&fraction, '.') || span_digits(&fraction, &ms) != 3 || b > 59 || c > 59)
        return false;
    *s = fraction;
    enum { HOURS_MAX = 1000000 };
    a = a > HOURS_MAX ? HOURS_MAX : a;
    *us = ((a * 3600 + b * 60 + c) * 1000 + ms) * 1000;
    return true;
}

/* A WebVTT percentage (section 6.3, parse a percentage string), in thousandths. */
static bool read_percentage(struct span s, int32_t *v)
{
    int64_t whole;
    if (span_digits(&s, &whole) == 0)
        return false;
    int64_t fraction = 0;
    if (span_take(&s, '.')) {
        struct span digits = s;
        fraction = span_fraction_us(&s) / 1000;
        if (s.at == digits.at)
            return false;
    }
    if (!span_take(&s, '%') || s.at != s.end || whole > 100 || whole * 1000 + fraction > 100000)
        return false;
    *v = (int32_t)(whole * 1000 + fraction);
    return true;
}

/* Section 6.3 reads lines as the numbers of JavaScript: what is beyond them is no number. */
static bool is_double(struct span digits)
{
    long double v = 0;
    for (; digits.at < digits.end && *digits.at >= '0' && *digits.at <= '9'; digits.at++)
        v = v * 10 + (*digits.at - '0');
    return v <= (long double)DBL_MAX;
}

static bool read_line_number(struct span s, int32_t *v)
{
    bool negative = span_take(&s, '-');
    if (!is_double(s))
        return false;
    int64_t whole, fraction = 0;
    if (span_digits(&s, &whole) == 0)
        return false;
    if (span_take(&s, '.')) {
        struct span digits = s;
        fraction = span_fraction_us(&s) / 1000;
        if (s.at == digits.at)
            return false;
    }
    whole = whole > LINE_CLAMP ? LINE_CLAMP : whole;
    int64_t thousandths = whole * 1000 + fraction;
    *v = (int32_t)(negative ? -thousandths : thousandths);
    return s.at == s.end;
}

static int which(const struct span *value, const char *const *names, int n)
{
    for (int i = 0; i < n; i++) {
        if (span_is(value, names[i]))
            return i;
    }
    return -1;
}

static void set_vertical(struct span value, struct caption_settings *s)
{
    static const char *const names[] = { "", "rl", "lr" };
    int i = which(&value, names, 3);
    if (i > 0)
        s->vertical = (enum caption_vertical)i;
}

static void set_line(struct span value, struct caption_settings *s)
{
    static const char *const names[] = { "start", "center", "end" };
    bool has_align = memchr(value.at, ',', span_size(&value)) != NULL;
    struct span place = span_until(&value, ',');
    int align = has_align ? which(&value, names, 3) : CAPTION_LINE_START;
    bool percent = place.at < place.end && place.end[-1] == '%';
    int32_t v;
    if (align < 0 || !(percent ? read_percentage(place, &v) : read_line_number(place, &v)))
        return;
    s->line_kind = percent ? CAPTION_LINE_PERCENT : CAPTION_LINE_NUMBER;
    s->line = v;
    s->line_align = (enum caption_line_align)align;
}

static void set_position(struct span value, struct caption_settings *s)
{
    static const char *const names[] = { "", "line-left", "center", "line-right" };
    bool has_align = memchr(value.at, ',', span_size(&value)) != NULL;
    struct span place = span_until(&value, ',');
    int align = has_align ? which(&value, names, 4) : CAPTION_POSITION_AUTO;
    int32_t v;
    if (align < 0 || (has_align && align == 0) || !read_percentage(place, &v))
        return;
    s->has_position = true;
    s->position = v;
    s->position_align = (enum caption_position_align)align;
}

static void set_size(struct span value, struct caption_settings *s)
{
    int32_t v;
    if (!read_percentage(value, &v))
        return;
    s->has_size = true;
    s->size = v;
}

static void set_align(struct span value, struct caption_settings *s)
{
    static const char *const names[] = { "center", "start", "end", "left", "right" };
    int i = which(&value, names, 5);
    if (i >= 0)
        s->align = (enum caption_align)i;
    else if (span_is(&value, "middle")) /* what center was called until 2015 */
        s->align = CAPTION_ALIGN_CENTER;
}

/* Section 6.3, parse the WebVTT cue settings. Regions are not kept, so a region changes nothing. */
static void read_settings(struct span s, struct caption_settings *out)
{
    static const struct {
        const char *name;
        void (*set)(struct span value, struct caption_settings *s);
    } rows[] = {
        { "vertical", set_vertical }, { "line", set_line },   { "position", set_position },
        { "size", set_size },         { "align", set_align },
    };
    for (struct span word = span_word(&s); word.at < word.end; word = span_word(&s)) {
        struct span value = word;
        struct span name = span_until(&value, ':');
        for (size_t i = 0; value.at < value.end && i < sizeof rows / sizeof rows[0]; i++) {
            if (span_is(&name, rows[i].name))
                rows[i].set(value, out);
        }
    }
}

/* Section 6.3, collect WebVTT cue timings and settings. */
static bool read_timings(struct span s, struct caption_cue *cue)
{
    span_skip_blank(&s);
    if (!read_timestamp(&s, &cue->start_us))
        return false;
    span_skip_blank(&s);
    if (!span_take_text(&s, "-->"))
        return false;
    span_skip_blank(&s);
    if (!read_timestamp(&s, &cue->end_us))
        return false;
    read_settings(s, &cue->settings);
    return true;
}

/* --- cue text, section 6.4 --- */

struct tag {
    bool is_end;
    struct span name, annotation;
    uint16_t classes;
};

static bool is_annotation_start(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\n';
}

/* What stands between < and > (or the end): tag, class, annotation and end tag states. */
static struct tag read_tag(struct span s)
{
    struct tag tag = { .is_end = span_take(&s, '/') };
    tag.name = s;
    if (tag.is_end)
        return tag;
    while (s.at < s.end && *s.at != '.' && !is_annotation_start(*s.at))
        s.at++;
    tag.name.end = s.at;
    while (span_take(&s, '.')) {
        struct span class = s;
        while (s.at < s.end && *s.at != '.' && !is_annotation_start(*s.at))
            s.at++;
        class.end = s.at;
        tag.classes |= cue_class_of(&class);
    }
    tag.annotation = s;
    return tag;
}

static enum cue_tag tag_of(const struct span *name)
{
    static const struct {
        const char *name;
        enum cue_tag tag;
    } rows[] = {
        { "c", CUE_TAG_C }, { "i", CUE_TAG_I },       { "b", CUE_TAG_B },
        { "u", CUE_TAG_U }, { "ruby", CUE_TAG_RUBY }, { "rt", CUE_TAG_RT },
        { "v", CUE_TAG_V }, { "lang", CUE_TAG_LANG },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (span_is(name, rows[i].name))
            return rows[i].tag;
    }
    return CUE_TAG_NONE;
}

static void apply_tag(struct cue_text *t, const struct tag *tag)
{
    enum cue_tag kind = tag_of(&tag->name), inner = cue_text_inner(t);
    if (kind == CUE_TAG_NONE)
        return;
    if (!tag->is_end) {
        if (kind != CUE_TAG_RT || inner == CUE_TAG_RUBY)
            cue_text_open(t, kind, tag->classes, tag->annotation);
    } else if (kind == inner) {
        cue_text_close(t);
    } else if (kind == CUE_TAG_RUBY && inner == CUE_TAG_RT) {
        cue_text_close(t);
        cue_text_close(t);
    }
}

static void apply_markup(struct cue_text *t, struct span inside)
{
    int64_t at_us;
    if (inside.at < inside.end && *inside.at >= '0' && *inside.at <= '9') {
        if (read_timestamp(&inside, &at_us) && inside.at == inside.end)
            cue_text_stamp(t, at_us);
        return;
    }
    struct tag tag = read_tag(inside);
    apply_tag(t, &tag);
}

void webvtt_text(struct caption_sink *sink, struct span text, int64_t start_us, int64_t end_us)
{
    struct cue_text t;
    cue_text_begin(&t, sink->scratch);
    cue_text_times(&t, start_us, end_us);
    while (text.at < text.end) {
        const char *run = text.at;
        while (text.at < text.end && *text.at != '<' && *text.at != '&')
            text.at++;
        cue_text_put(&t, run, (size_t)(text.at - run));
        if (text.at == text.end)
            break;
        if (*text.at == '<') {
            text.at++;
            apply_markup(&t, span_until(&text, '>'));
            continue;
        }
        char meant[ENTITY_TEXT] = "&";
        size_t used = entity_read(text.at, span_size(&text), meant);
        cue_text_put(&t, meant, strlen(meant));
        text.at += used == 0 ? 1 : used;
    }
    cue_text_end(&t);
}

/* --- the file, section 6.1 --- */

struct block {
    struct span id, text; /* the line before the times; what follows them */
    struct caption_cue cue;
    bool has_times; /* a line with an arrow was met */
    bool has_cue;   /* and could be read */
};

/* Section 6.2, collect a WebVTT block. A line with an arrow that cannot belong to this block is
 * left for the next. */
static void collect_block(struct lines *l, struct block *b)
{
    *b = (struct block){ .id = { l->left.at, l->left.at } };
    struct span line;
    struct lines before = *l;
    for (int count = 1; lines_next(l, &line); count++, before = *l) {
        if (span_has(&line, "-->")) {
            if (b->has_times || count > 2) {
                *l = before;
                return;
            }
            b->has_times = true;
            b->has_cue = read_timings(line, &b->cue);
            b->text = (struct span){ l->left.at, l->left.at };
            continue;
        }
        if (line.at == line.end)
            return;
        if (b->has_times)
            b->text.end = line.end;
        else if (count == 1)
            b->id = line;
    }
}

static enum err read_signature(struct caption_sink *sink, struct lines *l)
{
    struct span line = { l->left.at, l->left.at };
    lines_next(l, &line);
    bool good = span_take_text(&line, "WEBVTT") &&
                (line.at == line.end || *line.at == ' ' || *line.at == '\t');
    return good ? OK
                : caption_fail(sink, ERR_MALFORMED, 1,
                               "a WebVTT file must start with the word WEBVTT alone");
}

/* What stands between the signature and the first blank line, unless times begin. */
static void skip_header(struct lines *l)
{
    struct span line;
    struct lines before = *l;
    while (lines_next(l, &line) && line.at < line.end) {
        if (span_has(&line, "-->")) {
            *l = before;
            return;
        }
        before = *l;
    }
}

enum err webvtt_read(struct caption_sink *sink, struct span text)
{
    struct lines l = { .left = text };
    enum err err = read_signature(sink, &l);
    if (err != OK)
        return err;
    skip_header(&l);
    while (err == OK && l.left.at < l.left.end) {
        struct block b;
        collect_block(&l, &b);
        if (!b.has_cue)
            continue;
        webvtt_text(sink, b.text, b.cue.start_us, b.cue.end_us);
        err = caption_sink_add(sink, &b.cue, b.id);
    }
    return err;
}
