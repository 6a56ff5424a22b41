#include "app/commands.h"
#include "app/title_fields.h"
#include "base/clock.h"
#include "driver/store/titles.h"

const struct app_option options_title_edit[] = {
    TITLE_FIELD_OPTIONS,
    { 0 },
};

int cmd_title_edit(struct app *app)
{
    title_id id;
    struct title title;
    if (!app_id(app, app->operands[0], "ID", id.s))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_title_get(app->store, app->arena, id, &title);
    if (err != OK)
        return app_error(app, err, id.s);
    code = title_fields_apply(app, &title);
    if (code != EXIT_OK)
        return code;
    err = store_title_update(app->store, &title, clock_now());
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "somebody else changed it just now; look at it again");
    if (err != OK)
        return app_error(app, err, id.s);
    return title_fields_images(app, id.s, false);
}
