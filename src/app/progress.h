/* A progress line on a terminal, redrawn in place; nothing where standard error is no terminal. */
#ifndef LANTERNE_APP_PROGRESS_H
#define LANTERNE_APP_PROGRESS_H

#include "app/app.h"
#include "driver/store/jobs.h"

void progress_show(const struct app *app, const struct store_job *job);
void progress_clear(void);

#endif
