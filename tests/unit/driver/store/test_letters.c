/* Letters that are kept as what they tell of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "driver/store/account.h"
#include "money.h"
#include "place.h"

static struct store_letter a_letter(member_id member, const char *kind, int seconds,
                                    const struct store_letter_facts *facts)
{
    struct store_letter l = {
        .member = member, .kind = kind, .facts = facts, .created = INSTANT(seconds)
    };
    id_new(l.id.s);
    return l;
}

/* Takes a plan, and is told so. */
static void tell(struct place *p, member_id member, const struct store_letter *letters, size_t n)
{
    struct charge c = a_charge(member, "period 1 1");
    struct membership_change take = a_take(p, member, &c);
    struct store_billing item = { .change = &take, .letters = letters, .n_letters = n };
    assert_int_equal(store_billing_commit(p->store, &item, 1), OK);
    assert_int_equal(item.err, OK);
}

static const struct store_letter_facts facts = { .amount = { 1299, "EUR" },
                                                 .when = INSTANT(500),
                                                 .plan = "standard",
                                                 .territory = "FR",
                                                 .title = "Metropolis",
                                                 .partner = "Cable" };

static void a_letter_tells_what_it_told_and_reaches_the_member_where_they_read_now(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct store_letter told = a_letter(m.id, "debit", 1, &facts), got, *list;
    const char *next;
    size_t n;
    tell(p, m.id, &told, 1);
    assert_int_equal(behind(p, "UPDATE member SET email = 'b@example.org', language = 'fr'"),
                     SQLITE_OK);
    assert_int_equal(store_letters_list(p->store, p->arena, true, NULL, 0, &list, &n, &next), OK);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].to, "b@example.org");
    assert_string_equal(list[0].member.s, m.id.s);
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(1), UTC_SECOND, &got), OK);
    assert_string_equal(got.id.s, told.id.s);
    assert_string_equal(got.kind, "debit");
    assert_string_equal(got.member.s, m.id.s);
    assert_string_equal(got.to, "b@example.org");
    assert_string_equal(got.language, "fr");
    assert_null(got.sealed);
    assert_int_equal(got.facts->amount.minor, 1299);
    assert_string_equal(got.facts->amount.currency, "EUR");
    assert_int_equal(got.facts->when.us, INSTANT(500).us);
    assert_string_equal(got.facts->plan, "standard");
    assert_string_equal(got.facts->territory, "FR");
    assert_string_equal(got.facts->title, "Metropolis");
    assert_string_equal(got.facts->partner, "Cable");
    assert_int_equal(store_letter_sent(p->store, got.id, got.to, INSTANT(2)), OK);
    assert_int_equal(behind(p, "UPDATE member SET email = 'c@example.org'"), SQLITE_OK);
    assert_int_equal(store_letters_list(p->store, p->arena, false, NULL, 0, &list, &n, &next), OK);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].to, "b@example.org"); /* where it went */
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(9), UTC_SECOND, &got),
                     ERR_NOT_FOUND);
}

static void what_a_letter_does_not_tell_of_is_not_there(void **state)
{
    static const struct store_letter_facts little = { .territory = "FR" };
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct store_letter told = a_letter(m.id, "ended", 1, &little), got;
    tell(p, m.id, &told, 1);
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(1), UTC_SECOND, &got), OK);
    assert_int_equal(got.facts->amount.currency[0], 0);
    assert_int_equal(got.facts->when.us, 0);
    assert_int_equal(got.facts->plan[0], 0);
    assert_null(got.facts->title);
    assert_null(got.facts->partner);
}

static void who_leaves_is_told_nothing_more(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org"), other = a_payer(p, "b@example.org");
    const struct store_letter letters[] = { a_letter(m.id, "debit", 1, &facts),
                                            a_letter(m.id, "plan", 1, &facts) };
    struct store_letter kept = a_letter(other.id, "debit", 2, &facts), *list, got;
    const char *next;
    size_t n;
    tell(p, m.id, letters, 2);
    tell(p, other.id, &kept, 1);
    assert_int_equal(store_letters_list(p->store, p->arena, true, NULL, 2, &list, &n, &next), OK);
    assert_int_equal(n, 2); /* newest first, page by page */
    assert_string_equal(list[0].id.s, kept.id.s);
    assert_int_equal(store_letters_list(p->store, p->arena, true, next, 2, &list, &n, &next), OK);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].id.s, letters[0].id.s);
    assert_null(next);
    assert_int_equal(store_account_delete(p->store, m.id, "a@example.org", NULL), OK);
    assert_int_equal(store_letters_list(p->store, p->arena, false, NULL, 0, &list, &n, &next), OK);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].id.s, kept.id.s);
    /* also when the chain of a member's letters is broken */
    assert_int_equal(behind(p, "UPDATE membership SET last_letter = NULL"), SQLITE_OK);
    assert_int_equal(store_account_delete(p->store, other.id, "b@example.org", NULL), OK);
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(9), UTC_SECOND, &got),
                     ERR_NOT_FOUND);
    assert_int_equal(store_letters_list(p->store, p->arena, false, NULL, 0, &list, &n, &next), OK);
    assert_int_equal(n, 0);
}

