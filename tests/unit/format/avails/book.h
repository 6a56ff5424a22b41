/* Avails made by the tests themselves: workbooks of a few rows, XML of one offer. */
#ifndef LANTERNE_TESTS_AVAILS_BOOK_H
#define LANTERNE_TESTS_AVAILS_BOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "format/avails/avails.h"

/* Cells stand between tabs: "#41439" is a number, "?1" a truth value, "!#REF!" an error, "@2013-.."
 * a date in text of type d, all else text. "" is no cell. */
struct book_sheet {
    const char *name;
    const char *const *rows; /* of row 1, 2, ...; ended by NULL; "" is no row */
    const char *xml;         /* instead of rows: the whole part */
};
struct book {
    const struct book_sheet *sheets;
    size_t n;
    bool is_1904;
    bool shares_strings;           /* texts stand in sharedStrings.xml */
    bool has_no_references;        /* cells and rows do not say where they are */
    bool is_stored;                /* not packed */
    const char *strings, *content; /* whole parts: sharedStrings.xml, workbook.xml */
    size_t filler;                 /* parts that nobody asks for */
};
/* The bytes; free() them. */
char *book_make(const struct book *book, size_t *n);

/* One good row under a header, with one column said otherwise (NULL: as it is; a new column is
 * added). */
char *book_of_row(const char *column, const char *cell, size_t *n);
/* One good offer in XML of 2.4: `from` (which must be in it) replaced by `to`. NULL: as it is. */
char *document_with(const char *from, const char *to, size_t *n);

/* The model as JSON, in a buffer that the caller finishes. */
void model_json(const struct avails_file *file, struct buf *out);
/* Whether one of the faults has this code, and this in its place (NULL: anywhere). */
const struct avails_fault *fault_with(const struct avails_file *file, const char *code,
                                      const char *where);
/* For a failed assertion: all faults to standard output. */
void print_faults(const struct avails_file *file);

#endif
