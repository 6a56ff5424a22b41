/* Entries of charges: whatever happens to one, in whatever parts, the books end where they began.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "service/billing/inside.h"

static const utc_time now = { 1704881234000000 };

static struct charge charge_of(int64_t amount, int64_t credit, int permille)
{
    struct charge c = { .kind = CHARGE_PERIOD,
                        .state = CHARGE_PAID,
                        .amount = { amount, "EUR" },
                        .credit = credit,
                        .tax_permille = permille,
                        .territory = "FR",
                        .tries = 1 };
    id_new(c.id.s);
    id_new(c.member.s);
    return c;
}

static int64_t posted(const struct ledger_entry *e, const char *account)
{
    for (size_t i = 0; i < e->n; i++) {
        if (strcmp(e->postings[i].account, account) == 0)
            return e->postings[i].minor;
    }
    return 0;
}

static void assert_good(const struct ledger_entry *e)
{
    char why[LEDGER_WHY];
    if (!ledger_entry_is_good(e, why))
        fail_msg("%s: %s", e->key, why);
}

/* ---- sold ------------------------------------------------------------------------------------ */

static void what_is_sold_is_cash_revenue_and_the_tax_in_it(void **state)
{
    (void)state;
    struct ledger_entry e;
    struct charge c = charge_of(1200, 0, 200);
    assert_int_equal(billing_entry_sold(&c, MEANS_CARD, false, now, &e), OK);
    assert_good(&e);
    assert_int_equal(posted(&e, "cash:card"), 1200);
    assert_int_equal(posted(&e, "tax:FR"), -200);
    assert_int_equal(posted(&e, "revenue:subscription:FR"), -1000);
}

static void what_credit_pays_is_sold_with_it_and_the_tax_is_that_of_the_whole_price(void **state)
{
    (void)state;
    struct ledger_entry e;
    for (int64_t credit = 0; credit < 1000; credit += 7) {
        struct charge c = charge_of(1000 - credit, credit, 200);
        assert_int_equal(billing_entry_sold(&c, MEANS_CARD, false, now, &e), OK);
        assert_good(&e);
        assert_int_equal(posted(&e, "tax:FR"), -tax_contained(1000, 200));
        assert_int_equal(posted(&e, "credit:members"), credit);
    }
}

static void what_the_bank_has_yet_to_collect_is_owed_until_its_statement_has_it(void **state)
{
    (void)state;
    struct ledger_entry sold, settled;
    struct charge c = charge_of(999, 0, 55);
    c.state = CHARGE_PENDING;
    assert_int_equal(billing_entry_sold(&c, MEANS_SEPA, false, now, &sold), OK);
    assert_int_equal(billing_entry_settled(&c, MEANS_SEPA, now, &settled), OK);
    assert_good(&sold);
    assert_good(&settled);
    assert_int_equal(posted(&sold, "receivable:sepa") + posted(&settled, "receivable:sepa"), 0);
    assert_int_equal(posted(&settled, "cash:sepa"), 999);
}

/* ---- back ------------------------------------------------------------------------------------ */

static void parts_that_are_given_back_add_up_to_what_was_sold(void **state)
{
    (void)state;
    static const int64_t parts[] = { 1, 333, 250, 7, 408 };
    struct ledger_entry e;
    for (int64_t credit = 300; credit < 330; credit++) { /* whichever way halves are rounded */
        struct charge c = charge_of(999, credit, 196);
        assert_int_equal(billing_entry_sold(&c, MEANS_CARD, false, now, &e), OK);
        int64_t tax = posted(&e, "tax:FR"), cash = posted(&e, "cash:card");
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
            assert_int_equal(billing_entry_refunded(&c, MEANS_CARD, parts[i], "key", now, &e), OK);
            assert_good(&e);
            tax += posted(&e, "tax:FR");
            cash += posted(&e, "cash:card");
            c.refunded += parts[i];
        }
        assert_int_equal(c.refunded, 999);
        assert_int_equal(cash, 0);
        assert_int_equal(tax, -tax_contained(credit, 196)); /* of what credit had paid */
    }
}

