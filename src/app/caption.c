#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "base/text.h"
#include "driver/store/media.h"
#include "driver/store/titles.h"
#include "service/ingest/ingest.h"

const struct app_option options_caption_add[] = {
    { "title", "ID", "of the film or series", false },
    { "season", "N", "of a series", false },
    { "episode", "N", "of that season", false },
    { "language", "LANG", "of the text: BCP 47", false },
    { "kind", "KIND", "subtitles (as when not said), sdh or forced", false },
    { "label", "TEXT", "what menus say; the language's own name when not said", false },
    { "default", NULL, "shown unless the viewer chooses otherwise", false },
    { 0 },
};
const struct app_option options_caption_remove[] = {
    { "name", "NAME", "as `caption list` gives it: c-fr-sdh", false },
    { 0 },
};

static int read_options(struct app *app, struct ingest_caption *what)
{
    static const char *const kinds[] = { "subtitles", "sdh", "forced" };
    const char *kind = app_value(app, "kind");
    what->path = app->operands[0];
    what->language = app_value(app, "language");
    what->label = app_value(app, "label");
    what->is_default = app_flag(app, "default");
    if (what->language == NULL || !text_is_language(what->language, strlen(what->language)))
        return app_usage(app, "--language: must be as in fr, en-GB or es-419");
    if (what->label != NULL && (!text_is_line(what->label, strlen(what->label)) ||
                                text_length(what->label, strlen(what->label)) > 80))
        return app_usage(app, "--label: must be at most 80 characters on one line");
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(kind == NULL ? kinds[0] : kind, kinds[i]) == 0)
            what->kind = kinds[i];
    }
    return what->kind != NULL ? EXIT_OK
                              : app_usage(app, "--kind: must be subtitles, sdh or forced");
}

static int find_playable(struct app *app, playable_id *out)
{
    title_id title;
    long long season = 0, episode = 0;
    const char *id = app_value(app, "title");
    if (id == NULL)
        return app_usage(app, "--title is missing");
    if (!app_id(app, id, "--title", title.s) || !app_number(app, "season", 0, 9999, 0, &season) ||
        !app_number(app, "episode", 0, 9999, 0, &episode))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_playable_at(app->store, title, (int)season, (int)episode, out);
    return err == OK ? EXIT_OK : app_error(app, err, "no such film or episode");
}

int cmd_caption_add(struct app *app)
{
    struct ingest_caption what = { 0 };
    char name[64], why[512];
    size_t cues = 0;
    int code = read_options(app, &what);
    if (code == EXIT_OK)
        code = find_playable(app, &what.playable);
    if (code == EXIT_OK)
        code = app_open_coffer(app);
    if (code != EXIT_OK)
        return code;
    struct ingest in = app_ingest(app);
    enum err err = ingest_caption_add(&in, &what, name, &cues, why, sizeof why);
    if (err != OK && why[0] != 0)
        return app_fail(app, EXIT_REFUSED, "%s: %s", what.path, why);
    if (err != OK)
        return app_error(app, err, what.path);
    struct buf out;
    buf_init(&out, 1024);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_text(&w, "name", name);
        json_number(&w, "cues", (int64_t)cues);
        json_end(&w);
    } else {
        buf_printf(&out, "%s: %zu cues", name, cues);
    }
    code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

static int open_playable(struct app *app, playable_id *id)
{
    return app_id(app, app->operands[0], "PLAYABLE", id->s) ? app_open(app) : EXIT_USAGE;
}

int cmd_caption_list(struct app *app)
{
    playable_id id;
    struct store_caption *captions = NULL;
    size_t n = 0;
    struct buf out;
    int code = open_playable(app, &id);
    if (code != EXIT_OK)
        return code;
    enum err err = store_captions_list(app->store, app->arena, id, &captions, &n);
    if (err != OK)
        return app_error(app, err, id.s);
    buf_init(&out, 1 << 20);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_array(&w, "items");
    }
    for (size_t i = 0; i < n; i++) {
        if (!app->is_json) {
            buf_printf(&out, "%s%-16s %-8s %s", i == 0 ? "" : "\n", captions[i].name,
                       captions[i].language, captions[i].label);
            continue;
        }
        json_object(&w, NULL);
        json_text(&w, "name", captions[i].name);
        json_text(&w, "language", captions[i].language);
        json_text(&w, "kind", captions[i].kind);
        json_text(&w, "label", captions[i].label);
        json_bool(&w, "default", captions[i].is_default);
        json_end(&w);
    }
    if (app->is_json) {
        json_end(&w);
        json_end(&w);
    }
    code = n == 0 && !app->is_json ? EXIT_OK : app_print(app, &out);
    buf_finish(&out);
    return code;
}

int cmd_caption_remove(struct app *app)
{
    playable_id id;
    const char *name = app_value(app, "name");
    if (name == NULL)
        return app_usage(app, "--name is missing");
    int code = open_playable(app, &id);
    if (code != EXIT_OK)
        return code;
    enum err err = store_caption_remove(app->store, id, name);
    return err == OK ? EXIT_OK : app_error(app, err, name);
}
