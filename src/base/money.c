#include "base/money.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* ISO 4217, list one, by code; with those that were in force in July 2013 and have gone since, as
 * contracts of then name them. Left out: metals, units of account and the code for no currency,
 * which have no minor unit and no prices. XTS is the standard's code for tests. */
static const struct currency {
    char code[4];
    int digits;
} currencies[] = {
    { "AED", 2 }, { "AFN", 2 }, { "ALL", 2 }, { "AMD", 2 }, { "ANG", 2 }, { "AOA", 2 },
    { "ARS", 2 }, { "AUD", 2 }, { "AWG", 2 }, { "AZN", 2 }, { "BAM", 2 }, { "BBD", 2 },
    { "BDT", 2 }, { "BGN", 2 }, { "BHD", 3 }, { "BIF", 0 }, { "BMD", 2 }, { "BND", 2 },
    { "BOB", 2 }, { "BOV", 2 }, { "BRL", 2 }, { "BSD", 2 }, { "BTN", 2 }, { "BWP", 2 },
    { "BYN", 2 }, { "BYR", 0 }, { "BZD", 2 }, { "CAD", 2 }, { "CDF", 2 }, { "CHE", 2 },
    { "CHF", 2 }, { "CHW", 2 }, { "CLF", 4 }, { "CLP", 0 }, { "CNY", 2 }, { "COP", 2 },
    { "COU", 2 }, { "CRC", 2 }, { "CUC", 2 }, { "CUP", 2 }, { "CVE", 2 }, { "CZK", 2 },
    { "DJF", 0 }, { "DKK", 2 }, { "DOP", 2 }, { "DZD", 2 }, { "EGP", 2 }, { "ERN", 2 },
    { "ETB", 2 }, { "EUR", 2 }, { "FJD", 2 }, { "FKP", 2 }, { "GBP", 2 }, { "GEL", 2 },
    { "GHS", 2 }, { "GIP", 2 }, { "GMD", 2 }, { "GNF", 0 }, { "GTQ", 2 }, { "GYD", 2 },
    { "HKD", 2 }, { "HNL", 2 }, { "HRK", 2 }, { "HTG", 2 }, { "HUF", 2 }, { "IDR", 2 },
    { "ILS", 2 }, { "INR", 2 }, { "IQD", 3 }, { "IRR", 2 }, { "ISK", 0 }, { "JMD", 2 },
    { "JOD", 3 }, { "JPY", 0 }, { "KES", 2 }, { "KGS", 2 }, { "KHR", 2 }, { "KMF", 0 },
    { "KPW", 2 }, { "KRW", 0 }, { "KWD", 3 }, { "KYD", 2 }, { "KZT", 2 }, { "LAK", 2 },
    { "LBP", 2 }, { "LKR", 2 }, { "LRD", 2 }, { "LSL", 2 }, { "LTL", 2 }, { "LVL", 2 },
    { "LYD", 3 }, { "MAD", 2 }, { "MDL", 2 }, { "MGA", 2 }, { "MKD", 2 }, { "MMK", 2 },
    { "MNT", 2 }, { "MOP", 2 }, { "MRO", 2 }, { "MRU", 2 }, { "MUR", 2 }, { "MVR", 2 },
    { "MWK", 2 }, { "MXN", 2 }, { "MXV", 2 }, { "MYR", 2 }, { "MZN", 2 }, { "NAD", 2 },
    { "NGN", 2 }, { "NIO", 2 }, { "NOK", 2 }, { "NPR", 2 }, { "NZD", 2 }, { "OMR", 3 },
    { "PAB", 2 }, { "PEN", 2 }, { "PGK", 2 }, { "PHP", 2 }, { "PKR", 2 }, { "PLN", 2 },
    { "PYG", 0 }, { "QAR", 2 }, { "RON", 2 }, { "RSD", 2 }, { "RUB", 2 }, { "RWF", 0 },
    { "SAR", 2 }, { "SBD", 2 }, { "SCR", 2 }, { "SDG", 2 }, { "SEK", 2 }, { "SGD", 2 },
    { "SHP", 2 }, { "SLE", 2 }, { "SLL", 2 }, { "SOS", 2 }, { "SRD", 2 }, { "SSP", 2 },
    { "STD", 2 }, { "STN", 2 }, { "SVC", 2 }, { "SYP", 2 }, { "SZL", 2 }, { "THB", 2 },
    { "TJS", 2 }, { "TMT", 2 }, { "TND", 3 }, { "TOP", 2 }, { "TRY", 2 }, { "TTD", 2 },
    { "TWD", 2 }, { "TZS", 2 }, { "UAH", 2 }, { "UGX", 0 }, { "USD", 2 }, { "USN", 2 },
    { "UYI", 0 }, { "UYU", 2 }, { "UYW", 4 }, { "UZS", 2 }, { "VED", 2 }, { "VEF", 2 },
    { "VES", 2 }, { "VND", 0 }, { "VUV", 0 }, { "WST", 2 }, { "XAD", 2 }, { "XAF", 0 },
    { "XCD", 2 }, { "XCG", 2 }, { "XOF", 0 }, { "XPF", 0 }, { "XTS", 2 }, { "YER", 2 },
    { "ZAR", 2 }, { "ZMW", 2 }, { "ZWG", 2 }, { "ZWL", 2 },
};
enum { CURRENCIES = sizeof currencies / sizeof currencies[0] };

