/* What is shown follows everything it is made from, in the same transaction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>

#include "contracts.h"

/* A film under one right in France from day 0 to day 30. */
static struct title a_licensed_film(struct place *p, const char *name)
{
    struct title film = a_film(p, name, true);
    struct store_right right = a_right("t1", "FR", 0, 30);
    struct store_avail_change change = a_change(STORE_AVAIL_EXTRACT, name, &right, 1);
    const char *key = arena_printf(p->arena, "cid:%s", name);
    change.avail.keys = &key;
    change.avail.n_keys = 1;
    apply(p, change);
    return film;
}

static enum viewing_reason reason_in(struct place *p, title_id id, const char *where, utc_time at)
{
    struct showing title, playable = showing_of(p, playable_of(id), where, at);
    enum territory_state state;
    assert_int_equal(store_title_showing(p->store, p->arena, id, where, at, &title, &state), OK);
    assert_int_equal(title.reason, playable.reason);
    return playable.reason;
}

static void the_houses_own_is_shown_in_every_territory_and_nowhere_else(void **state)
{
    struct place *p = *state;
    struct title film = a_film(p, "F", true);
    enum territory_state life;
    struct showing s;
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(1)), VIEWING_TERRITORY);
    open_territory(p, "FR");
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(1)), VIEWING_PLAY);
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(-3000)), VIEWING_PLAY); /* in the past */
    assert_int_equal(reason_in(p, film.id, "BE", AT_DAY(1)), VIEWING_TERRITORY);
    assert_int_equal(store_title_showing(p->store, p->arena, film.id, "FR", AT_DAY(1), &s, &life),
                     OK);
    assert_int_equal(life, TERRITORY_OPEN);
    assert_null(s.because);
    assert_int_equal(s.until.us, INT64_MAX);
    id_new(film.id.s);
    assert_int_equal(store_title_showing(p->store, p->arena, film.id, "FR", AT_DAY(1), &s, &life),
                     ERR_NOT_FOUND);
    assert_int_equal(
        store_showing_find(p->store, p->arena, playable_of(film.id), "FR", AT_DAY(1), &s, &life),
        ERR_NOT_FOUND);
    assert_int_equal(problems(p), 0);
}

static void a_licensed_title_is_shown_in_its_window_alone(void **state)
{
    struct place *p = *state;
    open_territory(p, "FR");
    open_territory(p, "BE");
    struct title film = a_licensed_film(p, "F");
    struct showing s = showing_of(p, playable_of(film.id), "FR", AT_DAY(1));
    assert_int_equal(s.reason, VIEWING_PLAY);
    assert_string_equal(s.because, "avail F t1 of 20th Century Fox");
    assert_int_equal(s.format, RIGHTS_HD);
    assert_int_equal(s.from.us, INSTANT(-20 * 3600 - 2 * 3600 + 0).us);
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(-2)), VIEWING_NOT_YET);
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(32)), VIEWING_NO_RIGHT);
    assert_int_equal(reason_in(p, film.id, "BE", AT_DAY(1)), VIEWING_NO_RIGHT);
    s = showing_of(p, playable_of(film.id), "FR", AT_DAY(32));
    assert_int_equal(s.closed.us, s.from.us); /* what was begun may be finished from there */
    assert_int_equal(listed(p, "FR", AT_DAY(1)), 1);
    assert_int_equal(listed(p, "FR", AT_DAY(32)), 0);
    assert_int_equal(listed(p, "BE", AT_DAY(1)), 0);
    assert_int_equal(problems(p), 0);
}

static void withdrawing_hides_at_once(void **state)
{
    struct place *p = *state;
    open_territory(p, "FR");
    struct title film = a_film(p, "F", true);
    assert_int_equal(listed(p, "FR", AT_DAY(1)), 1);
    assert_int_equal(store_title_move(p->store, film.id, TITLE_WITHDRAWN, INSTANT(9)), OK);
    assert_int_equal(listed(p, "FR", AT_DAY(1)), 0);
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(1)), VIEWING_NOT_PUBLISHED);
    assert_int_equal(store_title_move(p->store, film.id, TITLE_PUBLISHED, INSTANT(10)), OK);
    assert_int_equal(listed(p, "FR", AT_DAY(1)), 1);
    struct store_right none = a_right("t", "BE", 0, 1);
    struct store_avail_change change = a_change(STORE_AVAIL_EXTRACT, "a", &none, 1);
    const char *keys[] = { "cid:F" };
    change.avail.keys = keys;
    change.avail.n_keys = 1;
    apply(p, change); /* licensed from now on, and not for France */
    assert_int_equal(listed(p, "FR", AT_DAY(1)), 0);
    none = a_right("u", "FR", 0, 1);
    change.act = STORE_AVAIL_UPDATE;
    apply(p, change);
    assert_int_equal(listed(p, "FR", AT_DAY(1)), 1);
    change.act = STORE_AVAIL_DELETE_ALL;
    change.avail.n_rights = 0;
    apply(p, change);
    assert_int_equal(listed(p, "FR", AT_DAY(1)), 0);
    assert_int_equal(problems(p), 0);
}