static void a_return_takes_back_what_was_collected_and_a_second_sale_leaves_the_credit(void **state)
{
    (void)state;
    struct ledger_entry sold, back, again;
    struct charge c = charge_of(999, 300, 196);
    c.state = CHARGE_PENDING;
    assert_int_equal(billing_entry_sold(&c, MEANS_SEPA, false, now, &sold), OK);
    assert_int_equal(billing_entry_returned(&c, MEANS_SEPA, true, now, &back), OK);
    c.tries = 2;
    assert_int_equal(billing_entry_sold(&c, MEANS_SEPA, true, now, &again), OK);
    assert_good(&back);
    assert_good(&again);
    assert_string_not_equal(sold.key, again.key);
    assert_int_equal(posted(&back, "receivable:sepa"), -999);
    assert_int_equal(posted(&again, "credit:members"), 0);
    assert_int_equal(posted(&back, "tax:FR") + posted(&again, "tax:FR"), 0);
    assert_int_equal(posted(&sold, "tax:FR"), -tax_contained(1299, 196));
}

static void what_comes_back_after_a_part_was_given_back_is_lost_in_that_part(void **state)
{
    (void)state;
    struct ledger_entry e;
    struct charge c = charge_of(1000, 0, 200);
    c.refunded = 400;
    assert_int_equal(billing_entry_returned(&c, MEANS_CARD, false, now, &e), OK);
    assert_good(&e);
    assert_int_equal(posted(&e, "cash:card"), -1000);
    assert_int_equal(posted(&e, "loss:members"), 400);
    assert_int_equal(posted(&e, "revenue:subscription:FR") + posted(&e, "tax:FR"), 600);
    c.refunded = 1000;
    assert_int_equal(billing_entry_returned(&c, MEANS_CARD, false, now, &e), OK);
    assert_good(&e);
    assert_int_equal(posted(&e, "loss:members"), 1000);
}

/* ---- papers ---------------------------------------------------------------------------------- */

static void an_invoice_is_of_the_whole_price_and_a_credit_note_of_what_went_back(void **state)
{
    (void)state;
    struct billing b = { .params = { .seller = "The House" } };
    struct invoice invoice;
    struct charge c = charge_of(700, 300, 200);
    const struct zone *paris = zone_named("Europe/Paris");
    billing_invoice_of(&b, paris, &c, "a@example.org", now, &invoice);
    assert_int_equal(invoice.total.minor, 1000);
    assert_int_equal(invoice.tax, 167);
    assert_int_equal(invoice.credit, 300);
    assert_string_equal(invoice.series, "FR-2024");
    id_new(invoice.id.s); /* as the store does, which numbers it */
    struct invoice note = billing_credit_note(&b, paris, &invoice, 240, now);
    assert_true(note.is_credit_note);
    assert_string_equal(note.of.s, invoice.id.s);
    assert_string_equal(note.id.s, "");
    assert_int_equal(note.total.minor, 240);
    assert_int_equal(note.tax, 40);
}

static void an_order_makes_the_same_id_under_the_same_key_of_the_same_member(void **state)
{
    (void)state;
    member_id a, b;
    char first[ID_TEXT], again[ID_TEXT], other[ID_TEXT], theirs[ID_TEXT], good[ID_TEXT];
    id_new(a.s);
    id_new(b.s);
    billing_id_of_once(a, "tap-1", first);
    billing_id_of_once(a, "tap-1", again);
    billing_id_of_once(a, "tap-2", other);
    billing_id_of_once(b, "tap-1", theirs);
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    assert_string_not_equal(first, theirs);
    assert_true(id_parse(first, strlen(first), good));
    assert_non_null(strchr("aeimquy4", first[ID_TEXT - 2])); /* 128 bits fill it so far */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sold_is_cash_revenue_and_the_tax_in_it),
        cmocka_unit_test(what_credit_pays_is_sold_with_it_and_the_tax_is_that_of_the_whole_price),
        cmocka_unit_test(what_the_bank_has_yet_to_collect_is_owed_until_its_statement_has_it),
        cmocka_unit_test(parts_that_are_given_back_add_up_to_what_was_sold),
        cmocka_unit_test(
            a_return_takes_back_what_was_collected_and_a_second_sale_leaves_the_credit),
        cmocka_unit_test(what_comes_back_after_a_part_was_given_back_is_lost_in_that_part),
        cmocka_unit_test(an_invoice_is_of_the_whole_price_and_a_credit_note_of_what_went_back),
        cmocka_unit_test(an_order_makes_the_same_id_under_the_same_key_of_the_same_member),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
