/* What `renew` does for partners. */
#ifndef LANTERNE_APP_PARTNER_BILL_H
#define LANTERNE_APP_PARTNER_BILL_H

#include "app/app.h"

/* Bills partners for the last month that is over, unless that was done; *booked: how many entries
 * were new. EXIT_OK, or says why not and gives the exit code. */
int app_partner_month(struct app *app, int64_t *booked);

#endif
