#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "driver/store/assertions.h"
#include "driver/store/boxes.h"
#include "driver/store/feed.h"
#include "driver/store/partners.h"
#include "driver/store/territories.h"
#include "place.h"

static const struct store_box_limits few = { .new_an_hour = 3, .strangers = 5 };

static struct store_box box_of(int number, int seconds)
{
    struct store_box b = { .version = "1.0", .state = "home", .seen = INSTANT(seconds) };
    snprintf(b.id, sizeof b.id, "box-%012d", number);
    return b;
}

static enum err seen(struct place *p, int number, const char *network, int seconds)
{
    struct store_box b = box_of(number, seconds);
    return store_box_seen(p->store, &b, network, &few);
}

static size_t list(struct place *p, struct store_box **out)
{
    size_t n = 0;
    const char *next;
    struct store_box_filter filter = { .limit = 200 };
    assert_int_equal(store_boxes_list(p->store, p->arena, &filter, out, &n, &next), OK);
    assert_null(next);
    return n;
}

static bool is_listed(struct place *p, int number)
{
    struct store_box *boxes, wanted = box_of(number, 0);
    size_t n = list(p, &boxes);
    for (size_t i = 0; i < n; i++)
        if (strcmp(boxes[i].id, wanted.id) == 0)
            return true;
    return false;
}

static struct partner a_partner(struct place *p, const char *name)
{
    struct partner partner = { .name = name, .created = INSTANT(0) };
    id_new(partner.id.s);
    assert_int_equal(store_partner_add(p->store, &partner), OK);
    return partner;
}

/* ---- boxes ----------------------------------------------------------------------------------- */

static void a_network_adds_so_many_boxes_an_hour_and_known_ones_go_on(void **state)
{
    struct place *p = *state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(seen(p, i, "a", i), OK);
    assert_int_equal(seen(p, 3, "a", 10), ERR_FULL);
    assert_false(is_listed(p, 3));
    assert_int_equal(seen(p, 0, "a", 1000), OK);
    assert_int_equal(seen(p, 4, "b", 1000), OK);
    assert_int_equal(seen(p, 3, "a", 3599), ERR_FULL);
    assert_int_equal(seen(p, 3, "a", 3600), OK);
}

static void past_the_ceiling_the_stranger_heard_of_longest_ago_goes(void **state)
{
    struct place *p = *state;
    char network[2] = "a";
    for (int i = 0; i < 5; i++, network[0]++)
        assert_int_equal(seen(p, i, network, i), OK);
    assert_int_equal(seen(p, 0, "z", 1000), OK); /* heard of again: not the oldest any more */
    assert_int_equal(seen(p, 5, "z", 1001), OK);
    assert_false(is_listed(p, 1));
    assert_true(is_listed(p, 0) && is_listed(p, 2) && is_listed(p, 5));
}

static void boxes_that_were_signed_in_stand_outside_the_bounds(void **state)
{
    struct place *p = *state;
    for (int i = 0; i < 8; i++) {
        struct store_box b = box_of(100 + i, i);
        char network[2] = { (char)('a' + i), 0 };
        b.signed_in = b.seen;
        assert_int_equal(store_box_seen(p->store, &b, network, &few), OK);
    }
    for (int i = 0; i < 7; i++) {
        char network[2] = { (char)('b' + i), 0 };
        assert_int_equal(seen(p, i, network, 100 + i), OK);
    }
    struct store_box *boxes;
    assert_int_equal(list(p, &boxes), 8 + 5);
    for (int i = 0; i < 8; i++)
        assert_true(is_listed(p, 100 + i));
}

static void a_network_adds_as_many_that_are_signed_in_as_strangers(void **state)
{
    struct place *p = *state;
    for (int i = 0; i < 8; i++) {
        struct store_box b = box_of(100 + i, i);
        b.signed_in = b.seen;
        assert_int_equal(store_box_seen(p->store, &b, "a", &few), i < 3 ? OK : ERR_FULL);
        assert_int_equal(seen(p, i, "a", i), i < 3 ? OK : ERR_FULL);
    }
}

static void the_same_word_is_written_again_after_ten_minutes_another_at_once(void **state)
{
    struct place *p = *state;
    struct store_box *boxes, other = box_of(1, 20);
    assert_int_equal(seen(p, 1, "a", 0), OK);
    assert_int_equal(seen(p, 1, "a", BOX_SEEN_SECONDS - 1), OK);
    assert_int_equal(list(p, &boxes), 1);
    assert_int_equal(boxes[0].seen.us, INSTANT(0).us);
    memcpy(other.state, "playing", 8);
    assert_int_equal(store_box_seen(p->store, &other, "a", &few), OK);
    assert_int_equal(list(p, &boxes), 1);
    assert_string_equal(boxes[0].state, "playing");
    assert_int_equal(boxes[0].seen.us, INSTANT(20).us);
    assert_int_equal(boxes[0].first.us, INSTANT(0).us);
    other.seen = INSTANT(20 + BOX_SEEN_SECONDS);
    assert_int_equal(store_box_seen(p->store, &other, "a", &few), OK);
    assert_int_equal(list(p, &boxes), 1);
    assert_int_equal(boxes[0].seen.us, other.seen.us);
}

