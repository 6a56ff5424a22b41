/* What happens to members' money, many members in one transaction. */
#include <assert.h>
#include <string.h>

#include "driver/store/billing.h"
#include "driver/store/internal.h"
#include "driver/store/ledger_rows.h"
#include "driver/store/letter_rows.h"
#include "driver/store/sale_rows.h"

struct commit {
    struct connection *c;
    struct store_billing *items;
    size_t n;
    struct ledger_writer ledger;
    struct sale_memo sales;
};

/* One item on its way. */
struct step {
    struct commit *k;
    struct store_billing *item;
    member_id member; /* whose number is known; "" : nobody's yet */
    int64_t number;
    struct membership_tail tail;
    bool is_tail_moved;
};

/* ---- whose ----------------------------------------------------------------------------------- */

/* Most of an item is about one member. */
static enum err number_of(struct step *s, const char *member, const char *territory, int64_t *out)
{
    *out = 0;
    if (member[0] == 0)
        return OK;
    if (strcmp(s->member.s, member) == 0) {
        *out = s->number;
        return OK;
    }
    return membership_need(s->k->c, member, territory, out);
}

static member_id item_member(const struct store_billing *item)
{
    if (item->change != NULL)
        return item->change->after.member;
    if (item->charge != NULL)
        return item->charge->member;
    if (item->rental != NULL)
        return item->rental->member;
    if (item->invoice != NULL)
        return item->invoice->member;
    return (member_id){ "" };
}

static enum err find_member(struct step *s)
{
    const struct store_billing *item = s->item;
    member_id member = item_member(item);
    if (member.s[0] == 0)
        return OK;
    int64_t number = item->change != NULL ? item->change->after.number : 0, version = 0;
    enum err err = ERR_NOT_FOUND;
    if (number != 0) /* as it was handed along */
        err = membership_tail_read(s->k->c, number, member.s, &version, &s->tail);
    if (err == ERR_NOT_FOUND) {
        const char *territory = item->change != NULL ? item->change->after.territory : NULL;
        err = membership_need(s->k->c, member.s, territory, &number);
        if (err == OK)
            err = membership_tail_read(s->k->c, number, NULL, &version, &s->tail);
    }
    if (err == OK && item->change != NULL && version != item->version)
        err = ERR_STATE;
    s->member = member;
    s->number = number;
    return err;
}

/* ---- the parts ------------------------------------------------------------------------------- */

static enum err write_entries(struct step *s, const struct ledger_entry *entries, size_t n)
{
    enum err err = OK;
    for (size_t i = 0; err == OK && i < n; i++) {
        struct membership_tail other = { 0 };
        int64_t number = 0;
        err = number_of(s, entries[i].member, NULL, &number);
        bool is_mine = number != 0 && number == s->number;
        if (err == OK && number != 0 && !is_mine) {
            int64_t other_version;
            err = membership_tail_read(s->k->c, number, NULL, &other_version, &other);
        }
        if (err == OK)
            err = ledger_write(&s->k->ledger, &entries[i], number, is_mine ? &s->tail : &other);
        if (err == OK && number != 0 && !is_mine)
            err = membership_tail_write(s->k->c, number, &other);
        s->is_tail_moved |= is_mine;
    }
    return err;
}

/* What is booked and invoiced in the same item is mostly of it. */
static void note_charge(struct commit *k, const struct charge *charge, int64_t number)
{
    k->ledger.charge = charge->id;
    k->ledger.charge_number = number;
    k->sales.charge = (struct sale_charge){ .number = number, .charge = *charge };
}

static enum err write_change(struct step *s, const struct membership_change *change)
{
    enum err err = OK;
    int64_t charge = 0;
    if (change->void_charge.s[0] != 0)
        err = charge_void(s->k->c, change->void_charge.s);
    if (err == OK && change->open.id.s[0] != 0) {
        err = charge_insert(s->k->c, &s->k->sales.terms, s->number, &change->open, &charge);
        note_charge(s->k, &change->open, charge);
    }
    if (err == OK && change->collect_again)
        err = charge_want(s->k->c, change->after.charge.s);
    for (size_t i = 0; err == OK && i < change->n_rows; i++)
        err = membership_row_add(s->k->c, &s->k->sales.plan, s->number, &change->rows[i], &s->tail);
    return err == OK ? write_entries(s, change->entries, change->n_entries) : err;
}

