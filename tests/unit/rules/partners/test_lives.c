/* Random calls in random order, repeated, against a plain model of what people mean by them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/partners/subscription.h"

enum { LIVES = 2000, STEPS = 60, DAY = 24 };

static uint64_t seed;

static unsigned pick(unsigned n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((seed >> 33) % n);
}

/* In hours. The model says in plain flags what it is; the machine keeps instants. */
struct model {
    bool is_linked, is_activated, is_suspended, is_over, is_told; /* told: the membership is on */
    int64_t token_until, ends;                                    /* -1: none */
    char bundle[2];
    int times_on, times_off;
};

static bool model_pays(const struct model *m)
{
    return m->is_linked && m->is_activated && !m->is_suspended && !m->is_over;
}

static void model_clock(struct model *m, int64_t now)
{
    if (m->ends >= 0 && now >= m->ends)
        m->is_over = true;
}

/* What a member may do at most: watch while the partner pays. */
static void model_tell(struct model *m)
{
    if (model_pays(m) == m->is_told)
        return;
    m->is_told = !m->is_told;
    m->times_on += m->is_told;
    m->times_off += !m->is_told;
}

static void model_call(struct model *m, enum partner_call call, int64_t now, int64_t ends,
                       const char *bundle)
{
    model_clock(m, now);
    if (call == PARTNER_END || (call == PARTNER_CANCEL && m->is_over)) {
        if (m->is_over)
            model_tell(m);
        return;
    }
    if (call == PARTNER_GONE) {
        if (m->is_linked) {
            m->is_linked = false;
            m->token_until = -1;
        }
        model_tell(m);
        return;
    }
    if (m->is_over)
        return;
    if (call == PARTNER_TOKEN && !m->is_suspended && !m->is_linked)
        m->token_until = now + DAY;
    if (call == PARTNER_ACTIVATE && !m->is_suspended)
        m->is_activated = true;
    if (call == PARTNER_BUNDLE)
        m->bundle[0] = bundle[0];
    if (call == PARTNER_SUSPEND)
        m->is_suspended = true;
    if (call == PARTNER_RESUME) {
        m->is_suspended = false;
        m->ends = -1;
    }
    if (call == PARTNER_CANCEL)
        m->ends = ends > now ? ends : now;
    if (call == PARTNER_LINK && !m->is_suspended && !m->is_linked && now < m->token_until) {
        m->is_linked = true;
        m->token_until = -1;
    }
    model_clock(m, now);
    model_tell(m);
}

static enum partner_state model_state(const struct model *m, int64_t now)
{
    if (m->is_over || (m->ends >= 0 && now >= m->ends))
        return PARTNER_ENDED;
    if (m->is_suspended)
        return PARTNER_SUSPENDED;
    if (m->is_linked)
        return m->is_activated ? PARTNER_ACTIVE : PARTNER_LINKED;
    return m->token_until < 0     ? PARTNER_ORDERED
           : now < m->token_until ? PARTNER_TOKEN_ISSUED
                                  : PARTNER_EXPIRED;
}

static utc_time hours(int64_t h)
{
    return (utc_time){ (INT64_C(500000) + h) * 3600 * UTC_SECOND };
}

struct life {
    struct partner_subscription s;
    struct model m;
    int64_t now;
    int on, off;
};

static void step(struct life *l)
{
    static const char *const bundles[] = { "a", "b", "c" };
    struct partner_order order = {
        .call = (enum partner_call)(PARTNER_TOKEN + pick(PARTNER_CALL_COUNT - PARTNER_TOKEN)),
        .bundle = bundles[pick(3)],
        .member = { "aaaaaaaaaaaaaaaaaaaaaaaaaa" },
    };
    int64_t ends = pick(2) == 0 ? 0 : l->now + (int64_t)pick(80);
    order.now = hours(l->now);
    order.ends = ends == 0 ? (utc_time){ 0 } : hours(ends);
    struct partner_change c = partner_apply(&l->s, &order);
    if (c.outcome == PARTNER_DONE)
        l->s = c.after;
    l->on += c.effect == PARTNER_TURNS_ON;
    l->off += c.effect == PARTNER_TURNS_OFF;
    model_call(&l->m, order.call, l->now, ends, order.bundle);
    if (order.call != PARTNER_LINK && order.call != PARTNER_TOKEN) {
        struct partner_change again = partner_apply(&l->s, &order);
        assert_int_not_equal(again.outcome, PARTNER_DONE);
    }
}

static void compare(const struct life *l)
{
    assert_int_equal(partner_state_at(&l->s, hours(l->now)), model_state(&l->m, l->now));
    assert_string_equal(l->s.bundle, l->m.bundle);
    assert_int_equal(l->s.is_on, l->m.is_told);
    assert_int_equal(l->on, l->m.times_on);
    assert_int_equal(l->off, l->m.times_off);
    assert_true(l->on - l->off == (l->s.is_on ? 1 : 0));
}

static void random_lives_are_as_a_plain_model_says(void **state)
{
    (void)state;
    int reached[PARTNER_STATE_COUNT] = { 0 };
    for (unsigned i = 0; i < LIVES; i++) {
        struct partner_subscription ordered = { .account = "1", .bundle = "a" };
        struct life l = { .m = { .token_until = -1, .ends = -1, .bundle = "a" } };
        seed = i;
        l.s = partner_subscription_of(&ordered, false, hours(0));
        for (int k = 0; k < STEPS; k++) {
            l.now += pick(12);
            step(&l);
            compare(&l);
            reached[partner_state_at(&l.s, hours(l.now))]++;
        }
    }
    for (unsigned i = 0; i < PARTNER_STATE_COUNT; i++)
        assert_true(reached[i] > LIVES / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_lives_are_as_a_plain_model_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
