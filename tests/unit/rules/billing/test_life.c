/* Random lives: the machine is held against the plain model after every step, and against what has
 * to be so whatever happens (life.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "life.h"
#include "plain.h"

enum { LIVES = 20000, STEPS = 60, WILD_LIVES = 8000 };
static const char partner[] = "paaaaaaaaaaaaaaaaaaaaaaaaa";

/* ---- chance, the same at every run ------------------------------------------------------------
 */

static uint64_t seed;

static uint64_t chance(uint64_t below) /* splitmix64 */
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % below;
}

static bool one_in(uint64_t n)
{
    return chance(n) == 0;
}

/* ---- one step on both sides -------------------------------------------------------------------
 */

struct pair {
    struct life *life;
    struct plain plain;
    utc_time now;
    const char *what; /* was done last */
    unsigned states;  /* that were seen: bits */
    unsigned done;    /* events that were accepted: bits */
    uint64_t steps;
    bool is_wild; /* without the paper */
};

static means_id means_of(int n)
{
    means_id id = { "" };
    if (n != 0) {
        memset(id.s, 'a', ID_TEXT - 1);
        id.s[0] = 'k';
        id.s[ID_TEXT - 2] = (char)('a' + n);
    }
    return id;
}

static const enum membership_state states[] = {
    [PLAIN_NOTHING] = MEMBERSHIP_NONE,      [PLAIN_TRIES] = MEMBERSHIP_TRIAL,
    [PLAIN_RUNS] = MEMBERSHIP_ACTIVE,       [PLAIN_LATE] = MEMBERSHIP_PAST_DUE,
    [PLAIN_OFF] = MEMBERSHIP_SUSPENDED,     [PLAIN_RESTS] = MEMBERSHIP_PAUSED,
    [PLAIN_ELSEWHERE] = MEMBERSHIP_PARTNER, [PLAIN_OVER] = MEMBERSHIP_ENDED,
};

static bool plays(const struct life *l, int64_t t)
{
    enum subscription_state s = life_sees(l, (utc_time){ t });
    return s == SUBSCRIPTION_TRIAL || s == SUBSCRIPTION_ACTIVE;
}

/* What differs; NULL: nothing. */
static const char *difference(const struct pair *k)
{
    const struct life *l = k->life;
    const struct plain *p = &k->plain;
    int64_t now = k->now.us, until = plain_plays_until(p, now);
    bool has_plan = p->phase != PLAIN_NOTHING && p->phase != PLAIN_OVER && p->plan >= 0;
    if (l->broken != NULL)
        return l->broken;
    if (l->m.state != states[p->phase])
        return "the state";
    if (l->m.credit != p->credit)
        return "credit";
    if (has_plan && strcmp(l->m.plan, l->plans[p->plan].code) != 0)
        return "the plan";
    if (l->charged != p->collected)
        return "what was collected";
    if (l->gave_back != p->came_back)
        return "what came back";
    if ((l->m.charge.s[0] != 0) != (p->is_asked || p->is_owed))
        return "whether something is being collected";
    if ((l->m.means.s[0] != 0) != (p->means != 0))
        return "whether there are means";
    if (plays(l, now) != (until != 0))
        return "whether it plays now";
    if (until != 0 && until != INT64_MAX && (!plays(l, until - 1) || plays(l, until)))
        return "until when it plays";
    int64_t some = now + (int64_t)chance(100) * UTC_DAY;
    if (plays(l, some) != (some < until))
        return "whether it plays some day";
    return NULL;
}

static void outcome(struct pair *k)
{
    static const enum charge_outcome outcomes[] = { CHARGE_TRY_PAID, CHARGE_TRY_PENDING,
                                                    CHARGE_TRY_DECLINED, CHARGE_TRY_REFUSED };
    static const enum plain_outcome plain[] = { PLAIN_PAID, PLAIN_PAID, PLAIN_DECLINED,
                                                PLAIN_REFUSED };
    uint64_t i = one_in(8) ? 3 : chance(3);
    bool wants = k->life->last.open.id.s[0] != 0 || k->life->last.collect_again;
    if (wants != k->plain.wants_outcome) {
        k->life->broken = "whether somebody is asked for money";
        return;
    }
    if (!wants)
        return;
    k->plain.wants_outcome = false;
    if (k->plain.is_asked && one_in(8))
        return; /* nobody says */
    k->now.us += (int64_t)chance(3) * UTC_SECOND;
    (void)!life_outcome(k->life, k->now, outcomes[i]);
    plain_outcome(&k->plain, k->now.us, plain[i]);
    plain_settle(&k->plain, k->now.us);
}

