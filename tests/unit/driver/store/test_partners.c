#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "driver/store/account.h"
#include "driver/store/billing.h"
#include "driver/store/members.h"
#include "driver/store/partners.h"
#include "place.h"

static struct partner add_partner(struct place *p, const char *name)
{
    struct partner partner = { .name = name, .created = INSTANT(0) };
    id_new(partner.id.s);
    assert_int_equal(store_partner_add(p->store, &partner), OK);
    struct bundle bundle = {
        .partner = partner.id, .code = "tv", .plan = "standard", .territory = "FR"
    };
    struct bundle_terms terms = { .code = "tv", .price = { 600, "EUR" }, .said = INSTANT(0) };
    assert_int_equal(store_bundle_add(p->store, &bundle, &terms), OK);
    return partner;
}

static member_id add_member(struct place *p, const char *email)
{
    struct member m = {
        .email = email, .language = "fr", .territory = "FR", .created = INSTANT(0)
    };
    id_new(m.id.s);
    assert_int_equal(store_member_add(p->store, &m, "hash"), OK);
    return m.id;
}

static struct partner_subscription ordered(const struct partner *partner, const char *account)
{
    struct partner_subscription s = { .partner = partner->id, .bundle = "tv" };
    id_new(s.id.s);
    snprintf(s.account, sizeof s.account, "%s", account);
    return partner_subscription_of(&s, true, INSTANT(0));
}

static enum err create(struct place *p, const struct partner_subscription *s, const char *event)
{
    struct store_partner_change change = {
        .after = s, .call = PARTNER_CREATE, .at = INSTANT(0), .billing_event = event
    };
    return store_partner_commit(p->store, &change);
}

static struct partner_subscription get(struct place *p, const struct partner_subscription *s)
{
    struct partner_subscription got;
    assert_int_equal(store_partner_subscription_get(p->store, (partner_id){ "" }, s->id, &got), OK);
    return got;
}

/* A call that the machine decides, as it is saved. */
static struct store_partner_change decided(const struct partner_subscription *before,
                                           const struct partner_order *order,
                                           struct partner_change *change)
{
    *change = partner_apply(before, order);
    assert_int_equal(change->outcome, PARTNER_DONE);
    return (struct store_partner_change){ .after = &change->after,
                                          .version = before->version,
                                          .call = order->call,
                                          .at = order->now,
                                          .forgets_token = change->forgets_token };
}

