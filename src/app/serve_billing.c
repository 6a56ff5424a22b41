#include "app/serve_billing.h"

#include <string.h>

#include "app/secret_file.h"
#include "base/text.h"

const char *app_home(struct app *app)
{
    const struct settings *set = &app->settings;
    const char *listen = app_value(app, "listen");
    size_t n = strlen(set->public_url);
    if (n == 0)
        return arena_printf(app->arena, "http://%s", listen != NULL ? listen : set->listen);
    while (n > 0 && set->public_url[n - 1] == '/')
        n--;
    return arena_strndup(app->arena, set->public_url, n);
}

/* "1 3 7": days after the first try, rising. */
static int read_dunning(struct app *app, struct billing_params *p)
{
    const char *at = app->settings.dunning_days;
    int64_t last = 0;
    for (;;) {
        at += strspn(at, " ,");
        size_t n = strcspn(at, " ,");
        if (n == 0)
            break;
        int64_t days;
        if (p->n_dunning == DUNNING_TRIES || text_to_i64(at, n, 1, 180, &days) != OK ||
            days <= last)
            return app_fail(app, EXIT_UNSOUND,
                            "lanterne.conf: dunning_days must be up to %d rising numbers of days: "
                            "1 3 7",
                            DUNNING_TRIES);
        p->dunning[p->n_dunning++] = (int)days;
        last = days;
        at += n;
    }
    if (p->end_days <= last || p->end_days <= p->grace_days)
        return app_fail(app, EXIT_UNSOUND,
                        "lanterne.conf: end_days must be more than grace_days and than the last of "
                        "dunning_days");
    return EXIT_OK;
}

/* "Lanterne SAS|1 rue du Quai|Paris" */
static const char *seller_lines(struct app *app)
{
    char *lines = arena_strdup(app->arena, app->settings.seller[0] != 0 ? app->settings.seller
                                                                        : app->settings.name);
    for (char *at = strchr(lines, '|'); at != NULL; at = strchr(at, '|'))
        *at = '\n';
    return lines;
}

static int open_gateway(struct app *app, struct pay_gateway **out)
{
    const struct settings *set = &app->settings;
    char key[SECRET_LINE_MAX], webhook[SECRET_LINE_MAX];
    if (set->card_gateway_url[0] == 0)
        return EXIT_OK;
    int code = secret_line(app, "card_key_file", set->card_key_file, key);
    if (code == EXIT_OK)
        code = secret_line(app, "card_webhook_secret_file", set->card_webhook_secret_file, webhook);
    if (code == EXIT_OK && key[0] == 0)
        code = app_fail(app, EXIT_UNSOUND,
                        "lanterne.conf: card_key_file: the gateway's key is "
                        "missing");
    if (code != EXIT_OK)
        return code;
    enum err err =
        pay_open(&(struct pay_params){ .url = set->card_gateway_url,
                                       .key = key,
                                       .webhook_secret = webhook[0] != 0 ? webhook : NULL,
                                       .timeout_seconds = (unsigned)set->card_timeout },
                 out);
    explicit_bzero(key, sizeof key);
    explicit_bzero(webhook, sizeof webhook);
    if (err == ERR_ARGUMENT)
        return app_fail(
            app, EXIT_UNSOUND,
            "lanterne.conf: card_gateway_url must begin with https:// (http:// only for "
            "this machine), and the secrets must be one word each");
    return err == OK ? EXIT_OK : app_error(app, err, "the card gateway");
}

int app_billing_open(struct app *app, struct app_billing *out)
{
    const struct settings *set = &app->settings;
    struct billing_params params = { .store = app->store,
                                     .secret_key = &out->key,
                                     .service_name = set->name,
                                     .seller = seller_lines(app),
                                     .territory = set->territory,
                                     .plan_name = set->plan_name,
                                     .creditor_id = set->sepa_creditor_id,
                                     .trial_days = (int)set->trial_days,
                                     .trial_needs_means = set->trial_needs_means != 0,
                                     .notice_days = (int)set->notice_days,
                                     .grace_days = (int)set->grace_days,
                                     .end_days = (int)set->end_days,
                                     .pause_months_most = (int)set->pause_months,
                                     .win_back_days = (int)set->win_back_days,
                                     .rental_start_days = (int)set->rental_start_days,
                                     .rental_watch_hours = (int)set->rental_watch_hours,
                                     .lead_days = (int)set->sepa_lead_days };
    *out = (struct app_billing){ 0 };
    int code = read_dunning(app, &params);
    if (code == EXIT_OK)
        code = secret_key_load(app, &out->key);
    if (code == EXIT_OK)
        code = open_gateway(app, &out->gateway);
    if (code != EXIT_OK)
        return code;
    params.gateway = out->gateway;
    enum err err = billing_open(&params, &out->billing);
    return err == OK ? EXIT_OK : app_error(app, err, "billing");
}

int app_billing_start(struct app *app, struct app_billing *billing)
{
    enum err err = billing_sweep_start(billing->billing, &billing->sweep);
    return err == OK ? EXIT_OK : app_error(app, err, "billing");
}

void app_billing_close(struct app_billing *billing)
{
    rounds_stop(&billing->sweep);
    billing_close(&billing->billing);
    pay_close(&billing->gateway);
    explicit_bzero(&billing->key, sizeof billing->key);
}
