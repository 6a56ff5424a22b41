/* Gift codes: months of a plan, given by whoever paid for them or by the house. Pure. */
#ifndef LANTERNE_RULES_BILLING_GIFT_H
#define LANTERNE_RULES_BILLING_GIFT_H

#include "rules/billing/plan.h"
#include "rules/members/member.h"

ID_TYPE(gift_id);

enum { GIFT_CODE_TEXT = 24 /* "XXXX-XXXX-XXXX-XXXX" and a NUL; 75 random bits and a check */ };

struct gift {
    gift_id id;
    uint8_t digest[32]; /* of the code; the code itself is shown once */
    char plan[PLAN_CODE];
    int months;
    struct money paid; /* what was paid for it, tax contained; minor 0: given by the house */
    char territory[3]; /* where it was sold; "" : anywhere, only when nothing was paid */
    int tax_permille;
    utc_time created, expires; /* expires us 0: never */
    member_id redeemed_by;     /* "" : not yet */
    utc_time redeemed;
};

/* What a person typed, as codes are written: capitals in fours with dashes, O as 0 and I, L as 1
 * (Crockford's base 32); so is what gift_code_of gives, and the digest is made over that. Spaces
 * and dashes count for nothing. ERR_MALFORMED: it is no code, or its check character is wrong. */
MUST_CHECK enum err gift_code_normal(const char *typed, size_t n, char out[GIFT_CODE_TEXT]);
/* A code of 10 random bytes. */
void gift_code_of(const uint8_t random[10], char out[GIFT_CODE_TEXT]);

#endif
