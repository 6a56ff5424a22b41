/* One sound of the plan being made: mixed, resampled to 48 kHz, brought to its loudness, coded as
 * AAC-LC, cut beside the picture's GOPs. Inside the jail only; one thread. */
#ifndef LANTERNE_DRIVER_MEDIA_VOICE_H
#define LANTERNE_DRIVER_MEDIA_VOICE_H

#include <libavutil/frame.h>

#include "driver/media/report.h"

struct voice;

/* number: its index in the plan. plan, report: borrowed until destroyed. */
MUST_CHECK enum err voice_create(const struct media_plan *plan, size_t number, uint64_t frames,
                                 struct report *report, struct voice **out);

/* Sound of the source as it is (borrowed), with no gap to what came before. All frames have the
 * first one's rate, layout and format. */
MUST_CHECK enum err voice_feed(struct voice *v, AVFrame *like, const uint8_t *const *planes,
                               int samples);
/* No more: pads to the picture's end and sends what is left. */
MUST_CHECK enum err voice_end(struct voice *v);
void voice_destroy(struct voice **v);

#endif
