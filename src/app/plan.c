/* Plans and their prices. */
#include <stdio.h>
#include <string.h>

#include "app/billing_fields.h"
#include "app/commands.h"
#include "app/list.h"
#include "base/clock.h"
#include "driver/store/territories.h"

#define PLAN_OPTIONS                                                                               \
    { "name", "TEXT", "as members read it, in English", false },                                   \
        { "name-fr", "TEXT", "in French; the English one when not said", false },                  \
        { "streams", "N", "that may run at a time (1)", false },                                   \
        { "format", "SD|HD|UHD", "greatest picture (HD)", false },                                 \
        { "months", "N", "of a period (1)", false },                                               \
        { "rank", "N", "order on pages: the higher, the greater the plan (0)", false },            \
    {                                                                                              \
        "offered", "yes|no", "members may take it (yes); who has it keeps it either way", false    \
    }

const struct app_option options_plan_add[] = { PLAN_OPTIONS, { 0 } };
const struct app_option options_plan_edit[] = { PLAN_OPTIONS, { 0 } };
const struct app_option options_plan_price[] = {
    { "territory", "CC", "where: ISO 3166-1", false },
    { "amount", "AMOUNT", "of a period, tax contained: 9.99; 0: free of charge", false },
    { "currency", "CODE", "ISO 4217 (the territory's own)", false },
    { "from", "DAY", "from that day of the territory's on (today)", false },
    { 0 },
};

enum { RANK_MAX = 1000000 };

static int read_fields(struct app *app, struct plan *p)
{
    const char *format = app_value(app, "format"), *offered = app_value(app, "offered");
    long long streams, months, rank;
    if (app_value(app, "name") != NULL)
        p->name_en = app_value(app, "name");
    if (app_value(app, "name-fr") != NULL)
        p->name_fr = app_value(app, "name-fr");
    if (p->name_en == NULL)
        return app_usage(app, "--name is missing");
    if (p->name_fr == NULL)
        p->name_fr = p->name_en;
    if (!app_number(app, "streams", 1, PLAN_STREAMS_MAX, p->streams, &streams) ||
        !app_number(app, "months", 1, PLAN_MONTHS_MAX, p->months, &months) ||
        !app_number(app, "rank", 0, RANK_MAX, p->rank, &rank))
        return EXIT_USAGE;
    if (format != NULL && !rights_format_parse(format, &p->format))
        return app_usage(app, "--format: must be SD, HD or UHD");
    if (offered != NULL && strcmp(offered, "yes") != 0 && strcmp(offered, "no") != 0)
        return app_usage(app, "--offered: must be yes or no");
    p->is_offered = offered == NULL ? p->is_offered : strcmp(offered, "yes") == 0;
    p->streams = (int)streams;
    p->months = (int)months;
    p->rank = (int)rank;
    return EXIT_OK;
}

static enum err find_plan(struct app *app, const char *code, struct plan *out)
{
    struct plan *plans = NULL;
    size_t n = 0;
    enum err err = store_plans_list(app->store, app->arena, &plans, &n);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (strcmp(plans[i].code, code) == 0) {
            *out = plans[i];
            return OK;
        }
    }
    return err == OK ? ERR_NOT_FOUND : err;
}

static int put_plan(struct app *app, struct plan *p)
{
    char why[PLAN_WHY];
    int code = read_fields(app, p);
    if (code != EXIT_OK)
        return code;
    if (plan_validate(p, why) != OK)
        return app_usage(app, "%s", why);
    enum err err = store_plan_put(app->store, p);
    return err == OK ? EXIT_OK : app_error(app, err, p->code);
}

int cmd_plan_add(struct app *app)
{
    const char *name = app->operands[0];
    struct plan plan = { .streams = 1, .format = RIGHTS_HD, .months = 1, .is_offered = true };
    if (strlen(name) >= sizeof plan.code || !plan_code_is_good(name))
        return app_usage(app, "CODE: must be 1 to 32 of a-z, 0-9 and '-': standard");
    memcpy(plan.code, name, strlen(name) + 1);
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    struct plan there;
    enum err err = find_plan(app, name, &there);
    if (err == OK)
        return app_fail(app, EXIT_REFUSED, "there is a plan %s already; `plan edit` changes it",
                        name);
    return err == ERR_NOT_FOUND ? put_plan(app, &plan) : app_error(app, err, name);
}

int cmd_plan_edit(struct app *app)
{
    struct plan plan;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = find_plan(app, app->operands[0], &plan);
    if (err == ERR_NOT_FOUND)
        return app_fail(app, EXIT_REFUSED, "there is no plan %s", app->operands[0]);
    return err == OK ? put_plan(app, &plan) : app_error(app, err, app->operands[0]);
}

/* ---- list ------------------------------------------------------------------------------------ */

