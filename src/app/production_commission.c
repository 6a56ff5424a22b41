/* `lanterne production commission`: what is ordered, from the command line. */
#include <string.h>

#include "app/commands.h"
#include "app/production.h"
#include "base/clock.h"
#include "base/text.h"

const struct app_option options_production_commission[] = {
    { "title", "NAME", "of a new title, made with its episodes as drafts", false },
    { "title-id", "ID", "of a title that is there", false },
    { "studio", "NAME", "who makes it", false },
    { "creators", "NAMES", "with commas between", false },
    { "episodes", "N", "ordered; a film when not said", false },
    { "season", "N", "of a series; 1 when not said", false },
    { "budget", "AMOUNT", "of all of it: 1300000.00", false },
    { "currency", "CODE", "ISO 4217", false },
    { "instalment", "NAME;DATE;AMOUNT", "of the budget, which they add up to", true },
    { "due", "DATE", "of the first master; today when not said", false },
    { "due-every", "DAYS", "from one episode to the next: 7d", false },
    { "audio", "LANGS", "promised as sound: fr,en", false },
    { "captions", "LANGS", "promised as captions: fr,en", false },
    { "channels", "N", "of each promised sound at least; 2 when not said", false },
    { "loudness", "LUFS", "integrated, EBU R 128; -23 when not said, 0: not asked", false },
    { "tolerance", "LU", "around the loudness; 1 when not said", false },
    { "true-peak", "DBTP", "at most; -1 when not said, 0: not asked", false },
    { "lines", "N", "of the picture at least; 1080 when not said, 0: not asked", false },
    { "black", "SECONDS", "at either end at most; 5 when not said, 0: not asked", false },
    { "silent", "SECONDS", "at either end at most; 5 when not said, 0: not asked", false },
    { "least-seconds", "N", "that an episode lasts at least", false },
    { "most-seconds", "N", "that an episode lasts at most", false },
    { "shared", NULL, "others may show it too; else it is marked as exclusive", false },
    { 0 },
};

static bool read_terms(struct app *app, struct delivery_terms *t)
{
    long long channels = 0, lines = 0, least = 0, most = 0;
    bool is_good = app_number(app, "channels", 0, 64, 2, &channels) &&
                   app_number(app, "lines", 0, 8192, 1080, &lines) &&
                   app_number(app, "least-seconds", 0, 86400, 0, &least) &&
                   app_number(app, "most-seconds", 0, 86400, 0, &most) &&
                   production_decimal(app, "loudness", -70, 0, -23, &t->loudness_lufs) &&
                   production_decimal(app, "tolerance", 0, 30, 1, &t->tolerance_lu) &&
                   production_decimal(app, "true-peak", -30, 10, -1, &t->true_peak_dbtp) &&
                   production_decimal(app, "black", 0, 3600, 5, &t->black_seconds) &&
                   production_decimal(app, "silent", 0, 3600, 5, &t->silent_seconds);
    if (t->loudness_lufs == 0)
        t->tolerance_lu = 0;
    t->audio = app_value(app, "audio");
    t->captions = app_value(app, "captions");
    t->channels = (int)channels;
    t->lines = (int)lines;
    t->runtime_seconds_least = (int)least;
    t->runtime_seconds_most = (int)most;
    return is_good;
}

/* "on signature;2013-02-01;400000.00" */
static bool read_instalment(struct app *app, const char *text, const char *currency,
                            struct production_instalment *out)
{
    const char *amount = strrchr(text, ';'), *day = amount;
    struct money m;
    while (day != NULL && day > text && day[-1] != ';')
        day--;
    if (amount == NULL || day == text ||
        civil_day_parse(day, (size_t)(amount - day), &out->due) != OK ||
        money_parse(amount + 1, strlen(amount + 1), currency, &m) != OK) {
        app_usage(app, "--instalment: must be NAME;DATE;AMOUNT: \"on signature;2013-02-01;4000\"");
        return false;
    }
    out->name = arena_strndup(app->arena, text, (size_t)(day - 1 - text));
    out->minor = m.minor;
    return true;
}

