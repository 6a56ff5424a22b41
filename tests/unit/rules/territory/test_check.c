#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "rules/territory/check.h"

enum { TITLES_MAX = 300 };

/* A catalogue that tests fill title by title. */
struct world {
    struct arena *arena;
    struct territory territory;
    struct title titles[TITLES_MAX];
    struct check_title rows[TITLES_MAX];
    struct check_question q;
    struct check_report report;
};

static void add(struct world *w, enum title_kind kind, int seasons, const char *country,
                const char *language)
{
    struct title *t = &w->titles[w->q.n_titles];
    struct check_title *row = &w->rows[w->q.n_titles++];
    snprintf(t->id.s, sizeof t->id.s, "t%zu", w->q.n_titles);
    t->kind = kind;
    t->original_title = "Film";
    t->language = language;
    t->countries = ARENA_ARRAY(w->arena, const char *, 4);
    if (country != NULL)
        t->countries[t->n_countries++] = country;
    *row = (struct check_title){ .title = t,
                                 .seasons = seasons,
                                 .is_cleared = true,
                                 .in_subscription = true,
                                 .has_language = true,
                                 .has_captions = true };
}

static void add_films(struct world *w, int n, const char *country, const char *language)
{
    for (int i = 0; i < n; i++)
        add(w, TITLE_FILM, 0, country, language);
}

static int set_up(void **state)
{
    static struct world w;
    static struct territory_change changes[] = { { TERRITORY_READY, { 1 }, NULL } };
    memset(&w, 0, sizeof w);
    w.arena = arena_create();
    w.territory = (struct territory){
        .code = "FR", .tax_permille = 200, .price_minor = 799, .n_changes = 1, .changes = changes
    };
    w.q.territory = &w.territory;
    w.q.titles = w.rows;
    assert_int_equal(utc_parse("2013-07-15T12:00:00Z", 20, &w.q.at), OK);
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    arena_destroy(&w->arena);
    return 0;
}

static const struct check_row *row_of(struct world *w, const char *id)
{
    assert_int_equal(check_territory(w->arena, &w->q, &w->report), OK);
    for (size_t i = 0; i < w->report.n; i++) {
        if (strcmp(w->report.rows[i].id, id) == 0)
            return &w->report.rows[i];
    }
    fail_msg("there is no row %s", id);
    return NULL;
}

static struct law quota(int permille)
{
    return (struct law){ .id = "quota",
                         .territory = "FR",
                         .kind = LAW_QUOTA,
                         .is_open_ended = true,
                         .from = { 0 },
                         .source = "law",
                         .text = "x",
                         .what = LAW_FILMS,
                         .of = LAW_EUROPEAN,
                         .share_permille = permille,
                         .is_enforced = true };
}