static civil_day today_in(struct app *app, const char *code)
{
    struct territory t;
    const struct zone *zone = zone_named("UTC");
    if (store_territory_get(app->store, app->arena, code, &t) == OK)
        zone = territory_zone(&t);
    return zone_day(zone, clock_now(), NULL);
}

static void put_json(struct app *app, const struct plan *p, const struct plan_price *prices,
                     size_t n, struct json_writer *w)
{
    json_object(w, NULL);
    json_text(w, "code", p->code);
    json_text(w, "name", p->name_en);
    json_text(w, "name_fr", p->name_fr);
    json_number(w, "streams", p->streams);
    json_text(w, "format", rights_format_name(p->format));
    json_number(w, "months", p->months);
    json_number(w, "rank", p->rank);
    json_bool(w, "offered", p->is_offered);
    json_array(w, "prices");
    for (size_t i = 0; i < n; i++) {
        const struct plan_price *price = &prices[i];
        if (strcmp(price->plan, p->code) != 0)
            continue;
        const struct plan_price *now =
            plan_price_on(prices, n, p->code, price->territory, today_in(app, price->territory));
        json_object(w, NULL);
        json_text(w, "territory", price->territory);
        billing_put_money(w, "price", &price->price);
        billing_put_day(w, "from", price->from);
        json_bool(w, "holds", now == price);
        json_end(w);
    }
    json_end(w);
    json_end(w);
}

static void put_line(struct app *app, const struct plan *p, const struct plan_price *prices,
                     size_t n, struct buf *out)
{
    buf_printf(out, "%-16s  %-3s  %2d streams  %2d months  %s%s\n", p->code,
               rights_format_name(p->format), p->streams, p->months, p->name_en,
               p->is_offered ? "" : "  (not offered)");
    for (size_t i = 0; i < n; i++) {
        const struct plan_price *price = &prices[i];
        char day[CIVIL_DAY_TEXT], text[MONEY_TEXT];
        civil_day today = today_in(app, price->territory);
        if (strcmp(price->plan, p->code) != 0)
            continue;
        bool holds = plan_price_on(prices, n, p->code, price->territory, today) == price;
        if (!holds && price->from.days <= today.days)
            continue;
        civil_day_format(price->from, day);
        money_format(&price->price, text);
        buf_printf(out, "    %s  %s from %s on\n", price->territory, text, day);
    }
}

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    struct plan *plans = NULL;
    struct plan_price *prices = NULL;
    size_t n = 0, n_prices = 0;
    (void)context, (void)after;
    enum err err = store_plans_list(app->store, arena, &plans, &n);
    if (err == OK)
        err = store_plan_prices_list(app->store, arena, &prices, &n_prices);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (app->is_json)
            put_json(app, &plans[i], prices, n_prices, w);
        else
            put_line(app, &plans[i], prices, n_prices, w->out);
    }
    *next = NULL;
    return err;
}

int cmd_plan_list(struct app *app)
{
    int code = app_open(app);
    return code == EXIT_OK ? app_list(app, put_page, NULL, "the plans cannot be listed") : code;
}

/* ---- price ----------------------------------------------------------------------------------- */

static int read_price(struct app *app, struct plan_price *p)
{
    bool is_said = false;
    const char *currency = billing_currency(app, p->territory);
    civil_day today = today_in(app, p->territory);
    p->from = today;
    p->said = clock_now();
    if (currency == NULL || !billing_amount(app, "amount", currency, &is_said, &p->price) ||
        !billing_day(app, "from", &p->from))
        return EXIT_USAGE;
    if (!is_said)
        return app_usage(app, "--amount is missing");
    if (p->from.days < today.days)
        return app_usage(app, "--from: what was sold was sold: a price begins today or later");
    if (!billing_price_is_payable(app, &p->price))
        return EXIT_USAGE;
    return EXIT_OK;
}

int cmd_plan_price(struct app *app)
{
    struct plan_price price = { 0 };
    struct plan plan;
    const char *where = app_value(app, "territory");
    if (where == NULL || territory_facts(where) == NULL)
        return app_usage(app, "--territory: must be a country of ISO 3166-1: FR");
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = find_plan(app, app->operands[0], &plan);
    if (err == ERR_NOT_FOUND)
        return app_fail(app, EXIT_REFUSED, "there is no plan %s", app->operands[0]);
    if (err != OK)
        return app_error(app, err, app->operands[0]);
    memcpy(price.plan, plan.code, sizeof price.plan);
    memcpy(price.territory, where, sizeof price.territory);
    code = read_price(app, &price);
    if (code != EXIT_OK)
        return code;
    err = store_plan_price_add(app->store, &price);
    return err == OK ? EXIT_OK : app_error(app, err, plan.code);
}
