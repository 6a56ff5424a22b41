/* What the console is told by other services: their functions as the API's reports. */
#ifndef LANTERNE_APP_SERVE_REPORTS_H
#define LANTERNE_APP_SERVE_REPORTS_H

#include "app/app.h"
#include "service/api/api.h"

/* Fills in params->reports. The app must outlive the API. */
void serve_reports_wire(struct app *app, struct api_params *params);

#endif