static void strangers_are_forgotten_before_members_boxes(void **state)
{
    struct place *p = *state;
    struct store_box *boxes, known = box_of(1, 0);
    known.signed_in = known.seen;
    assert_int_equal(store_box_seen(p->store, &known, "a", &few), OK);
    assert_int_equal(seen(p, 2, "a", 0), OK);
    assert_int_equal(store_boxes_sweep(p->store, INSTANT(BOX_STRANGER_DAYS * 86400)), OK);
    assert_int_equal(list(p, &boxes), 2);
    assert_int_equal(store_boxes_sweep(p->store, INSTANT(BOX_STRANGER_DAYS * 86400 + 1)), OK);
    assert_int_equal(list(p, &boxes), 1);
    assert_string_equal(boxes[0].id, known.id);
    assert_int_equal(store_boxes_sweep(p->store, INSTANT(BOX_KNOWN_DAYS * 86400 + 1)), OK);
    assert_int_equal(list(p, &boxes), 0);
}

static void boxes_are_listed_in_pages_and_counted_by_partner(void **state)
{
    struct place *p = *state;
    struct partner one = a_partner(p, "One");
    partner_id none = { "" };
    struct store_box *boxes;
    struct box_count *counts;
    const char *next = NULL;
    size_t n, total = 0;
    for (int i = 0; i < 7; i++) {
        struct store_box b = box_of(i, i / 2);
        b.signed_in = b.seen;
        if (i % 2 == 0)
            b.partner = one.id;
        b.version[0] = i < 5 ? '1' : '2';
        assert_int_equal(store_box_seen(p->store, &b, "a", NULL), OK);
    }
    do {
        struct store_box_filter filter = { .limit = 2, .after = next };
        assert_int_equal(store_boxes_list(p->store, p->arena, &filter, &boxes, &n, &next), OK);
        total += n;
    } while (next != NULL);
    assert_int_equal(total, 7);
    assert_int_equal(store_boxes_count(p->store, p->arena, &one.id, INSTANT(0), &counts, &n), OK);
    assert_int_equal(n, 2);
    assert_string_equal(counts[0].version, "1.0");
    assert_int_equal(counts[0].boxes, 3);
    assert_int_equal(counts[1].boxes, 1);
    assert_int_equal(store_boxes_count(p->store, p->arena, &none, INSTANT(2), &counts, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(counts[0].boxes, 1);
    struct store_box_filter wrong = { .after = "x" };
    assert_int_equal(store_boxes_list(p->store, p->arena, &wrong, &boxes, &n, &next), ERR_ARGUMENT);
}

/* ---- assertions ------------------------------------------------------------------------------ */

static struct member a_member(struct place *p, const char *email)
{
    struct member m = {
        .email = email, .language = "fr", .territory = "FR", .created = INSTANT(0)
    };
    id_new(m.id.s);
    assert_int_equal(store_account_add(p->store, &m, "hash", NULL, NULL), OK);
    return m;
}

static enum err use(struct place *p, partner_key_id key, const char *id, int now, uint8_t session,
                    const struct member *member)
{
    uint8_t digest[32] = { session };
    struct store_session_start start = { .digest = digest,
                                         .member = member->id,
                                         .agent = "box",
                                         .place = "FR",
                                         .now = INSTANT(now),
                                         .expires = INSTANT(now + 86400),
                                         .kind = STORE_SESSION_BOX,
                                         .name = "Salon" };
    return store_assertion_use(p->store, key, id, INSTANT(now + 100), &start);
}

static size_t sessions(struct place *p, const struct member *member, int now)
{
    struct store_session_entry *entries;
    size_t n = 0;
    assert_int_equal(
        store_sessions_list(p->store, p->arena, member->id, INSTANT(now), &entries, &n), OK);
    return n;
}

static void an_assertion_begins_one_session_until_it_would_have_expired(void **state)
{
    struct place *p = *state;
    struct member m = a_member(p, "a@example.org");
    partner_key_id key = { "aaaaaaaaaaaaaaaaaaaaaaaaaa" }, other = { "bbbbbbbbbbbbbbbbbbbbbbbbbb" };
    assert_int_equal(use(p, key, "j", 0, 1, &m), OK);
    assert_int_equal(use(p, key, "j", 1, 2, &m), ERR_EXISTS);
    assert_int_equal(sessions(p, &m, 2), 1);
    assert_int_equal(use(p, other, "j", 2, 3, &m), OK);
    assert_int_equal(use(p, key, "k", 3, 4, &m), OK);
    /* What is forgotten had expired. */
    assert_int_equal(use(p, key, "j", 99, 5, &m), ERR_EXISTS);
    assert_int_equal(use(p, key, "j", 100, 6, &m), OK);
    assert_int_equal(sessions(p, &m, 101), 4);
}

static void a_session_that_cannot_begin_leaves_the_assertion_unused(void **state)
{
    struct place *p = *state;
    struct member m = a_member(p, "a@example.org"),
                  gone = { .id = { "cccccccccccccccccccccccccc" } };
    partner_key_id key = { "aaaaaaaaaaaaaaaaaaaaaaaaaa" };
    assert_int_not_equal(use(p, key, "j", 0, 1, &gone), OK);
    assert_int_equal(use(p, key, "j", 1, 1, &m), OK);
}

/* ---- rollouts and looks ---------------------------------------------------------------------- */

static void a_rollout_is_of_a_version_that_there_is_and_of_one_partner(void **state)
{
    struct place *p = *state;
    struct partner one = a_partner(p, "One");
    partner_id none = { "" };
    char why[BOX_WHY];
    struct box_rollout r;
    struct box_rollout_order order = {
        .move = BOX_ROLL, .version = "1.1", .share = 1000, .now = INSTANT(1)
    };
    struct store_box_version v = { .version = "1.1",
                                   .address = "https://x/y",
                                   .added = INSTANT(0) };
    assert_int_equal(store_box_rollout_change(p->store, one.id, &order, &r, why), ERR_NOT_FOUND);
    assert_int_equal(store_box_version_add(p->store, &v), OK);
    assert_int_equal(store_box_version_add(p->store, &v), ERR_EXISTS);
    assert_int_equal(store_box_rollout_change(p->store, one.id, &order, &r, why), OK);
    assert_int_equal(store_box_rollout_get(p->store, none, &r), ERR_NOT_FOUND);
    assert_int_equal(store_box_rollout_get(p->store, one.id, &r), OK);
    assert_string_equal(r.version, "1.1");
    assert_int_equal(r.share, 1000);
    order.share = 500;
    assert_int_equal(store_box_rollout_change(p->store, one.id, &order, &r, why), ERR_STATE);
    assert_true(why[0] != 0);
    assert_int_equal(store_box_rollout_get(p->store, one.id, &r), OK);
    assert_int_equal(r.share, 1000);
}

static void a_look_comes_back_as_it_was_put(void **state)
{
    struct place *p = *state;
    struct partner one = a_partner(p, "One");
    static const char *const rows[] = { "series", "genre:drama" };
    struct look look = { .name = "Un", .rows = rows, .n_rows = 2 }, found;
    assert_int_equal(store_look_get(p->store, p->arena, one.id, &found), OK);
    assert_null(found.name);
    assert_true(look_colour_parse("#102030", look.colours[LOOK_GROUND]));
    assert_int_equal(store_look_put(p->store, one.id, &look, INSTANT(0)), OK);
    assert_int_equal(store_look_get(p->store, p->arena, one.id, &found), OK);
    assert_string_equal(found.name, "Un");
    assert_string_equal(found.colours[LOOK_GROUND], "#102030");
    assert_string_equal(found.colours[LOOK_TEXT], "");
    assert_null(found.logo);
    assert_int_equal(found.n_rows, 2);
    assert_string_equal(found.rows[1], "genre:drama");
    look = (struct look){ .name = NULL };
    assert_int_equal(store_look_put(p->store, one.id, &look, INSTANT(1)), OK);
    assert_int_equal(store_look_get(p->store, p->arena, one.id, &found), OK);
    assert_true(found.name == NULL && found.logo == NULL && found.n_rows == 0);
}

static void a_logo_stays_whatever_else_of_the_look_is_changed(void **state)
{
    struct place *p = *state;
    struct partner one = a_partner(p, "One");
    struct look look = { .name = "Un" }, stale = { .name = "Deux", .logo = "files/old.png" }, found;
    const char *before;
    for (int i = 0; i < 2; i++) {
        const char *was = i > 0 ? "files/a.png" : NULL,
                   *now = i > 0 ? "files/b.png" : "files/a.png";
        assert_int_equal(store_logo_put(p->store, p->arena, one.id, now, INSTANT(i), &before), OK);
        assert_true(was == NULL ? before == NULL : strcmp(before, was) == 0);
        assert_int_equal(store_look_put(p->store, one.id, i > 0 ? &stale : &look, INSTANT(i)), OK);
        assert_int_equal(store_look_get(p->store, p->arena, one.id, &found), OK);
        assert_string_equal(found.logo, now);
        assert_string_equal(found.name, i > 0 ? "Deux" : "Un");
    }
    assert_int_equal(store_logo_put(p->store, p->arena, one.id, NULL, INSTANT(2), &before), OK);
    assert_string_equal(before, "files/b.png");
    assert_int_equal(store_look_get(p->store, p->arena, one.id, &found), OK);
    assert_true(found.logo == NULL && strcmp(found.name, "Deux") == 0);
}

/* ---- the feed -------------------------------------------------------------------------------- */

static const char france[1][3] = { "FR" };

static void open_france(struct place *p)
{
    struct territory fr = { .code = "FR", .tax_permille = -1, .price_minor = -1 };
    struct territory_change ready = { .state = TERRITORY_READY, .at = INSTANT(-20) };
    struct territory_change open = { .state = TERRITORY_OPEN, .at = INSTANT(-10) };
    assert_int_equal(store_territory_put(p->store, &fr, INSTANT(-30)), OK);
    assert_int_equal(store_territory_change(p->store, "FR", &ready, INSTANT(-20)), OK);
    assert_int_equal(store_territory_change(p->store, "FR", &open, INSTANT(-10)), OK);
}

static struct title a_film(struct place *p, const char *name)
{
    struct store_rendition one;
    struct title t = a_title(TITLE_FILM, name, 0);
    struct store_edition e = an_edition(playable_of(t.id), &one);
    assert_int_equal(store_title_add(p->store, &t), OK);
    assert_int_equal(store_edition_put(p->store, &e, NULL), OK);
    return t;
}

static size_t page(struct place *p, partner_id partner, int since, struct store_feed_entry **out)
{
    size_t n = 0;
    bool is_last = false;
    struct store_feed_filter f = { .partner = partner, .limit = 10 };
    if (since != 0)
        f.since = INSTANT(since);
    assert_int_equal(store_feed_page(p->store, p->arena, &f, out, &n, &is_last), OK);
    assert_true(is_last);
    return n;
}

static void refresh(struct place *p, partner_id partner, int now)
{
    assert_int_equal(store_feed_refresh(p->store, partner, france, 1, INSTANT(now)), OK);
}

static void a_title_is_marked_when_it_comes_changes_and_goes(void **state)
{
    struct place *p = *state;
    struct partner one = a_partner(p, "One"), two = a_partner(p, "Two");
    struct store_feed_entry *e;
    open_france(p);
    struct title film = a_film(p, "Film");
    refresh(p, one.id, 1);
    assert_int_equal(page(p, one.id, 0, &e), 0);
    assert_int_equal(store_title_publish(p->store, film.id, INSTANT(100), INSTANT(2)), OK);
    refresh(p, one.id, 99);
    assert_int_equal(page(p, one.id, 0, &e), 0);
    assert_int_equal(page(p, one.id, 1, &e), 0);
    refresh(p, one.id, 100); /* the clock alone */
    assert_int_equal(page(p, one.id, 99, &e), 1);
    assert_true(e[0].is_there);
    assert_string_equal(e[0].title.original_title, "Film");
    assert_int_equal(e[0].changed.us, INSTANT(100).us);
    refresh(p, one.id, 200);
    assert_int_equal(page(p, one.id, 101, &e), 0);
    assert_int_equal(store_title_image(p->store, film.id.s, "poster", "images/x.jpg", false), OK);
    refresh(p, one.id, 300);
    assert_int_equal(page(p, one.id, 201, &e), 1);
    assert_int_equal(store_title_move(p->store, film.id, TITLE_WITHDRAWN, INSTANT(400)), OK);
    refresh(p, one.id, 401);
    assert_int_equal(page(p, one.id, 301, &e), 1);
    assert_false(e[0].is_there);
    assert_int_equal(page(p, one.id, 0, &e), 0);
    /* Who came later is told nothing of it. */
    refresh(p, two.id, 500);
    assert_int_equal(page(p, two.id, 1, &e), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, place_make, place_clear)
        TEST(a_network_adds_so_many_boxes_an_hour_and_known_ones_go_on),
        TEST(past_the_ceiling_the_stranger_heard_of_longest_ago_goes),
        TEST(boxes_that_were_signed_in_stand_outside_the_bounds),
        TEST(a_network_adds_as_many_that_are_signed_in_as_strangers),
        TEST(the_same_word_is_written_again_after_ten_minutes_another_at_once),
        TEST(strangers_are_forgotten_before_members_boxes),
        TEST(boxes_are_listed_in_pages_and_counted_by_partner),
        TEST(an_assertion_begins_one_session_until_it_would_have_expired),
        TEST(a_session_that_cannot_begin_leaves_the_assertion_unused),
        TEST(a_rollout_is_of_a_version_that_there_is_and_of_one_partner),
        TEST(a_look_comes_back_as_it_was_put),
        TEST(a_logo_stays_whatever_else_of_the_look_is_changed),
        TEST(a_title_is_marked_when_it_comes_changes_and_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
