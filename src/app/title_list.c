#include <stdio.h>

#include "app/commands.h"
#include "app/list.h"
#include "driver/store/titles.h"
#include "rules/catalog/title_json.h"

const struct app_option options_title_list[] = {
    { "search", "WORDS", "only titles and names with these words", false },
    { "kind", "film|series", "only these", false },
    { "published", NULL, "only what members may see", false },
    { 0 },
};

static void put(const struct title *t, bool is_ready, bool is_json, struct json_writer *w)
{
    if (is_json) {
        json_object(w, NULL);
        title_json_fields(t, is_ready, w);
        json_end(w);
        return;
    }
    buf_printf(w->out, "%s  %-9s  %-6s  %s  %s", t->id.s, title_state_name(t->state),
               title_kind_name(t->kind), is_ready ? "ready" : "-----", t->original_title);
    if (t->year != 0)
        buf_printf(w->out, " (%d)", t->year);
    buf_text(w->out, "\n");
}

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    struct title_filter *filter = context;
    struct title_page page;
    filter->after = after;
    enum err err = store_titles_list(app->store, arena, filter, &page);
    for (size_t i = 0; err == OK && i < page.n; i++)
        put(&page.titles[i], page.ready[i], app->is_json, w);
    if (err == OK)
        *next = page.next;
    return err;
}

int cmd_title_list(struct app *app)
{
    struct title_filter filter = { .any_state = !app_flag(app, "published"),
                                   .kind = app_value(app, "kind"),
                                   .search = app_value(app, "search"),
                                   .limit = 200 };
    int code = app_open(app);
    return code == EXIT_OK ? app_list(app, put_page, &filter, "the titles cannot be listed") : code;
}
