#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "place.h"

static void a_title_comes_back_as_it_was_added(void **state)
{
    struct place *p = *state;
    struct title_text texts[] = { { "fr", "M\xc3\xa9tropolis", "Une ville.\nDeux mondes." },
                                  { "en", NULL, "A city." } };
    struct title_credit credits[] = { { "director", "Fritz Lang", NULL },
                                      { "actor", "Brigitte Helm", "Maria" } };
    struct title_rating ratings[] = { { "CNC", "TP" }, { "BBFC", "PG" } };
    const char *genres[] = { "science-fiction", "drama" }, *countries[] = { "DE" };
    struct title t = a_title(TITLE_FILM, "Metropolis", 0), got;
    t.year = 1927;
    t.runtime_minutes = 153;
    t.language = "de";
    t.credit_line = "\xc2\xa9 1927 UFA";
    t.texts = texts;
    t.n_texts = 2;
    t.credits = credits;
    t.n_credits = 2;
    t.ratings = ratings;
    t.n_ratings = 2;
    t.genres = genres;
    t.n_genres = 2;
    t.countries = countries;
    t.n_countries = 1;
    assert_int_equal(store_title_add(p->store, &t), OK);
    assert_int_equal(store_title_add(p->store, &t), ERR_EXISTS);
    assert_int_equal(store_title_get(p->store, p->arena, t.id, &got), OK);
    assert_string_equal(got.id.s, t.id.s);
    assert_int_equal(got.kind, TITLE_FILM);
    assert_int_equal(got.state, TITLE_DRAFT);
    assert_string_equal(got.original_title, "Metropolis");
    assert_string_equal(got.language, "de");
    assert_string_equal(got.credit_line, "\xc2\xa9 1927 UFA");
    assert_int_equal(got.year, 1927);
    assert_int_equal(got.runtime_minutes, 153);
    assert_int_equal(got.created.us, t.created.us);
    assert_int_equal(got.published.us, 0);
    assert_int_equal(got.version, 1);
    assert_int_equal(got.n_texts, 2);
    assert_string_equal(got.texts[0].synopsis, "Une ville.\nDeux mondes.");
    assert_null(got.texts[1].title);
    assert_string_equal(got.texts[1].synopsis, "A city.");
    assert_int_equal(got.n_credits, 2);
    assert_null(got.credits[0].character);
    assert_string_equal(got.credits[1].character, "Maria");
    assert_int_equal(got.n_ratings, 2);
    assert_string_equal(got.ratings[1].value, "PG");
    assert_int_equal(got.n_genres, 2);
    assert_string_equal(got.genres[0], "science-fiction");
    assert_string_equal(got.countries[0], "DE");
    assert_null(got.poster);
    title_id none;
    id_new(none.s);
    assert_int_equal(store_title_get(p->store, p->arena, none, &got), ERR_NOT_FOUND);
}

static void an_edit_of_what_somebody_else_changed_is_refused(void **state)
{
    struct place *p = *state;
    struct title t = a_title(TITLE_FILM, "One", 0), got;
    struct title_text text = { "en", "First", NULL };
    t.texts = &text;
    t.n_texts = 1;
    assert_int_equal(store_title_add(p->store, &t), OK);
    t.original_title = "Two";
    t.n_texts = 0;
    assert_int_equal(store_title_update(p->store, &t, INSTANT(5)), OK);
    t.original_title = "Three";
    assert_int_equal(store_title_update(p->store, &t, INSTANT(6)), ERR_STATE);
    assert_int_equal(store_title_get(p->store, p->arena, t.id, &got), OK);
    assert_string_equal(got.original_title, "Two");
    assert_int_equal(got.version, 2);
    assert_int_equal(got.changed.us, INSTANT(5).us);
    assert_int_equal(got.n_texts, 0);
    id_new(t.id.s);
    assert_int_equal(store_title_update(p->store, &t, INSTANT(6)), ERR_NOT_FOUND);
}

