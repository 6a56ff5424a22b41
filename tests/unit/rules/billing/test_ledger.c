#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "rules/billing/ledger.h"

#define ID "abcdefghijklmnopqrstuvwxyz"
static const utc_time noon = { 43200 * UTC_SECOND };

static int64_t balance(const struct ledger_entry *e, const char *account)
{
    for (size_t i = 0; i < e->n; i++)
        if (strcmp(e->postings[i].account, account) == 0)
            return e->postings[i].minor;
    return 0;
}

static void a_sale_is_parted_into_revenue_and_tax(void **state)
{
    (void)state;
    static const struct {
        int64_t minor;
        int permille;
        const char *currency, *territory;
        int64_t revenue, tax;
    } rows[] = {
        { 1299, 200, "EUR", "FR", -1082, -217 },
        { 980, 100, "JPY", "JP", -891, -89 },
        { 12990, 190, "TND", "TN", -10916, -2074 },
        { 1299, 0, "USD", "US", -1299, 0 },
        { -1299, 200, "EUR", "FR", 1082, 217 },
        { INT64_MAX, 1000, "EUR", "FR", -INT64_C(4611686018427387903),
          -INT64_C(4611686018427387904) },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char account[LEDGER_ACCOUNT], why[LEDGER_WHY];
        struct ledger_entry e =
            ledger_entry_of(LEDGER_CHARGE, "charge " ID, noon, rows[i].currency);
        assert_int_equal(ledger_sell(&e, rows[i].minor, rows[i].permille, "cash:card",
                                     "revenue:subscription", rows[i].territory),
                         OK);
        assert_true(ledger_entry_is_good(&e, why));
        assert_int_equal(balance(&e, "cash:card"), rows[i].minor);
        snprintf(account, sizeof account, "revenue:subscription:%s", rows[i].territory);
        assert_int_equal(balance(&e, account), rows[i].revenue);
        snprintf(account, sizeof account, "tax:%s", rows[i].territory);
        assert_int_equal(balance(&e, account), rows[i].tax);
        assert_int_equal(e.n, rows[i].tax == 0 ? 2 : 3);
    }
}

static void postings_to_one_account_are_put_together(void **state)
{
    (void)state;
    struct ledger_entry e = ledger_entry_of(LEDGER_CHARGE, "charge " ID, noon, "EUR");
    assert_int_equal(ledger_post(&e, 0, "gifts"), OK);
    assert_int_equal(e.n, 0);
    assert_int_equal(ledger_post(&e, 100, "cash:%s", "card"), OK);
    assert_int_equal(ledger_post(&e, 50, "gifts"), OK);
    assert_int_equal(ledger_post(&e, -30, "cash:card"), OK);
    assert_int_equal(e.n, 2);
    assert_int_equal(balance(&e, "cash:card"), 70);
    assert_int_equal(ledger_post(&e, -70, "cash:card"), OK); /* nothing is left of it */
    assert_int_equal(e.n, 1);
    assert_int_equal(balance(&e, "gifts"), 50);
}

static void what_is_past_the_range_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    struct ledger_entry e = ledger_entry_of(LEDGER_CHARGE, "charge " ID, noon, "EUR"), was;
    assert_int_equal(ledger_post(&e, INT64_MAX, "gifts"), OK);
    was = e;
    assert_int_equal(ledger_post(&e, 1, "gifts"), ERR_FULL);
    assert_int_equal(ledger_post(&e, INT64_MIN, "loss:members"), ERR_FULL);
    assert_int_equal(ledger_sell(&e, INT64_MIN, 200, "cash:card", "revenue:gift", "FR"), ERR_FULL);
    assert_int_equal(ledger_sell(&e, 1299, 200, "gifts", "revenue:gift", "FR"), ERR_FULL);
    for (int i = 0; i < 7; i++)
        assert_int_equal(ledger_post(&e, 1, "cash:%c", 'a' + i), OK);
    assert_int_equal(e.n, LEDGER_POSTINGS);
    assert_int_equal(ledger_post(&e, 1, "loss:members"), ERR_FULL);
    e.n = 1;
    assert_int_equal(ledger_post(&e, 1, "revenue:%s",
                                 "0123456789012345678901234567890123456789012345678901234567"),
                     ERR_FULL);
    memset(&e.postings[1], 0, 7 * sizeof e.postings[1]);
    assert_memory_equal(&e, &was, sizeof e);
    e = ledger_entry_of(
        LEDGER_CHARGE,
        "charge 0123456789012345678901234567890123456789012345678901234567890123456789", noon,
        "EUR");
    assert_string_equal(e.key, ""); /* cut, it could be another's */
}

