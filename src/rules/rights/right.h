/* What a contract allows or forbids, as the rules see it: rights (what we may do) and blocks (what
 * holds us back). Pure; everything pointed to lives in the caller's arena. */
#ifndef LANTERNE_RULES_RIGHTS_RIGHT_H
#define LANTERNE_RULES_RIGHTS_RIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/err.h"
#include "base/money.h"

/* ---- where -------------------------------------------------------------------------------------
 */

/* A set of territories (ISO 3166-1 alpha-2). Zero is the empty set. */
struct territory_set {
    uint64_t bits[11]; /* one for each of AA to ZZ */
};
void territory_set_add(struct territory_set *set,
                       const char *code); /* two capitals; else nothing */
void territory_set_remove(struct territory_set *set, const char *code);
void territory_set_world(struct territory_set *set); /* every assigned code */
bool territory_set_has(const struct territory_set *set, const char *code);
bool territory_sets_meet(const struct territory_set *a, const struct territory_set *b);
bool territory_set_is_empty(const struct territory_set *set);
void territory_set_join(struct territory_set *set, const struct territory_set *more);
void territory_set_take(struct territory_set *set, const struct territory_set *less);
/* "FR, BE", "world", "world without US, CA", "nowhere": what is shortest. In the buffer, cut with
 * ", ..." */
void territory_set_text(const struct territory_set *set, char *out, size_t room);
/* "FR BE", "FR,BE", "ZZ" and "world" for the world, "ZZ -US -CA" for the world without; in any
 * case, in any order. "" is the empty set. ERR_ARGUMENT: a code is none; bad gets its first two
 * characters, *out stays as it was. */
MUST_CHECK enum err territory_set_parse(const char *text, struct territory_set *out, char bad[3]);

/* ---- when --------------------------------------------------------------------------------------
 */

/* What a clock of a contract counts from. */
enum rights_event {
    RIGHTS_EVENT_THEATRICAL, /* first showing in the territory's cinemas */
    RIGHTS_EVENT_BROADCAST,  /* first on free television */
    RIGHTS_EVENT_PAY_TV,
    RIGHTS_EVENT_EST,  /* first sold */
    RIGHTS_EVENT_DISC, /* first on disc */
    RIGHTS_EVENT_COMPLETED,
    RIGHTS_EVENTS,
};
const char *rights_event_name(
    enum rights_event event); /* "theatrical", "broadcast", "pay-tv", ... */
bool rights_event_parse(const char *name, enum rights_event *out);
/* What a ReleaseType of MovieLabs' Common Metadata is, in any case: "Theatrical", "DVD",
 * "InternetBuy", "Original Broadcast". False: no event of ours ("original" names no medium). */
bool rights_event_of_release(const char *type, enum rights_event *out);

/* When something happened to a title. A contract counts from the territory's own day alone: the
 * original release may lie before it, and a right that opened or a holdback that ended by it would
 * break the contract. A law that counts from cinemas takes the original release where the
 * territory's own is not known: it then holds back rather too long than not at all. Who says
 * nothing of a first sale means the first window of a sale in the territory. */
struct rights_event_date {
    enum rights_event event;
    char territory[3]; /* "" : the first anywhere (original release) */
    civil_day day;
};

enum rights_edge_kind {
    RIGHTS_EDGE_NONE,    /* not said: a right without a start never opens, one without an end
                            lasts as long as its window */
    RIGHTS_EDGE_INSTANT, /* an instant */
    RIGHTS_EDGE_DAY,     /* a bare date: as a start its first instant, as an end its last second
                            (23:59:59 inclusive), in the territory's first time zone */
    RIGHTS_EDGE_OPEN,    /* without end; as a start: at once */
    RIGHTS_EDGE_EVENT,   /* first instant of the event's day + lag, by the territory's calendar
                            (a lag of 30 days is 30 of its days); the same as a start and as an
                            end, so that what ends with an event and what begins with it meet */
    RIGHTS_EDGE_TBD,     /* to be said later: does not open */
};

struct rights_edge {
    enum rights_edge_kind kind;
    utc_time instant;
    civil_day day;
    enum rights_event event;
    struct duration lag;
};

/* ---- rights ------------------------------------------------------------------------------------
 */

