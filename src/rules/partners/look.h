/* What boxes look like: the service's own look, or a partner's in its place. Pure. */
#ifndef LANTERNE_RULES_PARTNERS_LOOK_H
#define LANTERNE_RULES_PARTNERS_LOOK_H

#include "base/arena.h"
#include "rules/partners/partner.h"

enum {
    LOOK_NAME_MAX = 40, /* characters: it has to fit beside a logo */
    LOOK_COLOUR = 8,    /* "#0f0c0a" and a NUL */
    LOOK_ROW = 32,      /* of a row's word, with the NUL */
    LOOK_ROWS_MAX = 40, /* more than there are */
    LOOK_WHY = 200,
    LOOK_LOGO_MAX = 256 * 1024, /* bytes: drawn at most 400 pixels wide */
};

/* What each colour is for, in the order of the least contrast that it must have with the ground
 * (WCAG 2.2, 1.4.3 and 1.4.11), in tenths; 0: it is the ground. X(name, word, own, least) */
#define LOOK_COLOURS(X)                                                                            \
    X(LOOK_GROUND, "ground", "#0f0c0a", 0)                                                         \
    X(LOOK_TEXT, "text", "#f8f1e7", 45)                                                            \
    X(LOOK_ACCENT, "accent", "#ffb84d", 30)
enum look_colour {
#define X(name, word, own, least) name,
    LOOK_COLOURS(X)
#undef X
        LOOK_COLOUR_COUNT
};
const char *look_colour_word(enum look_colour colour);
const char *look_colour_own(enum look_colour colour); /* the service's */

/* Zero is the service's own look. */
struct look {
    const char *name;                             /* NULL: the service's */
    char colours[LOOK_COLOUR_COUNT][LOOK_COLOUR]; /* "" : the service's */
    const char *logo;                             /* a blob's name; NULL: none */
    const char *const *rows; /* of the home page, in their order; those that are not named follow */
    size_t n_rows;           /* 0: as the service has them */
};
/* The colour that holds: the look's, or the service's. */
const char *look_colour(const struct look *look, enum look_colour colour);
/* "#0F0C0A" in lower case. False: no colour. */
bool look_colour_parse(const char *text, char out[LOOK_COLOUR]);
/* 1 to 21, as WCAG 2.2 defines it. Both colours as look_colour_parse gives them. */
double look_contrast(const char *a, const char *b);
/* "continue", "rented", "new", "films", "series", "genre:drama". */
bool look_row_is_known(const char *row);
/* Rows with commas between; NULL is none. In the arena. ERR_ARGUMENT: unknown, twice or too many;
 * why says which. */
MUST_CHECK enum err look_rows_parse(struct arena *arena, const char *text, struct look *out,
                                    char why[LOOK_WHY]);
const char *look_rows_text(struct arena *arena, const struct look *look); /* NULL: none */
/* ERR_ARGUMENT: field says which ("name", "colours", "home_rows"), why what it must be. */
MUST_CHECK enum err look_validate(const struct look *look, const char **field, char why[LOOK_WHY]);

/* What a logo's bytes are. "png", "jpg"; NULL: neither, or larger than a box would draw. */
const char *look_logo_kind(const void *bytes, size_t n);

#endif
