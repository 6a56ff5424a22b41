/* The double-entry ledger: every charge, refund, tax, credit and payout as an entry whose postings
 * add up to zero. Entries are only ever added; a mistake is mended by another entry. Pure: makes
 * entries; the store numbers, chains and keeps them. */
#ifndef LANTERNE_RULES_BILLING_LEDGER_H
#define LANTERNE_RULES_BILLING_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "base/money.h"

/* Names of accounts, with what a positive balance (debit) or a negative one (credit) means:
 *
 *   cash:MEANS             debit: what was received by that way ("cash:card", "cash:sepa")
 *   receivable:MEANS       debit: collected, but not on the bank's statement yet
 * ("receivable:sepa") receivable:partner:ID  debit: what a partner owes revenue:subscription:FR,
 * revenue:rental:FR, revenue:partner:FR, revenue:gift:FR   credit, without tax tax:FR credit: tax
 * contained in what was sold there credit:members         credit: what the house owes members
 * (unused parts of periods) gifts                  credit: gift codes that were paid for and not
 * redeemed cost:studio:ID         debit: what rentals cost; payable:studio:ID  credit: what is owed
 * for them cost:partner:ID        debit: a partner's share; payable:partner:ID credit loss:members
 * debit: what could not be collected after the service was given
 *
 * ID is an id (26 letters and digits), FR a territory. */
enum { LEDGER_ACCOUNT = 64, LEDGER_KEY = 72, LEDGER_POSTINGS = 8 };

#define LEDGER_KINDS(X)                                                                            \
    X(LEDGER_CHARGE, "charge")   /* something was sold and collected, or is being collected */     \
    X(LEDGER_SETTLE, "settle")   /* the bank's statement has it */                                 \
    X(LEDGER_RETURN, "return")   /* a collected charge came back */                                \
    X(LEDGER_REFUND, "refund")   /* money given back */                                            \
    X(LEDGER_CREDIT, "credit")   /* the house owes a member */                                     \
    X(LEDGER_GIFT, "gift")       /* a code was sold */                                             \
    X(LEDGER_PARTNER, "partner") /* a partner was billed */                                        \
    X(LEDGER_COST, "cost")       /* a studio's or partner's share */                               \
    X(LEDGER_PAYOUT, "payout")   /* paid out to a studio or partner */                             \
    X(LEDGER_RECEIPT, "receipt") /* a partner paid */                                              \
    X(LEDGER_LOSS, "loss")       /* given up */
enum ledger_kind {
#define X(name, word) name,
    LEDGER_KINDS(X)
#undef X
        LEDGER_KIND_COUNT
};
const char *ledger_kind_name(enum ledger_kind kind);

struct ledger_posting {
    char account[LEDGER_ACCOUNT];
    int64_t minor; /* debit > 0, credit < 0; never 0 */
};

struct ledger_entry {
    char key[LEDGER_KEY]; /* what makes it happen once in all time: "charge ID", "refund ID" */
    enum ledger_kind kind;
    utc_time at;
    char currency[4];
    char member[ID_TEXT];  /* "" : none's; stays when the account is deleted */
    char subject[ID_TEXT]; /* charge, gift, rental, partner it is about; "" : none */
    size_t n;
    struct ledger_posting postings[LEDGER_POSTINGS];
};

/* An entry without postings. key: KIND and an id, as "charge ID". */
struct ledger_entry ledger_entry_of(enum ledger_kind kind, const char *key, utc_time at,
                                    const char *currency);
/* Adds a posting; 0 adds none; one to an account that is there already is put together with it.
 * account: a format of printf. ERR_FULL: no room, or past the range of int64. */
MUST_CHECK enum err ledger_post(struct ledger_entry *e, int64_t minor, const char *account, ...)
    __attribute__((format(printf, 3, 4)));
/* Posts debit to one account, the contained tax to tax:TERRITORY and the rest to `revenue` (such as
 * "revenue:rental"), which gets ":TERRITORY" behind it. minor may be negative: a sale taken back.
 */
MUST_CHECK enum err ledger_sell(struct ledger_entry *e, int64_t minor, int tax_permille,
                                const char *debit, const char *revenue, const char *territory);
/* Whether it has at least two postings that add up to zero, a known currency, a key, and accounts
 * as in the table above. why (optional): what is wrong. */
enum { LEDGER_WHY = 160 };
bool ledger_entry_is_good(const struct ledger_entry *e, char why[LEDGER_WHY]);
/* What was posted, turned round, under another key. */
struct ledger_entry ledger_reverse(const struct ledger_entry *e, enum ledger_kind kind,
                                   const char *key, utc_time at);
/* The bytes that the chain is made over: every field, in one way only. out: LEDGER_BYTES at least.
 */
enum { LEDGER_BYTES = 1024 };
size_t ledger_entry_bytes(const struct ledger_entry *e, uint8_t out[LEDGER_BYTES]);

#endif
