#include "rules/billing/plan.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

__extension__ typedef __int128 wide;

bool plan_code_is_good(const char *code)
{
    size_t n = strnlen(code, PLAN_CODE);
    if (n == 0 || n == PLAN_CODE || code[0] == '-' || code[n - 1] == '-')
        return false;
    return strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static bool is_name(const char *name)
{
    size_t n = name == NULL ? 0 : strnlen(name, PLAN_NAME_MAX + 1);
    return n > 0 && n <= PLAN_NAME_MAX && text_is_line(name, n);
}

enum err plan_validate(const struct plan *plan, char why[PLAN_WHY])
{
    why[0] = 0;
    if (!plan_code_is_good(plan->code))
        snprintf(why, PLAN_WHY, "code: 1 to %d of a-z, 0-9 and -, which neither begins nor ends it",
                 PLAN_CODE - 1);
    else if (!is_name(plan->name_en) || !is_name(plan->name_fr))
        snprintf(why, PLAN_WHY, "name_%s: one line of 1 to %d bytes",
                 is_name(plan->name_en) ? "fr" : "en", PLAN_NAME_MAX);
    else if (plan->streams < 1 || plan->streams > PLAN_STREAMS_MAX)
        snprintf(why, PLAN_WHY, "streams: 1 to %d", PLAN_STREAMS_MAX);
    else if ((unsigned)plan->format > RIGHTS_UHD)
        snprintf(why, PLAN_WHY, "format: SD, HD or UHD");
    else if (plan->months < 1 || plan->months > PLAN_MONTHS_MAX)
        snprintf(why, PLAN_WHY, "months: 1 to %d", PLAN_MONTHS_MAX);
    return why[0] == 0 ? OK : ERR_ARGUMENT;
}

static bool is_later(const struct plan_price *a, const struct plan_price *b)
{
    return a->from.days != b->from.days ? a->from.days > b->from.days : a->said.us >= b->said.us;
}

const struct plan_price *plan_price_on(const struct plan_price *prices, size_t n, const char *plan,
                                       const char *territory, civil_day day)
{
    const struct plan_price *best = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct plan_price *p = &prices[i];
        if (p->from.days <= day.days && strcmp(p->plan, plan) == 0 &&
            strcmp(p->territory, territory) == 0 && (best == NULL || is_later(p, best)))
            best = p;
    }
    return best;
}

int64_t tax_contained(int64_t minor, int permille)
{
    assert(permille >= 0 && permille <= 1000);
    wide whole = 1000 + permille, size = minor < 0 ? -(wide)minor : minor;
    wide tax = (2 * size * permille + whole) / (2 * whole);
    return (int64_t)(minor < 0 ? -tax : tax);
}

int64_t money_part(int64_t minor, int64_t part, int64_t whole)
{
    assert(minor >= 0 && part >= 0 && part <= whole && whole > 0);
    return (int64_t)((wide)minor * part / whole);
}
