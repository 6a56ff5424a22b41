#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "driver/store/billing_pack.h"
#include "driver/store/made_id.h"
#include "money.h"

/* ---- the commit ------------------------------------------------------------------------------ */

/* A paid month: the charge goes from OPEN to PAID, is booked and invoiced. */
struct sale {
    struct charge charge;
    struct ledger_entry entry;
    struct invoice invoice;
};

static struct store_billing a_sale(struct sale *s, const struct charge *open)
{
    *s = (struct sale){ .charge = *open,
                        .entry = an_entry(LEDGER_CHARGE, "charge", open->id.s, open->member, 1200),
                        .invoice = an_invoice(open) };
    s->charge.state = CHARGE_PAID;
    s->charge.paid = INSTANT(2);
    s->charge.tries = 1;
    return (struct store_billing){ .charge = &s->charge,
                                   .charge_was = CHARGE_OPEN,
                                   .n_entries = 1,
                                   .entries = &s->entry,
                                   .invoice = &s->invoice };
}

static void commit_one(struct place *p, struct store_billing *item, enum err wanted)
{
    assert_int_equal(store_billing_commit(p->store, item, 1), OK);
    assert_int_equal(item->err, wanted);
    assert_int_equal(item->is_done, wanted == OK);
}

static struct charge open_charge(struct place *p, member_id member, const char *subject)
{
    struct charge c = a_charge(member, subject);
    struct store_billing item = { .charge = &c, .charge_was = CHARGE_OPEN };
    commit_one(p, &item, OK);
    return c;
}

static void a_change_is_saved_with_all_that_belongs_to_it(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct charge open = a_charge(m.id, "period 15900 0"), got;
    struct membership_change take = a_take(p, m.id, &open);
    struct store_billing item = { .change = &take };
    struct store_membership_row *rows;
    struct invoice invoice;
    struct ledger_entry entry;
    struct member again;
    struct sale s;
    size_t n = 0;
    commit_one(p, &item, OK);
    struct membership after = membership_of(p, m.id);
    take.after.number = after.number; /* the store's own */
    assert_memory_equal(&after, &take.after, sizeof after);
    assert_int_equal(store_charge_get(p->store, p->arena, open.id, &got), OK);
    assert_memory_equal(&got, &open, sizeof got);
    assert_int_equal(store_membership_rows(p->store, p->arena, m.id, 0, 9, &rows, &n), OK);
    assert_int_equal(n, 1);
    assert_memory_equal(&rows[0].row, &take.rows[0], sizeof rows[0].row);
    assert_int_equal(store_member_get(p->store, p->arena, m.id, &again), OK);
    assert_int_equal(again.subscription.paid_until.us, INSTANT(1000).us);

    item = a_sale(&s, &open);
    commit_one(p, &item, OK);
    assert_int_equal(s.invoice.number, 1);
    assert_int_equal(store_invoice_by_charge(p->store, p->arena, open.id, &invoice), OK);
    assert_string_equal(invoice.id.s, s.invoice.id.s);
    assert_string_equal(invoice.series, "FR-2013");
    assert_string_equal(invoice.seller, s.invoice.seller);
    assert_string_equal(invoice.plan, "standard");
    assert_int_equal(invoice.from.us, s.invoice.from.us);
    assert_int_equal(invoice.until.us, s.invoice.until.us);
    assert_int_equal(store_ledger_get(p->store, s.entry.key, &entry), OK);
    assert_memory_equal(&entry, &s.entry, sizeof entry);
    struct store_ledger_check check;
    assert_int_equal(ledger_problems(p, &check), 0);
    assert_int_equal(check.entries, 1);
}

static void what_cannot_be_done_whole_is_not_begun(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct charge open = a_charge(m.id, "period 15900 0"), got;
    struct membership_change take = a_take(p, m.id, &open);
    struct ledger_entry entry = an_entry(LEDGER_CHARGE, "charge", open.id.s, m.id, 1200);
    struct invoice invoice = an_invoice(&open), *invoices;
    struct store_membership_row *rows;
    const char *next;
    size_t n = 9;
    assert_int_equal(store_ledger_add(p->store, &entry, 1), OK);
    struct ledger_entry twice[2] = { an_entry(LEDGER_CREDIT, "credit", open.id.s, m.id, 5),
                                     an_entry(LEDGER_CREDIT, "credit", open.id.s, m.id, 5) };
    struct store_billing item = {
        .change = &take, .n_entries = 2, .entries = twice, .invoice = &invoice
    };
    commit_one(p, &item, ERR_EXISTS);
    assert_int_equal(store_charge_get(p->store, p->arena, open.id, &got), ERR_NOT_FOUND);
    assert_int_equal(membership_of(p, m.id).state, MEMBERSHIP_NONE);
    assert_int_equal(store_membership_rows(p->store, p->arena, m.id, 0, 9, &rows, &n), OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_invoices_list(p->store, p->arena, m.id, NULL, 0, &invoices, &n, &next),
                     OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_ledger_get(p->store, twice[0].key, &entry), ERR_NOT_FOUND);
    twice[0].postings[0].minor++; /* it does not balance */
    item.n_entries = 1;
    commit_one(p, &item, ERR_ARGUMENT);
    assert_int_equal(membership_of(p, m.id).version, 0);
}

