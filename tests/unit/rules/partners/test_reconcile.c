#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "rules/partners/reconcile.h"

static struct partner_row row(const char *account, enum partner_state state, const char *bundle)
{
    struct partner_row r = { .state = state,
                             .price = { 600, "EUR" },
                             .since = civil_day_of(2026, 11, 3),
                             .has_since = true,
                             .call = PARTNER_SUSPEND,
                             .called = { INT64_C(1793700000) * UTC_SECOND } };
    snprintf(r.account, sizeof r.account, "%s", account);
    snprintf(r.bundle, sizeof r.bundle, "%s", bundle);
    snprintf(r.id, sizeof r.id, "%s%25s", account, "");
    return r;
}

/* Kinds in their order, with spaces between. */
static const char *differences(const struct partner_row *ours, size_t n_ours,
                               const struct partner_row *theirs, size_t n_theirs,
                               struct arena *arena, struct partner_difference **out)
{
    struct partner_difference *d;
    const char *kinds = "";
    size_t n;
    partner_reconcile(arena, ours, n_ours, theirs, n_theirs, &d, &n);
    for (size_t i = 0; i < n; i++)
        kinds = arena_printf(arena, "%s%s%s", kinds, i > 0 ? " " : "",
                             partner_difference_name(d[i].kind));
    if (out != NULL)
        *out = d;
    return kinds;
}

static void equal_lists_have_no_difference(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct partner_row ours[] = { row("b", PARTNER_ACTIVE, "tv"), row("a", PARTNER_SUSPENDED, "tv"),
                                  row("c", PARTNER_ENDED, "tv") };
    struct partner_row theirs[] = { ours[2], ours[0], ours[1] };
    assert_string_equal(differences(ours, 3, theirs, 3, arena, NULL), "");
    assert_string_equal(differences(ours, 0, theirs, 0, arena, NULL), "");
    arena_destroy(&arena);
}

static void each_kind_of_difference_is_found(void **state)
{
    (void)state;
    struct partner_row base = row("a", PARTNER_ACTIVE, "tv"), other;
    struct arena *arena = arena_create();
    assert_string_equal(differences(&base, 1, NULL, 0, arena, NULL), "missing-there");
    assert_string_equal(differences(NULL, 0, &base, 1, arena, NULL), "missing-here");
    other = row("a", PARTNER_SUSPENDED, "tv");
    assert_string_equal(differences(&base, 1, &other, 1, arena, NULL), "state");
    other = row("a", PARTNER_ACTIVE, "max");
    other.price.minor = 900;
    assert_string_equal(differences(&base, 1, &other, 1, arena, NULL), "bundle");
    other = base;
    other.price.minor = 599;
    assert_string_equal(differences(&base, 1, &other, 1, arena, NULL), "price");
    other = base;
    memcpy(other.price.currency, "CHF", 4);
    assert_string_equal(differences(&base, 1, &other, 1, arena, NULL), "price");
    other = base;
    other.since.days--;
    other.price.minor = 1;
    assert_string_equal(differences(&base, 1, &other, 1, arena, NULL), "price date");
    struct partner_row twice[] = { base, base };
    assert_string_equal(differences(&base, 1, twice, 2, arena, NULL), "twice-there");
    arena_destroy(&arena);
}

static void what_they_do_not_say_is_not_compared(void **state)
{
    (void)state;
    struct partner_row ours = row("a", PARTNER_ACTIVE, "tv"), theirs = ours;
    struct arena *arena = arena_create();
    theirs.price.currency[0] = 0;
    theirs.has_since = false;
    theirs.since.days = 0;
    theirs.id[0] = 0;
    assert_string_equal(differences(&ours, 1, &theirs, 1, arena, NULL), "");
    arena_destroy(&arena);
}

static void what_does_not_run_yet_is_the_same_by_any_name(void **state)
{
    (void)state;
    static const enum partner_state before[] = { PARTNER_ORDERED, PARTNER_TOKEN_ISSUED,
                                                 PARTNER_EXPIRED, PARTNER_LINKED };
    struct arena *arena = arena_create();
    for (size_t i = 0; i < 4; i++) {
        for (size_t k = 0; k < 4; k++) {
            struct partner_row ours = row("a", before[i], "tv"), theirs = row("a", before[k], "tv");
            theirs.since.days++;
            assert_string_equal(differences(&ours, 1, &theirs, 1, arena, NULL), "");
        }
    }
    arena_destroy(&arena);
}

static void ended_ones_may_lack_and_the_running_one_is_meant(void **state)
{
    (void)state;
    struct partner_row ours[] = { row("a", PARTNER_ENDED, "max"), row("a", PARTNER_ACTIVE, "tv") };
    struct partner_row theirs = row("a", PARTNER_ACTIVE, "tv");
    struct arena *arena = arena_create();
    theirs.id[0] = 0;
    snprintf(ours[0].id, sizeof ours[0].id, "old");
    assert_string_equal(differences(ours, 2, &theirs, 1, arena, NULL), "");
    assert_string_equal(differences(ours, 1, NULL, 0, arena, NULL), "");
    theirs.state = PARTNER_ENDED;
    assert_string_equal(differences(NULL, 0, &theirs, 1, arena, NULL), "");
    snprintf(theirs.id, sizeof theirs.id, "foreign");
    theirs.state = PARTNER_ACTIVE;
    assert_string_equal(differences(ours, 2, &theirs, 1, arena, NULL),
                        "missing-here missing-there");
    arena_destroy(&arena);
}

static void a_difference_is_explained_by_what_happened_last(void **state)
{
    (void)state;
    struct partner_row ours = row("a", PARTNER_SUSPENDED, "tv");
    struct partner_row theirs = row("a", PARTNER_ACTIVE, "tv");
    struct partner_difference *d;
    struct arena *arena = arena_create();
    assert_string_equal(differences(&ours, 1, &theirs, 1, arena, &d), "state");
    assert_string_equal(d->text, "they say active; here suspended since 2026-11-03; what happened "
                                 "last was suspend, at 2026-11-03T10:00:00Z");
    assert_string_equal(d->ours, "suspended");
    assert_string_equal(d->theirs, "active");
    assert_string_equal(d->account, "a");
    arena_destroy(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_lists_have_no_difference),
        cmocka_unit_test(each_kind_of_difference_is_found),
        cmocka_unit_test(what_they_do_not_say_is_not_compared),
        cmocka_unit_test(what_does_not_run_yet_is_the_same_by_any_name),
        cmocka_unit_test(ended_ones_may_lack_and_the_running_one_is_meant),
        cmocka_unit_test(a_difference_is_explained_by_what_happened_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