static void a_title_is_shown_once_something_of_it_is_ready(void **state)
{
    struct place *p = *state;
    open_territory(p, "FR");
    struct title film = a_film(p, "F", false);
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(1)), VIEWING_NOT_READY);
    assert_int_equal(listed(p, "FR", AT_DAY(1)), 0);
    struct store_rendition one;
    struct store_edition e = an_edition(playable_of(film.id), &one);
    assert_int_equal(store_edition_put(p->store, &e, NULL), OK);
    assert_int_equal(listed(p, "FR", AT_DAY(1)), 1);
    assert_int_equal(problems(p), 0);
}

static void a_publication_that_lies_ahead_comes_by_the_clock(void **state)
{
    struct place *p = *state;
    struct title film = a_film(p, "F", true), got;
    open_territory(p, "FR");
    assert_int_equal(store_title_publish(p->store, film.id, AT_DAY(9), AT_DAY(1)), ERR_STATE);
    struct title other = a_title(TITLE_FILM, "G", 0);
    struct store_rendition one;
    struct store_edition e = an_edition(playable_of(other.id), &one);
    assert_int_equal(store_title_add(p->store, &other), OK);
    assert_int_equal(store_edition_put(p->store, &e, NULL), OK);
    assert_int_equal(store_title_publish(p->store, other.id, AT_DAY(5), AT_DAY(1)), OK);
    assert_int_equal(store_title_publish(p->store, other.id, AT_DAY(9), AT_DAY(1)), OK);
    utc_time before = { AT_DAY(9).us - 1 };
    assert_int_equal(reason_in(p, other.id, "FR", before), VIEWING_NOT_PUBLISHED);
    assert_int_equal(listed(p, "FR", before), 1);
    assert_int_equal(reason_in(p, other.id, "FR", AT_DAY(9)), VIEWING_PLAY);
    assert_int_equal(listed(p, "FR", AT_DAY(9)), 2);
    assert_int_equal(store_title_move(p->store, other.id, TITLE_WITHDRAWN, AT_DAY(2)), OK);
    assert_int_equal(store_title_get(p->store, p->arena, other.id, &got), OK);
    assert_int_equal(got.published.us, 0); /* it never came to that */
    assert_int_equal(listed(p, "FR", AT_DAY(10)), 1);
    assert_int_equal(store_title_publish(p->store, other.id, AT_DAY(3), AT_DAY(2)), OK);
    assert_int_equal(problems(p), 0);
    /* once it has come, a change makes it one that was always out, and an earlier clock keeps it */
    assert_int_equal(store_title_get(p->store, p->arena, other.id, &got), OK);
    assert_int_equal(store_title_update(p->store, &got, AT_DAY(4)), OK);
    assert_int_equal(reason_in(p, other.id, "FR", AT_DAY(-100)), VIEWING_PLAY);
    assert_int_equal(store_title_publish(p->store, other.id, AT_DAY(6), AT_DAY(4)), ERR_STATE);
    got.version++;
    assert_int_equal(store_title_update(p->store, &got, AT_DAY(-50)), OK);
    assert_int_equal(reason_in(p, other.id, "FR", AT_DAY(-100)), VIEWING_PLAY);
    assert_int_equal(problems(p), 0);
}

