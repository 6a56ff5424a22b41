/* What the readers of the formats share. */
#ifndef LANTERNE_FORMAT_CAPTION_INTERNAL_H
#define LANTERNE_FORMAT_CAPTION_INTERNAL_H

#include "format/caption/caption.h"
#include "format/caption/lines.h"

struct buf;

/* Where a reader puts what it finds. */
struct caption_sink {
    struct arena *arena;
    struct caption_list *list;
    struct buf *scratch; /* for one cue text; empty between cues */
    struct caption_problem *why;
};

/* Says what is wrong in line (0: the whole file) and returns err. The first one said stays. */
MUST_CHECK enum err caption_fail(const struct caption_sink *sink, enum err err, int line,
                                 const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Adds a cue whose text is the n bytes in sink->scratch, made by cue_text, and empties it. Times
 * are rounded to milliseconds. id: cut when it is no good id. Leaves out what has no text or no
 * length. */
MUST_CHECK enum err caption_sink_add(const struct caption_sink *sink, const struct caption_cue *cue,
                                     struct span id);

/* text: UTF-8 with LF line ends, all of the file. */
MUST_CHECK enum err srt_read(struct caption_sink *sink, struct span text);
MUST_CHECK enum err webvtt_read(struct caption_sink *sink, struct span text);
MUST_CHECK enum err ttml_read(struct caption_sink *sink, struct span text);

/* SRT's free markup (and what ASS leaves behind) into sink->scratch; place: settings it asks for.
 */
void srt_text(struct caption_sink *sink, struct span text, struct caption_settings *place);
/* WebVTT cue text (section 6.4) into sink->scratch. */
void webvtt_text(struct caption_sink *sink, struct span text, int64_t start_us, int64_t end_us);

#endif