enum rights_licence { /* MDDF Avails LicenseType */
                      RIGHTS_SVOD,
                      RIGHTS_VOD, /* rental */
                      RIGHTS_EST, /* sale */
                      RIGHTS_AVOD,
                      RIGHTS_POEST, /* sale, ordered before it opens */
                      RIGHTS_PRE_RELEASE,
                      RIGHTS_LIBRARY,
                      RIGHTS_LICENCES,
};
const char *rights_licence_name(
    enum rights_licence licence); /* "SVOD", "VOD", ... as Avails has it */
bool rights_licence_parse(const char *name, enum rights_licence *out);

enum rights_format { RIGHTS_SD, RIGHTS_HD, RIGHTS_UHD };   /* greatest picture that may be shown */
const char *rights_format_name(enum rights_format format); /* "SD" */
bool rights_format_parse(const char *name, enum rights_format *out);
int rights_format_lines(enum rights_format format); /* 576, 1080, 2160 */

enum rights_status { /* TitleStatus: only approved or unsaid goes live */
                     RIGHTS_STATUS_UNSAID,
                     RIGHTS_STATUS_PENDING,
                     RIGHTS_STATUS_APPROVED,
                     RIGHTS_STATUS_REVOKED,
                     RIGHTS_STATUS_EXPIRED,
};
const char *rights_status_name(enum rights_status status); /* "pending"; "" for unsaid */
bool rights_status_parse(const char *name, enum rights_status *out);

enum rights_asset { RIGHTS_ANY, RIGHTS_SUB, RIGHTS_DUB }; /* a language as captions, as sound */
struct rights_language {
    const char *tag; /* BCP 47 */
    enum rights_asset asset;
};

/* One right: an avail's transaction, or the house's own production. */
struct rights_right {
    const char *id;     /* of the store */
    const char *source; /* for people: "avail md:alid:... 1431081 of 20th Century Fox" */
    const char *studio; /* its name; NULL: the house */
    enum rights_licence licence;
    enum rights_status status;
    struct territory_set where; /* exclusions taken off */
    struct rights_edge start, end;
    struct duration window; /* WindowDuration: ends that long after the start, if that is sooner;
                               with a start that is open there is nothing to count from */
    struct rights_edge announce, suppression_lift; /* kinds NONE, DAY or INSTANT; TBD: never */
    enum rights_format format;
    bool is_hdr, is_exclusive;
    size_t n_allowed, n_holdback;
    const struct rights_language *allowed;  /* n 0: every language */
    const struct rights_language *holdback; /* languages that may not be offered */
    struct duration rental, watch;          /* zero: not said */
    struct money price;                     /* of a rental or sale; currency "": not said */
};

/* The right that the house has to its own: by subscription, everywhere, for all time. For a
 * production of ours that a law or a grant to somebody else holds back. */
struct rights_right rights_of_house(void);

/* ---- blocks ------------------------------------------------------------------------------------
 */

enum rights_block_kind {
    RIGHTS_BLOCK_HOLDBACK,  /* a deal's: the film is held back for others */
    RIGHTS_BLOCK_GRANTED,   /* we granted it to somebody else, for them alone */
    RIGHTS_BLOCK_LAW,       /* media chronology of a territory */
    RIGHTS_BLOCK_DEAL_TERM, /* outside the term, titles or territories of the deal it stands under
                             */
};
const char *rights_block_kind_name(enum rights_block_kind kind); /* "holdback", "granted", ... */

/* Holds some licence types back in some territories for a time. */
struct rights_block {
    const char *id;     /* of the deal or rule */
    const char *source; /* for people: deal and clause, or the law's name */
    enum rights_block_kind kind;
    uint32_t licences; /* bits 1 << enum rights_licence */
    struct territory_set where;
    const char *studio; /* NULL: all rights; "": the house's own; else rights of this studio, in
                           whatever case and accents it is written */
    struct rights_edge from, until; /* NONE as from: since ever; NONE or OPEN as until: for ever */
    /* Whatever `until` says, it ends then: the last day of the law behind it. NONE: no such day. */
    struct rights_edge at_latest;
    /* An event whose date nobody knows: a contract's clock blocks until it is known; a law's does
     * not begin (a film that was never in that territory's cinemas). */
    bool blocks_when_unknown;
};

#endif
