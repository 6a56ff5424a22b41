/* TTML inside the reader: the document as a tree of our own, made while the XML is parsed, so that
 * its size is bounded and nothing but what is asked for is kept. All in the arena. */
#ifndef LANTERNE_FORMAT_CAPTION_TTML_H
#define LANTERNE_FORMAT_CAPTION_TTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/caption/cue_text.h"
#include "format/caption/internal.h"
#include "format/caption/ttml_attrs.h"

enum {
    TTML_NODES_MAX = 400000,   /* 100,000 cues of two lines: p, two spans and a br each */
    TTML_ATTRIBUTES_MAX = 100, /* of one element; the parser compares each with each */
    TTML_NAMESPACES_MAX = 100, /* known at one place; the parser looks through them all */
    TTML_WORK_MAX = 3000000    /* steps from the tree to cues; linear files need 1,500,000 */
};

enum ttml_ns {
    NS_NONE,
    NS_TT,
    NS_TTS,
    NS_TTP,
    NS_TTM,
    NS_TTA,
    NS_ISD,
    NS_ITTS,
    NS_SMPTE,
    NS_XML,
    NS_XLINK,
    NS_OTHER
};

enum ttml_attr {
#define X(ns, name, flags, grammar) ATTR_##ns##_##name,
    TTML_ATTRS(X)
#undef X
        TTML_ATTR_COUNT
};

#define TTML_ELEMENTS(X)                                                                           \
    X(animate)                                                                                     \
    X(animation)                                                                                   \
    X(audio)                                                                                       \
    X(body)                                                                                        \
    X(br)                                                                                          \
    X(chunk)                                                                                       \
    X(data)                                                                                        \
    X(div)                                                                                         \
    X(font)                                                                                        \
    X(head)                                                                                        \
    X(image)                                                                                       \
    X(initial)                                                                                     \
    X(isd)                                                                                         \
    X(item)                                                                                        \
    X(layout)                                                                                      \
    X(metadata)                                                                                    \
    X(p)                                                                                           \
    X(profile)                                                                                     \
    X(region)                                                                                      \
    X(resources)                                                                                   \
    X(sequence)                                                                                    \
    X(set)                                                                                         \
    X(source)                                                                                      \
    X(span)                                                                                        \
    X(style)                                                                                       \
    X(styling)                                                                                     \
    X(tt)

enum ttml_element {
    EL_OTHER, /* not of TTML, or nothing we need to tell apart */
    EL_TEXT,
#define X(name) EL_##name,
    TTML_ELEMENTS(X)
#undef X
};

struct ttml_value {
    enum ttml_attr attr;
    const char *text; /* owned by the arena, ends with NUL */
};

struct ttml_node {
    enum ttml_element element;
    int line;
    bool preserve;       /* xml:space as inherited */
    uint8_t style_state; /* of ttml_style.c: for loops of references */
    uint32_t n_values;
    struct ttml_value *values;
    struct span text; /* of EL_TEXT */
    struct ttml_node *parent, *first, *last, *next;
    struct ttml_style *style; /* of style elements and regions, once resolved */
};

struct ttml_clock { /* ttp: parameters that times need */
    int64_t frame_rate, sub_frame_rate, tick_rate;
    int64_t multiplier, divisor; /* frame rate multiplier */
    bool smpte, drop_ntsc, drop_pal, wall;
};

struct ttml_document {
    struct caption_sink *sink;
    struct ttml_node *root;
    struct ttml_clock clock;
    struct ttml_node **ids; /* nodes with xml:id, sorted by it */
    size_t n_ids;
    struct ttml_style *initial; /* what initial elements say; else the standard's initial values */
    bool strict;                /* of the final namespace, and validation is not prohibited */
    bool has_regions;
    int64_t width_px, height_px, columns, rows; /* of the root container; px 0: not said */
    size_t work;                                /* steps taken, of TTML_WORK_MAX */
    size_t style_depth;              /* styles that are being resolved, one for another */
    size_t pictures, smpte_pictures; /* smpte: of SMPTE-TT's, which stand for text */
};

