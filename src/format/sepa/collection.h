/* pain.008: the file in which the bank is asked to collect (ISO 20022 CustomerDirectDebitInitiation
 * under SEPA's Core rulebook). Written piece by piece, so that a file of any size needs little
 * memory. Pure. */
#ifndef LANTERNE_FORMAT_SEPA_COLLECTION_H
#define LANTERNE_FORMAT_SEPA_COLLECTION_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/date.h"
#include "format/sepa/account.h"

/* X(name, version) */
#define SEPA_VERSIONS(X)                                                                           \
    X(SEPA_008_08, "pain.008.001.08") /* since 2023 */                                             \
    X(SEPA_008_02, "pain.008.001.02") /* before; banks still take it */
enum sepa_version {
#define X(name, version) name,
    SEPA_VERSIONS(X)
#undef X
        SEPA_VERSION_COUNT
};
const char *sepa_version_name(enum sepa_version version);
bool sepa_version_parse(const char *name, enum sepa_version *out);

enum {
    SEPA_ID = 36,        /* 35 characters and a NUL */
    SEPA_NAME_MAX = 70,  /* of a person or house, in SEPA's characters */
    SEPA_TEXT_MAX = 140, /* on the member's statement */
    SEPA_DEBIT_ROOM = 2048,
};
#define SEPA_DEBIT_MOST INT64_C(99999999999) /* cents: 999,999,999.99 EUR, the rulebook's limit */

struct sepa_collection {
    enum sepa_version version;
    const char *id; /* sepa_id_is_good; of the message and of its one batch */
    utc_time created;
    civil_day due;
    const char *creditor_name, *creditor_iban, *creditor_bic; /* bic "" : none */
    const char *creditor_id;
    size_t n;    /* debits that follow */
    int64_t sum; /* their amounts, cents */
};
struct sepa_debit {
    const char *end_to_end; /* sepa_id_is_good */
    int64_t minor;          /* cents: 1..SEPA_DEBIT_MOST */
    const char *mandate;    /* its reference; sepa_id_is_good */
    civil_day agreed;       /* the mandate's day */
    const char *holder, *iban;
    const char *text; /* on the statement */
};

/* Whether a bank can make out a name: there is a letter in it, as SEPA writes it. */
bool sepa_name_is_good(const char *name);

/* ERR_ARGUMENT: why says what the bank would refuse; nothing is appended then. Every debit has to
 * follow, in whatever order, and then the end. */
MUST_CHECK enum err sepa_collection_begin(const struct sepa_collection *c, struct buf *out,
                                          char why[SEPA_WHY]);
MUST_CHECK enum err sepa_collection_debit(const struct sepa_collection *c,
                                          const struct sepa_debit *d, struct buf *out,
                                          char why[SEPA_WHY]);
void sepa_collection_end(struct buf *out);

#endif
