#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "money.h"

/* From one account to another. */
static struct ledger_entry a_move(const char *key, enum ledger_kind kind, const char *from,
                                  const char *to, int64_t minor, int seconds)
{
    struct ledger_entry e = ledger_entry_of(kind, key, INSTANT(seconds), "EUR");
    assert_int_equal(ledger_post(&e, minor, "%s", to), OK);
    assert_int_equal(ledger_post(&e, -minor, "%s", from), OK);
    return e;
}

#define STUDIO "abcdefghijklmnopqrstuvwxya"

/* Five entries, some of a studio. */
static void fill(struct place *p, member_id member)
{
    struct ledger_entry e[5] = {
        an_entry(LEDGER_CHARGE, "charge", "one", member, 1200),
        a_move("cost one", LEDGER_COST, "payable:studio:" STUDIO, "cost:studio:" STUDIO, 300, 3),
        an_entry(LEDGER_CHARGE, "charge", "two", member, 600),
        a_move("payout one", LEDGER_PAYOUT, "cash:sepa", "payable:studio:" STUDIO, 300, 5),
        an_entry(LEDGER_REFUND, "refund", "one", member, -1200),
    };
    e[4].at = INSTANT(6);
    assert_int_equal(store_ledger_add(p->store, e, 5), OK);
}

static size_t count(struct place *p, struct store_ledger_filter filter,
                    struct store_ledger_row **out)
{
    size_t n = 0;
    filter.limit = filter.limit == 0 ? 100 : filter.limit;
    assert_int_equal(store_ledger_list(p->store, p->arena, &filter, out, &n), OK);
    return n;
}

static void entries_are_found_by_account_member_and_time(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org"), other = a_payer(p, "b@example.org");
    struct store_ledger_row *rows;
    fill(p, m.id);
    assert_int_equal(count(p, (struct store_ledger_filter){ 0 }, &rows), 5);
    assert_int_equal(rows[0].seq, 1);
    assert_string_equal(rows[1].entry.key, "cost one");
    assert_int_equal(count(p, (struct store_ledger_filter){ .after = 3 }, &rows), 2);
    assert_int_equal(count(p, (struct store_ledger_filter){ .limit = 2 }, &rows), 2);
    assert_int_equal(count(p, (struct store_ledger_filter){ .account = "cash:" }, &rows), 4);
    assert_int_equal(count(p, (struct store_ledger_filter){ .account = "cash:card" }, &rows), 3);
    assert_int_equal(count(p, (struct store_ledger_filter){ .account = "payable:" }, &rows), 2);
    assert_string_equal(rows[0].entry.postings[1].account, "payable:studio:" STUDIO);
    assert_int_equal(
        count(p, (struct store_ledger_filter){ .account = "payable:", .after = 2 }, &rows), 1);
    assert_int_equal(count(p, (struct store_ledger_filter){ .account = "nothing" }, &rows), 0);
    assert_int_equal(count(p, (struct store_ledger_filter){ .member = m.id.s }, &rows), 3);
    assert_int_equal(rows[2].seq, 5);
    assert_int_equal(
        count(p, (struct store_ledger_filter){ .member = m.id.s, .after = 1, .limit = 1 }, &rows),
        1);
    assert_int_equal(rows[0].seq, 3);
    assert_int_equal(count(p, (struct store_ledger_filter){ .member = other.id.s }, &rows), 0);
    assert_int_equal(
        count(p, (struct store_ledger_filter){ .from = INSTANT(3), .until = INSTANT(6) }, &rows),
        2);
}

static int64_t balance_at(struct place *p, const char *account, utc_time at)
{
    struct store_balance *list;
    size_t n = 0;
    assert_int_equal(store_ledger_balances(p->store, p->arena, at, &list, &n), OK);
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].account, account) == 0)
            return list[i].minor;
    return INT64_MIN;
}

static void balances_are_those_of_an_instant(void **state)
{
    struct place *p = *state;
    const utc_time now = { INT64_MAX };
    fill(p, a_payer(p, "a@example.org").id);
    assert_int_equal(balance_at(p, "cash:card", now), 600);
    assert_int_equal(balance_at(p, "cash:card", INSTANT(6)), 1800);
    assert_int_equal(balance_at(p, "cash:card", INSTANT(0)), 0);
    assert_int_equal(balance_at(p, "tax:FR", now), -100);
    assert_int_equal(balance_at(p, "payable:studio:" STUDIO, now), 0);
    assert_int_equal(balance_at(p, "payable:studio:" STUDIO, INSTANT(5)), -300);
    assert_int_equal(balance_at(p, "no such account", now), INT64_MIN);
}

