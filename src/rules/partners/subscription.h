/* A subscription that a partner sold, through its life. One machine decides every call of the
 * partner's, the member's link and the clock; who calls it saves all of it in one transaction.
 *
 *   ORDERED --token--> TOKEN_ISSUED --24 h--> EXPIRED --token--> TOKEN_ISSUED
 *                        |    |
 *           link, before |    | link, after
 *           activate     v    v activate
 *                    LINKED --activate--> ACTIVE      the partner pays and the member watches
 *
 *   any of these --suspend--> SUSPENDED --resume--> what it would be without
 *   all --cancel, or the day that was said--> ENDED
 *   LINKED, ACTIVE, SUSPENDED --the member's account is deleted--> without a link: ORDERED, ...
 *
 * The state is not kept: it follows from what happened (partner_state_at), so that a token that
 * runs out and a day that comes need nobody to write it down. `activate` may come before the link
 * or after it: the service begins with the later of the two.
 *
 * A call in a state is DONE, says that it IS SO already (nothing is written, the answer is the
 * same), or is refused:
 *
 *                 token    activate  bundle  suspend  resume   cancel  link
 *   ordered       done     done(1)   done    done     is so(2) done    -
 *   token-issued  done(3)  done(1)   done    done     is so(2) done    done
 *   expired       done     done(1)   done    done     is so(2) done    refused: token
 *   linked        refused  done      done    done     is so(2) done    refused: token
 *   active        refused  is so     done    done     is so(2) done    refused: token
 *   suspended     refused  refused   done    is so    done     done    refused: suspended
 *   ended         refused  refused   refused refused  refused  is so   refused: token
 *
 * (1) noted; is so when it was noted before. (2) done when a day was said on which it ends: that is
 * taken back. (3) the token before opens nothing any more. A bundle that it has: is so. A token
 * that was used is no token of any subscription any more. */
#ifndef LANTERNE_RULES_PARTNERS_SUBSCRIPTION_H
#define LANTERNE_RULES_PARTNERS_SUBSCRIPTION_H

#include "rules/members/member.h"
#include "rules/partners/partner.h"

ID_TYPE(partner_subscription_id);

#define PARTNER_STATES(X)                                                                          \
    X(PARTNER_ORDERED, "ordered")                                                                  \
    X(PARTNER_TOKEN_ISSUED, "token-issued")                                                        \
    X(PARTNER_EXPIRED, "expired")                                                                  \
    X(PARTNER_LINKED, "linked")                                                                    \
    X(PARTNER_ACTIVE, "active")                                                                    \
    X(PARTNER_SUSPENDED, "suspended")                                                              \
    X(PARTNER_ENDED, "ended")
enum partner_state {
#define X(name, word) name,
    PARTNER_STATES(X)
#undef X
        PARTNER_STATE_COUNT
};
const char *partner_state_name(enum partner_state state);
bool partner_state_parse(const char *name, enum partner_state *out);

#define PARTNER_TOKEN_US (24 * 3600 * UTC_SECOND)

struct partner_subscription {
    partner_subscription_id id;
    partner_id partner;
    char account[PARTNER_TEXT]; /* the partner's; one that is not ended for each */
    char bundle[BUNDLE_CODE];
    char channel[PARTNER_TEXT]; /* by which it was sold; "" : not said */
    member_id member;           /* "" : not linked */
    utc_time created;
    utc_time token_expires; /* us 0: no token is out */
    utc_time activated;     /* the partner said that it begins; us 0: not yet */
    utc_time linked;        /* us 0: not */
    utc_time suspended;     /* us 0: not */
    utc_time ends;          /* ENDED from then on; us 0: none was said */
    bool is_on;             /* the member's membership is the partner's */
    int64_t version;        /* counts changes; the store refuses one made on another version */
    utc_time changed;
};

/* Half-open: at token_expires and at ends it is over. */
enum partner_state partner_state_at(const struct partner_subscription *s, utc_time now);
/* Since when it is in that state; a suspension that is over is not looked at. */
utc_time partner_state_since(const struct partner_subscription *s, utc_time now);