static void renew(struct pair *k)
{
    static const enum charge_outcome outcomes[] = { CHARGE_TRY_PAID, CHARGE_TRY_PENDING,
                                                    CHARGE_TRY_DECLINED, CHARGE_TRY_REFUSED };
    static const enum plain_outcome plain[] = { PLAIN_PAID, PLAIN_PAID, PLAIN_DECLINED,
                                                PLAIN_REFUSED };
    uint64_t i = one_in(10) ? 3 : one_in(2) ? 2 : chance(2);
    k->what = "renew";
    life_renew(k->life, k->now, outcomes[i]);
    plain_renew(&k->plain, k->now.us, plain[i]);
}

/* One of what was collected comes back. */
static void come_back(struct pair *k)
{
    struct life *l = k->life;
    size_t n = 0, found[LIFE_CHARGES];
    for (size_t i = 0; i < l->n_charges; i++)
        if ((l->charges[i].state == CHARGE_PAID || l->charges[i].state == CHARGE_PENDING) &&
            strcmp(l->charges[i].id.s, l->m.charge.s) != 0)
            found[n++] = i;
    k->what = "return";
    if (n == 0)
        return;
    /* mostly the last, as banks do */
    size_t i = one_in(4) ? found[chance(n)] : found[n - 1];
    if (!k->is_wild) {
        plain_return(&k->plain, k->now.us, l->charges[i].amount.minor, l->charges[i].tries);
        plain_settle(&k->plain, k->now.us);
    }
    if (life_return(l, k->now, i) != OK)
        l->broken = "a return was refused";
}

struct draw {
    enum membership_event_kind kind;
    int plan, months, means;
    bool had_trial;
};

static bool on_paper(struct plain *p, int64_t now, const struct draw *d)
{
    switch (d->kind) {
    case MEMBERSHIP_SIGN_UP: return plain_sign_up(p, now);
    case MEMBERSHIP_TAKE: return plain_take(p, now, d->plan, d->means, d->had_trial);
    case MEMBERSHIP_CHANGE: return plain_change(p, now, d->plan, d->means, d->had_trial);
    case MEMBERSHIP_CANCEL: return plain_cancel(p, now);
    case MEMBERSHIP_KEEP: return plain_keep(p, now);
    case MEMBERSHIP_PAUSE: return plain_pause(p, now, d->months);
    case MEMBERSHIP_RESUME: return plain_resume(p, now, d->means);
    case MEMBERSHIP_MEANS: return plain_means(p, now, d->means);
    case MEMBERSHIP_GIFT: return plain_gift(p, now, d->plan, d->months);
    case MEMBERSHIP_PARTNER_ON: return plain_partner_on(p, now, d->plan);
    case MEMBERSHIP_PARTNER_OFF: return plain_partner_off(p, now);
    default: plain_stop(p, now); return true;
    }
}

static struct draw draw_order(void)
{
    static const enum membership_event_kind kinds[] = {
        MEMBERSHIP_SIGN_UP, MEMBERSHIP_TAKE,   MEMBERSHIP_TAKE,   MEMBERSHIP_TAKE,
        MEMBERSHIP_CHANGE,  MEMBERSHIP_CHANGE, MEMBERSHIP_CHANGE, MEMBERSHIP_CANCEL,
        MEMBERSHIP_KEEP,    MEMBERSHIP_KEEP,   MEMBERSHIP_PAUSE,  MEMBERSHIP_RESUME,
        MEMBERSHIP_RESUME,  MEMBERSHIP_MEANS,  MEMBERSHIP_MEANS,  MEMBERSHIP_GIFT,
    };
    static const enum membership_event_kind rare[] = { MEMBERSHIP_PARTNER_ON,
                                                       MEMBERSHIP_PARTNER_OFF, MEMBERSHIP_STOP,
                                                       MEMBERSHIP_GIFT };
    struct draw d = { .kind = one_in(8) ? rare[chance(4)] : kinds[chance(16)],
                      .plan = (int)chance(LIFE_PLANS),
                      .means = one_in(6) ? 0 : 1 + (int)chance(2),
                      .had_trial = one_in(4),
                      .months = 1 + (int)chance(4) };
    if (d.kind == MEMBERSHIP_MEANS && d.means == 0)
        d.means = 1;
    return d;
}

