/* From the tree to cues: times of elements (TTML2 12), what is active when, white space, ruby. A p
 * is a cue; when its spans come and go at times of their own it is one cue for each moment between.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "format/caption/ttml.h"

enum {
    MOMENTS_MAX = 512, /* in one p; a line of karaoke has 20 */
    LINES_JOINED = 8   /* p elements shown together in one place that are made one cue */
};

/* Shown until the end of the programme, of which a caption file knows nothing: WebVTT's last. */
static const int64_t forever = INT64_C(359999999000);

struct interval {
    int64_t begin, end; /* microseconds */
};

struct context {
    struct interval active;
    struct ttml_style style;  /* inherited from content alone */
    struct ttml_node *region; /* NULL: none said */
};

struct walk {
    struct ttml_document *doc;
    size_t joined;
    int64_t *moments; /* of the p being read */
    size_t n_moments;
};

struct render {
    struct walk *walk;
    struct cue_text text;
    int64_t at;              /* the moment being shown */
    bool line_start, spaced; /* spaced: a space is owed */
    struct cue_look space_look;
};

static enum err count_work(struct walk *w, const struct ttml_node *node)
{
    w->doc->work += 1 + span_size(&node->text) / 16; /* a run of text is worth 16 bytes */
    return w->doc->work <= TTML_WORK_MAX
               ? OK
               : caption_fail(w->doc->sink, ERR_FULL, node->line,
                              "too much text that comes and goes at once");
}

/* --- times --- */

static bool is_seq(const struct ttml_node *node)
{
    const char *container = ttml_get(node, ATTR_TT_timeContainer);
    return node->element == EL_sequence || (container != NULL && strcmp(container, "seq") == 0);
}

enum said { SAID_NOT, SAID_TIME, SAID_NEVER };

static enum said read_time(const struct walk *w, const struct ttml_node *node, enum ttml_attr attr,
                           int64_t *us)
{
    const char *text = ttml_get(node, attr);
    if (text == NULL || strcmp(text, "indefinite") == 0)
        return SAID_NOT;
    if (!ttml_time(&w->doc->clock, span_of(text, strlen(text)), us))
        return SAID_NOT; /* only in lenient documents */
    return *us < 0 ? SAID_NEVER : SAID_TIME;
}

static bool is_timed(const struct ttml_node *node)
{
    return node->element == EL_body || node->element == EL_div || node->element == EL_p ||
           node->element == EL_span || node->element == EL_br || node->element == EL_isd ||
           node->element == EL_sequence || node->element == EL_region;
}

static struct interval interval_of(struct walk *w, const struct ttml_node *node,
                                   struct interval parent, bool in_seq, int64_t from);

/* How far the children of node reach: an element of a seq without an end lasts that long. */
static int64_t reach_of(struct walk *w, const struct ttml_node *node, int64_t begin, int64_t limit)
{
    bool seq = is_seq(node);
    int64_t reach = begin, from = begin;
    struct interval all = { begin, limit };
    for (const struct ttml_node *c = node->first; c != NULL; c = c->next) {
        if (!is_timed(c))
            continue;
        struct interval i = interval_of(w, c, all, seq, from);
        from = seq ? i.end : from;
        reach = i.end > reach && i.end < limit ? i.end : reach;
    }
    return reach;
}

/* from: where the times of node count from. An interval that is empty is never shown. */
static struct interval interval_of(struct walk *w, const struct ttml_node *node,
                                   struct interval parent, bool in_seq, int64_t from)
{
    int64_t begin = 0, end = 0, dur = 0;
    enum said says_begin = read_time(w, node, ATTR_TT_begin, &begin);
    enum said says_end = read_time(w, node, ATTR_TT_end, &end);
    enum said says_dur = read_time(w, node, ATTR_TT_dur, &dur);
    w->doc->work++;
    if (says_begin == SAID_NEVER || says_end == SAID_NEVER || says_dur == SAID_NEVER)
        return (struct interval){ from, from };
    struct interval i = { from + (says_begin == SAID_TIME ? begin : 0), parent.end };
    if (says_dur == SAID_TIME && i.begin + dur < i.end)
        i.end = i.begin + dur;
    if (says_end == SAID_TIME && from + end < i.end)
        i.end = from + end;
    if (in_seq && says_dur != SAID_TIME && says_end != SAID_TIME)
        i.end = reach_of(w, node, i.begin, i.end);
    i.end = i.end < i.begin ? i.begin : i.end;
    return i;
}

/* --- what is shown --- */

static bool holds(const struct ttml_node *node)
{
    const char *condition = ttml_get(node, ATTR_TT_condition);
    bool v = true;
    return condition == NULL || !ttml_condition(span_of(condition, strlen(condition)), &v) || v;
}

