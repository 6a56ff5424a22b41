/* Seeing a job of the ingest through at the command line. */
#ifndef LANTERNE_APP_INGEST_H
#define LANTERNE_APP_INGEST_H

#include "app/app.h"
#include "driver/store/jobs.h"
#include "service/ingest/ingest.h"

/* What --title, --season and --episode say: 0 and 0 for a film. Says what is wrong otherwise. */
bool ingest_read_place(struct app *app, title_id *title, int *season, int *episode);

/* Waits until the job is not open any more, with its progress shown; works on it when nobody else
 * does. EXIT_OK with *job as it ended, or says why not and gives the exit code. */
int ingest_see_through(struct app *app, const struct ingest *in, const job_id *id,
                       struct store_job *job);

/* Says why a job that ended otherwise than ready did so; the exit code. */
int ingest_say_end(struct app *app, const struct store_job *job);

#endif
