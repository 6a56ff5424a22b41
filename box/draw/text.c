#include "box/draw/text.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLOTS = 512,
    CACHE_MAX = 6 * 1024 * 1024, /* bytes of masks: about three full screens of text */
    KEY_MAX = 2048,              /* longer texts are cut: no screen shows as much */
};

struct mask {
    struct mask *next;
    char *key;
    cairo_surface_t *surface; /* A8 */
    int left, width, height;  /* of the ink's line box within what was asked for */
    uint64_t used;
};

struct text_cache {
    PangoContext *context;
    struct mask *slots[SLOTS];
    size_t bytes;
    uint64_t clock;
};

struct text_cache *text_cache_create(cairo_t *cr)
{
    struct text_cache *t = calloc(1, sizeof *t);
    if (t == NULL)
        abort();
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
    t->context = pango_cairo_create_context(cr);
    pango_cairo_context_set_font_options(t->context, options);
    cairo_font_options_destroy(options);
    return t;
}

static size_t mask_bytes(const struct mask *m)
{
    return sizeof *m + strlen(m->key) +
           (size_t)cairo_image_surface_get_stride(m->surface) *
               (size_t)cairo_image_surface_get_height(m->surface);
}

static void drop(struct text_cache *t, struct mask **at)
{
    struct mask *m = *at;
    *at = m->next;
    t->bytes -= mask_bytes(m);
    cairo_surface_destroy(m->surface);
    free(m->key);
    free(m);
}

void text_cache_clear(struct text_cache *t)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        while (t->slots[i] != NULL)
            drop(t, &t->slots[i]);
    }
}

void text_cache_destroy(struct text_cache **cache)
{
    struct text_cache *t = *cache;
    *cache = NULL;
    if (t == NULL)
        return;
    text_cache_clear(t);
    g_object_unref(t->context);
    free(t);
}

size_t text_cache_bytes(const struct text_cache *t)
{
    return t->bytes;
}

/* Lets go of all that was not used since half of the drawings ago. */
static void make_room(struct text_cache *t)
{
    uint64_t oldest = UINT64_MAX, limit;
    for (unsigned i = 0; i < SLOTS; i++) {
        for (const struct mask *m = t->slots[i]; m != NULL; m = m->next)
            oldest = m->used < oldest ? m->used : oldest;
    }
    limit = oldest + (t->clock - oldest) / 2;
    for (unsigned i = 0; i < SLOTS; i++) {
        for (struct mask **at = &t->slots[i]; *at != NULL;) {
            if ((*at)->used <= limit)
                drop(t, at);
            else
                at = &(*at)->next;
        }
    }
}

static double size_of(const struct canvas *c, const struct text_look *look)
{
    double size = look->size > 0 ? look->size : 20;
    return size * c->scale * (look->is_fixed ? 1 : c->theme.text_scale);
}

int text_line(const struct canvas *c, double size, bool is_fixed)
{
    struct text_look look = { .size = size, .is_fixed = is_fixed };
    return (int)ceil(size_of(c, &look) * 1.36);
}

static PangoLayout *layout_of(struct canvas *c, const char *text, int width,
                              const struct text_look *look)
{
    static const char *const families[] = { [TEXT_PLAIN] = "Noto Sans, DejaVu Sans, sans-serif",
                                            [TEXT_STRONG] = "Noto Sans, DejaVu Sans, sans-serif",
                                            [TEXT_DISPLAY] = "Noto Serif, DejaVu Serif, serif" };
    static const PangoAlignment aligns[] = { [TEXT_START] = PANGO_ALIGN_LEFT,
                                             [TEXT_CENTRE] = PANGO_ALIGN_CENTER,
                                             [TEXT_END] = PANGO_ALIGN_RIGHT };
    PangoFontDescription *font = pango_font_description_from_string(families[look->weight]);
    pango_font_description_set_absolute_size(font, size_of(c, look) * PANGO_SCALE);
    if (look->weight != TEXT_PLAIN)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    PangoLayout *layout = pango_layout_new(c->texts->context);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_alignment(layout, aligns[look->align]);
    pango_layout_set_width(layout, width * PANGO_SCALE);
    pango_layout_set_height(layout, -(look->lines > 0 ? look->lines : 1));
    pango_layout_set_single_paragraph_mode(layout, look->lines <= 1);
    size_t n = strnlen(text, KEY_MAX);
    while (n > 0 && n == KEY_MAX && ((unsigned char)text[n] & 0xc0) == 0x80)
        n -= 1; /* not in the middle of a letter */
    pango_layout_set_text(layout, text, (int)n);
    return layout;
}

static uint64_t hash_of(const char *key)
{
    uint64_t h = 14695981039346656037u;
    for (; *key != '\0'; key++)
        h = (h ^ (unsigned char)*key) * 1099511628211u;
    return h;
}

