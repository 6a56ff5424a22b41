#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "base/text.h"
#include "driver/store/leases.h"
#include "money.h"

enum { LEASE = 60 };

struct house {
    struct member member;
    struct title film;
};

static struct house a_house(struct place *p, const char *email)
{
    struct house h = { .film = a_title(TITLE_FILM, "Film", 0) };
    h.member = a_payer(p, email);
    assert_int_equal(store_title_add(p->store, &h.film), OK);
    return h;
}

static struct store_lease_start a_start(const struct house *h, uint8_t device, int seats, int now)
{
    struct store_lease_start s = {
        .stream = { .member = h->member.id,
                    .profile = profile_main(h->member.id),
                    .playable = playable_of(h->film.id),
                    .title = h->film.id,
                    .session = { device },
                    .agent = "browser",
                    .territory = "FR",
                    .place = "FR" },
        .playback = { .member = h->member.id,
                      .profile = profile_main(h->member.id),
                      .playable = playable_of(h->film.id),
                      .created = INSTANT(now),
                      .expires = INSTANT(now + 86400) },
        .terms = { .now = INSTANT(now), .ends = INSTANT(now + LEASE), .seats = seats },
    };
    id_new(s.playback.id.s);
    return s;
}

static enum err take(struct store *store, const struct house *h, uint8_t device, int seats, int now,
                     struct stream *out)
{
    struct store_lease_start s = a_start(h, device, seats, now);
    enum err err = store_lease_take(store, &s);
    *out = s.stream;
    return err;
}

/* out->seat is where it sits from now on, when it was OK. */
static enum err beat(struct store *store, struct stream *s, int seats, int now)
{
    struct store_lease_beat b = {
        .stream = { .playback = s->playback, .territory = "FR", .place = "FR" },
        .terms = { .now = INSTANT(now), .ends = INSTANT(now + LEASE), .seats = seats },
    };
    int seat = s->seat;
    enum err err = store_lease_beat(store, &b);
    s->stop = err == OK ? STREAM_RUNS : b.stream.stop;
    bool has_moved = b.stream.member.s[0] != 0;
    s->seat = has_moved ? b.stream.seat : seat;
    return err;
}

static size_t count(struct place *p, member_id member, int now)
{
    struct stream *all;
    size_t n = 0;
    assert_int_equal(store_leases_list(p->store, p->arena, member, INSTANT(now), &all, &n), OK);
    return n;
}

static void a_seat_is_taken_kept_and_free_again_when_its_lease_ends(void **state)
{
    struct place *p = *state;
    struct house h = a_house(p, "a@example.org");
    struct stream a, b, got;
    assert_int_equal(take(p->store, &h, 1, 1, 0, &a), OK);
    assert_int_equal(take(p->store, &h, 2, 1, 0, &b), ERR_FULL);
    assert_int_equal(store_lease_get(p->store, b.playback, &got), ERR_NOT_FOUND);
    assert_int_equal(beat(p->store, &a, 1, 50), OK);
    assert_int_equal(take(p->store, &h, 2, 1, 109, &b), ERR_FULL);
    assert_int_equal(take(p->store, &h, 2, 1, 110, &b), OK);
    assert_int_equal(store_lease_get(p->store, a.playback, &got), OK);
    assert_int_equal(got.stop, STREAM_LAPSED);
    assert_int_equal(beat(p->store, &a, 1, 111), ERR_FULL);
    assert_int_equal(a.stop, STREAM_LAPSED);
    assert_int_equal(store_lease_stop(p->store, h.member.id, b.playback, STREAM_LEFT), OK);
    assert_int_equal(beat(p->store, &a, 1, 112), OK); /* the network came back */
    assert_int_equal(count(p, h.member.id, 112), 1);
    assert_int_equal(count(p, h.member.id, 112 + LEASE), 0);
}

static void what_was_stopped_stays_so_and_says_why(void **state)
{
    struct place *p = *state;
    struct house h = a_house(p, "a@example.org"), other = a_house(p, "b@example.org");
    struct stream a, got;
    assert_int_equal(take(p->store, &h, 1, 2, 0, &a), OK);
    assert_int_equal(store_lease_stop(p->store, other.member.id, a.playback, STREAM_STOPPED),
                     ERR_NOT_FOUND);
    assert_int_equal(store_lease_stop(p->store, h.member.id, a.playback, STREAM_STOPPED), OK);
    assert_int_equal(beat(p->store, &a, 2, 1), ERR_STATE);
    assert_int_equal(a.stop, STREAM_STOPPED);
    assert_int_equal(store_lease_stop(p->store, h.member.id, a.playback, STREAM_LEFT), OK);
    assert_int_equal(store_lease_get(p->store, a.playback, &got), OK);
    assert_int_equal(got.stop, STREAM_STOPPED);
    assert_false(stream_is_live(&got, INSTANT(1)));
    assert_int_equal(count(p, h.member.id, 1), 0);
}

