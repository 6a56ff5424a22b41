/* Members' money: takes orders, collects charges, renews, books and writes letters. Each step is
 * load (store), decide (rules/billing), save in one transaction (store_billing_commit), and only
 * then is anybody asked for money; who dies anywhere leaves something that is gone on with. */
#ifndef LANTERNE_SERVICE_BILLING_BILLING_H
#define LANTERNE_SERVICE_BILLING_BILLING_H

#include "base/rounds.h"
#include "driver/password/password.h"
#include "driver/pay/pay.h"
#include "driver/store/billing.h"
#include "driver/store/rentals.h"
#include "rules/billing/order.h"

/* Everything pointed to must outlive the service. */
struct billing_params {
    struct store *store;
    struct pay_gateway *gateway;         /* NULL: no cards */
    const struct secret_key *secret_key; /* seals IBANs */
    const char *service_name;
    const char *seller;      /* name, address, tax number: what invoices say; lines */
    const char *territory;   /* the house's own, for what no territory is set of */
    const char *plan_name;   /* of the one free plan of a house that has no plans */
    const char *creditor_id; /* SEPA; NULL or "": no direct debit */
    int trial_days;
    bool trial_needs_means;
    int notice_days, grace_days, end_days, pause_months_most, win_back_days;
    int n_dunning, dunning[DUNNING_TRIES];
    int rental_start_days, rental_watch_hours;
    int lead_days; /* SEPA: from the collection file to the day money moves; told by then */
};

struct billing;
MUST_CHECK enum err billing_open(const struct billing_params *params, struct billing **out);
void billing_close(struct billing **billing);
/* What others call it by; lives as long as the service. */
const struct billing_ops *billing_ops(struct billing *billing);

/* ---- inside the service, one file each ----------------------------------------------------------
 */

/* change.c: loads, decides, saves (again from the start when somebody was quicker), and collects
 * what was opened. */
MUST_CHECK enum err billing_change(struct billing *b, struct arena *arena,
                                   const struct billing_order *order, struct billing_result *out);
/* terms.c: what is known when an event comes to that membership. plan NULL: its own. */
MUST_CHECK enum err billing_terms(struct billing *b, struct arena *arena,
                                  const struct membership *m, const char *plan, means_id means,
                                  utc_time now, struct membership_terms *out);
/* collect.c: tries to collect a charge and books what came of it. order: NULL when the member is
 * not there. */
MUST_CHECK enum err billing_collect(struct billing *b, struct arena *arena, charge_id charge,
                                    const struct billing_order *order, struct billing_result *out);
/* outcome.c: what became of a charge, from whoever heard of it (the gateway's answer, a webhook, a
 * bank's file): ledger, membership or rental, invoice and letter in one transaction. Heard again,
 * nothing happens. try_number 0: not of a try that is being made. settled: the bank's statement has
 * it (SEPA). */
struct billing_news {
    charge_id charge;
    enum charge_outcome outcome; /* with is_return: not looked at */
    bool is_return;              /* it came back: returned debit, dispute */
    bool is_settled;
    unsigned try_number;
    const char *reference, *why;
    utc_time at;
};
MUST_CHECK enum err billing_hear(struct billing *b, struct arena *arena,
                                 const struct billing_news *news, struct billing_result *out);
/* refund.c: gives money back by the means it came by, whole (minor 0) or in part; key: done once
 * under it. ERR_STATE: not paid, or more than is left. why. */
MUST_CHECK enum err billing_refund(struct billing *b, struct arena *arena, charge_id charge,
                                   int64_t minor, const char *key, struct billing_result *out);
/* gift.c: makes one like that (id and digest are new ones) and says its code, which is kept
 * nowhere. paid_to: the account that has what was paid for it ("cash:bank"); not looked at when
 * nothing was. */
MUST_CHECK enum err billing_gift_make(struct billing *b, struct arena *arena,
                                      const struct gift *like, const char *paid_to,
                                      struct gift *out, char code[GIFT_CODE_TEXT]);
/* rent.c, gift.c, card.c, mandate.c, invoice_pdf.c: see rules/billing/order.h. */
enum err billing_rent(struct billing *b, struct arena *arena, const struct billing_order *order,
                      struct billing_result *out);
/* A rental's charge has this news: called by outcome.c; fills in the item's rental, entries and
 * invoice, in the arena. */
MUST_CHECK enum err billing_rent_outcome(struct billing *b, struct arena *arena,
                                         const struct charge *charge, struct store_billing *item);
enum err billing_redeem(struct billing *b, struct arena *arena, member_id member, const char *code,
                        struct billing_result *out);
enum err billing_card_begin(struct billing *b, struct arena *arena, member_id member,
                            const char *return_url, const char **url);
enum err billing_card_end(struct billing *b, struct arena *arena, member_id member,
                          const char *session, struct means *out);
enum err billing_webhook(struct billing *b, const void *body, size_t n, const char *signature,
                         char why[MEMBERSHIP_WHY]);
enum err billing_sepa_mandate(struct billing *b, struct arena *arena, member_id member,
                              const char *iban, const char *holder, struct means *out,
                              char why[MEMBERSHIP_WHY]);
enum err billing_invoice_pdf(struct billing *b, struct arena *arena, const struct invoice *invoice,
                             const char *language, const void **bytes, size_t *n);
/* letters.c: what a letter to a member tells of; it is written when it is sent (service/mail). */
struct billing_letter {
    enum letter_kind kind;
    const struct member *member;
    const struct money *amount; /* NULL: it names none */
    utc_time when;              /* that it names; us 0: none */
    const char *plan;           /* code; NULL */
    const char *title;          /* of a rental; NULL */
    const char *partner;        /* its name; NULL */
};

/* ---- renew.c ------------------------------------------------------------------------------------
 */

struct billing_renewal {
    int64_t due;       /* memberships that were looked at */
    int64_t charged;   /* charges paid, or given to the bank */
    int64_t failed;    /* tries that failed */
    int64_t renewed;   /* periods begun */
    int64_t converted; /* trials that became paying */
    int64_t suspended, ended, paused, resumed;
    int64_t letters, notices;
    int64_t unknown; /* tries without an answer: the next run asks again */
    int64_t left;    /* memberships that are still due, for the next run */
};
/* All that is due by now: who, charge, book, retry by schedule, suspend, end. Safe to run twice, at
 * the same time, or to be killed in the middle: the next run goes on. is_stopping (may be NULL):
 * ends soon, between two members. */
MUST_CHECK enum err billing_renew(struct billing *b, utc_time now, const atomic_int *is_stopping,
                                  struct billing_renewal *out);

/* sweep.c: one look at what was left to be collected, by who died or because there was no answer;
 * adds to tally. */
MUST_CHECK enum err billing_sweep_once(struct billing *b, utc_time now,
                                       const atomic_int *is_stopping,
                                       struct billing_renewal *tally);
/* A thread that does so every minute; rounds_stop ends it. */
MUST_CHECK enum err billing_sweep_start(struct billing *b, struct rounds **out);

#endif
