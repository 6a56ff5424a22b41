/* Billing partners for a month. */
#include <string.h>

#include "app/commands.h"
#include "app/partner_bill.h"
#include "app/serve_partner.h"
#include "base/clock.h"

const struct app_option options_partner_bill[] = {
    { "month", "MONTH", "as 2026-11; the last that is over when not said", false },
    { 0 },
};

enum { BILLS_MAX = 16 * 1024 * 1024 };

static void put_amount(struct json_writer *w, const char *key, int64_t minor, const char *currency)
{
    char amount[MONEY_TEXT];
    struct money m = { .minor = minor };
    memcpy(m.currency, currency, sizeof m.currency);
    money_format_amount(&m, amount);
    json_object(w, key);
    json_text(w, "amount", amount);
    json_text(w, "currency", currency);
    json_end(w);
}

static void put_row(const struct partner_bill_row *r, bool is_json, struct json_writer *w)
{
    char price[MONEY_TEXT];
    const struct partner_bill_total *t = &r->total;
    money_format(&t->price, price);
    if (!is_json) {
        buf_printf(w->out, "%s  %14s  %lld subscriptions, %lld booked now  %s\n", r->id, price,
                   (long long)t->subscriptions, (long long)t->booked, r->partner);
        return;
    }
    json_object(w, NULL);
    json_text(w, "partner", r->id);
    json_text(w, "name", r->partner);
    put_amount(w, "price", t->price.minor, t->price.currency);
    put_amount(w, "tax", t->tax, t->price.currency);
    put_amount(w, "share", t->share, t->price.currency);
    json_number(w, "subscriptions", t->subscriptions);
    json_number(w, "days", t->days);
    json_number(w, "booked", t->booked);
    json_end(w);
}

static int print(struct app *app, const struct partner_bill_row *rows, size_t n)
{
    struct buf out;
    buf_init(&out, BILLS_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_array(&w, "items");
    }
    for (size_t i = 0; i < n; i++)
        put_row(&rows[i], app->is_json, &w);
    if (app->is_json) {
        json_end(&w);
        json_end(&w);
        buf_text(&out, "\n");
    }
    int code = app_print_list(app, OK, &out, "the bills cannot be listed");
    buf_finish(&out);
    return code;
}

int cmd_partner_bill(struct app *app)
{
    struct partner partner;
    struct partner_bill_row *rows = NULL;
    size_t n = 0;
    struct partner_bill_params params = { .now = clock_now() };
    const char *month = app_value(app, "month");
    params.has_month = month != NULL;
    if (month != NULL && partner_month_parse(month, strlen(month), &params.month) != OK)
        return app_usage(app, "--month: must be a month, as 2026-11");
    int code = app_open(app);
    if (code == EXIT_OK && app->n_operands > 0) {
        code = app_partner_find(app, app->operands[0], &partner);
        params.partner = &partner;
    }
    if (code != EXIT_OK)
        return code;
    params.store = app->store;
    enum err err = partner_bill_run(&params, app->arena, &rows, &n);
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "%s: the month is not over", month);
    return err == OK ? print(app, rows, n) : app_error(app, err, "partners cannot be billed");
}

int app_partner_renew(struct app *app, const struct app_billing *billing,
                      struct app_partner_renewal *out)
{
    struct partner_service *service = NULL;
    struct partner_bill_row *rows = NULL;
    size_t n = 0, ended = 0;
    struct partner_bill_params params = { .store = app->store, .now = clock_now() };
    *out = (struct app_partner_renewal){ 0 };
    int code = app_partner_open(app, billing, &service);
    if (code != EXIT_OK)
        return code;
    enum err err = partner_sweep(service, params.now, &ended);
    if (err == OK)
        err = partner_bill_run(&params, app->arena, &rows, &n);
    out->ended = (int64_t)ended;
    for (size_t i = 0; err == OK && i < n; i++)
        out->billed += rows[i].total.booked;
    partner_service_destroy(&service);
    return err == OK ? EXIT_OK : app_error(app, err, "partners");
}