static void order(struct pair *k)
{
    struct draw d = draw_order();
    struct plain was = k->plain;
    struct membership_event e = { .kind = d.kind,
                                  .now = k->now,
                                  .means = means_of(d.means),
                                  .months = d.months,
                                  .partner = partner,
                                  .reason = REASON_HOUSE };
    bool has_plan = d.kind == MEMBERSHIP_TAKE || d.kind == MEMBERSHIP_CHANGE ||
                    d.kind == MEMBERSHIP_GIFT || d.kind == MEMBERSHIP_PARTNER_ON;
    k->what = membership_event_name(d.kind);
    k->life->has_means_had_trial = d.had_trial;
    if (d.kind != MEMBERSHIP_TAKE && d.kind != MEMBERSHIP_CHANGE && d.kind != MEMBERSHIP_RESUME &&
        d.kind != MEMBERSHIP_MEANS)
        e.means = means_of(0);
    k->plain.wants_outcome = false;
    enum err err = life_event(k->life, e, has_plan ? d.plan : -1);
    if (k->is_wild)
        return;
    bool can = on_paper(&k->plain, k->now.us, &d);
    if (can)
        plain_settle(&k->plain, k->now.us);
    else
        k->plain = was;
    if (can != (err == OK))
        k->life->broken = can ? "it was refused" : "it was not refused";
    if (err == OK)
        k->done |= 1U << d.kind;
    if (err == OK && k->life->broken == NULL)
        outcome(k);
}

/* ---- a life -----------------------------------------------------------------------------------
 */

static const char *const zones[] = { "UTC",          "Europe/Paris",   "America/New_York",
                                     "Pacific/Apia", "Asia/Kathmandu", "America/Sao_Paulo" };

static void begin(struct pair *k)
{
    static const int months[] = { 1, 1, 1, 3, 12 };
    const char *zone = zones[chance(6)];
    life_begin(k->life, zone);
    k->life->terms.trial_days = one_in(3) ? 0 : 1 + (int)chance(40);
    k->life->terms.notice_days = one_in(4) ? (int)chance(60) : 30;
    for (int i = 0; i < LIFE_PLANS; i++)
        k->life->plans[i].months = months[chance(5)];
    struct plain *p = &k->plain;
    *p = (struct plain){ .zone = zone_named(zone),
                         .trial_days = k->life->terms.trial_days,
                         .notice_days = k->life->terms.notice_days,
                         .grace_days = 7,
                         .end_days = 14,
                         .pause_most = 3,
                         .again = { 1, 3, 7 },
                         .plan = -1,
                         .next_plan = -1,
                         .next_price = -1 };
    for (int i = 0; i < LIFE_PLANS; i++)
        p->plans[i] = (struct plain_plan){ k->life->plans[i].months, k->life->plans[i].rank,
                                           k->life->prices[i].price.minor };
    k->now.us =
        (int64_t)civil_day_of(2011 + (int)chance(5), 1 + (int)chance(12), 1 + (int)chance(28))
                .days *
            UTC_DAY +
        (int64_t)chance(86400) * UTC_SECOND + (int64_t)chance(3) * 400000;
}

/* From seconds to months, and often to where something turns. */
static void wait_some(struct pair *k)
{
    static const int64_t spans[] = { 1, 60, 3600, 86400, 86400, 3 * 86400, 10 * 86400, 33 * 86400 };
    int64_t wait = (int64_t)chance((uint64_t)spans[chance(8)] * 1000000) + 1;
    if (one_in(40))
        wait *= 10;
    int64_t due = k->life->m.due.us, until = k->life->m.subscription.paid_until.us;
    if (due > k->now.us && one_in(3))
        wait = due - k->now.us - (int64_t)chance(2);
    else if (until > k->now.us && until != INT64_MAX && one_in(4))
        wait = until - k->now.us + (int64_t)chance(3) - 1;
    k->now.us += wait > 0 ? wait : 1;
}

static void change_price(struct pair *k)
{
    int i = (int)chance(3);
    int64_t price = 500 + (int64_t)chance(2000);
    k->life->prices[i].price.minor = price;
    k->plain.plans[i].price = price;
}

static void step(struct pair *k)
{
    wait_some(k);
    if (one_in(30))
        change_price(k);
    if (one_in(12))
        come_back(k);
    else if (one_in(2))
        renew(k);
    else
        order(k);
    k->steps++;
    k->states |= 1U << k->life->m.state;
}

