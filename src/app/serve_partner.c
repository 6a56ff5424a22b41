#include "app/serve_partner.h"

int app_partner_open(struct app *app, const struct app_billing *billing,
                     struct partner_service **out)
{
    struct partner_params params = { .store = app->store,
                                     .billing = billing_ops(billing->billing),
                                     .secret_key = &billing->key,
                                     .public_url = app->settings.public_url,
                                     .home = app_home(app) };
    enum err err = partner_service_create(&params, out);
    return err == OK ? EXIT_OK : app_error(app, err, "partners");
}

int app_partner_start(struct app *app, struct partner_service *service)
{
    enum err err = partner_service_start(service);
    return err == OK ? EXIT_OK : app_error(app, err, "partners");
}

int app_partner_find(struct app *app, const char *who, struct partner *out)
{
    enum err err = store_partner_find(app->store, app->arena, who, out);
    if (err == ERR_NOT_FOUND)
        return app_fail(app, EXIT_REFUSED, "%s: there is no such partner", who);
    return err == OK ? EXIT_OK : app_error(app, err, who);
}
