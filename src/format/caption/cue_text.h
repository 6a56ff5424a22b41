/* Builds WebVTT cue text that cannot be anything else: tags come from a list, text is escaped,
 * every tag is closed, no line is blank. Tags are written only when text follows inside them, so
 * that empty ones vanish, and line ends only between text, so that reading the result gives it
 * again. */
#ifndef LANTERNE_FORMAT_CAPTION_CUE_TEXT_H
#define LANTERNE_FORMAT_CAPTION_CUE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/caption/caption.h"
#include "format/caption/lines.h"

enum cue_tag {
    CUE_TAG_NONE,
    CUE_TAG_I,
    CUE_TAG_B,
    CUE_TAG_U,
    CUE_TAG_RUBY,
    CUE_TAG_RT,
    CUE_TAG_V,
    CUE_TAG_LANG,
    CUE_TAG_C
};

/* Bits of a class set: the eight colours of WebVTT section 5.1, then the same as background. */
enum { CUE_COLOURS = 8, CUE_CLASSES = 16 };
extern const char *const cue_class_names[CUE_CLASSES];

struct cue_look { /* how a run of text looks; all zero is plain */
    bool italic, bold, underline;
    uint16_t classes;
};

struct cue_open {
    enum cue_tag tag;
    uint16_t classes;
    bool written;
    bool silent;            /* counts for what closes it, and is never written */
    bool is_look;           /* opened by cue_text_look, closed by it as well */
    struct span annotation; /* source of v's and lang's, entities not yet read; borrowed */
};

struct cue_text {
    struct buf *out;
    size_t start; /* where in out this cue begins */
    size_t depth;
    bool line_end; /* one is owed before the next text */
    bool shown;    /* something can be seen */
    int64_t stamp, last_stamp, start_us, end_us;
    struct cue_open open[CAPTION_DEPTH_MAX];
};

/* Starts a cue text at the end of out. */
void cue_text_begin(struct cue_text *t, struct buf *out);
/* Cue times, for cue_text_stamp; without them stamps are left out. */
void cue_text_times(struct cue_text *t, int64_t start_us, int64_t end_us);
/* Opens a tag inside those open. Beyond CAPTION_DEPTH_MAX it is left out. v and lang without the
 * annotation they need are not written. */
void cue_text_open(struct cue_text *t, enum cue_tag tag, uint16_t classes, struct span annotation);
/* Closes the innermost tag; what cue_text_look opened in it is closed with it. */
void cue_text_close(struct cue_text *t);
/* The innermost tag that cue_text_open opened. */
enum cue_tag cue_text_inner(const struct cue_text *t);
/* How text from here on looks; replaces the last look inside the same tag. */
void cue_text_look(struct cue_text *t, struct cue_look look);
/* Text, LF ends a line; valid UTF-8. */
void cue_text_put(struct cue_text *t, const char *text, size_t n);
/* A moment inside the cue from which the following text is due; left out when out of order. */
void cue_text_stamp(struct cue_text *t, int64_t at_us);
/* Closes what is open. Returns the length of the cue text; 0 when nothing can be seen. */
size_t cue_text_end(struct cue_text *t);

/* Class bit of a name such as "yellow" or "bg_blue"; 0 for any other. */
uint16_t cue_class_of(const struct span *name);
void cue_put_time(struct buf *out, int64_t us); /* 00:00:01.500 */

#endif
