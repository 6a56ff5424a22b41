/* Streams of an account and their seats: how many may run at a time, which of them run, and who
 * has to make room. A stream runs while its lease does, which heartbeats keep. Pure. */
#ifndef LANTERNE_RULES_VIEWING_STREAMS_H
#define LANTERNE_RULES_VIEWING_STREAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/id.h"
#include "rules/catalog/title.h"
#include "rules/members/member.h"
#include "rules/members/profile.h"
#include "rules/rights/right.h"
#include "rules/viewing/decide.h"

ID_TYPE(playback_id);

/* X(name, word): why a stream runs no more; word: what the API calls it.
 *
 *   RUNS -beat-> RUNS      RUNS -(no beat)-> LAPSED -beat, a seat is free-> RUNS
 *   RUNS, LAPSED -> all others, for good */
#define STREAM_STOP_TABLE(X)                                                                       \
    X(STREAM_RUNS, "runs")                                                                         \
    X(STREAM_LAPSED, "lapsed")             /* no heartbeat in time, and the seat is another's */   \
    X(STREAM_LEFT, "left")                 /* its own player ended it */                           \
    X(STREAM_STOPPED, "stopped")           /* another screen of the household did */               \
    X(STREAM_REPLACED, "replaced")         /* the same profile on the same device began anew */    \
    X(STREAM_PLAN, "plan")                 /* the account has fewer seats by now */                \
    X(STREAM_SUBSCRIPTION, "subscription") /* which has ended */                                   \
    X(STREAM_RENTAL, "rental")             /* its time is over */                                  \
    X(STREAM_WINDOW, "window")             /* its window has closed */                             \
    X(STREAM_TERRITORY, "territory")       /* not where the asker is by now, or closed there */    \
    X(STREAM_WITHDRAWN, "withdrawn")       /* the title was */                                     \
    X(STREAM_PROFILE, "profile")           /* the profile may not see it any more */

enum stream_stop {
#define X(name, word) name,
    STREAM_STOP_TABLE(X)
#undef X
        N_STREAM_STOPS
};
const char *stream_stop_name(enum stream_stop stop);
bool stream_stop_parse(const char *name, enum stream_stop *out);

enum { STREAM_SESSION = 32, STREAM_LANGUAGE = 36 };

/* One playback in progress. */
struct stream {
    playback_id playback;
    member_id member;
    profile_id profile;
    playable_id playable;
    title_id title;
    uint8_t session[STREAM_SESSION]; /* digest: the device it plays on */
    const char *agent;               /* the device as it says its name, one line */
    const char *box;                 /* what a box's owner calls it; NULL: it is none */
    char territory[3];               /* whose catalogue it plays from */
    char place[3];                   /* where it was asked for; "": not known */
    char language[STREAM_LANGUAGE];  /* of the sound that was asked for; "": any */
    int lines;                       /* that the device shows; 0: any */
    bool by_rental;
    utc_time taken; /* since when it has run */
    utc_time ends;  /* of its lease, half-open */
    int seat;       /* from 0 */
    enum stream_stop stop;
};

/* Whether it runs at now: neither stopped nor past the end of its lease. */
bool stream_is_live(const struct stream *s, utc_time now);

enum { STREAM_SEATS_MAX = 20 }; /* of any account: the house's own, and plans of no limit */

/* How many streams of the member may run at a time: of the plan that runs, whoever pays for it;
 * without one (a trial before a plan is taken, or a rental alone) `without_plan`. An administrator
 * has STREAM_SEATS_MAX. 1..STREAM_SEATS_MAX. */
int stream_seats(const struct member *member, int without_plan, utc_time now);

/* Where a stream that begins, or that has lapsed, finds its seat. */
struct stream_seating {
    int seat;                      /* from 0; -1: all are taken by those who run */
    const struct stream *replaces; /* of `all`: the same profile's on the same device; NULL */
};
/* A ceiling that a contract sets: streams of one title at a time over all members. */
struct stream_cap {
    int streams;
    struct territory_set where; /* only streams from these catalogues count */
};

/* all: the account's streams, in any order; those that do not run at now do not count, nor does
 * `who` itself. */
struct stream_seating stream_seat(const struct stream *all, size_t n, const struct stream *who,
                                  int seats, utc_time now);

/* What a verdict that says no to a running stream stops it with. `territory`: where the asker's
 * catalogue is by now. */
enum stream_stop stream_stop_of(const struct viewing_verdict *verdict, const struct stream *s,
                                const char *territory);

#endif
