/* What partners sell of ours. */
#include <string.h>

#include "app/commands.h"
#include "app/serve_partner.h"
#include "app/territory.h"
#include "base/clock.h"
#include "base/text.h"

#define TERMS_OPTIONS                                                                              \
    { "price", "AMOUNT", "what the partner pays a month, tax contained", false },                  \
        { "share", "PERMILLE", "of it without tax, the partner's share", false },                  \
    {                                                                                              \
        "from", "DAY", "since when these terms hold; today when not said", false                   \
    }
const struct app_option options_bundle_add[] = {
    { "plan", "CODE", "which of our plans it is", false },
    { "territory", "CC", "where it is sold", false },
    { "currency", "CODE", "of the price; the territory's when not said", false },
    TERMS_OPTIONS,
    { 0 },
};
const struct app_option options_bundle_edit[] = {
    TERMS_OPTIONS,
    { "offered", "yes|no", "whether it may be ordered and changed to", false },
    { 0 },
};

enum { BUNDLES_MAX = 16 * 1024 * 1024 };

static int find(struct app *app, struct partner *out)
{
    int code = app_open(app);
    return code == EXIT_OK ? app_partner_find(app, app->operands[0], out) : code;
}

/* Reads what was said of the terms over those that are there. */
static int read_terms(struct app *app, const struct territory *territory, struct bundle_terms *t)
{
    char why[PARTNER_WHY];
    const char *price = app_value(app, "price"), *from = app_value(app, "from");
    long long share;
    if (price != NULL && money_parse(price, strlen(price), t->price.currency, &t->price) != OK)
        return app_usage(app, "--price: must be an amount in %s, as 6.50", t->price.currency);
    if (!app_number(app, "share", 0, 1000, t->share_permille, &share))
        return EXIT_USAGE;
    t->share_permille = (int)share;
    t->said = clock_now();
    t->from = zone_day(territory_zone(territory), t->said, NULL);
    if (from != NULL && civil_day_parse(from, strlen(from), &t->from) != OK)
        return app_usage(app, "--from: must be a day, as 2027-01-01");
    if (bundle_terms_validate(t, why) != OK)
        return app_usage(app, "--%s", why);
    return EXIT_OK;
}

static int plan_is_there(struct app *app, const char *code)
{
    struct plan *plans = NULL;
    size_t n = 0;
    enum err err = store_plans_list(app->store, app->arena, &plans, &n);
    if (err != OK)
        return app_error(app, err, "the plans cannot be read");
    for (size_t i = 0; i < n; i++)
        if (strcmp(plans[i].code, code) == 0)
            return EXIT_OK;
    return app_fail(app, EXIT_REFUSED, "%s: there is no such plan", code);
}

static int read_bundle(struct app *app, struct bundle *bundle)
{
    char why[PARTNER_WHY];
    const char *plan = app_value(app, "plan"), *territory = app_value(app, "territory");
    if (plan == NULL || territory == NULL || app_value(app, "price") == NULL)
        return app_usage(app, "--plan, --territory and --price must be said");
    *bundle = (struct bundle){ .is_offered = true, .created = clock_now() };
    if (!territory_code(app, territory, bundle->territory))
        return EXIT_USAGE;
    if (!text_copy(bundle->code, sizeof bundle->code, app->operands[1]) ||
        !text_copy(bundle->plan, sizeof bundle->plan, plan))
        return app_usage(app, "a code has at most %d characters", BUNDLE_CODE - 1);
    if (bundle_validate(bundle, why) != OK)
        return app_usage(app, "%s", why);
    return EXIT_OK;
}

int cmd_bundle_add(struct app *app)
{
    struct partner partner;
    struct bundle bundle;
    struct territory territory;
    struct bundle_terms terms = { .share_permille = 0 };
    const char *currency = app_value(app, "currency");
    int code = read_bundle(app, &bundle);
    if (code == EXIT_OK)
        code = find(app, &partner);
    if (code == EXIT_OK)
        code = territory_load(app, bundle.territory, &territory);
    if (code == EXIT_OK)
        code = plan_is_there(app, bundle.plan);
    if (code != EXIT_OK)
        return code;
    if (currency == NULL)
        currency = territory_currency(&territory);
    if (currency_digits(currency) < 0)
        return app_usage(app, "--currency: must be one of ISO 4217, as EUR");
    (void)text_copy(terms.price.currency, sizeof terms.price.currency, currency);
    memcpy(terms.code, bundle.code, sizeof terms.code);
    bundle.partner = partner.id;
    code = read_terms(app, &territory, &terms);
    if (code != EXIT_OK)
        return code;
    enum err err = store_bundle_add(app->store, &bundle, &terms);
    return err == OK ? EXIT_OK : app_error(app, err, bundle.code);
}

