/* Money: whole minor units of an ISO 4217 currency. Pure. */
#ifndef LANTERNE_BASE_MONEY_H
#define LANTERNE_BASE_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct money {
    int64_t minor;    /* 1299 "EUR" is 12.99 euro; 500 "JPY" is 500 yen */
    char currency[4]; /* "" : none is said */
};

/* Digits of the minor unit: EUR 2, JPY 0, TND 3; -1: no currency of ISO 4217. XTS (for tests)
 * has 2. */
int currency_digits(const char *code);
/* "12.99" of a currency: at most its digits after the point (more only when they are zeros), no
 * sign but a leading '-', no groups. ERR_MALFORMED, ERR_FULL. */
MUST_CHECK enum err money_parse(const char *text, size_t n, const char *currency,
                                struct money *out);
enum { MONEY_TEXT = 32 };
void money_format(const struct money *m, char out[MONEY_TEXT]);        /* "12.99 EUR" */
void money_format_amount(const struct money *m, char out[MONEY_TEXT]); /* "12.99" */
/* *sum += m. ERR_ARGUMENT: another currency; ERR_FULL: past the range. *sum is then as it was. */
MUST_CHECK enum err money_add(struct money *sum, const struct money *m);

#endif
