/* Who is who at a bank: IBANs (ISO 13616), BICs (ISO 9362) and creditor identifiers (EPC262-08).
 * Pure. */
#ifndef LANTERNE_FORMAT_SEPA_ACCOUNT_H
#define LANTERNE_FORMAT_SEPA_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum {
    SEPA_IBAN = 35,     /* 34 letters and digits and a NUL */
    SEPA_LABEL = 16,    /* "FR·· 0189" and a NUL */
    SEPA_CREDITOR = 36, /* 35 characters and a NUL */
    SEPA_WHY = 160,
};

/* What a person typed, spaces anywhere and small letters allowed, as banks write it: capitals and
 * no spaces. ERR_ARGUMENT: why says what is wrong, without the number itself. */
MUST_CHECK enum err sepa_iban_read(const char *text, size_t n, char out[SEPA_IBAN],
                                   char why[SEPA_WHY]);
/* Whether its bank takes part in SEPA's direct debits and is in the European Economic Area, where
 * the IBAN alone is enough; elsewhere in SEPA the bank's BIC has to be given too. */
enum sepa_reach { SEPA_REACH_NOT, SEPA_REACH_WITH_BIC, SEPA_REACH_IBAN_ONLY };
enum sepa_reach sepa_iban_reach(const char *iban);
/* "FR·· 0189": what may be shown of a good IBAN. */
void sepa_iban_label(const char *iban, char out[SEPA_LABEL]);

/* Eight or eleven capitals and digits with a country's code in the middle. */
bool sepa_bic_is_good(const char *bic);
/* Country, two check digits, three characters of the creditor's own choice, national number. Spaces
 * are not allowed. */
bool sepa_creditor_is_good(const char *id);
/* Identifiers of ours that go into files: 1 to 35 characters of SEPA's set, with no slash at either
 * end and no two of them together (EPC230-15). */
bool sepa_id_is_good(const char *id);

#endif
