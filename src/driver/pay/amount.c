/* Minor units: the gateways' (Stripe's "Supported currencies": zero-decimal and three-decimal
 * currencies, special cases) and those of ISO 4217 agree but for what stands in the table. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "driver/pay/internal.h"

static const struct oddity {
    char currency[4];
    int times, divided_by;
} oddities[] = {
    /* Have no minor unit in ISO 4217, and are written with two digits that are always 00. */
    { "ISK", 100, 1 },
    { "UGX", 100, 1 },
    /* Has one, of a fifth, and is counted whole. */
    { "MGA", 1, 100 },
};

static struct oddity oddity_of(const char *currency)
{
    for (size_t i = 0; i < sizeof oddities / sizeof oddities[0]; i++)
        if (strcmp(oddities[i].currency, currency) == 0)
            return oddities[i];
    return (struct oddity){ .times = 1, .divided_by = 1 };
}

bool pay_amount_to_gateway(const struct money *amount, int64_t *out, char why[CHARGE_WHY])
{
    int digits = currency_digits(amount->currency);
    struct oddity odd = oddity_of(amount->currency);
    char text[MONEY_TEXT];
    money_format(amount, text);
    why[0] = 0;
    if (digits < 0 || digits > 3)
        snprintf(why, CHARGE_WHY, "amount: %s is no currency that cards are charged in", text);
    else if (amount->minor <= 0)
        snprintf(why, CHARGE_WHY, "amount: %s is not more than nothing", text);
    /* 5.124 KWD cannot be charged, 5.120 can: the networks behind the gateways have two digits. */
    else if (digits == 3 && amount->minor % 10 != 0)
        snprintf(why, CHARGE_WHY, "amount: %s must end in 0 to be charged to a card", text);
    else if (amount->minor % odd.divided_by != 0)
        snprintf(why, CHARGE_WHY, "amount: %s must be whole to be charged to a card", text);
    else if (amount->minor > INT64_MAX / odd.times)
        snprintf(why, CHARGE_WHY, "amount: %s is more than can be written", text);
    if (why[0] != 0)
        return false;
    *out = amount->minor * odd.times / odd.divided_by;
    return true;
}

bool pay_amount_of_gateway(int64_t amount, const char *currency, struct money *out)
{
    char code[4] = "";
    for (size_t i = 0; i < 3 && currency[i] != 0; i++)
        code[i] = (char)(currency[i] >= 'a' && currency[i] <= 'z' ? currency[i] - 32 : currency[i]);
    if (strlen(currency) != 3 || currency_digits(code) < 0 || amount < 0)
        return false;
    struct oddity odd = oddity_of(code);
    if (amount % odd.times != 0 || amount > INT64_MAX / odd.divided_by)
        return false;
    *out = (struct money){ .minor = amount / odd.times * odd.divided_by };
    (void)text_copy(out->currency, sizeof out->currency, code);
    return true;
}

bool pay_amount_is_good(const struct money *amount, char why[CHARGE_WHY])
{
    int64_t counted;
    return pay_amount_to_gateway(amount, &counted, why);
}
