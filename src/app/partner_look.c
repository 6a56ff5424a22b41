/* What a partner's boxes look like. */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/serve_partner.h"
#include "app/take_file.h"
#include "base/clock.h"
#include "driver/store/boxes.h"
#include "rules/partners/box_json.h"

const struct app_option options_partner_look[] = {
    { "name", "TEXT", "what the service is called on its boxes", false },
    { "ground", "#RRGGBB", "what everything stands on", false },
    { "text", "#RRGGBB", "contrast with the ground: 4.5 or more", false },
    { "accent", "#RRGGBB", "of the focus and of progress; contrast: 3 or more", false },
    { "logo", "FILE", "a PNG or JPEG of at most 256 KiB", false },
    { "home-rows", "LIST", "their order: continue,new,genre:drama; others follow", false },
    { 0 },
};

enum { OUT_MAX = 64 * 1024 };

/* ---- what is set ----------------------------------------------------------------------------- */

/* Anything but the logo, which is kept by itself. */
static bool says_fields(const struct app *app)
{
    for (size_t i = 0; options_partner_look[i].name != NULL; i++) {
        const char *name = options_partner_look[i].name;
        if (strcmp(name, "logo") != 0 && app_value(app, name) != NULL)
            return true;
    }
    return false;
}

/* An empty value: the service's own again. EXIT_OK, or said. */
static int read_fields(struct app *app, struct look *look)
{
    char why[LOOK_WHY];
    const char *name = app_value(app, "name"), *rows = app_value(app, "home-rows"), *field;
    if (name != NULL)
        look->name = name[0] != 0 ? name : NULL;
    for (unsigned i = 0; i < LOOK_COLOUR_COUNT; i++) {
        const char *word = look_colour_word((enum look_colour)i), *text = app_value(app, word);
        if (text == NULL)
            continue;
        look->colours[i][0] = 0;
        if (text[0] != 0 && !look_colour_parse(text, look->colours[i]))
            return app_usage(app, "--%s: must be a colour, as #ffb84d", word);
    }
    if (rows != NULL && look_rows_parse(app->arena, rows, look, why) != OK)
        return app_usage(app, "--home-rows: %s", why);
    if (look_validate(look, &field, why) != OK)
        return app_fail(app, EXIT_REFUSED, "%s: %s", field, why);
    return EXIT_OK;
}

static int take_logo(struct app *app, const char *path, const char **logo)
{
    const uint8_t *bytes;
    size_t n;
    char id[ID_TEXT];
    int code = take_file(app, path, LOOK_LOGO_MAX, &bytes, &n);
    if (code != EXIT_OK)
        return code;
    const char *kind = look_logo_kind(bytes, n);
    if (kind == NULL)
        return app_fail(app, EXIT_REFUSED,
                        "%s: must be a PNG or JPEG of at most 4096 pixels a side", path);
    id_new(id);
    *logo = arena_printf(app->arena, "files/%s.%s", id, kind);
    enum err err = blob_put(app->blobs, *logo, bytes, n);
    return err == OK ? EXIT_OK : app_error(app, err, path);
}

/* The one that nobody names goes: the logo before, or what could not take its place. */
static int put_logo(struct app *app, const struct partner *partner, const char *path)
{
    const char *logo = NULL, *before = NULL;
    int code = path[0] != 0 ? take_logo(app, path, &logo) : EXIT_OK;
    if (code != EXIT_OK)
        return code;
    enum err err = store_logo_put(app->store, app->arena, partner->id, logo, clock_now(), &before);
    const char *left = err == OK ? before : logo;
    enum err removed = left != NULL ? blob_remove(app->blobs, left) : OK;
    if (err != OK)
        return app_error(app, err, partner->name);
    return removed == OK || removed == ERR_NOT_FOUND ? EXIT_OK : app_error(app, removed, left);
}

static int change(struct app *app, const struct partner *partner, struct look *look)
{
    const char *path = app_value(app, "logo");
    int code = read_fields(app, look);
    if (code == EXIT_OK && path != NULL)
        code = put_logo(app, partner, path);
    if (code != EXIT_OK || !says_fields(app))
        return code;
    enum err err = store_look_put(app->store, partner->id, look, clock_now());
    return err == OK ? EXIT_OK : app_error(app, err, partner->name);
}

/* ---- what is shown --------------------------------------------------------------------------- */

static void put_look(struct app *app, const struct look *look, struct buf *out)
{
    const char *rows = look_rows_text(app->arena, look);
    buf_printf(out, "name       %s\n", look->name != NULL ? look->name : app->settings.name);
    for (unsigned i = 0; i < LOOK_COLOUR_COUNT; i++) {
        enum look_colour colour = (enum look_colour)i;
        buf_printf(out, "%-9s  %s%s\n", look_colour_word(colour), look_colour(look, colour),
                   look->colours[i][0] != 0 ? "" : "  (the service's)");
    }
    buf_printf(out, "logo       %s\nhome rows  %s\n", look->logo != NULL ? look->logo : "none",
               rows != NULL ? rows : "as the service has them");
}

int cmd_partner_look(struct app *app)
{
    struct partner partner;
    struct look look;
    struct buf out;
    int code = app_open(app);
    if (code == EXIT_OK)
        code = app_partner_find(app, app->operands[0], &partner);
    if (code != EXIT_OK)
        return code;
    enum err err = store_look_get(app->store, app->arena, partner.id, &look);
    if (err != OK)
        return app_error(app, err, partner.name);
    if (says_fields(app) || app_value(app, "logo") != NULL)
        return change(app, &partner, &look);
    buf_init(&out, OUT_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        look_json(&w, NULL, &look);
        buf_text(&out, "\n");
    } else {
        put_look(app, &look, &out);
    }
    code = app_print_list(app, OK, &out, partner.name);
    buf_finish(&out);
    return code;
}