static void a_key_is_booked_once_and_nothing_with_it(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct ledger_entry e[2] = { an_entry(LEDGER_CHARGE, "charge", "new", m.id, 500),
                                 an_entry(LEDGER_CHARGE, "charge", "one", m.id, 1200) };
    struct store_ledger_row *rows;
    struct ledger_entry got;
    fill(p, m.id);
    assert_int_equal(store_ledger_add(p->store, e, 2), ERR_EXISTS);
    assert_int_equal(store_ledger_get(p->store, "charge new", &got), ERR_NOT_FOUND);
    assert_int_equal(count(p, (struct store_ledger_filter){ 0 }, &rows), 5);
    e[0].postings[0].minor++;
    assert_int_equal(store_ledger_add(p->store, e, 1), ERR_ARGUMENT);
    e[0].postings[0].minor--;
    assert_int_equal(store_ledger_add(p->store, e, 1), OK);
    assert_int_equal(store_ledger_get(p->store, "charge new", &got), OK);
    assert_memory_equal(&got, &e[0], sizeof got);
    struct store_ledger_check check;
    assert_int_equal(ledger_problems(p, &check), 0);
    assert_int_equal(check.entries, 6);
    assert_int_equal(check.n_currencies, 1);
    assert_int_equal(check.totals[0].minor, 0);
}

static void what_was_written_cannot_be_changed(void **state)
{
    static const char *const tries[] = {
        "UPDATE ledger_entry SET at = 0",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_rare SET entry = 0",
        "DELETE FROM ledger_rare",
        "UPDATE row_terms SET price = 0",
        "DELETE FROM row_terms",
        "UPDATE charge_terms SET kind = 1",
        "DELETE FROM charge_terms",
        "UPDATE membership_row SET kind = 0",
        "DELETE FROM membership_row",
        "UPDATE invoice SET total = 0",
        "DELETE FROM invoice",
        "UPDATE charge SET amount = amount + 1",
        "UPDATE charge SET created = created + 1",
        "UPDATE charge SET number = number + 9",
        "DELETE FROM charge",
        "UPDATE buyer SET text = 'x'",
        "DELETE FROM buyer",
        "UPDATE made_key SET key = randomblob(16)",
        "DELETE FROM made_key",
    };
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct charge c = a_charge(m.id, "period 1 1");
    struct membership_change take = a_take(p, m.id, &c);
    struct invoice invoice = an_invoice(&c);
    struct store_billing item = { .change = &take, .invoice = &invoice };
    fill(p, m.id);
    assert_int_equal(store_billing_commit(p->store, &item, 1), OK);
    assert_int_equal(item.err, OK);
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++)
        if (behind(p, tries[i]) != SQLITE_CONSTRAINT)
            fail_msg("%s was done", tries[i]);
    struct store_ledger_check check;
    assert_int_equal(ledger_problems(p, &check), 0);
}

