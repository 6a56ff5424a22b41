/* Entries of the ledger as rows: numbered, chained, posted. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_LEDGER_ROWS_H
#define LANTERNE_DRIVER_STORE_LEDGER_ROWS_H

#include "driver/store/billing_pack.h"
#include "driver/store/membership_rows.h"
#include "rules/billing/ledger.h"

enum { CHAIN_BYTES = 16, ACCOUNTS_KNOWN = 256 };

/* What a run of writes remembers of the ledger; forgotten (ledger_writer_of) when some of what it
 * wrote was taken back. */
struct ledger_writer {
    struct connection *c;
    bool is_loaded;
    uint8_t chain[CHAIN_BYTES]; /* of the last entry */
    struct {
        char name[LEDGER_ACCOUNT], currency[4];
        int64_t number; /* 0: free */
    } accounts[ACCOUNTS_KNOWN];
};
void ledger_writer_of(struct connection *c, struct ledger_writer *out);
/* Adds an entry. membership: whose it is, 0 nobody's; tail: its, moved. ERR_ARGUMENT: it is not
 * good (ledger_entry_is_good); ERR_EXISTS: its key is there. */
MUST_CHECK enum err ledger_write(struct ledger_writer *w, const struct ledger_entry *entry,
                                 int64_t membership, struct membership_tail *tail);

/* Of a query over `ledger_entry e`; the postings are read by ledger_read_postings. */
#define ENTRY_COLUMNS                                                                              \
    "e.seq, e.key, e.kind, e.at, e.currency, " MEMBER_ID_OF("e.membership") ", e.subject, e.chain"
void ledger_read(struct query *q, int64_t *seq, struct ledger_entry *out,
                 uint8_t chain[CHAIN_BYTES]);
MUST_CHECK enum err ledger_read_postings(struct connection *c, int64_t seq,
                                         struct ledger_entry *out);
/* BLAKE2b-128 of the chain before and the entry's bytes. */
void ledger_chain(const uint8_t before[CHAIN_BYTES], const struct ledger_entry *entry,
                  uint8_t out[CHAIN_BYTES]);

#endif
