/* What a bank sends back: pain.002 (what became of a file of ours) and camt.053 or camt.054 (what
 * was booked on the account), of ISO 20022's 2009 and 2019 editions and what lies between. Read as
 * a stream, entry by entry. Pure. */
#ifndef LANTERNE_FORMAT_SEPA_READING_H
#define LANTERNE_FORMAT_SEPA_READING_H

#include <stdint.h>

#include "base/date.h"
#include "base/money.h"
#include "format/sepa/account.h"
#include "format/sepa/collection.h"

enum {
    SEPA_FILE_MAX = 256 * 1024 * 1024, /* bytes: a month of 100,000 debits a day has less */
    SEPA_INFO = 106,                   /* what a bank adds in words, and a NUL */
    SEPA_CODE = 36,
};

enum sepa_file_kind { SEPA_FILE_STATUS, SEPA_FILE_STATEMENT, SEPA_FILE_NOTIFICATION };
const char *sepa_file_kind_name(enum sepa_file_kind kind); /* "status", "statement", ... */

/* What an item is about. */
enum sepa_item_kind {
    /* One transaction of an entry, or a whole entry: money came (credit) or went (debit). */
    SEPA_ITEM_CREDIT,
    SEPA_ITEM_DEBIT,
    /* What became of one debit of a file of ours, or of all of the file. */
    SEPA_ITEM_STATUS,
};

struct sepa_item {
    enum sepa_item_kind kind;
    bool is_whole; /* of a whole entry or file: its transactions are not said one by one */
    uint32_t line;
    char end_to_end[SEPA_ID];              /* "" : it says none, or NOTPROVIDED */
    char message[SEPA_ID], batch[SEPA_ID]; /* our ids, where the bank says them */
    char mandate[SEPA_ID];
    char account[SEPA_IBAN];      /* of the statement; "" : not said, or no IBAN */
    bool has_amount;              /* false: none is said, or see amount_said */
    struct money amount;          /* what was collected, where the bank's fees are parted from it */
    char amount_said[MONEY_TEXT]; /* that is no amount of its currency: "1.234 EUR"; "" */
    size_t n;                     /* of how many transactions the entry is; 0: not said */
    bool is_booked;               /* not only announced */
    civil_day day;                /* of booking; days 0: not said */
    char status[SEPA_CODE];       /* STATUS: "RJCT", "ACCP" */
    char reason[SEPA_CODE];       /* "AC04"; "" : none */
    char info[SEPA_INFO];         /* in the bank's words */
    char original[SEPA_ID];       /* STATUS: which kind of file it is about: "pain.008.001.08" */
};

struct sepa_file {
    enum sepa_file_kind kind;
    char version[SEPA_ID]; /* "camt.053.001.08" */
    char id[SEPA_ID];      /* of the message, by the bank */
    size_t n_items, n_entries;
};

struct sepa_sink {
    void *context;
    /* The item is lent. Anything but OK ends the reading with it. */
    enum err (*item)(void *context, const struct sepa_item *item);
};
/* ERR_MALFORMED, ERR_UNSUPPORTED (another kind of file), ERR_FULL; why says it, with the line.
 * Items before the fault were given: read the file once without acting on it. out: as far as it was
 * read. */
enum { SEPA_READ_WHY = 300 };
MUST_CHECK enum err sepa_read(const void *bytes, size_t n, const struct sepa_sink *sink,
                              struct sepa_file *out, char why[SEPA_READ_WHY]);

#endif