static void a_series_is_as_good_as_the_best_of_its_episodes(void **state)
{
    struct place *p = *state;
    struct title series = a_title(TITLE_SERIES, "S", 0);
    struct showing s, *all;
    enum territory_state life;
    size_t n = 0;
    open_territory(p, "FR");
    assert_int_equal(store_title_add(p->store, &series), OK);
    assert_int_equal(store_title_move(p->store, series.id, TITLE_PUBLISHED, INSTANT(0)), OK);
    assert_int_equal(store_title_showing(p->store, p->arena, series.id, "FR", AT_DAY(1), &s, &life),
                     OK);
    assert_int_equal(s.reason, VIEWING_NOT_READY);
    playable_id ready = an_episode_of(p, series.id, 1, 2, true);
    an_episode_of(p, series.id, 1, 1, false);
    an_episode_of(p, series.id, 2, 1, true);
    struct store_right right = a_right("t", "FR", 0, 3);
    struct store_avail_change change = a_change(STORE_AVAIL_EXTRACT, "a", &right, 1);
    change.avail.type = "season";
    apply(p, change);
    assert_int_equal(store_avail_link(p->store, NULL, "a", &series.id, 1, -1, INSTANT(0)), OK);
    assert_int_equal(
        store_series_showings(p->store, p->arena, series.id, "FR", AT_DAY(1), &all, &n), OK);
    assert_int_equal(n, 3);
    assert_int_equal(all[0].reason, VIEWING_NOT_READY);
    assert_int_equal(all[1].reason, VIEWING_PLAY);
    assert_int_equal(all[2].reason, VIEWING_NO_RIGHT); /* of the second season */
    assert_int_equal(store_title_showing(p->store, p->arena, series.id, "FR", AT_DAY(1), &s, &life),
                     OK);
    assert_int_equal(s.reason, VIEWING_PLAY);
    assert_string_equal(s.because, "avail a t of 20th Century Fox");
    assert_int_equal(listed(p, "FR", AT_DAY(1)), 1);
    assert_int_equal(listed(p, "FR", AT_DAY(9)), 0);
    assert_int_equal(showing_of(p, ready, "FR", AT_DAY(9)).reason, VIEWING_NO_RIGHT);
    assert_int_equal(
        store_series_showings(p->store, p->arena, series.id, "BE", AT_DAY(1), &all, &n), OK);
    assert_int_equal(n, 3);
    assert_int_equal(all[1].reason, VIEWING_TERRITORY);
    assert_int_equal(problems(p), 0);
}

