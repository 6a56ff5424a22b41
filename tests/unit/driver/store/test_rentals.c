#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "money.h"

enum { WATCH = 48 * 3600, START = 30 * 86400 };

static struct rental a_rental(member_id member, title_id film, int bought)
{
    struct rental r = { .member = member,
                        .title = film,
                        .playable = playable_of(film),
                        .price = euros(399),
                        .territory = "FR",
                        .format = RIGHTS_HD,
                        .right = "",
                        .studio = "",
                        .ordered = INSTANT(bought),
                        .bought = INSTANT(bought),
                        .start_by = INSTANT(bought + START),
                        .watch_us = WATCH * UTC_SECOND };
    id_new(r.id.s);
    return r;
}

static void save(struct place *p, const struct rental *r)
{
    struct store_billing item = { .rental = r };
    assert_int_equal(store_billing_commit(p->store, &item, 1), OK);
    assert_int_equal(item.err, OK);
}

static struct title a_stored_film(struct place *p)
{
    struct title film = a_title(TITLE_FILM, "Film", 0);
    assert_int_equal(store_title_add(p->store, &film), OK);
    return film;
}

static enum err play(struct place *p, const struct rental *r, int seconds, utc_time *ends)
{
    struct store_playback playback = { .member = r->member,
                                       .profile = profile_main(r->member),
                                       .playable = r->playable,
                                       .created = INSTANT(seconds),
                                       .expires = INSTANT(seconds + 3600) };
    id_new(playback.id.s);
    return store_rental_play(p->store, r->id, &playback, INSTANT(seconds), ends);
}

static void a_rental_runs_from_its_first_start_to_its_last_second(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct title film = a_stored_film(p);
    struct rental r = a_rental(m.id, film.id, 0), got;
    utc_time ends = { 0 };
    save(p, &r);
    assert_int_equal(play(p, &r, 100, &ends), OK);
    assert_int_equal(ends.us, INSTANT(100 + WATCH).us);
    assert_int_equal(play(p, &r, 200, &ends), OK); /* the clock runs from the first */
    assert_int_equal(ends.us, INSTANT(100 + WATCH).us);
    assert_int_equal(play(p, &r, 100 + WATCH - 1, &ends), OK);
    assert_int_equal(play(p, &r, 100 + WATCH, &ends), ERR_STATE);
    assert_int_equal(store_rental_get(p->store, p->arena, r.id, &got), OK);
    assert_int_equal(got.started.us, INSTANT(100).us);
    id_new(r.id.s);
    assert_int_equal(play(p, &r, 100, &ends), ERR_NOT_FOUND);
}

static void what_was_not_bought_or_waited_too_long_does_not_start(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct title film = a_stored_film(p);
    struct rental r = a_rental(m.id, film.id, 0), ordered = a_rental(m.id, film.id, 0);
    utc_time ends = { 0 };
    ordered.bought = ordered.start_by = (utc_time){ 0 };
    save(p, &r);
    save(p, &ordered);
    assert_int_equal(play(p, &ordered, 1, &ends), ERR_STATE);
    assert_int_equal(play(p, &r, START, &ends), ERR_STATE);
    assert_int_equal(play(p, &r, START - 1, &ends), OK);
}

static void a_start_is_not_lost_to_who_read_before_it(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct title film = a_stored_film(p);
    struct rental r = a_rental(m.id, film.id, 0), got;
    utc_time ends = { 0 };
    save(p, &r);
    assert_int_equal(play(p, &r, 100, &ends), OK);
    save(p, &r); /* as it was read before the start */
    assert_int_equal(store_rental_get(p->store, p->arena, r.id, &got), OK);
    assert_int_equal(got.started.us, INSTANT(100).us);
    assert_int_equal(got.ends.us, ends.us);
    r = got;
    r.ends = INSTANT(150); /* refunded */
    save(p, &r);
    assert_int_equal(play(p, &r, 160, &ends), ERR_STATE);
}

