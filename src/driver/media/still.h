/* Pictures of the film for people to choose by: thumbnails for seeking, and a poster. Inside the
 * jail only; one thread. */
#ifndef LANTERNE_DRIVER_MEDIA_STILL_H
#define LANTERNE_DRIVER_MEDIA_STILL_H

#include <libavutil/frame.h>

#include "driver/media/report.h"

/* How good a picture is as a poster, from its samples alone: sharp, lively, neither black nor white
 * nor a few flat tones as title cards are. 0 and up. */
double still_score(const AVFrame *frame);

/* The left edge of the window of `width` samples in which most is to be seen. */
int still_window(const AVFrame *frame, int width);

struct stills;

MUST_CHECK enum err stills_create(const struct media_plan *plan, uint64_t frames,
                                  struct report *report, struct stills **out);
/* Looks at picture number `at` of the film in its renditions' frames (borrowed). */
MUST_CHECK enum err stills_see(struct stills *s, AVFrame *const rungs[LADDER_RUNGS], uint64_t at);
/* Sends the sheet and the best picture of the piece, and forgets them. */
MUST_CHECK enum err stills_end_piece(struct stills *s, uint32_t piece);
void stills_destroy(struct stills **s);

#endif