static enum err child_context(struct walk *w, struct ttml_node *node, const struct context *parent,
                              struct interval active, struct context *out)
{
    struct ttml_style said;
    enum err err = ttml_style_said(w->doc, node, &said);
    if (err != OK)
        return err;
    *out = (struct context){ active, ttml_style_inherit(&parent->style, &said), parent->region };
    const char *id = ttml_get(node, ATTR_TT_region);
    struct ttml_node *region = id == NULL ? NULL : ttml_by_id(w->doc, id, strlen(id));
    if (region == NULL || region->element != EL_region)
        region =
            node->element == EL_div || node->element == EL_p ? ttml_child(node, EL_region) : NULL;
    if (region != NULL)
        out->region = region;
    if (node->element == EL_region)
        out->region = node;
    return OK;
}

/* Style of content as it is seen: under it what its region says, under that the initial values. */
static struct ttml_style seen_style(const struct walk *w, const struct ttml_style *region,
                                    const struct ttml_style *content)
{
    struct ttml_style s = *w->doc->initial;
    if (region != NULL)
        s = ttml_style_inherit(&s, region);
    struct ttml_style seen = ttml_style_inherit(&s, content);
    seen.none = content->none;
    seen.ruby = content->ruby;
    seen.background = content->background;
    return seen;
}

/* --- text --- */

