/* Inside of the machine: what the files membership*.c share. */
#ifndef LANTERNE_RULES_BILLING_MEMBERSHIP_INSIDE_H
#define LANTERNE_RULES_BILLING_MEMBERSHIP_INSIDE_H

#include "rules/billing/membership.h"

/* One event on its way. */
struct work {
    const struct membership *before;
    const struct membership_terms *terms;
    const struct membership_event *event;
    utc_time now;
    struct membership m;           /* as it becomes */
    struct membership_change *out; /* rows, entries, letter, charge */
    char *why;
    bool is_same;     /* nothing was due after all */
    bool is_over;     /* what is paid for will not be followed by more */
    utc_time look_at; /* something counts from then on that can wait till then; us 0: nothing */
};
typedef enum err work_step(struct work *w);

/* Says why not, and gives err back. */
enum err work_refuse(struct work *w, enum err err, const char *why);

/* ---- membership.c: small questions and moves --------------------------------------------------
 */

bool is_none(const char *text);
bool work_has_charge(const struct work *w);
bool work_is_asked(const struct work *w); /* a charge that the member asked for is open */
bool work_is_owed(const struct work *w);  /* one that fell due is open */
bool work_has_plan(const struct work *w); /* one was taken */
bool work_has_means(const struct work *w);
civil_day work_day(const struct work *w, utc_time t);
utc_time work_midnight(const struct work *w, civil_day day, int days_after);

/* A row of the membership ledger as the membership is now. */
struct membership_row *work_row(struct work *w, enum membership_row_kind kind, utc_time effective);
void work_letter(struct work *w, enum letter_kind kind, const struct money *amount, utc_time at);
/* No other plan, and no other price, waits for the next period. */
void work_forget_next(struct membership *m);
void work_forget_told(struct membership *m);
/* The charge that is open is not wanted any more; the plan it was asked for is forgotten. */
void work_drop_charge(struct work *w);
void work_end(struct work *w, enum membership_reason reason, utc_time effective);
void work_plan(struct work *w, const struct plan *plan); /* code, picture, streams */

/* ---- membership_money.c -----------------------------------------------------------------------
 */

/* What the house owes is in the currency of the membership's price: that stays as long. */
bool money_fits_credit(const struct membership *m, const struct money *price);
/* Whether it is sold there and can be paid with what the membership has of credit. */
MUST_CHECK enum err money_check(struct work *w, const struct plan *plan,
                                const struct plan_price *price);
/* What has to be collected of a price when the member has so much credit. */
int64_t money_owed(const struct money *price, int64_t credit);
/* Opens a charge for the period after the one that is paid for. is_due: by the clock. */
MUST_CHECK enum err money_open(struct work *w, const struct money *price, int64_t credit,
                               bool is_due);
/* Books a period that credit pays for whole; nothing when it is free. */
MUST_CHECK enum err money_use_credit(struct work *w, const struct money *price);
/* What of the paid time is left at an instant, in money. */
MUST_CHECK enum err money_unused(const struct work *w, utc_time at, int64_t *minor);
/* Books it as credit. */
MUST_CHECK enum err money_credit_unused(struct work *w, utc_time at);
/* What the period that begins then costs a member who has had another price; tells them of a rise,
 * and makes a price theirs that counts from then on. */
struct money money_price_at(struct work *w, const struct money *today, utc_time begin);
/* Only tells. */
void money_tell_rise(struct work *w, const struct money *today);
bool money_same(const struct money *a, const struct money *b);

/* ---- membership_time.c: periods, grace, when to look again -------------------------------------
 */

/* Periods are counted from then on; none is paid for yet. */
void time_start(struct work *w, utc_time at, int months);
/* When the period after the one that is paid for begins. */
utc_time time_next_begin(const struct work *w);
/* The next period is paid for. */
void time_grant(struct work *w, const struct plan *plan);
void time_give_up(struct work *w);
/* So many months more, from the end of what is paid for. */
void time_append(struct work *w, int months, int plan_months);
utc_time time_grace_end(const struct work *w);        /* of a charge that fails by the clock */
utc_time time_suspended(const struct work *w);        /* PAST_DUE: when it does not play any more */
utc_time time_given_up(const struct work *w);         /* PAST_DUE, SUSPENDED: when it ends */
bool time_is_try(const struct work *w, utc_time due); /* the schedule has a try then */
bool time_is_to_tell(const struct work *w);           /* another price, between two periods */
/* Sets grace_until and due, of whatever the membership has become. */
void time_settle(struct work *w);

/* ---- the events -------------------------------------------------------------------------------
 */

work_step order_sign_up, order_take, order_take_in_trial, order_take_suspended, order_change,
    order_change_paused, order_cancel, order_cancel_owed, order_keep, order_pause, order_resume,
    order_means, order_stop;
work_step gift_begins, gift_is_appended, gift_waits, gift_pays;
work_step partner_on, partner_on_again, partner_off;
work_step due_ask, due_trial, due_active, due_schedule, due_paused, due_ended;
work_step paid_ask, paid_trial, paid_active, paid_owed, paid_paused, failed_ask, failed_trial,
    failed_active, failed_owed, failed_paused, returned_noted, returned_active, returned_paused;

/* Before another plan is taken: the plan of a gift that waits is kept. */
void gift_stays(struct membership *m, const char *taken);
/* A gift that was waiting, or was just given, begins at the end of what there is. */
MUST_CHECK enum err gift_begin(struct work *w, utc_time at);
/* How a plan begins. at: when. */
struct beginning {
    const struct plan *plan;
    struct money price;
    utc_time at;
    enum membership_row_kind row;
};
void begin_now(struct work *w, const struct beginning *b);
/* The same, for nothing or for credit, which is booked. */
MUST_CHECK enum err begin_covered(struct work *w, const struct beginning *b);
/* A charge that fell due could not be collected, or nobody answered. */
void fall_behind(struct work *w);

#endif
