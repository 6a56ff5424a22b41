/* An append-only writer of JSON (RFC 8259): commas, escapes and nesting are its business. What is
 * not UTF-8 is written as U+FFFD, what is not finite as null: the text is always JSON. Errors stick
 * in the buffer. Not shared between threads.
 *
 *   struct json_writer w = json_writer_of(&buf);
 *   json_object(&w, NULL);
 *   json_text(&w, "id", id);
 *   json_array(&w, "genres");
 *   json_text(&w, NULL, "drama");
 *   json_end(&w);
 *   json_end(&w);
 */
#ifndef LANTERNE_BASE_JSON_H
#define LANTERNE_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"

enum { JSON_DEPTH_MAX = 32 };

struct json_writer {
    struct buf *out; /* borrowed */
    unsigned depth;
    bool is_object[JSON_DEPTH_MAX], has_items[JSON_DEPTH_MAX];
};

struct json_writer json_writer_of(struct buf *out);

/* key: the member's name inside an object; NULL inside an array and at the root. */
void json_object(struct json_writer *w, const char *key);
void json_array(struct json_writer *w, const char *key);
/* Closes the object or array opened last. */
void json_end(struct json_writer *w);

void json_text(struct json_writer *w, const char *key, const char *text); /* NULL: null */
void json_text_n(struct json_writer *w, const char *key, const char *text, size_t n);
void json_number(struct json_writer *w, const char *key, int64_t value);
/* At most six decimals, none when whole. */
void json_real(struct json_writer *w, const char *key, double value);
void json_bool(struct json_writer *w, const char *key, bool value);
void json_null(struct json_writer *w, const char *key);
/* null for 0: a number that is not known. */
void json_number_or_null(struct json_writer *w, const char *key, int64_t value);
/* RFC 3339 in UTC; null when us is 0. */
void json_instant(struct json_writer *w, const char *key, utc_time value);
/* JSON made elsewhere, put in as it is; NULL: null. */
void json_raw(struct json_writer *w, const char *key, const char *json);

#endif
