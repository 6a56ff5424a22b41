#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "place.h"

enum { THREADS = 10, ROUNDS = 25 };

struct thread {
    pthread_t id;
    struct place *place;
    unsigned number, failures;
};

/* Writes of its own, a write that must fail and undo nothing of others', reads of what was just
 * acknowledged. */
static void *work(void *argument)
{
    struct thread *me = argument;
    struct store *store = me->place->store;
    struct arena *arena = arena_create();
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct title t = a_title(TITLE_SERIES, "Row", (int)i), got;
        struct title_episode e = { .series = t.id, .season = 1, .number = 1 };
        struct title_page page;
        id_new(e.id.s);
        me->failures += store_title_add(store, &t) != OK;
        me->failures += store_title_add(store, &t) != ERR_EXISTS;
        me->failures += store_episode_add(store, &e) != OK;
        id_new(e.id.s);
        me->failures += store_episode_add(store, &e) != ERR_EXISTS;
        me->failures += store_title_get(store, arena, t.id, &got) != OK;
        me->failures += store_sign_in_failed(store, "shared", INSTANT(0)) != OK;
        struct title_filter filter = { .any_state = true, .limit = 3 };
        me->failures += store_titles_list(store, arena, &filter, &page) != OK;
    }
    arena_destroy(&arena);
    return NULL;
}

static void many_threads_write_and_read_what_they_wrote(void **state)
{
    struct place *p = *state;
    struct thread threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        threads[i] = (struct thread){ .place = p, .number = i };
        assert_int_equal(pthread_create(&threads[i].id, NULL, work, &threads[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i].id, NULL);
        assert_int_equal(threads[i].failures, 0);
    }
    unsigned count;
    utc_time last;
    assert_int_equal(store_sign_in_failures(p->store, "shared", INSTANT(0), &count, &last), OK);
    assert_int_equal(count, THREADS * ROUNDS);
    const char **problems;
    size_t n = 9;
    assert_int_equal(store_check(p->store, p->arena, &problems, &n), OK);
    assert_int_equal(n, 0); /* nothing of a refused call is left */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(many_threads_write_and_read_what_they_wrote, place_make,
                                        place_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
