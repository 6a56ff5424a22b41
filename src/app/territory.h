/* What the commands of territories share. */
#ifndef LANTERNE_APP_TERRITORY_H
#define LANTERNE_APP_TERRITORY_H

#include "app/app.h"
#include "service/launch/launch.h"

/* The country's code in capitals; false when it is none (said). */
bool territory_code(struct app *app, const char *text, char out[3]);
/* An instant as people say it of a country: RFC 3339, or a day or local date-time of its zone
 * ("2013-09-15", "2013-09-15T20:30"). False when it is none (said). */
bool territory_instant(struct app *app, const char *text, const struct territory *territory,
                       utc_time *out);
/* --at, or now when it is not said. */
bool territory_at(struct app *app, const struct territory *territory, utc_time *out);
/* The territory as the store has it: EXIT_OK, or says why not and gives the exit code. */
int territory_load(struct app *app, const char *code, struct territory *out);
/* A file of at most `most` bytes. */
int territory_file(struct app *app, const char *path, size_t most, struct buf *out);
/* The rows of a report in lines; failing_only: those that keep it from being ready. */
void territory_put_report(const struct launch_check *check, bool failing_only, struct buf *out);

#endif
