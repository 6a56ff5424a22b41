/* Billing as the settings say, for the server and for commands. */
#ifndef LANTERNE_APP_SERVE_BILLING_H
#define LANTERNE_APP_SERVE_BILLING_H

#include "app/app.h"
#include "driver/password/password.h"
#include "service/billing/billing.h"

struct app_billing {
    struct secret_key key; /* keys/secrets.key */
    struct pay_gateway *gateway;
    struct billing *billing;
    struct rounds *sweep; /* of the server */
};

/* After app_open. EXIT_OK, or says why not and gives the exit code. */
int app_billing_open(struct app *app, struct app_billing *out);
/* Begins to collect what is left behind by who dies. */
int app_billing_start(struct app *app, struct app_billing *billing);
/* Nothing to do for what was not opened. */
void app_billing_close(struct app_billing *billing);

/* Prints what came of an order: "done", "pending", ... The exit code: done and pending are well. */
int app_billing_answer(struct app *app, const struct billing_result *result);

/* Where links in letters lead: never to what a request's Host says, which anybody may write. */
const char *app_home(struct app *app);

#endif
