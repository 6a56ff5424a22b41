/* The rules that territories put on a catalogue: shipped ones, and the house's own files. */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/territory.h"
#include "base/clock.h"
#include "driver/store/territories.h"

const struct app_option options_territory_laws_list[] = {
    { "at", "DATE", "only those in force on this day", false },
    { 0 },
};

enum { OUT_MAX = 16 * 1024 * 1024, ORIGIN_MAX = 100 };

/* The file's name alone: importing it again replaces what it brought before. */
static const char *origin_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

int cmd_territory_laws_import(struct app *app)
{
    const char *path = app->operands[0], *origin = origin_of(path);
    struct launch_laws_problem why;
    struct law *laws;
    struct buf file;
    size_t n;
    if (origin[0] == 0 || strlen(origin) > ORIGIN_MAX || strcmp(origin, "shipped") == 0)
        return app_usage(app, "%s: is no name for a file of rules", path);
    int code = territory_file(app, path, LAUNCH_LAWS_FILE_MAX, &file);
    if (code != EXIT_OK)
        return code;
    enum err err = launch_laws_read(app->arena, file.data, file.size, &laws, &n, &why);
    buf_finish(&file);
    if (err != OK)
        return app_fail(app, EXIT_REFUSED, "%s: %s%s%s", path, why.where,
                        why.where[0] != 0 ? ": " : "", why.text);
    code = app_open(app);
    if (code != EXIT_OK)
        return code;
    err = store_laws_replace(app->store, origin, laws, n, clock_now());
    if (err != OK)
        return app_error(app, err, path);
    printf("%zu rule%s of %s\n", n, n == 1 ? "" : "s", origin);
    return EXIT_OK;
}

static void put(const struct law *law, struct buf *out)
{
    char from[CIVIL_DAY_TEXT], until[CIVIL_DAY_TEXT] = "";
    civil_day_format(law->from, from);
    if (!law->is_open_ended)
        civil_day_format(law->until, until);
    buf_printf(out, "%s  %s .. %-10s  %-10s  %s\n", law->territory, from, until,
               law_kind_name(law->kind), law->id);
    buf_printf(out, "    %s\n    source: %s\n", law->text, law->source);
}

/* Whether the law is asked about. by_day: only when it is in force then. */
static bool is_wanted(const struct law *law, const char *cc, bool by_day, civil_day day)
{
    if (by_day && cc[0] != 0)
        return law_in_force(law, cc, day);
    if (by_day)
        return day.days >= law->from.days && (law->is_open_ended || day.days <= law->until.days);
    return cc[0] == 0 || law_in_force(law, cc, law->from);
}

static int list(struct app *app, const char *cc, bool by_day, civil_day day)
{
    struct law *laws;
    struct buf out;
    size_t n = 0;
    enum err err = store_laws_list(app->store, app->arena, &laws, &n);
    buf_init(&out, OUT_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_array(&w, "laws");
    }
    for (size_t i = 0; err == OK && i < n; i++) {
        if (!is_wanted(&laws[i], cc, by_day, day))
            continue;
        if (app->is_json)
            launch_law_json(&w, NULL, &laws[i]);
        else
            put(&laws[i], &out);
    }
    if (app->is_json) {
        json_end(&w);
        json_end(&w);
        buf_text(&out, "\n");
    }
    int code = app_print_list(app, err, &out, "the rules cannot be listed");
    buf_finish(&out);
    return code;
}

int cmd_territory_laws_list(struct app *app)
{
    char cc[3] = "";
    civil_day day = { 0 };
    const char *at = app_value(app, "at");
    if (app->n_operands > 0 && strcmp(app->operands[0], "EU") != 0 &&
        !territory_code(app, app->operands[0], cc))
        return EXIT_USAGE;
    if (app->n_operands > 0 && cc[0] == 0)
        memcpy(cc, "EU", sizeof cc);
    if (at != NULL && civil_day_parse(at, strlen(at), &day) != OK)
        return app_usage(app, "--at: %s is no day (as in 2013-07-15)", at);
    int code = app_open(app);
    return code == EXIT_OK ? list(app, cc, at != NULL, day) : code;
}