int currency_digits(const char *code)
{
    size_t low = 0, high = CURRENCIES;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(code, currencies[middle].code);
        if (order == 0)
            return currencies[middle].digits;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

struct amount {
    const char *text;
    size_t n, at;
    bool is_negative;
    int64_t minor;
    bool is_too_large;
};

static bool at_digit(const struct amount *a)
{
    return a->at < a->n && a->text[a->at] >= '0' && a->text[a->at] <= '9';
}

static void shift_in(struct amount *a, int digit)
{
    if (__builtin_mul_overflow(a->minor, 10, &a->minor) ||
        (a->is_negative ? __builtin_sub_overflow(a->minor, digit, &a->minor)
                        : __builtin_add_overflow(a->minor, digit, &a->minor))) {
        a->is_too_large = true;
        a->minor = 0;
    }
}

/* The digits at hand; those after the first `wanted` must be zeros, those that lack count as zeros.
 */
static enum err take_digits(struct amount *a, size_t wanted, bool is_fraction)
{
    size_t taken = 0;
    for (; at_digit(a); taken++, a->at++) {
        int digit = a->text[a->at] - '0';
        if (!is_fraction || taken < wanted)
            shift_in(a, digit);
        else if (digit != 0)
            return ERR_MALFORMED;
    }
    if (taken == 0)
        return ERR_MALFORMED;
    for (; is_fraction && taken < wanted; taken++)
        shift_in(a, 0);
    return OK;
}

enum err money_parse(const char *text, size_t n, const char *currency, struct money *out)
{
    int digits = currency_digits(currency);
    struct amount a = { .text = text, .n = n };
    if (digits < 0)
        return ERR_MALFORMED;
    if (n > 0 && text[0] == '-') {
        a.is_negative = true;
        a.at = 1;
    }
    enum err err = take_digits(&a, 0, false);
    if (err == OK && a.at < n && text[a.at] == '.') {
        a.at++;
        err = take_digits(&a, (size_t)digits, true);
    } else {
        for (int i = 0; i < digits; i++)
            shift_in(&a, 0);
    }
    if (err != OK || a.at != n)
        return ERR_MALFORMED;
    if (a.is_too_large)
        return ERR_FULL;
    out->minor = a.minor;
    (void)text_copy(out->currency, sizeof out->currency, currency);
    return OK;
}

void money_format_amount(const struct money *m, char out[MONEY_TEXT])
{
    int digits = currency_digits(m->currency);
    uint64_t unit = 1, minor = m->minor < 0 ? 0 - (uint64_t)m->minor : (uint64_t)m->minor;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    unsigned long long whole = minor / unit;
    uint64_t rest = minor % unit;
    char fraction[8] = ""; /* no currency has more than 4 digits */
    for (int i = digits; i > 0; i--, rest /= 10)
        fraction[i] = (char)('0' + rest % 10);
    if (digits > 0)
        fraction[0] = '.';
    snprintf(out, MONEY_TEXT, "%s%llu%s", m->minor < 0 ? "-" : "", whole, fraction);
}

void money_format(const struct money *m, char out[MONEY_TEXT])
{
    money_format_amount(m, out);
    size_t n = strlen(out);
    if (m->currency[0] != 0)
        snprintf(out + n, MONEY_TEXT - n, " %.3s", m->currency);
}

enum err money_add(struct money *sum, const struct money *m)
{
    int64_t total;
    if (strcmp(sum->currency, m->currency) != 0)
        return ERR_ARGUMENT;
    if (__builtin_add_overflow(sum->minor, m->minor, &total))
        return ERR_FULL;
    sum->minor = total;
    return OK;
}
