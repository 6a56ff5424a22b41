#include "app/list.h"

enum { LIST_MAX = 1024 * 1024 * 1024 };

static enum err put_pages(struct app *app, app_page_fn page, void *context, struct json_writer *w)
{
    const char *after = NULL;
    do {
        struct arena *arena = arena_create();
        const char *next = NULL;
        enum err err = page(app, context, arena, after, w, &next);
        after = err == OK ? arena_strdup(app->arena, next) : NULL;
        arena_destroy(&arena);
        if (err != OK)
            return err;
    } while (after != NULL);
    return OK;
}

int app_list(struct app *app, app_page_fn page, void *context, const char *cannot)
{
    struct buf out;
    buf_init(&out, LIST_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_array(&w, "items");
    }
    enum err err = put_pages(app, page, context, &w);
    if (app->is_json) {
        json_end(&w);
        json_end(&w);
        buf_text(&out, "\n");
    }
    int code = app_print_list(app, err, &out, cannot);
    buf_finish(&out);
    return code;
}
