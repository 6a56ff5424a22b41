/* What styles come to for WebVTT: italic, bold, underline, eight colours, and a place. */
#include <string.h>

#include "base/arena.h"
#include "format/caption/ttml.h"

enum { COLOR_SAID = 0x8000, STATE_NEW = 0, STATE_OPEN = 1, STATE_DONE = 2 };

struct word {
    const char *name;
    uint8_t v;
};

static uint8_t word_of(const char *value, const struct word *words, size_t n, uint8_t otherwise)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(value, words[i].name) == 0)
            return words[i].v;
    }
    return otherwise;
}

#define WORD_OF(value, words, otherwise)                                                           \
    word_of((value), (words), sizeof(words) / sizeof((words)[0]), (otherwise))

/* The eight colours of WebVTT, opaque. */
static uint16_t color_class(const char *value, unsigned shift)
{
    static const uint32_t rows[CUE_COLOURS] = { 0xffffffff, 0x00ff00ff, 0x00ffffff, 0xff0000ff,
                                                0xffff00ff, 0xff00ffff, 0x0000ffff, 0x000000ff };
    uint32_t rgba;
    struct span s = span_trim(span_of(value, strlen(value)));
    if (!ttml_color(s, &rgba))
        return COLOR_SAID;
    for (unsigned i = 0; i < CUE_COLOURS; i++) {
        if (rows[i] == rgba)
            return (uint16_t)(COLOR_SAID | 1u << (i + shift));
    }
    return COLOR_SAID;
}

static void say_decoration(const char *value, struct ttml_style *s)
{
    struct span left = span_of(value, strlen(value));
    for (struct span word = span_word(&left); word.at < word.end; word = span_word(&left)) {
        if (span_is(&word, "underline"))
            s->underline = FLAG_YES;
        else if (span_is(&word, "none") || span_is(&word, "noUnderline"))
            s->underline = FLAG_NO;
    }
}

static void say_mode(const char *value, struct ttml_style *s)
{
    static const struct word modes[] = { { "tbrl", CAPTION_VERTICAL_RL + 1 },
                                         { "tb", CAPTION_VERTICAL_RL + 1 },
                                         { "tblr", CAPTION_VERTICAL_LR + 1 } };
    s->vertical = WORD_OF(value, modes, CAPTION_HORIZONTAL + 1);
}

static void say_opacity(const char *value, struct ttml_style *s)
{
    struct span v = span_of(value, strlen(value));
    bool zero = v.at < v.end;
    for (; v.at < v.end; v.at++)
        zero = zero && (*v.at == '0' || *v.at == '.');
    s->hidden = zero ? FLAG_YES : s->hidden;
}

static void say(enum ttml_attr attr, const char *value, struct ttml_style *s)
{
    static const struct word styles[] = { { "italic", FLAG_YES }, { "oblique", FLAG_YES } };
    static const struct word weights[] = { { "bold", FLAG_YES } };
    static const struct word hides[] = { { "hidden", FLAG_YES } };
    static const struct word displays[] = { { "none", FLAG_YES } };
    static const struct word ways[] = { { "rtl", FLAG_YES } };
    static const struct word aligns[] = { { "start", TTML_ALIGN_START },
                                          { "left", TTML_ALIGN_LEFT },
                                          { "center", TTML_ALIGN_CENTER },
                                          { "right", TTML_ALIGN_RIGHT },
                                          { "end", TTML_ALIGN_END } };
    static const struct word places[] = { { "before", DISPLAY_BEFORE },
                                          { "center", DISPLAY_CENTER },
                                          { "after", DISPLAY_AFTER } };
    static const struct word rubies[] = {
        { "container", RUBY_CONTAINER }, { "base", RUBY_BASE },
        { "text", RUBY_TEXT },           { "baseContainer", RUBY_BASES },
        { "textContainer", RUBY_TEXTS }, { "delimiter", RUBY_DELIMITER },
    };
    switch (attr) {
    case ATTR_TTS_fontStyle: s->italic = WORD_OF(value, styles, FLAG_NO); break;
    case ATTR_TTS_fontWeight: s->bold = WORD_OF(value, weights, FLAG_NO); break;
    case ATTR_TTS_textDecoration: say_decoration(value, s); break;
    case ATTR_TTS_visibility: s->hidden = WORD_OF(value, hides, FLAG_NO); break;
    case ATTR_TTS_opacity: say_opacity(value, s); break;
    case ATTR_TTS_display: s->none = WORD_OF(value, displays, FLAG_NO); break;
    case ATTR_TTS_direction: s->rtl = WORD_OF(value, ways, FLAG_NO); break;
    case ATTR_TTS_textAlign: s->align = WORD_OF(value, aligns, TTML_ALIGN_START); break;
    case ATTR_TTS_displayAlign: s->display_align = WORD_OF(value, places, DISPLAY_BEFORE); break;
    case ATTR_TTS_ruby: s->ruby = WORD_OF(value, rubies, RUBY_NONE); break;
    case ATTR_TTS_writingMode: say_mode(value, s); break;
    case ATTR_TTS_color: s->color = color_class(value, 0); break;
    case ATTR_TTS_backgroundColor: s->background = color_class(value, CUE_COLOURS); break;
    case ATTR_TTS_origin: s->origin = value; break;
    case ATTR_TTS_extent: s->extent = value; break;
    case ATTR_TTS_position: s->position = value; break;
    default: break;
    }
}