static void a_change_of_what_has_changed_since_is_refused(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct membership_change one = a_take(p, m.id, NULL), other = one;
    struct store_billing item = { .change = &one }, late = { .change = &other };
    other.after.is_cancelled = true;
    commit_one(p, &item, OK);
    commit_one(p, &late, ERR_STATE);
    assert_false(membership_of(p, m.id).is_cancelled);
    late.version = 1;
    other.after.version = 2;
    commit_one(p, &late, OK);
    assert_true(membership_of(p, m.id).is_cancelled);
    late.version = 2;
    other.after.number = 77; /* a number that is another's, or nobody's, is looked up */
    other.after.version = 3;
    commit_one(p, &late, OK);
}

static void one_that_cannot_be_done_leaves_the_others_and_no_gap(void **state)
{
    enum { N = 7, BAD = 3 };
    struct place *p = *state;
    struct sale sales[N];
    struct store_billing items[N];
    char email[32];
    for (int i = 0; i < N; i++) {
        snprintf(email, sizeof email, "m%d@example.org", i);
        struct charge open = open_charge(p, a_payer(p, email).id, "period 15900 0");
        items[i] = a_sale(&sales[i], &open);
    }
    /* an entry that is there already, behind an invoice that was numbered */
    struct ledger_entry there = sales[BAD].entry;
    snprintf(there.key, sizeof there.key, "credit of %d", BAD);
    assert_int_equal(store_ledger_add(p->store, &there, 1), OK);
    sales[BAD].entry = there;
    assert_int_equal(store_billing_commit(p->store, items, N), OK);
    for (int i = 0; i < N; i++) {
        assert_int_equal(items[i].err, i == BAD ? ERR_EXISTS : OK);
        assert_true(i == BAD || sales[i].invoice.number == (i < BAD ? i + 1 : i));
    }
    struct charge got;
    assert_int_equal(store_charge_get(p->store, p->arena, sales[BAD].charge.id, &got), OK);
    assert_int_equal(got.state, CHARGE_OPEN);
    struct store_ledger_check check;
    assert_int_equal(ledger_problems(p, &check), 0);
    assert_int_equal(check.gaps, 0);
    assert_int_equal(check.entries, N);
}

static void a_member_may_have_several_steps_in_one_commit(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct charge open = a_charge(m.id, "period 15900 0");
    struct membership_change first = a_take(p, m.id, &open), second = first;
    struct sale s;
    struct store_billing items[2] = { { .change = &first }, a_sale(&s, &open) };
    second.open = (struct charge){ .kind = CHARGE_PERIOD };
    second.after.version = 2;
    second.after.charge.s[0] = 0;
    items[1].change = &second;
    items[1].version = 1;
    assert_int_equal(store_billing_commit(p->store, items, 2), OK);
    assert_true(items[0].is_done && items[1].is_done);
    assert_int_equal(membership_of(p, m.id).version, 2);
    struct store_ledger_check check;
    assert_int_equal(ledger_problems(p, &check), 0);
}

/* ---- charges --------------------------------------------------------------------------------- */

static void a_thing_is_charged_once(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org"), other = a_payer(p, "b@example.org");
    struct charge first = open_charge(p, m.id, "period 15900 3"), second = first;
    struct store_billing item = { .charge = &second, .charge_was = CHARGE_OPEN };
    id_new(second.id.s);
    commit_one(p, &item, ERR_EXISTS);
    open_charge(p, other.id, "period 15900 3"); /* another's is another thing */
    first.state = CHARGE_VOID;
    struct store_billing gone = { .charge = &first, .charge_was = CHARGE_OPEN };
    commit_one(p, &gone, OK);
    commit_one(p, &item, OK);
}

static void a_charge_moves_only_as_charges_do(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct charge c = open_charge(p, m.id, "period 15900 3"), got;
    struct store_billing item = { .charge = &c, .charge_was = CHARGE_OPEN };
    c.state = CHARGE_REFUNDED;
    commit_one(p, &item, ERR_STATE);
    c.state = CHARGE_PAID;
    item.charge_was = CHARGE_PENDING;
    commit_one(p, &item, ERR_STATE);
    item.charge_was = CHARGE_OPEN;
    commit_one(p, &item, OK);
    item.charge_was = CHARGE_PAID;
    c.refunded = 100;
    commit_one(p, &item, OK);
    c.refunded = 200; /* of two that refund at a time the second reads again */
    commit_one(p, &item, ERR_STATE);
    item.refunded_was = 100;
    commit_one(p, &item, OK);
    assert_int_equal(store_charge_get(p->store, p->arena, c.id, &got), OK);
    assert_int_equal(got.refunded, 200);
    id_new(c.id.s);
    commit_one(p, &item, ERR_NOT_FOUND);
}