static void the_same_screen_replaces_what_it_played_even_when_all_is_full(void **state)
{
    struct place *p = *state;
    struct house h = a_house(p, "a@example.org");
    struct stream a, b, c;
    assert_int_equal(take(p->store, &h, 1, 1, 0, &a), OK);
    assert_int_equal(take(p->store, &h, 1, 1, 1, &b), OK);
    assert_int_equal(beat(p->store, &a, 1, 2), ERR_STATE);
    assert_int_equal(a.stop, STREAM_REPLACED);
    /* nor does what had lapsed come back and throw out what took its place */
    assert_int_equal(take(p->store, &h, 1, 1, 100, &c), OK);
    assert_int_equal(beat(p->store, &b, 1, 101), ERR_STATE);
    assert_int_equal(beat(p->store, &c, 1, 102), OK);
}

static void an_account_that_loses_seats_stops_those_who_sit_past_them(void **state)
{
    struct place *p = *state;
    struct house h = a_house(p, "a@example.org");
    struct stream s[3];
    for (uint8_t i = 0; i < 3; i++)
        assert_int_equal(take(p->store, &h, i, 3, 0, &s[i]), OK);
    assert_int_equal(beat(p->store, &s[2], 2, 10), ERR_FULL);
    assert_int_equal(s[2].stop, STREAM_PLAN);
    assert_int_equal(beat(p->store, &s[2], 3, 11), ERR_STATE);
    assert_int_equal(store_lease_stop(p->store, h.member.id, s[0].playback, STREAM_LEFT), OK);
    assert_int_equal(beat(p->store, &s[1], 1, 12), OK); /* moves up */
    assert_int_equal(s[1].seat, 0);
}

static void a_contracts_ceiling_counts_all_members_where_it_holds(void **state)
{
    struct place *p = *state;
    struct house h = a_house(p, "a@example.org"), other = a_house(p, "b@example.org");
    struct stream_cap cap = { .streams = 1 };
    struct store_lease_start s;
    territory_set_add(&cap.where, "FR");
    other.film = h.film;
    s = a_start(&h, 1, 2, 0);
    s.terms.caps = &cap;
    s.terms.n_caps = 1;
    assert_int_equal(store_lease_take(p->store, &s), OK);
    struct stream first = s.stream;
    s = a_start(&other, 2, 2, 1);
    s.terms.caps = &cap;
    s.terms.n_caps = 1;
    assert_int_equal(store_lease_take(p->store, &s), ERR_FULL);
    assert_true(s.is_title_full);
    memcpy(s.stream.territory, "BE", 3);
    assert_int_equal(store_lease_take(p->store, &s), OK);
    s = a_start(&h, 1, 2, 2); /* what it replaces does not count */
    s.terms.caps = &cap;
    s.terms.n_caps = 1;
    assert_int_equal(store_lease_take(p->store, &s), OK);
    assert_int_equal(beat(p->store, &first, 2, 3), ERR_STATE);
    /* who lapsed comes back only when there is room */
    struct stream second = s.stream;
    s = a_start(&other, 3, 2, 100);
    s.terms.caps = &cap;
    s.terms.n_caps = 1;
    assert_int_equal(store_lease_take(p->store, &s), OK);
    struct store_lease_beat b = { .stream = { .playback = second.playback, .territory = "FR" },
                                  .terms = s.terms };
    assert_int_equal(store_lease_beat(p->store, &b), ERR_FULL);
    assert_true(b.is_title_full);
}

static void each_of_many_ceilings_holds(void **state)
{
    struct place *p = *state;
    struct house h = a_house(p, "a@example.org"), other = a_house(p, "b@example.org");
    other.film = h.film;
    struct stream first;
    assert_int_equal(take(p->store, &h, 1, 2, 0, &first), OK);
    for (size_t n = 1; n <= 17; n++) {
        struct stream_cap caps[17];
        for (size_t i = 0; i < n; i++) {
            caps[i] = (struct stream_cap){ .streams = i + 1 < n ? 100 : 1 };
            territory_set_add(&caps[i].where, "FR");
        }
        struct store_lease_start s = a_start(&other, 2, 2, 1);
        s.terms.caps = caps;
        s.terms.n_caps = n;
        assert_int_equal(store_lease_take(p->store, &s), ERR_FULL);
    }
}