#define TAKE(field) a->field = b->field != 0 ? b->field : a->field

/* a with what b says in place of it. */
static void overlay(struct ttml_style *a, const struct ttml_style *b)
{
    TAKE(italic), TAKE(bold), TAKE(underline), TAKE(hidden), TAKE(none), TAKE(rtl);
    TAKE(align), TAKE(display_align), TAKE(ruby), TAKE(vertical), TAKE(color), TAKE(background);
    TAKE(origin), TAKE(extent), TAKE(position);
}

static enum err say_references(struct ttml_document *doc, const struct ttml_node *node,
                               struct ttml_style *out)
{
    const char *references = ttml_get(node, ATTR_TT_style);
    struct span left =
        references == NULL ? span_of("", 0) : span_of(references, strlen(references));
    for (struct span id = span_word(&left); id.at < id.end; id = span_word(&left)) {
        struct ttml_node *style = ttml_by_id(doc, id.at, span_size(&id));
        if (++doc->work > TTML_WORK_MAX)
            return caption_fail(doc->sink, ERR_FULL, node->line, "too many references to styles");
        if (style == NULL || style->element != EL_style)
            continue; /* a style that is not there changes nothing */
        struct ttml_style said;
        enum err err = ttml_style_said(doc, style, &said);
        if (err != OK)
            return err;
        overlay(out, &said);
    }
    return OK;
}

static void say_own(const struct ttml_node *node, struct ttml_style *out)
{
    for (uint32_t i = 0; i < node->n_values; i++)
        say(node->values[i].attr, node->values[i].text, out);
}

/* Style references form no circle and no deep chain: each style is resolved once, and one that is
 * met while it is being resolved is refused. */
static enum err resolve(struct ttml_document *doc, struct ttml_node *node, struct ttml_style *out)
{
    *out = (struct ttml_style){ 0 };
    enum err err = say_references(doc, node, out);
    if (err != OK)
        return err;
    for (const struct ttml_node *c = node->first; c != NULL; c = c->next) {
        if (c->element == EL_style && node->element == EL_region) {
            struct ttml_style nested = { 0 };
            err = say_references(doc, c, &nested);
            if (err != OK)
                return err;
            say_own(c, &nested);
            overlay(out, &nested);
        }
    }
    say_own(node, out);
    return OK;
}

enum err ttml_style_said(struct ttml_document *doc, struct ttml_node *node, struct ttml_style *out)
{
    if (node->element != EL_style && node->element != EL_region)
        return resolve(doc, node, out);
    if (node->style_state == STATE_OPEN || doc->style_depth == CAPTION_DEPTH_MAX)
        return caption_fail(doc->sink, ERR_MALFORMED, node->line,
                            "this style refers to itself through others");
    if (node->style_state == STATE_NEW) {
        node->style_state = STATE_OPEN;
        doc->style_depth++;
        node->style = ARENA_NEW(doc->sink->arena, struct ttml_style);
        enum err err = resolve(doc, node, node->style);
        doc->style_depth--;
        if (err != OK)
            return err;
        node->style_state = STATE_DONE;
    }
    *out = *node->style;
    return OK;
}

