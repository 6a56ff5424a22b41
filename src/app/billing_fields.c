#include "app/billing_fields.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "driver/pay/pay.h"
#include "driver/store/members.h"
#include "driver/store/territories.h"

enum { AMOUNT_MAX = 1000000000 }; /* minor units: more is a slip of the hand */

bool billing_find_member(struct app *app, const char *text, bool is_id_enough, member_id *out)
{
    struct member member;
    char key[256];
    const char *hash = NULL;
    enum err err = ERR_NOT_FOUND;
    if (id_parse(text, strlen(text), out->s)) {
        err = is_id_enough ? OK : store_member_get(app->store, app->arena, *out, &member);
    } else if (member_email_key(text, strlen(text), key, sizeof key) == OK) {
        err = store_member_by_email(app->store, app->arena, key, &member, &hash);
        if (err == OK)
            *out = member.id;
    }
    if (err == ERR_NOT_FOUND)
        app_fail(app, EXIT_REFUSED, "%s: there is no such member", text);
    else if (err != OK)
        app_error(app, err, text);
    return err == OK;
}

bool billing_amount(struct app *app, const char *option, const char *currency, bool *is_said,
                    struct money *out)
{
    const char *text = app_value(app, option);
    *is_said = text != NULL;
    if (text == NULL)
        return true;
    if (money_parse(text, strlen(text), currency, out) != OK || out->minor < 0 ||
        out->minor > AMOUNT_MAX) {
        app_usage(app, "--%s: must be an amount of %s, from 0 to 10 digits: 9.99", option,
                  currency);
        return false;
    }
    return true;
}

bool billing_price_is_payable(struct app *app, const struct money *price)
{
    char why[CHARGE_WHY];
    if (price->minor == 0 || app->settings.card_gateway_url[0] == 0 ||
        pay_amount_is_good(price, why))
        return true;
    app_usage(app, "--%s", why); /* begins with the name of the option */
    return false;
}

bool billing_day(struct app *app, const char *option, civil_day *out)
{
    const char *text = app_value(app, option);
    if (text == NULL || civil_day_parse(text, strlen(text), out) == OK)
        return true;
    app_usage(app, "--%s: %s is no day, as in 2014-01-31", option, text);
    return false;
}

bool billing_instant(struct app *app, const char *option, utc_time *out)
{
    const char *text = app_value(app, option);
    if (text == NULL || utc_parse(text, strlen(text), out) == OK)
        return true;
    app_usage(app, "--%s: %s is no day or instant, as in 2014-01-31", option, text);
    return false;
}

const char *billing_currency(struct app *app, const char *territory)
{
    struct territory t;
    const char *said = app_value(app, "currency");
    if (said != NULL && currency_digits(said) >= 0)
        return said;
    if (said != NULL) {
        app_usage(app, "--currency: must be a currency of ISO 4217: EUR");
        return NULL;
    }
    enum err err = store_territory_get(app->store, app->arena, territory, &t);
    if (err == OK)
        return territory_currency(&t);
    app_error(app, err, territory);
    return NULL;
}

void billing_put_money(struct json_writer *w, const char *key, const struct money *m)
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

void billing_put_word(struct json_writer *w, const char *key, const char *text)
{
    json_text(w, key, text != NULL && text[0] != 0 ? text : NULL);
}

void billing_put_day(struct json_writer *w, const char *key, civil_day day)
{
    char text[CIVIL_DAY_TEXT];
    civil_day_format(day, text);
    json_text(w, key, text);
}

void billing_put_charge(struct json_writer *w, const struct charge *c)
{
    struct money refunded = c->amount, credit = c->amount;
    refunded.minor = c->refunded;
    credit.minor = c->credit;
    json_object(w, NULL);
    json_text(w, "id", c->id.s);
    json_text(w, "kind", charge_kind_name(c->kind));
    json_text(w, "state", charge_state_name(c->state));
    json_text(w, "member", c->member.s);
    json_text(w, "subject", c->subject);
    billing_put_money(w, "amount", &c->amount);
    billing_put_money(w, "credit", &credit);
    billing_put_money(w, "refunded", &refunded);
    json_number(w, "tax_permille", c->tax_permille);
    json_text(w, "territory", c->territory);
    billing_put_word(w, "means", c->means.s);
    json_instant(w, "created", c->created);
    json_instant(w, "paid", c->paid);
    json_number(w, "tries", c->tries);
    billing_put_word(w, "reference", c->reference);
    billing_put_word(w, "why", c->why);
    json_end(w);
}

void billing_when(utc_time t, char out[BILLING_WHEN])
{
    char text[UTC_TEXT];
    utc_format(t, text);
    snprintf(out, BILLING_WHEN, "%.16sZ", text);
    if (t.us == 0)
        snprintf(out, BILLING_WHEN, "-");
}
