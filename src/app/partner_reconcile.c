/* Our list of a partner's subscriptions, and theirs held against it. */
#include <string.h>

#include "app/commands.h"
#include "app/put_file.h"
#include "app/serve_partner.h"
#include "app/territory.h"
#include "base/clock.h"

const struct app_option options_partner_export[] = {
    { "day", "DAY", "as it was at the end of it; yesterday when not said", false },
    { "out", "FILE", "write it there and not on standard output", false },
    { 0 },
};
const struct app_option options_partner_import[] = {
    { "day", "DAY", "as it was at the end of it; what the file says, or yesterday", false },
    { 0 },
};

/* --day. *is_said: it was. A day that is not over anywhere yet would be told wrong. */
static int read_day(struct app *app, civil_day *out, bool *is_said)
{
    const char *text = app_value(app, "day");
    *is_said = text != NULL;
    *out = zone_day(zone_named("UTC"), clock_now(), NULL);
    out->days--;
    if (text != NULL && civil_day_parse(text, strlen(text), out) != OK)
        return app_usage(app, "--day: must be a day, as 2026-11-30");
    return EXIT_OK;
}

static int find(struct app *app, struct partner *out)
{
    int code = app_open(app);
    return code == EXIT_OK ? app_partner_find(app, app->operands[0], out) : code;
}

static enum err list_ours(struct app *app, const struct partner *partner, civil_day day,
                          struct partner_row **out, size_t *n)
{
    return partner_list_ours(
        &(struct partner_list_params){ .store = app->store, .partner = partner, .day = day },
        app->arena, out, n);
}

int cmd_partner_export(struct app *app)
{
    struct partner partner;
    struct partner_row *rows = NULL;
    size_t n = 0;
    civil_day day;
    bool is_said;
    struct buf csv;
    const char *path = app_value(app, "out");
    int code = read_day(app, &day, &is_said);
    if (code == EXIT_OK)
        code = find(app, &partner);
    if (code != EXIT_OK)
        return code;
    enum err err = list_ours(app, &partner, day, &rows, &n);
    if (err != OK)
        return app_error(app, err, "the list cannot be made");
    buf_init(&csv, PARTNER_LIST_MAX);
    partner_list_write(rows, n, day, &csv);
    if (path == NULL || csv.err != OK)
        code = app_print_list(app, OK, &csv, "the list cannot be written");
    else if ((err = put_file(path, &csv)) != OK)
        code = app_error(app, err, path);
    buf_finish(&csv);
    return code;
}

/* ---- theirs ---------------------------------------------------------------------------------- */

static void put_lines(const struct partner_difference *d, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%-13s  %s  %s\n", partner_difference_name(d[i].kind), d[i].account,
                   d[i].text);
}

struct lists {
    civil_day day;
    size_t n_ours, n_theirs, n;
    struct partner_difference *differences;
};

static int print(struct app *app, const struct lists *l)
{
    struct buf out;
    char day[CIVIL_DAY_TEXT];
    civil_day_format(l->day, day);
    buf_init(&out, PARTNER_LIST_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_text(&w, "day", day);
        json_number(&w, "ours", (int64_t)l->n_ours);
        json_number(&w, "theirs", (int64_t)l->n_theirs);
        partner_differences_json(l->differences, l->n, &w);
        json_end(&w);
        buf_text(&out, "\n");
    } else {
        put_lines(l->differences, l->n, &out);
    }
    int code = app_print_list(app, OK, &out, "the differences cannot be listed");
    buf_finish(&out);
    return code == EXIT_OK && l->n > 0 ? EXIT_REFUSED : code;
}

int cmd_partner_import(struct app *app)
{
    struct partner partner;
    struct partner_row *ours = NULL, *theirs = NULL;
    struct partner_list_problem why = { .line = 0 };
    struct lists l = { .n = 0 };
    struct buf file;
    civil_day said;
    bool is_said;
    int code = read_day(app, &l.day, &is_said);
    said = l.day;
    if (code == EXIT_OK)
        code = find(app, &partner);
    if (code != EXIT_OK)
        return code;
    buf_init(&file, PARTNER_LIST_MAX);
    code = territory_file(app, app->operands[1], PARTNER_LIST_MAX, &file);
    enum err err = OK;
    if (code == EXIT_OK)
        err = partner_list_read(app->arena, (const char *)file.data, file.size, &theirs,
                                &l.n_theirs, &l.day, &why);
    buf_finish(&file);
    if (err != OK)
        return app_fail(app, EXIT_REFUSED, "%s:%zu: %s", app->operands[1], why.line, why.text);
    if (code != EXIT_OK)
        return code;
    if (is_said && said.days != l.day.days)
        return app_fail(app, EXIT_REFUSED, "%s: is the list of another day", app->operands[1]);
    err = list_ours(app, &partner, l.day, &ours, &l.n_ours);
    if (err != OK)
        return app_error(app, err, "our list cannot be made");
    partner_reconcile(app->arena, ours, l.n_ours, theirs, l.n_theirs, &l.differences, &l.n);
    return print(app, &l);
}
