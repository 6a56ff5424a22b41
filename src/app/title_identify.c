/* What a title is found by when avails and metadata come in. */
#include <string.h>

#include "app/commands.h"
#include "base/clock.h"
#include "base/text.h"
#include "driver/store/rights.h"
#include "format/avails/avails.h"

const struct app_option options_title_identify[] = {
    { "id", "KIND:ID", "eidr:10.5240/..., cid:md:cid:..., alid:md:alid:..., alt:...", true },
    { "remove", "KIND:ID", "an identifier that goes", true },
    { 0 },
};

enum { KEY_MAX = 1000 };

/* The key as it is kept; NULL (said): it is none. An EIDR is kept in its first form. */
static const char *read_key(struct app *app, const char *option, const char *said)
{
    size_t kind = strspn(said, "abcdefghijklmnopqrstuvwxyz-"), n = strlen(said);
    char eidr[EIDR_TEXT];
    if (kind == 0 || said[kind] != ':' || said[kind + 1] == 0 || n > KEY_MAX ||
        !text_is_line(said, n)) {
        app_usage(app, "--%s %s: must be as in eidr:10.5240/... or cid:md:cid:...", option, said);
        return NULL;
    }
    if (strncmp(said, "eidr:", 5) != 0)
        return said;
    enum err err = eidr_parse(said + 5, n - 5, eidr);
    if (err == OK)
        return arena_printf(app->arena, "eidr:%s", eidr);
    app_usage(app, "--%s %s: %s", option, said,
              err == ERR_DENIED ? "its check character is wrong" : "that is no EIDR");
    return NULL;
}

/* Puts the keys of an option behind the first n. False: one is wrong, said. */
static bool read_keys(struct app *app, const char *option, const char ***out, size_t *n)
{
    const char **said = app_values(app, option, n);
    *out = ARENA_ARRAY(app->arena, const char *, *n + 1);
    for (size_t i = 0; i < *n; i++) {
        (*out)[i] = read_key(app, option, said[i]);
        if ((*out)[i] == NULL)
            return false;
    }
    return true;
}

static bool has(const char *const *keys, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

int cmd_title_identify(struct app *app)
{
    title_id id;
    const char **added, **removed, **there = NULL;
    size_t n_added, n_removed, n_there = 0, n = 0;
    if (!app_id(app, app->operands[0], "TITLE", id.s) || !read_keys(app, "id", &added, &n_added) ||
        !read_keys(app, "remove", &removed, &n_removed))
        return EXIT_USAGE;
    if (n_added + n_removed == 0)
        return app_usage(app, "--id or --remove is missing");
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_title_identifiers(app->store, app->arena, id, &there, &n_there);
    if (err != OK)
        return app_error(app, err, id.s);
    const char **keys = ARENA_ARRAY(app->arena, const char *, n_there + n_added);
    for (size_t i = 0; i < n_there; i++)
        if (!has(removed, n_removed, there[i]))
            keys[n++] = there[i];
    for (size_t i = 0; i < n_added; i++)
        if (!has(keys, n, added[i]))
            keys[n++] = added[i];
    err = store_title_identifiers_put(app->store, id, keys, n, clock_now());
    if (err == ERR_EXISTS)
        return app_fail(app, EXIT_REFUSED, "one of these is an identifier of another title");
    return err == OK ? EXIT_OK : app_error(app, err, id.s);
}