static void what_was_saved_is_read_back_with_its_history(void **state)
{
    struct place *p = *state;
    struct partner one = add_partner(p, "One"), two = add_partner(p, "Two");
    struct partner_subscription s = ordered(&one, "A"), got;
    struct partner_change change;
    struct partner_event *events;
    size_t n;
    assert_int_equal(create(p, &s, "E-1"), OK);
    struct partner_order order = { .call = PARTNER_SUSPEND, .now = INSTANT(5) };
    struct store_partner_change row = decided(&s, &order, &change);
    assert_int_equal(store_partner_commit(p->store, &row), OK);
    got = get(p, &s);
    assert_int_equal(got.version, 2);
    assert_int_equal(got.suspended.us, INSTANT(5).us);
    assert_string_equal(got.account, "A");
    assert_int_equal(store_partner_subscription_get(p->store, two.id, s.id, &got), ERR_NOT_FOUND);
    assert_int_equal(
        store_partner_history(p->store, p->arena, one.id, "", INSTANT(9), 10, &events, &n), OK);
    assert_int_equal(n, 2);
    assert_int_equal(events[0].call, PARTNER_CREATE);
    assert_string_equal(events[0].billing_event, "E-1");
    assert_int_equal(events[1].after.suspended.us, INSTANT(5).us);
    assert_int_equal(
        store_partner_history(p->store, p->arena, one.id, "", INSTANT(4), 10, &events, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(
        store_partner_history(p->store, p->arena, one.id, s.id.s, INSTANT(9), 10, &events, &n), OK);
    assert_int_equal(n, 0);
}

static void what_was_decided_on_another_version_is_not_written(void **state)
{
    struct place *p = *state;
    struct partner one = add_partner(p, "One");
    struct partner_subscription s = ordered(&one, "A");
    struct partner_change change;
    struct partner_order order = { .call = PARTNER_SUSPEND, .now = INSTANT(5) };
    assert_int_equal(create(p, &s, NULL), OK);
    struct store_partner_change row = decided(&s, &order, &change);
    assert_int_equal(store_partner_commit(p->store, &row), OK);
    assert_int_equal(store_partner_commit(p->store, &row), ERR_CANCELLED);
    assert_int_equal(get(p, &s).version, 2);
}

static void an_account_a_billing_event_and_a_key_are_taken_once(void **state)
{
    struct place *p = *state;
    struct partner one = add_partner(p, "One"), two = add_partner(p, "Two");
    struct partner_subscription s = ordered(&one, "A"), again = ordered(&one, "A"),
                                other = ordered(&two, "A"), third = ordered(&one, "B");
    bool is_known = true;
    assert_int_equal(create(p, &s, "E-1"), OK);
    assert_int_equal(create(p, &again, "E-2"), ERR_CANCELLED);
    assert_int_equal(create(p, &other, "E-1"), OK);
    assert_int_equal(create(p, &third, "E-1"), ERR_CANCELLED);
    assert_int_equal(store_partner_event_is_known(p->store, one.id, "E-2", &is_known), OK);
    assert_false(is_known); /* what was taken back was taken back whole */
    struct store_partner_request request = {
        .key = "K", .status = 200, .sealed = (const uint8_t *)"answer", .size = 6
    };
    assert_int_equal(store_partner_request_add(p->store, one.id, &request, INSTANT(1)), OK);
    assert_int_equal(store_partner_request_add(p->store, one.id, &request, INSTANT(1)),
                     ERR_CANCELLED);
    assert_int_equal(store_partner_request_add(p->store, two.id, &request, INSTANT(1)), OK);
    struct store_partner_request got;
    assert_int_equal(store_partner_request_get(p->store, p->arena, one.id, "K", &got), OK);
    assert_memory_equal(got.sealed, "answer", 6);
    assert_int_equal(store_partner_requests_sweep(p->store, INSTANT(2)), OK);
    assert_int_equal(store_partner_request_get(p->store, p->arena, one.id, "K", &got),
                     ERR_NOT_FOUND);
}

static void a_nonce_is_new_once_until_it_cannot_be_used(void **state)
{
    struct place *p = *state;
    partner_key_id key = { "aaaaaaaaaaaaaaaaaaaaaaaaaa" };
    assert_int_equal(store_partner_nonce(p->store, key, "n", INSTANT(300), INSTANT(0)), OK);
    assert_int_equal(store_partner_nonce(p->store, key, "n", INSTANT(300), INSTANT(299)),
                     ERR_EXISTS);
    assert_int_equal(store_partner_nonce(p->store, key, "n", INSTANT(600), INSTANT(300)), OK);
}

/* A member's change that is refused takes what goes with it back, and the other way round. */
static void a_membership_and_what_a_partner_did_change_together_or_not(void **state)
{
    struct place *p = *state;
    struct partner one = add_partner(p, "One");
    struct partner_subscription s = ordered(&one, "A");
    struct partner_change change;
    struct membership_change m = { .n_rows = 0 };
    struct partner_order order = { .call = PARTNER_LINK,
                                   .now = INSTANT(5),
                                   .member = add_member(p, "a@example.org") };
    s.token_expires = INSTANT(100);
    assert_int_equal(create(p, &s, NULL), OK);
    struct store_partner_change row = decided(&s, &order, &change);
    assert_int_equal(store_membership_get(p->store, order.member, &m.after), OK);
    m.after.version++;
    m.after.state = MEMBERSHIP_PARTNER;
    struct store_billing item = { .change = &m,
                                  .version = 7,
                                  .also = store_partner_also(p->arena, &row) };
    assert_int_equal(store_billing_commit(p->store, &item, 1), OK);
    assert_int_equal(item.err, ERR_STATE);
    assert_int_equal(get(p, &s).version, 1);
    item.version = m.after.version - 1;
    row.version = 9;
    item.also = store_partner_also(p->arena, &row);
    assert_int_equal(store_billing_commit(p->store, &item, 1), OK);
    assert_int_equal(item.err, ERR_CANCELLED);
    struct membership after;
    assert_int_equal(store_membership_get(p->store, order.member, &after), OK);
    assert_int_equal(after.state, MEMBERSHIP_NONE);
    row.version = 1;
    item.also = store_partner_also(p->arena, &row);
    assert_int_equal(store_billing_commit(p->store, &item, 1), OK);
    assert_true(item.is_done);
    assert_int_equal(store_membership_get(p->store, order.member, &after), OK);
    assert_int_equal(after.state, MEMBERSHIP_PARTNER);
    assert_string_equal(get(p, &s).member.s, order.member.s);
}

static void a_member_has_one_running_subscription_at_most(void **state)
{
    struct place *p = *state;
    struct partner one = add_partner(p, "One"), two = add_partner(p, "Two");
    struct partner_subscription a = ordered(&one, "A"), b = ordered(&two, "B"), got;
    struct partner_change first, second;
    struct partner_order order = { .call = PARTNER_LINK,
                                   .now = INSTANT(5),
                                   .member = add_member(p, "a@example.org") };
    a.token_expires = b.token_expires = INSTANT(100);
    assert_int_equal(create(p, &a, NULL), OK);
    assert_int_equal(create(p, &b, NULL), OK);
    struct store_partner_change row = decided(&a, &order, &first);
    assert_int_equal(store_partner_commit(p->store, &row), OK);
    row = decided(&b, &order, &second);
    assert_int_equal(store_partner_commit(p->store, &row), ERR_CANCELLED);
    assert_int_equal(store_partner_subscription_of_member(p->store, order.member, INSTANT(6), &got),
                     OK);
    assert_string_equal(got.id.s, a.id.s);
}

static void an_account_that_is_deleted_is_linked_to_nothing(void **state)
{
    struct place *p = *state;
    struct partner one = add_partner(p, "One");
    struct partner_subscription s = ordered(&one, "A"), *due;
    struct partner_change change;
    size_t n;
    struct partner_order order = { .call = PARTNER_LINK,
                                   .now = INSTANT(5),
                                   .member = add_member(p, "a@example.org") };
    s.token_expires = INSTANT(100);
    assert_int_equal(create(p, &s, NULL), OK);
    struct store_partner_change row = decided(&s, &order, &change);
    assert_int_equal(store_partner_commit(p->store, &row), OK);
    assert_int_equal(store_partner_subscriptions_due(p->store, p->arena, INSTANT(6), 10, &due, &n),
                     OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_account_delete(p->store, order.member, "a@example.org", NULL), OK);
    assert_int_equal(store_partner_subscriptions_due(p->store, p->arena, INSTANT(6), 10, &due, &n),
                     OK);
    assert_int_equal(n, 1);
    assert_int_equal(due[0].member.s[0], 0);
    assert_int_equal(partner_state_at(&due[0], INSTANT(6)), PARTNER_ORDERED);
}

static void terms_are_only_added_in_one_currency(void **state)
{
    struct place *p = *state;
    struct partner one = add_partner(p, "One");
    struct bundle_terms *all, t = { .code = "tv", .price = { 700, "CHF" }, .said = INSTANT(9) };
    size_t n;
    assert_int_equal(store_bundle_edit(p->store, one.id, "tv", true, &t), ERR_ARGUMENT);
    memcpy(t.price.currency, "EUR", 4);
    assert_int_equal(store_bundle_edit(p->store, one.id, "tv", true, &t), OK);
    assert_int_equal(store_bundle_edit(p->store, one.id, "none", true, &t), ERR_NOT_FOUND);
    assert_int_equal(store_bundle_terms_list(p->store, p->arena, one.id, &all, &n), OK);
    assert_int_equal(n, 2);
    assert_int_equal(bundle_terms_on(all, n, "tv", (civil_day){ 1 })->price.minor, 700);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(what_was_saved_is_read_back_with_its_history),
        ROW(what_was_decided_on_another_version_is_not_written),
        ROW(an_account_a_billing_event_and_a_key_are_taken_once),
        ROW(a_nonce_is_new_once_until_it_cannot_be_used),
        ROW(a_membership_and_what_a_partner_did_change_together_or_not),
        ROW(a_member_has_one_running_subscription_at_most),
        ROW(an_account_that_is_deleted_is_linked_to_nothing),
        ROW(terms_are_only_added_in_one_currency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
