/* A member's subscription through its life: one machine, driven by events, that says for each what
 * becomes of it, what is charged, what of members' credit is booked, what goes down in the
 * membership ledger and which letter is written. Pure: who calls it saves all of that in one
 * transaction, with the entries of the charge itself (sold, settled, returned), which need to know
 * the means.
 *
 *   NONE --sign up--> TRIAL --due: charge--> ACTIVE <---------- paid ----------+
 *    |                  | not taken            | ^  due, charge fails          |
 *    | take: charge     v                      | |  +--> PAST_DUE --schedule--> SUSPENDED
 *    +---------------> (ACTIVE)   ENDED <------+-+  plays until    over         |  does not play
 *                        ^          | cancelled, at the period's end            v
 *                        +-- take --+  <-------------- end of the schedule -- ENDED
 *   ACTIVE --pause--> (period's end) PAUSED --resume, or its time is over--> charge --> ACTIVE
 *   any --partner on--> PARTNER --partner off--> ENDED (own credit is kept for the next charge)
 *
 * What becomes of each event in each state ("." : ERR_STATE):
 *
 *                NONE     TRIAL    ACTIVE   PAST_DUE SUSPENDED PAUSED   PARTNER  ENDED
 *   sign-up      TRIAL    .        .        .        .         .        .        .
 *   take         ask (1)  take (2) .        .        charge    ask      .        ask (1)
 *   change       .        take     up, down .        .         plan     .        .
 *   cancel       .        mark     mark     ENDED    ENDED     ENDED    .        .
 *   keep         .        unmark   unmark   .        .         .        .        .
 *   pause        .        .        mark     .        .         .        .        .
 *   resume       .        .        .        .        .         ask      .        .
 *   means        .        set      set      charge   charge    set      .        .
 *   gift         ACTIVE   waits    appended ACTIVE   ACTIVE    waits    waits    ACTIVE
 *   due          (3)      charge   charge   schedule schedule  charge   .        letter
 *   paid         ACTIVE   ACTIVE   period   ACTIVE   ACTIVE    ACTIVE   .        ACTIVE
 *   failed       void     PAST_DUE PAST_DUE again    again     (4)      .        void
 *   returned     noted    noted    PAST_DUE noted    noted     SUSPENDED noted   noted
 *   partner-on   PARTNER  PARTNER  PARTNER  PARTNER  PARTNER   PARTNER  plan     PARTNER
 *   partner-off  .        .        .        .        .         .        ENDED    .
 *   stop         -        ENDED    ENDED    ENDED    ENDED     ENDED    ENDED    -
 *
 * ask: a charge that is ACTIVE once paid, and forgotten when it fails or is not answered in a day;
 * the plan that it is for stands in next_plan until then. A charge that fell due by the clock is
 * tried again by the schedule instead: it has a first_due.
 * (1) TRIAL when there is one to be had. (2) at the trial's end; now, as in NONE, when these means
 * had another member's trial. (3) an ask without an answer is forgotten. (4) asked for: void; by
 * the clock: SUSPENDED. */
#ifndef LANTERNE_RULES_BILLING_MEMBERSHIP_H
#define LANTERNE_RULES_BILLING_MEMBERSHIP_H

#include "rules/billing/charge.h"
#include "rules/billing/ledger.h"
#include "rules/billing/period.h"
#include "rules/billing/plan.h"
#include "rules/members/letter.h"
#include "rules/members/member.h"

#define MEMBERSHIP_STATES(X)                                                                       \
    X(MEMBERSHIP_NONE, "none")                                                                     \
    X(MEMBERSHIP_TRIAL, "trial")                                                                   \
    X(MEMBERSHIP_ACTIVE, "active")                                                                 \
    X(MEMBERSHIP_PAST_DUE, "past-due")                                                             \
    X(MEMBERSHIP_SUSPENDED, "suspended")                                                           \
    X(MEMBERSHIP_PAUSED, "paused")                                                                 \
    X(MEMBERSHIP_PARTNER, "partner")                                                               \
    X(MEMBERSHIP_ENDED, "ended")
enum membership_state {
#define X(name, word) name,
    MEMBERSHIP_STATES(X)
#undef X
        MEMBERSHIP_STATE_COUNT
};
const char *membership_state_name(enum membership_state state);

