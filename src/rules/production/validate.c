#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "rules/production/production.h"

enum { NAME_MAX_ = 200, CREATORS_MAX = 1000, LANGUAGES_MAX = 40 };

static enum err wrong(struct production_problem *why, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum err wrong(struct production_problem *why, const char *field, const char *format, ...)
{
    va_list args;
    text_copy(why->field, sizeof why->field, field);
    va_start(args, format);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    return ERR_ARGUMENT;
}

static bool is_line(const char *text, size_t least, size_t most)
{
    size_t n = text == NULL ? 0 : strlen(text);
    return n == 0 ? least == 0
                  : text_is_line(text, n) && text_length(text, n) >= least &&
                        text_length(text, n) <= most;
}

/* "fr,en": tags with a comma between, each once is not asked. */
static bool is_languages(const char *list)
{
    size_t n = 0;
    if (list == NULL || list[0] == 0)
        return true;
    for (const char *at = list;; n++) {
        size_t length = strcspn(at, ",");
        if (n == LANGUAGES_MAX || !text_is_language(at, length))
            return false;
        if (at[length] == 0)
            return true;
        at += length + 1;
    }
}

static bool is_within(double v, double least, double most)
{
    return isfinite(v) && v >= least && v <= most;
}

static enum err check_terms(const struct delivery_terms *t, struct production_problem *why)
{
    if (!is_languages(t->audio))
        return wrong(why, "audio", "must be languages with a comma between: fr,en");
    if (!is_languages(t->captions))
        return wrong(why, "captions", "must be languages with a comma between: fr,en");
    if (t->channels < 0 || t->channels > 64)
        return wrong(why, "channels", "must be 0 to 64");
    if (!is_within(t->loudness_lufs, -70, 0) || !is_within(t->tolerance_lu, 0, 30))
        return wrong(why, "loudness", "must be -70 to 0 LUFS, with a tolerance of 0 to 30 LU");
    if (!is_within(t->true_peak_dbtp, -30, 10))
        return wrong(why, "true-peak", "must be -30 to 10 dBTP");
    if (t->lines < 0 || t->lines > 8192)
        return wrong(why, "lines", "must be 0 to 8192");
    if (!is_within(t->black_seconds, 0, 3600))
        return wrong(why, "black", "must be 0 to 3600 seconds");
    if (!is_within(t->silent_seconds, 0, 3600))
        return wrong(why, "silent", "must be 0 to 3600 seconds");
    if (t->runtime_seconds_least < 0 || t->runtime_seconds_most < 0 ||
        (t->runtime_seconds_most > 0 && t->runtime_seconds_least > t->runtime_seconds_most))
        return wrong(why, "runtime", "the least must not be above the most");
    return OK;
}

static enum err check_instalment(const struct production *p, size_t i,
                                 struct production_problem *why)
{
    const struct production_instalment *it = &p->instalments[i];
    if (!is_line(it->name, 1, NAME_MAX_))
        return wrong(why, "instalment", "must have a name of 1 to %d characters", NAME_MAX_);
    if (it->minor <= 0)
        return wrong(why, "instalment", "\"%.100s\": the amount must be above zero", it->name);
    for (size_t k = 0; k < i; k++) {
        if (strcmp(p->instalments[k].name, it->name) == 0)
            return wrong(why, "instalment", "\"%.100s\" is there twice", it->name);
    }
    return OK;
}

static enum err check_money(const struct production *p, struct production_problem *why)
{
    struct money sum = p->budget;
    char is[MONEY_TEXT], asked[MONEY_TEXT];
    if (currency_digits(p->budget.currency) < 0)
        return wrong(why, "currency", "must be a currency of ISO 4217: EUR");
    if (p->budget.minor < 0)
        return wrong(why, "budget", "must not be below zero");
    if (p->n_instalments > PRODUCTION_INSTALMENTS_MAX)
        return wrong(why, "instalment", "must be at most %d", PRODUCTION_INSTALMENTS_MAX);
    sum.minor = 0;
    for (size_t i = 0; i < p->n_instalments; i++) {
        struct money one = p->budget;
        enum err err = check_instalment(p, i, why);
        if (err != OK)
            return err;
        one.minor = p->instalments[i].minor;
        if (money_add(&sum, &one) != OK)
            return wrong(why, "instalment", "their sum is too great a number");
    }
    if (p->n_instalments == 0 || sum.minor == p->budget.minor)
        return OK;
    money_format(&sum, is);
    money_format(&p->budget, asked);
    return wrong(why, "instalment", "they add up to %s, and the budget is %s", is, asked);
}

static enum err check_deliveries(const struct production *p, struct production_problem *why)
{
    size_t wanted = p->episodes == 0 ? 1 : (size_t)p->episodes;
    if (p->n_deliveries != wanted)
        return wrong(why, "episodes", "%zu deliveries are planned for %zu", p->n_deliveries,
                     wanted);
    for (size_t i = 0; i < p->n_deliveries; i++) {
        const struct delivery *d = &p->deliveries[i];
        if (production_delivery(p, d->season, d->number) != d)
            return wrong(why, "episodes", "season %d episode %d is there twice", d->season,
                         d->number);
    }
    return OK;
}

enum err production_validate(const struct production *p, struct production_problem *why)
{
    if (!is_line(p->studio, 1, NAME_MAX_))
        return wrong(why, "studio", "must be 1 to %d characters on one line", NAME_MAX_);
    if (!is_line(p->creators, 0, CREATORS_MAX))
        return wrong(why, "creators", "must be at most %d characters on one line", CREATORS_MAX);
    if (p->episodes < 0 || p->episodes > PRODUCTION_EPISODES_MAX)
        return wrong(why, "episodes", "must be 1 to %d; a film has none", PRODUCTION_EPISODES_MAX);
    enum err err = check_money(p, why);
    if (err == OK)
        err = check_terms(&p->terms, why);
    return err == OK ? check_deliveries(p, why) : err;
}
