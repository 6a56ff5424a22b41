/* What a studio says of titles: MEC and manifests. */
#include <string.h>

#include "app/commands.h"
#include "base/clock.h"
#include "service/metadata/metadata.h"

const struct app_option options_mec_import[] = {
    { "title", "ID", "the title it is about, when nothing of it is known yet", false },
    { "season", "N", "of a season or an episode that does not say it", false },
    { "add-title", NULL, "make a draft of a film or a series that nobody knows", false },
    { "dry-run", NULL, "only say what would change", false },
    { 0 },
};

enum { REPORT_MAX = 16 * 1024 * 1024, SEASON_MAX = 1000 };

static int print(struct app *app, const struct metadata_import *import)
{
    struct buf out;
    buf_init(&out, REPORT_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json)
        metadata_import_json(import, &w);
    else
        metadata_import_text(import, &out);
    int code = app->is_json ? app_print(app, &out)
                            : app_print_list(app, OK, &out, "the report cannot be printed");
    buf_finish(&out);
    return code;
}

int cmd_mec_import(struct app *app)
{
    struct metadata_import import;
    struct metadata_problem why = { "" };
    title_id id;
    long long season = -1;
    struct metadata_params params = { .path = app->operands[0],
                                      .title = app_value(app, "title"),
                                      .adds_titles = app_flag(app, "add-title"),
                                      .dry_run = app_flag(app, "dry-run"),
                                      .now = clock_now() };
    if (params.title != NULL && !app_id(app, params.title, "--title", id.s))
        return EXIT_USAGE;
    if (!app_number(app, "season", 0, SEASON_MAX, -1, &season))
        return EXIT_USAGE;
    params.season = (int)season;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = metadata_import_file(app->store, app->arena, &params, &import, &why);
    if (err != OK)
        return app_fail(app, EXIT_REFUSED, "%s", why.text);
    code = print(app, &import);
    if (code == EXIT_OK && !import.is_taken)
        code = app_fail(app, EXIT_REFUSED, "nothing was changed: %zu refused", import.n_refused);
    return code;
}