/* A try that ends must be the one that was begun last, and have no answer yet. */
static enum err check_try(const struct store_billing *item, const struct charge_row *row)
{
    bool is_open = row->outcome == TRY_NONE || row->outcome == CHARGE_TRY_UNKNOWN;
    bool is_it = item->try_number == row->tries && is_open;
    return item->try_number == 0 || is_it ? OK : ERR_STATE;
}

/* What is kept of the last try. Who heard of it in another way than by the try itself knows what
 * came of it too: nobody is to take it for one whose maker died. */
static int outcome_of(const struct store_billing *item, const struct charge_row *row)
{
    if (item->try_number > 0)
        return (int)item->outcome;
    if (item->charge->state == row->state)
        return row->outcome;
    return item->charge->state == CHARGE_PENDING ? CHARGE_TRY_PENDING : CHARGE_TRY_PAID;
}

static enum err write_charge(struct step *s)
{
    const struct store_billing *item = s->item;
    const struct charge *charge = item->charge;
    struct charge_row row = { 0 };
    enum err err = charge_find(s->k->c, charge->id.s, &row);
    bool is_new = charge->state == CHARGE_OPEN && item->charge_was == CHARGE_OPEN;
    if (err == ERR_NOT_FOUND && is_new && charge->tries == 0)
        return charge_insert(s->k->c, &s->k->sales.terms, s->number, charge, &row.number);
    if (err != OK)
        return err;
    note_charge(s->k, charge, row.number);
    if (row.state != item->charge_was || row.refunded != item->refunded_was)
        return ERR_STATE;
    if (charge->state != row.state && !charge_may_move(row.state, charge->state))
        return ERR_STATE;
    err = check_try(item, &row);
    return err == OK ? charge_move(s->k->c, &row, charge, outcome_of(item, &row)) : err;
}

static enum err write_invoice(struct step *s, struct invoice *invoice)
{
    struct membership_tail other = { 0 };
    int64_t number = 0, version;
    enum err err = number_of(s, invoice->member.s, invoice->territory, &number);
    if (err == OK && number == s->number) {
        s->is_tail_moved = true;
        return invoice_insert(s->k->c, &s->k->sales, number, invoice, &s->tail);
    }
    if (err == OK)
        err = membership_tail_read(s->k->c, number, NULL, &version, &other);
    if (err == OK)
        err = invoice_insert(s->k->c, &s->k->sales, number, invoice, &other);
    return err == OK ? membership_tail_write(s->k->c, number, &other) : err;
}

static enum err write_sales(struct step *s)
{
    const struct store_billing *item = s->item;
    int64_t number = 0;
    enum err err = OK;
    if (item->rental != NULL) {
        err = number_of(s, item->rental->member.s, item->rental->territory, &number);
        if (err == OK)
            err = rental_write(s->k->c, number, item->rental);
    }
    if (err == OK && item->gift != NULL)
        err = gift_write(s->k->c, item->gift);
    if (err != OK || item->invoice == NULL)
        return err;
    return write_invoice(s, item->invoice);
}

static enum err write_end(struct step *s)
{
    const struct store_billing *item = s->item;
    enum err err = OK;
    for (size_t i = 0; err == OK && i < item->n_letters; i++) {
        assert(strcmp(item->letters[i].member.s, s->member.s) == 0);
        err = letter_tell(s->k->c, &s->k->sales.plan, s->number, &item->letters[i], &s->tail);
        s->is_tail_moved = true;
    }
    if (err != OK)
        return err;
    if (item->change != NULL)
        err =
            membership_save(s->k->c, &s->k->sales.plan, s->number, &item->change->after, &s->tail);
    else if (s->is_tail_moved)
        err = membership_tail_write(s->k->c, s->number, &s->tail);
    return err;
}

