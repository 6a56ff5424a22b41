/* What a partner pays for a month: by the day. A day counts for the partner, the bundle and the
 * price that hold at its last instant, by the calendar of the bundle's territory; so the day it
 * begins is paid and the day it ends is not, and no day is paid twice whatever happened in it.
 * Pure.
 */
#ifndef LANTERNE_RULES_PARTNERS_BILL_H
#define LANTERNE_RULES_PARTNERS_BILL_H

#include "base/zone.h"
#include "rules/billing/ledger.h"
#include "rules/partners/subscription.h"

struct partner_month {
    int year, month; /* month: 1..12 */
};
/* "2026-11". ERR_MALFORMED. */
MUST_CHECK enum err partner_month_parse(const char *text, size_t n, struct partner_month *out);
enum { PARTNER_MONTH_TEXT = 8 };
void partner_month_format(struct partner_month month, char out[PARTNER_MONTH_TEXT]);
/* The month that an instant lies in, and the one before. */
struct partner_month partner_month_at(const struct zone *zone, utc_time t);
struct partner_month partner_month_before(struct partner_month month);
/* Its first instant, and the first of the next. */
void partner_month_bounds(struct partner_month month, const struct zone *zone, utc_time *from,
                          utc_time *until);

struct partner_bill {
    int days, of;       /* active days, of so many */
    struct money price; /* what is paid, tax contained; rounded half up once */
    int64_t tax;        /* contained in it */
    int64_t share;      /* of the rest, the partner's; rounded down */
};
/* events: of one subscription, by rising seq. terms: the partner's. currency: of its bundles. */
struct partner_bill partner_bill_of(const struct partner_event *events, size_t n,
                                    const struct bundle_terms *terms, size_t n_terms,
                                    const struct zone *zone, struct partner_month month,
                                    int tax_permille);
/* The entry, at the month's end: Dr receivable:partner, Cr revenue:partner and tax; Dr
 * cost:partner, Cr payable:partner for the share. Its key is the subscription and the month: billed
 * once. ERR_ARGUMENT: nothing is paid. */
MUST_CHECK enum err partner_bill_entry(const struct partner_subscription *s, const char *territory,
                                       struct partner_month month, const struct partner_bill *bill,
                                       int tax_permille, utc_time at, struct ledger_entry *out);

#endif