static void a_territory_opens_and_closes_by_the_clock_alone(void **state)
{
    struct place *p = *state;
    struct territory t, *all;
    size_t n = 0;
    a_film(p, "F", true);
    assert_int_equal(store_territory_get(p->store, p->arena, "FR", &t), OK);
    assert_int_equal(t.n_changes, 0);
    assert_int_equal(t.tax_permille, -1);
    static const struct {
        enum territory_state state;
        int day;
        enum err err;
    } moves[] = {
        { TERRITORY_OPEN, 9, ERR_STATE },     { TERRITORY_HELD, 0, OK },
        { TERRITORY_READY, 5, OK },           { TERRITORY_OPEN, 9, OK },
        { TERRITORY_CLOSED, 20, OK },         { TERRITORY_OPEN, 20, ERR_STATE },
        { TERRITORY_PLANNED, 21, ERR_STATE },
    };
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        struct territory_change change = { moves[i].state, AT_DAY(moves[i].day), "because" };
        assert_int_equal(store_territory_change(p->store, "FR", &change, AT_DAY(0)), moves[i].err);
    }
    assert_int_equal(listed(p, "FR", AT_DAY(8)), 0);
    assert_int_equal(listed(p, "FR", (utc_time){ AT_DAY(9).us - 1 }), 0);
    assert_int_equal(listed(p, "FR", AT_DAY(9)), 1);
    assert_int_equal(listed(p, "FR", AT_DAY(20)), 0);
    assert_int_equal(store_territory_unplan(p->store, "FR", AT_DAY(9), AT_DAY(1)), ERR_STATE);
    assert_int_equal(store_territory_unplan(p->store, "FR", AT_DAY(20), AT_DAY(20)), ERR_NOT_FOUND);
    assert_int_equal(store_territory_unplan(p->store, "FR", AT_DAY(20), AT_DAY(1)), OK);
    assert_int_equal(listed(p, "FR", AT_DAY(20)), 1);
    assert_int_equal(store_territory_get(p->store, p->arena, "FR", &t), OK);
    assert_int_equal(t.n_changes, 3);
    assert_string_equal(t.changes[0].reason, "because");
    assert_int_equal(store_territories_list(p->store, p->arena, &all, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(all[0].n_changes, 3);
}

static void what_the_house_sets_of_a_territory_renews_what_hangs_on_it(void **state)
{
    struct place *p = *state;
    struct territory t, got;
    open_territory(p, "US");
    struct title film = a_film(p, "F", true);
    struct title_rating ratings[] = { { "CNC", "16" }, { "MPAA", "R" } };
    film.ratings = ratings;
    film.n_ratings = 2;
    film.version = 2; /* its publication was a change */
    assert_int_equal(store_title_update(p->store, &film, INSTANT(1)), OK);
    struct store_right right = a_right("t1", "US", 0, 30);
    apply(p, a_change(STORE_AVAIL_EXTRACT, "a", &right, 1));
    assert_int_equal(store_avail_link(p->store, NULL, "a", &film.id, -1, -1, INSTANT(0)), OK);
    struct showing before = showing_of(p, playable_of(film.id), "US", AT_DAY(2));
    assert_int_equal(before.min_age, 17);
    assert_int_equal(store_territory_get(p->store, p->arena, "US", &t), OK);
    t.zone = "Pacific/Honolulu";
    t.ratings = "CNC";
    t.currency = "USD";
    t.tax_permille = 80;
    t.price_minor = 799;
    t.languages = "en,es";
    t.roaming = TERRITORY_ROAMING_HOME;
    assert_int_equal(store_territory_put(p->store, &t, INSTANT(1)), OK);
    struct showing after = showing_of(p, playable_of(film.id), "US", AT_DAY(2));
    assert_int_equal(after.min_age, 16);
    assert_int_equal(after.from.us - before.from.us, 6 * 3600 * UTC_SECOND);
    assert_int_equal(store_territory_get(p->store, p->arena, "US", &got), OK);
    assert_string_equal(got.zone, "Pacific/Honolulu");
    assert_string_equal(got.languages, "en,es");
    assert_int_equal(got.roaming, TERRITORY_ROAMING_HOME);
    assert_int_equal(got.price_minor, 799);
    assert_int_equal(got.n_changes, 1);
    assert_int_equal(problems(p), 0);
}

static void a_child_sees_what_is_for_its_age_and_nobody_the_locked_area(void **state)
{
    struct place *p = *state;
    static const char *const values[] = { "TP", "12", "16", "18", NULL };
    struct law lock = { .id = "lock",
                        .territory = "FR",
                        .kind = LAW_AGE,
                        .from = { TODAY + 10 },
                        .until = { TODAY + 19 },
                        .source = "test",
                        .text = "test",
                        .age = 18,
                        .is_enforced = true };
    struct title_page page;
    open_territory(p, "FR");
    assert_int_equal(store_laws_replace(p->store, "house", &lock, 1, INSTANT(0)), OK);
    for (size_t i = 0; i < 5; i++) {
        struct title film = a_film(p, arena_printf(p->arena, "F%zu", i), true);
        struct title_rating rating = { "CNC", values[i] };
        film.ratings = &rating;
        film.n_ratings = values[i] != NULL;
        film.version = 2;
        assert_int_equal(store_title_update(p->store, &film, INSTANT(1)), OK);
    }
    static const struct {
        int day, max_age;
        bool is_unlocked;
        size_t n;
        int locked_age;
    } rows[] = {
        { 1, 0, false, 5, 0 },  { 1, 12, false, 2, 0 },  { 1, 18, false, 4, 0 },
        { 11, 0, false, 4, 0 }, { 11, 0, true, 5, 0 },   { 11, 18, true, 4, 0 },
        { 19, 0, false, 4, 0 }, { 21, 0, false, 5, 0 },  { 1, 0, false, 2, 16 },
        { 1, 0, true, 5, 16 },  { 1, 12, false, 1, 12 }, { 21, 0, false, 3, 18 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct title_filter filter = { .territory = "FR",
                                       .now = AT_DAY(rows[i].day),
                                       .max_age = rows[i].max_age,
                                       .locked_age = rows[i].locked_age,
                                       .is_unlocked = rows[i].is_unlocked };
        assert_int_equal(store_titles_list(p->store, p->arena, &filter, &page), OK);
        assert_int_equal(page.n, rows[i].n);
        for (size_t k = 0; k < page.n; k++)
            assert_true(rows[i].is_unlocked || !page.showings[k].is_locked);
    }
    assert_int_equal(problems(p), 0);
    lock.is_enforced = false; /* it is only reported */
    assert_int_equal(store_laws_replace(p->store, "house", &lock, 1, INSTANT(0)), OK);
    assert_int_equal(listed(p, "FR", AT_DAY(11)), 5);
    assert_int_equal(problems(p), 0);
}

static void the_law_holds_a_film_back_from_its_first_showing_in_cinemas(void **state)
{
    struct place *p = *state;
    struct law law = { .id = "chronology",
                       .territory = "FR",
                       .kind = LAW_CHRONOLOGY,
                       .from = { 0 },
                       .is_open_ended = true,
                       .source = "the law",
                       .text = "test",
                       .licences = 1u << RIGHTS_SVOD,
                       .event = RIGHTS_EVENT_THEATRICAL,
                       .months = 36,
                       .is_enforced = true },
               shipped = law, *laws;
    char version[64];
    size_t n = 0;
    open_territory(p, "FR");
    struct title film = a_licensed_film(p, "F"), own = a_film(p, "G", true);
    shipped.months = 4;
    assert_int_equal(store_laws_replace(p->store, "shipped", &shipped, 1, INSTANT(0)), OK);
    assert_int_equal(store_laws_replace(p->store, "house.json", &law, 1, INSTANT(0)), OK);
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(1)), VIEWING_PLAY); /* never in cinemas */
    struct rights_event_date shown = { RIGHTS_EVENT_THEATRICAL, "FR", { TODAY - 300 } };
    assert_int_equal(store_title_events_put(p->store, film.id, &shown, 1, INSTANT(0)), OK);
    assert_int_equal(store_title_events_put(p->store, own.id, &shown, 1, INSTANT(0)), OK);
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(1)), VIEWING_HELD_BACK);
    assert_int_equal(reason_in(p, own.id, "FR", AT_DAY(1)), VIEWING_HELD_BACK);
    assert_string_equal(showing_of(p, playable_of(film.id), "FR", AT_DAY(1)).because, "the law");
    assert_int_equal(problems(p), 0);
    assert_int_equal(store_laws_list(p->store, p->arena, &laws, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(laws[0].months, 36);
    assert_int_equal(store_laws_replace(p->store, "house.json", NULL, 0, INSTANT(0)), OK);
    assert_int_equal(store_laws_list(p->store, p->arena, &laws, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(laws[0].months, 4);
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(1)), VIEWING_PLAY);
    assert_int_equal(store_laws_version(p->store, version), OK);
    assert_string_equal(version, "");
    assert_int_equal(store_laws_version_put(p->store, "2026-1"), OK);
    assert_int_equal(store_laws_version(p->store, version), OK);
    assert_string_equal(version, "2026-1");
    assert_int_equal(problems(p), 0);
}

/* ---- deals ---------------------------------------------------------------------------------- */

static struct deal a_deal(enum deal_direction direction, const char *party)
{
    struct deal d = { .name = "The deal",
                      .direction = direction,
                      .party = party,
                      .from = { TODAY - 100 },
                      .until = { TODAY + 1000 },
                      .where = in("FR BE"),
                      .media = DEAL_SVOD | DEAL_VOD,
                      .streams_max = 3,
                      .fee = { 100000, "EUR" },
                      .fee_per = "year",
                      .contract = "C1",
                      .version = 1 };
    id_new(d.id.s);
    return d;
}

static void a_deal_comes_back_and_its_holdback_holds_back(void **state)
{
    struct place *p = *state;
    open_territory(p, "FR");
    struct title film = a_licensed_film(p, "F");
    struct deal_holdback hold = {
        .name = "free TV", .media = DEAL_SVOD, .where = in("FR"), .from = DAY(5), .until = DAY(9)
    };
    struct deal d = a_deal(DEAL_TO_US, "20th century FOX"), got, *all;
    size_t n = 0;
    d.holdbacks = &hold;
    d.n_holdbacks = 1;
    assert_int_equal(store_deal_add(p->store, &d, INSTANT(0)), OK);
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(1)), VIEWING_PLAY);
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(6)), VIEWING_HELD_BACK);
    assert_int_equal(store_deal_find(p->store, p->arena, "the DEAL", &got), OK);
    assert_string_equal(got.id.s, d.id.s);
    assert_int_equal(got.streams_max, 3);
    assert_int_equal(got.fee.minor, 100000);
    assert_string_equal(got.fee_per, "year");
    assert_memory_equal(&got.where, &d.where, sizeof got.where);
    assert_int_equal(got.n_holdbacks, 1);
    assert_string_equal(got.holdbacks[0].name, "free TV");
    assert_int_equal(got.holdbacks[0].until.day.days, TODAY + 9);
    struct store_contract c;
    assert_int_equal(store_contract_get(p->store, p->arena, film.id, NULL, &c), OK);
    assert_true(c.n_blocks >= 1);
    struct deal again = a_deal(DEAL_TO_US, "X");
    assert_int_equal(store_deal_add(p->store, &again, INSTANT(0)), ERR_EXISTS);
    d.n_holdbacks = 0;
    assert_int_equal(store_deal_update(p->store, &d, INSTANT(1)), OK);
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(6)), VIEWING_PLAY);
    assert_int_equal(store_deal_update(p->store, &d, INSTANT(1)), ERR_STATE);
    d.version = 2;
    d.n_holdbacks = 1;
    assert_int_equal(store_deal_update(p->store, &d, INSTANT(1)), OK);
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(6)), VIEWING_HELD_BACK);
    assert_int_equal(problems(p), 0);
    assert_int_equal(store_deals_list(p->store, p->arena, &all, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(store_deal_remove(p->store, d.id, INSTANT(2)), OK);
    assert_int_equal(store_deal_remove(p->store, d.id, INSTANT(2)), ERR_NOT_FOUND);
    assert_int_equal(store_deal_update(p->store, &d, INSTANT(1)), ERR_NOT_FOUND);
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(6)), VIEWING_PLAY);
    assert_int_equal(problems(p), 0);
}

