/* Inside of the service: what its files share. */
#ifndef LANTERNE_SERVICE_BILLING_INSIDE_H
#define LANTERNE_SERVICE_BILLING_INSIDE_H

#include "rules/territory/territory.h"
#include "service/billing/billing.h"

struct billing {
    struct billing_params params; /* borrowed, as the caller gave them */
    struct billing_ops ops;
};

enum {
    BILLING_AGAIN_MAX = 8,       /* somebody else was quicker: so often from the start */
    BILLING_LEASE_SECONDS = 120, /* of a try to collect: longer than a gateway is waited for */
    BILLING_UNKNOWN_MAX = 8,     /* tries without an answer: the gateway is down, no more of them */
    BILLING_LETTERS_MAX = 3      /* of one step */
};
#define BILLING_LEASE_US (BILLING_LEASE_SECONDS * UTC_SECOND)

/* ---- terms.c: what all decisions look at -------------------------------------------------------
 */

struct billing_facts {
    size_t n_plans, n_prices, n_territories;
    const struct plan *plans; /* of a house without plans: the one free one */
    bool is_made_up;          /* that one: a month at a time, each asked for anew */
    const struct plan_price *prices;
    const struct territory *territories;
};
MUST_CHECK enum err billing_facts_read(struct billing *b, struct arena *arena,
                                       struct billing_facts *out);
/* One that was never spoken of is made in the arena, as the world knows it. */
const struct territory *billing_territory(const struct billing_facts *facts, struct arena *arena,
                                          const char *code);
/* The same, as its calendar. */
const struct zone *billing_zone(const struct billing_facts *facts, struct arena *arena,
                                const char *code);
const struct plan *billing_plan(const struct billing_facts *facts, const char *code);
/* billing_terms without a look at whose means they are. plan NULL: the membership's own. */
void billing_terms_of(const struct billing *b, const struct billing_facts *facts,
                      struct arena *arena, const struct membership *m, const char *plan,
                      utc_time now, struct membership_terms *out);

/* ---- step.c: what was decided, as the store takes it -------------------------------------------
 */

/* One step on its way to the store; lives in an arena, and what it points to with it. */
struct billing_step {
    struct membership before;
    struct membership_change change;
    struct charge charge; /* as it becomes */
    bool has_invoice;
    struct invoice invoice;
    size_t n_entries, n_letters;
    struct ledger_entry entries[MEMBERSHIP_CHANGE_ENTRIES];
    struct store_letter letters[BILLING_LETTERS_MAX];
};
/* Somebody the step writes to, and whose address is on invoices; read once when first asked for. */
struct billing_reader {
    member_id id;
    bool was_read, is_there;
    struct member member;
};
const struct member *billing_reader(struct billing *b, struct arena *arena,
                                    struct billing_reader *reader, member_id id);

/* The letter as it is committed. */
void billing_letter_of(struct arena *arena, const struct billing_letter *ask, utc_time now,
                       struct store_letter *out);
/* Puts the change's own letter in. */
void billing_step_letter(struct billing *b, struct arena *arena, struct billing_reader *reader,
                         utc_time now, struct billing_step *step);
/* What is booked for a charge that is paid (charge->state PAID) or given to the bank (PENDING):
 * entry, invoice, receipt. before: as it was. step->change tells the period. */
MUST_CHECK enum err billing_step_paid(struct billing *b, struct arena *arena,
                                      const struct billing_facts *facts,
                                      struct billing_reader *reader, enum means_kind means,
                                      const struct charge *before, utc_time now,
                                      struct billing_step *step);
/* step as the store takes it. */
struct store_billing billing_step_item(struct billing_step *step);
/* Saves one item: err of the item when the store itself is well. */
MUST_CHECK enum err billing_save(struct billing *b, struct store_billing *item);

/* ---- book.c: entries and invoices --------------------------------------------------------------
 */

/* "period 2026-03-01 4" was sold and collected. An amount that was paid before, and came back, is
 * sold again without the credit that went with it. */
MUST_CHECK enum err billing_entry_sold(const struct charge *charge, enum means_kind means,
                                       bool is_again, utc_time now, struct ledger_entry *out);
