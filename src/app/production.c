/* `lanterne production list` and `show`, and what all commands on productions share. */
#include "app/production.h"

#include <string.h>

#include "app/commands.h"
#include "base/clock.h"
#include "base/text.h"
#include "driver/json/reader.h"
#include "driver/store/titles.h"
#include "rules/production/production_json.h"

enum { OUT_MAX = 64 * 1024 * 1024, FRACTION_MAX = 6, FINDINGS_SHOWN_MAX = 1024 };

/* ---- what was said ---- */

static bool decimal(const char *text, double *out)
{
    const char *point = strchr(text, '.');
    size_t n = point == NULL ? strlen(text) : (size_t)(point - text);
    size_t digits = point == NULL ? 0 : strlen(point + 1);
    int64_t whole = 0, part = 0;
    if (text_to_i64(text, n, -1000000, 1000000, &whole) != OK || digits > FRACTION_MAX ||
        (point != NULL && (digits == 0 || point[1] == '-' ||
                           text_to_i64(point + 1, digits, 0, 999999, &part) != OK)))
        return false;
    double below = (double)part;
    for (size_t i = 0; i < digits; i++)
        below /= 10;
    *out = text[0] == '-' ? (double)whole - below : (double)whole + below;
    return true;
}

bool production_decimal(struct app *app, const char *option, double least, double most,
                        double fallback, double *out)
{
    const char *text = app_value(app, option);
    *out = fallback;
    if (text == NULL)
        return true;
    if (decimal(text, out) && *out >= least && *out <= most)
        return true;
    app_usage(app, "--%s: must be a number from %g to %g", option, least, most);
    return false;
}

bool production_place(struct app *app, int *season, int *episode)
{
    long long s = -1, e = 0;
    bool is_good =
        app_number(app, "season", 0, 9999, -1, &s) && app_number(app, "episode", 1, 9999, 0, &e);
    *season = (int)s;
    *episode = (int)e;
    return is_good;
}

int production_refused(struct app *app, enum err err, const struct production_desk *desk,
                       const char *what)
{
    if (desk->why == NULL)
        return err == ERR_BUSY
                   ? app_fail(app, EXIT_REFUSED, "somebody else is changing it; try again")
                   : app_error(app, err, what);
    for (const char *at = desk->why; *at != 0;) {
        int n = (int)strcspn(at, "\n");
        app_fail(app, EXIT_REFUSED, "%.*s", n, at);
        at += n + (at[n] == '\n');
    }
    return EXIT_REFUSED;
}

/* ---- lines ---- */

static const char *name_of(struct app *app, title_id id)
{
    struct title title;
    return store_title_get(app->store, app->arena, id, &title) == OK ? title.original_title : NULL;
}

static size_t count(const struct production *p, enum delivery_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n_deliveries; i++)
        n += p->deliveries[i].state == state;
    return n;
}

static void put_line(const struct production *p, const char *name, utc_time now, struct buf *out)
{
    char when[UTC_TEXT] = "";
    enum production_state state = production_state_at(p, now);
    buf_printf(out, "%s  %-13s  %zu of %zu accepted  %s", p->id.s, production_state_name(state),
               count(p, DELIVERY_ACCEPTED), p->n_deliveries, name == NULL ? p->title.s : name);
    if (p->release.us != 0) {
        utc_format(p->release, when);
        buf_printf(out, "  %s %s", state == PRODUCTION_RELEASED ? "released" : "releases", when);
    }
}

