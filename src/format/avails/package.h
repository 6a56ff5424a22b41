/* The parts of a workbook: a zip in memory, its directory checked before a byte is unpacked, its
 * parts handed out as streams under ceilings. */
#ifndef LANTERNE_FORMAT_AVAILS_PACKAGE_H
#define LANTERNE_FORMAT_AVAILS_PACKAGE_H

#include "format/avails/internal.h"
#include "format/avails/xml.h"

enum { PACKAGE_ENTRIES_MAX = 10000, PART_NAME_MAX = 512 };

struct package;

/* NULL: r->err says why. bytes: borrowed as long as the package lives. */
struct package *package_open(struct reading *r, const void *bytes, size_t n);
void package_close(struct package **p);
/* Reads a part as XML into the sink. sink->context gets the parser through *x before the first
 * call. ERR_NOT_FOUND: no such part, nothing is said; else r->err has it. */
MUST_CHECK enum err package_parse(struct package *p, const char *name, const struct xml_sink *sink,
                                  struct xml **x);

#endif
