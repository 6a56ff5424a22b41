#include <stdio.h>

#include "app/commands.h"
#include "driver/store/titles.h"
#include "rules/catalog/title_json.h"

const struct app_option options_title_list[] = {
    { "search", "WORDS", "only titles and names with these words", false },
    { "kind", "film|series", "only these", false },
    { "published", NULL, "only what members may see", false },
    { 0 },
};

enum { LIST_MAX = 256 * 1024 * 1024 };

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

static enum err put_pages(struct app *app, struct title_filter *filter, struct json_writer *w)
{
    do {
        struct arena *arena = arena_create();
        struct title_page page;
        enum err err = store_titles_list(app->store, arena, filter, &page);
        for (size_t i = 0; err == OK && i < page.n; i++)
            put(&page.titles[i], page.ready[i], app->is_json, w);
        filter->after = err == OK ? arena_strdup(app->arena, page.next) : NULL;
        arena_destroy(&arena);
        if (err != OK)
            return err;
    } while (filter->after != NULL);
    return OK;
}

int cmd_title_list(struct app *app)
{
    struct title_filter filter = { .any_state = !app_flag(app, "published"),
                                   .kind = app_value(app, "kind"),
                                   .search = app_value(app, "search"),
                                   .limit = 200 };
    struct buf out;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    buf_init(&out, LIST_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_array(&w, "items");
    }
    enum err err = put_pages(app, &filter, &w);
    if (app->is_json) {
        json_end(&w);
        json_end(&w);
        buf_text(&out, "\n");
    }
    code = app_print_list(app, err, &out, "the titles cannot be listed");
    buf_finish(&out);
    return code;
}