MUST_CHECK enum err billing_entry_settled(const struct charge *charge, enum means_kind means,
                                          utc_time now, struct ledger_entry *out);
/* What was collected came back. was_pending: before the bank's statement had it. */
MUST_CHECK enum err billing_entry_returned(const struct charge *charge, enum means_kind means,
                                           bool was_pending, utc_time now,
                                           struct ledger_entry *out);
/* charge: as it was before. */
MUST_CHECK enum err billing_entry_refunded(const struct charge *charge, enum means_kind means,
                                           int64_t minor, const char *key, utc_time now,
                                           struct ledger_entry *out);
/* The invoice for a charge, or the credit note for a part of it; is numbered when it is saved. of:
 * the invoice a credit note is about. */
void billing_invoice_of(struct billing *b, const struct zone *zone, const struct charge *charge,
                        const char *buyer, utc_time now, struct invoice *out);
/* The newest invoice of a charge. ERR_NOT_FOUND: there is none. */
MUST_CHECK enum err billing_invoice_find(struct billing *b, struct arena *arena,
                                         const struct charge *charge, struct invoice *out);
/* The credit note that takes `minor` of it back. */
struct invoice billing_credit_note(struct billing *b, const struct zone *zone,
                                   const struct invoice *of, int64_t minor, utc_time now);

/* ---- refund.c ----------------------------------------------------------------------------------
 */

/* Books what the gateway has given back already; key: that billing_refund had, or the gateway's id
 * of it. ERR_STATE: out->why. */
MUST_CHECK enum err billing_refund_told(struct billing *b, struct arena *arena, charge_id charge,
                                        int64_t minor, const char *key, struct billing_result *out);

/* ---- card.c ------------------------------------------------------------------------------------
 */

/* Books what the gateway answers when it is asked about a payment: what it would tell by itself.
 * ERR_BUSY: it gave no answer. */
MUST_CHECK enum err billing_hear_payment(struct billing *b, struct arena *arena,
                                         const char *reference);

/* ---- doubt.c -----------------------------------------------------------------------------------
 */

/* Finds out what came of the last try of a charge that is VOID by now: what was paid is given back,
 * what may still be confirmed is ended. ERR_BUSY: it is not known yet, to be asked again. */
MUST_CHECK enum err billing_doubt_settle(struct billing *b, struct arena *arena,
                                         const struct charge *charge);

/* ---- counting ----------------------------------------------------------------------------------
 */

/* What a step that was saved did, put to the count. tally NULL: nobody counts. */
void billing_count(struct billing_renewal *tally, const struct membership_change *change,
                   size_t n_letters);
/* The same as those without _counted, adding to tally (may be NULL). */
MUST_CHECK enum err billing_collect_counted(struct billing *b, struct arena *arena, charge_id id,
                                            const struct billing_order *order,
                                            struct billing_renewal *tally,
                                            struct billing_result *out);
MUST_CHECK enum err billing_hear_counted(struct billing *b, struct arena *arena,
                                         const struct billing_news *news,
                                         struct billing_renewal *tally, struct billing_result *out);

/* A trial or a period is over by the clock, and nobody has looked since: what is asked is asked of
 * what came after it. Not who owes: they are left as they are, so that other means are tried at
 * once. */
bool billing_is_behind(const struct membership *m, utc_time now);
/* All that is due of one member, each step saved and collected. ERR_STATE: others were always
 * quicker. */
MUST_CHECK enum err billing_renew_one(struct billing *b, struct arena *arena, member_id member,
                                      utc_time now, struct billing_renewal *tally);

/* ---- small things ------------------------------------------------------------------------------
 */

/* The id of a row that there are many of. */
void billing_id_new(char out[ID_TEXT]);
/* The id of what an order under a key makes: the same each time it is said. */
void billing_id_of_once(member_id member, const char *once, char out[ID_TEXT]);
void billing_say(struct billing_result *out, enum billing_answer answer, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Letters of what a means kind is booked under: "card". Means that are gone count as a card. */
MUST_CHECK enum err billing_means_of(struct billing *b, struct arena *arena,
                                     const struct charge *charge, struct means *out);
/* When a direct debit that is ordered now moves money: working days on. */
utc_time billing_debit_at(const struct billing *b, const struct zone *zone, utc_time now);

#endif