struct ttml_style ttml_style_inherit(const struct ttml_style *parent, const struct ttml_style *said)
{
    struct ttml_style s = *parent;
    s.none = s.ruby = 0;
    s.background = 0;
    s.origin = s.extent = s.position = NULL;
    s.display_align = 0;
    overlay(&s, said);
    return s;
}

struct cue_look ttml_style_look(const struct ttml_style *style)
{
    uint16_t classes = (uint16_t)(style->color | style->background);
    classes &= (uint16_t)~COLOR_SAID;
    /* White on black is what players do anyway. */
    classes &= (uint16_t) ~(1u | 1u << 15);
    return (struct cue_look){ .italic = style->italic == FLAG_YES,
                              .bold = style->bold == FLAG_YES,
                              .underline = style->underline == FLAG_YES,
                              .classes = classes };
}

/* --- where a region is, in thousandths of a percent of the picture --- */

struct box {
    int64_t x, y, width, height;
};

static int64_t clamp_percent(int64_t v)
{
    return v < 0 ? 0 : v > 100000 ? 100000 : v;
}

/* A length across (or down) the root container; what percentages mean is `of`. */
static bool to_percent(const struct ttml_document *doc, struct ttml_length l, bool across,
                       int64_t of, int64_t *out)
{
    int64_t px = across ? doc->width_px : doc->height_px, cells = across ? doc->columns : doc->rows;
    switch (l.unit) {
    case UNIT_PERCENT: *out = l.thousandths * of / 100000; return true;
    case UNIT_RW:
    case UNIT_RH: *out = l.thousandths; return (l.unit == UNIT_RW) == across;
    case UNIT_PX: *out = px == 0 ? 0 : l.thousandths * 100 / px; return px != 0;
    case UNIT_CELL: *out = l.thousandths * 100 / cells; return true;
    default: return false;
    }
}

static bool read_pair(const struct ttml_document *doc, const char *text, int64_t *x, int64_t *y)
{
    struct span s = span_of(text, strlen(text));
    struct ttml_length a, b;
    return ttml_length(span_word(&s), &a) && ttml_length(span_word(&s), &b) &&
           to_percent(doc, a, true, 100000, x) && to_percent(doc, b, false, 100000, y);
}

static bool read_box(const struct ttml_document *doc, const struct ttml_style *region,
                     struct box *box)
{
    *box = (struct box){ 0, 0, 100000, 100000 };
    bool placed =
        region->extent != NULL && read_pair(doc, region->extent, &box->width, &box->height);
    struct ttml_place place;
    if (region->position != NULL &&
        ttml_position(span_of(region->position, strlen(region->position)), &place)) {
        int64_t x = 0, y = 0;
        if (to_percent(doc, place.x, true, 100000 - box->width, &x) &&
            to_percent(doc, place.y, false, 100000 - box->height, &y)) {
            box->x = place.from_right ? 100000 - box->width - x : x;
            box->y = place.from_bottom ? 100000 - box->height - y : y;
            placed = true;
        }
    } else if (region->origin != NULL) {
        placed = read_pair(doc, region->origin, &box->x, &box->y) || placed;
    }
    int64_t right = clamp_percent(box->x + box->width),
            bottom = clamp_percent(box->y + box->height);
    box->x = clamp_percent(box->x);
    box->y = clamp_percent(box->y);
    box->width = clamp_percent(right - box->x);
    box->height = clamp_percent(bottom - box->y);
    return placed;
}

/* Text that stands at the bottom anyway keeps the player's own bottom line, which knows about
 * controls and other cues. */
static void place_line(const struct box *box, uint8_t align, struct caption_settings *out)
{
    enum { BOTTOM = 75000 };
    int64_t bottom = box->y + box->height;
    bool low = align == DISPLAY_AFTER ? bottom >= BOTTOM : box->y >= BOTTOM;
    if (low || (align == DISPLAY_CENTER && box->y + box->height / 2 >= BOTTOM))
        return;
    out->line_kind = CAPTION_LINE_PERCENT;
    out->line = (int32_t)(align == DISPLAY_AFTER    ? bottom
                          : align == DISPLAY_CENTER ? box->y + box->height / 2
                                                    : box->y);
    out->line_align = align == DISPLAY_AFTER    ? CAPTION_LINE_END
                      : align == DISPLAY_CENTER ? CAPTION_LINE_CENTER
                                                : CAPTION_LINE_START;
}

