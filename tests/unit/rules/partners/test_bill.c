#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/partners/bill.h"

static const struct bundle_terms terms[] = {
    { .code = "tv", .price = { 600, "EUR" }, .share_permille = 200, .from = { 0 } },
    { .code = "max", .price = { 1200, "EUR" }, .share_permille = 100, .from = { 0 } },
};
static const struct partner_month november = { 2026, 11 };

static const struct zone *paris(void)
{
    return zone_named("Europe/Paris");
}

static utc_time when(const char *text)
{
    utc_time t = { 0 };
    assert_int_equal(utc_parse(text, strlen(text), &t), OK);
    return t;
}

static struct partner_event event(const char *at, const char *bundle, bool is_active)
{
    struct partner_event e = { .at = when(at) };
    memcpy(e.after.bundle, bundle, strlen(bundle) + 1);
    e.after.created = e.after.activated = when("2020-01-01");
    e.after.member = (member_id){ "aaaaaaaaaaaaaaaaaaaaaaaaaa" };
    if (!is_active)
        e.after.suspended = e.at;
    return e;
}

static struct partner_bill bill(const struct partner_event *events, size_t n)
{
    return partner_bill_of(events, n, terms, 2, paris(), november, 200);
}

static void a_whole_month_costs_its_price(void **state)
{
    (void)state;
    struct partner_event e = event("2026-06-01T00:00:00Z", "tv", true);
    struct partner_bill b = bill(&e, 1);
    assert_int_equal(b.days, 30);
    assert_int_equal(b.price.minor, 600);
    assert_string_equal(b.price.currency, "EUR");
    assert_int_equal(b.tax, 100);
    assert_int_equal(b.share, 100); /* 20 % of 5.00 */
}

static void a_day_counts_when_it_ends_active(void **state)
{
    (void)state;
    struct partner_event e[] = { event("2026-11-10T22:59:59Z", "tv", true),    /* the 10th, 23:59 */
                                 event("2026-11-12T23:00:00Z", "tv", false) }; /* the 13th, 0:00 */
    assert_int_equal(bill(e, 1).days, 21);
    assert_int_equal(bill(e, 2).days, 3);
    assert_int_equal(bill(e, 2).price.minor, 60);
}

static void suspended_and_resumed_on_one_day_is_paid_once(void **state)
{
    (void)state;
    struct partner_event e[] = { event("2026-10-01T00:00:00Z", "tv", true),
                                 event("2026-11-05T10:00:00Z", "tv", false),
                                 event("2026-11-05T11:00:00Z", "tv", true) };
    assert_int_equal(bill(e, 3).days, 30);
    assert_int_equal(bill(e, 3).price.minor, 600);
}

static void a_day_costs_what_its_bundle_does_at_its_end(void **state)
{
    (void)state;
    struct partner_event e[] = { event("2026-10-01T00:00:00Z", "tv", true),
                                 event("2026-11-16T08:00:00Z", "max", true) };
    struct partner_bill b = bill(e, 2);
    assert_int_equal(b.price.minor, 900); /* 15 days of each */
    assert_int_equal(b.tax, 150);
    /* 15 * 600 * 20 % + 15 * 1200 * 10 % of what is left without tax */
    assert_int_equal(b.share, INT64_C(750) * (15 * 600 * 200 + 15 * 1200 * 100) / (27000 * 1000));
}

static void other_terms_hold_from_their_day_on(void **state)
{
    (void)state;
    struct bundle_terms rows[] = { terms[0], terms[0], terms[0] };
    rows[1].from = civil_day_of(2026, 11, 21);
    rows[1].price.minor = 900;
    rows[2].from = civil_day_of(2026, 12, 1);
    rows[2].price.minor = 100000;
    struct partner_event e = event("2026-06-01T00:00:00Z", "tv", true);
    struct partner_bill b = partner_bill_of(&e, 1, rows, 3, paris(), november, 0);
    assert_int_equal(b.price.minor, (20 * 600 + 10 * 900) / 30);
    assert_int_equal(b.tax, 0);
}

