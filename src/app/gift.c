/* Gift codes. */
#include <string.h>

#include "app/billing_fields.h"
#include "app/commands.h"
#include "app/list.h"
#include "app/serve_billing.h"
#include "base/clock.h"
#include "driver/store/territories.h"

const struct app_option options_gift_create[] = {
    { "plan", "CODE", "which is given", false },
    { "months", "N", "how many", false },
    { "count", "N", "codes (1)", false },
    { "paid", "AMOUNT", "for each, tax contained (nothing: the house gives them)", false },
    { "territory", "CC", "where they were sold, whose tax and currency count", false },
    { "currency", "CODE", "ISO 4217 (the territory's own)", false },
    { "expires", "DAY", "the first day, of UTC, on which they are not taken any more (never)",
      false },
    { 0 },
};
const struct app_option options_gift_redeem[] = {
    { "member", "EMAIL", "whose subscription gets it", false },
    { 0 },
};

enum { GIFTS_MAX = 1000, MONTHS_MAX = 36, OUT_MAX = 1024 * 1024 };

static int read_paid(struct app *app, struct gift *gift)
{
    struct territory t;
    const char *where = app_value(app, "territory");
    bool is_said = false;
    if (where == NULL && app_value(app, "paid") == NULL)
        return EXIT_OK;
    if (where == NULL || territory_facts(where) == NULL)
        return app_usage(app, "--territory: must be a country of ISO 3166-1: FR");
    const char *currency = billing_currency(app, where);
    if (currency == NULL || !billing_amount(app, "paid", currency, &is_said, &gift->paid))
        return EXIT_USAGE;
    enum err err = store_territory_get(app->store, app->arena, where, &t);
    if (err != OK)
        return app_error(app, err, where);
    memcpy(gift->territory, where, sizeof gift->territory);
    gift->tax_permille = t.tax_permille > 0 ? t.tax_permille : 0;
    return EXIT_OK;
}

static int read_gift(struct app *app, struct gift *gift, long long *count)
{
    struct plan *plans = NULL;
    size_t n = 0;
    long long months;
    const char *plan = app_value(app, "plan");
    civil_day expires = { 0 };
    if (!app_number(app, "months", 1, MONTHS_MAX, 0, &months) ||
        !app_number(app, "count", 1, GIFTS_MAX, 1, count) || !billing_day(app, "expires", &expires))
        return EXIT_USAGE;
    if (plan == NULL || months == 0)
        return app_usage(app, "--plan and --months: what is given?");
    enum err err = store_plans_list(app->store, app->arena, &plans, &n);
    if (err != OK)
        return app_error(app, err, plan);
    bool is_there = false;
    for (size_t i = 0; i < n; i++)
        is_there = is_there || strcmp(plans[i].code, plan) == 0;
    if (!is_there)
        return app_fail(app, EXIT_REFUSED, "there is no plan %s", plan);
    *gift = (struct gift){ .months = (int)months, .created = clock_now() };
    memcpy(gift->plan, plan, strlen(plan) + 1);
    gift->expires.us = expires.days * UTC_DAY;
    if (app_flag(app, "expires") && gift->expires.us <= gift->created.us)
        return app_usage(app, "--expires: must lie ahead");
    return read_paid(app, gift);
}

static enum err make_gifts(struct app *app, struct billing *billing, const struct gift *like,
                           long long count, struct json_writer *w)
{
    enum err err = OK;
    for (long long i = 0; err == OK && i < count; i++) {
        struct gift gift;
        char code[GIFT_CODE_TEXT];
        err = billing_gift_make(billing, app->arena, like, "cash:bank", &gift, code);
        if (err != OK)
            break;
        if (!app->is_json) {
            buf_printf(w->out, "%s%s", i > 0 ? "\n" : "", code);
            continue;
        }
        json_object(w, NULL);
        json_text(w, "id", gift.id.s);
        json_text(w, "code", code);
        json_end(w);
    }
    return err;
}

/* What was made is said even when the rest failed: codes are kept nowhere. */
int cmd_gift_create(struct app *app)
{
    struct app_billing billing = { 0 };
    struct gift like;
    struct buf out;
    long long count = 0;
    enum err err = OK;
    int code = app_open(app);
    if (code == EXIT_OK)
        code = read_gift(app, &like, &count);
    if (code == EXIT_OK)
        code = app_billing_open(app, &billing);
    buf_init(&out, OUT_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_array(&w, "items");
    }
    if (code == EXIT_OK)
        err = make_gifts(app, billing.billing, &like, count, &w);
    if (app->is_json) {
        json_end(&w);
        json_end(&w);
    }
    app_billing_close(&billing);
    if (code == EXIT_OK)
        code = app_print(app, &out);
    buf_finish(&out);
    return err == OK ? code : app_error(app, err, "not all codes could be made");
}

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    struct gift *gifts = NULL;
    size_t n = 0;
    (void)context;
    enum err err = store_gifts_list(app->store, arena, after, 200, &gifts, &n, next);
    for (size_t i = 0; err == OK && i < n; i++) {
        const struct gift *g = &gifts[i];
        char created[BILLING_WHEN], expires[BILLING_WHEN], redeemed[BILLING_WHEN];
        billing_when(g->created, created);
        billing_when(g->expires, expires);
        billing_when(g->redeemed, redeemed);
        if (!app->is_json) {
            buf_printf(w->out, "%s  %s  %d months  made %s, expires %s, redeemed %s\n", g->id.s,
                       g->plan, g->months, created, expires, redeemed);
            continue;
        }
        json_object(w, NULL);
        json_text(w, "id", g->id.s);
        json_text(w, "plan", g->plan);
        json_number(w, "months", g->months);
        billing_put_money(w, "paid", &g->paid);
        billing_put_word(w, "territory", g->territory);
        json_instant(w, "created", g->created);
        json_instant(w, "expires", g->expires);
        json_instant(w, "redeemed", g->redeemed);
        billing_put_word(w, "redeemed_by", g->redeemed_by.s);
        json_end(w);
    }
    return err;
}

int cmd_gift_list(struct app *app)
{
    int code = app_open(app);
    return code == EXIT_OK ? app_list(app, put_page, NULL, "the gifts cannot be listed") : code;
}

int cmd_gift_redeem(struct app *app)
{
    struct app_billing billing = { 0 };
    struct billing_result result;
    member_id member;
    const char *email = app_value(app, "member");
    if (email == NULL)
        return app_usage(app, "--member is missing: whose?");
    int code = app_open(app);
    if (code == EXIT_OK && !billing_find_member(app, email, false, &member))
        code = EXIT_REFUSED;
    if (code == EXIT_OK)
        code = app_billing_open(app, &billing);
    enum err err = code != EXIT_OK ? OK
                                   : billing_redeem(billing.billing, app->arena, member,
                                                    app->operands[0], &result);
    app_billing_close(&billing);
    if (code != EXIT_OK)
        return code;
    return err == OK ? app_billing_answer(app, &result) : app_error(app, err, email);
}