static struct ledger_entry good_entry(void)
{
    struct ledger_entry e = ledger_entry_of(LEDGER_CHARGE, "charge " ID, noon, "EUR");
    memcpy(e.member, ID, sizeof ID);
    assert_int_equal(ledger_sell(&e, 1299, 200, "cash:card", "revenue:subscription", "FR"), OK);
    return e;
}

static void an_entry_is_good_or_says_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *account;
        bool good;
    } accounts[] = {
        { "cash:card", true },
        { "cash:sepa", true },
        { "cash:bank", true },
        { "receivable:sepa", true },
        { "receivable:partner:" ID, true },
        { "revenue:subscription:FR", true },
        { "revenue:rental:JP", true },
        { "revenue:partner:FR", true },
        { "revenue:gift:FR", true },
        { "tax:FR", true },
        { "credit:members", true },
        { "gifts", true },
        { "cost:studio:" ID, true },
        { "payable:studio:" ID, true },
        { "cost:partner:" ID, true },
        { "payable:partner:" ID, true },
        { "loss:members", true },
        { "", false },
        { "cash", false },
        { "cash:", false },
        { "cash:Card", false },
        { "cash:card:FR", false },
        { "receivable:partner:", false },
        { "receivable:partner:x", false },
        { "revenue:subscription", false },
        { "revenue:subscription:fr", false },
        { "revenue:subscription:FRA", false },
        { "revenue:subscription:QQ", false },
        { "revenue:other:FR", false },
        { "tax:", false },
        { "gifts:FR", false },
        { "credit:member", false },
        { "cost:studio:ABCDEFGHIJKLMNOPQRSTUVWXYZ", false },
        { "assets:gold", false },
    };
    char why[LEDGER_WHY];
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++) {
        struct ledger_entry e = ledger_entry_of(LEDGER_COST, "cost x", noon, "EUR");
        const char *other = strcmp(accounts[i].account, "gifts") == 0 ? "cash:card" : "gifts";
        assert_int_equal(ledger_post(&e, 5, "%s", accounts[i].account), OK);
        assert_int_equal(ledger_post(&e, -5, "%s", other), OK);
        if (ledger_entry_is_good(&e, why) != accounts[i].good)
            print_error("%s\n", accounts[i].account);
        assert_int_equal(ledger_entry_is_good(&e, why), accounts[i].good);
        assert_int_equal(why[0] == 0, accounts[i].good);
        assert_int_equal(ledger_entry_is_good(&e, NULL), accounts[i].good);
    }
    for (int i = 0; i < 10; i++) {
        struct ledger_entry e = good_entry();
        switch (i) {
        case 0: break;
        case 1: e.key[0] = 0; break;
        case 2: e.kind = LEDGER_KIND_COUNT; break;
        case 3: memcpy(e.currency, "EUX", 4); break;
        case 4: e.n = 1; break;
        case 5: e.postings[0].minor++; break;
        case 6: e.postings[1].minor = 0; break;
        case 7: memcpy(e.member, "somebody", 9); break;
        case 8: memcpy(e.subject, "ABC", 4); break;
        default: memcpy(e.postings[1].account, e.postings[0].account, LEDGER_ACCOUNT); break;
        }
        assert_int_equal(ledger_entry_is_good(&e, why), i == 0);
        assert_int_equal(why[0] == 0, i == 0);
    }
    /* amounts that would wrap round to zero do not balance */
    struct ledger_entry e = ledger_entry_of(LEDGER_COST, "cost x", noon, "EUR");
    for (int i = 0; i < 4; i++)
        assert_int_equal(ledger_post(&e, INT64_C(1) << 62, "cash:%c", 'a' + i), OK);
    assert_false(ledger_entry_is_good(&e, why));
}

