#include "driver/print/print.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Points of 1/72 inch. */
#define PAGE_WIDTH 595.276
#define PAGE_HEIGHT 841.89
#define MARGIN 62.0
#define COLUMN 84.0
#define FOOT 40.0

struct page {
    cairo_t *cairo;
    PangoLayout *layout;
    const struct print_document *document;
    double y;
    int number;
};

static cairo_status_t take(void *out, const unsigned char *bytes, unsigned n)
{
    struct buf *b = out;
    buf_put(b, bytes, n);
    return b->err == OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void set_font(const struct page *p, enum print_style style)
{
    static const char *const fonts[] = {
        [PRINT_TEXT] = "DejaVu Sans, Sans 9.5",
        [PRINT_HEADING] = "DejaVu Sans, Sans Bold 17",
        [PRINT_STRONG] = "DejaVu Sans, Sans Bold 9.5",
        [PRINT_SMALL] = "DejaVu Sans, Sans 7.5",
        [PRINT_RULE] = "DejaVu Sans, Sans 9.5",
        [PRINT_SPACE] = "DejaVu Sans, Sans 9.5",
    };
    PangoFontDescription *font = pango_font_description_from_string(fonts[style]);
    pango_layout_set_font_description(p->layout, font);
    pango_font_description_free(font);
}

static void set_text(const struct page *p, const char *text, double width, PangoAlignment align)
{
    pango_layout_set_width(p->layout, (int)(width * PANGO_SCALE));
    pango_layout_set_alignment(p->layout, align);
    pango_layout_set_wrap(p->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(p->layout, text, -1);
}

static double height_of(const struct page *p)
{
    int width = 0, height = 0;
    pango_layout_get_size(p->layout, &width, &height);
    return (double)height / PANGO_SCALE;
}

static void show_at(const struct page *p, double x, double y)
{
    cairo_move_to(p->cairo, x, y);
    pango_cairo_show_layout(p->cairo, p->layout);
}

static void put_foot(struct page *p)
{
    char number[16];
    set_font(p, PRINT_SMALL);
    cairo_set_source_rgb(p->cairo, 0.35, 0.35, 0.35);
    if (p->document->foot != NULL) {
        set_text(p, p->document->foot, PAGE_WIDTH - 2 * MARGIN - COLUMN, PANGO_ALIGN_LEFT);
        show_at(p, MARGIN, PAGE_HEIGHT - FOOT);
    }
    snprintf(number, sizeof number, "%d", p->number);
    set_text(p, number, COLUMN, PANGO_ALIGN_RIGHT);
    show_at(p, PAGE_WIDTH - MARGIN - COLUMN, PAGE_HEIGHT - FOOT);
    cairo_set_source_rgb(p->cairo, 0, 0, 0);
}

static void turn(struct page *p)
{
    put_foot(p);
    cairo_show_page(p->cairo);
    p->number++;
    p->y = MARGIN;
}

static size_t cells_of(const struct print_line *line)
{
    size_t n = 0;
    while (n < PRINT_COLUMNS && line->cells[n] != NULL)
        n++;
    return n;
}

/* Each cell in its column; the height of the tallest. is_shown: or only measured. */
static double put_cells(const struct page *p, const struct print_line *line, bool is_shown)
{
    size_t n = cells_of(line);
    double right = PAGE_WIDTH - MARGIN, tallest = 0;
    for (size_t i = n; i-- > 1;) {
        set_text(p, line->cells[i], COLUMN, PANGO_ALIGN_RIGHT);
        right -= COLUMN;
        if (is_shown)
            show_at(p, right, p->y);
        double height = height_of(p);
        tallest = height > tallest ? height : tallest;
    }
    if (n > 0) {
        set_text(p, line->cells[0], right - MARGIN - (n > 1 ? 8 : 0), PANGO_ALIGN_LEFT);
        if (is_shown)
            show_at(p, MARGIN, p->y);
        double height = height_of(p);
        tallest = height > tallest ? height : tallest;
    }
    return tallest;
}

static void put_rule(struct page *p)
{
    cairo_set_line_width(p->cairo, 0.5);
    cairo_move_to(p->cairo, MARGIN, p->y + 3);
    cairo_line_to(p->cairo, PAGE_WIDTH - MARGIN, p->y + 3);
    cairo_stroke(p->cairo);
    p->y += 7;
}

static void put_line(struct page *p, const struct print_line *line)
{
    if (line->style == PRINT_SPACE) {
        p->y += 12;
        return;
    }
    if (line->style == PRINT_RULE) {
        put_rule(p);
        return;
    }
    set_font(p, line->style);
    double height = put_cells(p, line, false);
    if (p->y > MARGIN && p->y + height > PAGE_HEIGHT - FOOT - 12) {
        turn(p);
        set_font(p, line->style);
    }
    (void)put_cells(p, line, true);
    p->y += height + (line->style == PRINT_HEADING ? 8 : 3);
}

static enum err check_texts(const struct print_document *d)
{
    for (size_t i = 0; i < d->n; i++)
        for (size_t k = 0; k < cells_of(&d->lines[i]); k++)
            if (!g_utf8_validate(d->lines[i].cells[k], -1, NULL))
                return ERR_MALFORMED;
    return d->foot == NULL || g_utf8_validate(d->foot, -1, NULL) ? OK : ERR_MALFORMED;
}

static void set_data(cairo_surface_t *surface, const struct print_document *d)
{
    char written[UTC_TEXT];
    utc_format((utc_time){ d->written.us / UTC_SECOND * UTC_SECOND }, written);
    if (d->title != NULL)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, d->title);
    if (d->author != NULL)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, d->author);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, written);
}

static void put_pages(cairo_t *cairo, const struct print_document *d)
{
    struct page p = { .cairo = cairo, .document = d, .y = MARGIN, .number = 1 };
    /* Of its own, since those that threads have otherwise live as long as they do. */
    PangoFontMap *fonts = pango_cairo_font_map_new();
    PangoContext *context = pango_font_map_create_context(fonts);
    pango_cairo_update_context(cairo, context);
    if (d->language != NULL)
        pango_context_set_language(context, pango_language_from_string(d->language));
    p.layout = pango_layout_new(context);
    for (size_t i = 0; i < d->n; i++)
        put_line(&p, &d->lines[i]);
    put_foot(&p);
    cairo_show_page(cairo);
    g_object_unref(p.layout);
    g_object_unref(context);
    g_object_unref(fonts);
}

enum err print_pdf(const struct print_document *document, struct buf *out)
{
    enum err err = check_texts(document);
    if (err != OK)
        return err;
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(take, out, PAGE_WIDTH, PAGE_HEIGHT);
    set_data(surface, document);
    cairo_t *cairo = cairo_create(surface);
    put_pages(cairo, document);
    cairo_status_t status = cairo_status(cairo);
    cairo_destroy(cairo);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (out->err != OK)
        return out->err;
    return status == CAIRO_STATUS_SUCCESS ? OK : ERR_MEMORY;
}
