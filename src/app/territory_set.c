#include <string.h>

#include "app/commands.h"
#include "app/territory.h"
#include "base/clock.h"
#include "base/money.h"
#include "base/text.h"
#include "driver/store/territories.h"
#include "rules/territory/rating.h"

const struct app_option options_territory_set[] = {
    { "currency", "CODE", "of prices: EUR", false },
    { "tax", "PERCENT", "of the price, contained in it: 20 or 5.5", false },
    { "price", "AMOUNT", "of the plan a month: 7.99", false },
    { "zone", "NAME", "whose midnight begins a day: Europe/Paris", false },
    { "languages", "LIST", "main one first: fr or de,fr,it", false },
    { "ratings", "LIST", "rating systems, best first: CNC,CSA", false },
    { "roaming", "place|home|union",
      "whose catalogue members see who are abroad: of the place, of home, or of home within the "
      "European Union",
      false },
    { 0 },
};

enum { PRICE_MAX = 100000000, LIST_MAX_ = 400, ITEM_MAX = 60 };

static bool is_language(const char *item)
{
    return text_is_language(item, strlen(item));
}

/* A list with commas, each item good. An empty value: NULL, what is known of the territory. */
static bool read_list(struct app *app, const char *option, bool (*is_good)(const char *),
                      const char **out)
{
    const char *text = app_value(app, option);
    if (text == NULL)
        return true;
    *out = text[0] != 0 ? text : NULL;
    if (strlen(text) > LIST_MAX_) {
        app_usage(app, "--%s: is longer than %d bytes", option, LIST_MAX_);
        return false;
    }
    while (*text != 0) {
        char item[ITEM_MAX];
        size_t n = strcspn(text, ",");
        bool fits = n > 0 && n < sizeof item;
        if (fits) {
            memcpy(item, text, n);
            item[n] = 0;
        }
        if (!fits || !is_good(item)) {
            app_usage(app, "--%s: \"%.*s\" is not known", option, (int)(n < 60 ? n : 60), text);
            return false;
        }
        text += n + (text[n] == ',');
    }
    return true;
}

static bool read_zone(struct app *app, struct territory *t)
{
    const char *text = app_value(app, "zone");
    if (text == NULL)
        return true;
    t->zone = text[0] != 0 ? text : NULL;
    if (t->zone == NULL || zone_named(text) != NULL)
        return true;
    app_usage(app, "--zone: %s is no time zone (a name as in Europe/Paris)", text);
    return false;
}

static bool read_currency(struct app *app, struct territory *t)
{
    const char *text = app_value(app, "currency");
    if (text == NULL)
        return true;
    if (text[0] != 0 && (strlen(text) != 3 || currency_digits(text) < 0)) {
        app_usage(app, "--currency: %s is no currency of ISO 4217 (as in EUR)", text);
        return false;
    }
    const char *before = territory_currency(t);
    t->currency = text[0] != 0 ? text : NULL;
    if (strcmp(before, territory_currency(t)) != 0)
        t->price_minor = -1; /* an amount means nothing in another currency */
    return true;
}

static bool read_price(struct app *app, struct territory *t)
{
    const char *text = app_value(app, "price");
    struct money price;
    if (text == NULL)
        return true;
    if (text[0] == 0) {
        t->price_minor = -1;
        return true;
    }
    if (money_parse(text, strlen(text), territory_currency(t), &price) != OK || price.minor < 0 ||
        price.minor > PRICE_MAX) {
        app_usage(app, "--price: %s is no amount in %s", text, territory_currency(t));
        return false;
    }
    t->price_minor = (int)price.minor;
    return true;
}

/* "20" or "5.5", at most one decimal. */
static bool read_tax(struct app *app, struct territory *t)
{
    const char *text = app_value(app, "tax");
    int64_t whole, tenth = 0;
    if (text == NULL)
        return true;
    size_t n = strspn(text, "0123456789");
    bool good = text_to_i64(text, n, 0, 99, &whole) == OK;
    if (good && text[n] == '.')
        good = text_to_i64(text + n + 1, strlen(text + n + 1), 0, 9, &tenth) == OK;
    else
        good = good && text[n] == 0;
    if (text[0] != 0 && !good) {
        app_usage(app, "--tax: must be a percentage from 0 to 99.9");
        return false;
    }
    t->tax_permille = text[0] != 0 ? (int)(whole * 10 + tenth) : -1;
    return true;
}

static bool read_roaming(struct app *app, struct territory *t)
{
    const char *text = app_value(app, "roaming");
    if (text == NULL || territory_roaming_parse(text, &t->roaming))
        return true;
    app_usage(app, "--roaming: must be place, home or union");
    return false;
}

int cmd_territory_set(struct app *app)
{
    char cc[3];
    struct territory territory;
    if (!territory_code(app, app->operands[0], cc))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code == EXIT_OK)
        code = territory_load(app, cc, &territory);
    if (code != EXIT_OK)
        return code;
    if (!read_currency(app, &territory) || !read_price(app, &territory) ||
        !read_tax(app, &territory) || !read_zone(app, &territory) ||
        !read_list(app, "languages", is_language, &territory.languages) ||
        !read_list(app, "ratings", rating_system_is_known, &territory.ratings) ||
        !read_roaming(app, &territory))
        return EXIT_USAGE;
    enum err err = store_territory_put(app->store, &territory, clock_now());
    return err == OK ? EXIT_OK : app_error(app, err, cc);
}
