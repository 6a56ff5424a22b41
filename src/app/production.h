/* What the commands on productions share. */
#ifndef LANTERNE_APP_PRODUCTION_H
#define LANTERNE_APP_PRODUCTION_H

#include "app/app.h"
#include "service/production/production.h"

/* A decimal number, "-23.5", within limits. Not said: fallback, true. Wrong: says so, false. */
bool production_decimal(struct app *app, const char *option, double least, double most,
                        double fallback, double *out);

/* The season and episode that were said; episode 0 and season -1 when not. */
bool production_place(struct app *app, int *season, int *episode);

/* What refused, line by line, or the error's own text; the exit code. */
int production_refused(struct app *app, enum err err, const struct production_desk *desk,
                       const char *what);

/* Prints a production as it stands: all of it in JSON, one line else. */
int production_print(struct app *app, const struct production *p);

#endif
