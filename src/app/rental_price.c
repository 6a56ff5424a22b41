/* The house's own list of what films cost to rent. */
#include <string.h>

#include "app/billing_fields.h"
#include "app/commands.h"
#include "app/list.h"
#include "app/territory.h"
#include "base/clock.h"
#include "driver/store/rentals.h"
#include "driver/store/titles.h"

const struct app_option options_rental_price_set[] = {
    { "territory", "CC", "the country", false },
    { "title", "ID",
      "of this film or series alone; otherwise of all that have no price of their own", false },
    { "format", "FORMAT", "the greatest picture: SD, HD or UHD", false },
    { "amount", "AMOUNT", "what a night costs, tax contained: 3.99; 0: nothing", false },
    { "currency", "CODE", "the country's, which is taken when it is not said", false },
    { 0 },
};
const struct app_option options_rental_price_remove[] = {
    { "territory", "CC", "the country", false },
    { "title", "ID", "of this film or series alone", false },
    { "format", "FORMAT", "SD, HD or UHD", false },
    { 0 },
};

/* Minor units: no night costs more, in any currency. */
#define AMOUNT_MAX INT64_C(1000000000)
/* ---- what is said ---------------------------------------------------------------------------- */

static const char *needed(struct app *app, const char *option)
{
    const char *text = app_value(app, option);
    if (text == NULL || text[0] == 0) {
        app_usage(app, "--%s: must be said", option);
        return NULL;
    }
    return text;
}

/* Territory, title and format; false when something is wrong (said). */
static bool read_what(struct app *app, struct rental_price *out)
{
    const char *territory = needed(app, "territory"), *title = app_value(app, "title");
    if (territory == NULL || !territory_code(app, territory, out->territory))
        return false;
    if (title != NULL && !app_id(app, title, "title", out->title.s))
        return false;
    const char *format = needed(app, "format");
    if (format == NULL)
        return false;
    if (rights_format_parse(format, &out->format))
        return true;
    app_usage(app, "--format: %s is neither SD nor HD nor UHD", format);
    return false;
}

/* In the currency of the country: a price in another would count for nobody. */
static bool read_amount(struct app *app, const char *currency, struct money *out)
{
    const char *amount = needed(app, "amount"), *said = app_value(app, "currency");
    if (amount == NULL)
        return false;
    if (said != NULL && strcmp(said, currency) != 0) {
        app_usage(app, "--currency: the country's is %s", currency);
        return false;
    }
    enum err err = money_parse(amount, strlen(amount), currency, out);
    if (err == OK && out->minor >= 0 && out->minor <= AMOUNT_MAX)
        return true;
    app_usage(app,
              err == OK && out->minor < 0    ? "--amount: %s is less than nothing"
              : err == OK || err == ERR_FULL ? "--amount: %s is more than any night costs"
                                             : "--amount: %s is no amount of the currency",
              amount);
    return false;
}

/* The title is there, when one is said; EXIT_OK, or says why not. */
static int check_title(struct app *app, const struct rental_price *price)
{
    struct title title;
    if (price->title.s[0] == 0)
        return EXIT_OK;
    enum err err = store_title_get(app->store, app->arena, price->title, &title);
    return err == OK ? EXIT_OK : app_error(app, err, price->title.s);
}

int cmd_rental_price_set(struct app *app)
{
    struct rental_price price = { .said = clock_now() };
    struct territory territory;
    if (!read_what(app, &price))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code == EXIT_OK)
        code = territory_load(app, price.territory, &territory);
    if (code != EXIT_OK)
        return code;
    if (!read_amount(app, territory_currency(&territory), &price.price) ||
        !billing_price_is_payable(app, &price.price))
        return EXIT_USAGE;
    code = check_title(app, &price);
    if (code != EXIT_OK)
        return code;
    enum err err = store_rental_price_add(app->store, &price);
    return err == OK ? EXIT_OK : app_error(app, err, "the price cannot be set");
}

/* ---- what counts ----------------------------------------------------------------------------- */

static bool is_of_same(const struct rental_price *a, const struct rental_price *b)
{
    return a->format == b->format && strcmp(a->territory, b->territory) == 0 &&
           strcmp(a->title.s, b->title.s) == 0;
}

/* Nothing was said of it after. The list is in the order of saying. */
static bool is_last(const struct rental_price *list, size_t n, size_t i)
{
    for (size_t k = i + 1; k < n; k++) {
        if (is_of_same(&list[k], &list[i]) && list[k].said.us >= list[i].said.us)
            return false;
    }
    return true;
}

int cmd_rental_price_remove(struct app *app)
{
    struct rental_price wanted = { 0 }, *list = NULL;
    const struct rental_price *found = NULL;
    size_t n = 0;
    if (!read_what(app, &wanted))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_rental_prices_list(app->store, app->arena, &list, &n);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (is_of_same(&list[i], &wanted) && is_last(list, n, i) && list[i].price.minor >= 0)
            found = &list[i];
    }
    if (err == OK && found == NULL)
        return app_fail(app, EXIT_REFUSED, "there is no such price on the list");
    if (err == OK) {
        wanted.price = found->price;
        wanted.price.minor = -1;
        wanted.said = clock_now();
        err = store_rental_price_add(app->store, &wanted);
    }
    return err == OK ? EXIT_OK : app_error(app, err, "the price cannot be removed");
}

/* ---- the list -------------------------------------------------------------------------------- */

static void put_price(struct app *app, const struct rental_price *p, struct json_writer *w)
{
    char text[MONEY_TEXT];
    bool is_of_all = p->title.s[0] == 0;
    if (!app->is_json) {
        money_format(&p->price, text);
        buf_printf(w->out, "%s  %-3s  %12s  %s\n", p->territory, rights_format_name(p->format),
                   text, is_of_all ? "all" : p->title.s);
        return;
    }
    money_format_amount(&p->price, text);
    json_object(w, NULL);
    json_text(w, "territory", p->territory);
    json_text(w, "title", is_of_all ? NULL : p->title.s);
    json_text(w, "format", rights_format_name(p->format));
    json_object(w, "price");
    json_text(w, "amount", text);
    json_text(w, "currency", p->price.currency);
    json_end(w);
    json_instant(w, "said", p->said);
    json_end(w);
}

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    struct rental_price *list = NULL;
    size_t n = 0;
    (void)context, (void)after;
    enum err err = store_rental_prices_list(app->store, arena, &list, &n);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (list[i].price.minor >= 0 && is_last(list, n, i))
            put_price(app, &list[i], w);
    }
    *next = NULL;
    return err;
}

int cmd_rental_price_list(struct app *app)
{
    int code = app_open(app);
    return code == EXIT_OK ? app_list(app, put_page, NULL, "the prices cannot be listed") : code;
}
