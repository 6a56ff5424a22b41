/* Documents for people as PDF (Cairo and Pango): pages of A4 with a heading, paragraphs and rows
 * whose last columns stand to the right. Any thread. */
#ifndef LANTERNE_DRIVER_PRINT_PRINT_H
#define LANTERNE_DRIVER_PRINT_PRINT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

enum print_style { PRINT_TEXT, PRINT_HEADING, PRINT_STRONG, PRINT_SMALL, PRINT_RULE, PRINT_SPACE };

enum { PRINT_COLUMNS = 4 };
struct print_line {
    enum print_style style;
    /* UTF-8, any script. Only the first: a paragraph over the whole width, broken where it must
     * be. More: a row; the first takes what the others leave, and those stand to the right. */
    const char *cells[PRINT_COLUMNS];
};
struct print_document {
    const char *title, *author, *language; /* of the PDF's own data; NULL: not said */
    utc_time written;
    const char *foot; /* at the bottom of every page, with its number; NULL: none */
    size_t n;
    const struct print_line *lines;
};
/* Appends the PDF to out. The same document gives the same pages. ERR_FULL: past the ceiling of
 * out; ERR_MALFORMED: a text is not UTF-8; ERR_MEMORY. */
MUST_CHECK enum err print_pdf(const struct print_document *document, struct buf *out);

#endif