/* Each row is done to a whole store by somebody who took the triggers away. */
static void what_was_tampered_with_is_found_and_named(void **state)
{
    static const struct {
        const char *sql, *what;
        int64_t first;
    } rows[] = {
        /* the first posting of 600 becomes one of 601; 600 and its parts become 1200; none */
        { "UPDATE ledger_entry SET postings = CAST(x'01b209' || substr(postings, 4) AS BLOB)"
          " WHERE seq = 3",
          "entry 3 (charge two) does not balance", 3 },
        { "UPDATE ledger_entry SET postings = (SELECT postings FROM ledger_entry WHERE seq = 1)"
          " WHERE seq = 3",
          "entry 3 (charge two) is not what was written", 3 },
        { "UPDATE ledger_entry SET postings = x'01' WHERE seq = 3",
          "entry 3 (charge two) does not balance", 3 },
        { "DELETE FROM ledger_rare WHERE entry = 2",
          "entries are not found by an account that they post to: payable:studio:", 0 },
        { "UPDATE ledger_entry SET at = at + 1 WHERE seq = 2", "entry 2 (cost one) is not what",
          2 },
        { "UPDATE ledger_entry SET membership = NULL WHERE seq = 1", "entry 1 (charge one) is not",
          1 },
        { "DELETE FROM ledger_entry WHERE seq = 2",
          "entry 3 (charge two) is not what was written, or one before it is missing", 3 },
        { "UPDATE ledger_account SET balance = balance + 5 WHERE name = 'cash:card'",
          "the balance of an account is not the sum of its postings: cash:card EUR", 0 },
        { "UPDATE membership SET state = 4", "a membership's state is not what its rows say", 0 },
        { "DELETE FROM membership_row", "a membership's state is not what its rows say", 0 },
        { "DELETE FROM invoice WHERE (number & 4294967295) = 1",
          "numbers are missing in the series FR-2013: 1 of 2", 0 },
        { "UPDATE charge SET state = 2", "is paid and is booked 0 times", 0 },
        { "UPDATE charge SET refunded = 99999", "more was given back than was charged", 0 },
    };
    struct place *p = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *one = NULL;
        assert_int_equal(place_make(&one), 0);
        struct place *t = one;
        struct member m = a_payer(t, "a@example.org");
        struct charge c = a_charge(m.id, "period 1 1");
        struct membership_change take = a_take(t, m.id, &c), again;
        struct invoice first = an_invoice(&c), second = an_invoice(&c);
        struct store_billing items[2] = { { .change = &take, .invoice = &first },
                                          { .change = &again, .version = 1, .invoice = &second } };
        again = take;
        again.open.id.s[0] = 0;
        again.after.version = 2;
        fill(t, m.id);
        assert_int_equal(store_billing_commit(t->store, items, 2), OK);
        assert_true(items[0].is_done && items[1].is_done);
        struct store_ledger_check check;
        assert_int_equal(ledger_problems(t, &check), 0);
        assert_int_equal(behind(t, "DROP TRIGGER ledger_entry_stays;"
                                   "DROP TRIGGER ledger_entry_is_kept;"
                                   "DROP TRIGGER ledger_rare_is_kept;"
                                   "DROP TRIGGER membership_row_is_kept;"
                                   "DROP TRIGGER invoice_is_kept;"),
                         SQLITE_OK);
        assert_int_equal(behind(t, rows[i].sql), SQLITE_OK);
        assert_true(ledger_problems(t, &check) > 0);
        bool is_named = false;
        for (size_t k = 0; k < check.n_problems; k++)
            is_named |= strstr(check.problems[k], rows[i].what) != NULL;
        if (!is_named)
            fail_msg("%s: %s", rows[i].sql, check.problems[0]);
        assert_int_equal(check.first_broken, rows[i].first);
        assert_int_equal(check.gaps, strstr(rows[i].what, "missing in") != NULL ? 1 : 0);
        assert_int_equal(place_clear(&one), 0);
    }
    (void)p;
}

static void a_charge_that_came_back_is_booked_again(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct charge c = a_charge(m.id, "period 1 1");
    static const struct {
        enum charge_state from, to;
        enum ledger_kind kind;
        const char *word, *number;
        int64_t minor;
    } rows[] = {
        { CHARGE_OPEN, CHARGE_PENDING, LEDGER_CHARGE, "charge", "", 1200 },
        { CHARGE_PENDING, CHARGE_RETURNED, LEDGER_RETURN, "return", " 1", -1200 },
        { CHARGE_RETURNED, CHARGE_PAID, LEDGER_CHARGE, "charge", " 2", 1200 },
        { CHARGE_PAID, CHARGE_RETURNED, LEDGER_RETURN, "return", " 2", -1200 },
    };
    struct store_billing item = { .charge = &c, .charge_was = CHARGE_OPEN };
    struct store_ledger_check check;
    assert_int_equal(store_billing_commit(p->store, &item, 1), OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char id[40];
        snprintf(id, sizeof id, "%s%s", c.id.s, rows[i].number);
        struct ledger_entry e = an_entry(rows[i].kind, rows[i].word, id, m.id, rows[i].minor), got;
        memcpy(e.subject, c.id.s, sizeof e.subject);
        c.state = rows[i].to;
        item = (struct store_billing){
            .charge = &c, .charge_was = rows[i].from, .n_entries = 1, .entries = &e
        };
        assert_int_equal(store_billing_commit(p->store, &item, 1), OK);
        assert_int_equal(item.err, OK);
        assert_int_equal(store_ledger_get(p->store, e.key, &got), OK);
        assert_memory_equal(&got, &e, sizeof e);
        assert_int_equal(ledger_problems(p, &check), 0);
    }
}

