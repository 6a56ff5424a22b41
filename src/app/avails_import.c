/* Taking in what a studio sent. */
#include "app/commands.h"
#include "base/clock.h"
#include "service/rights/rights.h"

const struct app_option options_avails_import[] = {
    { "studio", "NAME", "whose file it is, whatever it says itself", false },
    { "dry-run", NULL, "say what would change, and change nothing", false },
    { "strict", NULL, "take nothing when anything is refused", false },
    { "add-titles", NULL, "make drafts of titles that are not known yet", false },
    { 0 },
};

enum { REPORT_MAX = 256 * 1024 * 1024 };

static int print(struct app *app, const struct rights_import *import)
{
    struct buf out;
    buf_init(&out, REPORT_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        rights_import_json(import, &w);
        buf_text(&out, "\n");
    } else {
        rights_import_text(import, &out);
    }
    int code = app_print_list(app, OK, &out, "the answer cannot be written");
    buf_finish(&out);
    return code;
}

int cmd_avails_import(struct app *app)
{
    struct rights_import import;
    struct rights_problem why;
    struct store_studio studio;
    const char *who = app_value(app, "studio");
    if (who != NULL && who[0] == 0)
        return app_usage(app, "--studio: a name is missing");
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    if (who != NULL && store_studio_find(app->store, app->arena, who, &studio) == OK)
        who = studio.name;
    struct rights_import_params params = { .path = app->operands[0],
                                           .studio = who,
                                           .home = app->settings.territory,
                                           .dry_run = app_flag(app, "dry-run"),
                                           .is_strict = app_flag(app, "strict"),
                                           .adds_titles = app_flag(app, "add-titles"),
                                           .now = clock_now() };
    enum err err = rights_import_file(app->store, app->arena, &params, &import, &why);
    if (err == ERR_IO || err == ERR_NO_SPACE || err == ERR_MEMORY || err == ERR_INTERNAL)
        return app_fail(app, EXIT_INTERNAL, "%s", why.text);
    if (err != OK)
        return app_fail(app, EXIT_REFUSED, "%s", why.text);
    code = print(app, &import);
    if (code == EXIT_OK && !import.is_taken)
        return app_fail(app, EXIT_REFUSED, "%s: refused as a whole, nothing has changed",
                        app->operands[0]);
    return code;
}