/* The terms that were said last. */
static enum err last_terms(struct app *app, const struct bundle *bundle, struct bundle_terms *out)
{
    struct bundle_terms *terms = NULL;
    size_t n = 0;
    enum err err = store_bundle_terms_list(app->store, app->arena, bundle->partner, &terms, &n);
    for (size_t i = 0; err == OK && i < n; i++)
        if (strcmp(terms[i].code, bundle->code) == 0)
            *out = terms[i];
    return err;
}

int cmd_bundle_edit(struct app *app)
{
    struct partner partner;
    struct bundle bundle;
    struct territory territory;
    struct bundle_terms terms = { .share_permille = 0 };
    const char *offered = app_value(app, "offered");
    bool has_terms = app_value(app, "price") != NULL || app_value(app, "share") != NULL;
    if (offered != NULL && strcmp(offered, "yes") != 0 && strcmp(offered, "no") != 0)
        return app_usage(app, "--offered: must be yes or no");
    if (!has_terms && (offered == NULL || app_value(app, "from") != NULL))
        return app_usage(app, "--price, --share or --offered must be said");
    int code = find(app, &partner);
    if (code != EXIT_OK)
        return code;
    enum err err = store_bundle_get(app->store, partner.id, app->operands[1], &bundle);
    if (err == OK)
        err = last_terms(app, &bundle, &terms);
    if (err != OK)
        return app_error(app, err, app->operands[1]);
    code = territory_load(app, bundle.territory, &territory);
    if (code == EXIT_OK && has_terms)
        code = read_terms(app, &territory, &terms);
    if (code != EXIT_OK)
        return code;
    if (offered != NULL)
        bundle.is_offered = strcmp(offered, "yes") == 0;
    err = store_bundle_edit(app->store, partner.id, bundle.code, bundle.is_offered,
                            has_terms ? &terms : NULL);
    return err == OK ? EXIT_OK : app_error(app, err, bundle.code);
}

static void put_lines(const struct bundle *bundles, size_t n, const struct bundle_terms *terms,
                      size_t n_terms, struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        const struct bundle *b = &bundles[i];
        char price[MONEY_TEXT] = "-";
        civil_day today = zone_day(zone_named("UTC"), clock_now(), NULL);
        const struct bundle_terms *t = bundle_terms_on(terms, n_terms, b->code, today);
        if (t != NULL)
            money_format(&t->price, price);
        buf_printf(out, "%-16s  %-16s  %s  %12s  %s\n", b->code, b->plan, b->territory, price,
                   b->is_offered ? "" : "not on offer");
    }
}

int cmd_bundle_list(struct app *app)
{
    struct partner partner;
    struct bundle *bundles = NULL;
    struct bundle_terms *terms = NULL;
    size_t n = 0, n_terms = 0;
    struct buf out;
    int code = find(app, &partner);
    if (code != EXIT_OK)
        return code;
    buf_init(&out, BUNDLES_MAX);
    struct json_writer w = json_writer_of(&out);
    enum err err = store_bundles_list(app->store, app->arena, partner.id, &bundles, &n);
    if (err == OK)
        err = store_bundle_terms_list(app->store, app->arena, partner.id, &terms, &n_terms);
    if (err == OK && app->is_json) {
        json_object(&w, NULL);
        err = partner_bundles_json(app->store, app->arena, partner.id, &w, "items");
        json_end(&w);
        buf_text(&out, "\n");
    } else if (err == OK) {
        put_lines(bundles, n, terms, n_terms, &out);
    }
    code = app_print_list(app, err, &out, "the bundles cannot be listed");
    buf_finish(&out);
    return code;
}
