/* Reading the command line by the tables of commands and options. */
#ifndef LANTERNE_APP_OPTIONS_H
#define LANTERNE_APP_OPTIONS_H

#include "app/app.h"

/* Finds the command and fills in app. EXIT_OK with app->command set; or the exit code, all said:
 * help and version (EXIT_OK, command NULL), usage errors. */
int options_read(struct app *app, int argc, char **argv);
void options_help(const struct app_command *command, struct buf *out); /* of one command */
void options_overview(struct buf *out);                                /* of all */

#endif
