/* Plans, payment means, memberships, charges, the ledger and invoices. What happens to a member's
 * money is one transaction: store_billing_commit. */
#ifndef LANTERNE_DRIVER_STORE_BILLING_H
#define LANTERNE_DRIVER_STORE_BILLING_H

#include "driver/store/also.h"
#include "driver/store/letters.h"
#include "driver/store/store.h"
#include "rules/billing/charge.h"
#include "rules/billing/gift.h"
#include "rules/billing/invoice.h"
#include "rules/billing/membership.h"
#include "rules/billing/plan.h"
#include "rules/billing/rental.h"

/* ---- plans -------------------------------------------------------------------------------------
 */

/* Adds the plan, or takes the place of the one with its code. */
MUST_CHECK enum err store_plan_put(struct store *store, const struct plan *plan);
MUST_CHECK enum err store_plans_list(struct store *store, struct arena *arena, struct plan **out,
                                     size_t *n); /* by rank, then code */
/* ERR_NOT_FOUND: no such plan. */
MUST_CHECK enum err store_plan_price_add(struct store *store, const struct plan_price *price);
MUST_CHECK enum err store_plan_prices_list(struct store *store, struct arena *arena,
                                           struct plan_price **out, size_t *n);

/* ---- payment means -----------------------------------------------------------------------------
 */

/* ERR_EXISTS: the member has means with that reference. */
MUST_CHECK enum err store_means_add(struct store *store, const struct means *means);
/* Those that are there, oldest first. */
MUST_CHECK enum err store_means_list(struct store *store, struct arena *arena, member_id member,
                                     struct means **out, size_t *n);
/* Also removed ones. ERR_NOT_FOUND: none, or another member's (member.s[0] 0: anybody's). */
MUST_CHECK enum err store_means_get(struct store *store, struct arena *arena, member_id member,
                                    means_id id, struct means *out);
/* ERR_STATE: the membership is charged by them, or a charge is on its way by them. What is sealed
 * in them goes once nothing can come back any more (store_means_sweep). */
MUST_CHECK enum err store_means_remove(struct store *store, member_id member, means_id id,
                                       utc_time now);
/* Forgets what is sealed in means that were removed by then and that no charge waits for; *n
 * (optional): of how many. */
MUST_CHECK enum err store_means_sweep(struct store *store, utc_time removed_by, size_t *n);
/* Whether another member's free trial was had with means of this fingerprint. */
MUST_CHECK enum err store_means_had_trial(struct store *store, member_id member,
                                          const uint8_t fingerprint[32], bool *had);

/* ---- memberships -------------------------------------------------------------------------------
 */

/* Who never had one: zeros but member, territory and period -1. ERR_NOT_FOUND: no such member. */
MUST_CHECK enum err store_membership_get(struct store *store, member_id member,
                                         struct membership *out);
/* Those with due <= now, due first, at most limit. */
MUST_CHECK enum err store_memberships_due(struct store *store, struct arena *arena, utc_time now,
                                          size_t limit, struct membership **out, size_t *n);
struct store_membership_row {
    int64_t seq; /* 1 and on, in the order of writing */
    member_id member;
    struct membership_row row;
};
/* In their order from after + 1 on; member s[0] 0: all. */
MUST_CHECK enum err store_membership_rows(struct store *store, struct arena *arena,
                                          member_id member, int64_t after, size_t limit,
                                          struct store_membership_row **out, size_t *n);

/* ---- what happens to money ---------------------------------------------------------------------
 */

/* One member's change, all of it or nothing. Zero members mean: none of that. */
struct store_billing {
    const struct membership_change *change; /* rows, entries, the charge it opens or makes void */
    int64_t version;                        /* the membership had when it was read */
    const struct charge *charge;  /* as it becomes; its refunded, tries, why go with it; one that
                                     is not there yet (of a rental or gift) is added: OPEN */
    enum charge_state charge_was; /* what it must be now; OPEN of a new one */
    int64_t refunded_was;         /* likewise */
    unsigned try_number;          /* > 0: the try that ends with this, and how */
    enum charge_outcome outcome;
    const struct rental *rental; /* added, or takes the place of the one with its id */
    const struct gift *gift;     /* added, or (redeemed) takes the place */
    size_t n_entries;            /* besides the change's own */
    const struct ledger_entry *entries;
    struct invoice *invoice; /* gets its number and its id */
    size_t n_letters;
    const struct store_letter *letters; /* with facts, to the member */
    const struct store_also *also;      /* done with it */
    bool is_done;                       /* set: it was written; false: it was not, see err */
    enum err err; /* set: ERR_STATE: membership, charge, try or gift is not as it was when read
                     (load again and decide again); ERR_EXISTS: an entry's key, or what the charge
                     pays for, is there already: it was done before; ERR_CANCELLED: what `also`
                     was made on has changed */
};
/* Each item is done whole or not at all, in one transaction together: an item that cannot be done
 * leaves the others. OK: look at each item's err. */
MUST_CHECK enum err store_billing_commit(struct store *store, struct store_billing *items,
                                         size_t n);

/* ---- charges -----------------------------------------------------------------------------------
 */

