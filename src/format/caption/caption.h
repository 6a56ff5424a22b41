/* Captions: SRT, WebVTT and TTML (IMSC text, EBU-TT-D, SMPTE-TT text, DFXP) in any encoding come
 * in, one list of cues in UTF-8 comes out, written as WebVTT. Cue text is rebuilt from a short list
 * of tags (i b u ruby rt v lang c), so nothing of the source's markup reaches a browser by itself.
 * Nothing is fetched: no DTD, no entity, no style sheet, no picture, no font.
 * No type here is shared between threads. */
#ifndef LANTERNE_FORMAT_CAPTION_CAPTION_H
#define LANTERNE_FORMAT_CAPTION_CAPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct buf;

enum {
    CAPTION_BYTES_MAX = 10 * 1024 * 1024, /* a film has 0.2; the worst karaoke TTML seen has 4 */
    CAPTION_CUES_MAX = 100000,            /* a 6 h film with a cue each second has 21,600 */
    CAPTION_DEPTH_MAX = 64,               /* elements or tags inside one another */
    CAPTION_TEXT_MAX = 24 * 1024 * 1024,  /* bytes of all cue text of a list */
    CAPTION_WEBVTT_MAX = 72 * 1024 * 1024 /* bytes caption_write_webvtt can make of any list */
};

enum caption_format { CAPTION_SRT, CAPTION_WEBVTT, CAPTION_TTML };

enum caption_vertical { CAPTION_HORIZONTAL, CAPTION_VERTICAL_RL, CAPTION_VERTICAL_LR };
enum caption_line { CAPTION_LINE_AUTO, CAPTION_LINE_NUMBER, CAPTION_LINE_PERCENT };
enum caption_line_align { CAPTION_LINE_START, CAPTION_LINE_CENTER, CAPTION_LINE_END };
enum caption_position_align {
    CAPTION_POSITION_AUTO,
    CAPTION_POSITION_LEFT,
    CAPTION_POSITION_CENTER,
    CAPTION_POSITION_RIGHT
};
enum caption_align {
    CAPTION_ALIGN_CENTER,
    CAPTION_ALIGN_START,
    CAPTION_ALIGN_END,
    CAPTION_ALIGN_LEFT,
    CAPTION_ALIGN_RIGHT
};

/* WebVTT cue settings; all zero is WebVTT's default (bottom, centred, as wide as the picture).
 * Numbers and percentages are in thousandths: 12.5 % is 12500, line -1 is -1000. */
struct caption_settings {
    enum caption_vertical vertical;
    enum caption_line line_kind;
    enum caption_line_align line_align;
    enum caption_position_align position_align;
    enum caption_align align;
    bool has_position, has_size;
    int32_t line;     /* of line_kind; 0 when AUTO */
    int32_t position; /* percent, 0 to 100000; 0 unless has_position */
    int32_t size;     /* percent, 0 to 100000; 0 unless has_size */
};

struct caption_cue {
    int64_t start_us, end_us; /* whole milliseconds, 0 <= start < end */
    const char *id;           /* one line without "-->"; "" when it has none */
    const char *text;         /* WebVTT cue text: safe tags, all closed; never "", no blank line */
    struct caption_settings settings;
    uint32_t order; /* place in the source */
};

struct caption_list {
    struct caption_cue *cues; /* in the arena; by start, then as in the source */
    size_t n, room;
    size_t text_size; /* bytes of all cue texts */
    size_t pictures;  /* pictures in the source that stood for text and were left out */
    enum caption_format format;
    char encoding[24]; /* what the source was read as: "UTF-8", "WINDOWS-1252", ... */
};

/* What is wrong and where, in a studio's words. line is 0 when it is about the whole file. */
struct caption_problem {
    int line;
    char text[200];
};

/* Finds encoding and format of the n bytes and reads the cues; everything in out lives in arena.
 * Encoding: byte order mark, XML declaration, valid UTF-8, UTF-16 by its zeros, then by statistics.
 * name_hint: a file name, or NULL; its ending decides where the bytes leave a doubt.
 * OK with out->n == 0 is possible: a right file without a cue (out->pictures may say why).
 * Cues without text, and cues that end before they start, are left out.
 * ERR_MALFORMED: not a file of its format. ERR_UNSUPPORTED: another format, or pictures of text.
 * ERR_FULL: over a ceiling above. On each, why says it and out is empty. */
MUST_CHECK enum err caption_read(struct arena *arena, const void *bytes, size_t n,
                                 const char *name_hint, struct caption_list *out,
                                 struct caption_problem *why);

/* Appends a complete WebVTT file. The list is sorted (caption_read's is). */
void caption_write_webvtt(const struct caption_list *list, struct buf *out);

/* For text tracks inside a media file: init, add each sample, sort.
 * text: UTF-8 (what is not becomes U+FFFD), plain or with the markup found in SRT and in ASS
 * (<i>, {\an8}, \N); it is reduced as SRT's is. A cue without text or length is left out with OK.
 * ERR_FULL: a ceiling; the list stays as it was. */
void caption_list_init(struct caption_list *list);
MUST_CHECK enum err caption_list_add(struct caption_list *list, struct arena *arena,
                                     int64_t start_us, int64_t end_us, const char *text, size_t n);
void caption_list_sort(struct caption_list *list);

#endif