static void what_we_granted_to_another_alone_is_not_shown_by_us(void **state)
{
    struct place *p = *state;
    open_territory(p, "FR");
    open_territory(p, "US");
    struct title film = a_film(p, "F", true), other = a_film(p, "G", true);
    const char *titles[] = { film.id.s };
    struct deal d = a_deal(DEAL_BY_US, "Canal");
    d.exclusive_media = DEAL_SVOD;
    d.titles = titles;
    d.n_titles = 1;
    assert_int_equal(store_deal_add(p->store, &d, INSTANT(0)), OK);
    assert_int_equal(reason_in(p, film.id, "FR", AT_DAY(1)), VIEWING_HELD_BACK);
    assert_int_equal(reason_in(p, film.id, "US", AT_DAY(1)), VIEWING_PLAY);
    assert_int_equal(reason_in(p, other.id, "FR", AT_DAY(1)), VIEWING_PLAY);
    d.n_titles = 0; /* everything of ours */
    assert_int_equal(store_deal_update(p->store, &d, INSTANT(0)), OK);
    assert_int_equal(reason_in(p, other.id, "FR", AT_DAY(1)), VIEWING_HELD_BACK);
    struct store_contract c;
    assert_int_equal(store_contract_get(p->store, p->arena, film.id, NULL, &c), OK);
    assert_false(c.is_licensed);
    assert_int_equal(c.n_rights, 1);
    assert_string_equal(c.rights[0].source, "the house's own");
    assert_int_equal(store_deal_remove(p->store, d.id, INSTANT(0)), OK);
    assert_int_equal(reason_in(p, other.id, "FR", AT_DAY(1)), VIEWING_PLAY);
    assert_int_equal(problems(p), 0);
}