static void what_is_turned_round_takes_the_entry_back(void **state)
{
    (void)state;
    struct ledger_entry e = good_entry();
    struct ledger_entry r = ledger_reverse(&e, LEDGER_RETURN, "return " ID, (utc_time){ 7 });
    assert_true(ledger_entry_is_good(&r, NULL));
    assert_string_equal(r.key, "return " ID);
    assert_string_equal(r.member, e.member);
    assert_int_equal(r.kind, LEDGER_RETURN);
    assert_int_equal(r.at.us, 7);
    assert_int_equal(r.n, e.n);
    for (size_t i = 0; i < e.n; i++)
        assert_int_equal(r.postings[i].minor, -e.postings[i].minor);
}

static void each_field_counts_in_the_bytes(void **state)
{
    (void)state;
    uint8_t first[LEDGER_BYTES], second[LEDGER_BYTES];
    struct ledger_entry e = good_entry();
    size_t n = ledger_entry_bytes(&e, first);
    for (int i = 0; i < 10; i++) {
        struct ledger_entry o = e;
        switch (i) {
        case 0: o.key[8] = 'x'; break;
        case 1: o.kind = LEDGER_REFUND; break;
        case 2: o.at.us++; break;
        case 3: memcpy(o.currency, "USD", 4); break;
        case 4: o.member[0] = 'b'; break;
        case 5: memcpy(o.subject, ID, sizeof ID); break;
        case 6: o.n--; break;
        case 7: o.postings[0].minor++; break;
        case 8: o.postings[0].account[5] = 's'; break;
        default: /* the same two texts, parted elsewhere */
            memcpy(o.member, "", 1);
            memcpy(o.subject, e.member, sizeof o.subject);
            break;
        }
        size_t m = ledger_entry_bytes(&o, second);
        assert_true(m != n || memcmp(first, second, n) != 0);
    }
    assert_int_equal(ledger_entry_bytes(&e, second), n);
    assert_memory_equal(first, second, n);
    /* what stands behind the texts' ends does not count */
    e.key[LEDGER_KEY - 1] = 'x';
    e.postings[0].account[LEDGER_ACCOUNT - 1] = 'x';
    assert_int_equal(ledger_entry_bytes(&e, second), n);
    assert_memory_equal(first, second, n);
    /* the greatest there can be */
    for (size_t i = 0; i < LEDGER_POSTINGS; i++)
        memset(e.postings[i].account, 'a', LEDGER_ACCOUNT - 1);
    memset(e.key, 'k', LEDGER_KEY - 1);
    e.n = LEDGER_POSTINGS;
    assert_true(ledger_entry_bytes(&e, second) <= LEDGER_BYTES);
}

static void kinds_have_names(void **state)
{
    (void)state;
    assert_string_equal(ledger_kind_name(LEDGER_CHARGE), "charge");
    assert_string_equal(ledger_kind_name(LEDGER_LOSS), "loss");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sale_is_parted_into_revenue_and_tax),
        cmocka_unit_test(postings_to_one_account_are_put_together),
        cmocka_unit_test(what_is_past_the_range_is_refused_and_changes_nothing),
        cmocka_unit_test(an_entry_is_good_or_says_what_is_wrong),
        cmocka_unit_test(what_is_turned_round_takes_the_entry_back),
        cmocka_unit_test(each_field_counts_in_the_bytes),
        cmocka_unit_test(kinds_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
