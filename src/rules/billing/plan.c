#include "rules/billing/plan.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

bool plan_code_is_good(const char *code)
{
    size_t n = strlen(code);
    if (n == 0 || n >= PLAN_CODE || code[0] == '-' || code[n - 1] == '-')
        return false;
    return strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static bool is_good_name(const char *name)
{
    size_t n = name != NULL ? strlen(name) : 0;
    return n > 0 && n <= PLAN_NAME_MAX && text_is_utf8(name, n);
}

enum err plan_validate(const struct plan *plan, char why[PLAN_WHY])
{
    const char *wrong = NULL;
    if (!plan_code_is_good(plan->code))
        wrong = "code: must be 1 to 32 of a-z, 0-9 and -, which neither begins nor ends it";
    else if (!is_good_name(plan->name_en) || !is_good_name(plan->name_fr))
        wrong = "name: must be said, in English and French, in at most 60 bytes";
    else if (plan->streams < 1 || plan->streams > PLAN_STREAMS_MAX)
        wrong = "streams: must be from 1 to 20";
    else if (plan->format > RIGHTS_UHD)
        wrong = "format: must be SD, HD or UHD";
    else if (plan->months < 1 || plan->months > PLAN_MONTHS_MAX)
        wrong = "months: must be from 1 to 12";
    if (wrong != NULL)
        snprintf(why, PLAN_WHY, "%s", wrong);
    return wrong == NULL ? OK : ERR_ARGUMENT;
}

static bool is_better(const struct plan_price *price, const struct plan_price *best)
{
    if (best == NULL || price->from.days != best->from.days)
        return best == NULL || price->from.days > best->from.days;
    return price->said.us >= best->said.us;
}

const struct plan_price *plan_price_on(const struct plan_price *prices, size_t n, const char *plan,
                                       const char *territory, civil_day day)
{
    const struct plan_price *best = NULL;
    for (size_t i = 0; i < n; i++)
        if (prices[i].from.days <= day.days && strcmp(prices[i].plan, plan) == 0 &&
            strcmp(prices[i].territory, territory) == 0 && is_better(&prices[i], best))
            best = &prices[i];
    return best;
}

int64_t tax_contained(int64_t minor, int permille)
{
    __int128 whole = minor < 0 ? -(__int128)minor : minor, base = 1000 + permille;
    __int128 tax = (2 * whole * permille + base) / (2 * base);
    return (int64_t)(minor < 0 ? -tax : tax);
}

int64_t money_part(int64_t minor, int64_t part, int64_t whole)
{
    return (int64_t)((__int128)minor * part / whole);
}
