#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "rules/catalog/genre.h"
#include "service/api/problem.h"
#include "service/api/words.h"

static void every_genre_has_a_name_in_both_languages(void **state)
{
    (void)state;
    size_t n;
    const char *const *genres = genre_list(&n);
    for (size_t i = 0; i < n; i++) {
        if (words_for(genres[i], "en") == NULL || words_for(genres[i], "fr") == NULL)
            fail_msg("%s has no name", genres[i]);
    }
}

static void french_is_for_french_and_english_for_the_rest(void **state)
{
    (void)state;
    static const struct {
        const char *language, *word;
    } rows[] = { { "fr", "Nouveautés" }, { "fr-CA", "Nouveautés" }, { "FR", "Nouveautés" },
                 { "en", "New" },        { "de", "New" },           { "fry", "New" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(words_for("new", rows[i].language), rows[i].word);
    assert_null(words_for("no such word", "en"));
}

static void what_members_are_told_has_a_sentence_in_both_languages(void **state)
{
    (void)state;
    static const enum problem said[] = { PROBLEM_JOIN,
                                         PROBLEM_SUBSCRIBE,
                                         PROBLEM_RENT,
                                         PROBLEM_LANGUAGE,
                                         PROBLEM_NOT_YET,
                                         PROBLEM_NOT_OPEN,
                                         PROBLEM_NOT_READY,
                                         PROBLEM_PROFILE,
                                         PROBLEM_PIN,
                                         PROBLEM_PIN_WRONG,
                                         PROBLEM_PAYMENT_DECLINED,
                                         PROBLEM_PAYMENT_MEANS,
                                         PROBLEM_PAYMENT_BUSY,
                                         PROBLEM_PLAN,
                                         PROBLEM_PRICE,
                                         PROBLEM_GIFT,
                                         PROBLEM_PARTNER_TOKEN };
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        char word[64];
        snprintf(word, sizeof word, "problem:%s", problem_code(said[i]));
        const char *english = words_for(word, "en"), *french = words_for(word, "fr");
        assert_non_null(english);
        assert_non_null(french);
        assert_string_not_equal(english, french);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_genre_has_a_name_in_both_languages),
        cmocka_unit_test(what_members_are_told_has_a_sentence_in_both_languages),
        cmocka_unit_test(french_is_for_french_and_english_for_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