static void a_rental_that_finds_no_seat_does_not_begin(void **state)
{
    struct place *p = *state;
    struct house h = a_house(p, "a@example.org");
    struct rental r = { .member = h.member.id,
                        .title = h.film.id,
                        .playable = playable_of(h.film.id),
                        .price = euros(399),
                        .territory = "FR",
                        .format = RIGHTS_HD,
                        .right = "",
                        .studio = "",
                        .ordered = INSTANT(0),
                        .bought = INSTANT(0),
                        .start_by = INSTANT(86400),
                        .watch_us = 30 * UTC_SECOND };
    id_new(r.id.s);
    struct store_billing item = { .rental = &r };
    struct rental got;
    struct stream a;
    assert_int_equal(store_billing_commit(p->store, &item, 1), OK);
    assert_int_equal(take(p->store, &h, 1, 1, 0, &a), OK);
    struct store_lease_start s = a_start(&h, 2, 1, 1);
    s.rental = &r.id;
    assert_int_equal(store_lease_take(p->store, &s), ERR_FULL);
    assert_int_equal(store_rental_get(p->store, p->arena, r.id, &got), OK);
    assert_int_equal(got.started.us, 0);
    s = a_start(&h, 2, 2, 1);
    s.rental = &r.id;
    assert_int_equal(store_lease_take(p->store, &s), OK);
    assert_int_equal(s.rental_ends.us, INSTANT(31).us);
    assert_int_equal(s.stream.ends.us, INSTANT(31).us); /* no longer than the rental */
    s = a_start(&h, 2, 2, 31);
    s.rental = &r.id;
    assert_int_equal(store_lease_take(p->store, &s), ERR_STATE);
    assert_int_equal(count(p, h.member.id, 30), 2);
}

/* ---- any schedule, on two connections -------------------------------------------------------- */

enum { SCHEDULES = 120, STEPS = 30, DEVICES = 5 };

static uint64_t luck;
static unsigned chance(unsigned n)
{
    luck = luck * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(luck >> 33) % n;
}

/* The model knows who was let play and for how long, and no seats but those it was told. */
struct player {
    struct stream stream;
    bool is_playing; /* for all it knows */
    int until;       /* by the true clock */
};
struct world {
    struct store *stores[2];
    int skew[2]; /* of their clocks, seconds */
    struct house house;
    struct player players[STEPS];
    size_t n;
    int now, seats;
    bool is_skewed;
};

static size_t playing(struct world *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++) {
        struct player *p = &w->players[i];
        p->is_playing = p->is_playing && w->now < p->until;
        n += p->is_playing;
    }
    return n;
}

/* Who is let have a seat takes it from whoever had it: they go on only until their lease ends,
 * because `keeps` finds them out. */
static void sits_down(struct world *w, struct player *p)
{
    p->is_playing = true;
    p->until = w->now + LEASE;
    assert_in_range(p->stream.seat, 0, w->seats - 1);
    for (size_t i = 0; i < w->n; i++) {
        struct player *o = &w->players[i];
        if (o == p || !o->is_playing || w->now >= o->until || o->stream.seat != p->stream.seat)
            continue;
        assert_true(w->is_skewed || o->stream.session[0] == p->stream.session[0]);
        o->stream.seat = -1;
    }
}

static void press_play(struct world *w)
{
    struct player *p = &w->players[w->n];
    unsigned at = chance(2);
    uint8_t device = (uint8_t)chance(DEVICES);
    size_t others = playing(w);
    for (size_t i = 0; i < w->n; i++)
        others -= w->players[i].is_playing && w->players[i].stream.session[0] == device;
    enum err err =
        take(w->stores[at], &w->house, device, w->seats, w->now + w->skew[at], &p->stream);
    if (!w->is_skewed)
        assert_int_equal(err, others < (size_t)w->seats ? OK : ERR_FULL);
    else
        assert_true(err == OK || err == ERR_FULL);
    if (err != OK)
        return;
    w->n++;
    if (!w->is_skewed)
        for (size_t i = 0; i + 1 < w->n; i++)
            if (w->players[i].stream.session[0] == device)
                w->players[i].is_playing = false;
    sits_down(w, p);
}

static void keeps(struct world *w, struct player *p)
{
    unsigned at = chance(2);
    size_t others = playing(w) - p->is_playing;
    bool was_playing = p->is_playing;
    int seat = p->stream.seat;
    enum err err = beat(w->stores[at], &p->stream, w->seats, w->now + w->skew[at]);
    if (err == OK) {
        /* one whose seat was given away does not keep it beyond its lease: it found another */
        assert_true(seat >= 0 || p->stream.seat >= 0);
        sits_down(w, p);
        return;
    }
    assert_true(err == ERR_FULL || err == ERR_STATE);
    if (!w->is_skewed && err == ERR_FULL)
        assert_true(others >= (size_t)w->seats && !was_playing);
    if (!w->is_skewed && err == ERR_STATE)
        assert_int_not_equal(p->stream.stop, STREAM_RUNS);
    p->is_playing = false;
}