#define PARTNER_CALLS(X)                                                                           \
    X(PARTNER_CREATE, "create") /* makes it: partner_subscription_of */                            \
    X(PARTNER_TOKEN, "token")   /* another activation token */                                     \
    X(PARTNER_ACTIVATE, "activate")                                                                \
    X(PARTNER_BUNDLE, "bundle") /* another one, in the same territory and currency */              \
    X(PARTNER_SUSPEND, "suspend")                                                                  \
    X(PARTNER_RESUME, "resume")                                                                    \
    X(PARTNER_CANCEL, "cancel") /* now, or on a day */                                             \
    X(PARTNER_LINK, "link")     /* the member's */                                                 \
    X(PARTNER_GONE, "gone")     /* the member's account was deleted */                             \
    X(PARTNER_END, "end")       /* the clock's: the day that was said has come */
enum partner_call {
#define X(name, word) name,
    PARTNER_CALLS(X)
#undef X
        PARTNER_CALL_COUNT
};
const char *partner_call_name(enum partner_call call);
bool partner_call_parse(const char *name, enum partner_call *out);

struct partner_order {
    enum partner_call call;
    utc_time now;
    const char *bundle; /* BUNDLE: that exists, is offered and fits */
    utc_time ends;      /* CANCEL: when; us 0, or not after now: at once */
    member_id member;   /* LINK */
};

/* What becomes of the membership. */
enum partner_effect {
    PARTNER_NOTHING,
    PARTNER_TURNS_ON,  /* the partner pays from here on, for the plan of the bundle */
    PARTNER_TURNS_OFF, /* and does no more */
    PARTNER_OTHER_PLAN /* pays for another bundle */
};

enum partner_outcome { PARTNER_DONE, PARTNER_IS_SO, PARTNER_REFUSED };

/* Why a call is refused. */
#define PARTNER_REASONS(X)                                                                         \
    X(PARTNER_FINE, "", "")                                                                        \
    X(PARTNER_WAS_ENDED, "ended", "the subscription has ended")                                    \
    X(PARTNER_IS_SUSPENDED, "suspended", "the subscription is suspended: resume it first")         \
    X(PARTNER_IS_LINKED, "linked", "a member is linked already")                                   \
    X(PARTNER_NO_TOKEN, "token", "there is no such token, it was used, or its time has passed")
enum partner_reason {
#define X(name, word, text) name,
    PARTNER_REASONS(X)
#undef X
        PARTNER_REASON_COUNT
};
const char *partner_reason_name(enum partner_reason reason);
const char *partner_reason_text(enum partner_reason reason);

struct partner_change {
    enum partner_outcome outcome;
    enum partner_reason reason;        /* REFUSED */
    struct partner_subscription after; /* DONE: version one more; else as before */
    enum partner_effect effect;
    member_id member;   /* whose membership the effect is on */
    bool needs_token;   /* a token is to be made: its digest takes the place of the one before */
    bool forgets_token; /* the one that is out opens nothing any more */
};

/* One just ordered: version 1, no token yet. ordered: id, partner, account, bundle, channel. */
struct partner_subscription partner_subscription_of(const struct partner_subscription *ordered,
                                                    bool is_activated, utc_time now);
/* Decides a call that comes at order->now. Never fails: what cannot be is REFUSED. */
struct partner_change partner_apply(const struct partner_subscription *before,
                                    const struct partner_order *order);

/* What is remembered of each change: the subscription as it was after it. Never altered. */
struct partner_event {
    int64_t seq; /* 1 and on, in the order of writing; set by the store */
    enum partner_call call;
    utc_time at;
    char billing_event[PARTNER_TEXT]; /* the partner's id of it; "" : none */
    struct partner_subscription after;
};
/* The subscription as it was at an instant: after the last event not after it. events: of one, by
 * rising seq. NULL: it was not there yet. */
const struct partner_subscription *partner_history_at(const struct partner_event *events, size_t n,
                                                      utc_time at);

#endif
