/* OfferStatus (MDDF Avails 2.5): what became of a studio's offers, written for it. Pure. */
#ifndef LANTERNE_FORMAT_AVAILS_STATUS_H
#define LANTERNE_FORMAT_AVAILS_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

enum offer_progress { OFFER_IN_PROCESS, OFFER_ISSUE, OFFER_READY, OFFER_LIVE };
const char *offer_progress_code(enum offer_progress progress); /* "In-Process", "Issue", ... */

struct offer_transaction {
    const char *transaction_id, *contract, *reporting; /* NULL: none */
    size_t n_territories, n_excluded;                  /* n_territories 0: worldwide */
    const char *const *territories, *const *excluded;
    const char *format; /* "HD"; NULL: all */
    enum offer_progress progress;
    utc_time start;              /* us INT64_MIN: not known; then condition */
    const char *start_condition; /* "Immediate", "TBD", ... */
    bool has_end;
    utc_time end;
    const char *url;      /* of the offer, when it is live; NULL: none */
    const char *comments; /* the reason of an issue; NULL: none */
};

struct offer_status {
    const char *alid, *licensor, *licence;
    size_t n;
    const struct offer_transaction *transactions;
};

/* The whole document; `made` is its timestamp. ERR_FULL: out is at its ceiling. */
MUST_CHECK enum err offer_status_write(struct buf *out, const struct offer_status *offers, size_t n,
                                       utc_time made);

#endif