static void put_owed_space(struct render *r)
{
    if (!r->spaced)
        return;
    r->spaced = false;
    cue_text_look(&r->text, r->space_look);
    cue_text_put(&r->text, " ", 1);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void put_collapsed(struct render *r, struct span s, struct cue_look look)
{
    while (s.at < s.end) {
        if (is_blank(*s.at)) {
            span_skip_blank(&s);
            if (!r->line_start && !r->spaced) {
                r->spaced = true;
                r->space_look = look;
            }
            continue;
        }
        const char *run = s.at;
        while (s.at < s.end && !is_blank(*s.at))
            s.at++;
        put_owed_space(r);
        cue_text_look(&r->text, look);
        cue_text_put(&r->text, run, (size_t)(s.at - run));
        r->line_start = false;
    }
}

static void put_text(struct render *r, const struct ttml_node *node, struct cue_look look)
{
    if (!node->preserve) {
        put_collapsed(r, node->text, look);
        return;
    }
    put_owed_space(r);
    cue_text_look(&r->text, look);
    cue_text_put(&r->text, node->text.at, span_size(&node->text));
    r->line_start = false;
}

static enum err render_children(struct render *r, struct ttml_node *node,
                                const struct context *context, const struct ttml_style *region);

static void open_tag(struct render *r, enum cue_tag tag)
{
    put_owed_space(r);
    cue_text_open(&r->text, tag, 0, span_of("", 0));
}

/* The next child of a ruby group after `after` (NULL: the first) of one kind. */
static struct ttml_node *next_ruby(struct walk *w, struct ttml_node *parent,
                                   struct ttml_node *after, enum ttml_ruby kind)
{
    struct ttml_node *c = after == NULL ? parent->first : after->next;
    for (; c != NULL; c = c->next) {
        struct ttml_style said = { 0 };
        if (c->element == EL_span && ttml_style_said(w->doc, c, &said) == OK && said.ruby == kind)
            return c;
    }
    return NULL;
}

static enum err render_child(struct render *r, struct ttml_node *node,
                             const struct context *context, const struct ttml_style *region,
                             struct interval active);

static enum err render_one(struct render *r, struct ttml_node *node, const struct context *context,
                           const struct ttml_style *region)
{
    if (node == NULL)
        return OK;
    return render_child(r, node, context, region,
                        interval_of(r->walk, node, context->active, false, context->active.begin));
}

/* Bases and texts that stand in groups of their own, paired one by one as WebVTT wants them. */
static enum err render_ruby_groups(struct render *r, struct ttml_node *node,
                                   const struct context *context, const struct ttml_style *region)
{
    struct walk *w = r->walk;
    struct ttml_node *bases = next_ruby(w, node, NULL, RUBY_BASES);
    struct ttml_node *texts = next_ruby(w, node, NULL, RUBY_TEXTS);
    struct ttml_node *base = next_ruby(w, bases, NULL, RUBY_BASE);
    struct ttml_node *text = texts == NULL ? NULL : next_ruby(w, texts, NULL, RUBY_TEXT);
    enum err err = OK;
    while (err == OK && (base != NULL || text != NULL)) {
        err = render_one(r, base, context, region);
        if (err == OK)
            err = render_one(r, text, context, region);
        base = base == NULL ? NULL : next_ruby(w, bases, base, RUBY_BASE);
        text = text == NULL ? NULL : next_ruby(w, texts, text, RUBY_TEXT);
    }
    return err;
}

static enum err render_span(struct render *r, struct ttml_node *node, const struct context *context,
                            const struct ttml_style *region)
{
    enum err err;
    switch (context->style.ruby) {
    case RUBY_DELIMITER: return OK;
    case RUBY_CONTAINER:
        open_tag(r, CUE_TAG_RUBY);
        err = next_ruby(r->walk, node, NULL, RUBY_BASES) != NULL
                  ? render_ruby_groups(r, node, context, region)
                  : render_children(r, node, context, region);
        break;
    case RUBY_TEXT:
        if (cue_text_inner(&r->text) != CUE_TAG_RUBY)
            return render_children(r, node, context, region);
        open_tag(r, CUE_TAG_RT);
        err = render_children(r, node, context, region);
        break;
    default: return render_children(r, node, context, region);
    }
    put_owed_space(r);
    cue_text_close(&r->text);
    return err;
}

static enum err render_child(struct render *r, struct ttml_node *node,
                             const struct context *context, const struct ttml_style *region,
                             struct interval active)
{
    struct context inner;
    if (r->at < active.begin || r->at >= active.end || !holds(node))
        return OK;
    enum err err = child_context(r->walk, node, context, active, &inner);
    if (err != OK || inner.style.none == FLAG_YES)
        return err;
    if (node->element == EL_br) {
        r->spaced = false;
        r->line_start = true;
        cue_text_put(&r->text, "\n", 1);
        return OK;
    }
    return render_span(r, node, &inner, region);
}

static enum err render_children(struct render *r, struct ttml_node *node,
                                const struct context *context, const struct ttml_style *region)
{
    struct ttml_style seen = seen_style(r->walk, region, &context->style);
    struct cue_look look = ttml_style_look(&seen);
    bool seq = is_seq(node);
    int64_t from = context->active.begin;
    enum err err = OK;
    for (struct ttml_node *c = node->first; err == OK && c != NULL; c = c->next) {
        err = count_work(r->walk, c);
        if (err == OK && c->element == EL_TEXT && !seq && seen.hidden != FLAG_YES)
            put_text(r, c, look);
        if (err != OK || (c->element != EL_span && c->element != EL_br))
            continue;
        struct interval i = interval_of(r->walk, c, context->active, seq, from);
        from = seq ? i.end : from;
        err = render_child(r, c, context, region, i);
    }
    return err;
}

/* --- moments of a p at which something in it changes --- */

static enum err add_moment(struct walk *w, const struct ttml_node *node, int64_t at,
                           struct interval within)
{
    if (at <= within.begin || at >= within.end)
        return OK;
    if (w->n_moments == MOMENTS_MAX)
        return caption_fail(w->doc->sink, ERR_FULL, node->line,
                            "more than %d changes inside one paragraph", MOMENTS_MAX);
    w->moments[w->n_moments++] = at;
    return OK;
}

static enum err find_moments(struct walk *w, const struct ttml_node *node, struct interval active)
{
    bool seq = is_seq(node);
    int64_t from = active.begin;
    enum err err = OK;
    for (const struct ttml_node *c = node->first; err == OK && c != NULL; c = c->next) {
        if (c->element != EL_span && c->element != EL_br)
            continue;
        struct interval i = interval_of(w, c, active, seq, from);
        from = seq ? i.end : from;
        err = count_work(w, c);
        if (err == OK)
            err = add_moment(w, c, i.begin, active);
        if (err == OK)
            err = add_moment(w, c, i.end, active);
        if (err == OK)
            err = find_moments(w, c, i);
    }
    return err;
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* --- cues --- */

static bool is_same_place(const struct caption_settings *a, const struct caption_settings *b)
{
    return a->vertical == b->vertical && a->line_kind == b->line_kind && a->line == b->line &&
           a->line_align == b->line_align && a->align == b->align &&
           a->has_position == b->has_position && a->position == b->position &&
           a->position_align == b->position_align && a->has_size == b->has_size &&
           a->size == b->size;
}

/* Lines of one place are one cue, the first on top; players would stack cues the other way. */
static bool join_line(struct walk *w, const struct caption_cue *cue, const char *text, size_t n)
{
    struct caption_list *list = w->doc->sink->list;
    struct caption_cue *last = list->n == 0 ? NULL : &list->cues[list->n - 1];
    if (last == NULL || w->joined >= LINES_JOINED || last->start_us != cue->start_us ||
        last->end_us != cue->end_us || !is_same_place(&last->settings, &cue->settings) ||
        n >= CAPTION_TEXT_MAX - list->text_size)
        return false;
    w->joined++;
    last->text = arena_printf(w->doc->sink->arena, "%s\n%.*s", last->text, (int)n, text);
    list->text_size += n + 1;
    return true;
}

/* A moment that shows what the one before it showed makes that cue longer. */
static bool lengthen(struct walk *w, const struct caption_cue *cue, const char *text, size_t n)
{
    struct caption_list *list = w->doc->sink->list;
    struct caption_cue *last = list->n == 0 ? NULL : &list->cues[list->n - 1];
    if (last == NULL || last->end_us != cue->start_us ||
        !is_same_place(&last->settings, &cue->settings) || strlen(last->text) != n ||
        memcmp(last->text, text, n) != 0)
        return false;
    last->end_us = cue->end_us;
    return true;
}

static enum err add_cue(struct walk *w, struct ttml_node *p, struct caption_cue *cue, bool whole)
{
    struct caption_sink *sink = w->doc->sink;
    const char *id = ttml_get(p, ATTR_XML_id);
    const char *text = buf_string(sink->scratch);
    size_t n = sink->scratch->size;
    /* As caption_sink_add will have them, to compare with the cue before. */
    cue->start_us = (cue->start_us + 500) / 1000 * 1000;
    cue->end_us = (cue->end_us + 500) / 1000 * 1000;
    bool done = n == 0 || cue->end_us <= cue->start_us ||
                (whole ? join_line(w, cue, text, n) : lengthen(w, cue, text, n));
    if (done) {
        buf_clear(sink->scratch);
        return OK;
    }
    w->joined = 0;
    return caption_sink_add(sink, cue, id == NULL ? span_of("", 0) : span_of(id, strlen(id)));
}

static enum err read_moment(struct walk *w, struct ttml_node *p, const struct context *context,
                            const struct ttml_style *region, struct interval shown)
{
    struct render r = { .walk = w, .at = shown.begin, .line_start = true };
    cue_text_begin(&r.text, w->doc->sink->scratch);
    enum err err = render_children(&r, p, context, region);
    cue_text_end(&r.text);
    if (err != OK)
        return err;
    struct ttml_style seen = seen_style(w, region, &context->style);
    struct caption_cue cue = { .start_us = shown.begin, .end_us = shown.end };
    ttml_style_place(w->doc, &seen, region, &cue.settings);
    bool whole = shown.begin == context->active.begin && shown.end == context->active.end;
    return add_cue(w, p, &cue, whole);
}

static enum err read_p(struct walk *w, struct ttml_node *p, const struct context *context)
{
    struct ttml_style said = { 0 };
    enum err err = OK;
    if (context->region != NULL)
        err = ttml_style_said(w->doc, context->region, &said);
    if (err != OK || said.none == FLAG_YES)
        return err;
    w->n_moments = 0;
    err = find_moments(w, p, context->active);
    if (err != OK)
        return err;
    qsort(w->moments, w->n_moments, sizeof *w->moments, by_time);
    int64_t begin = context->active.begin;
    for (size_t i = 0; err == OK && i <= w->n_moments; i++) {
        int64_t end = i < w->n_moments ? w->moments[i] : context->active.end;
        if (end > begin)
            err = read_moment(w, p, context, context->region == NULL ? NULL : &said,
                              (struct interval){ begin, end });
        begin = end;
    }
    return err;
}

static bool is_container(const struct ttml_node *node)
{
    bool isd_region =
        node->element == EL_region && node->parent != NULL && node->parent->element == EL_isd;
    return isd_region || node->element == EL_body || node->element == EL_div ||
           node->element == EL_p || node->element == EL_isd;
}

static enum err walk_container(struct walk *w, struct ttml_node *node,
                               const struct context *context)
{
    bool seq = is_seq(node);
    int64_t from = context->active.begin;
    enum err err = OK;
    for (struct ttml_node *c = node->first; err == OK && c != NULL; c = c->next) {
        if (!is_container(c))
            continue;
        struct context inner;
        struct interval i = interval_of(w, c, context->active, seq, from);
        from = seq ? i.end : from;
        err = count_work(w, c);
        if (err != OK || i.begin >= i.end || !holds(c))
            continue;
        err = child_context(w, c, context, i, &inner);
        if (err != OK || inner.style.none == FLAG_YES)
            continue;
        err = c->element == EL_p ? read_p(w, c, &inner) : walk_container(w, c, &inner);
    }
    return err;
}

enum err ttml_cues(struct ttml_document *doc)
{
    struct walk w = { .doc = doc };
    w.moments = ARENA_ARRAY(doc->sink->arena, int64_t, MOMENTS_MAX);
    struct context all = { .active = { 0, forever } };
    if (doc->root->element == EL_isd)
        all.active = interval_of(&w, doc->root, all.active, false, 0);
    return walk_container(&w, doc->root, &all);
}
