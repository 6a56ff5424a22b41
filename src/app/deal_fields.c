#include "app/deal_fields.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "driver/store/titles.h"
#include "service/rights/rights.h"

enum { STREAMS_MAX = 100000000, HOLDBACK_PARTS = 5 };

static int read_party(struct app *app, struct deal *deal)
{
    const char *studio = app_value(app, "studio"), *party = app_value(app, "party");
    struct store_studio found;
    if (studio != NULL && party != NULL)
        return app_usage(app, "--studio and --party: only one of them");
    if (party != NULL)
        deal->party = party;
    if (studio == NULL)
        return EXIT_OK;
    enum err err = store_studio_find(app->store, app->arena, studio, &found);
    if (err != OK)
        return app_error(app, err, arena_printf(app->arena, "studio %s", studio));
    deal->party = found.name;
    return EXIT_OK;
}

static int read_day(struct app *app, const char *option, civil_day *out)
{
    const char *text = app_value(app, option);
    if (text != NULL && civil_day_parse(text, strlen(text), out) != OK)
        return app_usage(app, "--%s: %s is no day, as in 2014-01-31", option, text);
    return EXIT_OK;
}

static int read_term(struct app *app, struct deal *deal)
{
    const char *until = app_value(app, "until");
    int code = read_day(app, "from", &deal->from);
    if (code != EXIT_OK || until == NULL)
        return code;
    deal->is_open_ended = until[0] == 0 || strcmp(until, "-") == 0 || strcmp(until, "open") == 0;
    return deal->is_open_ended ? EXIT_OK : read_day(app, "until", &deal->until);
}

static int parse_media(struct app *app, const char *option, const char *text, uint32_t *out)
{
    if (text != NULL && text[0] == 0)
        *out = 0;
    else if (text != NULL && deal_media_parse(text, out) != OK)
        return app_usage(app,
                         "--%s: %s: must be of svod, vod, est, avod, free-tv, pay-tv, cinema, "
                         "disc, with commas; or all",
                         option, text);
    return EXIT_OK;
}

static int parse_where(struct app *app, const char *option, const char *text,
                       struct territory_set *out)
{
    char bad[3];
    if (territory_set_parse(text, out, bad) != OK)
        return app_usage(app, "--%s: %s is no country of ISO 3166-1", option, bad);
    return EXIT_OK;
}

static int read_grant(struct app *app, struct deal *deal)
{
    const char *direction = app_value(app, "direction"), *where = app_value(app, "territory");
    if (direction != NULL && !deal_direction_parse(direction, &deal->direction))
        return app_usage(app, "--direction: must be to-us or by-us");
    int code = where != NULL ? parse_where(app, "territory", where, &deal->where) : EXIT_OK;
    if (code == EXIT_OK)
        code = parse_media(app, "media", app_value(app, "media"), &deal->media);
    if (code == EXIT_OK)
        code = parse_media(app, "exclusive", app_value(app, "exclusive"), &deal->exclusive_media);
    return code;
}

static int read_titles(struct app *app, struct deal *deal)
{
    size_t n = 0;
    const char **titles = app_values(app, "title", &n);
    if (n == 0)
        return EXIT_OK;
    deal->n_titles = 0;
    deal->titles = ARENA_ARRAY(app->arena, const char *, n);
    for (size_t i = 0; i < n; i++) {
        struct title title;
        title_id id;
        if (titles[i][0] == 0)
            continue; /* takes the list away: all titles of the studio */
        if (!app_id(app, titles[i], "--title", id.s))
            return EXIT_USAGE;
        enum err err = store_title_get(app->store, app->arena, id, &title);
        if (err != OK)
            return app_error(app, err, id.s);
        deal->titles[deal->n_titles++] = arena_strdup(app->arena, id.s);
    }
    return EXIT_OK;
}

