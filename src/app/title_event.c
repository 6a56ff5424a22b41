/* The dates of a title's life elsewhere, from which clocks of contracts and laws count. */
#include <string.h>

#include "app/commands.h"
#include "base/clock.h"
#include "base/text.h"
#include "driver/store/rights.h"

const struct app_option options_title_event[] = {
    { "event", "EVENT:CC:DAY",
      "theatrical:FR:2012-05-16; without CC the first anywhere, without DAY it is taken away",
      true },
    { 0 },
};

static bool wrong(struct app *app, const char *said, const char *why)
{
    app_usage(app, "--event %s: %s", said, why);
    return false;
}

static bool read_event(struct app *app, const char *said, struct rights_event_date *out)
{
    const char *territory = strchr(said, ':');
    const char *day = territory != NULL ? strchr(territory + 1, ':') : NULL;
    if (day == NULL)
        return wrong(app, said, "must be as in theatrical:FR:2012-05-16");
    const char *name = arena_strndup(app->arena, said, (size_t)(territory - said));
    size_t n = (size_t)(day - territory - 1), n_day = strlen(day + 1);
    *out = (struct rights_event_date){ .day = { INT32_MIN } };
    if (!rights_event_parse(name, &out->event))
        return wrong(app, said,
                     "the events are theatrical, broadcast, pay-tv, est, disc and"
                     " completed");
    if (n != 0 && !text_is_territory(territory + 1, n))
        return wrong(app, said, "that is no territory of ISO 3166-1");
    if (n_day != 0 && civil_day_parse(day + 1, n_day, &out->day) != OK)
        return wrong(app, said, "that is no day");
    memcpy(out->territory, territory + 1, n);
    return true;
}

int cmd_title_event(struct app *app)
{
    title_id id;
    size_t n = 0;
    const char **said = app_values(app, "event", &n);
    struct rights_event_date *events = ARENA_ARRAY(app->arena, struct rights_event_date, n + 1);
    if (!app_id(app, app->operands[0], "TITLE", id.s))
        return EXIT_USAGE;
    if (n == 0)
        return app_usage(app, "--event is missing");
    for (size_t i = 0; i < n; i++)
        if (!read_event(app, said[i], &events[i]))
            return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_title_events_put(app->store, id, events, n, clock_now());
    return err == OK ? EXIT_OK : app_error(app, err, id.s);
}
