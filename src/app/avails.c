/* Avails looked at and linked to titles. */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/list.h"
#include "base/clock.h"
#include "base/text.h"
#include "driver/store/titles.h"
#include "service/rights/rights.h"

const struct app_option options_avails_list[] = {
    { "studio", "NAME", "only what this studio offers", false },
    { "title", "ID", "only what is linked to this title", false },
    { "unlinked", NULL, "only what is linked to no title", false },
    { 0 },
};
const struct app_option options_avails_show[] = {
    { "studio", "NAME", "when two studios use the same ALID", false },
    { 0 },
};
const struct app_option options_avails_link[] = {
    { "studio", "NAME", "when two studios use the same ALID", false },
    { "season", "N", "a season of the series", false },
    { "episode", "N", "an episode of that season", false },
    { 0 },
};
const struct app_option options_avails_export[] = {
    { "studio", "NAME", "only what this studio offers", false },
    { 0 },
};

enum { LIST_MAX = 1024 * 1024 * 1024, NUMBER_MAX = 10000 };

/* The studio's own name, however it was written. */
static int find_studio(struct app *app, const char **out)
{
    struct store_studio studio;
    *out = app_value(app, "studio");
    if (*out == NULL)
        return EXIT_OK;
    enum err err = store_studio_find(app->store, app->arena, *out, &studio);
    if (err != OK)
        return app_error(app, err, arena_printf(app->arena, "studio %s", *out));
    *out = studio.name;
    return EXIT_OK;
}

static void put_line(const struct store_avail *a, struct buf *out)
{
    buf_printf(out, "%s  %s  %s  ", a->alid, a->studio, a->type != NULL ? a->type : "-");
    if (a->title_name != NULL)
        text_put_line(out, a->title_name, strlen(a->title_name));
    if (a->season >= 0)
        buf_printf(out, " S%d", a->season);
    if (a->episode >= 0)
        buf_printf(out, "E%d", a->episode);
    buf_printf(out, "  %s\n", a->title.s[0] != 0 ? a->title.s : "unlinked");
}

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    struct avail_filter *filter = context;
    struct store_avail *avails = NULL;
    size_t n = 0;
    filter->after = after;
    enum err err = store_avails_list(app->store, arena, filter, &avails, &n, next);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (app->is_json)
            rights_avail_json(&avails[i], false, w);
        else
            put_line(&avails[i], w->out);
    }
    return err;
}

int cmd_avails_list(struct app *app)
{
    struct avail_filter filter = { .title = app_value(app, "title"),
                                   .unlinked = app_flag(app, "unlinked"),
                                   .limit = 200 };
    title_id id;
    if (filter.title != NULL && !app_id(app, filter.title, "--title", id.s))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code == EXIT_OK)
        code = find_studio(app, &filter.studio);
    if (code != EXIT_OK)
        return code;
    return app_list(app, put_page, &filter, "the avails cannot be listed");
}

/* Opens the installation; the studio that was said; what an error on an ALID means. */
static int open_with_studio(struct app *app, const char **studio)
{
    int code = app_open(app);
    return code == EXIT_OK ? find_studio(app, studio) : code;
}

static int fail_alid(struct app *app, enum err err)
{
    const char *alid = app->operands[0];
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "%s: two studios use this ALID; say --studio", alid);
    if (err == ERR_NOT_FOUND)
        return app_fail(app, EXIT_REFUSED, "%s: no studio sent an avail of this ALID", alid);
    return app_error(app, err, alid);
}

int cmd_avails_show(struct app *app)
{
    struct store_avail avail;
    const char *studio = NULL;
    struct buf out;
    int code = open_with_studio(app, &studio);
    if (code != EXIT_OK)
        return code;
    enum err err = store_avail_get(app->store, app->arena, studio, app->operands[0], &avail);
    if (err != OK)
        return fail_alid(app, err);
    buf_init(&out, LIST_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        rights_avail_json(&avail, true, &w);
        buf_text(&out, "\n");
    } else {
        rights_avail_text(&avail, &out);
    }
    code = app_print_list(app, OK, &out, app->operands[0]);
    buf_finish(&out);
    return code;
}

static int read_part(struct app *app, const struct title *title, int *season, int *episode)
{
    long long s = -1, e = -1;
    if (!app_number(app, "season", 0, NUMBER_MAX, -1, &s) ||
        !app_number(app, "episode", 0, NUMBER_MAX, -1, &e))
        return EXIT_USAGE;
    if (title->kind == TITLE_FILM && (s >= 0 || e >= 0))
        return app_usage(app, "%s is a film: it has no seasons", title->original_title);
    if (e >= 0 && s < 0)
        return app_usage(app, "--episode: of which --season?");
    *season = (int)s;
    *episode = (int)e;
    return EXIT_OK;
}

int cmd_avails_link(struct app *app)
{
    struct title title;
    title_id id;
    const char *studio = NULL;
    int season = -1, episode = -1;
    if (!app_id(app, app->operands[1], "TITLE", id.s))
        return EXIT_USAGE;
    int code = open_with_studio(app, &studio);
    if (code != EXIT_OK)
        return code;
    enum err err = store_title_get(app->store, app->arena, id, &title);
    if (err != OK)
        return app_error(app, err, id.s);
    code = read_part(app, &title, &season, &episode);
    if (code != EXIT_OK)
        return code;
    err = store_avail_link(app->store, studio, app->operands[0], &id, season, episode, clock_now());
    return err == OK ? EXIT_OK : fail_alid(app, err);
}

int cmd_avails_unlink(struct app *app)
{
    const char *studio = NULL;
    int code = open_with_studio(app, &studio);
    if (code != EXIT_OK)
        return code;
    enum err err =
        store_avail_link(app->store, studio, app->operands[0], NULL, -1, -1, clock_now());
    return err == OK ? EXIT_OK : fail_alid(app, err);
}

int cmd_avails_export(struct app *app)
{
    const char *studio = NULL;
    struct buf out;
    int code = open_with_studio(app, &studio);
    if (code != EXIT_OK)
        return code;
    buf_init(&out, LIST_MAX);
    struct json_writer w = json_writer_of(&out);
    enum err err = rights_export_json(app->store, studio, &w);
    buf_text(&out, "\n");
    code = app_print_list(app, err, &out, "the avails cannot be exported");
    buf_finish(&out);
    return code;
}