struct membership {
    member_id member;
    int64_t version; /* counts changes; the store refuses one made on another version */
    enum membership_state state;
    char territory[3];    /* whose price, tax and calendar */
    char plan[PLAN_CODE]; /* "" : none taken */
    means_id means;       /* what is charged; "" : none */
    struct money price;   /* agreed, a period; currency "": none */
    struct period_anchor anchor;
    int period; /* k of the period that is paid for; -1: none yet */
    /* What it entitles to, by the clock (rules/members/member.h). */
    struct subscription subscription;
    utc_time due;         /* when the machine has to look at it again; us 0: never */
    charge_id charge;     /* that is being collected for the next period; "" : none */
    civil_day first_due;  /* the day the charge was first due by the clock, on which the schedule
                             begins; days 0: there is none, or the member asked for it */
    int failures;         /* of that charge */
    bool is_cancelled;    /* ends with what is paid for */
    int pause_months;     /* pauses when what is paid for ends; 0: does not */
    utc_time pause_until; /* PAUSED: then it goes on */
    char next_plan[PLAN_CODE]; /* from the next period on; "" : stays */
    struct money next_price;   /* that the member was told of; currency "": none */
    utc_time next_price_from;  /* periods that begin then or later */
    int64_t credit;            /* what the house owes the member, in price's currency */
    char partner[ID_TEXT];     /* PARTNER: the partner; "" */
    int gift_months;           /* paid for by a gift and not begun yet */
    int64_t number;            /* the store's own, by which it finds the row again; 0: none */
};

/* ---- what is known when an event comes ----------------------------------------------------------
 */

enum { DUNNING_TRIES = 8 };
struct membership_terms {
    const struct zone *zone; /* of the membership's (or the member's) territory */
    const struct plan *plan,
        *next_plan; /* of the event, or of the membership; NULL: gone or none */
    const struct plan
        *own; /* CHANGE: the membership's now; NULL: the price alone says what is up */
    const struct plan_price *price, *next_price; /* today's of these; NULL: not sold there */
    int tax_permille;                            /* 0 when none is set */
    int trial_days;
    bool means_had_trial; /* the means of the event paid for, or gave, another member's trial */
    int notice_days;      /* a rise is told so long before it counts */
    int n_dunning;        /* tries again so many days after the first: 1, 3, 7 */
    int dunning[DUNNING_TRIES];
    int grace_days; /* unpaid, it plays so long after the day it was due */
    int end_days;   /* and ends so long after it; > grace_days, > the last try */
    int pause_months_most;
    int win_back_days; /* a letter so long after the end; 0: none */
};

/* Why it ended. */
#define MEMBERSHIP_REASONS(X)                                                                      \
    X(REASON_NONE, "")                                                                             \
    X(REASON_CANCELLED, "cancelled")                                                               \
    X(REASON_UNPAID, "unpaid")                                                                     \
    X(REASON_NOT_TAKEN, "not-taken") /* a trial (or gift) that nobody paid for */                  \
    X(REASON_PARTNER, "partner")     /* the partner ended it */                                    \
    X(REASON_HOUSE, "house")                                                                       \
    X(REASON_DELETED, "deleted")                                                                   \
    X(REASON_PLAN_GONE, "plan-gone")
enum membership_reason {
#define X(name, word) name,
    MEMBERSHIP_REASONS(X)
#undef X
        MEMBERSHIP_REASON_COUNT
};
const char *membership_reason_name(enum membership_reason reason);

#define MEMBERSHIP_EVENTS(X)                                                                       \
    X(MEMBERSHIP_SIGN_UP, "sign-up") /* begins the trial, if there is one */                       \
    X(MEMBERSHIP_TAKE, "take")       /* a plan; from NONE, TRIAL, SUSPENDED, PAUSED, ENDED */      \
    X(MEMBERSHIP_CHANGE, "change")   /* of plan: up at once with credit, down at period's end */   \
    X(MEMBERSHIP_CANCEL, "cancel")   /* at the end of what is paid, or of the trial */             \
    X(MEMBERSHIP_KEEP, "keep")       /* takes cancel, pause or a change down back */               \
    X(MEMBERSHIP_PAUSE, "pause")                                                                   \
    X(MEMBERSHIP_RESUME, "resume")     /* PAUSED: a charge now */                                  \
    X(MEMBERSHIP_MEANS, "means")       /* other means; what is owed is tried again with them */    \
    X(MEMBERSHIP_GIFT, "gift")         /* months of a plan that are paid for */                    \
    X(MEMBERSHIP_DUE, "due")           /* the clock: what is due by now */                         \
    X(MEMBERSHIP_PAID, "paid")         /* its charge, also PENDING ones: they are given credit */  \
    X(MEMBERSHIP_FAILED, "failed")     /* its charge */                                            \
    X(MEMBERSHIP_RETURNED, "returned") /* a charge that was paid or pending came back */           \
    X(MEMBERSHIP_PARTNER_ON, "partner-on")                                                         \
    X(MEMBERSHIP_PARTNER_OFF, "partner-off")                                                       \
    X(MEMBERSHIP_STOP, "stop") /* ends at once: by the house, or the account is deleted */
