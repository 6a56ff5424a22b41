#include <string.h>

#include "app/commands.h"
#include "app/title_fields.h"
#include "base/clock.h"
#include "driver/store/titles.h"

const struct app_option options_title_add[] = {
    { "kind", "film|series", "what it is", false },
    TITLE_FIELD_OPTIONS,
    { 0 },
};

static int read_kind(struct app *app, enum title_kind *out)
{
    const char *kind = app_value(app, "kind");
    if (kind != NULL && strcmp(kind, "film") == 0)
        *out = TITLE_FILM;
    else if (kind != NULL && strcmp(kind, "series") == 0)
        *out = TITLE_SERIES;
    else
        return app_usage(app, "--kind: must be film or series");
    return EXIT_OK;
}

int cmd_title_add(struct app *app)
{
    struct title title = { .version = 1, .created = clock_now() };
    title.changed = title.created;
    if (app_value(app, "title") == NULL)
        return app_usage(app, "--title is missing");
    int code = read_kind(app, &title.kind);
    if (code == EXIT_OK)
        code = title_fields_apply(app, &title);
    if (code == EXIT_OK)
        code = title_fields_open(app);
    if (code != EXIT_OK)
        return code;
    id_new(title.id.s);
    enum err err = store_title_add(app->store, &title);
    if (err != OK)
        return app_error(app, err, "the title cannot be added");
    code = title_fields_images(app, title.id.s, false);
    return code == EXIT_OK ? app_print_id(app, title.id.s) : code;
}