/* Ends try `number` with this outcome. */
static enum err end_try(struct place *p, struct charge *c, unsigned number,
                        enum charge_outcome outcome)
{
    struct store_billing item = {
        .charge = c, .charge_was = c->state, .try_number = number, .outcome = outcome
    };
    assert_int_equal(store_billing_commit(p->store, &item, 1), OK);
    return item.err;
}

static size_t count_left(struct place *p, int seconds)
{
    struct charge *left;
    size_t n = 99;
    assert_int_equal(
        store_charges_left(p->store, p->arena, INSTANT(seconds), 60 * UTC_SECOND, 9, &left, &n),
        OK);
    return n;
}

static void a_try_without_an_answer_is_made_again_under_its_number(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct charge c = open_charge(p, m.id, "period 15900 3"), got;
    const means_id none = { "" };
    unsigned number = 0;
    static const struct {
        int at;       /* seconds */
        enum err err; /* of beginning */
        unsigned number;
        int outcome; /* -1: its maker dies */
        size_t left; /* just after it, and when its lease is over */
        size_t left_later;
    } rows[] = {
        { 0, OK, 1, -1, 0, 1 },
        { 59, ERR_BUSY, 0, -1, 0, 1 },
        { 60, OK, 1, CHARGE_TRY_UNKNOWN, 1, 1 },
        { 61, OK, 1, CHARGE_TRY_DECLINED, 0, 0 },
        { 62, OK, 2, CHARGE_TRY_ASKS, 0, 0 },
        { 63, OK, 3, -1, 0, 1 },
        { 64, ERR_BUSY, 0, -1, 0, 1 },
        { -90, OK, 3, CHARGE_TRY_DECLINED, 0, 0 }, /* the clock was set back */
    };
    assert_int_equal(count_left(p, 0), 1); /* nobody tried yet */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(store_charge_try(p->store, p->arena, c.id, none, INSTANT(rows[i].at),
                                          60 * UTC_SECOND, &number, &got),
                         rows[i].err);
        if (rows[i].err == OK)
            assert_int_equal(number, rows[i].number);
        if (rows[i].outcome >= 0)
            assert_int_equal(end_try(p, &got, number, (enum charge_outcome)rows[i].outcome), OK);
        assert_int_equal(count_left(p, rows[i].at), rows[i].left);
        assert_int_equal(count_left(p, rows[i].at + 1000), rows[i].left_later);
    }
    assert_int_equal(end_try(p, &got, 3, CHARGE_TRY_DECLINED), ERR_STATE); /* it has ended */
    got.state = CHARGE_PAID;
    struct store_billing paid = { .charge = &got, .charge_was = CHARGE_OPEN };
    commit_one(p, &paid, OK);
    assert_int_equal(
        store_charge_try(p->store, p->arena, c.id, none, INSTANT(99), 60, &number, &got),
        ERR_STATE);
    assert_int_equal(store_charge_try(p->store, p->arena, (charge_id){ "x" }, none, INSTANT(99), 60,
                                      &number, &got),
                     ERR_NOT_FOUND);
}

static void what_was_heard_of_in_another_way_is_not_left(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct charge c = open_charge(p, m.id, "period 15900 3"), got;
    unsigned number = 0;
    assert_int_equal(store_charge_try(p->store, p->arena, c.id, (means_id){ "" }, INSTANT(0),
                                      60 * UTC_SECOND, &number, &got),
                     OK);
    got.state = CHARGE_PAID; /* the webhook is quicker than the answer */
    struct store_billing item = { .charge = &got, .charge_was = CHARGE_OPEN };
    commit_one(p, &item, OK);
    got.state = CHARGE_RETURNED;
    item.charge_was = CHARGE_PAID;
    commit_one(p, &item, OK);
    assert_int_equal(count_left(p, 1000), 0);
    struct membership_change again = a_take(p, m.id, NULL);
    again.after.charge = c.id;
    again.collect_again = true; /* who dies before trying leaves it to be found */
    item = (struct store_billing){ .change = &again };
    commit_one(p, &item, OK);
    assert_int_equal(count_left(p, 0), 1);
    assert_int_equal(store_charge_try(p->store, p->arena, c.id, (means_id){ "" }, INSTANT(0),
                                      60 * UTC_SECOND, &number, &got),
                     OK);
    assert_int_equal(number, 2);
}

static void make_void(struct place *p, member_id member, charge_id charge)
{
    struct membership_change change = a_take(p, member, NULL);
    change.void_charge = charge;
    struct store_billing item = { .change = &change };
    commit_one(p, &item, OK);
}