/* Draws the layout into a mask of the ink and the lines. NULL: no memory. */
static struct mask *mask_make(struct canvas *c, const char *text, int width,
                              const struct text_look *look)
{
    PangoRectangle ink, lines;
    PangoLayout *layout = layout_of(c, text, width, look);
    pango_layout_get_pixel_extents(layout, &ink, &lines);
    struct mask *m = calloc(1, sizeof *m);
    int left = ink.x < lines.x ? ink.x : lines.x;
    int right =
        ink.x + ink.width > lines.x + lines.width ? ink.x + ink.width : lines.x + lines.width;
    m->left = left;
    m->width = right - left > 0 ? right - left : 1;
    m->height = lines.height > 0 ? lines.height : 1;
    m->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, m->width, m->height);
    if (cairo_surface_status(m->surface) != CAIRO_STATUS_SUCCESS) {
        cairo_surface_destroy(m->surface);
        free(m);
        g_object_unref(layout);
        return NULL;
    }
    cairo_t *cr = cairo_create(m->surface);
    cairo_set_source_rgba(cr, 1, 1, 1, 1);
    cairo_move_to(cr, -left, 0);
    pango_cairo_show_layout(cr, layout);
    cairo_destroy(cr);
    g_object_unref(layout);
    return m;
}

static const struct mask *mask_of(struct canvas *c, const char *text, int width,
                                  const struct text_look *look)
{
    struct text_cache *t = c->texts;
    char key[KEY_MAX + 64];
    if (text[0] == '\0' || width <= 0)
        return NULL;
    snprintf(key, sizeof key, "%d/%.1f/%d/%d/%d/%.*s", width, size_of(c, look), (int)look->weight,
             (int)look->align, look->lines, KEY_MAX, text);
    struct mask **slot = &t->slots[hash_of(key) % SLOTS];
    t->clock += 1;
    for (struct mask *m = *slot; m != NULL; m = m->next) {
        if (strcmp(m->key, key) == 0) {
            m->used = t->clock;
            return m;
        }
    }
    if (t->bytes > CACHE_MAX)
        make_room(t);
    struct mask *made = mask_make(c, text, width, look);
    if (made == NULL)
        return NULL;
    made->key = strdup(key);
    if (made->key == NULL)
        abort();
    made->used = t->clock;
    made->next = *slot;
    *slot = made;
    t->bytes += mask_bytes(made);
    return made;
}

static struct colour colour_of(const struct canvas *c, const struct text_look *look)
{
    return look->colour.a > 0 ? look->colour : c->theme.text;
}

int text_draw(struct canvas *c, const char *text, struct rect r, struct text_look look)
{
    if (text == NULL)
        return 0;
    const struct mask *m = mask_of(c, text, r.w, &look);
    if (m == NULL)
        return 0;
    struct rect at = { r.x + m->left, r.y, m->width, m->height };
    if (canvas_needs(c, at)) {
        struct colour k = colour_of(c, &look);
        cairo_set_source_rgba(c->cr, k.r, k.g, k.b, k.a);
        cairo_mask_surface(c->cr, m->surface, at.x, at.y);
    }
    return m->height;
}

void text_middle(struct canvas *c, const char *text, struct rect r, struct text_look look)
{
    const struct mask *m = text != NULL ? mask_of(c, text, r.w, &look) : NULL;
    if (m == NULL)
        return;
    r.y += (r.h - m->height) / 2;
    text_draw(c, text, r, look);
}

int text_width(struct canvas *c, const char *text, int most, struct text_look look)
{
    look.align = TEXT_START;
    const struct mask *m = mask_of(c, text, most, &look);
    return m != NULL ? m->width : 0;
}

int text_height(struct canvas *c, const char *text, int width, struct text_look look)
{
    const struct mask *m = text != NULL ? mask_of(c, text, width, &look) : NULL;
    return m != NULL ? m->height : 0;
}

struct rect text_caption(struct canvas *c, const char *markup, struct rect r, double size)
{
    struct text_look look = {
        .size = size, .weight = TEXT_STRONG, .align = TEXT_CENTRE, .lines = 6
    };
    PangoRectangle lines;
    if (markup[0] == '\0')
        return (struct rect){ r.x, r.y, 0, 0 };
    PangoLayout *layout = layout_of(c, "", r.w, &look);
    if (pango_parse_markup(markup, -1, 0, NULL, NULL, NULL, NULL))
        pango_layout_set_markup(layout, markup, -1);
    else
        pango_layout_set_text(layout, markup, -1); /* it was no markup: as it stands */
    pango_layout_set_single_paragraph_mode(layout, FALSE);
    pango_layout_get_pixel_extents(layout, NULL, &lines);
    int y = r.y + r.h - lines.height, edge = px(c, 3) + 1;
    cairo_set_line_join(c->cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_width(c->cr, 2 * edge);
    cairo_move_to(c->cr, r.x, y);
    pango_cairo_layout_path(c->cr, layout);
    cairo_set_source_rgba(c->cr, 0, 0, 0, 0.85);
    cairo_stroke(c->cr);
    cairo_move_to(c->cr, r.x, y);
    cairo_set_source_rgba(c->cr, 1, 1, 1, 1);
    pango_cairo_show_layout(c->cr, layout);
    g_object_unref(layout);
    return rect_around((struct rect){ r.x + lines.x, y, lines.width, lines.height }, 2 * edge);
}
