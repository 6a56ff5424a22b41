/* One rendition being encoded: a thread, a short queue, an encoder that is new for each piece. */
#ifndef LANTERNE_DRIVER_MEDIA_RENDITION_H
#define LANTERNE_DRIVER_MEDIA_RENDITION_H

#include <libavutil/frame.h>

#include "driver/media/report.h"

struct rendition;

/* track: its index in the ladder (borrowed until destroyed). GOPs are sent through report. */
MUST_CHECK enum err rendition_create(const struct ladder_plan *ladder, size_t track,
                                     struct report *report, struct rendition **out);

/* The next picture of the piece, number `at` of the film. frame: borrowed, must not be written to
 * any more. Waits when the queue is full. */
MUST_CHECK enum err rendition_push(struct rendition *r, const AVFrame *frame, uint64_t at);
/* No more pictures in this piece: returns at once; rendition_wait waits until all are out. */
MUST_CHECK enum err rendition_end(struct rendition *r);
MUST_CHECK enum err rendition_wait(struct rendition *r);

void rendition_destroy(struct rendition **r);

#endif
