/* Why something may be watched or not; and what opens and closes. */
#include "app/commands.h"
#include "base/clock.h"
#include "service/rights/rights.h"

const struct app_option options_rights_explain[] = {
    { "territory", "CC", "where: ISO 3166-1", false },
    { "at", "INSTANT", "when: RFC 3339, or a date in the territory's time (now)", false },
    { "member", "EMAIL", "who asks (a member whose subscription runs)", false },
    { "season", "N", "of a series", false },
    { "episode", "N", "of that season, or of the first; else the best one", false },
    { 0 },
};
const struct app_option options_rights_calendar[] = {
    { "territory", "CC", "only there (all that the house has set)", false },
    { "from", "INSTANT", "from when on (now)", false },
    { "weeks", "N", "how many are looked ahead (4)", false },
    { 0 },
};

enum { ANSWER_MAX = 64 * 1024 * 1024, NUMBER_MAX = 10000, WEEKS_MAX = 520 };

/* Says what was asked for wrongly; usage errors are those of a value on the command line. */
static int fail(struct app *app, enum err err, const struct rights_problem *why)
{
    int code = err == ERR_ARGUMENT || err == ERR_MALFORMED ? EXIT_USAGE : EXIT_REFUSED;
    if (err == ERR_IO || err == ERR_MEMORY || err == ERR_INTERNAL)
        code = EXIT_INTERNAL;
    return app_fail(app, code, "%s%s%s%s", why->field[0] != 0 ? "--" : "", why->field,
                    why->field[0] != 0 ? ": " : "", why->text);
}

int cmd_rights_explain(struct app *app)
{
    struct rights_explain_params params = { .what = app->operands[0],
                                            .territory = app_value(app, "territory"),
                                            .at = app_value(app, "at"),
                                            .member = app_value(app, "member") };
    struct rights_explanation explanation;
    struct rights_problem why;
    struct buf out;
    long long season, episode;
    if (params.territory == NULL)
        return app_usage(app, "--territory is missing: where?");
    if (!app_number(app, "season", 0, NUMBER_MAX, 0, &season) ||
        !app_number(app, "episode", 0, NUMBER_MAX, 0, &episode))
        return EXIT_USAGE;
    params.season = (int)season;
    params.episode = (int)episode;
    params.has_season = app_flag(app, "season");
    params.has_episode = app_flag(app, "episode");
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    params.now = clock_now();
    buf_init(&out, ANSWER_MAX);
    struct json_writer w = json_writer_of(&out);
    enum err err = OK;
    if (app->is_json) {
        err = rights_explain_json(app->store, app->arena, &params, &w, &why);
        buf_text(&out, "\n");
    } else {
        err = rights_explain_find(app->store, app->arena, &params, &explanation, &why);
        if (err == OK)
            rights_explanation_text(&explanation, &out);
    }
    code = err == OK ? app_print_list(app, OK, &out, params.what) : fail(app, err, &why);
    buf_finish(&out);
    return code;
}

int cmd_rights_calendar(struct app *app)
{
    struct rights_calendar_params params = { .territory = app_value(app, "territory"),
                                             .from = app_value(app, "from") };
    struct rights_calendar calendar;
    struct rights_problem why;
    struct buf out;
    long long weeks;
    if (!app_number(app, "weeks", 1, WEEKS_MAX, 0, &weeks))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    params.weeks = (int)weeks;
    params.home = app->settings.territory;
    params.now = clock_now();
    buf_init(&out, ANSWER_MAX);
    struct json_writer w = json_writer_of(&out);
    enum err err = OK;
    if (app->is_json) {
        err = rights_calendar_json(app->store, app->arena, &params, &w, &why);
        buf_text(&out, "\n");
    } else {
        err = rights_calendar_find(app->store, app->arena, &params, &calendar, &why);
        if (err == OK)
            rights_calendar_text(&calendar, &out);
    }
    code = err == OK ? app_print_list(app, OK, &out, "calendar") : fail(app, err, &why);
    buf_finish(&out);
    return code;
}