/* Identities for n charges that are to be written: they need no room in the store, as others do. */
MUST_CHECK enum err store_charge_ids(struct store *store, charge_id *out, size_t n);
MUST_CHECK enum err store_charge_get(struct store *store, struct arena *arena, charge_id id,
                                     struct charge *out);
/* A member's, newest first; member s[0] 0: everybody's. state CHARGE_STATE_COUNT: any. */
MUST_CHECK enum err store_charges_list(struct store *store, struct arena *arena, member_id member,
                                       enum charge_state state, const char *after, unsigned limit,
                                       struct charge **out, size_t *n, const char **next);
/* Begins a try to collect an OPEN or RETURNED charge, before anybody is asked: written first, so
 * that who dies in the middle is known to have asked. *number: of the try; one that ended without
 * an answer, or whose maker died (lease_us is over), is made again under the same number, so that
 * the gateway sees the same key. ERR_BUSY: somebody is at it; ERR_STATE: the charge is not to be
 * collected. *charge: as it is. */
MUST_CHECK enum err store_charge_try(struct store *store, struct arena *arena, charge_id id,
                                     means_id means, utc_time now, int64_t lease_us,
                                     unsigned *number, struct charge *charge);
/* Charges that are to be collected and whose last try is older than lease_us, or ended without an
 * answer, or that were never tried: left behind by who died. After them those that became VOID
 * lease_us or longer after a try of which nobody knows yet what came of it. Oldest first. */
MUST_CHECK enum err store_charges_left(struct store *store, struct arena *arena, utc_time now,
                                       int64_t lease_us, size_t limit, struct charge **out,
                                       size_t *n);
/* It is known what came of the last try of a VOID charge. What was kept of a deleted account's card
 * for that is forgotten. Of any other charge nothing is written. */
MUST_CHECK enum err store_charge_settle(struct store *store, charge_id id,
                                        enum charge_outcome outcome);

/* ---- webhooks ----------------------------------------------------------------------------------
 */

/* Notes that a webhook with this signature came, and forgets those that came longer than keep_us
 * ago. ERR_EXISTS: it came before. */
MUST_CHECK enum err store_webhook_note(struct store *store, const uint8_t signature[32],
                                       utc_time now, int64_t keep_us);

/* ---- the ledger --------------------------------------------------------------------------------
 */

/* Entries without a member's change: payouts, settlements. ERR_EXISTS: one of the keys is there;
 * nothing is written. ERR_ARGUMENT: an entry is not balanced. */
MUST_CHECK enum err store_ledger_add(struct store *store, const struct ledger_entry *entries,
                                     size_t n);
MUST_CHECK enum err store_ledger_get(struct store *store, const char *key,
                                     struct ledger_entry *out);
struct store_ledger_row {
    int64_t seq;
    struct ledger_entry entry;
};
struct store_ledger_filter {
    const char *account;  /* begins with it; NULL: all */
    const char *member;   /* NULL: all */
    utc_time from, until; /* half-open; us 0: open */
    int64_t after;        /* seq */
    size_t limit;
};
MUST_CHECK enum err store_ledger_list(struct store *store, struct arena *arena,
                                      const struct store_ledger_filter *filter,
                                      struct store_ledger_row **out, size_t *n);
struct store_balance {
    char account[LEDGER_ACCOUNT];
    char currency[4];
    int64_t minor;
};
/* Of every account at an instant (entries before it; us INT64_MAX: all), by account. */
MUST_CHECK enum err store_ledger_balances(struct store *store, struct arena *arena, utc_time at,
                                          struct store_balance **out, size_t *n);
struct store_ledger_check {
    int64_t entries, first_broken; /* seq of the first whose chain or sum is wrong; 0: none */
    size_t n_currencies;
    struct money *totals;  /* of each currency: 0 when it balances */
    int64_t gaps;          /* numbers that are missing in series of invoices */
    int64_t doubles;       /* charges that are paid twice for one thing */
    const char **problems; /* sentences */
    size_t n_problems;
};
/* Reads the whole ledger, adds it up again and follows its chain; holds charges, invoices and
 * memberships against it. */
MUST_CHECK enum err store_ledger_check(struct store *store, struct arena *arena,
                                       struct store_ledger_check *out);

/* ---- invoices ----------------------------------------------------------------------------------
 */

MUST_CHECK enum err store_invoice_get(struct store *store, struct arena *arena, invoice_id id,
                                      struct invoice *out);
/* That a charge was invoiced by; of several the first. */
MUST_CHECK enum err store_invoice_by_charge(struct store *store, struct arena *arena,
                                            charge_id charge, struct invoice *out);
/* Newest first; member s[0] 0: all. */
MUST_CHECK enum err store_invoices_list(struct store *store, struct arena *arena, member_id member,
                                        const char *after, unsigned limit, struct invoice **out,
                                        size_t *n, const char **next);

/* ---- gifts -------------------------------------------------------------------------------------
 */

MUST_CHECK enum err store_gift_find(struct store *store, struct arena *arena,
                                    const uint8_t digest[32], struct gift *out);
MUST_CHECK enum err store_gifts_list(struct store *store, struct arena *arena, const char *after,
                                     unsigned limit, struct gift **out, size_t *n,
                                     const char **next);

#endif