static void a_quota_is_met_at_its_very_share_and_not_one_film_below(void **state)
{
    static const struct {
        int good, others, permille;
        bool passes;
        const char *found, *remedy;
    } rows[] = {
        { 6, 4, 600, true, "60 % (6 of 10 films)", NULL },
        { 5, 5, 600, false, "50 % (5 of 10 films)", "3 more European films, or 2 fewer others" },
        { 10, 22, 500, false, "31.2 % (10 of 32 films)",
          "12 more European films, or 12 fewer others" },
        { 1, 2, 333, true, "33.3 % (1 of 3 films)", NULL },
        { 1, 2, 334, false, "33.3 % (1 of 3 films)", "1 more European film, or 1 fewer others" },
        { 2, 1, 667, false, "66.6 % (2 of 3 films)", "1 more European film, or 1 fewer others" },
        { 0, 3, 400, false, "0 % (0 of 3 films)", "2 more European films" },
        { 3, 1, 1000, false, "75 % (3 of 4 films)", "1 fewer others" },
        { 0, 0, 600, true, "no films", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world *w = *state;
        w->q.n_titles = 0;
        memset(w->titles, 0, sizeof w->titles);
        add_films(w, rows[i].good, "FR", "fr");
        add_films(w, rows[i].others, "US", "en");
        struct law law = quota(rows[i].permille);
        w->q.laws = &law;
        w->q.n_laws = 1;
        const struct check_row *row = row_of(w, "quota");
        assert_int_equal(row->passes, rows[i].passes);
        assert_string_equal(row->found, rows[i].found);
        assert_int_equal(row->n_failing, row->passes ? 0 : rows[i].others);
        if (rows[i].remedy == NULL)
            assert_null(row->remedy);
        else
            assert_string_equal(row->remedy, rows[i].remedy);
        assert_true(row->is_blocking);
    }
}

/* What the report says would make it pass does make it pass, and one less does not. */
static void a_remedy_is_exactly_enough(void **state)
{
    struct world *w = *state;
    for (int n = 1; n <= 16; n++) {
        for (int good = 1; good < n; good++) {
            static const int shares[] = { 1, 300, 333, 350, 400, 500, 600, 667, 999 };
            for (size_t s = 0; s < sizeof shares / sizeof shares[0]; s++) {
                int share = shares[s], more = 0, fewer = 0;
                if (1000 * good >= share * n)
                    continue;
                while (1000 * (good + more) < share * (n + more))
                    more++;
                while (1000 * good < share * (n - fewer))
                    fewer++;
                w->q.n_titles = 0;
                memset(w->titles, 0, sizeof w->titles);
                add_films(w, good, "DE", "de");
                add_films(w, n - good, "US", "en");
                struct law law = quota(share);
                w->q.laws = &law;
                w->q.n_laws = 1;
                char want[80];
                snprintf(want, sizeof want, "%d more European film%s, or %d fewer others", more,
                         more == 1 ? "" : "s", fewer);
                assert_string_equal(row_of(w, "quota")->remedy, want);
            }
        }
    }
}

static void series_are_counted_by_their_seasons(void **state)
{
    struct world *w = *state;
    struct law law = quota(500);
    law.what = LAW_SERIES;
    add(w, TITLE_SERIES, 3, "FR", "fr");
    add(w, TITLE_SERIES, 4, "US", "en");
    add_films(w, 50, "FR", "fr");
    w->q.laws = &law;
    w->q.n_laws = 1;
    const struct check_row *row = row_of(w, "quota");
    assert_false(row->passes);
    assert_string_equal(row->found, "42.8 % (3 of 7 seasons)");
    assert_string_equal(row->remedy, "1 more European season, or 1 fewer others");
    assert_string_equal(row->failing[0], "t2 Film: from US");
    law.what = LAW_ALL;
    assert_true(row_of(w, "quota")->passes);
}

static void works_of_several_countries_belong_where_most_of_them_are(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *countries[3];
        bool is_european;
    } rows[] = {
        { { "FR", "US", NULL }, true },  { { "US", "FR", NULL }, false },
        { { "US", "FR", "DE" }, true },  { { "FR", "US", "CA" }, false },
        { { "GB", NULL, NULL }, true },  { { "NO", NULL, NULL }, true },
        { { "TR", NULL, NULL }, true },  { { "RU", NULL, NULL }, false },
        { { NULL, NULL, NULL }, false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        w->q.n_titles = 0;
        memset(w->titles, 0, sizeof w->titles);
        add_films(w, 1, NULL, "fr");
        for (size_t k = 0; k < 3 && rows[i].countries[k] != NULL; k++)
            w->titles[0].countries[w->titles[0].n_countries++] = rows[i].countries[k];
        struct law law = quota(1000);
        w->q.laws = &law;
        w->q.n_laws = 1;
        assert_int_equal(row_of(w, "quota")->passes, rows[i].is_european);
    }
}

static void a_language_is_counted_by_what_is_spoken(void **state)
{
    struct world *w = *state;
    struct law law = quota(400);
    law.of = LAW_NATIONAL_LANGUAGE;
    law.language = "fr";
    add_films(w, 1, "CA", "fr-CA");
    add_films(w, 1, "FR", "en");
    add_films(w, 1, "FR", "frr"); /* North Frisian */
    add_films(w, 1, "FR", NULL);
    w->q.laws = &law;
    w->q.n_laws = 1;
    const struct check_row *row = row_of(w, "quota");
    assert_string_equal(row->found, "25 % (1 of 4 films)");
    assert_string_equal(row->remedy, "1 more film in French, or 2 fewer others");
    assert_string_equal(row->failing[0], "t2 Film: in English");
    assert_string_equal(row->failing[2], "t4 Film: its spoken language is not said");
}

static void a_threshold_lets_small_catalogues_off(void **state)
{
    struct world *w = *state;
    struct law law = quota(600);
    law.threshold = 20;
    add_films(w, 19, "US", "en");
    w->q.laws = &law;
    w->q.n_laws = 1;
    const struct check_row *row = row_of(w, "quota");
    assert_true(row->passes);
    assert_string_equal(row->required, "60 % European films, from 20 films or seasons on");
    add_films(w, 1, "US", "en");
    assert_false(row_of(w, "quota")->passes);
    w->rows[0].is_cleared = false; /* what may not be shown does not count */
    assert_true(row_of(w, "quota")->passes);
    add(w, TITLE_SERIES, 20, "FR", "fr"); /* films count again: the service is a great one */
    assert_false(row_of(w, "quota")->passes);
}

static void at_most_two_hundred_titles_are_named(void **state)
{
    struct world *w = *state;
    struct law law = quota(600);
    add_films(w, 250, "US", "en");
    w->q.laws = &law;
    w->q.n_laws = 1;
    const struct check_row *row = row_of(w, "quota");
    assert_int_equal(row->n_failing, 250);
    assert_int_equal(row->n_listed, 200);
}

static void chronology_fails_for_what_is_shown_too_early(void **state)
{
    struct world *w = *state;
    struct law law = { .id = "svod",
                       .territory = "FR",
                       .kind = LAW_CHRONOLOGY,
                       .is_open_ended = true,
                       .source = "law",
                       .text = "x",
                       .what = LAW_FILMS,
                       .licences = 1u << RIGHTS_SVOD,
                       .event = RIGHTS_EVENT_THEATRICAL,
                       .months = 36,
                       .is_enforced = true };
    struct rights_event_date here = { RIGHTS_EVENT_THEATRICAL, "FR", { 0 } };
    struct rights_event_date anywhere = { RIGHTS_EVENT_THEATRICAL, "", { 0 } };
    w->q.laws = &law;
    w->q.n_laws = 1;
    add_films(w, 2, "FR", "fr");
    w->rows[0].events = &here;
    w->rows[0].n_events = 1;
    here.day = civil_day_of(2010, 7, 16); /* one day too early on 15 July 2013 */
    const struct check_row *row = row_of(w, "svod");
    assert_false(row->passes);
    assert_string_equal(row->failing[0], "t1 Film: shown, but held back until 2013-07-16");
    assert_string_equal(row->required, "SVOD: none before 36 months from its theatrical release");
    w->rows[0].in_subscription = false; /* rented: another law's business */
    assert_true(row_of(w, "svod")->passes);
    w->rows[0].in_subscription = true;
    here.day = civil_day_of(2010, 7, 15);
    assert_true(row_of(w, "svod")->passes);
    w->rows[0].events = &anywhere;
    anywhere.day = civil_day_of(2013, 1, 1);
    assert_false(row_of(w, "svod")->passes);
    w->rows[0].is_cleared = false;
    row = row_of(w, "svod");
    assert_true(row->passes);
    assert_non_null(strstr(row->found, "1 of 1 with a release is held back, the first until "
                                       "2016-01-01"));
}

static void ratings_captions_and_the_home_page_are_counted(void **state)
{
    struct world *w = *state;
    struct law laws[] = {
        { .id = "rating", .territory = "FR", .kind = LAW_RATING, .is_enforced = true },
        { .id = "captions", .territory = "FR", .kind = LAW_CAPTIONS, .share_permille = 1000 },
        { .id = "home", .territory = "FR", .kind = LAW_PROMINENCE, .share_permille = 500 },
        { .id = "age", .territory = "FR", .kind = LAW_AGE, .age = 18, .is_enforced = true },
        { .id = "hours",
          .territory = "FR",
          .kind = LAW_AGE_HOURS,
          .age = 16,
          .hour_from = 1350,
          .hour_until = 300,
          .is_enforced = true },
    };
    for (size_t i = 0; i < 5; i++) {
        laws[i].is_open_ended = true;
        laws[i].source = laws[i].text = "x";
    }
    w->q.laws = laws;
    w->q.n_laws = 5;
    add_films(w, 2, "FR", "fr");
    add_films(w, 2, "US", "en");
    w->rows[1].min_age = -1;
    w->rows[2].min_age = 18;
    w->rows[3].has_captions = false;
    w->rows[0].is_on_home = w->rows[2].is_on_home = w->rows[3].is_on_home = true;
    const struct check_row *row = row_of(w, "rating");
    assert_false(row->passes);
    assert_string_equal(row->remedy, "ratings for 1 more title");
    assert_string_equal(row->failing[0], "t2 Film: no rating of CNC,CSA");
    row = row_of(w, "captions");
    assert_false(row->passes);
    assert_false(row->is_blocking);
    assert_string_equal(row->remedy, "captions for 1 more title");
    row = row_of(w, "home");
    assert_string_equal(row->found, "33.3 % (1 of 3 films and seasons)");
    assert_false(row->passes);
    assert_string_equal(row_of(w, "age")->found, "1 title from 18 on, locked; some are not rated");
    assert_string_equal(row_of(w, "hours")->required,
                        "from 16 on, shown for free, only 22:30 to 05:00");
    assert_false(w->report.is_ready);
    w->rows[1].min_age = 0;
    assert_true(row_of(w, "rating")->passes);
    assert_true(w->report.is_ready); /* what is only reported stands in nobody's way */
}

static void the_house_wants_tax_price_and_something_to_show(void **state)
{
    struct world *w = *state;
    static struct territory_change held[] = { { TERRITORY_HELD, { 1 }, "quotas" } };
    assert_false(row_of(w, "house-catalogue")->passes);
    assert_false(w->report.is_ready);
    add_films(w, 3, "FR", "fr");
    w->rows[1].is_cleared = false;
    w->rows[1].why = "no right for this territory";
    const struct check_row *row = row_of(w, "house-cleared");
    assert_string_equal(row->found, "66.6 % (2 of 3 titles)");
    assert_string_equal(row->failing[0], "t2 Film: no right for this territory");
    assert_true(w->report.is_ready);
    assert_string_equal(row_of(w, "house-tax")->found, "20 %");
    assert_string_equal(row_of(w, "house-price")->found, "7.99 EUR");
    w->territory.tax_permille = -1;
    assert_false(row_of(w, "house-tax")->passes);
    assert_false(w->report.is_ready);
    w->territory.tax_permille = 55;
    assert_string_equal(row_of(w, "house-tax")->found, "5.5 %");
    w->territory.price_minor = -1;
    assert_false(row_of(w, "house-price")->passes);
    assert_false(w->report.is_ready);
    w->territory.price_minor = 0;
    assert_true(row_of(w, "house-price")->passes);
    w->territory.changes = held;
    row = row_of(w, "house-state");
    assert_false(row->passes);
    assert_string_equal(row->found, "held: quotas");
    assert_false(w->report.is_ready);
    w->territory.n_changes = 0;
    assert_false(row_of(w, "house-state")->passes);
    assert_true(w->report.is_ready);
    memcpy(w->territory.code, "ZZ", 3);
    assert_int_equal(check_territory(w->arena, &w->q, &w->report), ERR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        T(a_quota_is_met_at_its_very_share_and_not_one_film_below),
        T(a_remedy_is_exactly_enough),
        T(series_are_counted_by_their_seasons),
        T(works_of_several_countries_belong_where_most_of_them_are),
        T(a_language_is_counted_by_what_is_spoken),
        T(a_threshold_lets_small_catalogues_off),
        T(at_most_two_hundred_titles_are_named),
        T(chronology_fails_for_what_is_shown_too_early),
        T(ratings_captions_and_the_home_page_are_counted),
        T(the_house_wants_tax_price_and_something_to_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
