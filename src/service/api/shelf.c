#include "service/api/shelf.h"

#include <string.h>

#include "rules/members/letter.h"

static enum err load(struct api_call *call, const char *code, struct shelf *s)
{
    int32_t second;
    enum err err = store_territory_get(call->store, call->arena, code, &s->territory);
    if (err == OK)
        err = store_plans_list(call->store, call->arena, &s->plans, &s->n_plans);
    if (err == OK)
        err = store_plan_prices_list(call->store, call->arena, &s->prices, &s->n_prices);
    if (err != OK)
        return err;
    memcpy(s->code, code, strnlen(code, sizeof s->code - 1));
    s->zone = territory_zone(&s->territory);
    s->currency = territory_currency(&s->territory);
    s->today = zone_day(s->zone, call->now, &second);
    return OK;
}

enum err shelf_find(struct api_call *call, const char *code, const struct shelf **out)
{
    if (call->shelf == NULL || strcmp(call->shelf->code, code) != 0) {
        struct shelf *s = ARENA_NEW(call->arena, struct shelf);
        enum err err = load(call, code, s);
        if (err != OK)
            return err;
        call->shelf = s;
    }
    *out = call->shelf;
    return OK;
}

const struct plan *shelf_plan(const struct shelf *shelf, const char *code)
{
    for (size_t i = 0; i < shelf->n_plans; i++)
        if (strcmp(shelf->plans[i].code, code) == 0)
            return &shelf->plans[i];
    return NULL;
}

const struct plan_price *shelf_price(const struct shelf *shelf, const char *code, civil_day day)
{
    return plan_price_on(shelf->prices, shelf->n_prices, code, shelf->code, day);
}

bool shelf_offers(const struct shelf *shelf, const char *code)
{
    const struct plan *plan = shelf_plan(shelf, code);
    return plan != NULL && plan->is_offered && shelf_price(shelf, code, shelf->today) != NULL;
}

const char *shelf_name(const struct api_call *call, const struct shelf *shelf, const char *code)
{
    const struct plan *plan = shelf_plan(shelf, code);
    if (plan == NULL)
        return code;
    return letter_is_french(call->language) ? plan->name_fr : plan->name_en;
}

void money_write(struct json_writer *w, const char *key, const struct money *m)
{
    char text[MONEY_TEXT];
    if (m->currency[0] == 0) {
        json_null(w, key);
        return;
    }
    money_format_amount(m, text);
    json_object(w, key);
    json_text(w, "amount", text);
    json_text(w, "currency", m->currency);
    json_end(w);
}

void money_write_minor(struct json_writer *w, const char *key, int64_t minor, const char *currency)
{
    struct money m = { .minor = minor };
    memcpy(m.currency, currency, strnlen(currency, sizeof m.currency - 1));
    money_write(w, key, &m);
}

bool money_read(struct api_call *call, const char *name, const char *currency, struct money *out)
{
    const char *text = json_read_text(&call->in, name, JSON_OPTIONAL, 1, MONEY_TEXT);
    if (text == NULL)
        return false;
    enum err err = money_parse(text, strlen(text), currency, out);
    if (err == ERR_FULL)
        json_read_wrong(&call->in, name, "is past what can be counted");
    else if (err != OK)
        json_read_wrong(&call->in, name, "must be an amount of %s with at most %d decimals",
                        currency, currency_digits(currency));
    else if (out->minor <= 0)
        json_read_wrong(&call->in, name, "must be more than 0");
    return err == OK && out->minor > 0;
}
