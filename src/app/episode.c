/* Episodes and seasons of a series. */
#include <string.h>

#include "app/commands.h"
#include "app/title_fields.h"
#include "driver/store/titles.h"

#define EPISODE_TEXT_OPTIONS                                                                       \
    { "title-in", "LANG=TEXT", "its title in a language", true },                                  \
        { "synopsis", "LANG=TEXT", "its synopsis in a language", true },                           \
        { "runtime", "MINUTES", "as delivered", false },                                           \
    {                                                                                              \
        "still", "FILE", "JPEG, wide", false                                                       \
    }

const struct app_option options_episode_add[] = {
    { "season", "N", "number of the season; 0: specials", false },
    { "episode", "N", "number in the season", false },
    EPISODE_TEXT_OPTIONS,
    { 0 },
};
const struct app_option options_episode_edit[] = {
    EPISODE_TEXT_OPTIONS,
    { 0 },
};
const struct app_option options_season_edit[] = {
    { "season", "N", "number of the season", false },
    { "title-in", "LANG=TEXT", "its title in a language", true },
    { "synopsis", "LANG=TEXT", "its synopsis in a language", true },
    { 0 },
};

enum { NUMBER_MAX = 9999 };

static bool read_number(struct app *app, const char *option, int *out)
{
    long long v = 0;
    if (app_value(app, option) == NULL) {
        app_usage(app, "--%s is missing", option);
        return false;
    }
    if (!app_number(app, option, 0, NUMBER_MAX, 0, &v))
        return false;
    *out = (int)v;
    return true;
}

static int apply(struct app *app, struct title_episode *e)
{
    long long runtime = 0;
    struct title_problem why;
    if (!app_number(app, "runtime", 0, 100000, e->runtime_minutes, &runtime))
        return EXIT_USAGE;
    e->runtime_minutes = (int)runtime;
    int code = title_fields_texts(app, &e->texts, &e->n_texts);
    if (code == EXIT_OK && title_episode_validate(e, &why) != OK)
        code = app_usage(app, "%s: %s", why.field, why.text);
    return code;
}

int cmd_episode_add(struct app *app)
{
    struct title_episode e = { 0 };
    if (!app_id(app, app->operands[0], "SERIES", e.series.s) ||
        !read_number(app, "season", &e.season) || !read_number(app, "episode", &e.number))
        return EXIT_USAGE;
    id_new(e.id.s);
    int code = apply(app, &e);
    if (code == EXIT_OK)
        code = title_fields_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_episode_add(app->store, &e);
    if (err == ERR_EXISTS)
        return app_fail(app, EXIT_REFUSED, "season %d has an episode %d already", e.season,
                        e.number);
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "%s is a film, not a series", e.series.s);
    if (err != OK)
        return app_error(app, err, e.series.s);
    code = title_fields_images(app, e.id.s, true);
    return code == EXIT_OK ? app_print_id(app, e.id.s) : code;
}

int cmd_episode_edit(struct app *app)
{
    playable_id id;
    struct title title;
    struct title_episode e;
    if (!app_id(app, app->operands[0], "ID", id.s))
        return EXIT_USAGE;
    int code = title_fields_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_playable_find(app->store, app->arena, id, &title, &e);
    if (err == OK && e.id.s[0] == 0)
        return app_fail(app, EXIT_REFUSED, "%s is a film: `lanterne title edit`", id.s);
    if (err != OK)
        return app_error(app, err, id.s);
    code = apply(app, &e);
    if (code != EXIT_OK)
        return code;
    err = store_episode_update(app->store, &e);
    if (err != OK)
        return app_error(app, err, id.s);
    return title_fields_images(app, id.s, true);
}

int cmd_season_edit(struct app *app)
{
    title_id id;
    struct title_season season = { 0 };
    struct series_listing series;
    if (!app_id(app, app->operands[0], "SERIES", id.s) ||
        !read_number(app, "season", &season.number))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_series_get(app->store, app->arena, id, &series);
    if (err != OK)
        return app_error(app, err, id.s);
    for (size_t i = 0; i < series.n_seasons; i++) {
        if (series.seasons[i].number == season.number)
            season = series.seasons[i];
    }
    code = title_fields_texts(app, &season.texts, &season.n_texts);
    if (code != EXIT_OK)
        return code;
    err = store_season_put(app->store, id, &season);
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "%s is a film, not a series", id.s);
    return err == OK ? EXIT_OK : app_error(app, err, id.s);
}
