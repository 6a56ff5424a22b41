#include "rules/partners/look.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/reader.h"
#include "base/text.h"
#include "rules/catalog/genre.h"

static const struct {
    const char *word, *own;
    int least; /* contrast with the ground, in tenths */
} colours[] = {
#define X(name, word, own, least) [name] = { word, own, least },
    LOOK_COLOURS(X)
#undef X
};

const char *look_colour_word(enum look_colour colour)
{
    return colours[colour].word;
}

const char *look_colour_own(enum look_colour colour)
{
    return colours[colour].own;
}

const char *look_colour(const struct look *look, enum look_colour colour)
{
    return look->colours[colour][0] != 0 ? look->colours[colour] : colours[colour].own;
}

/* ---- colours --------------------------------------------------------------------------------- */

static int digit_of(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c == 0 ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    return at == NULL ? -1 : (int)(at - digits);
}

bool look_colour_parse(const char *text, char out[LOOK_COLOUR])
{
    static const char digits[] = "0123456789abcdef";
    char made[LOOK_COLOUR] = "#";
    if (strlen(text) != LOOK_COLOUR - 1 || text[0] != '#')
        return false;
    for (size_t i = 1; i < LOOK_COLOUR - 1; i++) {
        int digit = digit_of(text[i]);
        if (digit < 0)
            return false;
        made[i] = digits[digit];
    }
    memcpy(out, made, sizeof made);
    return true;
}

/* Relative luminance: WCAG 2.2, glossary. */
static double luminance(const char *colour)
{
    static const double weights[3] = { 0.2126, 0.7152, 0.0722 };
    double sum = 0;
    for (size_t i = 0; i < 3; i++) {
        double part = (digit_of(colour[1 + 2 * i]) * 16 + digit_of(colour[2 + 2 * i])) / 255.0;
        double linear = part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
        sum += weights[i] * linear;
    }
    return sum;
}

double look_contrast(const char *a, const char *b)
{
    double of_a = luminance(a), of_b = luminance(b);
    double light = of_a > of_b ? of_a : of_b, dark = of_a > of_b ? of_b : of_a;
    return (light + 0.05) / (dark + 0.05);
}

static enum err check_colours(const struct look *look, char why[LOOK_WHY])
{
    const char *ground = look_colour(look, LOOK_GROUND);
    for (unsigned i = 0; i < LOOK_COLOUR_COUNT; i++) {
        const char *colour = look_colour(look, (enum look_colour)i);
        double contrast = look_contrast(colour, ground);
        if (contrast * 10 >= colours[i].least)
            continue;
        snprintf(why, LOOK_WHY, "%s %s on %s has a contrast of %.1f, and must have %.1f",
                 colours[i].word, colour, ground, floor(contrast * 10) / 10,
                 colours[i].least / 10.0);
        return ERR_ARGUMENT;
    }
    return OK;
}

/* ---- rows ------------------------------------------------------------------------------------ */

bool look_row_is_known(const char *row)
{
    static const char *const rows[] = { "continue", "rented", "new", "films", "series" };
    static const char genre[] = "genre:";
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i], row) == 0)
            return true;
    return strncmp(row, genre, sizeof genre - 1) == 0 && genre_is_known(row + sizeof genre - 1);
}

static bool is_among(const char *row, const char *const *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i], row) == 0)
            return true;
    return false;
}

static enum err check_rows(const struct look *look, char why[LOOK_WHY])
{
    if (look->n_rows > LOOK_ROWS_MAX) {
        snprintf(why, LOOK_WHY, "must be at most %d rows", LOOK_ROWS_MAX);
        return ERR_ARGUMENT;
    }
    for (size_t i = 0; i < look->n_rows; i++) {
        if (!look_row_is_known(look->rows[i])) {
            snprintf(why, LOOK_WHY,
                     "\"%.32s\" is no row: continue, rented, new, films, series, genre:drama, ...",
                     look->rows[i]);
            return ERR_ARGUMENT;
        }
        if (is_among(look->rows[i], look->rows, i)) {
            snprintf(why, LOOK_WHY, "%s stands there twice", look->rows[i]);
            return ERR_ARGUMENT;
        }
    }
    return OK;
}

