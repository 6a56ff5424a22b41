#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/territory.h"
#include "base/clock.h"
#include "base/money.h"
#include "driver/store/territories.h"

enum { SHOW_MAX = 4 * 1024 * 1024 };

static void put_line(const struct territory *t, utc_time at, struct buf *out)
{
    buf_printf(out, "%s  %-8s %s", t->code,
               territory_state_name(territory_state_at(t->changes, t->n_changes, at)),
               territory_facts(t->code)->name_en);
    for (size_t i = 0; i < t->n_changes; i++) {
        char when[ZONE_TIME_TEXT];
        if (t->changes[i].at.us <= at.us)
            continue;
        zone_format(territory_zone(t), t->changes[i].at, when);
        buf_printf(out, ", %s at %s", territory_state_name(t->changes[i].state), when);
        break;
    }
    buf_text(out, "\n");
}

int cmd_territory_list(struct app *app)
{
    struct territory *territories;
    size_t n;
    struct buf out;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    buf_init(&out, SHOW_MAX);
    enum err err;
    if (app->is_json) {
        err = launch_territories_json(app->store, clock_now(), &out);
        buf_text(&out, "\n");
    } else {
        err = store_territories_list(app->store, app->arena, &territories, &n);
        for (size_t i = 0; err == OK && i < n; i++)
            put_line(&territories[i], clock_now(), &out);
    }
    code = app_print_list(app, err, &out, "the territories cannot be listed");
    buf_finish(&out);
    return code;
}

static void put_price(const struct territory *t, struct buf *out)
{
    struct money price = { .minor = t->price_minor };
    char text[MONEY_TEXT];
    (void)snprintf(price.currency, sizeof price.currency, "%s", territory_currency(t));
    if (t->price_minor < 0) {
        buf_text(out, "price: not set\n");
        return;
    }
    money_format(&price, text);
    buf_printf(out, "price: %s a month\n", text);
}

static void put_life(const struct territory *t, utc_time at, struct buf *out)
{
    for (size_t i = 0; i < t->n_changes; i++) {
        const struct territory_change *change = &t->changes[i];
        char when[ZONE_TIME_TEXT] = "since ever";
        if (change->at.us != 0)
            zone_format(territory_zone(t), change->at, when);
        buf_printf(out, "%s%s: %s", when, change->at.us > at.us ? " (planned)" : "",
                   territory_state_name(change->state));
        buf_printf(out, "%s%s\n", change->reason != NULL ? ", " : "",
                   change->reason != NULL ? change->reason : "");
    }
}

static void put_all(const struct territory *t, utc_time at, struct buf *out)
{
    const struct territory_facts *facts = territory_facts(t->code);
    buf_printf(out, "%s %s (%s)\n", t->code, facts->name_en, facts->name_fr);
    buf_printf(out, "state: %s\n",
               territory_state_name(territory_state_at(t->changes, t->n_changes, at)));
    buf_printf(out, "currency: %s\n", territory_currency(t));
    if (t->tax_permille < 0)
        buf_text(out, "tax: not set\n");
    else
        buf_printf(out, "tax: %d.%d %%\n", t->tax_permille / 10, t->tax_permille % 10);
    put_price(t, out);
    buf_printf(out, "zone: %s\n", zone_name(territory_zone(t)));
    if (strchr(facts->zones, ',') != NULL)
        buf_printf(out, "zones: %s\n", facts->zones);
    buf_printf(out, "languages: %s\nratings: %s\nroaming: %s\n", territory_languages(t),
               territory_ratings(t), territory_roaming_name(t->roaming));
    if (facts->in_eu || facts->in_eea)
        buf_printf(out, "union: %s\n", facts->in_eu ? "EU" : "EEA");
    put_life(t, at, out);
}

int cmd_territory_show(struct app *app)
{
    char cc[3];
    struct territory territory;
    struct buf out;
    if (!territory_code(app, app->operands[0], cc))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code == EXIT_OK)
        code = territory_load(app, cc, &territory);
    if (code != EXIT_OK)
        return code;
    buf_init(&out, SHOW_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        launch_territory_json(&w, NULL, &territory, clock_now());
        buf_text(&out, "\n");
    } else {
        put_all(&territory, clock_now(), &out);
    }
    code = app_print_list(app, OK, &out, cc);
    buf_finish(&out);
    return code;
}
