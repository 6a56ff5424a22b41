/* Cable partners, for the server and for commands. */
#ifndef LANTERNE_APP_SERVE_PARTNER_H
#define LANTERNE_APP_SERVE_PARTNER_H

#include "app/app.h"
#include "app/serve_billing.h"
#include "service/partner/partner.h"

/* After app_billing_open, whose billing changes memberships and whose key seals secrets; it must
 * outlive the service. EXIT_OK, or says why not and gives the exit code. */
int app_partner_open(struct app *app, const struct app_billing *billing,
                     struct partner_service **out);
/* Begins to end what is due. */
int app_partner_start(struct app *app, struct partner_service *service);
/* Which partner an operand names, by id or name; false: said. */
int app_partner_find(struct app *app, const char *who, struct partner *out);

#endif