static void report(const struct pair *k, const char *what, int life, int at)
{
    char now[UTC_TEXT], paid[UTC_TEXT], due[UTC_TEXT], grace[UTC_TEXT], plain[UTC_TEXT];
    utc_format(k->now, now);
    utc_format(k->life->m.subscription.paid_until, paid);
    utc_format(k->life->m.subscription.grace_until, grace);
    utc_format(k->life->m.due, due);
    utc_format((utc_time){ plain_plays_until(&k->plain, k->now.us) }, plain);
    print_error("life %d, step %d (%s) at %s: %s\n state %s plan %s next %s credit %lld paid %s "
                "grace %s due %s charge %s cancelled %d gift %d; why: %s\n paper: state %s plan %d "
                "next %d credit %lld until %s asked %d owed %d collected %lld, not %lld\n",
                life, at, k->what, now, what, membership_state_name(k->life->m.state),
                k->life->m.plan, k->life->m.next_plan, (long long)k->life->m.credit, paid, grace,
                due, k->life->m.charge.s, k->life->m.is_cancelled, k->life->m.gift_months,
                k->life->why, membership_state_name(states[k->plain.phase]), k->plain.plan,
                k->plain.next_plan, (long long)k->plain.credit, plain, k->plain.is_asked,
                k->plain.is_owed, (long long)k->plain.collected, (long long)k->life->charged);
}

static void random_lives_are_as_on_paper(void **unused)
{
    (void)unused;
    static struct life life;
    struct pair k = { .life = &life, .what = "" };
    const char *from = getenv("LIFE");
    int64_t said = 0;
    bool is_one = from != NULL && text_to_i64(from, strlen(from), 0, LIVES, &said) == OK;
    int first = (int)said;
    for (int i = first; i < (is_one ? first + 1 : LIVES); i++) {
        seed = (uint64_t)i * UINT64_C(0x2545f4914f6cdd1d);
        begin(&k);
        for (int at = 0; at < STEPS; at++) {
            step(&k);
            const char *what = difference(&k);
            if (what != NULL)
                report(&k, what, i, at);
            assert_null(what);
            if (from != NULL)
                report(&k, "so far", i, at);
        }
    }
    assert_int_equal(k.states, (1U << MEMBERSHIP_STATE_COUNT) - 1);
    const unsigned outcomes = 1U << MEMBERSHIP_DUE | 1U << MEMBERSHIP_PAID |
                              1U << MEMBERSHIP_FAILED | 1U << MEMBERSHIP_RETURNED;
    assert_int_equal(k.done | outcomes, (1U << MEMBERSHIP_EVENT_COUNT) - 1);
}

/* ---- what has to be so, whatever happens ------------------------------------------------------
 */

static void wild_step(struct pair *k)
{
    static const enum charge_outcome outcomes[] = { CHARGE_TRY_PAID,     CHARGE_TRY_PENDING,
                                                    CHARGE_TRY_DECLINED, CHARGE_TRY_REFUSED,
                                                    CHARGE_TRY_UNKNOWN,  CHARGE_TRY_UNKNOWN };
    static const char currencies[][4] = { "EUR", "EUR", "JPY", "TND", "" };
    struct life *l = k->life;
    wait_some(k);
    if (one_in(15)) { /* another price, another currency, or not sold any more */
        struct plan_price *p = &l->prices[chance(LIFE_PLANS)];
        p->price.minor = one_in(5) ? 0 : (int64_t)chance(3000);
        memcpy(p->price.currency, currencies[one_in(3) ? chance(5) : 0], 4);
        l->terms.tax_permille = (int)chance(1001);
    }
    if (one_in(2)) {
        life_renew(l, k->now, outcomes[chance(6)]);
    } else if (one_in(5)) {
        come_back(k);
    } else {
        order(k);
    }
    if (life_charge(l) != NULL && one_in(3))
        (void)!life_outcome(l, k->now, outcomes[chance(6)]);
}

static void wild_lives_never_break_what_has_to_be_so(void **unused)
{
    (void)unused;
    static struct life life;
    struct pair k = { .life = &life, .what = "", .is_wild = true };
    for (int i = 0; i < WILD_LIVES; i++) {
        seed = (uint64_t)i * UINT64_C(0x9e6c63d0876a9a47) + 1;
        begin(&k);
        for (int at = 0; at < STEPS; at++) {
            wild_step(&k);
            if (life.broken != NULL)
                report(&k, life.broken, i, at);
            assert_null(life.broken);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_lives_are_as_on_paper),
        cmocka_unit_test(wild_lives_never_break_what_has_to_be_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
