#include "app/commands.h"
#include "base/clock.h"
#include "driver/store/titles.h"

static int move(struct app *app, enum title_state to)
{
    title_id id;
    if (!app_id(app, app->operands[0], "ID", id.s))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_title_move(app->store, id, to, clock_now());
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "%s: was never published", id.s);
    return err == OK ? EXIT_OK : app_error(app, err, id.s);
}

int cmd_publish(struct app *app)
{
    return move(app, TITLE_PUBLISHED);
}

int cmd_withdraw(struct app *app)
{
    return move(app, TITLE_WITHDRAWN);
}
