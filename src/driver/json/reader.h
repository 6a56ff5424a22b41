/* Reading JSON (RFC 8259) that came from outside, strictly: UTF-8, one object, no key twice, at
 * most JSON_READ_DEPTH_MAX deep, numbers that fit. Fields are asked for by name and type; the first
 * that is wrong is remembered by its path ("texts[0].language"), and whatever nobody asked for is
 * wrong too. Not shared between threads. */
#ifndef LANTERNE_DRIVER_JSON_READER_H
#define LANTERNE_DRIVER_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    JSON_READ_DEPTH_MAX = 16,  /* objects and arrays inside one another; our deepest body has 3 */
    JSON_READ_FIELDS_MAX = 32, /* different names one object can be asked for */
};

/* What is wrong and where. text[0] == 0: nothing is. */
struct json_fault {
    char field[128]; /* path of the field; "" when it is the whole document */
    char text[160];  /* words for a person */
};

struct json_document;

/* Reads a whole document. ERR_MALFORMED: it is not JSON, not UTF-8, not an object or too deep, as
 * *fault says. ERR_MEMORY. */
MUST_CHECK enum err json_document_read(const void *bytes, size_t n, struct json_document **out,
                                       struct json_fault *fault);
void json_document_destroy(struct json_document **document);

/* An object being read. Every function below may be called after a fault: it then gives "absent".
 * Texts and lists are lent until the document is destroyed. */
struct json_reader {
    const void *object; /* the library's; NULL: absent */
    struct json_fault *fault;
    char path[64]; /* with the dot at the end; "" at the top */
    const char *asked[JSON_READ_FIELDS_MAX];
    size_t n_asked;
};

/* The document's object; faults go to *fault, which must be empty and outlive the reading. */
struct json_reader json_reader_of(const struct json_document *document, struct json_fault *fault);

enum json_need {
    JSON_OPTIONAL, /* may be absent or null */
    JSON_REQUIRED,
};

/* Whether the field is there, null included. Counts as asked for. */
bool json_read_has(struct json_reader *o, const char *name);
/* Text of min..max bytes without NUL; NULL when absent. */
const char *json_read_text(struct json_reader *o, const char *name, enum json_need need, size_t min,
                           size_t max);
/* True and *out set when there is one; a whole number within [min, max]. */
bool json_read_whole(struct json_reader *o, const char *name, enum json_need need, int64_t min,
                     int64_t max, int64_t *out);
/* Any number within [min, max]. */
bool json_read_number(struct json_reader *o, const char *name, enum json_need need, double min,
                      double max, double *out);
bool json_read_bool(struct json_reader *o, const char *name, enum json_need need, bool *out);

/* An object inside; a reader of nothing when absent. */
struct json_reader json_read_object(struct json_reader *o, const char *name, enum json_need need);

struct json_list {
    const void *array; /* the library's */
    struct json_fault *fault;
    char path[64]; /* of the list itself */
    size_t n;
};

/* A list of at most max entries; false (and n 0) when absent. */
bool json_read_list(struct json_reader *o, const char *name, enum json_need need, size_t max,
                    struct json_list *out);
/* Entry i, which must be an object (or a text of min..max bytes). */
struct json_reader json_read_list_object(const struct json_list *list, size_t i);
const char *json_read_list_text(const struct json_list *list, size_t i, size_t min, size_t max);

/* Ends the reading of an object: a field that nobody asked for is a fault. */
void json_read_end(struct json_reader *o);
/* Lets the caller mark a field of o as wrong for a reason of its own; the first fault stays. */
void json_read_wrong(struct json_reader *o, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool json_read_failed(const struct json_reader *o);

#endif