/* The edge of the box that text is aligned to; start and end are sides of the writing. */
static void place_across(const struct box *box, uint8_t align, bool rtl,
                         struct caption_settings *out)
{
    bool left = align == TTML_ALIGN_LEFT || align == (rtl ? TTML_ALIGN_END : TTML_ALIGN_START);
    bool center = align == TTML_ALIGN_CENTER;
    out->position = (int32_t)(center ? box->x + box->width / 2
                              : left ? box->x
                                     : box->x + box->width);
    int32_t otherwise = center ? 50000 : left ? 0 : 100000;
    out->has_position = out->position != otherwise;
    if (!out->has_position)
        out->position = 0;
    else
        out->position_align = center ? CAPTION_POSITION_CENTER
                              : left ? CAPTION_POSITION_LEFT
                                     : CAPTION_POSITION_RIGHT;
    out->has_size = box->width < 100000 && box->width > 0;
    out->size = out->has_size ? (int32_t)box->width : 0;
}

static enum caption_align align_of(uint8_t align)
{
    static const enum caption_align rows[] = {
        [TTML_ALIGN_UNSAID] = CAPTION_ALIGN_CENTER, [TTML_ALIGN_START] = CAPTION_ALIGN_START,
        [TTML_ALIGN_LEFT] = CAPTION_ALIGN_LEFT,     [TTML_ALIGN_CENTER] = CAPTION_ALIGN_CENTER,
        [TTML_ALIGN_RIGHT] = CAPTION_ALIGN_RIGHT,   [TTML_ALIGN_END] = CAPTION_ALIGN_END,
    };
    return rows[align];
}

void ttml_style_place(const struct ttml_document *doc, const struct ttml_style *style,
                      const struct ttml_style *region, struct caption_settings *out)
{
    *out = (struct caption_settings){ .vertical = CAPTION_HORIZONTAL };
    uint8_t align = style->align;
    uint8_t vertical = region != NULL && region->vertical != 0 ? region->vertical : style->vertical;
    if (vertical != 0)
        out->vertical = (enum caption_vertical)(vertical - 1);
    struct box box;
    bool placed = region != NULL && read_box(doc, region, &box);
    /* The standard starts lines at the left of a placed region; where nothing is said of a place,
     * subtitles are centred. */
    if (align == TTML_ALIGN_UNSAID && placed)
        align = TTML_ALIGN_START;
    out->align = align_of(align);
    if (!placed || out->vertical != CAPTION_HORIZONTAL)
        return;
    place_line(&box, region->display_align, out);
    place_across(&box, align, style->rtl == FLAG_YES, out);
}

/* tts:extent of the root in pixels, the grid of cells, and what initial elements say. */
void ttml_style_init(struct ttml_document *doc)
{
    const char *extent = ttml_get(doc->root, ATTR_TTS_extent);
    const char *cells = ttml_get(doc->root, ATTR_TTP_cellResolution);
    doc->columns = 32, doc->rows = 15;
    doc->initial = ARENA_NEW(doc->sink->arena, struct ttml_style);
    if (cells != NULL) {
        struct span s = span_of(cells, strlen(cells));
        int64_t a = 0, b = 0;
        span_skip_blank(&s);
        span_digits(&s, &a);
        span_skip_blank(&s);
        span_digits(&s, &b);
        if (a > 0 && b > 0)
            doc->columns = a, doc->rows = b;
    }
    if (extent != NULL) {
        struct span s = span_of(extent, strlen(extent));
        struct ttml_length w, h;
        if (ttml_length(span_word(&s), &w) && ttml_length(span_word(&s), &h) && w.unit == UNIT_PX &&
            h.unit == UNIT_PX && w.thousandths >= 1000 && h.thousandths >= 1000)
            doc->width_px = w.thousandths / 1000, doc->height_px = h.thousandths / 1000;
    }
    const struct ttml_node *head = ttml_child(doc->root, EL_head);
    const struct ttml_node *styling = head == NULL ? NULL : ttml_child(head, EL_styling);
    for (struct ttml_node *c = styling == NULL ? NULL : styling->first; c != NULL; c = c->next) {
        if (c->element == EL_initial)
            say_own(c, doc->initial);
    }
}