/* *has_written: something of it may be in the transaction. */
static enum err do_item(struct commit *k, struct store_billing *item, bool *has_written)
{
    struct step s = { .k = k, .item = item };
    enum err err = find_member(&s);
    *has_written = err == OK;
    if (err == OK && item->charge != NULL)
        err = write_charge(&s);
    if (err == OK && item->change != NULL)
        err = write_change(&s, item->change);
    if (err == OK)
        err = write_entries(&s, item->entries, item->n_entries);
    if (err == OK)
        err = write_sales(&s);
    if (err == OK)
        err = write_end(&s);
    return err == OK && item->also != NULL ? item->also->fn(k->c, item->also->call) : err;
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* What the item's own content came to; anything else is the store's trouble and all items'. */
static bool is_of_item(enum err err)
{
    return err == ERR_STATE || err == ERR_EXISTS || err == ERR_ARGUMENT || err == ERR_NOT_FOUND ||
           err == ERR_CANCELLED;
}

static enum err run(struct connection *c, const char *sql)
{
    struct query q = query_of(c, sql);
    return query_run(&q, NULL);
}

/* Nothing that was written is remembered. */
static void forget(struct commit *k)
{
    ledger_writer_of(k->c, &k->ledger);
    k->sales = (struct sale_memo){ 0 };
}

/* What was only remembered is written. */
static enum err flush(struct commit *k)
{
    enum err err = ledger_flush(&k->ledger);
    return err == OK ? invoice_series_write(k->c, &k->sales) : err;
}

static void note(struct store_billing *item, enum err err)
{
    item->err = err;
    item->is_done = err == OK;
}

/* Each in a savepoint of its own. */
static enum err commit_one_by_one(struct commit *k)
{
    bool has_written;
    for (size_t i = 0; i < k->n; i++) {
        enum err err = run(k->c, "SAVEPOINT one_item");
        if (err != OK)
            return err;
        err = do_item(k, &k->items[i], &has_written);
        if (err == OK)
            err = flush(k);
        note(&k->items[i], err);
        if (err != OK && (!is_of_item(err) || !connection_in_transaction(k->c)))
            return err;
        if (err != OK) {
            forget(k);
            err = run(k->c, "ROLLBACK TO one_item");
        }
        if (err == OK)
            err = run(k->c, "RELEASE one_item");
        if (err != OK)
            return err;
    }
    return OK;
}

/* Without savepoints, which cost more than the writes: OK when nothing had to be taken back. What
 * is refused before anything of it was written costs nothing. */
static enum err commit_together(struct commit *k)
{
    bool has_written = false;
    for (size_t i = 0; i < k->n; i++) {
        enum err err = do_item(k, &k->items[i], &has_written);
        note(&k->items[i], err);
        if (err != OK && (has_written || !is_of_item(err)))
            return err;
    }
    return flush(k);
}

static enum err commit_items(struct connection *c, void *call)
{
    struct commit *k = call;
    k->c = c;
    forget(k);
    enum err err = run(c, "SAVEPOINT all_items");
    if (err != OK)
        return err;
    err = commit_together(k);
    if (is_of_item(err) && connection_in_transaction(c)) {
        err = run(c, "ROLLBACK TO all_items");
        forget(k);
        if (err == OK)
            err = commit_one_by_one(k);
    }
    return err == OK ? run(c, "RELEASE all_items") : err;
}

enum err store_billing_commit(struct store *store, struct store_billing *items, size_t n)
{
    struct commit call = { .items = items, .n = n };
    for (size_t i = 0; i < n; i++)
        note(&items[i], ERR_INTERNAL);
    enum err err = n == 0 ? OK : store_write(store, commit_items, &call);
    for (size_t i = 0; err != OK && i < n; i++)
        note(&items[i], err);
    return err;
}
