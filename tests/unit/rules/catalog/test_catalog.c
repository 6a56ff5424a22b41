#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "rules/catalog/fold.h"
#include "rules/catalog/genre.h"
#include "rules/catalog/title.h"

static void folding_leaves_words_without_case_and_marks(void **state)
{
    (void)state;
    static const struct {
        const char *text, *folded;
    } rows[] = {
        { "", "" },
        { "  ", "" },
        { "Metropolis", " metropolis" },
        { "L'\xc3\x89t\xc3\xa9  meurtrier!", " l ete meurtrier" },
        { "\xc5\x92uvre \xc3\xa6on Stra\xc3\x9f"
          "e",
          " oeuvre aeon strasse" },
        { "E\xcc\x81te\xcc\x81", " ete" }, /* combining marks */
        { "\xc5\x81\xc3\xb3"
          "d\xc5\xba",
          " lodz" },
        { "\xc4\xb0stanbul \xc4\xb1", " istanbul i" },
        { "Vi\xe1\xbb\x87t Nam", " viet nam" },
        { "\xc8\x98i \xc8\x9b", " si t" },
        { "\xce\x86\xce\xbb\xcf\x86\xce\xb1 \xcf\x82",
          " \xce\xb1\xce\xbb\xcf\x86\xce\xb1 \xcf\x83" },
        { "\xd0\x81\xd0\xb6 \xd0\x9c\xd0\xbe", " \xd0\xb5\xd0\xb6 \xd0\xbc\xd0\xbe" },
        { "2001: A Space", " 2001 a space" },
        { "\xc2\xab M \xc2\xbb \xe2\x80\x94 x", " m x" },
        { "\xe4\xb8\x83\xe4\xba\xba\xe3\x80\x80\xe4\xbe\x8d",
          " \xe4\xb8\x83\xe4\xba\xba \xe4\xbe\x8d" },
        { "a\xff"
          "b",
          " a b" },
        { "50% _x_", " 50 x" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf once, twice;
        buf_init(&once, 1024);
        buf_init(&twice, 1024);
        fold_put(&once, rows[i].text, strlen(rows[i].text));
        assert_string_equal(buf_string(&once), rows[i].folded);
        fold_put(&twice, buf_string(&once), once.size);
        assert_string_equal(buf_string(&twice), rows[i].folded); /* folding again changes nothing */
        buf_finish(&once);
        buf_finish(&twice);
    }
}

static void genres_are_a_closed_list_by_the_alphabet(void **state)
{
    (void)state;
    size_t n;
    const char *const *list = genre_list(&n);
    assert_true(n > 20);
    for (size_t i = 1; i < n; i++)
        assert_true(strcmp(list[i - 1], list[i]) < 0);
    assert_true(genre_is_known("drama"));
    assert_false(genre_is_known("Drama"));
    assert_false(genre_is_known(""));
}

static void a_title_moves_as_drawn(void **state)
{
    (void)state;
    static const bool may[3][3] = { { false, true, false },
                                    { false, false, true },
                                    { false, true, false } };
    for (unsigned from = 0; from < 3; from++) {
        for (unsigned to = 0; to < 3; to++)
            assert_int_equal(title_may_move((enum title_state)from, (enum title_state)to),
                             may[from][to]);
        enum title_state back = TITLE_DRAFT;
        assert_true(title_state_parse(title_state_name((enum title_state)from), &back));
        assert_int_equal(back, from);
    }
    enum title_state state_kept = TITLE_WITHDRAWN;
    enum title_kind kind = TITLE_SERIES;
    assert_false(title_state_parse("gone", &state_kept));
    assert_int_equal(state_kept, TITLE_WITHDRAWN);
    assert_false(title_kind_parse("play", &kind));
    assert_true(title_kind_parse("film", &kind));
    assert_int_equal(kind, TITLE_FILM);
    assert_true(title_kind_parse(title_kind_name(TITLE_SERIES), &kind));
    assert_int_equal(kind, TITLE_SERIES);
}

static void the_text_that_fits_best_is_chosen(void **state)
{
    (void)state;
    static const struct title_text texts[] = {
        { "de", "a", NULL }, { "pt-BR", "b", NULL }, { "en", "c", NULL }, { "pt", "d", NULL }
    };
    static const struct {
        size_t n;
        const char *language, *title; /* title NULL: none */
    } rows[] = {
        { 4, "pt", "d" },  { 4, "pt-BR", "b" }, { 4, "pt-PT", "b" }, { 4, "fr", "c" },
        { 4, NULL, "c" },  { 4, "de-AT", "a" }, { 2, "fr", "a" },    { 2, "pt", "b" },
        { 0, "fr", NULL }, { 1, "d", "a" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct title_text *t = title_text_for(texts, rows[i].n, rows[i].language);
        assert_int_equal(t == NULL, rows[i].title == NULL);
        if (t != NULL)
            assert_string_equal(t->title, rows[i].title);
    }
}

/* ---- validation: one row a fault ------------------------------------------------------------ */

struct draft {
    struct title title;
    struct title_text texts[41];
    char languages[41][8];
    struct title_credit credits[201];
    const char *genres[11], *countries[21];
    struct title_rating ratings[21];
    char longer[4002];
};

static void good(struct draft *d)
{
    *d = (struct draft){ .texts = { { "fr", "Titre", "Il\n\tarrive." }, { "en", NULL, "He." } },
                         .credits = { { "actor", "A", "B" },
                                      { "director-of-photography", "C", NULL } },
                         .genres = { "drama", "war" },
                         .countries = { "FR", "DE" },
                         .ratings = { { "CNC", "12" }, { "BBFC", "PG" } } };
    d->title = (struct title){ .original_title = "X",
                               .language = "fr",
                               .credit_line = "c",
                               .year = 1878,
                               .runtime_minutes = 90,
                               .texts = d->texts,
                               .n_texts = 2,
                               .credits = d->credits,
                               .n_credits = 2,
                               .genres = d->genres,
                               .n_genres = 2,
                               .countries = d->countries,
                               .n_countries = 2,
                               .ratings = d->ratings,
                               .n_ratings = 2 };
    memset(d->longer, 'x', sizeof d->longer - 1);
}

#define FAULT(name, statement)                                                                     \
    static void name(struct draft *d)                                                              \
    {                                                                                              \
        statement;                                                                                 \
    }
FAULT(nothing, (void)d)
FAULT(no_original, d->title.original_title = NULL)
FAULT(empty_original, d->title.original_title = "")
FAULT(blank_original, d->title.original_title = "   ")
FAULT(line_in_original, d->title.original_title = "a\nb")
FAULT(bytes_in_original, d->title.original_title = "\xff")
FAULT(path_as_original, d->title.original_title = "../x")
FAULT(original_fits, d->title.original_title = d->longer; d->longer[300] = 0)
FAULT(long_original, d->title.original_title = d->longer; d->longer[301] = 0)
FAULT(bad_language, d->title.language = "French")
FAULT(no_language, d->title.language = NULL)
FAULT(long_credit_line, d->title.credit_line = d->longer; d->longer[301] = 0)
FAULT(early_year, d->title.year = 1877)
FAULT(no_year, d->title.year = 0)
FAULT(last_year, d->title.year = 2200)
FAULT(late_year, d->title.year = 2201)
FAULT(negative_runtime, d->title.runtime_minutes = -1)
FAULT(long_runtime, d->title.runtime_minutes = 6001)
FAULT(same_language_twice, d->texts[1].language = "fr")
FAULT(text_of_nothing, d->texts[1].synopsis = NULL)
FAULT(text_of_no_language, d->texts[1].language = NULL)
FAULT(text_of_bad_language, d->texts[1].language = "x")
FAULT(empty_synopsis, d->texts[1].synopsis = "")
FAULT(control_in_synopsis, d->texts[1].synopsis = "a\x01")
FAULT(bytes_in_synopsis, d->texts[1].synopsis = "\xc3")
FAULT(synopsis_fits, d->texts[1].synopsis = d->longer; d->longer[4000] = 0)
FAULT(long_synopsis, d->texts[1].synopsis = d->longer; d->longer[4001] = 0)
FAULT(long_title, d->texts[0].title = d->longer; d->longer[301] = 0)
FAULT(no_role, d->credits[0].role = NULL)
FAULT(bad_role, d->credits[0].role = "Actor")
FAULT(long_role, d->credits[0].role = d->longer; d->longer[41] = 0)
FAULT(no_name, d->credits[0].name = NULL)
FAULT(bad_character, d->credits[0].character = "")
FAULT(unknown_genre, d->genres[1] = "fun")
FAULT(genre_twice, d->genres[1] = "drama")
FAULT(many_genres, d->title.n_genres = 11)
FAULT(bad_country, d->countries[1] = "fr")
FAULT(country_twice, d->countries[1] = "FR")
FAULT(many_countries, d->title.n_countries = 21)
FAULT(no_system, d->ratings[1].system = NULL)
FAULT(empty_value, d->ratings[1].value = "")
FAULT(system_twice, d->ratings[1].system = "CNC")
FAULT(many_ratings, d->title.n_ratings = 21)
FAULT(many_credits, d->title.n_credits = 201)
FAULT(many_texts, d->title.n_texts = 41)

static void what_a_title_may_hold_has_limits_and_the_fault_its_field(void **state)
{
    (void)state;
    static const struct {
        void (*fault)(struct draft *d);
        const char *field; /* NULL: it is fine */
    } rows[] = {
        { nothing, NULL },
        { no_original, "original_title" },
        { empty_original, "original_title" },
        { blank_original, "original_title" },
        { line_in_original, "original_title" },
        { bytes_in_original, "original_title" },
        { path_as_original, NULL }, /* names never become paths */
        { original_fits, NULL },
        { long_original, "original_title" },
        { bad_language, "language" },
        { no_language, NULL },
        { long_credit_line, "credit_line" },
        { early_year, "year" },
        { no_year, NULL },
        { last_year, NULL },
        { late_year, "year" },
        { negative_runtime, "runtime_minutes" },
        { long_runtime, "runtime_minutes" },
        { same_language_twice, "texts" },
        { text_of_nothing, "texts" },
        { text_of_no_language, "texts" },
        { text_of_bad_language, "texts" },
        { empty_synopsis, "synopsis" },
        { control_in_synopsis, "synopsis" },
        { bytes_in_synopsis, "synopsis" },
        { synopsis_fits, NULL },
        { long_synopsis, "synopsis" },
        { long_title, "title" },
        { no_role, "credits" },
        { bad_role, "credits" },
        { long_role, "credits" },
        { no_name, "credits" },
        { bad_character, "credits" },
        { unknown_genre, "genres" },
        { genre_twice, "genres" },
        { many_genres, "genres" },
        { bad_country, "countries" },
        { country_twice, "countries" },
        { many_countries, "countries" },
        { no_system, "ratings" },
        { empty_value, "ratings" },
        { system_twice, "ratings" },
        { many_ratings, "ratings" },
        { many_credits, "credits" },
        { many_texts, "texts" },
    };
    static struct draft d;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct title_problem why = { "", "" };
        good(&d);
        rows[i].fault(&d);
        enum err err = title_validate(&d.title, &why);
        assert_int_equal(err, rows[i].field == NULL ? OK : ERR_ARGUMENT);
        assert_string_equal(why.field, rows[i].field == NULL ? "" : rows[i].field);
        assert_int_equal(why.text[0] == 0, rows[i].field == NULL);
    }
}

static void seasons_and_episodes_are_numbered_within_reason(void **state)
{
    (void)state;
    static const struct {
        int season, number, runtime;
        const char *field;
    } rows[] = {
        { 0, 1, 0, NULL },
        { 1000, 20000, 6000, NULL },
        { -1, 1, 0, "season" },
        { 1001, 1, 0, "season" },
        { 1, 0, 0, "number" },
        { 1, 20001, 0, "number" },
        { 1, 1, -1, "runtime_minutes" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct title_problem why = { "", "" };
        struct title_episode e = { .season = rows[i].season,
                                   .number = rows[i].number,
                                   .runtime_minutes = rows[i].runtime };
        assert_int_equal(title_episode_validate(&e, &why),
                         rows[i].field == NULL ? OK : ERR_ARGUMENT);
        assert_string_equal(why.field, rows[i].field == NULL ? "" : rows[i].field);
    }
    struct title_text text = { "xx-", "T", NULL };
    struct title_problem why;
    struct title_season s = { .number = 1, .texts = &text, .n_texts = 1 };
    assert_int_equal(title_season_validate(&s, &why), ERR_ARGUMENT);
    text.language = "fr";
    assert_int_equal(title_season_validate(&s, &why), OK);
    s.number = -1;
    assert_int_equal(title_season_validate(&s, &why), ERR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folding_leaves_words_without_case_and_marks),
        cmocka_unit_test(genres_are_a_closed_list_by_the_alphabet),
        cmocka_unit_test(a_title_moves_as_drawn),
        cmocka_unit_test(the_text_that_fits_best_is_chosen),
        cmocka_unit_test(what_a_title_may_hold_has_limits_and_the_fault_its_field),
        cmocka_unit_test(seasons_and_episodes_are_numbered_within_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
