/* What a delivery is looked at for beyond its being a film: how long the picture is black at either
 * end. Inside the jail only. */
#ifndef LANTERNE_DRIVER_MEDIA_EXAMINE_H
#define LANTERNE_DRIVER_MEDIA_EXAMINE_H

#include "driver/media/source.h"

struct examine_film {
    const struct sniff *sniff;
    struct report *report;
    int stream;          /* the picture */
    int64_t first;       /* time of its first frame, in ticks of the stream */
    int64_t duration_us; /* of the picture */
};

/* Seconds of black before the first frame that is not, and from the last one on. Decodes the film
 * from its beginning up to the first light, and back from its end as far as is needed: the middle
 * is left to who encodes it. A frame is black when 98 of 100 samples are at most 28 of 16 to 235.
 */
MUST_CHECK enum err examine_black(const struct examine_film *film, double *head, double *tail);

#endif
