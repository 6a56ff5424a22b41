#include "app/commands.h"
#include "base/clock.h"
#include "driver/store/titles.h"
#include "service/rights/rights.h"

const struct app_option options_publish[] = {
    { "at", "INSTANT", "when: RFC 3339, or local time as 2013-07-15T00:00:00 (now)", false },
    { "territory", "CC", "whose local time (the house's)", false },
    { 0 },
};

static int move(struct app *app, title_id id, enum title_state to)
{
    enum err err = store_title_move(app->store, id, to, clock_now());
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "%s: was never published", id.s);
    return err == OK ? EXIT_OK : app_error(app, err, id.s);
}

static int read_at(struct app *app, utc_time *out)
{
    const char *at = app_value(app, "at"), *territory = app_value(app, "territory");
    const struct zone *zone;
    const char *place = territory != NULL ? territory : app->settings.territory;
    enum err err = rights_zone(app->store, app->arena, place, &zone);
    if (err == ERR_ARGUMENT)
        return app_usage(app, "--territory: %s is no country of ISO 3166-1", place);
    if (err != OK)
        return app_error(app, err, place);
    if (rights_instant_parse(at, zone, out) != OK)
        return app_usage(app, "--at: must be an instant as in 2013-07-15T00:00:00+02:00");
    return EXIT_OK;
}

static int publish_at(struct app *app, title_id id, utc_time at)
{
    enum err err = store_title_publish(app->store, id, at, clock_now());
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "%s: is published already", id.s);
    return err == OK ? EXIT_OK : app_error(app, err, id.s);
}

/* Without an instant: now, also when the first publication was planned for later. */
static int publish_now(struct app *app, title_id id)
{
    struct title title;
    utc_time now = clock_now();
    enum err err = store_title_get(app->store, app->arena, id, &title);
    if (err != OK)
        return app_error(app, err, id.s);
    bool is_planned = title.state == TITLE_PUBLISHED && title.published.us > now.us;
    return is_planned ? publish_at(app, id, now) : move(app, id, TITLE_PUBLISHED);
}

int cmd_publish(struct app *app)
{
    title_id id;
    utc_time at;
    if (!app_id(app, app->operands[0], "ID", id.s))
        return EXIT_USAGE;
    if (app_flag(app, "territory") && !app_flag(app, "at"))
        return app_usage(app, "--territory: of which --at?");
    int code = app_open(app);
    if (code != EXIT_OK || !app_flag(app, "at"))
        return code == EXIT_OK ? publish_now(app, id) : code;
    code = read_at(app, &at);
    return code == EXIT_OK ? publish_at(app, id, at) : code;
}

int cmd_withdraw(struct app *app)
{
    title_id id;
    if (!app_id(app, app->operands[0], "ID", id.s))
        return EXIT_USAGE;
    int code = app_open(app);
    return code == EXIT_OK ? move(app, id, TITLE_WITHDRAWN) : code;
}
