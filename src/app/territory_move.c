/* The life of a territory: one command a move. */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/territory.h"
#include "base/clock.h"
#include "driver/store/territories.h"

#define AT_OPTION                                                                                  \
    {                                                                                              \
        "at", "INSTANT",                                                                           \
            "when: 2013-09-15T00:00 in its zone, or with an offset; now when not said", false      \
    }

const struct app_option options_territory_move[] = {
    AT_OPTION,
    { "reason", "TEXT", "why, for people", false },
    { 0 },
};
const struct app_option options_territory_open[] = {
    AT_OPTION,
    { "despite", "REASON", "open although the report is not ready; the reason is kept", false },
    { 0 },
};
const struct app_option options_territory_unplan[] = {
    { "at", "INSTANT", "of the planned change", false },
    { 0 },
};

enum { REPORT_MAX = 4 * 1024 * 1024, REASON_MAX = 500 };

/* Whole seconds for what is done by hand: people say instants in seconds. */
static utc_time whole_second(utc_time t)
{
    t.us -= t.us % UTC_SECOND;
    return t;
}

static int refuse_move(struct app *app, const struct territory *t, const struct launch_move *move)
{
    const struct territory_change *to = &move->change;
    const char *from = territory_state_name(territory_state_at(t->changes, t->n_changes, to->at));
    for (size_t i = 0; i < t->n_changes; i++) {
        char when[ZONE_TIME_TEXT];
        if (t->changes[i].at.us <= to->at.us)
            continue;
        zone_format(territory_zone(t), t->changes[i].at, when);
        return app_fail(app, EXIT_REFUSED,
                        "%s: is %s then and planned to be %s at %s; %s does not go between "
                        "(`lanterne territory unplan` takes a planned change away)",
                        t->code, from, territory_state_name(t->changes[i].state), when,
                        territory_state_name(to->state));
    }
    return app_fail(app, EXIT_REFUSED, "%s: is %s then; from there it does not become %s%s",
                    t->code, from, territory_state_name(to->state),
                    to->state == TERRITORY_OPEN ? " (`lanterne territory ready` comes before)"
                                                : "");
}

static int refuse_open(struct app *app, const struct launch_check *check)
{
    struct buf out;
    int failing = 0;
    for (size_t i = 0; i < check->report.n; i++)
        failing += !check->report.rows[i].passes && check->report.rows[i].is_blocking;
    app_fail(app, EXIT_REFUSED, "%s: is not ready, %d rule%s (--despite REASON opens it)",
             check->territory.code, failing, failing == 1 ? " fails" : "s fail");
    buf_init(&out, REPORT_MAX);
    territory_put_report(check, true, &out);
    fputs(buf_string(&out), stderr);
    buf_finish(&out);
    return EXIT_REFUSED;
}

static int say_done(struct app *app, const char *cc)
{
    struct territory t;
    struct buf out;
    int code = territory_load(app, cc, &t);
    if (code != EXIT_OK || !app->is_json)
        return code;
    buf_init(&out, REPORT_MAX);
    struct json_writer w = json_writer_of(&out);
    launch_territory_json(&w, NULL, &t, clock_now());
    code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

static int move_to(struct app *app, enum territory_state state)
{
    char cc[3];
    struct territory territory;
    struct launch_check check;
    const char *reason = app_value(app, "reason"), *despite = app_value(app, "despite");
    if (!territory_code(app, app->operands[0], cc))
        return EXIT_USAGE;
    if ((reason != NULL && strlen(reason) > REASON_MAX) ||
        (despite != NULL && (despite[0] == 0 || strlen(despite) > REASON_MAX)))
        return app_usage(app, "a reason is 1 to %d bytes", REASON_MAX);
    int code = app_open(app);
    if (code == EXIT_OK)
        code = territory_load(app, cc, &territory);
    if (code != EXIT_OK)
        return code;
    struct launch_move move = { .code = cc,
                                .change = { .state = state, .reason = reason },
                                .despite = despite };
    if (!territory_at(app, &territory, &move.change.at))
        return EXIT_USAGE;
    utc_time now = clock_now();
    move.change.at = whole_second(move.change.at);
    if (move.change.at.us < whole_second(now).us)
        return app_fail(app, EXIT_REFUSED, "--at: lies in the past; what was, was");
    enum err err = launch_move(app->store, app->arena, &move, now, &check);
    if (err == ERR_DENIED)
        return refuse_open(app, &check);
    if (err == ERR_STATE)
        return refuse_move(app, &territory, &move);
    return err == OK ? say_done(app, cc) : app_error(app, err, cc);
}

int cmd_territory_hold(struct app *app)
{
    return move_to(app, TERRITORY_HELD);
}

int cmd_territory_postpone(struct app *app)
{
    return move_to(app, TERRITORY_PLANNED);
}

int cmd_territory_ready(struct app *app)
{
    return move_to(app, TERRITORY_READY);
}

int cmd_territory_open(struct app *app)
{
    return move_to(app, TERRITORY_OPEN);
}

int cmd_territory_close(struct app *app)
{
    return move_to(app, TERRITORY_CLOSED);
}

/* The planned change that --at means: to the second, as people say it. */
static bool find_planned(const struct territory *t, utc_time at, utc_time *out)
{
    for (size_t i = 0; i < t->n_changes; i++) {
        *out = t->changes[i].at;
        if (out->us == at.us || whole_second(*out).us == at.us)
            return true;
    }
    return false;
}

int cmd_territory_unplan(struct app *app)
{
    char cc[3];
    struct territory territory;
    utc_time at, planned;
    const char *text = app_value(app, "at");
    if (!territory_code(app, app->operands[0], cc))
        return EXIT_USAGE;
    if (text == NULL)
        return app_usage(app, "--at is missing: which planned change is meant");
    int code = app_open(app);
    if (code == EXIT_OK)
        code = territory_load(app, cc, &territory);
    if (code != EXIT_OK)
        return code;
    if (!territory_instant(app, text, &territory, &at))
        return EXIT_USAGE;
    enum err err = find_planned(&territory, at, &planned)
                       ? store_territory_unplan(app->store, cc, planned, clock_now())
                       : ERR_NOT_FOUND;
    if (err == ERR_NOT_FOUND)
        return app_fail(app, EXIT_REFUSED, "%s: nothing is planned at %s", cc, text);
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "%s: what comes after it needs it", cc);
    return err == OK ? say_done(app, cc) : app_error(app, err, cc);
}
