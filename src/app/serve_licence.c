#include "app/serve_licence.h"

/* Licences ask the API: services do not know one another. */
static enum err may_go_on(void *context, struct http_request *rq, const struct stream *stream,
                          struct licence_verdict *out)
{
    struct serve_licence *l = context;
    struct api_going going;
    enum err err = api_may_go_on(l->api, rq, stream, &going);
    *out = (struct licence_verdict){ .may_play = going.may_play,
                                     .format = going.format,
                                     .stop = going.stop };
    return err;
}

int serve_licence_open(struct app *app, const struct pass_keys *keys, struct vault *vault,
                       struct api *api, struct serve_licence *out)
{
    out->api = api;
    enum err err = licence_create(&(struct licence_params){ .store = app->store,
                                                            .vault = vault,
                                                            .keys = keys->licence,
                                                            .n_keys = keys->n_licence,
                                                            .issuer = keys->issuer,
                                                            .may_go_on = may_go_on,
                                                            .context = out },
                                  &out->licence);
    return err == OK ? EXIT_OK : app_error(app, err, "licences cannot be given");
}

void serve_licence_close(struct serve_licence *licence)
{
    licence_destroy(&licence->licence);
}
