/* A member's life for tests: keeps what a store would keep, books what the service books, and holds
 * after every step what has to be so whatever happens. */
#ifndef LANTERNE_TESTS_LIFE_H
#define LANTERNE_TESTS_LIFE_H

#include "rules/billing/membership.h"

enum {
    LIFE_PLANS = 4,
    LIFE_CHARGES = 512,
    LIFE_ACCOUNTS = 64,
    LIFE_KEYS = 2048,
};

struct life {
    struct membership m;
    struct membership_terms terms; /* plan and prices are filled in for each event */
    struct plan plans[LIFE_PLANS];
    struct plan_price prices[LIFE_PLANS]; /* today's; currency "" : not sold */
    bool has_means_had_trial;
    struct membership_change last;
    char why[MEMBERSHIP_WHY];
    size_t n_charges, n_accounts, n_keys, n_ids;
    struct charge charges[LIFE_CHARGES];
    struct {
        char name[LEDGER_ACCOUNT], currency[4];
        int64_t minor;
    } accounts[LIFE_ACCOUNTS];
    char keys[LIFE_KEYS][LEDGER_KEY];
    enum membership_state row_state; /* that the rows say */
    int64_t charged, gave_back;      /* by card and bank, sold less returned */
    const char *broken;              /* what does not hold; NULL: all does */
};

/* Plans: 0 "basic" SD 799, 1 "standard" HD 1299, 2 "premium" UHD 1999, 3 "free"; of a month each,
 * in EUR, 200 permille of tax; schedule 1 3 7, grace 7, end 14, notice 30, pauses of 3 months, no
 * trial. */
void life_begin(struct life *l, const char *zone);
/* plan: of TAKE, CHANGE, GIFT, PARTNER_ON; -1: the membership's own. */
enum err life_event(struct life *l, struct membership_event event, int plan);
/* The charge that is being collected comes to this; refused: the means will never pay. */
enum err life_outcome(struct life *l, utc_time now, enum charge_outcome outcome);
/* A charge that was collected comes back. */
enum err life_return(struct life *l, utc_time now, size_t charge);
/* All that is due by then, each charge that is to be collected coming to the outcome. How many
 * steps; 500 and more: it does not end. */
int life_renew(struct life *l, utc_time now, enum charge_outcome outcome);
struct charge *life_charge(struct life *l);                      /* being collected, or NULL */
int64_t life_balance(const struct life *l, const char *account); /* in the first currency */
enum subscription_state life_sees(const struct life *l, utc_time now);
int life_plan_index(const struct life *l, const char *code);

utc_time life_at(const char *text);

#endif
