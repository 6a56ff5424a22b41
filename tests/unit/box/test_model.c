#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "box/model/model.h"
#include "box/words/words.h"

typedef enum err (*reader_of)(const struct tree *t, struct arena *mem, void **out);

static enum err read_text(const char *text, reader_of read, struct arena *mem, void **out)
{
    struct tree *t = NULL;
    if (tree_parse(text, strlen(text), &t) != OK)
        return ERR_MALFORMED;
    enum err err = read(t, mem, out);
    tree_destroy(&t);
    return err;
}

#define CARD(id, title) "{\"id\":\"" id "\",\"kind\":\"film\",\"title\":\"" title "\"}"

static void rows_keep_what_can_be_shown_and_drop_the_rest(void **state)
{
    struct arena *mem = arena_create();
    void *got;
    (void)state;
    assert_int_equal(
        read_text("{\"rows\":[{\"id\":\"new\",\"title\":\"New\",\"items\":[" CARD(
                      "a", "A") ",{},"
                                "{\"id\":3}," CARD(
                                    "b", "B") "]},{\"id\":\"x\",\"title\":\"Y\",\"items\":[]},7]}",
                  read_home, mem, &got),
        OK);
    const struct home *h = got;
    assert_int_equal(h->n, 1);
    assert_int_equal(h->rows[0].n, 2);
    assert_string_equal(h->rows[0].items[1].title, "B");
    assert_int_equal(read_text("{}", read_home, mem, &got), ERR_MALFORMED);
    assert_int_equal(read_text("[", read_home, mem, &got), ERR_MALFORMED);
    arena_destroy(&mem);
}

static void pictures_elsewhere_are_not_fetched(void **state)
{
    struct arena *mem = arena_create();
    void *got;
    (void)state;
    assert_int_equal(read_text("{\"items\":[{\"id\":\"a\",\"title\":\"A\",\"poster\":"
                               "\"http://elsewhere/x.jpg\",\"backdrop\":\"/images/y.jpg\"}]}",
                               read_page, mem, &got),
                     OK);
    const struct page *p = got;
    assert_null(p->items[0].poster);
    assert_string_equal(p->items[0].backdrop, "/images/y.jpg");
    arena_destroy(&mem);
}

#define EPISODE(id, n, ready, done)                                                                \
    "{\"id\":\"" id "\",\"number\":" n ",\"ready\":" ready ",\"finished\":" done "}"

static void a_series_goes_on_where_it_was_left(void **state)
{
    static const struct {
        const char *resume, *one, *two, *picked;
        bool is_again;
    } rows[] = {
        { "null", "false", "false", "e1", false },
        { "null", "true", "false", "e2", false },
        { "null", "true", "true", "e1", true },
        { "{\"playable\":\"e2\"}", "false", "false", "e2", false },
        { "{\"playable\":\"gone\"}", "false", "false", "e1", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_create();
        char text[1200];
        void *got;
        snprintf(text, sizeof text,
                 "{\"id\":\"t\",\"kind\":\"series\",\"title\":\"T\",\"may\":\"play\",\"resume\":%s,"
                 "\"seasons\":[{\"number\":0,\"title\":null,\"episodes\":[" EPISODE(
                     "s", "1", "true", "false") "]},{\"number\":1,\"title\":null,\"episodes\":["
                                                "{\"id\":\"e1\",\"number\":1,\"ready\":true,"
                                                "\"finished\":%s},{\"id\":\"e2\",\"number\":2,"
                                                "\"ready\":true,\"finished\":%s}]}]}",
                 rows[i].resume, rows[i].one, rows[i].two);
        assert_int_equal(read_text(text, read_title, mem, &got), OK);
        struct pick p = title_pick(got);
        assert_string_equal(p.playable, rows[i].picked);
        assert_int_equal(p.is_again, rows[i].is_again);
        arena_destroy(&mem);
    }
}

static void a_problem_has_a_code_whatever_was_answered(void **state)
{
    static const struct {
        const char *text, *code;
        int status;
    } rows[] = {
        { "{\"code\":\"rent\"}", "rent", 403 },
        { "{\"error\":\"slow_down\"}", "slow_down", 400 },
        { "{}", "not-found", 404 },
        { "[]", "internal", 500 },
        { "{\"code\":7}", "busy", 503 },
    };
    struct arena *mem = arena_create();
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tree *t = NULL;
        assert_int_equal(tree_parse(rows[i].text, strlen(rows[i].text), &t), OK);
        assert_string_equal(read_problem(t, rows[i].status, mem)->code, rows[i].code);
        tree_destroy(&t);
    }
    arena_destroy(&mem);
}

static void every_word_is_said_in_both_languages(void **state)
{
    (void)state;
    for (int language = 0; language < N_LANGUAGES; language++) {
        words_choose((enum language)language);
        for (int w = 0; w < N_WORDS; w++)
            assert_true(strlen(word((enum word)w)) > 0);
    }
    words_choose(LANGUAGE_EN);
    for (int w = 0; w < N_WORDS; w++) { /* what is filled in is the same in both */
        bool a = strstr(word((enum word)w), "{a}") != NULL;
        bool b = strstr(word((enum word)w), "{b}") != NULL;
        words_choose(LANGUAGE_FR);
        assert_int_equal(a, strstr(word((enum word)w), "{a}") != NULL);
        assert_int_equal(b, strstr(word((enum word)w), "{b}") != NULL);
        words_choose(LANGUAGE_EN);
    }
}

static void figures_are_said_as_each_language_does(void **state)
{
    struct arena *mem = arena_create();
    (void)state;
    words_choose(LANGUAGE_EN);
    assert_string_equal(money_said(mem, "3.99", "EUR"), "€3.99");
    assert_string_equal(minutes_said(mem, 92), "1 h 32 min");
    assert_string_equal(clock_said(mem, 3723.4), "1:02:03");
    assert_string_equal(language_name(mem, "fr-CA"), "French");
    assert_string_equal(word_with(mem, W_EPISODE_SHORT, "1", "2"), "S1 E2");
    words_choose(LANGUAGE_FR);
    assert_string_equal(money_said(mem, "3.99", "EUR"), "3,99\u00a0€");
    assert_string_equal(money_said(mem, "3.99", "CHF"), "3,99\u00a0CHF");
    assert_string_equal(minutes_said(mem, 60), "1 h");
    assert_string_equal(genre_name(mem, "war"), "Guerre");
    assert_string_equal(genre_name(mem, "unheard-of"), "unheard-of");
    assert_int_equal(language_of("fr-BE"), LANGUAGE_FR);
    assert_int_equal(language_of("fry"), LANGUAGE_EN);
    assert_int_equal(language_of(NULL), LANGUAGE_EN);
    arena_destroy(&mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_keep_what_can_be_shown_and_drop_the_rest),
        cmocka_unit_test(pictures_elsewhere_are_not_fetched),
        cmocka_unit_test(a_series_goes_on_where_it_was_left),
        cmocka_unit_test(a_problem_has_a_code_whatever_was_answered),
        cmocka_unit_test(every_word_is_said_in_both_languages),
        cmocka_unit_test(figures_are_said_as_each_language_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
