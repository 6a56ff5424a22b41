/* Entries of the ledger as rows: numbered, chained, posted. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_LEDGER_ROWS_H
#define LANTERNE_DRIVER_STORE_LEDGER_ROWS_H

#include "driver/store/billing_pack.h"
#include "driver/store/membership_rows.h"
#include "rules/billing/charge.h"
#include "rules/billing/ledger.h"

enum { CHAIN_BYTES = 16, ACCOUNTS_KNOWN = 256 };

/* What a run of writes remembers of the ledger. Forgotten (ledger_writer_of) when some of what it
 * wrote was taken back; balances are written by ledger_flush, before the transaction or the
 * savepoint ends. */
struct ledger_writer {
    struct connection *c;
    bool is_loaded;
    uint8_t chain[CHAIN_BYTES]; /* of the last entry */
    int64_t seq;
    charge_id charge; /* the last that was asked for */
    int64_t charge_number;
    struct ledger_known {
        char name[LEDGER_ACCOUNT], currency[4];
        int64_t number; /* 0: free */
        int64_t moved;  /* and not written yet */
    } accounts[ACCOUNTS_KNOWN];
    size_t touched[ACCOUNTS_KNOWN], n_touched; /* places of those that moved */
};
void ledger_writer_of(struct connection *c, struct ledger_writer *out);
/* Adds an entry. membership: whose it is, 0 nobody's; tail: its, moved. ERR_ARGUMENT: it is not
 * good (ledger_entry_is_good); ERR_EXISTS: its key is there. */
MUST_CHECK enum err ledger_write(struct ledger_writer *w, const struct ledger_entry *entry,
                                 int64_t membership, struct membership_tail *tail);
MUST_CHECK enum err ledger_flush(struct ledger_writer *w);
/* A key as it is stored: of a charge's by the charge's number. */
MUST_CHECK enum err ledger_key(struct connection *c, const char *key, struct packed *out);

/* The entry with its postings, of a query over `ledger_entry e` that stands at it. */
#define ENTRY_COLUMNS                                                                              \
    "e.seq, e.key, e.kind, e.at, " MEMBER_ID_OF("e.membership") ", e.subject, e.chain,"            \
                                                                " e.postings"
MUST_CHECK enum err ledger_read(struct connection *c, struct query *q, int64_t *seq,
                                struct ledger_entry *out, uint8_t chain[CHAIN_BYTES]);
/* BLAKE2b-128 of the chain before and the entry's bytes. */
void ledger_chain(const uint8_t before[CHAIN_BYTES], const struct ledger_entry *entry,
                  uint8_t out[CHAIN_BYTES]);
_Static_assert(POSTINGS_MOST == (int)LEDGER_POSTINGS, "an entry is packed whole");
/* What the entries before `until` (us INT64_MAX: all) post to an account. */
struct ledger_sum {
    int64_t account, minor, entries;
    bool is_past; /* what a number can hold */
};
/* By the account's number; in the arena. */
MUST_CHECK enum err ledger_sums(struct connection *c, struct arena *arena, utc_time until,
                                struct ledger_sum **out, size_t *n);
/* NULL: nothing was posted to it. */
const struct ledger_sum *ledger_sum_find(const struct ledger_sum *sums, size_t n, int64_t account);

#endif
