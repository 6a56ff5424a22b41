/* What a file is, told from its own first bytes and outermost structure, before libav sees it:
 * which container, whether it is whole, and whether it is built like a film at all. */
#ifndef LANTERNE_DRIVER_MEDIA_SNIFF_H
#define LANTERNE_DRIVER_MEDIA_SNIFF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum sniff_kind { SNIFF_UNKNOWN, SNIFF_MP4, SNIFF_MATROSKA, SNIFF_MXF, SNIFF_TS };

struct sniff {
    enum sniff_kind kind;
    int64_t size;     /* of the file */
    int64_t missing;  /* bytes that the structure promises and the file lacks; 0: whole */
    int64_t claims_s; /* MP4: seconds that its movie header says it lasts; 0: none */
    bool has_index;   /* MP4: there is a moov */
    bool is_absurd;   /* sizes that cannot be, or far more parts than any film has */
    int64_t where;    /* byte of the first absurdity */
};

/* Reads a little of the regular file behind fd. ERR_IO: it could not be read. */
MUST_CHECK enum err sniff_file(int fd, struct sniff *out);

/* libav's demuxer for it, and the name for people; NULL for SNIFF_UNKNOWN. */
const char *sniff_demuxer(enum sniff_kind kind);
const char *sniff_name(enum sniff_kind kind);

#endif
