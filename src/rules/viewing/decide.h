/* Who may watch what: the ONE decision, asked by browse, search, play and delivery. It answers for
 * any instant and says why. Pure. */
#ifndef LANTERNE_RULES_VIEWING_DECIDE_H
#define LANTERNE_RULES_VIEWING_DECIDE_H

#include <stdbool.h>

#include "base/clock.h"
#include "rules/catalog/title.h"
#include "rules/members/member.h"

enum viewing_reason {
    VIEWING_PLAY,          /* may be watched now */
    VIEWING_NOT_PUBLISHED, /* nobody may know of it */
    VIEWING_NOT_READY,     /* published, but no rendition yet: not shown */
    VIEWING_JOIN,          /* shown; a visitor is asked to join */
    VIEWING_SUBSCRIBE,     /* shown; the member's subscription has ended or never began */
};

struct viewing_question {
    enum title_state state;
    utc_time published;          /* us 0: never */
    bool is_ready;               /* the playable has renditions */
    const struct member *member; /* NULL: a visitor */
    utc_time now;
};

struct viewing_verdict {
    enum viewing_reason reason;
    bool is_shown; /* in rows, search and by its address */
    bool may_play;
    utc_time until; /* may_play: when the subscription's period ends; us 0: open */
};

struct viewing_verdict viewing_decide(const struct viewing_question *q);
const char *viewing_reason_name(enum viewing_reason reason); /* "play", "join", ... for the API */

#endif
