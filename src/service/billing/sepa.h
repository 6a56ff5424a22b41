/* Direct debits: mandates, files for the bank, and what the bank says.
 *
 *   try -> PENDING -collect-> in a batch -write-> at the bank -statement-> settled, PAID
 *                                                    +-status report, return-> RETURNED: tried
 *                                                      again by schedule, or the mandate is dead */
#ifndef LANTERNE_SERVICE_BILLING_SEPA_H
#define LANTERNE_SERVICE_BILLING_SEPA_H

#include "driver/store/sepa.h"
#include "format/sepa/reading.h"
#include "service/billing/billing.h"

/* What one try to collect by these means comes to: PENDING, or REFUSED with why when they can never
 * pay (not in euro, the mandate is dead). why: CHARGE_WHY. */
MUST_CHECK enum err billing_sepa_try(struct billing *b, struct arena *arena,
                                     const struct charge *charge, const struct means *means,
                                     enum charge_outcome *outcome, char why[CHARGE_WHY]);

/* ---- collecting --------------------------------------------------------------------------------
 */

enum {
    BILLING_SEPA_FILE_MOST = 100000, /* debits of a file: about 80 MB; banks take that */
};

/* The house at its bank. */
struct billing_sepa_house {
    const char *name, *iban, *bic; /* bic "" : none */
    enum sepa_version version;
};
struct billing_sepa_collected {
    struct store_sepa_batch batch;
    bool is_old;  /* it was made before, and is not known to have been written */
    size_t left;  /* debits that wait for another file */
    size_t stuck; /* charges that could never be collected, and were told so just now */
};
/* The batch that is to be written next: one that was left behind, else one of all that waits, due
 * lead_days bank days ahead. ERR_NOT_FOUND: nothing waits. ERR_ARGUMENT: why, the house is not set
 * up for it. ERR_UNSUPPORTED: it collects none. */
MUST_CHECK enum err billing_sepa_collect(struct billing *b, struct arena *arena,
                                         const struct billing_sepa_house *house, utc_time now,
                                         struct billing_sepa_collected *out, char why[SEPA_WHY]);
/* The batch's file, piece by piece, always the same bytes. ERR_NOT_FOUND: an account was forgotten
 * since; ERR_MALFORMED: one cannot be opened. why. */
struct billing_sepa_sink {
    void *context;
    enum err (*put)(void *context, const void *bytes, size_t n);
};
MUST_CHECK enum err billing_sepa_write(struct billing *b, const struct store_sepa_batch *batch,
                                       const struct billing_sepa_sink *sink, char why[SEPA_WHY]);

/* ---- what the bank says ------------------------------------------------------------------------
 */

#define BILLING_SEPA_EVENTS(X)                                                                     \
    X(BILLING_SEPA_SETTLED, "settled")                                                             \
    X(BILLING_SEPA_RETURNED, "returned") /* it came back */                                        \
    X(BILLING_SEPA_REJECTED, "rejected") /* it was never collected */                              \
    X(BILLING_SEPA_REFUSED, "refused")   /* a whole file of ours */                                \
    X(BILLING_SEPA_UNKNOWN, "unknown")   /* an id that is not ours */                              \
    X(BILLING_SEPA_FINDING, "finding")   /* something does not go together: nothing was booked */
enum billing_sepa_event {
#define X(name, word) name,
    BILLING_SEPA_EVENTS(X)
#undef X
        BILLING_SEPA_EVENT_COUNT
};
const char *billing_sepa_event_name(enum billing_sepa_event event);

struct billing_sepa_line {
    enum billing_sepa_event event;
    uint32_t line;          /* of the file */
    const char *end_to_end; /* "" : of a whole batch */
    const char *charge, *batch;
    bool has_amount;
    struct money amount;
    const char *reason; /* "AC04"; "" */
    const char *text;   /* what of it; "" when the event says all */
};
struct billing_sepa_import {
    bool is_known;       /* these bytes were taken in before: nothing was done */
    utc_time taken;      /* then */
    const char *as_name; /* under this name */
    struct sepa_file file;
    size_t n[BILLING_SEPA_EVENT_COUNT];
    size_t already;   /* known from before */
    size_t accepted;  /* the bank only says that it has them */
    size_t announced; /* not booked yet */
    size_t other;     /* not about direct debits */
};
struct billing_sepa_import_params {
    const char *name; /* of the file */
    const void *bytes;
    size_t size;
    const char *iban; /* the house's: statements of other accounts are findings */
    bool is_dry;
    utc_time now;
    /* Each event but those that went as they should; may be NULL. The line is lent. */
    void *context;
    void (*say)(void *context, const struct billing_sepa_line *line);
};
/* Reads it to its end before anything is done. A file with findings may be taken in again once they
 * are cleared up; what was booked is not booked again. ERR_MALFORMED, ERR_UNSUPPORTED, ERR_FULL:
 * why, nothing was done. Other errors: a part may be done; taking it in again goes on. */
MUST_CHECK enum err billing_sepa_import(struct billing *b, struct arena *arena,
                                        const struct billing_sepa_import_params *params,
                                        struct billing_sepa_import *out, char why[SEPA_READ_WHY]);

/* ---- sepa_book.c: what becomes of one debit ----------------------------------------------------
 */

/* They do nothing twice, and go on where who did it died. ERR_STATE: it is not so any more. */
MUST_CHECK enum err billing_sepa_settle(struct billing *b, struct arena *arena,
                                        const struct store_sepa_debit *debit, utc_time now);
/* The same for each of n that is SENT, several at a time: the store puts what comes together on the
 * disk at once. The first error; the others may be done. */
MUST_CHECK enum err billing_sepa_settle_all(struct billing *b,
                                            const struct store_sepa_debit *debits, size_t n,
                                            utc_time now);
/* to: RETURNED or REJECTED. reason: the bank's code, "" : none. info: its words, "" */
MUST_CHECK enum err billing_sepa_back(struct billing *b, struct arena *arena,
                                      const struct store_sepa_debit *debit,
                                      enum sepa_debit_state to, const char *reason,
                                      const char *info, utc_time now);
/* "AC04: the account is closed" */
void billing_sepa_why(const char *reason, const char *info, char why[CHARGE_WHY]);
/* "CHARGE-NUMBER" and back; false: it is none of ours. */
void billing_sepa_id(charge_id charge, unsigned number, char out[SEPA_ID]);
bool billing_sepa_id_read(const char *text, charge_id *charge, unsigned *number);

#endif
