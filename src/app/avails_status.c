/* Telling a studio what became of its offers. */
#include "app/commands.h"
#include "app/put_file.h"
#include "base/clock.h"
#include "service/rights/rights.h"

const struct app_option options_avails_status[] = {
    { "studio", "NAME", "whose offers", false },
    { "out", "FILE", "write it there and not on standard output", false },
    { 0 },
};

enum { STATUS_MAX = 512 * 1024 * 1024 };

int cmd_avails_status(struct app *app)
{
    struct rights_problem why;
    struct buf xml;
    const char *path = app_value(app, "out");
    struct rights_status_params params = { .studio = app_value(app, "studio"), .now = clock_now() };
    if (params.studio == NULL)
        return app_usage(app, "--studio is missing: whose offers?");
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    params.home = app->settings.territory;
    params.public_url = app->settings.public_url;
    buf_init(&xml, STATUS_MAX);
    enum err err = rights_status_write(app->store, app->arena, &params, &xml, &why);
    if (err != OK)
        code = app_fail(app, err == ERR_IO ? EXIT_INTERNAL : EXIT_REFUSED, "%s", why.text);
    else if (path == NULL)
        code = app_print_list(app, OK, &xml, "the answer cannot be written");
    else if ((err = put_file(path, &xml)) != OK)
        code = app_error(app, err, path);
    buf_finish(&xml);
    return code;
}
