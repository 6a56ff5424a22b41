#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "driver/store/device_codes.h"
#include "place.h"

static struct member add_member(struct place *p, const char *email)
{
    struct member m = {
        .email = email, .language = "fr", .territory = "FR", .created = INSTANT(0)
    };
    id_new(m.id.s);
    assert_int_equal(store_member_add(p->store, &m, "hash"), OK);
    return m;
}

/* Both marks of number n; no other number's are like them. */
static struct store_device_code code_of(unsigned n, int seconds)
{
    struct store_device_code code = {
        .client = "lanterne-box",
        .version = "1.0",
        .name = "Salon",
        .model = "LB-1",
        .network = "192.0.2.0",
        .place = "FR",
        .created = INSTANT(seconds),
        .activation = { .expires = INSTANT(seconds + 900), .interval_s = ACTIVATION_INTERVAL_S },
    };
    memcpy(code.digest, &n, sizeof n);
    memcpy(code.mark, &n, sizeof n);
    code.mark[31] = 1;
    return code;
}

static struct store_device_ask ask_of(const struct member *m, const struct store_device_code *code,
                                      int seconds)
{
    struct store_device_ask ask = { .member = m->id, .network = "192.0.2.0" };
    ask.now = INSTANT(seconds);
    memcpy(ask.mark, code->mark, sizeof ask.mark);
    return ask;
}

static enum err look(struct place *p, const struct store_device_ask *ask,
                     struct store_device_code *out)
{
    int64_t wait_us = 0;
    enum err err = store_device_code_ask(p->store, p->arena, ask, out, &wait_us);
    assert_true(wait_us == 0);
    return err;
}

static enum err decide(struct place *p, const struct member *m,
                       const struct store_device_code *code, int seconds, bool allow)
{
    struct store_device_code out;
    struct store_device_ask ask = ask_of(m, code, seconds);
    ask.decides = true;
    ask.to = allow ? ACTIVATION_ALLOWED : ACTIVATION_REFUSED;
    return look(p, &ask, &out);
}

static enum err poll(struct place *p, const struct store_device_code *code, int seconds,
                     enum activation_answer *answer)
{
    struct store_device_code out;
    return store_device_code_poll(p->store, p->arena, code->digest, code->client, INSTANT(seconds),
                                  answer, &out);
}

static struct store_session_start session_of(const struct member *m, const uint8_t digest[32],
                                             int seconds)
{
    return (struct store_session_start){ .digest = digest,
                                         .member = m->id,
                                         .agent = "lanterne-box",
                                         .place = "FR",
                                         .now = INSTANT(seconds),
                                         .expires = INSTANT(seconds + 86400),
                                         .kind = STORE_SESSION_BOX,
                                         .name = "Salon" };
}

static void a_member_sees_which_box_asks(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org");
    struct store_device_code code = code_of(1, 0), got, other = code_of(2, 0);
    assert_int_equal(store_device_code_add(p->store, &code), OK);
    struct store_device_ask ask = ask_of(&m, &code, 10), wrong = ask_of(&m, &other, 10);
    assert_int_equal(look(p, &ask, &got), OK);
    assert_memory_equal(got.digest, code.digest, 32);
    assert_int_equal(got.activation.state, ACTIVATION_WAITING);
    assert_string_equal(got.client, "lanterne-box");
    assert_string_equal(got.version, "1.0");
    assert_string_equal(got.name, "Salon");
    assert_string_equal(got.model, "LB-1");
    assert_string_equal(got.network, "192.0.2.0");
    assert_string_equal(got.place, "FR");
    assert_true(got.created.us == INSTANT(0).us);
    assert_true(got.activation.expires.us == INSTANT(900).us);
    assert_string_equal(got.member.s, "");
    assert_int_equal(look(p, &wrong, &got), ERR_NOT_FOUND);
    ask.now = INSTANT(900);
    assert_int_equal(look(p, &ask, &got), ERR_NOT_FOUND);
}

static void codes_are_given_once(void **state)
{
    struct place *p = *state;
    struct store_device_code one = code_of(1, 0), same = code_of(1, 0);
    assert_int_equal(store_device_code_add(p->store, &one), OK);
    assert_int_equal(store_device_code_add(p->store, &same), ERR_EXISTS);
    memset(same.digest, 7, 32); /* its own long code, another's letters */
    assert_int_equal(store_device_code_add(p->store, &same), ERR_EXISTS);
}