enum membership_event_kind {
#define X(name, word) name,
    MEMBERSHIP_EVENTS(X)
#undef X
        MEMBERSHIP_EVENT_COUNT
};
const char *membership_event_name(enum membership_event_kind kind);

struct membership_event {
    enum membership_event_kind kind;
    utc_time now;
    means_id means; /* TAKE, MEANS: which; "" on TAKE: none (free, or credit covers it) */
    int months;     /* PAUSE, GIFT */
    const struct charge *charge;   /* PAID, FAILED, RETURNED: as it is after the try */
    bool is_final;                 /* FAILED: these means will never pay */
    const char *partner;           /* PARTNER_ON */
    enum membership_reason reason; /* STOP */
    charge_id new_charge;          /* an id for the charge that may be opened */
};

/* ---- what becomes of it -------------------------------------------------------------------------
 */

/* The membership ledger: every change with its effective date; reports are sums over these rows. */
#define MEMBERSHIP_ROWS(X)                                                                         \
    X(ROW_TRIAL, "trial")     /* +1 trial member */                                                \
    X(ROW_CONVERT, "convert") /* trial to paying */                                                \
    X(ROW_JOIN, "join")       /* paying without a trial */                                         \
    X(ROW_REJOIN, "rejoin")   /* paying again after an end */                                      \
    X(ROW_RENEW, "renew")     /* a further period */                                               \
    X(ROW_FAIL, "fail")       /* a charge failed */                                                \
    X(ROW_SUSPEND, "suspend")                                                                      \
    X(ROW_RECOVER, "recover") /* paid after a failure */                                           \
    X(ROW_CANCEL, "cancel")   /* asked for; effective when it ends */                              \
    X(ROW_KEEP, "keep")       /* taken back */                                                     \
    X(ROW_PAUSE, "pause")                                                                          \
    X(ROW_RESUME, "resume")                                                                        \
    X(ROW_PLAN, "plan")   /* another plan */                                                       \
    X(ROW_PRICE, "price") /* another price */                                                      \
    X(ROW_GIFT, "gift")                                                                            \
    X(ROW_PARTNER, "partner") /* a partner pays from here on */                                    \
    X(ROW_RETURN, "return")   /* a payment came back */                                            \
    X(ROW_END, "end")         /* -1, of what it was: see state */
enum membership_row_kind {
#define X(name, word) name,
    MEMBERSHIP_ROWS(X)
#undef X
        MEMBERSHIP_ROW_COUNT
};
const char *membership_row_name(enum membership_row_kind kind);

struct membership_row {
    enum membership_row_kind kind;
    enum membership_state state; /* after it: who is ENDED, PAUSED or SUSPENDED is not counted */
    enum membership_reason reason;
    utc_time at;        /* when it was written */
    utc_time effective; /* when it counts */
    char territory[3];
    char plan[PLAN_CODE];
    char partner[ID_TEXT];
    struct money price; /* a period's */
};

enum { MEMBERSHIP_CHANGE_ROWS = 6, MEMBERSHIP_CHANGE_ENTRIES = 4 };
struct membership_change {
    struct membership after; /* version one more */
    size_t n_rows;
    struct membership_row rows[MEMBERSHIP_CHANGE_ROWS];
    size_t n_entries;
    struct ledger_entry entries[MEMBERSHIP_CHANGE_ENTRIES];
    struct charge open;    /* id.s[0] 0: none; to be collected now, after saving */
    charge_id void_charge; /* "" : none; nobody wants it any more */
    bool collect_again;    /* after.charge is to be tried now (dunning, other means) */
    bool has_letter;
    enum letter_kind letter;
    struct money letter_amount; /* what the letter speaks of, and when */
    utc_time letter_at;
    bool is_invoiced;                     /* event.charge was paid for the first time */
    utc_time invoice_from, invoice_until; /* the period it is for */
};

enum { MEMBERSHIP_WHY = 160 };
/* before: of a member who never had one: zeros but member and territory (period -1). ERR_STATE: the
 * event makes no sense in that state, or the charge is not the one that is being collected;
 * ERR_ARGUMENT: plan, price or means missing, months out of range; ERR_FULL: an amount past the
 * range. why then says it for people. DUE with nothing due, and a sign-up where there is no trial:
 * OK and after.version == before.version, nothing else is in the change.
 *
 * A gift, a free plan and credit that covers the price need no charge: the period begins at once
 * and what credit paid is booked. Only one step is taken at a DUE: who was not looked at for three
 * months is called again until nothing is due, each period in its order. */
MUST_CHECK enum err membership_apply(const struct membership *before,
                                     const struct membership_terms *terms,
                                     const struct membership_event *event,
                                     struct membership_change *out, char why[MEMBERSHIP_WHY]);

#endif
