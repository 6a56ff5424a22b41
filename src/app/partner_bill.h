/* What `renew` does for partners. */
#ifndef LANTERNE_APP_PARTNER_BILL_H
#define LANTERNE_APP_PARTNER_BILL_H

#include "app/serve_partner.h"

struct app_partner_renewal {
    int64_t ended;  /* subscriptions whose day has come */
    int64_t billed; /* months of subscriptions that were booked */
};
/* Ends what partners ended by now, and bills them for the last month that is over, unless that was
 * done. EXIT_OK, or says why not and gives the exit code. */
int app_partner_renew(struct app *app, const struct app_billing *billing,
                      struct app_partner_renewal *out);

#endif
