/* A subscription as one would keep it with paper and a calendar: the rules that the machine is held
 * against, written apart from it. Knows days and months by itself; of the project it asks only
 * which instant a local time is. One currency, plans that are always sold. */
#ifndef LANTERNE_TESTS_PLAIN_H
#define LANTERNE_TESTS_PLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/zone.h"

enum plain_phase {
    PLAIN_NOTHING,
    PLAIN_TRIES, /* in the trial */
    PLAIN_RUNS,
    PLAIN_LATE, /* owes, and plays */
    PLAIN_OFF,  /* owes, and does not play any more */
    PLAIN_RESTS,
    PLAIN_ELSEWHERE, /* a partner pays */
    PLAIN_OVER,
};

enum { PLAIN_PLANS = 4, PLAIN_TRIES_AGAIN = 3 };

struct plain_plan {
    int months, rank;
    int64_t price;
};

struct plain {
    const struct zone *zone;
    struct plain_plan plans[PLAIN_PLANS];
    int trial_days, notice_days, grace_days, end_days, pause_most;
    int again[PLAIN_TRIES_AGAIN];

    enum plain_phase phase;
    int plan; /* -1: none */
    int64_t price;
    int means; /* 0: none */
    bool had_any;
    int64_t trial_until, from, until; /* instants; until: of what is paid */
    /* The paid time ends so many months after this local time. */
    int32_t day, second;
    int months, unit;
    bool is_cancelled, waits_behind_trial;
    int rest_months;    /* asked for */
    int64_t rest_until; /* RESTS */
    int next_plan;      /* -1 */
    int64_t next_price; /* of it, as told; else of this plan, told; -1: nothing */
    int64_t next_from;
    int64_t told_at; /* a look before the next period, to tell of another price; 0: none */
    int64_t credit;
    int gift, gift_plan; /* months that wait */

    /* asked for by the member and not answered */
    bool is_asked;
    int asked_plan;
    int64_t asked_price, asked_credit, asked_at, asked_until;

    /* owed: fell due and is not paid */
    bool is_owed, was_paid_before;
    int64_t owed, owed_credit, grace, looked;
    int32_t first_due;

    int64_t collected, came_back;
    bool wants_outcome; /* somebody is to be asked for money now */
};

enum plain_outcome { PLAIN_PAID, PLAIN_DECLINED, PLAIN_REFUSED };

/* Each says whether it can be done, and does it. */
bool plain_sign_up(struct plain *p, int64_t now);
bool plain_take(struct plain *p, int64_t now, int plan, int means, bool had_trial);
bool plain_change(struct plain *p, int64_t now, int plan, int means, bool had_trial);
bool plain_cancel(struct plain *p, int64_t now);
bool plain_keep(struct plain *p, int64_t now);
bool plain_pause(struct plain *p, int64_t now, int months);
bool plain_resume(struct plain *p, int64_t now, int means);
bool plain_means(struct plain *p, int64_t now, int means);
bool plain_gift(struct plain *p, int64_t now, int plan, int months);
bool plain_partner_on(struct plain *p, int64_t now, int plan);
bool plain_partner_off(struct plain *p, int64_t now);
void plain_stop(struct plain *p, int64_t now);
/* What was asked for, or is owed, comes to this. */
void plain_outcome(struct plain *p, int64_t now, enum plain_outcome outcome);
/* A payment of so much comes back; it was tried so often. */
void plain_return(struct plain *p, int64_t now, int64_t minor, unsigned tries);
/* All that is due by now. */
void plain_renew(struct plain *p, int64_t now, enum plain_outcome outcome);
/* After each of the above but renew. */
void plain_settle(struct plain *p, int64_t now);
/* Until when it plays, asked now; 0: it does not. */
int64_t plain_plays_until(const struct plain *p, int64_t now);

#endif
