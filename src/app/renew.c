/* `lanterne renew`: all that is due of subscriptions by now. */
#include "app/commands.h"
#include "app/partner_bill.h"
#include "app/serve_billing.h"
#include "base/clock.h"

static void put_json(const struct billing_renewal *r, const struct app_partner_renewal *partners,
                     struct json_writer *w)
{
    json_object(w, NULL);
    json_number(w, "due", r->due);
    json_number(w, "charged", r->charged);
    json_number(w, "failed", r->failed);
    json_number(w, "renewed", r->renewed);
    json_number(w, "converted", r->converted);
    json_number(w, "suspended", r->suspended);
    json_number(w, "ended", r->ended);
    json_number(w, "paused", r->paused);
    json_number(w, "resumed", r->resumed);
    json_number(w, "letters", r->letters);
    json_number(w, "notices", r->notices);
    json_number(w, "unknown", r->unknown);
    json_number(w, "left", r->left);
    json_number(w, "partner_ended", partners->ended);
    json_number(w, "partner_billed", partners->billed);
    json_end(w);
}

static void put_line(const struct billing_renewal *r, const struct app_partner_renewal *partners,
                     struct buf *out)
{
    buf_printf(out,
               "%lld due: %lld charged, %lld failed; %lld renewed, %lld converted, %lld suspended, "
               "%lld ended, %lld paused, %lld resumed; %lld letters",
               (long long)r->due, (long long)r->charged, (long long)r->failed,
               (long long)r->renewed, (long long)r->converted, (long long)r->suspended,
               (long long)r->ended, (long long)r->paused, (long long)r->resumed,
               (long long)r->letters);
    if (r->unknown + r->left > 0)
        buf_printf(out, "; %lld without an answer, %lld left for the next run",
                   (long long)r->unknown, (long long)r->left);
    if (partners->ended + partners->billed > 0)
        buf_printf(out, "; %lld ended by partners, %lld months billed to them",
                   (long long)partners->ended, (long long)partners->billed);
}

int cmd_renew(struct app *app)
{
    struct app_billing billing = { 0 };
    struct billing_renewal done;
    struct app_partner_renewal partners = { 0 };
    struct buf out;
    const atomic_int *is_stopping = app_catch_signals();
    int code = app_open(app);
    if (code == EXIT_OK)
        code = app_billing_open(app, &billing);
    enum err err =
        code == EXIT_OK ? billing_renew(billing.billing, clock_now(), is_stopping, &done) : OK;
    if (code == EXIT_OK && err == OK && *is_stopping == 0)
        code = app_partner_renew(app, &billing, &partners);
    app_billing_close(&billing);
    if (code != EXIT_OK)
        return code;
    if (err != OK)
        return app_error(app, err, "the run broke off, and the next goes on from there");
    buf_init(&out, 4096);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json)
        put_json(&done, &partners, &w);
    else
        put_line(&done, &partners, &out);
    code = app_print(app, &out);
    buf_finish(&out);
    return code == EXIT_OK && *is_stopping ? EXIT_INTERRUPTED : code;
}
