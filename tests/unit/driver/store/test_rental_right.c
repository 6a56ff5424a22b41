/* The right a film is rented out under. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contracts.h"
#include "driver/store/rental_right.h"

static struct store_right for_rent(const char *key, const char *where, int from, int until,
                                   enum rights_format format, int64_t minor, const char *currency)
{
    struct store_right r = a_right(key, where, from, until);
    r.right.licence = RIGHTS_VOD;
    r.right.format = format;
    r.right.price.minor = minor;
    memcpy(r.right.price.currency, currency, strlen(currency) + 1);
    return r;
}

/* The avail of a film, "alid:NAME", is found by its key. */
static void offer(struct place *p, const char *name, struct store_right *rights, size_t n)
{
    const char *alid = arena_printf(p->arena, "alid:%s", name),
               *key = arena_printf(p->arena, "cid:%s", name);
    struct store_avail_change change = a_change(STORE_AVAIL_EXTRACT, alid, rights, n);
    change.avail.keys = &key;
    change.avail.n_keys = 1;
    apply(p, change);
}

static const char *right_of(struct place *p, title_id title, playable_id playable,
                            const char *where, utc_time at)
{
    const struct rights_right *right = NULL;
    assert_int_equal(
        store_rental_rights(p->store, p->arena, title, &playable, 1, where, at, &right), OK);
    return right == NULL ? NULL
                         : arena_printf(p->arena, "%lld %s", (long long)right->price.minor,
                                        rights_format_name(right->format));
}

static void the_right_is_that_of_the_greatest_picture_with_a_price_here(void **state)
{
    struct place *p = *state;
    open_territory(p, "FR");
    struct title film = a_film(p, "Film", true);
    struct store_right rights[] = {
        for_rent("sd", "FR", 0, 30, RIGHTS_SD, 100, "EUR"),
        for_rent("usd", "FR", 0, 20, RIGHTS_HD, 200, "USD"),
        for_rent("hd", "FR", 0, 10, RIGHTS_HD, 300, "EUR"),
        for_rent("be", "BE", 0, 30, RIGHTS_UHD, 400, "EUR"),
        a_right("sub", "FR", 0, 60),
    };
    rights[4].right.format = RIGHTS_UHD; /* by subscription: no price of a night */
    offer(p, "Film", rights, 5);
    playable_id id = playable_of(film.id);
    assert_string_equal(right_of(p, film.id, id, "FR", AT_DAY(5)), "300 HD");
    assert_string_equal(right_of(p, film.id, id, "FR", AT_DAY(15)), "200 HD");
    assert_string_equal(right_of(p, film.id, id, "FR", AT_DAY(25)), "100 SD");
    assert_null(right_of(p, film.id, id, "FR", AT_DAY(35)));
    assert_null(right_of(p, film.id, id, "FR", AT_DAY(-1)));
    assert_string_equal(right_of(p, film.id, id, "BE", AT_DAY(5)), "400 UHD");
    /* It is what the showing says. */
    for (int day = 5; day < 40; day += 10) {
        struct showing s = showing_of(p, id, "FR", AT_DAY(day));
        const char *right = right_of(p, film.id, id, "FR", AT_DAY(day));
        assert_int_equal(s.for_rent, right != NULL);
        if (right != NULL)
            assert_non_null(strstr(right, rights_format_name(s.rent_format)));
    }
    struct title own = a_film(p, "Own", true);
    assert_null(right_of(p, own.id, playable_of(own.id), "FR", AT_DAY(5)));
}

static void what_is_revoked_is_rented_under_no_right(void **state)
{
    struct place *p = *state;
    open_territory(p, "FR");
    struct title film = a_film(p, "Film", true);
    struct store_right right = for_rent("t", "FR", 0, 30, RIGHTS_HD, 100, "EUR");
    offer(p, "Film", &right, 1);
    playable_id id = playable_of(film.id);
    assert_non_null(right_of(p, film.id, id, "FR", AT_DAY(5)));
    right.right.status = RIGHTS_STATUS_REVOKED;
    offer(p, "Film", &right, 1);
    assert_null(right_of(p, film.id, id, "FR", AT_DAY(5)));
}

static void episodes_have_the_rights_that_are_about_them(void **state)
{
    enum { N = 4 };
    struct place *p = *state;
    open_territory(p, "FR");
    struct title series = a_title(TITLE_SERIES, "Series", 0);
    const char *key = "cid:Series";
    assert_int_equal(store_title_add(p->store, &series), OK);
    assert_int_equal(store_title_move(p->store, series.id, TITLE_PUBLISHED, INSTANT(0)), OK);
    assert_int_equal(store_title_identifiers_put(p->store, series.id, &key, 1, INSTANT(0)), OK);
    playable_id episodes[N];
    for (int i = 0; i < N; i++)
        episodes[i] = an_episode_of(p, series.id, 1 + i / 2, 1 + i % 2, true);
    for (int season = 1; season <= 2; season++) {
        struct store_right right = for_rent("t", "FR", 0, 30, RIGHTS_HD, season * 100, "EUR");
        struct store_avail_change change =
            a_change(STORE_AVAIL_EXTRACT, season == 1 ? "alid:1" : "alid:2", &right, 1);
        apply(p, change);
        assert_int_equal(store_avail_link(p->store, NULL, season == 1 ? "alid:1" : "alid:2",
                                          &series.id, season, season == 1 ? -1 : 2, INSTANT(0)),
                         OK);
    }
    const struct rights_right *rights[N];
    assert_int_equal(
        store_rental_rights(p->store, p->arena, series.id, episodes, N, "FR", AT_DAY(5), rights),
        OK);
    assert_int_equal(rights[0]->price.minor, 100);
    assert_int_equal(rights[1]->price.minor, 100);
    assert_null(rights[2]);
    assert_int_equal(rights[3]->price.minor, 200);
}

static void a_right_says_whose_it_is_and_what_its_avail_said(void **state)
{
    struct place *p = *state;
    open_territory(p, "FR");
    struct title film = a_film(p, "Film", true);
    struct store_right right = for_rent("t", "FR", 0, 30, RIGHTS_HD, 100, "EUR");
    struct store_right_source source;
    struct store_studio studio;
    const struct rights_right *got;
    playable_id id = playable_of(film.id);
    right.said = "{\"terms\":[]}";
    offer(p, "Film", &right, 1);
    assert_int_equal(
        store_rental_rights(p->store, p->arena, film.id, &id, 1, "FR", AT_DAY(5), &got), OK);
    assert_int_equal(store_right_source(p->store, p->arena, got->id, &source), OK);
    assert_int_equal(store_studio_find(p->store, p->arena, "20th Century Fox", &studio), OK);
    assert_string_equal(source.studio.s, studio.id.s);
    assert_string_equal(source.said, "{\"terms\":[]}");
    assert_int_equal(store_right_source(p->store, p->arena, "nothing", &source), ERR_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_make, place_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_right_is_that_of_the_greatest_picture_with_a_price_here),
        TEST(what_is_revoked_is_rented_under_no_right),
        TEST(episodes_have_the_rights_that_are_about_them),
        TEST(a_right_says_whose_it_is_and_what_its_avail_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
