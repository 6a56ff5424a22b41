/* Terms of a transaction by their names: prices, rental and watching times, publicity dates. */
#include <string.h>

#include "base/money.h"
#include "format/avails/internal.h"

enum term_shape {
    SHAPE_TEXT,
    SHAPE_MONEY,         /* an amount */
    SHAPE_MONEY_OR_TEXT, /* an amount, or what two companies agreed to call it */
    SHAPE_DURATION,
    SHAPE_START, /* a date that begins something */
    SHAPE_END,
    SHAPE_FLAG, /* yes or no, or a text */
};

static const struct term_rule {
    const char *name;
    enum term_shape shape;
} rules[] = {
    { "SRP", SHAPE_MONEY },
    { "TPR-SRP", SHAPE_MONEY },
    { "SRP-PostTax", SHAPE_MONEY },
    { "WSP", SHAPE_MONEY },
    { "TPR-WSP", SHAPE_MONEY },
    { "WSP-PostTax", SHAPE_MONEY },
    { "EpisodeWSP", SHAPE_MONEY },
    { "TPR-EpisodeWSP", SHAPE_MONEY },
    { "EpisodeWSP-PostTax", SHAPE_MONEY },
    { "SeasonWSP", SHAPE_MONEY },
    { "TPR-SeasonWSP", SHAPE_MONEY },
    { "SeasonWSP-PostTax", SHAPE_MONEY },
    { "DMRP", SHAPE_MONEY },
    { "TPR-DMRP", SHAPE_MONEY },
    { "DMRP-PostTax", SHAPE_MONEY },
    { "SMRP", SHAPE_MONEY },
    { "TPR-SMRP", SHAPE_MONEY },
    { "SMRP-PostTax", SHAPE_MONEY },
    { "LicenseFee", SHAPE_MONEY_OR_TEXT },
    { "TPR-LicenseFee", SHAPE_MONEY_OR_TEXT },
    { "AnnounceDate", SHAPE_START },
    { "PreorderFulfillDate", SHAPE_START },
    { "SuppressionLiftDate", SHAPE_START },
    { "RentalDuration", SHAPE_DURATION },
    { "WatchDuration", SHAPE_DURATION },
    { "FixedEndDate", SHAPE_END },
    { "Download", SHAPE_FLAG },
    { "BrandingRights", SHAPE_FLAG },
};

static enum term_shape shape_of(const char *name)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (strcmp(rules[i].name, name) == 0)
            return rules[i].shape;
    }
    return SHAPE_TEXT;
}

/* XTS is the code for tests, which converters write where nothing was said. false: a fault. */
static bool take_currency(struct reading *r, const struct said *s, const char **out)
{
    *out = NULL;
    if (s->text == NULL || strcmp(s->text, "XTS") == 0)
        return true;
    *out = s->text;
    if (currency_digits(s->text) >= 0)
        return true;
    fault_error(r, "price", "\"%s\" is no currency of ISO 4217", quoted(r, s->text));
    return false;
}

static bool take_money(struct reading *r, struct avails_term *term, const struct said *value,
                       const struct said *currency, bool or_text)
{
    const char *amount = decimal_of(r, value);
    if (amount == NULL && !or_text) {
        fault_error(r, "price", "\"%s\" is no amount for %s", quoted(r, value->text), term->name);
        return false;
    }
    if (!take_currency(r, currency, &term->currency))
        return false;
    term->kind = amount == NULL ? AVAILS_TEXT : AVAILS_MONEY;
    term->text = amount == NULL ? value->text : amount;
    return true;
}

static bool take_term(struct reading *r, struct avails_term *term, const struct said *value,
                      const struct said *currency)
{
    enum term_shape shape = shape_of(term->name);
    const char *plain = value->kind == SAID_NUMBER ? decimal_of(r, value) : NULL;
    int flag = shape == SHAPE_FLAG ? boolean_of(value) : -1;
    switch (shape) {
    case SHAPE_MONEY:
    case SHAPE_MONEY_OR_TEXT:
        return take_money(r, term, value, currency, shape == SHAPE_MONEY_OR_TEXT);
    case SHAPE_DURATION: term->kind = AVAILS_DURATION; return take_hours(r, value, &term->duration);
    case SHAPE_START:
    case SHAPE_END:
        term->kind = AVAILS_EDGE;
        return take_edge(r, value, shape == SHAPE_END, &term->edge);
    case SHAPE_FLAG:
        term->kind = flag >= 0 ? AVAILS_BOOLEAN : AVAILS_TEXT;
        term->boolean = flag == 1;
        term->text = flag >= 0 ? NULL : value->text;
        return true;
    case SHAPE_TEXT: break;
    }
    term->kind = AVAILS_TEXT;
    term->text = plain == NULL ? value->text : plain;
    return true;
}

static void take_exclusive(struct reading *r, const struct said *s)
{
    int flag = boolean_of(s);
    if (flag < 0) {
        fault_error(r, "boolean", "\"%s\" is neither yes nor no", quoted(r, s->text));
        return;
    }
    r->draft.t.has_exclusive = true;
    r->draft.t.exclusive = flag == 1;
}

/* Whether the name is a field of the transaction's own, which then has its value. */
static bool take_field(struct reading *r, const char *name, const struct said *value)
{
    struct avails_transaction *t = &r->draft.t;
    if (strcmp(name, "Exclusive") == 0)
        take_exclusive(r, value);
    else if (strcmp(name, "ExclusiveAttributes") == 0)
        t->exclusive_attributes = value->text;
    else if (strcmp(name, "TitleStatus") == 0)
        t->status = take_word(r, value, VOCABULARY_STATUS);
    else
        return false;
    return true;
}

/* What studios write where a date or an amount does not apply. */
static bool is_not_applicable(const char *name, const char *text)
{
    return strcmp(name, "NA") != 0 && (strcmp(text, "N/A") == 0 || strcmp(text, "NA") == 0);
}

void draft_term(struct reading *r, const char *name, const struct said *value,
                const struct said *currency)
{
    enum { TERMS_MAX = 200 };
    if (value->text == NULL || is_not_applicable(name, value->text) || take_field(r, name, value))
        return;
    if (strcmp(name, "TPRType") == 0 && take_word(r, value, VOCABULARY_TPR) == NULL)
        return;
    if (r->draft.terms.n == TERMS_MAX) {
        fault_error(r, "full", "more than %d terms", TERMS_MAX);
        return;
    }
    struct avails_term *term = avails_list_add(&r->draft.terms);
    term->name = name;
    if (!take_term(r, term, value, currency))
        r->draft.terms.n--;
}

void draft_flag(struct reading *r, const struct said *s, const char **out)
{
    int flag = boolean_of(s);
    if (s->text != NULL)
        *out = flag < 0 ? s->text : string_kept(r, flag == 1 ? "true" : "false");
}