static void what_is_rounded_is_rounded_once_and_up_from_the_half(void **state)
{
    (void)state;
    struct bundle_terms t = terms[0];
    static const struct {
        int64_t price;
        int days;
        int64_t paid;
    } rows[] = { { 100, 1, 3 }, { 100, 15, 50 }, { 105, 1, 4 },
                 { 104, 1, 3 }, { 1, 14, 0 },    { 1, 15, 1 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct partner_event e = event("2026-11-30T12:00:00Z", "tv", true);
        e.at.us -= (rows[i].days - 1) * UTC_DAY;
        t.price.minor = rows[i].price;
        assert_int_equal(partner_bill_of(&e, 1, &t, 1, paris(), november, 0).price.minor,
                         rows[i].paid);
    }
}

static void the_entry_is_balanced_and_keyed_by_subscription_and_month(void **state)
{
    (void)state;
    struct partner_subscription s = { .id = { "bbbbbbbbbbbbbbbbbbbbbbbbbb" },
                                      .partner = { "cccccccccccccccccccccccccc" } };
    struct partner_event e = event("2026-06-01T00:00:00Z", "tv", true);
    struct partner_bill b = bill(&e, 1);
    struct ledger_entry entry;
    char why[LEDGER_WHY];
    assert_int_equal(partner_bill_entry(&s, "FR", november, &b, 200, when("2026-12-01"), &entry),
                     OK);
    assert_true(ledger_entry_is_good(&entry, why));
    assert_string_equal(entry.key, "partner bbbbbbbbbbbbbbbbbbbbbbbbbb 2026-11");
    static const struct {
        const char *account;
        int64_t minor;
    } rows[] = { { "receivable:partner:cccccccccccccccccccccccccc", 600 },
                 { "revenue:partner:FR", -500 },
                 { "tax:FR", -100 },
                 { "cost:partner:cccccccccccccccccccccccccc", 100 },
                 { "payable:partner:cccccccccccccccccccccccccc", -100 } };
    assert_int_equal(entry.n, 5);
    for (size_t i = 0; i < 5; i++) {
        bool is_there = false;
        for (size_t k = 0; k < entry.n; k++)
            is_there |= strcmp(entry.postings[k].account, rows[i].account) == 0 &&
                        entry.postings[k].minor == rows[i].minor;
        assert_true(is_there);
    }
    b.price.minor = 0;
    assert_int_equal(partner_bill_entry(&s, "FR", november, &b, 200, when("2026-12-01"), &entry),
                     ERR_ARGUMENT);
}

static void months_are_read_and_stepped_through(void **state)
{
    (void)state;
    struct partner_month m;
    char text[PARTNER_MONTH_TEXT];
    utc_time from, until;
    assert_int_equal(partner_month_parse("2026-03", 7, &m), OK);
    partner_month_format(m, text);
    assert_string_equal(text, "2026-03");
    static const char *const wrong[] = { "2026-13",  "2026-00", "2026-1",
                                         "2026-111", "26-11",   "2026/11" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(partner_month_parse(wrong[i], strlen(wrong[i]), &m), ERR_MALFORMED);
    m = partner_month_before((struct partner_month){ 2026, 1 });
    assert_true(m.year == 2025 && m.month == 12);
    m = partner_month_at(paris(), when("2026-10-31T23:30:00Z"));
    assert_true(m.year == 2026 && m.month == 11);
    partner_month_bounds((struct partner_month){ 2026, 10 }, paris(), &from, &until);
    assert_int_equal(from.us, when("2026-09-30T22:00:00Z").us);
    assert_int_equal(until.us, when("2026-10-31T23:00:00Z").us); /* the clocks went back */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_month_costs_its_price),
        cmocka_unit_test(a_day_counts_when_it_ends_active),
        cmocka_unit_test(suspended_and_resumed_on_one_day_is_paid_once),
        cmocka_unit_test(a_day_costs_what_its_bundle_does_at_its_end),
        cmocka_unit_test(other_terms_hold_from_their_day_on),
        cmocka_unit_test(what_is_rounded_is_rounded_once_and_up_from_the_half),
        cmocka_unit_test(the_entry_is_balanced_and_keyed_by_subscription_and_month),
        cmocka_unit_test(months_are_read_and_stepped_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
