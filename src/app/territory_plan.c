/* In which order to open the rest of the world. */
#include <string.h>

#include "app/commands.h"
#include "app/territory.h"
#include "base/clock.h"
#include "base/text.h"

const struct app_option options_territory_plan[] = {
    { "weight", "NAME=NUMBER", "how much homes, price, cost, cleared, language or rules matters",
      true },
    { "at", "DATE", "by the rights and laws of this day (UTC) or instant; now when not said",
      false },
    { 0 },
};

enum { OUT_MAX = 16 * 1024 * 1024 };

static double *weight_of(struct plan_weights *w, const char *name, size_t n)
{
    const struct {
        const char *name;
        double *place;
    } places[] = {
        { "homes", &w->homes },     { "price", &w->price },       { "cost", &w->cost },
        { "cleared", &w->cleared }, { "language", &w->language }, { "rules", &w->rules }
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (strlen(places[i].name) == n && memcmp(places[i].name, name, n) == 0)
            return places[i].place;
    }
    return NULL;
}

/* "0.3", "2". */
static bool read_weight(const char *text, double *out)
{
    int64_t whole, part = 0;
    size_t n = strspn(text, "0123456789"), decimals = 0;
    double scale = 1;
    if (text_to_i64(text, n, 0, 1000000, &whole) != OK)
        return false;
    if (text[n] == '.') {
        decimals = strlen(text + n + 1);
        if (decimals > 9 || text_to_i64(text + n + 1, decimals, 0, INT64_MAX, &part) != OK)
            return false;
        decimals++;
    }
    for (size_t i = 1; i < decimals; i++)
        scale *= 10;
    *out = (double)whole + (double)part / scale;
    return text[n + decimals] == 0;
}

/* Weights that are said take the place of the default; the others stay. */
static bool read_weights(struct app *app, struct plan_weights *w)
{
    size_t n;
    const char **said = app_values(app, "weight", &n);
    *w = plan_weights_default;
    for (size_t i = 0; i < n; i++) {
        size_t name = strcspn(said[i], "=");
        double *place = weight_of(w, said[i], name);
        if (place != NULL && said[i][name] == '=' && read_weight(said[i] + name + 1, place))
            continue;
        app_usage(app,
                  "--weight: %s: must be homes, price, cost, cleared, language or rules, = and a "
                  "number of 0 or more",
                  said[i]);
        return false;
    }
    return true;
}

static void put(const struct plan_row *rows, size_t n, const struct plan_weights *w,
                struct buf *out)
{
    buf_printf(out,
               "weights: homes %.2f, price %.2f, cost %.2f, cleared %.2f, language %.2f, rules "
               "%.2f\n",
               w->homes, w->price, w->cost, w->cleared, w->language, w->rules);
    buf_text(out, "      score  homes  price   cost  clear   lang  rules\n");
    for (size_t i = 0; i < n; i++) {
        const struct plan_row *row = &rows[i];
        buf_printf(out, "%3zu %s  %.3f  %.3f  %.3f  %.3f  %.3f  %.3f  %.3f  %s\n", i + 1,
                   row->candidate->code, row->score, row->homes, row->price, row->cost,
                   row->cleared, row->language, row->rules,
                   territory_facts(row->candidate->code)->name_en);
        buf_printf(out, "          %s\n", row->reasons);
    }
}

static int print(struct app *app, const struct plan_row *rows, size_t n,
                 const struct plan_weights *weights, utc_time at)
{
    struct buf out;
    buf_init(&out, OUT_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        launch_plan_write(&w, rows, n, weights, at);
        buf_text(&out, "\n");
    } else {
        put(rows, n, weights, &out);
    }
    int code = app_print_list(app, OK, &out, "the order cannot be said");
    buf_finish(&out);
    return code;
}

static int read_candidates(struct app *app, const char *path, struct plan_candidate **out,
                           size_t *n)
{
    struct launch_csv_problem why;
    struct buf csv;
    int code = territory_file(app, path, LAUNCH_PLAN_FILE_MAX, &csv);
    if (code != EXIT_OK)
        return code;
    enum err err = launch_plan_read(app->arena, (const char *)csv.data, csv.size, out, n, &why);
    buf_finish(&csv);
    if (err == OK)
        return EXIT_OK;
    return app_fail(app, EXIT_REFUSED, "%s:%zu: %s%s%s", path, why.line, why.column,
                    why.column[0] != 0 ? ": " : "", why.text);
}

int cmd_territory_plan(struct app *app)
{
    struct plan_weights weights;
    struct plan_candidate *candidates;
    struct plan_row *rows;
    size_t n;
    utc_time at = clock_now();
    const char *said_at = app_value(app, "at");
    if (!read_weights(app, &weights))
        return EXIT_USAGE;
    if (said_at != NULL && utc_parse(said_at, strlen(said_at), &at) != OK)
        return app_usage(app, "--at: %s is no day or instant (RFC 3339)", said_at);
    int code = read_candidates(app, app->operands[0], &candidates, &n);
    if (code == EXIT_OK)
        code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = launch_plan(app->store, app->arena, candidates, n, &weights, at, &rows);
    if (err == ERR_ARGUMENT)
        return app_usage(app, "--weight: one at least must be more than 0");
    if (err != OK)
        return app_error(app, err, "the order cannot be made");
    return print(app, rows, n, &weights, at);
}