/* ---- many at a time -------------------------------------------------------------------------- */

enum { THREADS = 4, SALES = 40 };

struct seller {
    struct place *p;
    struct member member;
    unsigned conflicts;
};

/* Sells month after month to one member, as others do at the same time, each twice: one of the two
 * is refused. */
static void *sell_much(void *argument)
{
    struct seller *s = argument;
    for (int i = 0; i < SALES; i++) {
        char subject[CHARGE_SUBJECT];
        snprintf(subject, sizeof subject, "period 15900 %d", i);
        struct charge c = a_charge(s->member.id, subject);
        struct ledger_entry e = an_entry(LEDGER_CHARGE, "credit", subject, s->member.id, 1200);
        struct invoice one = an_invoice(&c);
        e.subject[0] = 0;
        struct store_billing item = {
            .charge = &c, .charge_was = CHARGE_OPEN, .n_entries = 1, .entries = &e, .invoice = &one
        };
        if (store_billing_commit(s->p->store, &item, 1) != OK)
            return NULL;
        s->conflicts += item.err == ERR_EXISTS;
    }
    return NULL;
}

static void many_at_a_time_leave_no_gap_and_one_chain(void **state)
{
    struct place *p = *state;
    struct seller sellers[THREADS];
    pthread_t threads[THREADS];
    struct member m = a_payer(p, "a@example.org");
    for (int i = 0; i < THREADS; i++) {
        sellers[i] = (struct seller){ .p = p, .member = m };
        assert_int_equal(pthread_create(&threads[i], NULL, sell_much, &sellers[i]), 0);
    }
    unsigned conflicts = 0;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        conflicts += sellers[i].conflicts;
    }
    assert_int_equal(conflicts, (THREADS - 1) * SALES);
    struct store_ledger_check check;
    if (ledger_problems(p, &check) > 0)
        fail_msg("%s", check.problems[0]);
    assert_int_equal(check.entries, SALES);
    assert_int_equal(check.gaps, 0);
    struct invoice *list;
    const char *next;
    size_t n = 0;
    assert_int_equal(
        store_invoices_list(p->store, p->arena, (member_id){ "" }, NULL, 1000, &list, &n, &next),
        OK);
    assert_int_equal(n, SALES);
    bool seen[SALES + 1] = { false };
    for (size_t i = 0; i < n; i++)
        seen[list[i].number] = true;
    for (int i = 1; i <= SALES; i++)
        assert_true(seen[i]);
}

static void invoices_are_listed_each_once_page_by_page(void **state)
{
    enum { N = 7 };
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    for (int i = 0; i < N; i++) {
        char subject[32];
        snprintf(subject, sizeof subject, "period 1 %d", i);
        struct charge c = a_charge(m.id, subject);
        struct invoice one = an_invoice(&c);
        one.issued = INSTANT(i / 2);
        if (i % 2 == 0)
            snprintf(one.series, sizeof one.series, "BE-2013");
        struct store_billing item = { .charge = &c, .charge_was = CHARGE_OPEN, .invoice = &one };
        assert_int_equal(store_billing_commit(p->store, &item, 1), OK);
        assert_int_equal(one.number, i / 2 + 1);
    }
    for (int everybody = 0; everybody < 2; everybody++) {
        const char *after = NULL;
        int64_t last = INT64_MAX;
        size_t n = 0, seen = 0;
        do {
            struct invoice *list;
            member_id who = everybody ? (member_id){ "" } : m.id;
            assert_int_equal(
                store_invoices_list(p->store, p->arena, who, after, 2, &list, &n, &after), OK);
            for (size_t i = 0; i < n; i++, seen++) {
                struct invoice got;
                assert_true(list[i].issued.us <= last);
                last = list[i].issued.us;
                assert_int_equal(store_invoice_get(p->store, p->arena, list[i].id, &got), OK);
                assert_int_equal(got.number, list[i].number);
            }
        } while (after != NULL);
        assert_int_equal(seen, N);
    }
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(entries_are_found_by_account_member_and_time),
        ROW(balances_are_those_of_an_instant),
        ROW(a_key_is_booked_once_and_nothing_with_it),
        ROW(what_was_written_cannot_be_changed),
        ROW(what_was_tampered_with_is_found_and_named),
        ROW(a_charge_that_came_back_is_booked_again),
        ROW(many_at_a_time_leave_no_gap_and_one_chain),
        ROW(invoices_are_listed_each_once_page_by_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
