/* Why a debit came back: the codes of ISO 20022's ExternalReturnReason1Code and
 * ExternalStatusReason1Code that SEPA's rulebook uses. Pure. */
#ifndef LANTERNE_FORMAT_SEPA_REASON_H
#define LANTERNE_FORMAT_SEPA_REASON_H

#include <stdbool.h>

struct sepa_reason {
    const char *code; /* "AM04" */
    /* These means will never pay: the account is gone, or its holder does not want it. Else it may
     * go better later. */
    bool is_final;
    const char *text; /* "there was not enough money on the account" */
};
/* NULL: not one of the table; it may then go better later. */
const struct sepa_reason *sepa_reason_find(const char *code);

#endif
