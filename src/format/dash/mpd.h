/* The static MPD (ISO/IEC 23009-1, DASH-IF IOP v5 on-demand constraints over numbered segments) of
 * a presentation: SegmentTemplate with SegmentTimeline, $RepresentationID$/$Number$.m4s, one
 * period; captions as whole WebVTT files, tiles as thumbnail_tile images (IOP part 11). */
#ifndef LANTERNE_FORMAT_DASH_MPD_H
#define LANTERNE_FORMAT_DASH_MPD_H

#include "base/buf.h"
#include "format/cmaf/presentation.h"

/* Appends the MPD. ERR_ARGUMENT: no renditions. On an error out is as it was. */
MUST_CHECK enum err dash_mpd(const struct presentation *p, struct buf *out);

#endif
