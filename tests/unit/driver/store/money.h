/* Members who pay, for tests of what happens to their money. */
#ifndef LANTERNE_TESTS_STORE_MONEY_H
#define LANTERNE_TESTS_STORE_MONEY_H

#include <sqlite3.h>

#include "driver/store/billing.h"
#include "driver/store/rentals.h"
#include "place.h"

static inline struct member a_payer(struct place *p, const char *email)
{
    struct member m = {
        .email = email, .language = "fr", .territory = "FR", .created = INSTANT(0)
    };
    id_new(m.id.s);
    if (store_member_add(p->store, &m, "hash") != OK)
        abort();
    return m;
}

static inline struct money euros(int64_t minor)
{
    return (struct money){ minor, "EUR" };
}

static inline struct charge a_charge(member_id member, const char *subject)
{
    struct charge c = { .kind = CHARGE_PERIOD,
                        .member = member,
                        .amount = euros(1200),
                        .tax_permille = 200,
                        .territory = "FR",
                        .created = INSTANT(1) };
    id_new(c.id.s);
    snprintf(c.subject, sizeof c.subject, "%s", subject);
    return c;
}

/* "charge ID" of a sale, or any other word. */
static inline struct ledger_entry an_entry(enum ledger_kind kind, const char *word, const char *id,
                                           member_id member, int64_t minor)
{
    char key[LEDGER_KEY];
    snprintf(key, sizeof key, "%s %s", word, id);
    struct ledger_entry e = ledger_entry_of(kind, key, INSTANT(2), "EUR");
    memcpy(e.member, member.s, sizeof e.member);
    if (!id_parse(id, strlen(id), e.subject))
        e.subject[0] = 0;
    if (ledger_sell(&e, minor, 200, "cash:card", "revenue:subscription", "FR") != OK)
        abort();
    return e;
}

static inline struct invoice an_invoice(const struct charge *c)
{
    struct invoice i = { .series = "FR-2013",
                         .member = c->member,
                         .buyer = "a@example.org",
                         .seller = "The House|1 Street",
                         .issued = INSTANT(2),
                         .charge = c->id,
                         .plan = "standard",
                         .from = INSTANT(1),
                         .until = INSTANT(1000),
                         .territory = "FR",
                         .total = c->amount,
                         .tax = 200,
                         .tax_permille = 200 };
    id_new(i.id.s);
    return i;
}

static inline struct membership membership_of(struct place *p, member_id member)
{
    struct membership m;
    if (store_membership_get(p->store, member, &m) != OK)
        abort();
    return m;
}

/* Takes a plan: state ACTIVE, one row, and the charge that is to be collected. */
static inline struct membership_change a_take(struct place *p, member_id member,
                                              const struct charge *open)
{
    struct membership_change c = { .after = membership_of(p, member), .n_rows = 1 };
    c.after.version++;
    c.after.state = MEMBERSHIP_ACTIVE;
    snprintf(c.after.plan, sizeof c.after.plan, "standard");
    c.after.price = euros(1200);
    c.after.anchor = (struct period_anchor){ { 15900 }, 3600, 1 };
    c.after.period = 0;
    c.after.subscription.paid_from = INSTANT(1);
    c.after.subscription.paid_until = INSTANT(1000);
    c.after.due = INSTANT(1000);
    c.rows[0] = (struct membership_row){ .kind = ROW_JOIN,
                                         .state = MEMBERSHIP_ACTIVE,
                                         .at = INSTANT(1),
                                         .effective = INSTANT(3),
                                         .territory = "FR",
                                         .plan = "standard",
                                         .price = euros(1200) };
    if (open != NULL) {
        c.open = *open;
        c.after.charge = open->id;
    }
    return c;
}

/* Speaks to the file behind the store's back. */
static inline int behind(struct place *p, const char *sql)
{
    sqlite3 *db = NULL;
    if (sqlite3_open(p->path, &db) != SQLITE_OK)
        abort();
    int result = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_close(db);
    return result;
}

/* How many problems there are; the first one's text. */
static inline size_t ledger_problems(struct place *p, struct store_ledger_check *out)
{
    if (store_ledger_check(p->store, p->arena, out) != OK)
        abort();
    return out->n_problems;
}

#endif
