/* Studios: who licenses titles to the house. */
#include "app/commands.h"
#include "base/clock.h"
#include "base/text.h"
#include "service/rights/rights.h"

#include <string.h>

const struct app_option options_studio_add[] = {
    { "contact", "TEXT", "whom to write to", false },
    { 0 },
};

enum { NAME_MAX_BYTES = 200, CONTACT_MAX_BYTES = 1000, STUDIOS_MAX = 16 * 1024 * 1024 };

int cmd_studio_add(struct app *app)
{
    struct store_studio studio = { .name = app->operands[0],
                                   .contact = app_value(app, "contact"),
                                   .created = clock_now() };
    size_t n = strlen(studio.name);
    if (n == 0 || n > NAME_MAX_BYTES || !text_is_line(studio.name, n))
        return app_usage(app, "NAME: must be one line of 1 to 200 bytes");
    n = studio.contact != NULL ? strlen(studio.contact) : 0;
    if (n > CONTACT_MAX_BYTES || !text_is_line(n > 0 ? studio.contact : "", n))
        return app_usage(app, "--contact: must be one line of at most 1,000 bytes");
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    id_new(studio.id.s);
    enum err err = store_studio_add(app->store, &studio);
    if (err != OK)
        return app_error(app, err, studio.name);
    return app_print_id(app, studio.id.s);
}

int cmd_studio_list(struct app *app)
{
    struct buf out;
    struct store_studio *studios = NULL;
    size_t n = 0;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    buf_init(&out, STUDIOS_MAX);
    struct json_writer w = json_writer_of(&out);
    enum err err = OK;
    if (app->is_json) {
        err = rights_studios_json(app->store, app->arena, &w);
        buf_text(&out, "\n");
    } else {
        err = store_studios_list(app->store, app->arena, &studios, &n);
    }
    for (size_t i = 0; i < n; i++)
        buf_printf(&out, "%s  %s%s%s\n", studios[i].id.s, studios[i].name,
                   studios[i].contact != NULL ? "  " : "",
                   studios[i].contact != NULL ? studios[i].contact : "");
    code = app_print_list(app, err, &out, "the studios cannot be listed");
    buf_finish(&out);
    return code;
}
