#include "box/art/picture.h"

#include <math.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

enum { SIDE_MAX = 8192, PIXELS_MAX = 24 * 1024 * 1024 };

struct fault {
    struct jpeg_error_mgr manager;
    jmp_buf back;
};

static void fail(j_common_ptr info)
{
    struct fault *f = (struct fault *)(void *)info->err;
    longjmp(f->back, 1);
}

static void say_nothing(j_common_ptr info)
{
    (void)info;
}

/* The smallest of the sizes that the decoder makes cheaply (8/8 to 1/8) that is not too small. */
static unsigned eighths(const struct jpeg_decompress_struct *d, const struct picture_wish *wish)
{
    if (wish->fit == PICTURE_AS_IS)
        return 8;
    double x = (double)wish->width / d->image_width, y = (double)wish->height / d->image_height;
    double scale = wish->fit == PICTURE_COVER ? fmax(x, y) : fmin(x, y);
    for (unsigned n = 1; n < 8; n *= 2) {
        if (n / 8.0 >= scale)
            return n;
    }
    return 8;
}

static enum err start(struct jpeg_decompress_struct *d, const struct picture_wish *wish)
{
    jpeg_read_header(d, TRUE);
    if (d->image_width > SIDE_MAX || d->image_height > SIDE_MAX ||
        (size_t)d->image_width * d->image_height > PIXELS_MAX)
        return ERR_FULL;
    d->scale_num = eighths(d, wish);
    d->scale_denom = 8;
    d->out_color_space = JCS_EXT_BGRX; /* Cairo's RGB24 on a little-endian machine */
    jpeg_start_decompress(d);
    return OK;
}

static enum err read_jpeg(const uint8_t *bytes, size_t n, const struct picture_wish *wish,
                          cairo_surface_t **out)
{
    struct jpeg_decompress_struct d;
    struct fault fault;
    cairo_surface_t *volatile s = NULL;
    volatile enum err err = OK;
    d.err = jpeg_std_error(&fault.manager);
    fault.manager.error_exit = fail;
    fault.manager.output_message = say_nothing;
    if (setjmp(fault.back) != 0) {
        jpeg_destroy_decompress(&d);
        if (s != NULL)
            cairo_surface_destroy(s);
        return ERR_MALFORMED;
    }
    jpeg_create_decompress(&d);
    d.mem->max_memory_to_use = 64L * 1024 * 1024; /* of progressive ones */
    jpeg_mem_src(&d, bytes, n);
    err = start(&d, wish);
    if (err == OK) {
        s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)d.output_width,
                                       (int)d.output_height);
        err = cairo_surface_status(s) == CAIRO_STATUS_SUCCESS ? OK : ERR_MEMORY;
    }
    while (err == OK && d.output_scanline < d.output_height) {
        JSAMPROW row = cairo_image_surface_get_data(s) +
                       (ptrdiff_t)cairo_image_surface_get_stride(s) * d.output_scanline;
        jpeg_read_scanlines(&d, &row, 1);
    }
    jpeg_destroy_decompress(&d); /* what is cut off stays grey: better than nothing */
    if (err != OK) {
        cairo_surface_destroy(s);
        return err;
    }
    cairo_surface_mark_dirty(s);
    *out = s;
    return OK;
}

struct source {
    const uint8_t *at, *end;
};

static cairo_status_t take(void *context, unsigned char *to, unsigned n)
{
    struct source *s = context;
    if ((size_t)(s->end - s->at) < n)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(to, s->at, n);
    s->at += n;
    return CAIRO_STATUS_SUCCESS;
}

static uint32_t big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static enum err read_png(const uint8_t *bytes, size_t n, cairo_surface_t **out)
{
    struct source s = { bytes, bytes + n };
    if (n < 33)
        return ERR_MALFORMED;
    uint32_t width = big_endian(bytes + 16), height = big_endian(bytes + 20); /* IHDR is first */
    if (width == 0 || height == 0 || width > SIDE_MAX || height > SIDE_MAX ||
        (size_t)width * height > PIXELS_MAX)
        return ERR_FULL;
    cairo_surface_t *p = cairo_image_surface_create_from_png_stream(take, &s);
    if (cairo_surface_status(p) != CAIRO_STATUS_SUCCESS) {
        enum err err =
            cairo_surface_status(p) == CAIRO_STATUS_NO_MEMORY ? ERR_MEMORY : ERR_MALFORMED;
        cairo_surface_destroy(p);
        return err;
    }
    *out = p;
    return OK;
}

static void round_corners(cairo_t *cr, double w, double h, double q)
{
    cairo_new_sub_path(cr);
    cairo_arc(cr, w - q, q, q, -M_PI / 2, 0);
    cairo_arc(cr, w - q, h - q, q, 0, M_PI / 2);
    cairo_arc(cr, q, h - q, q, M_PI / 2, M_PI);
    cairo_arc(cr, q, q, q, M_PI, 3 * M_PI / 2);
    cairo_close_path(cr);
    cairo_clip(cr);
}

/* Brings it to the wished size. Takes `from`. */
static enum err fit(cairo_surface_t *from, const struct picture_wish *wish, cairo_surface_t **out)
{
    double w = cairo_image_surface_get_width(from), h = cairo_image_surface_get_height(from);
    bool is_cover = wish->fit == PICTURE_COVER;
    double x = wish->width / w, y = wish->height / h;
    double scale = is_cover ? fmax(x, y) : fmin(fmin(x, y), 1);
    int wide = is_cover ? wish->width : (int)fmax(1, round(w * scale));
    int high = is_cover ? wish->height : (int)fmax(1, round(h * scale));
    bool is_plain = wish->radius <= 0 && cairo_image_surface_get_format(from) == CAIRO_FORMAT_RGB24;
    cairo_surface_t *to =
        cairo_image_surface_create(is_plain ? CAIRO_FORMAT_RGB24 : CAIRO_FORMAT_ARGB32, wide, high);
    cairo_t *cr = cairo_create(to);
    if (wish->radius > 0)
        round_corners(cr, wide, high, wish->radius);
    cairo_translate(cr, (wide - w * scale) / 2, (high - h * scale) / 2);
    cairo_scale(cr, scale, scale);
    cairo_set_source_surface(cr, from, 0, 0);
    cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
    if (is_cover)
        cairo_paint(cr);
    else {
        cairo_rectangle(cr, 0, 0, w, h);
        cairo_fill(cr);
    }
    enum err err = cairo_status(cr) == CAIRO_STATUS_SUCCESS ? OK : ERR_MEMORY;
    cairo_destroy(cr);
    cairo_surface_destroy(from);
    if (err == OK)
        *out = to;
    else
        cairo_surface_destroy(to);
    return err;
}

enum err picture_read(const uint8_t *bytes, size_t n, const struct picture_wish *wish,
                      cairo_surface_t **out)
{
    static const uint8_t jpeg[] = { 0xff, 0xd8, 0xff }, png[] = { 0x89, 'P', 'N', 'G' };
    cairo_surface_t *whole = NULL;
    enum err err = ERR_MALFORMED;
    if (n > sizeof jpeg && memcmp(bytes, jpeg, sizeof jpeg) == 0)
        err = read_jpeg(bytes, n, wish, &whole);
    else if (n > sizeof png && memcmp(bytes, png, sizeof png) == 0)
        err = read_png(bytes, n, &whole);
    if (err != OK)
        return err;
    if (wish->fit == PICTURE_AS_IS) {
        *out = whole;
        return OK;
    }
    return fit(whole, wish, out);
}
