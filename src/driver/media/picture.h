/* From a decoded picture to the frames of all renditions: deinterlaced, turned, tone-mapped,
 * scaled, each rung from the next greater one. Inside the jail only; one thread. */
#ifndef LANTERNE_DRIVER_MEDIA_PICTURE_H
#define LANTERNE_DRIVER_MEDIA_PICTURE_H

#include <libavformat/avformat.h>

#include "driver/media/media.h"

struct picture;

/* stream: borrowed, as the decoder's frames come from it. */
MUST_CHECK enum err picture_create(const AVStream *stream, const struct media_facts *facts,
                                   const struct ladder_plan *ladder, struct picture **out);

/* Gives a decoded frame (borrowed; NULL: the last has been) to the filters that need to see every
 * one in order. ERR_STATE: its size is not that of the first. ERR_UNSUPPORTED: it cannot be
 * filtered. */
MUST_CHECK enum err picture_push(struct picture *p, AVFrame *frame);
/* The next picture to be shown, in the stream's time base. ERR_NOT_FOUND: push more. */
MUST_CHECK enum err picture_pull(struct picture *p, AVFrame *out);

/* Makes the frames of all renditions from a pulled one; to be freed by picture_free. */
MUST_CHECK enum err picture_prepare(struct picture *p, AVFrame *pulled,
                                    AVFrame *rungs[LADDER_RUNGS]);
void picture_free(AVFrame *rungs[LADDER_RUNGS]);

void picture_destroy(struct picture **p);

#endif
