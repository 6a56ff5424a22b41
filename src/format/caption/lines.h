/* Text line by line, and times as captions write them. Lines end with LF only: encoding.c sees to
 * it. */
#ifndef LANTERNE_FORMAT_CAPTION_LINES_H
#define LANTERNE_FORMAT_CAPTION_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A stretch of text with its end: stepped over from the front, never scanned past. */
struct span {
    const char *at, *end; /* borrowed */
};

struct span span_of(const char *text, size_t n);
size_t span_size(const struct span *s);
bool span_is(const struct span *s, const char *text);        /* the whole of it, case counts */
bool span_is_nocase(const struct span *s, const char *text); /* ASCII case does not count */
bool span_starts(const struct span *s, const char *text);
bool span_has(const struct span *s, const char *text);
bool span_take(struct span *s, char c); /* steps over c when it is next */
bool span_take_text(struct span *s, const char *text);
void span_skip_blank(struct span *s); /* space, tab, form feed, LF, CR */
struct span span_trim(struct span s);
/* Steps over decimal digits; returns how many, *v stays at its ceiling of 10^15. */
size_t span_digits(struct span *s, int64_t *v);
/* Steps over the next word (up to a blank); empty when none is left. */
struct span span_word(struct span *s);
/* Steps over everything up to c and over c itself; all that is left when there is no c. */
struct span span_until(struct span *s, char c);

struct lines {
    struct span left;
    int number; /* of the line read last, from 1 */
};

bool lines_next(struct lines *l, struct span *line); /* false at the end */

/* Three figures of a fraction of a second as microseconds would need six: reads any number of
 * digits after the point, rounds none. */
int64_t span_fraction_us(struct span *s);

#endif
