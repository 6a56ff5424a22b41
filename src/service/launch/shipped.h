/* The rule sets of data/laws/ inside the binary; written by tools/embed-laws. */
#ifndef LANTERNE_SERVICE_LAUNCH_SHIPPED_H
#define LANTERNE_SERVICE_LAUNCH_SHIPPED_H

#include <stddef.h>
#include <stdint.h>

struct launch_shipped {
    const char *name; /* "fr.json" */
    const uint8_t *bytes;
    size_t size;
};
extern const struct launch_shipped launch_shipped[];
extern const size_t launch_n_shipped;
extern const char launch_shipped_version[];

#endif