enum { DAY = 86400 };

static size_t letters_there(struct place *p)
{
    struct store_letter *list;
    const char *next;
    size_t n;
    assert_int_equal(store_letters_list(p->store, p->arena, false, NULL, 0, &list, &n, &next), OK);
    return n;
}

/* Takes what has been due for longest, which it is, and sends it. */
static void send(struct place *p, const struct store_letter *letter, int seconds)
{
    struct store_letter got;
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(seconds), UTC_SECOND, &got), OK);
    assert_string_equal(got.id.s, letter->id.s);
    assert_int_equal(store_letter_sent(p->store, got.id, got.to, INSTANT(seconds)), OK);
}

/* The first is given up two days after the second was sent, so the second is old before it. */
static void give_up_the_first(struct place *p, const struct store_letter *letters)
{
    struct store_letter got;
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(2), UTC_SECOND, &got), OK);
    assert_int_equal(store_letter_later(p->store, got.id, INSTANT(2 * DAY), "busy"), OK);
    send(p, &letters[1], 3);
    assert_int_equal(store_letter_take(p->store, p->arena, INSTANT(2 * DAY), UTC_SECOND, &got), OK);
    assert_string_equal(got.id.s, letters[0].id.s);
    assert_int_equal(store_letter_failed(p->store, got.id, "refused"), OK);
}

static void of_who_leaves_no_letter_is_left_that_is_older_than_one_that_was_swept(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    const struct store_letter letters[] = { a_letter(m.id, "debit", 1, &facts),
                                            a_letter(m.id, "plan", 2, &facts),
                                            a_letter(m.id, "paused", 31 * DAY, &facts) };
    tell(p, m.id, letters, 3);
    give_up_the_first(p, letters);
    send(p, &letters[2], 31 * DAY);
    assert_int_equal(store_account_delete(p->store, m.id, "a@example.org", NULL), OK);
    assert_int_equal(letters_there(p), 0);
}

static void letters_go_thirty_days_after_they_were_sent_or_given_up(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    const struct store_letter letters[] = { a_letter(m.id, "debit", 1, &facts),
                                            a_letter(m.id, "plan", 2, &facts),
                                            a_letter(m.id, "paused", 31 * DAY, &facts),
                                            a_letter(m.id, "ended", 33 * DAY, &facts) };
    tell(p, m.id, letters, 4);
    give_up_the_first(p, letters);
    send(p, &letters[2], 31 * DAY);
    assert_int_equal(letters_there(p), 4); /* the second waits for the first */
    send(p, &letters[3], 33 * DAY);
    assert_int_equal(letters_there(p), 2);
}

static void a_letter_with_the_number_of_one_that_went_is_not_taken_for_it(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org"), other = a_payer(p, "b@example.org");
    struct store_letter first = a_letter(other.id, "debit", 31 * DAY, &facts),
                        mine = a_letter(m.id, "debit", 2, &facts),
                        second = a_letter(other.id, "plan", 32 * DAY, &facts);
    struct membership_change again = { 0 };
    struct store_billing item = { .change = &again, .letters = &second, .n_letters = 1 };
    tell(p, other.id, &first, 1);
    tell(p, m.id, &mine, 1);
    send(p, &mine, 2);
    send(p, &first, 31 * DAY);
    assert_int_equal(letters_there(p), 1);
    again.after = membership_of(p, other.id);
    item.version = again.after.version++;
    assert_int_equal(store_billing_commit(p->store, &item, 1), OK);
    assert_int_equal(item.err, OK);
    struct buf out;
    buf_init(&out, 1 << 20);
    struct json_writer w = json_writer_of(&out);
    assert_int_equal(store_account_export(p->store, m.id, &w), OK);
    assert_non_null(strstr(buf_string(&out), "\"letters\":[]"));
    buf_finish(&out);
    assert_int_equal(store_account_delete(p->store, m.id, "a@example.org", NULL), OK);
    assert_int_equal(letters_there(p), 2);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(a_letter_tells_what_it_told_and_reaches_the_member_where_they_read_now),
        ROW(what_a_letter_does_not_tell_of_is_not_there),
        ROW(who_leaves_is_told_nothing_more),
        ROW(of_who_leaves_no_letter_is_left_that_is_older_than_one_that_was_swept),
        ROW(letters_go_thirty_days_after_they_were_sent_or_given_up),
        ROW(a_letter_with_the_number_of_one_that_went_is_not_taken_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
