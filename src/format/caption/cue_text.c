#include "format/caption/cue_text.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "format/caption/entity.h"

const char *const cue_class_names[CUE_CLASSES] = {
    "white",    "lime",    "cyan",    "red",    "yellow",    "magenta",    "blue",    "black",
    "bg_white", "bg_lime", "bg_cyan", "bg_red", "bg_yellow", "bg_magenta", "bg_blue", "bg_black",
};

static const char *const tag_names[] = {
    [CUE_TAG_I] = "i",   [CUE_TAG_B] = "b", [CUE_TAG_U] = "u", [CUE_TAG_RUBY] = "ruby",
    [CUE_TAG_RT] = "rt", [CUE_TAG_V] = "v", [CUE_TAG_C] = "c", [CUE_TAG_LANG] = "lang",
};

uint16_t cue_class_of(const struct span *name)
{
    for (unsigned i = 0; i < CUE_CLASSES; i++) {
        if (span_is(name, cue_class_names[i]))
            return (uint16_t)(1u << i);
    }
    return 0;
}

void cue_put_time(struct buf *out, int64_t us)
{
    int64_t ms = us / 1000;
    buf_printf(out, "%02lld:%02d:%02d.%03d", (long long)(ms / 3600000), (int)(ms / 60000 % 60),
               (int)(ms / 1000 % 60), (int)(ms % 1000));
}

void cue_text_begin(struct cue_text *t, struct buf *out)
{
    t->out = out;
    t->start = out->size;
    t->depth = 0;
    t->line_end = t->shown = false;
    t->stamp = t->last_stamp = -1;
    t->start_us = t->end_us = 0;
}

void cue_text_times(struct cue_text *t, int64_t start_us, int64_t end_us)
{
    t->start_us = start_us;
    t->end_us = end_us;
}

static void put_escaped(struct buf *out, const char *text, size_t n)
{
    size_t plain = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t c = (uint8_t)text[i];
        const char *escape = c == '&'                 ? "&amp;"
                             : c == '<'               ? "&lt;"
                             : c == '>'               ? "&gt;"
                             : c == '\n' || c == '\t' ? " "
                             : c < 0x20 || c == 0x7f  ? ""
                                                      : NULL;
        if (escape == NULL)
            continue;
        buf_put(out, text + plain, i - plain);
        buf_text(out, escape);
        plain = i + 1;
    }
    buf_put(out, text + plain, n - plain);
}

static void put_annotation(struct span s, struct buf *out)
{
    while (s.at < s.end) {
        const char *mark = memchr(s.at, '&', span_size(&s));
        size_t run = mark == NULL ? span_size(&s) : (size_t)(mark - s.at);
        put_escaped(out, s.at, run);
        s.at += run;
        if (s.at == s.end)
            break;
        char meant[ENTITY_TEXT] = "&";
        size_t used = entity_read(s.at, span_size(&s), meant);
        put_escaped(out, meant, strlen(meant));
        s.at += used == 0 ? 1 : used;
    }
}

/* Makes runs of spaces after `from` one and drops those at its ends, as reading it again will. */
static void squeeze(struct buf *out, size_t from)
{
    size_t to = from;
    for (size_t i = from; i < out->size; i++) {
        bool space = out->data[i] == ' ' || out->data[i] == '\f';
        bool first = to == from || out->data[to - 1] == ' ';
        if (!space || !first)
            out->data[to++] = space ? ' ' : out->data[i];
    }
    to -= to > from && out->data[to - 1] == ' ';
    /* With the > that ends the tag, two dashes would be an arrow, and the line one of times. */
    while (to >= from + 2 && out->data[to - 1] == '-' && out->data[to - 2] == '-')
        to--;
    buf_truncate(out, to);
}

static void put_tag(struct cue_text *t, struct cue_open *o)
{
    size_t before = t->out->size;
    buf_printf(t->out, "<%s", tag_names[o->tag]);
    for (unsigned i = 0; i < CUE_CLASSES; i++) {
        if ((o->classes >> i & 1) != 0)
            buf_printf(t->out, ".%s", cue_class_names[i]);
    }
    if (o->tag == CUE_TAG_V || o->tag == CUE_TAG_LANG) {
        buf_u8(t->out, ' ');
        size_t from = t->out->size;
        put_annotation(o->annotation, t->out);
        squeeze(t->out, from);
        o->silent = t->out->size == from;
    }
    if (o->silent) {
        buf_truncate(t->out, before);
        return;
    }
    buf_u8(t->out, '>');
    o->written = true;
}

