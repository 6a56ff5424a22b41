#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "driver/store/metadata.h"
#include "place.h"

static const char *const series_keys[] = { "cid:series", "season:cid:season=2",
                                           "season:cid:season=20" };
static const struct rights_event_date event = { .event = RIGHTS_EVENT_BROADCAST,
                                                .territory = "FR",
                                                .day = { 15901 } };

static struct store_episode_change an_episode(title_id series, int number)
{
    struct store_episode_change e = {
        .is_new = true, .episode = { .series = series, .season = 2, .number = number }
    };
    id_new(e.episode.id.s);
    return e;
}

static void a_series_comes_with_all_that_is_said_of_it(void **state)
{
    struct place *p = *state;
    struct title t = a_title(TITLE_SERIES, "Shadows", 0), got;
    struct title_text text = { .language = "fr", .title = "Saison deux" };
    struct title_season season = { .number = 2, .texts = &text, .n_texts = 1 };
    struct store_episode_change episodes[] = { an_episode(t.id, 1), an_episode(t.id, 2) };
    struct store_title_change change = { .title = &t,
                                         .is_new = true,
                                         .has_keys = true,
                                         .keys = series_keys,
                                         .n_keys = 3,
                                         .events = &event,
                                         .n_events = 1,
                                         .seasons = &season,
                                         .n_seasons = 1,
                                         .episodes = episodes,
                                         .n_episodes = 2 };
    struct series_listing listing;
    struct store_title_key *keys;
    struct rights_event_date *events;
    size_t n;
    assert_int_equal(store_title_changes_apply(p->store, &change, 1, true, INSTANT(1)), OK);
    assert_int_equal(store_title_get(p->store, p->arena, t.id, &got), ERR_NOT_FOUND);
    assert_int_equal(store_title_changes_apply(p->store, &change, 1, false, INSTANT(1)), OK);
    assert_int_equal(store_series_get(p->store, p->arena, t.id, &listing), OK);
    assert_int_equal(listing.n_seasons, 1);
    assert_string_equal(listing.seasons[0].texts[0].title, "Saison deux");
    assert_int_equal(listing.n_episodes, 2);
    assert_int_equal(store_title_events(p->store, p->arena, t.id, &events, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(events[0].day.days, 15901);

    assert_int_equal(store_title_keys_find(p->store, p->arena, "season:cid:season=", &keys, &n),
                     OK);
    assert_int_equal(n, 2);
    assert_string_equal(keys[0].key, "season:cid:season=2");
    assert_string_equal(keys[1].title.s, t.id.s);
    assert_int_equal(store_title_keys_find(p->store, p->arena, "cid:serie", &keys, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(store_title_keys_find(p->store, p->arena, "cid:series", &keys, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(store_title_keys_find(p->store, p->arena, "cid:series2", &keys, &n), OK);
    assert_int_equal(n, 0);
}

static void when_one_change_is_refused_none_is_made(void **state)
{
    struct place *p = *state;
    struct title first = a_title(TITLE_FILM, "First", 0), second = a_title(TITLE_FILM, "Second", 0);
    struct title there = a_title(TITLE_FILM, "There", 0), got;
    static const char *const key[] = { "cid:taken" };
    assert_int_equal(store_title_add(p->store, &there), OK);
    assert_int_equal(store_title_identifiers_put(p->store, there.id, key, 1, INSTANT(0)), OK);
    struct title renamed = there;
    renamed.original_title = "Renamed";
    struct store_title_change changes[] = {
        { .title = &renamed, .is_changed = true },
        { .title = &first, .is_new = true },
        { .title = &second, .is_new = true, .has_keys = true, .keys = key, .n_keys = 1 },
    };
    assert_int_equal(store_title_changes_apply(p->store, changes, 3, false, INSTANT(1)),
                     ERR_EXISTS);
    assert_int_equal(store_title_get(p->store, p->arena, first.id, &got), ERR_NOT_FOUND);
    assert_int_equal(store_title_get(p->store, p->arena, there.id, &got), OK);
    assert_string_equal(got.original_title, "There");

    renamed.version = 7;
    assert_int_equal(store_title_changes_apply(p->store, changes, 2, false, INSTANT(1)), ERR_STATE);
    assert_int_equal(store_title_get(p->store, p->arena, first.id, &got), ERR_NOT_FOUND);

    struct store_episode_change episode = an_episode(there.id, 1);
    struct store_title_change film = { .title = &there, .episodes = &episode, .n_episodes = 1 };
    assert_int_equal(store_title_changes_apply(p->store, &film, 1, false, INSTANT(1)), ERR_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_series_comes_with_all_that_is_said_of_it, place_make,
                                        place_clear),
        cmocka_unit_test_setup_teardown(when_one_change_is_refused_none_is_made, place_make,
                                        place_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