static void states_move_as_drawn_and_again_is_fine(void **state)
{
    struct place *p = *state;
    struct title t = a_title(TITLE_FILM, "X", 0), got;
    static const struct {
        enum title_state to;
        enum err err;
    } rows[] = {
        { TITLE_WITHDRAWN, ERR_STATE }, { TITLE_DRAFT, OK },        { TITLE_PUBLISHED, OK },
        { TITLE_PUBLISHED, OK },        { TITLE_DRAFT, ERR_STATE }, { TITLE_WITHDRAWN, OK },
        { TITLE_WITHDRAWN, OK },        { TITLE_DRAFT, ERR_STATE }, { TITLE_PUBLISHED, OK },
    };
    assert_int_equal(store_title_add(p->store, &t), OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(store_title_move(p->store, t.id, rows[i].to, INSTANT(10 + (int)i)),
                         rows[i].err);
    assert_int_equal(store_title_get(p->store, p->arena, t.id, &got), OK);
    assert_int_equal(got.state, TITLE_PUBLISHED);
    assert_int_equal(got.published.us, INSTANT(12).us);
    id_new(t.id.s);
    assert_int_equal(store_title_move(p->store, t.id, TITLE_PUBLISHED, INSTANT(1)), ERR_NOT_FOUND);
}

static void a_chosen_picture_is_not_replaced_by_one_picked_from_the_film(void **state)
{
    struct place *p = *state;
    struct title t = a_title(TITLE_FILM, "X", 0), got;
    assert_int_equal(store_title_add(p->store, &t), OK);
    assert_int_equal(store_title_image(p->store, t.id.s, "poster", "images/a.jpg", true), OK);
    assert_int_equal(store_title_image(p->store, t.id.s, "poster", "images/b.jpg", true), OK);
    assert_int_equal(store_title_get(p->store, p->arena, t.id, &got), OK);
    assert_string_equal(got.poster, "images/a.jpg");
    assert_int_equal(store_title_image(p->store, t.id.s, "poster", "images/b.jpg", false), OK);
    assert_int_equal(store_title_image(p->store, t.id.s, "backdrop", "images/c.jpg", false), OK);
    assert_int_equal(store_title_image(p->store, t.id.s, "backdrop", NULL, false), OK);
    assert_int_equal(store_title_get(p->store, p->arena, t.id, &got), OK);
    assert_string_equal(got.poster, "images/b.jpg");
    assert_null(got.backdrop);
    assert_int_equal(store_title_image(p->store, t.id.s, "still", "x", false), ERR_NOT_FOUND);
    assert_int_equal(store_title_image(p->store, t.id.s, "cover", "x", false), ERR_ARGUMENT);
}

static void add_many(struct place *p, int n, bool published, bool ready)
{
    for (int i = 0; i < n; i++) {
        struct title t = a_title(TITLE_FILM, "Many", i / 3); /* three share an instant */
        struct store_rendition one;
        struct store_edition e = an_edition(playable_of(t.id), &one);
        assert_int_equal(store_title_add(p->store, &t), OK);
        if (published)
            assert_int_equal(store_title_move(p->store, t.id, TITLE_PUBLISHED, INSTANT(i / 3)), OK);
        if (ready)
            assert_int_equal(store_edition_put(p->store, &e, NULL), OK);
    }
}

static size_t count_pages(struct place *p, struct title_filter *filter)
{
    char seen[64][ID_TEXT];
    size_t total = 0;
    for (filter->after = NULL;;) {
        struct title_page page;
        assert_int_equal(store_titles_list(p->store, p->arena, filter, &page), OK);
        for (size_t i = 0; i < page.n; i++) {
            for (size_t k = 0; k < total; k++)
                assert_string_not_equal(seen[k], page.titles[i].id.s);
            memcpy(seen[total++], page.titles[i].id.s, ID_TEXT);
        }
        if (page.next == NULL)
            return total;
        assert_int_equal(page.n, filter->limit);
        filter->after = page.next;
    }
}

static void pages_show_each_title_once_even_when_instants_are_shared(void **state)
{
    struct place *p = *state;
    add_many(p, 10, true, true);
    add_many(p, 5, true, false);
    add_many(p, 4, false, true);
    for (unsigned limit = 1; limit <= 12; limit++) {
        assert_int_equal(count_pages(p, &(struct title_filter){ .limit = limit }), 10);
        assert_int_equal(
            count_pages(p, &(struct title_filter){ .limit = limit, .any_state = true }), 19);
    }
    struct title_page page;
    static const char *const bad[] = { "", "x", "1.", ".a", "1x.a", "99999999999999999999.a" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(
            store_titles_list(p->store, p->arena, &(struct title_filter){ .after = bad[i] }, &page),
            ERR_ARGUMENT);
}

static void search_finds_words_without_case_and_accents(void **state)
{
    struct place *p = *state;
    struct title_text text = { "fr", "L'\xc3\x89t\xc3\xa9 meurtrier", NULL };
    struct title_credit credit = { "actor", "Isabelle Adjani", "\xc3\x89liane" };
    const char *genres[] = { "thriller" };
    struct title t = a_title(TITLE_FILM, "One Deadly Summer", 0), other;
    t.texts = &text;
    t.n_texts = 1;
    t.credits = &credit;
    t.n_credits = 1;
    t.genres = genres;
    t.n_genres = 1;
    assert_int_equal(store_title_add(p->store, &t), OK);
    other = a_title(TITLE_SERIES, "\xe4\xb8\x83\xe4\xba\xba\xe3\x81\xae\xe4\xbe\x8d", 1);
    assert_int_equal(store_title_add(p->store, &other), OK);
    static const struct {
        const char *search, *kind, *genre;
        size_t n;
    } rows[] = {
        { "summer", NULL, NULL, 1 },
        { "SUMMER deadly", NULL, NULL, 1 },
        { "summer winter", NULL, NULL, 0 },
        { "ete", NULL, NULL, 1 },
        { "\xc3\xa9t\xc3\xa9 MEURTRIER", NULL, NULL, 1 },
        { "l'ete", NULL, NULL, 1 },
        { "adjani eliane", NULL, NULL, 1 },
        { "sum", NULL, NULL, 1 },
        { "ummer", NULL, NULL, 0 },
        { "%", NULL, NULL, 0 },
        { "_ummer", NULL, NULL, 0 },
        { "", NULL, NULL, 0 },
        { "\xe4\xbe\x8d", NULL, NULL, 1 },
        { "summer'; DROP TABLE title; --", NULL, NULL, 0 },
        { NULL, "film", NULL, 1 },
        { NULL, "series", NULL, 1 },
        { NULL, NULL, "thriller", 1 },
        { "summer", "series", NULL, 0 },
        { "summer", "film", "comedy", 0 },
        { NULL, NULL, NULL, 2 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct title_page page;
        struct title_filter filter = { .any_state = true,
                                       .search = rows[i].search,
                                       .kind = rows[i].kind,
                                       .genre = rows[i].genre };
        assert_int_equal(store_titles_list(p->store, p->arena, &filter, &page), OK);
        assert_int_equal(page.n, rows[i].n);
    }
}

static struct title_episode an_episode(title_id series, int season, int number)
{
    struct title_episode e = { .series = series, .season = season, .number = number };
    id_new(e.id.s);
    return e;
}

static void a_series_has_seasons_and_episodes_in_order(void **state)
{
    struct place *p = *state;
    struct title series = a_title(TITLE_SERIES, "Serie", 0), film = a_title(TITLE_FILM, "F", 1);
    struct title_text text = { "fr", "Le premier", "Il arrive." },
                      season_text = { "fr", "Un", NULL };
    struct title_season season = { .number = 3, .n_texts = 1, .texts = &season_text };
    assert_int_equal(store_title_add(p->store, &series), OK);
    assert_int_equal(store_title_add(p->store, &film), OK);
    struct title_episode e12 = an_episode(series.id, 1, 2), e11 = an_episode(series.id, 1, 1),
                         e21 = an_episode(series.id, 2, 1), e01 = an_episode(series.id, 0, 1),
                         of_film = an_episode(film.id, 1, 1);
    e11.texts = &text;
    e11.n_texts = 1;
    e11.runtime_minutes = 42;
    assert_int_equal(store_episode_add(p->store, &e21), OK);
    assert_int_equal(store_episode_add(p->store, &e12), OK);
    assert_int_equal(store_episode_add(p->store, &e11), OK);
    assert_int_equal(store_episode_add(p->store, &e01), OK);
    assert_int_equal(store_episode_add(p->store, &of_film), ERR_STATE);
    struct title_episode again = an_episode(series.id, 1, 2);
    assert_int_equal(store_episode_add(p->store, &again), ERR_EXISTS);
    assert_int_equal(store_season_put(p->store, series.id, &season), OK);
    assert_int_equal(store_season_put(p->store, film.id, &season), ERR_STATE);

    struct series_listing l;
    assert_int_equal(store_series_get(p->store, p->arena, series.id, &l), OK);
    assert_int_equal(l.n_seasons, 4);
    assert_int_equal(l.seasons[3].number, 3);
    assert_string_equal(l.seasons[3].texts[0].title, "Un");
    assert_int_equal(l.n_episodes, 4);
    assert_string_equal(l.episodes[1].id.s, e11.id.s);
    assert_string_equal(l.episodes[1].texts[0].synopsis, "Il arrive.");
    assert_int_equal(l.episodes[1].runtime_minutes, 42);
    assert_int_equal(store_series_get(p->store, p->arena, film.id, &l), ERR_STATE);

    struct title_episode next;
    assert_int_equal(store_episode_next(p->store, p->arena, e11.id, &next), OK);
    assert_string_equal(next.id.s, e12.id.s);
    assert_int_equal(store_episode_next(p->store, p->arena, e12.id, &next), OK);
    assert_string_equal(next.id.s, e21.id.s);
    assert_int_equal(store_episode_next(p->store, p->arena, e21.id, &next), ERR_NOT_FOUND);
    assert_int_equal(store_episode_next(p->store, p->arena, e01.id, &next), ERR_NOT_FOUND);
    assert_int_equal(store_episode_next(p->store, p->arena, playable_of(film.id), &next),
                     ERR_NOT_FOUND);

    struct title_page page;
    struct title_filter filter = { .any_state = true, .search = "premier" };
    assert_int_equal(store_titles_list(p->store, p->arena, &filter, &page), OK);
    assert_int_equal(page.n, 1);
    e11.season = 4;
    e11.n_texts = 0;
    assert_int_equal(store_episode_update(p->store, &e11), OK);
    e11.season = 1;
    e11.number = 2;
    assert_int_equal(store_episode_update(p->store, &e11), ERR_EXISTS);
    assert_int_equal(store_titles_list(p->store, p->arena, &filter, &page), OK);
    assert_int_equal(page.n, 0);
}

static void a_playable_leads_to_its_title(void **state)
{
    struct place *p = *state;
    struct title series = a_title(TITLE_SERIES, "Serie", 0), film = a_title(TITLE_FILM, "F", 1), t;
    struct title_episode e, episode = an_episode(series.id, 1, 1);
    playable_id id;
    assert_int_equal(store_title_add(p->store, &series), OK);
    assert_int_equal(store_title_add(p->store, &film), OK);
    assert_int_equal(store_episode_add(p->store, &episode), OK);
    assert_int_equal(store_playable_find(p->store, p->arena, playable_of(film.id), &t, &e), OK);
    assert_string_equal(t.id.s, film.id.s);
    assert_int_equal(e.id.s[0], 0);
    assert_int_equal(store_playable_find(p->store, p->arena, episode.id, &t, &e), OK);
    assert_string_equal(t.id.s, series.id.s);
    assert_int_equal(e.number, 1);
    assert_int_equal(store_playable_find(p->store, p->arena, playable_of(series.id), &t, &e),
                     ERR_NOT_FOUND);
    assert_int_equal(store_playable_at(p->store, film.id, 0, 0, &id), OK);
    assert_string_equal(id.s, film.id.s);
    assert_int_equal(store_playable_at(p->store, series.id, 1, 1, &id), OK);
    assert_string_equal(id.s, episode.id.s);
    assert_int_equal(store_playable_at(p->store, series.id, 0, 0, &id), ERR_NOT_FOUND);
    assert_int_equal(store_playable_at(p->store, film.id, 1, 1, &id), ERR_NOT_FOUND);
}

static void readiness_of_a_series_is_that_of_any_episode(void **state)
{
    struct place *p = *state;
    struct title series = a_title(TITLE_SERIES, "Serie", 0);
    struct title_episode a = an_episode(series.id, 1, 1), b = an_episode(series.id, 1, 2);
    struct title_page page;
    struct series_listing l;
    struct store_rendition one;
    assert_int_equal(store_title_add(p->store, &series), OK);
    assert_int_equal(store_episode_add(p->store, &a), OK);
    assert_int_equal(store_episode_add(p->store, &b), OK);
    assert_int_equal(store_title_move(p->store, series.id, TITLE_PUBLISHED, INSTANT(1)), OK);
    assert_int_equal(store_titles_list(p->store, p->arena, &(struct title_filter){ 0 }, &page), OK);
    assert_int_equal(page.n, 0);
    struct store_edition e = an_edition(b.id, &one);
    assert_int_equal(store_edition_put(p->store, &e, NULL), OK);
    assert_int_equal(store_titles_list(p->store, p->arena, &(struct title_filter){ 0 }, &page), OK);
    assert_int_equal(page.n, 1);
    assert_true(page.ready[0]);
    assert_int_equal(store_series_get(p->store, p->arena, series.id, &l), OK);
    assert_false(l.ready[0]);
    assert_true(l.ready[1]);
}

static void editions_follow_each_other_and_captions_stay(void **state)
{
    struct place *p = *state;
    struct title film = a_title(TITLE_FILM, "F", 0);
    struct store_rendition rows[2] = { { .name = "v1080", .kind = "video", .label = "", .size = 5 },
                                       { .name = "a-fr-2",
                                         .kind = "audio",
                                         .label = "Fran\xc3\xa7"
                                                  "ais",
                                         .is_default = true,
                                         .is_description = true,
                                         .size = INT64_C(1) << 40 } };
    struct store_edition first = { .playable = playable_of(film.id),
                                   .duration_ms = 7,
                                   .ready = INSTANT(3),
                                   .n_renditions = 2,
                                   .renditions = rows,
                                   .tiles = { 160, 90, 5, 3, 24000, 2, 48000, 720720, 999 } },
                         second, got;
    edition_id replaced, *retired;
    size_t n = 9;
    id_new(first.id.s);
    second = first;
    id_new(second.id.s);
    second.ready = INSTANT(4);
    assert_int_equal(store_edition_get(p->store, p->arena, first.playable, &got), ERR_NOT_FOUND);
    assert_int_equal(store_edition_put(p->store, &first, &replaced), ERR_NOT_FOUND);
    assert_int_equal(store_title_add(p->store, &film), OK);
    assert_int_equal(store_edition_put(p->store, &first, &replaced), OK);
    assert_int_equal(replaced.s[0], 0);
    assert_int_equal(store_edition_put(p->store, &first, &replaced), ERR_EXISTS);
    assert_int_equal(store_edition_get(p->store, p->arena, first.playable, &got), OK);
    assert_int_equal(got.n_renditions, 2);
    assert_int_equal(got.renditions[1].size, INT64_C(1) << 40);
    assert_true(got.renditions[1].is_description);
    assert_memory_equal(&got.tiles, &first.tiles, sizeof got.tiles);
    struct store_caption caption = { "c-fr",
                                     "fr",
                                     "Fran\xc3\xa7"
                                     "ais",
                                     "subtitles",
                                     true,
                                     "media/c" };
    assert_int_equal(store_caption_put(p->store, first.playable, &caption), OK);
    caption.blob = "media/d";
    assert_int_equal(store_caption_put(p->store, first.playable, &caption), OK);
    assert_int_equal(store_edition_put(p->store, &second, &replaced), OK);
    assert_string_equal(replaced.s, first.id.s);
    struct store_caption *captions;
    assert_int_equal(store_captions_list(p->store, p->arena, first.playable, &captions, &n), OK);
    assert_int_equal(n, 1);
    assert_string_equal(captions[0].blob, "media/d");
    assert_int_equal(store_editions_retired(p->store, p->arena, INSTANT(4), &retired, &n), OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_editions_retired(p->store, p->arena, INSTANT(5), &retired, &n), OK);
    assert_int_equal(n, 1);
    assert_string_equal(retired[0].s, first.id.s);
    assert_int_equal(store_edition_find(p->store, p->arena, second.id, &got), OK);
    assert_int_equal(got.ready.us, second.ready.us);
    assert_int_equal(store_edition_find(p->store, p->arena, first.id, &got), OK);
    assert_string_equal(got.playable.s, first.playable.s);
    assert_int_equal(got.ready.us, first.ready.us);
    assert_int_equal(got.n_renditions, 2);
    assert_string_equal(got.renditions[0].name, first.renditions[0].name);
    assert_memory_equal(&got.tiles, &first.tiles, sizeof got.tiles);
    assert_int_equal(store_edition_forget(p->store, retired[0]), OK);
    assert_int_equal(store_edition_forget(p->store, retired[0]), ERR_NOT_FOUND);
    assert_int_equal(store_edition_find(p->store, p->arena, first.id, &got), ERR_NOT_FOUND);
    assert_int_equal(store_caption_remove(p->store, first.playable, "c-fr"), OK);
    assert_int_equal(store_caption_remove(p->store, first.playable, "c-fr"), ERR_NOT_FOUND);
    struct store_edition *all;
    assert_int_equal(store_editions_list(p->store, p->arena, &all, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(all[0].n_renditions, 2);
}

static void genres_that_titles_bear_are_told_once_each(void **state)
{
    struct place *p = *state;
    const char *first[] = { "thriller", "drama" }, *second[] = { "drama", "comedy" }, **used;
    struct title a = a_title(TITLE_FILM, "A", 0), b = a_title(TITLE_FILM, "B", 1);
    size_t n = 1;
    assert_int_equal(store_genres_used(p->store, p->arena, &used, &n), OK);
    assert_int_equal(n, 0);
    a.genres = first;
    b.genres = second;
    a.n_genres = b.n_genres = 2;
    assert_int_equal(store_title_add(p->store, &a), OK);
    assert_int_equal(store_title_add(p->store, &b), OK);
    assert_int_equal(store_genres_used(p->store, p->arena, &used, &n), OK);
    assert_int_equal(n, 3);
    assert_string_equal(used[0], "comedy");
    assert_string_equal(used[1], "drama");
    assert_string_equal(used[2], "thriller");
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(a_title_comes_back_as_it_was_added),
        ROW(an_edit_of_what_somebody_else_changed_is_refused),
        ROW(states_move_as_drawn_and_again_is_fine),
        ROW(a_chosen_picture_is_not_replaced_by_one_picked_from_the_film),
        ROW(pages_show_each_title_once_even_when_instants_are_shared),
        ROW(search_finds_words_without_case_and_accents),
        ROW(a_series_has_seasons_and_episodes_in_order),
        ROW(a_playable_leads_to_its_title),
        ROW(readiness_of_a_series_is_that_of_any_episode),
        ROW(editions_follow_each_other_and_captions_stay),
        ROW(genres_that_titles_bear_are_told_once_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