static bool read_money(struct app *app, struct production *p)
{
    size_t n = 0;
    const char *budget = app_value(app, "budget"), *currency = app_value(app, "currency");
    const char **instalments = app_values(app, "instalment", &n);
    if (currency == NULL || currency_digits(currency) < 0) {
        app_usage(app, "--currency: must be a currency of ISO 4217: EUR");
        return false;
    }
    if (budget == NULL || money_parse(budget, strlen(budget), currency, &p->budget) != OK) {
        app_usage(app, "--budget: must be an amount: 1300000.00");
        return false;
    }
    p->instalments = ARENA_ARRAY(app->arena, struct production_instalment, n);
    for (; p->n_instalments < n; p->n_instalments++) {
        if (!read_instalment(app, instalments[p->n_instalments], currency,
                             &p->instalments[p->n_instalments]))
            return false;
    }
    return true;
}

static bool read_plan(struct app *app, struct production_order *order)
{
    const char *due = app_value(app, "due"), *every = app_value(app, "due-every");
    size_t n = every == NULL ? 0 : strlen(every);
    int64_t days = 0;
    order->due.days = (int32_t)(clock_now().us / UTC_DAY);
    if (due != NULL && civil_day_parse(due, strlen(due), &order->due) != OK) {
        app_usage(app, "--due: must be a day: 2013-07-15");
        return false;
    }
    if (n > 1 && every[n - 1] == 'd')
        n--;
    if (every != NULL && text_to_i64(every, n, 0, 3660, &days) != OK) {
        app_usage(app, "--due-every: must be a number of days: 7d");
        return false;
    }
    order->due_every = (int)days;
    return true;
}

/* Each of "A, B" is credited. */
static void credit_creators(struct app *app, struct title *title, const char *names)
{
    enum { CREATORS_MAX = 20 };
    title->credits = ARENA_ARRAY(app->arena, struct title_credit, CREATORS_MAX);
    for (const char *at = names; *at != 0 && title->n_credits < CREATORS_MAX;) {
        size_t n = strcspn(at, ","), used = n + (at[n] == ',');
        while (n > 0 && *at == ' ') {
            at++;
            n--;
            used--;
        }
        while (n > 0 && at[n - 1] == ' ')
            n--;
        if (n > 0)
            title->credits[title->n_credits++] =
                (struct title_credit){ .role = "creator",
                                       .name = arena_strndup(app->arena, at, n) };
        at += used;
    }
}

/* The first language that is promised is the one that is spoken. */
static void name_title(struct app *app, struct production_order *order, const char *name)
{
    const char *audio = order->what.terms.audio;
    order->title = ARENA_NEW(app->arena, struct title);
    order->title->original_title = name;
    if (audio != NULL && audio[0] != 0)
        order->title->language = arena_strndup(app->arena, audio, strcspn(audio, ","));
    credit_creators(app, order->title, order->what.creators);
}

static bool read_order(struct app *app, struct production_order *order)
{
    struct production *p = &order->what;
    const char *title = app_value(app, "title"), *id = app_value(app, "title-id");
    long long episodes = 0, season = 0;
    p->studio = app_value(app, "studio");
    p->creators = app_value(app, "creators") == NULL ? "" : app_value(app, "creators");
    if ((title == NULL) == (id == NULL)) {
        app_usage(app, "either --title or --title-id must be said");
        return false;
    }
    if (p->studio == NULL) {
        app_usage(app, "--studio is missing");
        return false;
    }
    if (!app_number(app, "episodes", 1, PRODUCTION_EPISODES_MAX, 0, &episodes) ||
        !app_number(app, "season", 0, 999, 1, &season) || !read_money(app, p) ||
        !read_terms(app, &p->terms) || !read_plan(app, order) ||
        (id != NULL && !app_id(app, id, "--title-id", p->title.s)))
        return false;
    p->episodes = (int)episodes;
    order->season = (int)season;
    order->is_shared = app_flag(app, "shared");
    if (title != NULL)
        name_title(app, order, title);
    return true;
}

int cmd_production_commission(struct app *app)
{
    struct production_order order = { 0 };
    if (!read_order(app, &order))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    struct production_desk desk = { .store = app->store, .arena = app->arena };
    enum err err = production_commission(&desk, &order, clock_now());
    if (err == ERR_EXISTS)
        return app_fail(app, EXIT_REFUSED, "title %s has a production already", order.what.title.s);
    if (err != OK)
        return production_refused(app, err, &desk, order.what.title.s);
    return production_print(app, &order.what);
}
