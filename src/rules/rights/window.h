/* Edges of rights and blocks become instants in a territory. Of this folder alone. */
#ifndef LANTERNE_RULES_RIGHTS_WINDOW_H
#define LANTERNE_RULES_RIGHTS_WINDOW_H

#include "rules/rights/timeline.h"

/* The years 2 to 9998: what lies further off has no date in any zone and is not counted from. */
#define RIGHTS_CALENDAR_FIRST (INT64_C(-718797) * UTC_DAY)
#define RIGHTS_CALENDAR_LAST (INT64_C(2932531) * UTC_DAY)

/* Half-open; empty when until is not after from. */
struct rights_interval {
    utc_time from, until;
};

/* What an edge hangs on that nobody knows. */
enum rights_missing {
    RIGHTS_MISSING_NOTHING,
    RIGHTS_MISSING_START, /* no start is said */
    RIGHTS_MISSING_TBD,
    RIGHTS_MISSING_EVENT,
    RIGHTS_MISSING_BASE, /* a duration from a start that is open */
};
struct rights_gap {
    enum rights_missing what;
    enum rights_event event; /* of MISSING_EVENT */
};

/* The window of a right; the gap says why there is none (out is then untouched). */
struct rights_gap rights_window_find(const struct rights_right *right,
                                     const struct rights_question *q, struct rights_interval *out);
/* When a block holds. Empty: never. The gap says what is not known of it, whether it holds for all
 * that or not. */
struct rights_gap rights_block_interval(const struct rights_block *block,
                                        const struct rights_question *q,
                                        struct rights_interval *out);
/* From when on a title may be shown as coming (us INT64_MAX: never), and from when on it is no
 * longer suppressed (INT64_MIN: it never was). Neither looks at the window. */
utc_time rights_announced_from(const struct rights_right *right, const struct rights_question *q);
utc_time rights_lifted_from(const struct rights_right *right, const struct rights_question *q);
/* Of a kind that the service sells: SVOD, AVOD, VOD. */
bool rights_licence_is_sold(enum rights_licence licence);

/* Whether a block speaks of such a right at all, somewhere and some time. */
bool rights_block_bears_on(const struct rights_block *block, const struct rights_right *right);
/* Approved by the studio, or nothing said of it. */
bool rights_goes_live(const struct rights_right *right);

/* ---- for people ---- */

enum { RIGHTS_TIME_TEXT = 32 };
/* By the clocks of the zone: "2013-07-15 00:00", "2013-07-15 21:30:15". */
void rights_time_text(const struct zone *zone, utc_time t, char out[RIGHTS_TIME_TEXT]);
/* "from 2013-07-15 00:00 until 2014-07-15 00:00", "until 2014-07-15 00:00", "for all time". */
const char *rights_interval_text(struct arena *arena, const struct zone *zone,
                                 const struct rights_interval *interval);
/* Why a window or a block hangs on what is not known: "the theatrical date in FR is not known". */
const char *rights_gap_text(struct arena *arena, struct rights_gap gap, const char *territory);

#endif
