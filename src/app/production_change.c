/* `lanterne production start`, `accept`, `refuse`, `pay`, `release`, `cancel`. */
#include <string.h>

#include "app/commands.h"
#include "app/production.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/zone.h"
#include "driver/store/territories.h"

const struct app_option options_production_accept[] = {
    { "episode", "N", "of a series", false },
    { "season", "N", "of the series, where it has several", false },
    { "note", "TEXT", "for the studio", false },
    { 0 },
};
const struct app_option options_production_refuse[] = {
    { "episode", "N", "of a series", false },
    { "season", "N", "of the series, where it has several", false },
    { "note", "TEXT", "for the studio: what is to be made anew", false },
    { 0 },
};
const struct app_option options_production_pay[] = {
    { "instalment", "NAME", "as it was commissioned", false },
    { 0 },
};
const struct app_option options_production_release[] = {
    { "at", "INSTANT", "2013-07-15T00:00:00Z, or local with --territory; at once when not said",
      false },
    { "territory", "CC", "whose clock an instant without an offset is read by", false },
    { "take-back", NULL, "take back a release that lies ahead", false },
    { 0 },
};
const struct app_option options_production_cancel[] = {
    { "reason", "TEXT", "why", false },
    { 0 },
};

enum { NOTE_MAX = 2000 };

/* The text of an option, one line; NULL and true when it was not said and need not be. */
static bool read_line(struct app *app, const char *option, bool is_needed, const char **out)
{
    const char *text = app_value(app, option);
    *out = text;
    if (text == NULL) {
        if (is_needed)
            app_usage(app, "--%s is missing", option);
        return !is_needed;
    }
    size_t n = strlen(text);
    if (n > 0 && text_is_line(text, n) && text_length(text, n) <= NOTE_MAX)
        return true;
    app_usage(app, "--%s: must be 1 to %d characters on one line", option, NOTE_MAX);
    return false;
}

static int open_one(struct app *app, struct production_change *change)
{
    char *who = arena_alloc(app->arena, ID_TEXT);
    if (!app_id(app, app->operands[0], "ID", who))
        return EXIT_USAGE;
    change->who = who;
    change->now = clock_now();
    return app_open(app);
}

static int change_one(struct app *app, const struct production_change *change,
                      production_change_fn *how)
{
    struct production_desk desk = { .store = app->store, .arena = app->arena };
    struct production p;
    enum err err = how(&desk, change, &p);
    return err == OK ? production_print(app, &p) : production_refused(app, err, &desk, change->who);
}

/* After the options were read: opens, changes, prints. */
static int make(struct app *app, struct production_change *change, production_change_fn *how)
{
    int code = open_one(app, change);
    return code == EXIT_OK ? change_one(app, change, how) : code;
}

int cmd_production_start(struct app *app)
{
    struct production_change change = { 0 };
    return make(app, &change, production_start);
}

static int judge_delivery(struct app *app, bool needs_note, production_change_fn *how)
{
    struct production_change change = { 0 };
    if (!production_place(app, &change.season, &change.episode) ||
        !read_line(app, "note", needs_note, &change.note))
        return EXIT_USAGE;
    return make(app, &change, how);
}

int cmd_production_accept(struct app *app)
{
    return judge_delivery(app, false, production_accept);
}

int cmd_production_refuse(struct app *app)
{
    return judge_delivery(app, true, production_refuse);
}

int cmd_production_pay(struct app *app)
{
    struct production_change change = { 0 };
    if (!read_line(app, "instalment", true, &change.name))
        return EXIT_USAGE;
    return make(app, &change, production_pay);
}

int cmd_production_cancel(struct app *app)
{
    struct production_change change = { 0 };
    if (!read_line(app, "reason", true, &change.note))
        return EXIT_USAGE;
    return make(app, &change, production_cancel);
}

/* ---- release ---- */

enum { DAY_LENGTH = 10, MINUTES_LENGTH = 16, SECONDS_LENGTH = 19 };

static bool two_digits(const char *at, int most, int *out)
{
    int64_t v = 0;
    if (at[0] == '-' || text_to_i64(at, 2, 0, most, &v) != OK)
        return false;
    *out = (int)v;
    return true;
}

/* "2013-07-15", "2013-07-15T20:00", "2013-07-15T20:00:00": nothing said of a place. */
static bool is_local(const char *text, civil_day *day, int32_t *second)
{
    size_t n = strlen(text);
    int h = 0, m = 0, s = 0;
    if (n < DAY_LENGTH || civil_day_parse(text, DAY_LENGTH, day) != OK)
        return false;
    bool is_time = (n == MINUTES_LENGTH || n == SECONDS_LENGTH) && text[10] == 'T' &&
                   two_digits(text + 11, 23, &h) && text[13] == ':' &&
                   two_digits(text + 14, 59, &m);
    if (is_time && n == SECONDS_LENGTH)
        is_time = text[16] == ':' && two_digits(text + 17, 59, &s);
    *second = h * 3600 + m * 60 + s;
    return n == DAY_LENGTH || is_time;
}

static const struct zone *zone_of(struct app *app, const char *code)
{
    const struct territory_facts *facts = territory_facts(code);
    struct territory t;
    if (facts == NULL || store_territory_get(app->store, app->arena, code, &t) != OK)
        return NULL;
    if (t.zone != NULL && t.zone[0] != 0)
        return zone_named(t.zone);
    return zone_named(arena_strndup(app->arena, facts->zones, strcspn(facts->zones, ",")));
}

static int read_instant(struct app *app, utc_time *out)
{
    const char *at = app_value(app, "at"), *code = app_value(app, "territory");
    civil_day day;
    int32_t second = 0;
    if (!is_local(at, &day, &second)) {
        if (utc_parse(at, strlen(at), out) != OK)
            return app_usage(app, "--at: must be an instant: 2013-07-15T00:00:00+02:00");
        return EXIT_OK;
    }
    if (code == NULL)
        return app_usage(app,
                         "--at: %s is another instant in every time zone: say its offset, or "
                         "--territory",
                         at);
    const struct zone *zone = text_is_territory(code, strlen(code)) ? zone_of(app, code) : NULL;
    if (zone == NULL)
        return app_usage(app, "--territory: must be a country of ISO 3166-1: FR");
    *out = zone_instant(zone, day, second);
    return EXIT_OK;
}

int cmd_production_release(struct app *app)
{
    struct production_change change = { 0 };
    bool takes_back = app_flag(app, "take-back");
    if (takes_back && app_value(app, "at") != NULL)
        return app_usage(app, "--at and --take-back cannot both be");
    int code = open_one(app, &change);
    change.at = takes_back ? (utc_time){ 0 } : change.now;
    if (code == EXIT_OK && app_value(app, "at") != NULL)
        code = read_instant(app, &change.at);
    return code == EXIT_OK ? change_one(app, &change, production_release) : code;
}
