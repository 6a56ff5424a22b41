/* XML as a stream of tags and text: libxml2's parser behind a guard that sees the bytes first. The
 * guard refuses a DOCTYPE (and with it every entity of the file's own), tags with more attributes
 * than anything of ours has, and encodings it cannot see through. */
#ifndef LANTERNE_FORMAT_AVAILS_XML_H
#define LANTERNE_FORMAT_AVAILS_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    XML_DEPTH_MAX = 48,
    XML_ATTRIBUTES_MAX = 128,
    XML_TAG_MAX = 128 * 1024, /* bytes from < to > */
    XML_WHY_MAX = 200,
};

struct xml_attribute {
    const char *name, *value; /* the value has no NUL after it */
    size_t n;
};

struct xml_sink {
    void *context;
    void (*start)(void *context, const char *name, const char *uri,
                  const struct xml_attribute *attributes, size_t n);
    void (*end)(void *context, const char *name);
    void (*text)(void *context, const char *text, size_t n);
};

struct xml;

struct xml *xml_create(const struct xml_sink *sink);
void xml_destroy(struct xml **x);
/* ERR_MALFORMED, ERR_FULL, ERR_UNSUPPORTED; then xml_why says it. The first failure sticks. */
MUST_CHECK enum err xml_feed(struct xml *x, const void *bytes, size_t n);
MUST_CHECK enum err xml_end(struct xml *x);
/* From a sink: no more is wanted; feeding then does nothing and returns OK. */
void xml_stop(struct xml *x);
bool xml_is_stopped(const struct xml *x);
uint32_t xml_line(const struct xml *x);
const char *xml_why(const struct xml *x);

#endif