/* ---- productions ---------------------------------------------------------------------------- */

static void a_release_publishes_all_at_one_instant_and_can_be_taken_back_until_then(void **state)
{
    struct place *p = *state;
    struct title series = a_title(TITLE_SERIES, "S", 0), got_title;
    struct production_instalment instalments[] = { { "first", { 1 }, 60, { 0 }, false },
                                                   { "second", { 2 }, 40, { 3 }, true } };
    struct delivery deliveries[] = { { .season = 1, .number = 1, .state = DELIVERY_ACCEPTED },
                                     { .season = 1, .number = 2, .report = "{}", .note = "n" } };
    struct production pr = { .title = series.id,
                             .state = PRODUCTION_READY,
                             .studio = "House",
                             .creators = "A, B",
                             .episodes = 2,
                             .budget = { 100, "EUR" },
                             .terms = { .audio = "fr,en", .channels = 6, .loudness_lufs = -23.5 },
                             .n_instalments = 2,
                             .n_deliveries = 2,
                             .instalments = instalments,
                             .deliveries = deliveries,
                             .created = INSTANT(0),
                             .changed = INSTANT(0),
                             .version = 1 },
                      got, *all;
    size_t n = 0;
    open_territory(p, "FR");
    assert_int_equal(store_title_add(p->store, &series), OK);
    an_episode_of(p, series.id, 1, 1, true);
    playable_id last = an_episode_of(p, series.id, 1, 2, true);
    id_new(pr.id.s);
    assert_int_equal(store_production_add(p->store, &pr), OK);
    assert_int_equal(store_production_find(p->store, p->arena, series.id.s, &got), OK);
    assert_string_equal(got.id.s, pr.id.s);
    assert_int_equal(got.terms.channels, 6);
    assert_true(got.terms.loudness_lufs < -23.4 && got.terms.loudness_lufs > -23.6);
    assert_int_equal(got.n_instalments, 2);
    assert_true(got.instalments[1].is_paid);
    assert_int_equal(got.n_deliveries, 2);
    assert_string_equal(got.deliveries[1].note, "n");
    assert_int_equal(got.deliveries[1].playable.s[0], 0);
    got.release = AT_DAY(9);
    got.state = PRODUCTION_RELEASED;
    assert_int_equal(store_production_update(p->store, &got, AT_DAY(1)), OK);
    assert_int_equal(store_production_update(p->store, &got, AT_DAY(1)), ERR_STATE);
    utc_time before = { AT_DAY(9).us - UTC_SECOND };
    assert_int_equal(showing_of(p, last, "FR", before).reason, VIEWING_NOT_PUBLISHED);
    assert_int_equal(listed(p, "FR", before), 0);
    assert_int_equal(showing_of(p, last, "FR", AT_DAY(9)).reason, VIEWING_PLAY);
    assert_int_equal(listed(p, "FR", AT_DAY(9)), 1);
    got.version++;
    got.release.us = 0;
    assert_int_equal(store_production_update(p->store, &got, AT_DAY(2)), OK);
    assert_int_equal(listed(p, "FR", AT_DAY(9)), 0);
    assert_int_equal(store_title_get(p->store, p->arena, series.id, &got_title), OK);
    assert_int_equal(got_title.state, TITLE_WITHDRAWN);
    got.version++;
    got.release = AT_DAY(3);
    assert_int_equal(store_production_update(p->store, &got, AT_DAY(2)), OK);
    assert_int_equal(listed(p, "FR", AT_DAY(3)), 1);
    got.version++;
    got.release = AT_DAY(5);
    assert_int_equal(store_production_update(p->store, &got, AT_DAY(4)), ERR_STATE); /* has come */
    assert_int_equal(store_production_find(p->store, p->arena, pr.id.s, &got), OK);
    assert_int_equal(got.release.us, AT_DAY(3).us);
    id_new(pr.id.s);
    assert_int_equal(store_production_add(p->store, &pr), ERR_EXISTS);
    assert_int_equal(store_productions_list(p->store, p->arena, &all, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(problems(p), 0);
}

/* ---- lists ---------------------------------------------------------------------------------- */

static void pages_of_what_is_shown_give_each_title_once(void **state)
{
    struct place *p = *state;
    enum { TITLES = 60 };
    const char *genre = "drama";
    size_t wanted = 0;
    open_territory(p, "FR");
    for (int i = 0; i < TITLES; i++) {
        struct title t = a_title(i % 4 == 0 ? TITLE_SERIES : TITLE_FILM, "Many", i);
        t.genres = &genre;
        t.n_genres = (size_t)(i % 2);
        t.is_licensed = i % 3 == 0; /* and without a right */
        assert_int_equal(store_title_add(p->store, &t), OK);
        if (t.kind == TITLE_SERIES) {
            an_episode_of(p, t.id, 1, 1, true);
        } else {
            struct store_rendition one;
            struct store_edition e = an_edition(playable_of(t.id), &one);
            assert_int_equal(store_edition_put(p->store, &e, NULL), OK);
        }
        assert_int_equal(store_title_move(p->store, t.id, TITLE_PUBLISHED, INSTANT(i / 3 * 10)),
                         OK);
        wanted += i % 3 != 0;
    }
    static const struct {
        const char *kind, *genre, *search;
        int one_in;
    } rows[] = { { NULL, NULL, NULL, 1 },        { "series", NULL, NULL, 4 },
                 { NULL, "drama", NULL, 2 },     { NULL, NULL, "man", 1 },
                 { "series", "drama", NULL, 0 }, { NULL, NULL, "nothing", 0 } };
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        for (unsigned limit = 1; limit <= 50; limit += 7) {
            char seen[TITLES][ID_TEXT];
            size_t total = 0;
            struct title_filter filter = { .territory = "FR",
                                           .now = AT_DAY(1),
                                           .kind = rows[r].kind,
                                           .genre = rows[r].genre,
                                           .search = rows[r].search,
                                           .limit = limit };
            struct title_page page;
            do {
                assert_int_equal(store_titles_list(p->store, p->arena, &filter, &page), OK);
                for (size_t i = 0; i < page.n; i++) {
                    for (size_t k = 0; k < total; k++)
                        assert_string_not_equal(seen[k], page.titles[i].id.s);
                    memcpy(seen[total++], page.titles[i].id.s, ID_TEXT);
                    assert_int_equal(page.showings[i].reason, VIEWING_PLAY);
                    assert_true(page.ready[i]);
                }
                filter.after = page.next;
            } while (page.next != NULL);
            assert_int_equal(total, rows[r].one_in == 0 ? 0 : wanted / (size_t)rows[r].one_in);
        }
    }
}

static void the_calendar_names_what_opens_and_closes(void **state)
{
    struct place *p = *state;
    struct store_turn *turns;
    size_t n = 0;
    open_territory(p, "FR");
    open_territory(p, "BE");
    a_licensed_film(p, "F");
    struct title series = a_title(TITLE_SERIES, "S", 0);
    assert_int_equal(store_title_add(p->store, &series), OK);
    an_episode_of(p, series.id, 1, 1, true);
    playable_id second = an_episode_of(p, series.id, 1, 2, true);
    assert_int_equal(store_title_move(p->store, series.id, TITLE_PUBLISHED, INSTANT(0)), OK);
    struct store_right rights[] = { a_right("e1", "FR", -5, 100), a_right("e2", "FR", 3, 30) };
    for (int i = 0; i < 2; i++) {
        apply(p, a_change(STORE_AVAIL_EXTRACT, rights[i].key, &rights[i], 1));
        assert_int_equal(
            store_avail_link(p->store, NULL, rights[i].key, &series.id, 1, i + 1, INSTANT(0)), OK);
    }
    assert_int_equal(
        store_turns_list(p->store, p->arena, NULL, AT_DAY(1), AT_DAY(40), 0, &turns, &n), OK);
    assert_int_equal(n, 3);
    assert_true(turns[0].opens);
    assert_string_equal(turns[0].name, "S S1E2");
    assert_string_equal(turns[0].playable.s, second.s);
    assert_string_equal(turns[0].because, "avail e2 e2 of 20th Century Fox");
    assert_string_equal(turns[0].territory, "FR");
    assert_int_equal(turns[0].at.us, INSTANT(3 * 86400 - 22 * 3600).us);
    assert_false(turns[1].opens);
    assert_false(turns[2].opens);
    assert_string_equal(turns[1].name, "F");
    assert_string_equal(turns[1].because, "avail F t1 of 20th Century Fox");
    assert_int_equal(
        store_turns_list(p->store, p->arena, "FR", AT_DAY(1), AT_DAY(40), 1, &turns, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(
        store_turns_list(p->store, p->arena, "BE", AT_DAY(1), AT_DAY(40), 0, &turns, &n), OK);
    assert_int_equal(n, 0);
}

static void showings_that_are_not_what_they_would_be_made_are_found_and_made_anew(void **state)
{
    struct place *p = *state;
    const char **lines;
    bool is_current = true;
    size_t n = 0;
    open_territory(p, "FR");
    a_licensed_film(p, "F");
    assert_int_equal(store_showings_current(p->store, &is_current), OK);
    assert_false(is_current);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM avail_right", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(store_check(p->store, p->arena, &lines, &n), OK);
    assert_int_equal(n, 1);
    assert_non_null(strstr(lines[0], "in FR is not what its contracts say"));
    assert_int_equal(store_showings_renew(p->store, INSTANT(0), &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(problems(p), 0);
    assert_int_equal(store_showings_current(p->store, &is_current), OK);
    assert_true(is_current);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(the_houses_own_is_shown_in_every_territory_and_nowhere_else),
        ROW(a_licensed_title_is_shown_in_its_window_alone),
        ROW(withdrawing_hides_at_once),
        ROW(a_title_is_shown_once_something_of_it_is_ready),
        ROW(a_publication_that_lies_ahead_comes_by_the_clock),
        ROW(a_series_is_as_good_as_the_best_of_its_episodes),
        ROW(a_territory_opens_and_closes_by_the_clock_alone),
        ROW(what_the_house_sets_of_a_territory_renews_what_hangs_on_it),
        ROW(a_child_sees_what_is_for_its_age_and_nobody_the_locked_area),
        ROW(the_law_holds_a_film_back_from_its_first_showing_in_cinemas),
        ROW(a_deal_comes_back_and_its_holdback_holds_back),
        ROW(what_we_granted_to_another_alone_is_not_shown_by_us),
        ROW(a_release_publishes_all_at_one_instant_and_can_be_taken_back_until_then),
        ROW(pages_of_what_is_shown_give_each_title_once),
        ROW(the_calendar_names_what_opens_and_closes),
        ROW(showings_that_are_not_what_they_would_be_made_are_found_and_made_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
