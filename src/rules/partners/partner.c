#include "rules/partners/partner.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static enum err wrong(char why[PARTNER_WHY], const char *text)
{
    snprintf(why, PARTNER_WHY, "%s", text);
    return ERR_ARGUMENT;
}

static bool is_line(const char *text, size_t max)
{
    size_t n = strlen(text);
    return n > 0 && n <= max && text_is_line(text, n);
}

enum err partner_validate(const struct partner *partner, char why[PARTNER_WHY])
{
    if (!is_line(partner->name, PARTNER_NAME_MAX))
        return wrong(why, "name: must be one line of at most 80 bytes");
    if (partner->contact != NULL && !is_line(partner->contact, PARTNER_CONTACT_MAX))
        return wrong(why, "contact: must be one line of at most 200 bytes");
    return OK;
}

bool partner_text_is_good(const char *text)
{
    size_t n = 0;
    for (; text[n] != 0; n++)
        if (n == PARTNER_TEXT - 1 || text[n] < 0x21 || text[n] > 0x7e)
            return false;
    return n > 0;
}

static const char *const algorithms[] = {
#define X(name, word) [name] = word,
    PARTNER_ALGORITHMS(X)
#undef X
};

const char *partner_algorithm_name(enum partner_algorithm algorithm)
{
    return algorithms[algorithm];
}

bool partner_algorithm_parse(const char *name, enum partner_algorithm *out)
{
    for (unsigned i = 0; i < PARTNER_ALGORITHM_COUNT; i++) {
        if (strcmp(algorithms[i], name) == 0) {
            *out = (enum partner_algorithm)i;
            return true;
        }
    }
    return false;
}

enum err bundle_validate(const struct bundle *bundle, char why[PARTNER_WHY])
{
    if (!plan_code_is_good(bundle->code))
        return wrong(why, "code: must be a-z, 0-9 and '-', at most 32 of them");
    if (!plan_code_is_good(bundle->plan))
        return wrong(why, "plan: must be the code of a plan");
    if (!text_is_territory(bundle->territory, strlen(bundle->territory)))
        return wrong(why, "territory: must be a country's code, as FR");
    return OK;
}

enum err bundle_terms_validate(const struct bundle_terms *terms, char why[PARTNER_WHY])
{
    if (currency_digits(terms->price.currency) < 0)
        return wrong(why, "currency: must be one of ISO 4217");
    if (terms->price.minor < 0 || terms->price.minor > BUNDLE_PRICE_MAX)
        return wrong(why, "price: must not be negative, nor more than 1000000000 minor units");
    if (terms->share_permille < 0 || terms->share_permille > 1000)
        return wrong(why, "share: must lie between 0 and 1000 permille");
    return OK;
}

const struct bundle_terms *bundle_terms_on(const struct bundle_terms *terms, size_t n,
                                           const char *code, civil_day day)
{
    const struct bundle_terms *best = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct bundle_terms *t = &terms[i];
        if (t->from.days > day.days || strcmp(t->code, code) != 0)
            continue;
        if (best == NULL || t->from.days > best->from.days ||
            (t->from.days == best->from.days && t->said.us >= best->said.us))
            best = t;
    }
    return best;
}