static void an_allowed_code_gives_one_session_and_no_second(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org");
    struct store_device_code code = code_of(1, 0);
    enum activation_answer answer;
    uint8_t first[32] = { 1 }, second[32] = { 2 };
    struct store_session_start start = session_of(&m, first, 20), late = session_of(&m, second, 21);
    assert_int_equal(store_device_code_add(p->store, &code), OK);
    assert_int_equal(store_device_code_use(p->store, code.digest, &start), ERR_NOT_FOUND);
    assert_int_equal(poll(p, &code, 5, &answer), OK);
    assert_int_equal(answer, ACTIVATION_TELL_PENDING);
    assert_int_equal(decide(p, &m, &code, 6, true), OK);
    assert_int_equal(poll(p, &code, 10, &answer), OK);
    assert_int_equal(answer, ACTIVATION_GIVE);
    assert_int_equal(store_device_code_use(p->store, code.digest, &start), OK);
    assert_int_equal(store_device_code_use(p->store, code.digest, &late), ERR_NOT_FOUND);
    assert_int_equal(poll(p, &code, 30, &answer), OK);
    assert_int_equal(answer, ACTIVATION_TELL_UNKNOWN);
    struct store_session_entry *sessions;
    size_t n;
    assert_int_equal(store_sessions_list(p->store, p->arena, m.id, INSTANT(30), &sessions, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(sessions[0].kind, STORE_SESSION_BOX);
    assert_string_equal(sessions[0].name, "Salon");
    assert_null(sessions[0].partner);
    struct store_session got;
    assert_int_equal(store_session_get(p->store, p->arena, first, INSTANT(30), &got), OK);
    assert_true(got.is_box);
}

static void another_programs_code_is_refused_and_not_touched(void **state)
{
    struct place *p = *state;
    struct store_device_code code = code_of(1, 0), foreign = code_of(1, 0), none = code_of(2, 0);
    enum activation_answer answer;
    foreign.client = "somebody-else";
    assert_int_equal(store_device_code_add(p->store, &code), OK);
    assert_int_equal(poll(p, &code, 5, &answer), OK);
    for (int i = 0; i < 10; i++)
        assert_int_equal(poll(p, &foreign, 6, &answer), ERR_DENIED);
    assert_int_equal(poll(p, &none, 6, &answer), ERR_NOT_FOUND);
    assert_int_equal(poll(p, &code, 10, &answer), OK);
    assert_int_equal(answer, ACTIVATION_TELL_PENDING);
}

static void asking_too_early_is_remembered(void **state)
{
    struct place *p = *state;
    static const struct {
        int at;
        enum activation_answer answer;
    } rows[] = { { 5, ACTIVATION_TELL_PENDING },    { 6, ACTIVATION_TELL_SLOW_DOWN },
                 { 11, ACTIVATION_TELL_SLOW_DOWN }, { 26, ACTIVATION_TELL_PENDING },
                 { 36, ACTIVATION_TELL_SLOW_DOWN }, { 56, ACTIVATION_TELL_PENDING },
                 { 899, ACTIVATION_TELL_PENDING },  { 930, ACTIVATION_TELL_EXPIRED } };
    struct store_device_code code = code_of(1, 0);
    assert_int_equal(store_device_code_add(p->store, &code), OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum activation_answer answer;
        assert_int_equal(poll(p, &code, rows[i].at, &answer), OK);
        assert_int_equal(answer, rows[i].answer);
    }
}

static void one_member_decides_and_keeps_to_it(void **state)
{
    struct place *p = *state;
    struct member a = add_member(p, "a@example.org"), b = add_member(p, "b@example.org");
    struct store_device_code yes = code_of(1, 0), no = code_of(2, 0), got;
    enum activation_answer answer;
    assert_int_equal(store_device_code_add(p->store, &yes), OK);
    assert_int_equal(store_device_code_add(p->store, &no), OK);
    assert_int_equal(decide(p, &a, &yes, 1, true), OK);
    assert_int_equal(decide(p, &a, &yes, 2, true), OK);
    assert_int_equal(decide(p, &a, &yes, 3, false), ERR_STATE);
    assert_int_equal(decide(p, &b, &yes, 4, true), ERR_NOT_FOUND);
    assert_int_equal(decide(p, &a, &no, 5, false), OK);
    assert_int_equal(decide(p, &a, &no, 6, true), ERR_STATE);
    struct store_device_ask ask = ask_of(&a, &yes, 7);
    assert_int_equal(look(p, &ask, &got), OK);
    assert_int_equal(got.activation.state, ACTIVATION_ALLOWED);
    ask = ask_of(&b, &no, 7);
    assert_int_equal(look(p, &ask, &got), ERR_NOT_FOUND);
    assert_int_equal(poll(p, &no, 8, &answer), OK);
    assert_int_equal(answer, ACTIVATION_TELL_DENIED);
}

/* With a new password, or when the member ends their sessions, a box that was about to sign in does
 * not; nor does one of somebody who is gone. */
static void what_was_allowed_ends_with_the_members_sessions(void **state)
{
    struct place *p = *state;
    struct member a = add_member(p, "a@example.org"), b = add_member(p, "b@example.org"),
                  c = add_member(p, "c@example.org");
    struct store_device_code codes[] = { code_of(1, 0), code_of(2, 0), code_of(3, 0) };
    const struct member *const whose[] = { &a, &b, &c };
    enum activation_answer answer;
    uint8_t keep[32] = { 9 };
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(store_device_code_add(p->store, &codes[i]), OK);
        assert_int_equal(decide(p, whose[i], &codes[i], 1, true), OK);
    }
    assert_int_equal(store_member_password(p->store, a.id, "new", keep), OK);
    assert_int_equal(store_sessions_end_others(p->store, b.id, keep), OK);
    assert_int_equal(store_account_delete(p->store, c.id, "c@example.org", NULL), OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(poll(p, &codes[i], 5, &answer), OK);
        assert_int_equal(answer, ACTIVATION_TELL_DENIED);
    }
    assert_int_equal(poll(p, &codes[2], 5, &answer), ERR_NOT_FOUND);
}

static void a_network_has_a_hundred_codes_and_rows_go_an_hour_after_their_end(void **state)
{
    struct place *p = *state;
    enum activation_answer answer;
    unsigned n = 0;
    struct store_device_code code;
    for (; n < ACTIVATION_OF_NETWORK; n++) {
        code = code_of(n, 0);
        assert_int_equal(store_device_code_add(p->store, &code), OK);
    }
    code = code_of(n, 1);
    assert_int_equal(store_device_code_add(p->store, &code), ERR_FULL);
    code.network = "198.51.100.0";
    assert_int_equal(store_device_code_add(p->store, &code), OK);
    code = code_of(n + 1, 900);
    assert_int_equal(store_device_code_add(p->store, &code), OK);
    struct store_device_code first = code_of(0, 0);
    assert_int_equal(poll(p, &first, 901, &answer), OK);
    assert_int_equal(answer, ACTIVATION_TELL_EXPIRED);
    for (unsigned i = 2; i < 5; i++) { /* each sweeps fifty */
        code = code_of(n + i, 900 + 3600);
        assert_int_equal(store_device_code_add(p->store, &code), OK);
    }
    for (unsigned i = 0; i < n; i++) {
        code = code_of(i, 0);
        assert_int_equal(poll(p, &code, 4501, &answer), ERR_NOT_FOUND);
    }
}

/* ---- guessing -------------------------------------------------------------------------------- */

enum { LIVE = 1000, MINUTES = 15 };
#define CODES 25600000000.0 /* 20 letters to the power of 8 */

static void add_live_codes(struct place *p)
{
    for (unsigned i = 0; i < LIVE; i++) {
        char network[32];
        struct store_device_code code = code_of(i, 0);
        snprintf(network, sizeof network, "198.51.%u.0", i / 50);
        code.network = network;
        assert_int_equal(store_device_code_add(p->store, &code), OK);
    }
}

struct guesser {
    struct member *members;
    unsigned n_members, n_networks;
    const struct store_device_code *own; /* typed before each guess; NULL: none */
};

static int64_t ask_one(struct place *p, struct store_device_ask *ask, const uint8_t mark[32],
                       enum err want)
{
    struct store_device_code out;
    int64_t wait_us = 0;
    memcpy(ask->mark, mark, 32);
    enum err err = store_device_code_ask(p->store, p->arena, ask, &out, &wait_us);
    assert_int_equal(err, wait_us > 0 ? OK : want);
    return wait_us;
}

/* One of their accounts by one of their networks; how long the next has to wait. */
static int64_t try_one(struct place *p, const struct guesser *g, unsigned who, utc_time now,
                       unsigned *tried)
{
    char network[32];
    snprintf(network, sizeof network, "10.0.%u.0", who % g->n_networks);
    struct store_device_ask ask = { .member = g->members[who % g->n_members].id,
                                    .network = network,
                                    .now = now };
    if (g->own != NULL)
        (void)ask_one(p, &ask, g->own->mark, OK);
    uint8_t wrong[32] = { 0 };
    memcpy(wrong, tried, sizeof *tried);
    wrong[31] = 2;
    int64_t wait_us = ask_one(p, &ask, wrong, ERR_NOT_FOUND);
    *tried += wait_us == 0;
    return wait_us;
}

/* How many wrong codes somebody tries in a quarter of an hour who tries whenever any of their
 * accounts and networks need not wait. */
static unsigned guess(struct place *p, const struct guesser *g)
{
    unsigned tried = 0;
    unsigned pairs = g->n_members > g->n_networks ? g->n_members : g->n_networks;
    for (utc_time now = INSTANT(1); now.us < INSTANT(MINUTES * 60).us;) {
        int64_t next_us = INT64_MAX;
        for (unsigned who = 0; who < pairs; who++) {
            int64_t wait_us = try_one(p, g, who, now, &tried);
            next_us = wait_us < next_us ? wait_us : next_us;
        }
        now.us += next_us;
    }
    return tried;
}

static void guess_as(struct place *p, const char *who, const struct guesser *g, unsigned most)
{
    unsigned tried = guess(p, g);
    double hits = tried * (double)LIVE / CODES;
    printf("%s: %u codes in %d minutes, %.1e expected hits\n", who, tried, MINUTES, hits);
    assert_true(tried >= ACTIVATION_WRONG_FREE && tried <= most);
    assert_true(hits < 1e-4);
}

static void a_guesser_at_full_speed_wins_nothing_against_a_thousand_codes(void **state)
{
    struct place *p = *state;
    struct member members[100], one[4];
    add_live_codes(p);
    for (unsigned i = 0; i < 100; i++) {
        char email[32];
        snprintf(email, sizeof email, "g%u@example.org", i);
        members[i] = add_member(p, email);
    }
    for (unsigned i = 0; i < 4; i++) {
        char email[32];
        snprintf(email, sizeof email, "one%u@example.org", i);
        one[i] = add_member(p, email);
    }
    struct store_device_code own = code_of(5000, 0);
    assert_int_equal(store_device_code_add(p->store, &own), OK);
    guess_as(p, "one account, a hundred networks", &(struct guesser){ &one[0], 1, 100, NULL }, 20);
    guess_as(p, "a hundred accounts, a hundred networks",
             &(struct guesser){ members, 100, 100, NULL }, 2000);
    struct store_device_ask right = ask_of(&one[0], &own, MINUTES * 60 - 1);
    struct store_device_code out;
    int64_t wait_us = 0;
    assert_int_equal(store_device_code_ask(p->store, p->arena, &right, &out, &wait_us), OK);
    assert_true(wait_us > 0); /* who guessed waits also with the right one */
}

static void codes_of_ones_own_in_between_do_not_help_a_guesser(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org");
    add_live_codes(p);
    struct store_device_code own = code_of(5000, 0);
    assert_int_equal(store_device_code_add(p->store, &own), OK);
    guess_as(p, "with codes of one's own", &(struct guesser){ &m, 1, 1, &own }, 20);
}

static void many_accounts_of_one_network_guess_no_more_than_one(void **state)
{
    struct place *p = *state;
    struct member members[50];
    add_live_codes(p);
    for (unsigned i = 0; i < 50; i++) {
        char email[32];
        snprintf(email, sizeof email, "g%u@example.org", i);
        members[i] = add_member(p, email);
    }
    guess_as(p, "fifty accounts, one network", &(struct guesser){ members, 50, 1, NULL }, 70);
}

/* ---- at once --------------------------------------------------------------------------------- */

struct taker {
    struct place *p;
    const struct member *member;
    const struct store_device_code *code;
    uint8_t digest[32];
    enum err err;
};

static void *take(void *arg)
{
    struct taker *t = arg;
    struct store_session_start start = session_of(t->member, t->digest, 10);
    t->err = store_device_code_use(t->p->store, t->code->digest, &start);
    return NULL;
}

static void of_many_who_take_a_session_at_once_one_gets_it(void **state)
{
    enum { TAKERS = 8 };
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org");
    struct store_device_code code = code_of(1, 0);
    struct taker takers[TAKERS];
    pthread_t threads[TAKERS];
    unsigned got = 0;
    assert_int_equal(store_device_code_add(p->store, &code), OK);
    assert_int_equal(decide(p, &m, &code, 1, true), OK);
    for (uint8_t i = 0; i < TAKERS; i++) {
        takers[i] = (struct taker){ .p = p, .member = &m, .code = &code, .digest = { i } };
        assert_int_equal(pthread_create(&threads[i], NULL, take, &takers[i]), 0);
    }
    for (size_t i = 0; i < TAKERS; i++) {
        pthread_join(threads[i], NULL);
        assert_true(takers[i].err == OK || takers[i].err == ERR_NOT_FOUND);
        got += takers[i].err == OK;
    }
    assert_int_equal(got, 1);
    struct store_session_entry *sessions;
    size_t n;
    assert_int_equal(store_sessions_list(p->store, p->arena, m.id, INSTANT(30), &sessions, &n), OK);
    assert_int_equal(n, 1);
}

/* ---- a box's session ------------------------------------------------------------------------- */

static void a_boxs_session_lives_on_while_it_is_seen_and_a_sites_does_not(void **state)
{
    struct place *p = *state;
    struct member m = add_member(p, "a@example.org");
    uint8_t box[32] = { 1 }, site[32] = { 2 };
    struct store_session_start start = session_of(&m, box, 0);
    struct store_session got;
    assert_int_equal(store_session_start(p->store, &start), OK);
    assert_int_equal(session_start(p, site, m.id, INSTANT(0), INSTANT(86400)), OK);
    for (int day = 1; day < 10; day++) {
        int64_t box_us = 2 * UTC_DAY;
        utc_time now = INSTANT(day * 86400 - 1);
        assert_int_equal(store_session_seen(p->store, box, "BE", now, 0, box_us), OK);
        assert_int_equal(store_session_seen(p->store, site, "BE", now, 0, box_us), OK);
        now.us += 2 * UTC_SECOND;
        assert_int_equal(store_session_get(p->store, p->arena, box, now, &got), OK);
        assert_int_equal(store_session_get(p->store, p->arena, site, now, &got), ERR_NOT_FOUND);
    }
    assert_int_equal(store_session_get(p->store, p->arena, box, INSTANT(11 * 86400), &got),
                     ERR_NOT_FOUND);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(a_member_sees_which_box_asks),
        ROW(codes_are_given_once),
        ROW(an_allowed_code_gives_one_session_and_no_second),
        ROW(another_programs_code_is_refused_and_not_touched),
        ROW(asking_too_early_is_remembered),
        ROW(one_member_decides_and_keeps_to_it),
        ROW(what_was_allowed_ends_with_the_members_sessions),
        ROW(a_network_has_a_hundred_codes_and_rows_go_an_hour_after_their_end),
        ROW(a_guesser_at_full_speed_wins_nothing_against_a_thousand_codes),
        ROW(codes_of_ones_own_in_between_do_not_help_a_guesser),
        ROW(many_accounts_of_one_network_guess_no_more_than_one),
        ROW(of_many_who_take_a_session_at_once_one_gets_it),
        ROW(a_boxs_session_lives_on_while_it_is_seen_and_a_sites_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