static int read_fee(struct app *app, struct deal *deal)
{
    const char *fee = app_value(app, "fee"), *currency = app_value(app, "currency");
    const char *per = app_value(app, "fee-per");
    char code[4];
    if (per != NULL)
        deal->fee_per = per;
    if (fee == NULL && currency != NULL)
        return app_usage(app, "--currency: of which --fee?");
    if (fee == NULL)
        return EXIT_OK;
    if (fee[0] == 0) {
        deal->fee = (struct money){ 0 };
        deal->fee_per = NULL;
        return EXIT_OK;
    }
    text_copy(code, sizeof code, currency != NULL ? currency : deal->fee.currency);
    if (code[0] == 0)
        return app_usage(app, "--currency is missing: EUR, USD, ...");
    if ((currency != NULL && strlen(currency) != 3) || currency_digits(code) < 0)
        return app_usage(app, "--currency: %s is no currency of ISO 4217", currency);
    if (money_parse(fee, strlen(fee), code, &deal->fee) != OK)
        return app_usage(app, "--fee: %s is no amount of %s, as in 100000.00", fee, code);
    if (deal->fee_per == NULL)
        deal->fee_per = "term";
    return EXIT_OK;
}

static int read_holdback(struct app *app, const char *text, struct deal_holdback *out)
{
    const char *parts[HOLDBACK_PARTS];
    size_t n = 0;
    const char *at = text;
    for (; n < HOLDBACK_PARTS; n++) {
        size_t length = strcspn(at, ";");
        parts[n] = arena_strndup(app->arena, at, length);
        at += length;
        if (*at == 0)
            break;
        at++;
    }
    if (n != HOLDBACK_PARTS - 1 || *at != 0)
        return app_usage(app, "--holdback: must be NAME;MEDIA;TERRITORIES;FROM;UNTIL, not %s",
                         text);
    out->name = parts[0];
    int code = parse_media(app, "holdback", parts[1], &out->media);
    if (code == EXIT_OK)
        code = parse_where(app, "holdback", parts[2], &out->where);
    if (code != EXIT_OK)
        return code;
    struct rights_edge *const edges[] = { &out->from, &out->until };
    for (size_t i = 0; i < 2; i++) {
        if (rights_edge_parse(parts[3 + i], edges[i]) != OK)
            return app_usage(app,
                             "--holdback: %s: must be a date, an event (theatrical+36m), open or -",
                             parts[3 + i]);
    }
    return EXIT_OK;
}

static int read_holdbacks(struct app *app, struct deal *deal)
{
    size_t n = 0;
    const char **said = app_values(app, "holdback", &n);
    if (n == 0)
        return EXIT_OK;
    deal->n_holdbacks = 0;
    deal->holdbacks = ARENA_ARRAY(app->arena, struct deal_holdback, n);
    for (size_t i = 0; i < n; i++) {
        if (said[i][0] == 0)
            continue;
        int code = read_holdback(app, said[i], &deal->holdbacks[deal->n_holdbacks++]);
        if (code != EXIT_OK)
            return code;
    }
    return EXIT_OK;
}

int deal_fields_apply(struct app *app, struct deal *deal)
{
    static int (*const readers[])(struct app *, struct deal *) = {
        read_party, read_term, read_grant, read_titles, read_fee, read_holdbacks,
    };
    const char *name = app_value(app, "name"), *contract = app_value(app, "contract");
    struct deal_problem why;
    long long streams;
    if (!app_number(app, "streams", 0, STREAMS_MAX, deal->streams_max, &streams))
        return EXIT_USAGE;
    deal->streams_max = (int)streams;
    if (name != NULL)
        deal->name = name;
    if (contract != NULL)
        deal->contract = contract[0] != 0 ? contract : NULL;
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        int code = readers[i](app, deal);
        if (code != EXIT_OK)
            return code;
    }
    if (deal_validate(deal, &why) != OK)
        return app_usage(app, "--%s: %s", why.field, why.text);
    return EXIT_OK;
}
