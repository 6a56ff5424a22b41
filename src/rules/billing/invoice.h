/* Invoices and credit notes: numbered without gaps, one series a territory and year. Pure. */
#ifndef LANTERNE_RULES_BILLING_INVOICE_H
#define LANTERNE_RULES_BILLING_INVOICE_H

#include "base/zone.h"
#include "rules/billing/charge.h"
#include "rules/billing/plan.h"

ID_TYPE(invoice_id);

enum { INVOICE_SERIES = 16, INVOICE_NUMBER = 32 };

struct invoice {
    invoice_id id;
    char series[INVOICE_SERIES]; /* "FR-2026": the year by the territory's calendar */
    int64_t number;              /* 1 and on in its series, without gaps; set by the store */
    bool is_credit_note;         /* amounts are then what was given back, > 0 */
    invoice_id of;               /* the invoice a credit note is about; "" */
    member_id member;
    const char *buyer;  /* the member's address when it was issued; kept as the law asks */
    const char *seller; /* the house's name, address and tax number then; lines */
    utc_time issued;
    charge_id charge;
    enum charge_kind kind;
    char plan[PLAN_CODE]; /* PERIOD */
    const char *title;    /* RENTAL: its original title; NULL */
    utc_time from, until; /* what it pays for */
    char territory[3];
    struct money total; /* price, credit included; tax contained */
    int64_t tax;
    int tax_permille;
    int64_t credit; /* what of total credit had paid for */
};

/* "FR-2026" of an instant in a territory's zone. */
void invoice_series(const char *territory, const struct zone *zone, utc_time at,
                    char out[INVOICE_SERIES]);
/* "FR-2026-000042". */
void invoice_number(const struct invoice *invoice, char out[INVOICE_NUMBER]);

#endif