static void close_one(struct cue_text *t)
{
    struct cue_open *o = &t->open[--t->depth];
    if (o->written)
        buf_printf(t->out, "</%s>", tag_names[o->tag]);
}

static void close_looks(struct cue_text *t)
{
    while (t->depth > 0 && t->open[t->depth - 1].is_look)
        close_one(t);
}

void cue_text_open(struct cue_text *t, enum cue_tag tag, uint16_t classes, struct span annotation)
{
    close_looks(t);
    annotation = span_trim(annotation);
    size_t n = span_size(&annotation);
    bool lacks = (tag == CUE_TAG_V && n == 0) ||
                 (tag == CUE_TAG_LANG && !text_is_language(annotation.at, n));
    if (t->depth < CAPTION_DEPTH_MAX)
        t->open[t->depth++] = (struct cue_open){
            .tag = tag, .classes = classes, .silent = lacks, .annotation = annotation
        };
}

void cue_text_close(struct cue_text *t)
{
    close_looks(t);
    if (t->depth > 0)
        close_one(t);
}

enum cue_tag cue_text_inner(const struct cue_text *t)
{
    for (size_t i = t->depth; i > 0; i--) {
        if (!t->open[i - 1].is_look)
            return t->open[i - 1].tag;
    }
    return CUE_TAG_NONE;
}

void cue_text_look(struct cue_text *t, struct cue_look look)
{
    const struct cue_open want[] = {
        { .tag = CUE_TAG_C, .classes = look.classes, .silent = look.classes == 0 },
        { .tag = CUE_TAG_B, .silent = !look.bold },
        { .tag = CUE_TAG_I, .silent = !look.italic },
        { .tag = CUE_TAG_U, .silent = !look.underline },
    };
    size_t base = t->depth;
    while (base > 0 && t->open[base - 1].is_look)
        base--;
    size_t at = base, k = 0;
    for (; k < 4; k++) {
        if (want[k].silent)
            continue;
        if (at == t->depth || t->open[at].tag != want[k].tag ||
            t->open[at].classes != want[k].classes)
            break;
        at++;
    }
    while (t->depth > at)
        close_one(t);
    for (; k < 4; k++) {
        if (want[k].silent || t->depth == CAPTION_DEPTH_MAX)
            continue;
        t->open[t->depth] = want[k];
        t->open[t->depth++].is_look = true;
    }
}

static bool is_control(char c)
{
    return ((uint8_t)c < 0x20 && c != '\t') || c == 0x7f;
}

static void put_run(struct cue_text *t, struct span run)
{
    while (run.at < run.end &&
           (is_control(*run.at) || (!t->shown && (*run.at == ' ' || *run.at == '\t'))))
        run.at++;
    if (run.at == run.end)
        return;
    if (t->line_end && t->shown)
        buf_u8(t->out, '\n');
    t->line_end = false;
    for (size_t i = 0; i < t->depth; i++) {
        if (!t->open[i].written && !t->open[i].silent)
            put_tag(t, &t->open[i]);
    }
    if (t->stamp > t->last_stamp) {
        buf_u8(t->out, '<');
        cue_put_time(t->out, t->stamp);
        buf_u8(t->out, '>');
        t->last_stamp = t->stamp;
    }
    put_escaped(t->out, run.at, span_size(&run));
    t->shown = true;
}

void cue_text_put(struct cue_text *t, const char *text, size_t n)
{
    struct span left = span_of(text, n);
    while (left.at < left.end) {
        struct span run = span_until(&left, '\n');
        put_run(t, run);
        t->line_end = t->line_end || left.at > run.end;
    }
}

void cue_text_stamp(struct cue_text *t, int64_t at_us)
{
    if (at_us > t->start_us && at_us < t->end_us && at_us > t->last_stamp)
        t->stamp = at_us;
}

size_t cue_text_end(struct cue_text *t)
{
    while (t->depth > 0)
        close_one(t);
    if (!t->shown || t->out->err != OK) {
        buf_truncate(t->out, t->start);
        return 0;
    }
    return t->out->size - t->start;
}