static void step(struct world *w)
{
    unsigned what = chance(8);
    if (what < 3)
        press_play(w);
    else if (what < 6 && w->n > 0)
        keeps(w, &w->players[chance((unsigned)w->n)]);
    else if (what == 6 && w->n > 0) {
        struct player *p = &w->players[chance((unsigned)w->n)];
        assert_int_equal(store_lease_stop(w->stores[chance(2)], w->house.member.id,
                                          p->stream.playback, STREAM_LEFT),
                         OK);
        p->is_playing = false;
    } else
        w->now += (int)chance(LEASE); /* who is silent meanwhile has crashed */
    if (!w->is_skewed)
        assert_true(playing(w) <= (size_t)w->seats);
}

static void run_schedules(struct place *p, bool is_skewed)
{
    const char *more = getenv("LANTERNE_SCHEDULES");
    int64_t schedules = SCHEDULES;
    if (more != NULL)
        assert_int_equal(text_to_i64(more, strlen(more), 1, 1000000, &schedules), OK);
    static struct world w;
    struct store *second = NULL;
    assert_int_equal(store_open(p->path, &second), OK);
    for (unsigned i = 0; i < schedules; i++) {
        char email[40];
        snprintf(email, sizeof email, "m%u@example.org", i);
        luck = i * 2 + is_skewed;
        w = (struct world){ .stores = { p->store, second },
                            .house = a_house(p, email),
                            .is_skewed = is_skewed,
                            .now = 1000 };
        w.seats = 1 + (int)chance(3);
        w.skew[1] = is_skewed ? (int)chance(4 * LEASE) - 2 * LEASE : 0;
        for (int k = 0; k < STEPS && w.n < STEPS; k++)
            step(&w);
    }
    store_close(&second);
}

static void no_schedule_on_two_connections_passes_the_limit(void **state)
{
    run_schedules(*state, false);
}

static void with_clocks_apart_a_seat_given_twice_is_lost_to_the_first_with_its_lease(void **state)
{
    run_schedules(*state, true);
}

/* ---- at the same time ------------------------------------------------------------------------ */

enum { RIVALS = 8, ROUNDS = 20 };

struct rival {
    pthread_t id;
    struct store *store;
    const struct house *house;
    uint8_t device;
    int got;
};

static void *race(void *argument)
{
    struct rival *me = argument;
    struct stream s;
    me->got = take(me->store, me->house, me->device, 3, 0, &s) == OK;
    return NULL;
}

static void of_eight_at_once_on_two_connections_three_get_the_three_seats(void **state)
{
    struct place *p = *state;
    struct store *second = NULL;
    assert_int_equal(store_open(p->path, &second), OK);
    for (int round = 0; round < ROUNDS; round++) {
        char email[40];
        snprintf(email, sizeof email, "r%d@example.org", round);
        struct house h = a_house(p, email);
        struct rival rivals[RIVALS];
        int got = 0;
        for (uint8_t i = 0; i < RIVALS; i++) {
            rivals[i] =
                (struct rival){ .store = i % 2 == 0 ? p->store : second, .house = &h, .device = i };
            assert_int_equal(pthread_create(&rivals[i].id, NULL, race, &rivals[i]), 0);
        }
        for (int i = 0; i < RIVALS; i++) {
            pthread_join(rivals[i].id, NULL);
            got += rivals[i].got;
        }
        assert_int_equal(got, 3);
        assert_int_equal(count(p, h.member.id, 1), 3);
    }
    store_close(&second);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_seat_is_taken_kept_and_free_again_when_its_lease_ends),
        TEST(what_was_stopped_stays_so_and_says_why),
        TEST(the_same_screen_replaces_what_it_played_even_when_all_is_full),
        TEST(an_account_that_loses_seats_stops_those_who_sit_past_them),
        TEST(a_contracts_ceiling_counts_all_members_where_it_holds),
        TEST(each_of_many_ceilings_holds),
        TEST(a_rental_that_finds_no_seat_does_not_begin),
        TEST(no_schedule_on_two_connections_passes_the_limit),
        TEST(with_clocks_apart_a_seat_given_twice_is_lost_to_the_first_with_its_lease),
        TEST(of_eight_at_once_on_two_connections_three_get_the_three_seats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
