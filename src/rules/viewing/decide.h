/* Who may watch what: the ONE decision, asked by browse, search, play, images and delivery. It
 * answers for any instant and says why. Pure. */
#ifndef LANTERNE_RULES_VIEWING_DECIDE_H
#define LANTERNE_RULES_VIEWING_DECIDE_H

#include <stdbool.h>

#include "base/clock.h"
#include "rules/billing/rental.h"
#include "rules/members/member.h"
#include "rules/territory/territory.h"
#include "rules/viewing/showing.h"

/* Who sits before the screen. Zero: nobody in particular, no limit. */
struct viewing_profile {
    int max_age;      /* sees what is for that age and below; 0: no limit. A title not rated in the
                         territory is then not shown */
    int locked_age;   /* the account's own locked area: what is for that age and above, or not rated
                         there; 0: only what the law locks */
    bool is_unlocked; /* has opened the locked area with the PIN */
};

struct viewing_question {
    const struct showing *showing;  /* of the playable (or title), in the territory, at now */
    enum territory_state territory; /* at now */
    /* Since when and until when it is in that state; us 0: not said. Narrows the verdict's times.
     */
    utc_time territory_from, territory_until;
    const struct member *member;           /* NULL: a visitor */
    const struct viewing_profile *profile; /* NULL: no limits */
    utc_time now;
    int device_lines;     /* greatest picture the device shows; 0: any */
    const char *language; /* sound that is asked for; NULL: any */
    /* When this very playback of it began while it was allowed; us 0: none. The house's policy lets
     * it be finished for finish_hours after its window ended (0: it ends with the window), whether
     * that was its end or a holdback's beginning; not when the title was withdrawn, the avail taken
     * back, the territory closed, the subscription ended. */
    utc_time started;
    int finish_hours;
    /* The member's own rental of this playable; NULL: none. It plays while it waits or runs. */
    const struct rental *rental;
    /* What held of the playable where and when it was rented, by what the contracts say today;
     * NULL: it was rented for another territory than this one. What was for rent then is played by
     * the rental's own clock, whatever window has closed since: a sale is a sale. An avail that
     * was taken back has no window then either. */
    const struct showing *sold;
};

struct viewing_verdict {
    enum viewing_reason reason;
    bool is_shown; /* in rows, search and by its address */
    bool may_play;
    utc_time from;             /* shown or not: since when this answer holds; RIGHTS_SINCE_EVER */
    utc_time until;            /* when it ends: the window's or the period's end, or the policy's;
                                  RIGHTS_FOR_EVER: open */
    enum rights_format format; /* may_play: greatest picture */
    const char *languages;     /* may_play: as in a showing */
    const char *because;       /* the right, deal or rule behind it; NULL: the house's own */
    bool by_rental;            /* may_play: by the member's rental; it ends at `until` for good */
    bool starts_rental;        /* and this playback starts its clock */
};

/* Of several reasons against it the verdict gives the one that stands first in the enumeration. An
 * administrator needs neither subscription nor rental; all else holds for the house, too. A title
 * that is both in the subscription and rented is played by what the member has, in the way that has
 * the language asked for, then the greater picture on this device; when both are as good, by the
 * subscription, which starts no clock. A plan's greatest picture caps what the subscription gives.
 * Who holds a rental is shown what it plays. */
struct viewing_verdict viewing_decide(const struct viewing_question *q);

/* "playable", "visible" or "hidden". */
const char *viewing_verdict_name(const struct viewing_verdict *verdict);

#endif
