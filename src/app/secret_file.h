/* Secrets that lie in files: the installation's own key, and what others gave the house. */
#ifndef LANTERNE_APP_SECRET_FILE_H
#define LANTERNE_APP_SECRET_FILE_H

#include "app/app.h"
#include "driver/password/password.h"

/* keys/secrets.key, which is made when there is none yet. EXIT_OK, or says why not and gives the
 * exit code. */
int secret_key_load(struct app *app, struct secret_key *out);
/* The first line of a file that only its owner reads, named by a setting; "" when it names none. */
enum { SECRET_LINE_MAX = 1024 };
int secret_line(struct app *app, const char *setting, const char *file, char out[SECRET_LINE_MAX]);

#endif
