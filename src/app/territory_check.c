#include "app/commands.h"
#include "app/territory.h"
#include "base/clock.h"

const struct app_option options_territory_check[] = {
    { "at", "DATE", "as of this day or instant; now when not said", false },
    { "strict", NULL, "end with 1 when it is not ready", false },
    { 0 },
};

enum { REPORT_MAX = 64 * 1024 * 1024 };

static void put(const struct launch_check *check, struct buf *out)
{
    const struct territory *t = &check->territory;
    const struct check_report *report = &check->report;
    char at[ZONE_TIME_TEXT];
    zone_format(territory_zone(t), check->at, at);
    buf_printf(out, "%s %s at %s: %s\n", t->code, territory_facts(t->code)->name_en, at,
               report->is_ready ? "ready" : "not ready");
    buf_printf(out,
               "%d of %d titles may be shown; of these %d are rated, %d can be heard or read in "
               "%s\n",
               report->cleared, report->titles, report->rated, report->in_language,
               territory_languages(t));
    territory_put_report(check, false, out);
}

int cmd_territory_check(struct app *app)
{
    char cc[3];
    struct territory territory;
    struct launch_check check;
    struct buf out;
    utc_time at;
    if (!territory_code(app, app->operands[0], cc))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code == EXIT_OK)
        code = territory_load(app, cc, &territory);
    if (code != EXIT_OK)
        return code;
    if (!territory_at(app, &territory, &at))
        return EXIT_USAGE;
    enum err err = launch_check(app->store, app->arena, cc, at, &check);
    if (err != OK)
        return app_error(app, err, cc);
    buf_init(&out, REPORT_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        launch_check_write(&w, &check);
        buf_text(&out, "\n");
    } else {
        put(&check, &out);
    }
    code = app_print_list(app, OK, &out, cc);
    buf_finish(&out);
    if (code == EXIT_OK && app_flag(app, "strict") && !check.report.is_ready)
        code = EXIT_REFUSED;
    return code;
}