static void a_charge_that_became_void_in_doubt_is_left_until_it_is_settled(void **state)
{
    struct place *p = *state;
    static const struct {
        int outcome; /* -1: its maker dies */
        size_t left; /* once the lease is over */
    } rows[] = { { -1, 1 },
                 { CHARGE_TRY_UNKNOWN, 1 },
                 { CHARGE_TRY_ASKS, 1 },
                 { CHARGE_TRY_DECLINED, 0 },
                 { CHARGE_TRY_REFUSED, 0 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char email[] = "a@example.org";
        email[0] = (char)('a' + i);
        struct member m = a_payer(p, email);
        struct charge c = open_charge(p, m.id, "period 15900 3"), got;
        unsigned number = 0;
        assert_int_equal(store_charge_try(p->store, p->arena, c.id, (means_id){ "" }, INSTANT(0),
                                          60 * UTC_SECOND, &number, &got),
                         OK);
        if (rows[i].outcome >= 0)
            assert_int_equal(end_try(p, &got, number, (enum charge_outcome)rows[i].outcome), OK);
        /* While it is collected nothing can be settled. */
        assert_int_equal(store_charge_settle(p->store, c.id, CHARGE_TRY_DECLINED), OK);
        make_void(p, m.id, c.id);
        assert_int_equal(count_left(p, 59), rows[i].outcome == CHARGE_TRY_ASKS);
        assert_int_equal(count_left(p, 60), rows[i].left);
        assert_int_equal(store_charge_settle(p->store, c.id, CHARGE_TRY_PAID), OK);
        assert_int_equal(count_left(p, 1000), 0);
    }
    struct member m = a_payer(p, "z@example.org");
    make_void(p, m.id, open_charge(p, m.id, "period 15900 3").id); /* nobody was asked */
    assert_int_equal(count_left(p, 1000), 0);
    assert_int_equal(store_charge_settle(p->store, (charge_id){ "x" }, CHARGE_TRY_PAID),
                     ERR_NOT_FOUND);
}

static void charges_are_listed_newest_first_each_once(void **state)
{
    enum { N = 7 };
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org"), none = a_payer(p, "c@example.org");
    struct charge made[N], *list;
    const char *after = NULL;
    size_t n = 0, seen = 0;
    char subject[32];
    open_charge(p, a_payer(p, "b@example.org").id, "period 1 1");
    for (int i = 0; i < N; i++) {
        snprintf(subject, sizeof subject, "period 1 %d", i);
        made[i] = open_charge(p, m.id, subject);
    }
    do {
        assert_int_equal(store_charges_list(p->store, p->arena, m.id, CHARGE_STATE_COUNT, after, 3,
                                            &list, &n, &after),
                         OK);
        for (size_t i = 0; i < n; i++, seen++)
            assert_string_equal(list[i].id.s, made[N - 1 - seen].id.s);
    } while (after != NULL);
    assert_int_equal(seen, N);
    assert_int_equal(store_charges_list(p->store, p->arena, (member_id){ "" }, CHARGE_OPEN, NULL,
                                        99, &list, &n, &after),
                     OK);
    assert_int_equal(n, N + 1);
    assert_int_equal(
        store_charges_list(p->store, p->arena, none.id, CHARGE_PAID, NULL, 99, &list, &n, &after),
        OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_charges_list(p->store, p->arena, (member_id){ "nobody" }, CHARGE_PAID,
                                        NULL, 99, &list, &n, &after),
                     ERR_NOT_FOUND);
}

/* ---- memberships ----------------------------------------------------------------------------- */

static void a_trial_begins_with_the_account(void **state)
{
    struct place *p = *state;
    struct member m = { .email = "t@example.org",
                        .language = "fr",
                        .territory = "BE",
                        .created = INSTANT(7),
                        .subscription = subscription_trial(INSTANT(7), 30) };
    struct store_membership_row *rows;
    size_t n = 0;
    id_new(m.id.s);
    assert_int_equal(store_member_add(p->store, &m, "hash"), OK);
    struct membership got = membership_of(p, m.id);
    assert_int_equal(got.state, MEMBERSHIP_TRIAL);
    assert_string_equal(got.territory, "BE");
    assert_int_equal(got.due.us, m.subscription.trial_until.us);
    assert_int_equal(got.period, -1);
    assert_int_equal(store_membership_rows(p->store, p->arena, m.id, 0, 9, &rows, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].row.kind, ROW_TRIAL);
    assert_int_equal(rows[0].row.effective.us, INSTANT(7).us);
    struct store_ledger_check check;
    assert_int_equal(ledger_problems(p, &check), 0);
}

static void who_is_due_comes_in_order(void **state)
{
    enum { N = 5 };
    struct place *p = *state;
    struct membership *due;
    char email[32];
    size_t n = 0;
    for (int i = 0; i < N; i++) {
        snprintf(email, sizeof email, "m%d@example.org", i);
        struct membership_change take = a_take(p, a_payer(p, email).id, NULL);
        take.after.due = i == 4 ? (utc_time){ 0 } : INSTANT(100 - i);
        struct store_billing item = { .change = &take };
        commit_one(p, &item, OK);
    }
    assert_int_equal(store_memberships_due(p->store, p->arena, INSTANT(99), 9, &due, &n), OK);
    assert_int_equal(n, 3);
    for (size_t i = 1; i < n; i++)
        assert_true(due[i - 1].due.us < due[i].due.us);
    assert_int_equal(store_memberships_due(p->store, p->arena, INSTANT(99), 2, &due, &n), OK);
    assert_int_equal(n, 2);
    struct membership again = membership_of(p, due[0].member);
    assert_memory_equal(&again, &due[0], sizeof again);
}

/* ---- plans, gifts, means --------------------------------------------------------------------- */

static void prices_are_only_added(void **state)
{
    struct place *p = *state;
    struct plan plan = { .code = "standard",
                         .name_en = "Standard",
                         .name_fr = "Standard",
                         .streams = 2,
                         .format = RIGHTS_HD,
                         .months = 1,
                         .is_offered = true },
                *plans;
    struct plan_price price = { .plan = "standard",
                                .territory = "FR",
                                .price = euros(1200),
                                .from = { 15900 },
                                .said = INSTANT(0) },
                      *prices;
    size_t n = 0;
    assert_int_equal(store_plan_price_add(p->store, &price), ERR_NOT_FOUND);
    assert_int_equal(store_plan_put(p->store, &plan), OK);
    plan.streams = 3;
    assert_int_equal(store_plan_put(p->store, &plan), OK);
    assert_int_equal(store_plans_list(p->store, p->arena, &plans, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(plans[0].streams, 3);
    assert_int_equal(plans[0].format, RIGHTS_HD);
    assert_int_equal(store_plan_price_add(p->store, &price), OK);
    price.price.minor = 1400;
    assert_int_equal(store_plan_price_add(p->store, &price), OK);
    assert_int_equal(store_plan_prices_list(p->store, p->arena, &prices, &n), OK);
    assert_int_equal(n, 2);
    assert_memory_equal(&prices[1], &price, sizeof price);
    assert_int_equal(behind(p, "UPDATE plan_price SET price = 1"), SQLITE_CONSTRAINT);
    assert_int_equal(behind(p, "DELETE FROM plan_price"), SQLITE_CONSTRAINT);
}

static void a_gift_is_redeemed_once(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org"), other = a_payer(p, "b@example.org");
    struct gift g = { .digest = { 1 },
                      .plan = "standard",
                      .months = 3,
                      .paid = euros(3600),
                      .territory = "FR",
                      .tax_permille = 200,
                      .created = INSTANT(0),
                      .expires = INSTANT(1000) },
                got, *list;
    struct store_billing item = { .gift = &g };
    const char *next;
    size_t n = 0;
    id_new(g.id.s);
    commit_one(p, &item, OK);
    assert_int_equal(store_gift_find(p->store, p->arena, g.digest, &got), OK);
    assert_memory_equal(&got, &g, sizeof g);
    g.redeemed_by = m.id;
    g.redeemed = INSTANT(5);
    commit_one(p, &item, OK);
    g.redeemed_by = other.id;
    commit_one(p, &item, ERR_STATE);
    assert_int_equal(store_gifts_list(p->store, p->arena, NULL, 0, &list, &n, &next), OK);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].redeemed_by.s, m.id.s);
    g.redeemed_by.s[0] = 0;
    id_new(g.id.s);
    commit_one(p, &item, ERR_EXISTS); /* the same code */
}

static struct means some_means(member_id member, uint8_t fingerprint)
{
    struct means m = { .member = member,
                       .kind = MEANS_SEPA,
                       .label = "FR** 0189",
                       .reference = "UMR-1",
                       .holder = "Jeanne",
                       .fingerprint = { fingerprint },
                       .sealed = (const uint8_t *)"sealed",
                       .sealed_size = 6,
                       .created = INSTANT(1) };
    id_new(m.id.s);
    return m;
}

static bool had_trial(struct place *p, member_id member, uint8_t fingerprint)
{
    uint8_t print[32] = { fingerprint };
    bool had = false;
    assert_int_equal(store_means_had_trial(p->store, member, print, &had), OK);
    return had;
}

static void means_are_removed_when_nothing_needs_them(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org"), other = a_payer(p, "b@example.org");
    struct means one = some_means(m.id, 1), got, *list;
    struct membership_change take = a_take(p, m.id, NULL);
    struct store_billing item = { .change = &take };
    size_t n = 9;
    assert_int_equal(store_means_add(p->store, &one), OK);
    assert_int_equal(store_means_add(p->store, &one), ERR_EXISTS);
    assert_int_equal(store_means_get(p->store, p->arena, other.id, one.id, &got), ERR_NOT_FOUND);
    assert_int_equal(store_means_get(p->store, p->arena, m.id, one.id, &got), OK);
    assert_memory_equal(got.sealed, "sealed", 6);
    take.after.means = one.id;
    commit_one(p, &item, OK);
    assert_string_equal(membership_of(p, m.id).means.s, one.id.s);
    assert_int_equal(store_means_remove(p->store, m.id, one.id, INSTANT(2)), ERR_STATE);
    take.after.means.s[0] = 0;
    take.after.version = 2;
    take.n_rows = 0;
    item.version = 1;
    commit_one(p, &item, OK);
    struct charge c = a_charge(m.id, "period 1 1");
    c.means = one.id;
    struct store_billing charged = { .charge = &c, .charge_was = CHARGE_OPEN };
    commit_one(p, &charged, OK);
    c.state = CHARGE_PENDING;
    commit_one(p, &charged, OK);
    assert_int_equal(store_means_remove(p->store, m.id, one.id, INSTANT(2)), ERR_STATE);
    c.state = CHARGE_PAID;
    charged.charge_was = CHARGE_PENDING;
    commit_one(p, &charged, OK);
    assert_int_equal(store_means_remove(p->store, other.id, one.id, INSTANT(2)), ERR_NOT_FOUND);
    assert_int_equal(store_means_remove(p->store, m.id, one.id, INSTANT(2)), OK);
    assert_int_equal(store_means_list(p->store, p->arena, m.id, &list, &n), OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_means_sweep(p->store, INSTANT(1), &n), OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_means_sweep(p->store, INSTANT(2), &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(store_means_get(p->store, p->arena, m.id, one.id, &got), OK);
    assert_null(got.sealed);
}

/* ---- the end of an account ------------------------------------------------------------------- */

static void an_account_that_is_deleted_leaves_its_books(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org"), other = a_payer(p, "b@example.org");
    struct means one = some_means(m.id, 1);
    struct charge paid = open_charge(p, m.id, "period 1 0"), got;
    struct charge open = a_charge(m.id, "period 1 1");
    struct membership_change take = a_take(p, m.id, &open);
    struct store_membership_row *rows;
    struct invoice *invoices;
    struct store_billing item;
    struct membership after;
    struct means left;
    struct sale s;
    const char *next;
    size_t n = 0;
    assert_int_equal(store_means_add(p->store, &one), OK);
    item = a_sale(&s, &paid);
    commit_one(p, &item, OK);
    take.after.means = one.id;
    take.after.subscription.trial_from = INSTANT(0);
    item = (struct store_billing){ .change = &take };
    commit_one(p, &item, OK);
    assert_int_equal(store_account_delete(p->store, m.id, "a@example.org", NULL), OK);
    assert_int_equal(store_membership_get(p->store, m.id, &after), ERR_NOT_FOUND);
    assert_int_equal(store_membership_rows(p->store, p->arena, m.id, 0, 9, &rows, &n), OK);
    assert_int_equal(n, 2);
    assert_int_equal(rows[1].row.kind, ROW_END);
    assert_int_equal(rows[1].row.state, MEMBERSHIP_ENDED);
    assert_int_equal(rows[1].row.reason, REASON_DELETED);
    assert_string_equal(rows[1].row.plan, "standard");
    assert_int_equal(store_charge_get(p->store, p->arena, open.id, &got), OK);
    assert_int_equal(got.state, CHARGE_VOID);
    assert_string_equal(got.member.s, m.id.s);
    assert_int_equal(store_invoices_list(p->store, p->arena, m.id, NULL, 0, &invoices, &n, &next),
                     OK);
    assert_int_equal(n, 1);
    assert_string_equal(invoices[0].buyer, "a@example.org");
    assert_int_equal(store_means_get(p->store, p->arena, (member_id){ "" }, one.id, &left), OK);
    assert_string_equal(left.holder, "");
    assert_string_equal(left.label, "");
    assert_null(left.sealed);
    assert_true(had_trial(p, other.id, 1));
    assert_false(had_trial(p, other.id, 2));
    struct membership *due;
    assert_int_equal(store_memberships_due(p->store, p->arena, INSTANT(100000000), 9, &due, &n),
                     OK);
    assert_int_equal(n, 0);
    struct store_ledger_check check;
    assert_int_equal(ledger_problems(p, &check), 0);
    /* a refund of what was paid is booked under the opaque id */
    struct ledger_entry refund = an_entry(LEDGER_REFUND, "refund", paid.id.s, m.id, -1200);
    assert_int_equal(store_ledger_add(p->store, &refund, 1), OK);
    assert_int_equal(ledger_problems(p, &check), 0);
}

static void a_debit_that_is_with_the_bank_outlives_the_account(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct means one = some_means(m.id, 1), got;
    struct charge c = a_charge(m.id, "period 1 0");
    struct store_billing item = { .charge = &c, .charge_was = CHARGE_OPEN };
    size_t n = 0;
    assert_int_equal(store_means_add(p->store, &one), OK);
    c.means = one.id;
    commit_one(p, &item, OK);
    c.state = CHARGE_PENDING;
    commit_one(p, &item, OK);
    assert_int_equal(store_account_delete(p->store, m.id, "a@example.org", NULL), OK);
    assert_int_equal(store_means_get(p->store, p->arena, m.id, one.id, &got), OK);
    assert_string_equal(got.holder, "Jeanne");
    assert_memory_equal(got.sealed, "sealed", 6);
    c.state = CHARGE_PAID;
    item.charge_was = CHARGE_PENDING;
    commit_one(p, &item, OK);
    assert_int_equal(store_means_sweep(p->store, clock_now(), &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(store_means_get(p->store, p->arena, m.id, one.id, &got), OK);
    assert_string_equal(got.holder, "");
    assert_null(got.sealed);
}

static void an_export_tells_what_was_paid(void **state)
{
    static const char *const wanted[] = { "\"membership\":[{\"state\":\"active\"",
                                          "\"kind\":\"join\"",
                                          "\"payment_means\":[{\"id\":\"",
                                          "\"state\":\"paid\"",
                                          "\"series\":\"FR-2013\",\"number\":1",
                                          "\"buyer\":\"a@example.org\"",
                                          "\"rentals\":[]" };
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    struct means one = some_means(m.id, 1);
    struct charge paid = open_charge(p, m.id, "period 1 0");
    struct membership_change take = a_take(p, m.id, NULL);
    struct sale s;
    struct store_billing item = a_sale(&s, &paid);
    commit_one(p, &item, OK);
    item = (struct store_billing){ .change = &take };
    commit_one(p, &item, OK);
    assert_int_equal(store_means_add(p->store, &one), OK);
    struct buf out;
    struct json_writer w;
    buf_init(&out, 1 << 20);
    w = json_writer_of(&out);
    assert_int_equal(store_account_export(p->store, m.id, &w), OK);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (strstr(buf_string(&out), wanted[i]) == NULL)
            fail_msg("%s is not in %s", wanted[i], buf_string(&out));
    buf_finish(&out);
}

/* ---- packed ---------------------------------------------------------------------------------- */

static void what_is_packed_comes_out_as_it_went_in(void **state)
{
    static const struct {
        const char *text;
        size_t most; /* bytes */
    } rows[] = {
        { "charge abcdefghijklmnopqrstuvwxya", 17 },
        { "charge abcdefghijklmnopqrstuvwxyb", 40 }, /* no id: two bits too many */
        { "refund abcdefghijklmnopqrstuvwxya 2", 18 },
        { "refund abcdefghijklmnopqrstuvwxya 02", 40 },
        { "return abcdefghijklmnopqrstuvwxya 2147483647", 22 },
        { "period 15900 3", 5 },
        { "period 15900 x", 20 },
        { "period -1 3", 20 },
        { "charge ", 20 },
        { "charge", 20 },
        { "", 1 },
        { "anything else that somebody books under a key", 50 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char again[PACKED_TEXT];
        struct packed p = key_pack(rows[i].text);
        key_unpack(p.bytes, p.n, again);
        assert_string_equal(again, rows[i].text);
        assert_true(p.n <= rows[i].most);
    }
    static const char *const ids[] = { "",
                                       "x",
                                       "fifteen letters",
                                       "sixteen letters!",
                                       "abcdefghijklmnopqrstuvwxya",
                                       "abcdefghijklmnopqrstuvwxyb" };
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char again[ID_TEXT];
        struct packed p = id_pack(ids[i]);
        id_unpack(p.bytes, p.n, again);
        assert_string_equal(again, ids[i]);
        assert_int_equal(p.n == ID_BYTES, i == 4);
    }
    struct key_parts parts;
    int64_t number = 0;
    assert_true(key_split("refund abcdefghijklmnopqrstuvwxyz 7", &parts));
    struct packed p = key_pack_number(&parts, 123456789);
    assert_true(key_unpack_number(p.bytes, p.n, &number, &parts));
    assert_int_equal(number, 123456789);
    assert_int_equal(parts.count, 7);
    assert_false(key_split("refund abcdefghijklmnopqrstuvwxyz 07", &parts));
    assert_false(key_split("refunds abcdefghijklmnopqrstuvwxyz", &parts));
}

static void packed_postings_come_out_as_they_went_in(void **state)
{
    static const int64_t values[] = { 0, 1, -1, 63, -64, 64, 999, -833, INT64_MAX, INT64_MIN };
    enum { VALUES = sizeof values / sizeof values[0] };
    (void)state;
    for (size_t i = 0; i < VALUES; i++) {
        struct packed_postings p = { .n = 0 };
        struct packed_posting out[POSTINGS_MOST];
        for (size_t k = 0; k < POSTINGS_MOST; k++)
            postings_pack(&p, values[i], values[(i + k) % VALUES]);
        assert_int_equal(postings_unpack(p.bytes, p.n, out), POSTINGS_MOST);
        for (size_t k = 0; k < POSTINGS_MOST; k++) {
            assert_int_equal(out[k].account, values[i]);
            assert_int_equal(out[k].minor, values[(i + k) % VALUES]);
        }
        assert_true(postings_unpack(p.bytes, p.n - 1, out) == POSTINGS_MOST - 1);
    }
    struct packed_posting none[POSTINGS_MOST];
    uint8_t endless[30];
    memset(endless, 255, sizeof endless);
    assert_int_equal(postings_unpack(endless, sizeof endless, none), 0);
    assert_int_equal(postings_unpack(NULL, 0, none), 0);
}

static void an_identity_is_made_of_its_number_and_known_again_by_its_key_alone(void **state)
{
    static const uint8_t key[MADE_KEY] = "one key of many", other[MADE_KEY] = "another of them";
    static const int64_t numbers[] = { 1, 2, 3, INT64_C(1) << 32, INT64_MAX, -1, 0 };
    uint8_t before[MADE_ID] = { 0 }, id[MADE_ID];
    int64_t number;
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        made_id(key, MADE_OF_CHARGE, numbers[i], id);
        assert_true(made_number(key, MADE_OF_CHARGE, id, sizeof id, &number));
        assert_int_equal(number, numbers[i]);
        assert_memory_not_equal(id, before, sizeof id);
        memcpy(before, id, sizeof id);
        assert_false(made_number(key, MADE_OF_INVOICE, id, sizeof id, &number));
        assert_false(made_number(other, MADE_OF_CHARGE, id, sizeof id, &number));
        assert_false(made_number(key, MADE_OF_CHARGE, id, sizeof id - 1, &number));
        id[i % MADE_ID] ^= 1;
        assert_false(made_number(key, MADE_OF_CHARGE, id, sizeof id, &number));
    }
}

static void a_charge_is_found_by_an_identity_that_was_given_out_and_by_one_of_its_own(void **state)
{
    struct place *p = *state;
    struct member m = a_payer(p, "a@example.org");
    charge_id ids[3];
    assert_int_equal(store_charge_ids(p->store, ids, 3), OK);
    struct charge charges[3] = { a_charge(m.id, "rental a"), a_charge(m.id, "rental b"),
                                 a_charge(m.id, "rental c") };
    charges[0].id = ids[2]; /* ids[0] and ids[1] are never used, or later */
    charges[2].id = ids[0];
    for (size_t i = 0; i < 3; i++) {
        struct store_billing item = { .charge = &charges[i], .charge_was = CHARGE_OPEN };
        commit_one(p, &item, OK);
    }
    for (size_t i = 0; i < 3; i++) {
        struct charge got;
        assert_int_equal(store_charge_get(p->store, p->arena, charges[i].id, &got), OK);
        assert_string_equal(got.id.s, charges[i].id.s);
        assert_string_equal(got.subject, charges[i].subject);
        charges[i].subject[7] = 'x'; /* of another thing, but there already */
        struct store_billing item = { .charge = &charges[i], .charge_was = CHARGE_PAID };
        commit_one(p, &item, ERR_STATE);
    }
    struct charge got;
    assert_int_equal(store_charge_get(p->store, p->arena, ids[1], &got), ERR_NOT_FOUND);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, place_make, place_clear)
    const struct CMUnitTest tests[] = {
        ROW(a_change_is_saved_with_all_that_belongs_to_it),
        ROW(what_cannot_be_done_whole_is_not_begun),
        ROW(a_change_of_what_has_changed_since_is_refused),
        ROW(one_that_cannot_be_done_leaves_the_others_and_no_gap),
        ROW(a_member_may_have_several_steps_in_one_commit),
        ROW(a_thing_is_charged_once),
        ROW(a_charge_moves_only_as_charges_do),
        ROW(a_try_without_an_answer_is_made_again_under_its_number),
        ROW(what_was_heard_of_in_another_way_is_not_left),
        ROW(a_charge_that_became_void_in_doubt_is_left_until_it_is_settled),
        ROW(charges_are_listed_newest_first_each_once),
        ROW(a_trial_begins_with_the_account),
        ROW(who_is_due_comes_in_order),
        ROW(prices_are_only_added),
        ROW(a_gift_is_redeemed_once),
        ROW(means_are_removed_when_nothing_needs_them),
        ROW(an_account_that_is_deleted_leaves_its_books),
        ROW(a_debit_that_is_with_the_bank_outlives_the_account),
        ROW(an_export_tells_what_was_paid),
        ROW(a_charge_is_found_by_an_identity_that_was_given_out_and_by_one_of_its_own),
        cmocka_unit_test(packed_postings_come_out_as_they_went_in),
        cmocka_unit_test(an_identity_is_made_of_its_number_and_known_again_by_its_key_alone),
        cmocka_unit_test(what_is_packed_comes_out_as_it_went_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