/* Parses text. ERR_MALFORMED: no XML, a DTD, or what is no TTML; values are checked when strict. */
MUST_CHECK enum err ttml_tree_read(struct ttml_document *doc, struct span text);
const char *ttml_get(const struct ttml_node *node, enum ttml_attr attr); /* NULL when absent */
struct ttml_node *ttml_child(const struct ttml_node *node, enum ttml_element element);
/* The tree in document order; NULL after the last. */
struct ttml_node *ttml_next(struct ttml_node *node);
struct ttml_node *ttml_by_id(const struct ttml_document *doc, const char *id, size_t n);

/* --- ttml_grammar.c --- */

enum { TTML_RULES = TTML_ATTR_COUNT };
struct ttml_rule {
    enum ttml_ns ns;
    const char *name;
    int flags;
    const char *grammar;
};
extern const struct ttml_rule ttml_rules[TTML_RULES];
/* The row of an attribute; TTML_ATTR_COUNT when there is none. */
enum ttml_attr ttml_attr_of(enum ttml_ns ns, const char *name);
/* Whether value is one that the attribute's grammar makes. */
bool ttml_value_is_good(enum ttml_attr attr, const char *value);
bool ttml_color(struct span s, uint32_t *rgba);

enum ttml_unit { UNIT_NONE, UNIT_PX, UNIT_EM, UNIT_CELL, UNIT_PERCENT, UNIT_RW, UNIT_RH };
struct ttml_length {
    int64_t thousandths;
    enum ttml_unit unit;
};
bool ttml_length(struct span s, struct ttml_length *out);
struct ttml_place { /* tts:position: how far from left and top, or from right and bottom */
    struct ttml_length x, y;
    bool from_right, from_bottom;
};
bool ttml_position(struct span s, struct ttml_place *out);

/* --- ttml_condition.c --- */

/* Reads a condition (TTML2 8.1.6); *holds: what it comes to for a viewer without wishes. */
bool ttml_condition(struct span s, bool *holds);

/* --- ttml_check.c: what TTML2 asks of elements, beyond the values of attributes --- */

MUST_CHECK enum err ttml_check(const struct ttml_document *doc);

/* --- ttml_time.c --- */

void ttml_clock_init(struct ttml_clock *clock, const struct ttml_node *root);
/* Whether text is a time expression (TTML2 12.3.1) at all; *us: what it comes to, -1 for a wall
 * clock's, which has no place in a film. */
bool ttml_time(const struct ttml_clock *clock, struct span text, int64_t *us);

/* --- ttml_style.c --- */

enum ttml_align {
    TTML_ALIGN_UNSAID,
    TTML_ALIGN_START,
    TTML_ALIGN_LEFT,
    TTML_ALIGN_CENTER,
    TTML_ALIGN_RIGHT,
    TTML_ALIGN_END
};
enum ttml_display_align { DISPLAY_UNSAID, DISPLAY_BEFORE, DISPLAY_CENTER, DISPLAY_AFTER };
enum ttml_flag { FLAG_UNSAID, FLAG_NO, FLAG_YES };
enum ttml_ruby {
    RUBY_NONE,
    RUBY_CONTAINER,
    RUBY_BASE,
    RUBY_BASES,
    RUBY_TEXT,
    RUBY_TEXTS,
    RUBY_DELIMITER
};

struct ttml_style {                                     /* zero: nothing is said */
    uint8_t italic, bold, underline, hidden, none, rtl; /* enum ttml_flag */
    uint8_t align, display_align, ruby, vertical;       /* vertical: enum caption_vertical + 1 */
    uint16_t color, background;                         /* class bits; 0x8000: said, no class */
    const char *origin, *extent, *position;             /* as written; of regions */
};

/* What a style element, region or content element says itself: its references, then its own
 * attributes. ERR_MALFORMED: styles refer to one another in a circle. */
MUST_CHECK enum err ttml_style_said(struct ttml_document *doc, struct ttml_node *node,
                                    struct ttml_style *out);
/* The style of a child: what inherits of parent, changed by what is said. */
struct ttml_style ttml_style_inherit(const struct ttml_style *parent,
                                     const struct ttml_style *said);
struct cue_look ttml_style_look(const struct ttml_style *style);
/* Cue settings that put text where the region (NULL: none) has it. */
void ttml_style_place(const struct ttml_document *doc, const struct ttml_style *style,
                      const struct ttml_style *region, struct caption_settings *out);
void ttml_style_init(struct ttml_document *doc);

/* --- ttml_cues.c --- */

MUST_CHECK enum err ttml_cues(struct ttml_document *doc);

#endif