static void the_rental_that_runs_is_used_before_one_that_waits(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org"), other = a_payer(p, "b@example.org");
    struct title film = a_stored_film(p);
    struct rental late = a_rental(m.id, film.id, 50), early = a_rental(m.id, film.id, 10), got,
                  *list;
    utc_time ends = { 0 };
    size_t n = 0;
    save(p, &late);
    save(p, &early);
    assert_int_equal(
        store_rental_of(p->store, p->arena, m.id, playable_of(film.id), INSTANT(60), &got), OK);
    assert_string_equal(got.id.s, early.id.s);
    assert_int_equal(play(p, &late, 60, &ends), OK);
    assert_int_equal(
        store_rental_of(p->store, p->arena, m.id, playable_of(film.id), INSTANT(61), &got), OK);
    assert_string_equal(got.id.s, late.id.s);
    assert_int_equal(
        store_rental_of(p->store, p->arena, m.id, playable_of(film.id), INSTANT(60 + WATCH), &got),
        OK);
    assert_string_equal(got.id.s, early.id.s);
    assert_int_equal(
        store_rental_of(p->store, p->arena, m.id, playable_of(film.id), INSTANT(START + 60), &got),
        ERR_NOT_FOUND);
    assert_int_equal(
        store_rental_of(p->store, p->arena, other.id, playable_of(film.id), INSTANT(60), &got),
        ERR_NOT_FOUND);
    assert_int_equal(store_rentals_list(p->store, p->arena, m.id, &list, &n), OK);
    assert_int_equal(n, 2);
    assert_string_equal(list[0].id.s, early.id.s); /* written last */
}

static void a_rental_is_found_by_its_charge(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct title film = a_stored_film(p);
    struct rental r = a_rental(m.id, film.id, 0), got;
    struct charge c = a_charge(m.id, "rental x");
    c.kind = CHARGE_RENTAL;
    r.charge = c.id;
    r.right = "avail";
    struct store_billing item = { .charge = &c, .charge_was = CHARGE_OPEN, .rental = &r };
    assert_int_equal(store_billing_commit(p->store, &item, 1), OK);
    assert_int_equal(item.err, OK);
    assert_int_equal(store_rental_by_charge(p->store, p->arena, c.id, &got), OK);
    assert_string_equal(got.id.s, r.id.s);
    assert_string_equal(got.charge.s, c.id.s);
    assert_string_equal(got.right, "avail");
    assert_int_equal(got.price.minor, 399);
    id_new(c.id.s);
    assert_int_equal(store_rental_by_charge(p->store, p->arena, c.id, &got), ERR_NOT_FOUND);
}

static void the_list_of_prices_is_only_added_to(void **state)
{
    struct place *p = *state;
    struct rental_price all = { .territory = "FR",
                                .format = RIGHTS_HD,
                                .price = euros(399),
                                .said = INSTANT(0) },
                        off = all, *list;
    size_t n = 0;
    id_new(off.title.s);
    off.price.minor = -1;
    assert_int_equal(store_rental_price_add(p->store, &all), OK);
    assert_int_equal(store_rental_price_add(p->store, &off), OK);
    off.price.minor = -2;
    assert_int_equal(store_rental_price_add(p->store, &off), ERR_ARGUMENT);
    assert_int_equal(store_rental_prices_list(p->store, p->arena, &list, &n), OK);
    assert_int_equal(n, 2);
    assert_memory_equal(&list[0], &all, sizeof all);
    assert_int_equal(list[1].price.minor, -1);
    assert_int_equal(behind(p, "UPDATE rental_price SET price = 1"), SQLITE_CONSTRAINT);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(a_rental_runs_from_its_first_start_to_its_last_second),
        ROW(what_was_not_bought_or_waited_too_long_does_not_start),
        ROW(a_start_is_not_lost_to_who_read_before_it),
        ROW(the_rental_that_runs_is_used_before_one_that_waits),
        ROW(a_rental_is_found_by_its_charge),
        ROW(the_list_of_prices_is_only_added_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