int production_print(struct app *app, const struct production *p)
{
    struct buf out;
    utc_time now = clock_now();
    buf_init(&out, OUT_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        production_json_fields(p, name_of(app, p->title), now, &w);
        json_end(&w);
    } else {
        put_line(p, name_of(app, p->title), now, &out);
    }
    int code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

/* ---- list ---- */

int cmd_production_list(struct app *app)
{
    struct production *all = NULL;
    size_t n = 0;
    struct buf out;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    buf_init(&out, OUT_MAX);
    struct json_writer w = json_writer_of(&out);
    enum err err = OK;
    if (app->is_json) {
        json_object(&w, NULL);
        err = productions_json(app->store, app->arena, clock_now(), &w);
        json_end(&w);
        buf_text(&out, "\n");
    } else {
        err = store_productions_list(app->store, app->arena, &all, &n);
    }
    for (size_t i = 0; i < n; i++) {
        put_line(&all[i], name_of(app, all[i].title), clock_now(), &out);
        buf_text(&out, "\n");
    }
    code = app_print_list(app, err, &out, "the productions cannot be read");
    buf_finish(&out);
    return code;
}

/* ---- show ---- */

static void put_money(const struct production *p, struct buf *out)
{
    char text[MONEY_TEXT], day[CIVIL_DAY_TEXT];
    money_format(&p->budget, text);
    buf_printf(out, "studio      %s\ncreators    %s\nbudget      %s\n", p->studio, p->creators,
               text);
    for (size_t i = 0; i < p->n_instalments; i++) {
        const struct production_instalment *it = &p->instalments[i];
        const struct money m = { .minor = it->minor };
        struct money one = p->budget;
        one.minor = m.minor;
        money_format(&one, text);
        civil_day_format(it->is_paid ? it->paid : it->due, day);
        buf_printf(out, "  %-24s %14s  %s %s\n", it->name, text, it->is_paid ? "paid" : "due ",
                   day);
    }
}

static void put_terms(const struct delivery_terms *t, struct buf *out)
{
    buf_text(out, "asked for  ");
    if (t->audio != NULL && t->audio[0] != 0)
        buf_printf(out, " sound %s;", t->audio);
    if (t->captions != NULL && t->captions[0] != 0)
        buf_printf(out, " captions %s;", t->captions);
    if (t->channels > 0)
        buf_printf(out, " %d channels;", t->channels);
    if (t->loudness_lufs < 0)
        buf_printf(out, " %.1f LUFS within %.1f;", t->loudness_lufs, t->tolerance_lu);
    if (t->true_peak_dbtp != 0)
        buf_printf(out, " %.1f dBTP at most;", t->true_peak_dbtp);
    if (t->lines > 0)
        buf_printf(out, " %d lines;", t->lines);
    if (t->black_seconds > 0)
        buf_printf(out, " black for %g s at most;", t->black_seconds);
    if (t->silent_seconds > 0)
        buf_printf(out, " silent for %g s at most;", t->silent_seconds);
    if (out->err == OK && out->size > 0 && out->data[out->size - 1] == ';')
        buf_truncate(out, out->size - 1);
    buf_text(out, "\n");
}

/* What a report found, a line each. */
static void put_findings(const char *report, struct buf *out)
{
    struct json_document *document = NULL;
    struct json_fault fault = { 0 };
    struct json_list list;
    if (report == NULL || json_document_read(report, strlen(report), &document, &fault) != OK)
        return;
    struct json_reader top = json_reader_of(document, &fault);
    if (!json_read_list(&top, "findings", JSON_OPTIONAL, FINDINGS_SHOWN_MAX, &list))
        list.n = 0;
    for (size_t i = 0; i < list.n; i++) {
        struct json_reader one = json_read_list_object(&list, i);
        const char *text = json_read_text(&one, "text", JSON_REQUIRED, 0, 4096);
        if (text != NULL)
            buf_printf(out, "    %s\n", text);
    }
    json_document_destroy(&document);
}

static void put_deliveries(const struct production *p, struct buf *out)
{
    char day[CIVIL_DAY_TEXT];
    for (size_t i = 0; i < p->n_deliveries; i++) {
        const struct delivery *d = &p->deliveries[i];
        civil_day_format(d->due, day);
        if (d->number != 0)
            buf_printf(out, "s%02de%02d  ", d->season, d->number);
        buf_printf(out, "%-9s  due %s  %s%s%s\n", delivery_state_name(d->state), day, d->playable.s,
                   d->note == NULL ? "" : "  ", d->note == NULL ? "" : d->note);
        put_findings(d->report, out);
    }
}

int cmd_production_show(struct app *app)
{
    struct production p;
    char who[ID_TEXT];
    struct buf out;
    if (!app_id(app, app->operands[0], "ID", who))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_production_find(app->store, app->arena, who, &p);
    if (err != OK)
        return app_error(app, err, who);
    if (app->is_json)
        return production_print(app, &p);
    buf_init(&out, OUT_MAX);
    put_line(&p, name_of(app, p.title), clock_now(), &out);
    buf_text(&out, "\n");
    if (p.ended_because != NULL)
        buf_printf(&out, "cancelled   %s\n", p.ended_because);
    put_money(&p, &out);
    put_terms(&p.terms, &out);
    put_deliveries(&p, &out);
    code = app_print_list(app, OK, &out, who);
    buf_finish(&out);
    return code;
}
