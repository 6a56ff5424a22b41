/* The mail of a running server: its key, its sink, the thread that sends. */
#ifndef LANTERNE_APP_SERVE_MAIL_H
#define LANTERNE_APP_SERVE_MAIL_H

#include "app/app.h"
#include "driver/password/password.h"
#include "service/mail/mail.h"

struct serve_mail {
    struct secret_key key; /* keys/secrets.key */
    struct mail_sink *sink;
    struct mail_service *service;
};

/* Reads the key, which is made when there is none yet, and opens the sink of the settings. EXIT_OK,
 * or says why not and gives the exit code. */
int serve_mail_open(struct app *app, struct serve_mail *out);
/* Begins to send. */
int serve_mail_start(struct app *app, struct serve_mail *mail);
void serve_mail_close(struct serve_mail *mail);

#endif
