/* What a server needs to open protected films. */
#ifndef LANTERNE_APP_SERVE_LICENCE_H
#define LANTERNE_APP_SERVE_LICENCE_H

#include "app/app.h"
#include "app/pass_keys.h"
#include "service/api/api.h"
#include "service/licence/licence.h"

struct serve_licence {
    struct api *api;
    struct licence *licence;
};

/* keys: of passes; api and vault outlive it. EXIT_OK, or says why not and gives the exit code. */
int serve_licence_open(struct app *app, const struct pass_keys *keys, struct vault *vault,
                       struct api *api, struct serve_licence *out);
void serve_licence_close(struct serve_licence *licence);

#endif
