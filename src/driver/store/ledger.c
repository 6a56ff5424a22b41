/* The ledger asked and added to. */
#include <string.h>

#include "driver/store/billing.h"
#include "driver/store/internal.h"
#include "driver/store/ledger_rows.h"
#include "driver/store/title_rows.h"

struct add_call {
    const struct ledger_entry *entries;
    size_t n;
};

static enum err add_entry(struct ledger_writer *w, const struct ledger_entry *e)
{
    struct membership_tail tail = { 0 };
    int64_t number = 0, version;
    if (e->member[0] == 0)
        return ledger_write(w, e, 0, &tail);
    enum err err = membership_need(w->c, e->member, NULL, &number);
    if (err == OK)
        err = membership_tail_read(w->c, number, NULL, &version, &tail);
    if (err == OK)
        err = ledger_write(w, e, number, &tail);
    return err == OK ? membership_tail_write(w->c, number, &tail) : err;
}

static enum err add_entries(struct connection *c, void *call)
{
    const struct add_call *add = call;
    struct ledger_writer w;
    ledger_writer_of(c, &w);
    enum err err = OK;
    for (size_t i = 0; err == OK && i < add->n; i++)
        err = add_entry(&w, &add->entries[i]);
    return err == OK ? ledger_flush(&w) : err;
}

enum err store_ledger_add(struct store *store, const struct ledger_entry *entries, size_t n)
{
    struct add_call call = { .entries = entries, .n = n };
    return n == 0 ? OK : store_write(store, add_entries, &call);
}

enum err store_ledger_get(struct store *store, const char *key, struct ledger_entry *out)
{
    struct connection *c = NULL;
    uint8_t chain[CHAIN_BYTES];
    int64_t seq = 0;
    if (strlen(key) >= LEDGER_KEY)
        return ERR_NOT_FOUND;
    struct packed packed;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = ledger_key(c, key, &packed);
    if (err != OK)
        return store_read_end(store, &c, err);
    struct query q = query_of(c, "SELECT " ENTRY_COLUMNS " FROM ledger_entry e WHERE e.key = ?1");
    query_blob(&q, 1, packed.bytes, packed.n);
    err = query_first(&q);
    if (err == OK)
        err = ledger_read(c, &q, &seq, out, chain);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

/* ---- listed ---------------------------------------------------------------------------------- */

/* Three ways to the entries: by the few of a member, by an account of few, or along. */
#define ENTRY_FILTER                                                                               \
    " e.seq > ?1 AND (?2 = 0 OR e.at >= ?2) AND (?3 = 0 OR e.at < ?3) ORDER BY e.seq"
static const char along[] = "SELECT " ENTRY_COLUMNS " FROM ledger_entry e WHERE" ENTRY_FILTER;
static const char of_member[] =
    "WITH RECURSIVE mine (seq) AS ("
    " SELECT last_entry FROM membership WHERE number = ?4 AND last_entry IS NOT NULL"
    " UNION ALL SELECT o.before FROM mine JOIN ledger_entry o ON o.seq = mine.seq"
    "  WHERE o.before > ?1)"
    " SELECT " ENTRY_COLUMNS " FROM mine JOIN ledger_entry e ON e.seq = mine.seq"
    " WHERE" ENTRY_FILTER;
static const char of_account[] =
    "SELECT " ENTRY_COLUMNS " FROM ledger_entry e WHERE e.seq IN (SELECT r.entry FROM ledger_rare r"
    " WHERE r.account IN (SELECT number FROM ledger_account"
    "  WHERE substr(name, 1, length(?4)) = ?4)) AND" ENTRY_FILTER;

/* Whether the index knows every posting of the accounts that begin so. */
static enum err are_few(struct connection *c, const char *account, bool *are)
{
    struct query q = query_of(c, "SELECT count(*), count(CASE WHEN number > 0 THEN 1 END)"
                                 " FROM ledger_account WHERE substr(name, 1, length(?1)) = ?1");
    query_text(&q, 1, account);
    *are = query_next(&q) && row_number(&q, 0) == row_number(&q, 1);
    return query_end(&q);
}

static enum err choose_way(struct connection *c, const struct store_ledger_filter *f,
                           const char **sql, int64_t *number)
{
    bool has_account = false, few = false;
    enum err err = OK;
    *sql = along;
    *number = 0;
    if (f->member != NULL) {
        *sql = of_member;
        err = membership_find(c, f->member, number, &has_account);
        return err == ERR_NOT_FOUND && has_account ? OK : err;
    }
    if (f->account != NULL)
        err = are_few(c, f->account, &few);
    if (few)
        *sql = of_account;
    return err;
}

static bool posts_to(const struct ledger_entry *e, const char *account)
{
    size_t i = 0, n = account != NULL ? strlen(account) : 0;
    while (n > 0 && i < e->n && strncmp(e->postings[i].account, account, n) != 0)
        i++;
    return i < e->n || n == 0;
}

static enum err list_entries(struct connection *c, const struct store_ledger_filter *f,
                             struct list *l)
{
    const char *sql;
    int64_t number;
    uint8_t chain[CHAIN_BYTES];
    enum err err = choose_way(c, f, &sql, &number);
    if (err != OK)
        return err;
    struct query q = query_of(c, sql);
    query_number(&q, 1, f->after);
    query_number(&q, 2, f->from.us);
    query_number(&q, 3, f->until.us);
    if (sql == of_account)
        query_text(&q, 4, f->account);
    if (sql == of_member)
        query_number(&q, 4, number);
    size_t limit = f->limit == 0 || f->limit > 10000 ? 10000 : f->limit;
    while (err == OK && l->n < limit && query_next(&q)) {
        struct store_ledger_row row;
        err = ledger_read(c, &q, &row.seq, &row.entry, chain);
        if (err == OK && posts_to(&row.entry, f->account))
            *(struct store_ledger_row *)list_add(l) = row;
    }
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err store_ledger_list(struct store *store, struct arena *arena,
                           const struct store_ledger_filter *filter, struct store_ledger_row **out,
                           size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    err = list_entries(c, filter, &l);
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, err);
}

/* ---- balances -------------------------------------------------------------------------------- */

enum err store_ledger_balances(struct store *store, struct arena *arena, utc_time at,
                               struct store_balance **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    struct ledger_sum *sums = NULL;
    size_t n_sums = 0;
    bool is_now = at.us == INT64_MAX;
    enum err err = store_read_begin(store, &c);
    if (err == OK && !is_now)
        err = ledger_sums(c, arena, at, &sums, &n_sums);
    if (err != OK)
        return store_read_end(store, &c, err);
    struct query q = query_of(
        c, "SELECT name, currency, balance, number FROM ledger_account ORDER BY name, currency");
    while (query_next(&q)) {
        struct store_balance *b = list_add(&l);
        row_copy(&q, 0, b->account, sizeof b->account);
        row_copy(&q, 1, b->currency, sizeof b->currency);
        const struct ledger_sum *then = ledger_sum_find(sums, n_sums, row_number(&q, 3));
        b->minor = is_now ? row_number(&q, 2) : then != NULL ? then->minor : 0;
    }
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}
