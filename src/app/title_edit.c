#include "app/commands.h"
#include "app/title_fields.h"
#include "base/clock.h"
#include "driver/store/rights.h"
#include "driver/store/titles.h"

const struct app_option options_title_edit[] = {
    TITLE_FIELD_OPTIONS,
    { 0 },
};

/* Whose a title is does not stand among its texts: it decides whether it is shown at all. */
static int license(struct app *app, struct title *title)
{
    struct title now;
    enum err err = store_title_licensed(app->store, title->id, title->is_licensed, clock_now());
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "--own: avails are linked to it; unlink them first");
    if (err == OK)
        err = store_title_get(app->store, app->arena, title->id, &now);
    if (err == OK)
        title->version = now.version;
    return err == OK ? EXIT_OK : app_error(app, err, title->id.s);
}

int cmd_title_edit(struct app *app)
{
    title_id id;
    struct title title;
    if (!app_id(app, app->operands[0], "ID", id.s))
        return EXIT_USAGE;
    int code = title_fields_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_title_get(app->store, app->arena, id, &title);
    if (err != OK)
        return app_error(app, err, id.s);
    bool was_licensed = title.is_licensed;
    code = title_fields_apply(app, &title);
    if (code != EXIT_OK)
        return code;
    if (title.is_licensed != was_licensed)
        code = license(app, &title);
    if (code != EXIT_OK)
        return code;
    err = store_title_update(app->store, &title, clock_now());
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "somebody else changed it just now; look at it again");
    if (err != OK)
        return app_error(app, err, id.s);
    return title_fields_images(app, id.s, false);
}