enum err look_rows_parse(struct arena *arena, const char *text, struct look *out,
                         char why[LOOK_WHY])
{
    const char **rows = ARENA_ARRAY(arena, const char *, LOOK_ROWS_MAX + 1);
    size_t n = 0;
    for (const char *at = text; at != NULL && *at != 0 && n <= LOOK_ROWS_MAX;) {
        size_t size = strcspn(at, ",");
        rows[n++] = arena_strndup(arena, at, size);
        at += size + (at[size] == ',');
    }
    struct look made = { .rows = rows, .n_rows = n };
    enum err err = check_rows(&made, why);
    if (err != OK)
        return err;
    out->rows = rows;
    out->n_rows = n;
    return OK;
}

const char *look_rows_text(struct arena *arena, const struct look *look)
{
    const char *text = NULL;
    for (size_t i = 0; i < look->n_rows; i++)
        text = text == NULL ? look->rows[i] : arena_printf(arena, "%s,%s", text, look->rows[i]);
    return text;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool name_is_good(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n <= 4 * LOOK_NAME_MAX && text_is_line(name, n) &&
           text_length(name, n) <= LOOK_NAME_MAX && strspn(name, " ") < n;
}

enum err look_validate(const struct look *look, const char **field, char why[LOOK_WHY])
{
    *field = "name";
    if (look->name != NULL && !name_is_good(look->name)) {
        snprintf(why, LOOK_WHY, "must be one line of 1 to %d characters", LOOK_NAME_MAX);
        return ERR_ARGUMENT;
    }
    *field = "colours";
    enum err err = check_colours(look, why);
    if (err != OK)
        return err;
    *field = "home_rows";
    return check_rows(look, why);
}

/* ---- logos ----------------------------------------------------------------------------------- */

/* Sizes are read so that nobody's box is asked to open a picture of a gigabyte. */
enum { LOGO_SIDE_MAX = 4096 };

static bool png_is_good(const void *bytes, size_t n)
{
    static const uint8_t begin[16] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
                                       0,    0,   0,   13,  'I',  'H',  'D',  'R' };
    struct reader r = reader_of(bytes, n);
    const uint8_t *head = read_bytes(&r, sizeof begin);
    uint32_t width = read_u32(&r), height = read_u32(&r);
    return !r.failed && memcmp(head, begin, sizeof begin) == 0 && width > 0 && height > 0 &&
           width <= LOGO_SIDE_MAX && height <= LOGO_SIDE_MAX;
}

/* Walks to the frame header (ITU-T T.81, B.1.1.3): SOF0 to SOF2, what every decoder takes. */
static bool jpeg_is_good(const void *bytes, size_t n)
{
    struct reader r = reader_of(bytes, n);
    if (read_u16(&r) != 0xffd8)
        return false;
    while (!r.failed) {
        uint16_t marker = read_u16(&r), size = read_u16(&r);
        if (r.failed || marker < 0xffc0 || marker == 0xffff || size < 2)
            return false;
        if (marker <= 0xffc2) {
            read_skip(&r, 1);
            uint16_t height = read_u16(&r), width = read_u16(&r);
            return !r.failed && width > 0 && height > 0 && width <= LOGO_SIDE_MAX &&
                   height <= LOGO_SIDE_MAX;
        }
        read_skip(&r, size - 2U);
    }
    return false;
}

const char *look_logo_kind(const void *bytes, size_t n)
{
    if (n > LOOK_LOGO_MAX)
        return NULL;
    return png_is_good(bytes, n) ? "png" : jpeg_is_good(bytes, n) ? "jpg" : NULL;
}
