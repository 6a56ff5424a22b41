#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "driver/store/billing.h"
#include "place.h"

enum { KEEP = 900 };

static enum err note(struct place *p, char name, int seconds)
{
    uint8_t signature[32];
    memset(signature, name, sizeof signature);
    return store_webhook_note(p->store, signature, INSTANT(seconds), KEEP * UTC_SECOND);
}

static void a_signature_counts_once_while_it_is_good(void **state)
{
    struct place *p = *state;
    assert_int_equal(note(p, 'a', 0), OK);
    assert_int_equal(note(p, 'a', 0), ERR_EXISTS);
    assert_int_equal(note(p, 'b', 1), OK);
    assert_int_equal(note(p, 'a', KEEP), ERR_EXISTS);
    assert_int_equal(note(p, 'b', KEEP), ERR_EXISTS);
    /* Long after it is too old to be taken anyway, it is forgotten. */
    assert_int_equal(note(p, 'a', KEEP + 1), OK);
    assert_int_equal(note(p, 'a', KEEP + 2), ERR_EXISTS);
}

static void a_clock_that_was_set_back_keeps_none_for_ever(void **state)
{
    struct place *p = *state;
    assert_int_equal(note(p, 'a', 100000), OK);
    assert_int_equal(note(p, 'a', 0), OK);
    assert_int_equal(note(p, 'a', 1), ERR_EXISTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_signature_counts_once_while_it_is_good, place_make,
                                        place_clear),
        cmocka_unit_test_setup_teardown(a_clock_that_was_set_back_keeps_none_for_ever, place_make,
                                        place_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
