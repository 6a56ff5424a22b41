/* The ledger read from its first entry to its last, and what hangs on it held against it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "driver/store/billing.h"
#include "driver/store/internal.h"
#include "driver/store/ledger_rows.h"
#include "driver/store/title_rows.h"

enum { PROBLEMS_TOLD = 20 /* of a kind; who has more has one cause */ };

struct checking {
    struct connection *c;
    struct arena *arena;
    struct store_ledger_check *out;
    struct list problems, totals;
    uint8_t chain[CHAIN_BYTES];
    size_t broken, wrong;
};

__attribute__((format(printf, 2, 3))) static void tell(struct checking *k, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    *(const char **)list_add(&k->problems) = arena_vprintf(k->arena, format, args);
    va_end(args);
}

/* ---- entry by entry -------------------------------------------------------------------------- */

static void add_total(struct checking *k, const struct ledger_entry *e)
{
    struct money *totals = k->totals.items, sum = { 0 };
    size_t i = 0;
    while (i < k->totals.n && strcmp(totals[i].currency, e->currency) != 0)
        i++;
    if (i == k->totals.n) {
        struct money *new = list_add(&k->totals);
        memcpy(new->currency, e->currency, sizeof new->currency);
        totals = k->totals.items;
    }
    memcpy(sum.currency, e->currency, sizeof sum.currency);
    enum err err = OK;
    for (size_t p = 0; err == OK && p < e->n; p++) {
        sum.minor = e->postings[p].minor;
        err = money_add(&totals[i], &sum);
    }
    if (err != OK)
        tell(k, "amounts of %s past all range", e->currency);
}

static void check_entry(struct checking *k, int64_t seq, const struct ledger_entry *e,
                        const uint8_t chain[CHAIN_BYTES])
{
    char why[LEDGER_WHY];
    uint8_t wanted[CHAIN_BYTES];
    bool is_good = ledger_entry_is_good(e, why);
    ledger_chain(k->chain, e, wanted);
    bool follows = memcmp(wanted, chain, CHAIN_BYTES) == 0;
    memcpy(k->chain, chain, CHAIN_BYTES); /* what follows is held against what is there */
    k->out->entries++;
    add_total(k, e);
    if (is_good && follows)
        return;
    if (k->out->first_broken == 0)
        k->out->first_broken = seq;
    if (k->broken++ >= PROBLEMS_TOLD)
        return;
    if (!is_good)
        tell(k, "entry %lld (%s) does not balance: %s", (long long)seq, e->key, why);
    else
        tell(k, "entry %lld (%s) is not what was written, or one before it is missing",
             (long long)seq, e->key);
}

static enum err check_entries(struct checking *k)
{
    struct query q = query_of(k->c, "SELECT " ENTRY_COLUMNS " FROM ledger_entry e ORDER BY e.seq");
    enum err err = OK;
    while (err == OK && query_next(&q)) {
        struct ledger_entry e;
        uint8_t chain[CHAIN_BYTES];
        int64_t seq = 0;
        err = ledger_read(k->c, &q, &seq, &e, chain);
        if (err == OK)
            check_entry(k, seq, &e, chain);
    }
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

/* ---- what hangs on it ------------------------------------------------------------------------ */

/* Rows of an id as bytes, or a text, or a number: what is wrong. *n: how many. */
static enum err collect(struct checking *k, const char *sql, const char *what, int64_t *n)
{
    struct query q = query_of(k->c, sql);
    *n = 0;
    while (query_next(&q)) {
        char text[128];
        if (sqlite3_column_type(q.statement, 0) == SQLITE_BLOB)
            row_id(&q, 0, text);
        else
            row_copy(&q, 0, text, sizeof text);
        if (++*n <= PROBLEMS_TOLD)
            tell(k, "%s: %s", what, text);
    }
    return query_end(&q);
}

static const struct {
    const char *sql, *what;
} rows[] = {
    { "SELECT b.member FROM membership b LEFT JOIN membership_row r ON r.seq = b.last_row"
      " WHERE coalesce(r.state, 0) <> b.state",
      "a membership's state is not what its rows say" },
    /* each row names the one before it, so that all are reached from the last */
    { "SELECT r.seq FROM membership_row r JOIN membership b ON b.number = r.membership"
      " WHERE r.seq > coalesce(b.last_row, 0)"
      " UNION SELECT r.seq FROM membership_row r JOIN membership_row o ON o.seq = r.before"
      "  WHERE o.membership <> r.membership OR o.seq >= r.seq"
      " UNION SELECT before FROM membership_row WHERE before IS NOT NULL GROUP BY before"
      "  HAVING count(*) > 1"
      " UNION SELECT max(seq) FROM membership_row WHERE before IS NULL GROUP BY membership"
      "  HAVING count(*) > 1",
      "a row of the membership ledger is not where it was" },
    { "SELECT e.seq FROM ledger_entry e JOIN membership b ON b.number = e.membership"
      " WHERE e.seq > coalesce(b.last_entry, 0)"
      " UNION SELECT e.seq FROM ledger_entry e JOIN ledger_entry o ON o.seq = e.before"
      "  WHERE o.membership IS NOT e.membership OR o.seq >= e.seq",
      "an entry is not where it was among its member's" },
    { "SELECT " INVOICE_ID(
          "i.number") " FROM invoice i JOIN charge c ON c.number = i.charge"
                      " WHERE i.is_credit_note = 0"
                      " AND (i.total <> c.amount + c.credit OR i.currency <> " CHARGE_TERM(
                          "currency") "  OR i.membership <> c.membership)",
      "an invoice is not of what was charged" },
    { "SELECT " INVOICE_ID(
          "i.number") " FROM invoice i JOIN membership b ON b.number = i.membership"
                      " WHERE coalesce(b.last_invoice, 0) = 0 OR EXISTS (SELECT 1 FROM invoice o"
                      "  WHERE o.number = i.number - i.before AND o.membership <> i.membership)",
      "an invoice is not where it was among its member's" },
    { "SELECT " CHARGE_ID("c") " FROM charge c WHERE c.refunded < 0 OR c.refunded > c.amount",
      "more was given back than was charged" },
    { "SELECT b.member FROM membership b WHERE b.charge IS NOT NULL AND NOT EXISTS"
      " (SELECT 1 FROM charge c WHERE c.number = b.charge AND c.membership = b.number)",
      "a membership waits for a charge that is not its own" },
};

/* How many keys "WORD ID" and "WORD ID NUMBER" there are of a charge. */
static enum err count_keys(struct checking *k, const char *word, int64_t charge, int64_t *n)
{
    struct key_parts parts = { .count = -1 };
    if (!key_split(word, &parts))
        return ERR_INTERNAL;
    struct packed first = key_pack_number(&parts, charge),
                  end = key_pack_number(&parts, charge + 1);
    struct query q =
        query_of(k->c, "SELECT count(*) FROM ledger_entry WHERE key >= ?1 AND key < ?2");
    query_blob(&q, 1, first.bytes, first.n);
    query_blob(&q, 2, end.bytes, end.n);
    *n = query_next(&q) ? row_number(&q, 0) : 0;
    return query_end(&q);
}

/* An invoice says what its charge says, which is held against the entry it was booked with first.
 */
static enum err check_amount(struct checking *k, int64_t number, const char *id, int64_t minor)
{
    char key[LEDGER_KEY];
    struct packed packed;
    struct key_parts parts;
    struct packed_posting postings[POSTINGS_MOST];
    int64_t debit = 0;
    snprintf(key, sizeof key, "charge %s", id);
    if (!key_split(key, &parts))
        return OK;
    packed = key_pack_number(&parts, number);
    struct query q = query_of(k->c, "SELECT postings FROM ledger_entry WHERE key = ?1");
    query_blob(&q, 1, packed.bytes, packed.n);
    bool is_booked = query_next(&q);
    size_t n = is_booked ? postings_unpack(row_bytes(&q, 0), row_size(&q, 0), postings) : 0;
    for (size_t i = 0; i < n; i++)
        debit += postings[i].minor > 0 && debit < INT64_MAX / 2 ? postings[i].minor : 0;
    enum err err = query_end(&q);
    if (err == OK && is_booked && debit != minor && k->wrong++ < PROBLEMS_TOLD)
        tell(k, "charge %s is of another amount than was booked", id);
    return err;
}

/* What is paid, or with the bank, is booked once more often than it came back. */
static enum err check_charge(struct checking *k, const struct query *q)
{
    int64_t number = row_number(q, 0), state = row_number(q, 2), sold = 0, returned = 0;
    char id[ID_TEXT];
    enum err err = count_keys(k, "charge aaaaaaaaaaaaaaaaaaaaaaaaaa", number, &sold);
    if (err == OK)
        err = count_keys(k, "return aaaaaaaaaaaaaaaaaaaaaaaaaa", number, &returned);
    row_id(q, 1, id);
    if (err == OK)
        err = check_amount(k, number, id, row_number(q, 3));
    bool is_sold = state == CHARGE_PENDING || state == CHARGE_PAID,
         may_be = state == CHARGE_REFUNDED;
    int64_t wanted = is_sold ? 1 : 0, booked = sold - returned;
    if (err != OK || booked == wanted || (may_be && booked == 1) || k->wrong++ >= PROBLEMS_TOLD)
        return err;
    tell(k, "charge %s is %s and is booked %lld times", id,
         charge_state_name((enum charge_state)(state % CHARGE_STATE_COUNT)), (long long)booked);
    return OK;
}

static enum err check_charges(struct checking *k)
{
    struct query q =
        query_of(k->c, "SELECT c.number, " CHARGE_ID(
                           "c") ", c.state, c.amount + c.credit FROM charge c ORDER BY c.number");
    enum err err = OK;
    while (err == OK && query_next(&q))
        err = check_charge(k, &q);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err check_rows(struct checking *k)
{
    enum err err = OK;
    int64_t n;
    for (size_t i = 0; err == OK && i < sizeof rows / sizeof rows[0]; i++)
        err = collect(k, rows[i].sql, rows[i].what, &n);
    if (err == OK)
        err = collect(
            k,
            "SELECT max(" CHARGE_ID("c") ") FROM charge c WHERE state IN (1, 2)"
                                         " GROUP BY membership, subject HAVING count(*) > 1",
            "what was paid for was charged twice", &k->out->doubles);
    return err;
}

/* Balances are kept beside the postings, and so are the entries of accounts that few touch. */
static enum err check_accounts(struct checking *k)
{
    struct ledger_sum *sums;
    size_t n;
    enum err err = ledger_sums(k->c, k->arena, (utc_time){ INT64_MAX }, &sums, &n);
    if (err != OK)
        return err;
    struct query q =
        query_of(k->c, "SELECT number, name || ' ' || currency, balance, (SELECT count(*)"
                       " FROM ledger_rare r WHERE r.account = a.number) FROM ledger_account a");
    while (query_next(&q)) {
        char name[LEDGER_ACCOUNT + 8];
        const struct ledger_sum *sum = ledger_sum_find(sums, n, row_number(&q, 0));
        row_copy(&q, 1, name, sizeof name);
        if ((sum != NULL && sum->is_past) || row_number(&q, 2) != (sum != NULL ? sum->minor : 0))
            tell(k, "the balance of an account is not the sum of its postings: %s", name);
        bool is_rare = row_number(&q, 0) > 0;
        if (row_number(&q, 3) != (is_rare && sum != NULL ? sum->entries : 0))
            tell(k, "entries are not found by an account that they post to: %s", name);
    }
    return query_end(&q);
}

/* Numbers that a series counted and no invoice has. */
static enum err check_series(struct checking *k)
{
    struct query q =
        query_of(k->c, "SELECT s.name, s.last, count(i.number),"
                       " coalesce(max(i.number & 4294967295), 0) FROM invoice_series s"
                       " LEFT JOIN invoice i ON i.number >= s.number << 32"
                       "  AND i.number < (s.number + 1) << 32 GROUP BY s.number, s.name, s.last");
    while (query_next(&q)) {
        char name[64];
        int64_t last = row_number(&q, 1), count = row_number(&q, 2), most = row_number(&q, 3);
        row_copy(&q, 0, name, sizeof name);
        if (last < most)
            last = most;
        if (count == last)
            continue;
        k->out->gaps += last - count;
        tell(k, "numbers are missing in the series %s: %lld of %lld", name,
             (long long)(last - count), (long long)last);
    }
    return query_end(&q);
}

enum err store_ledger_check(struct store *store, struct arena *arena,
                            struct store_ledger_check *out)
{
    struct checking k = { .arena = arena,
                          .out = out,
                          .problems = list_of(arena, sizeof *out->problems),
                          .totals = list_of(arena, sizeof *out->totals) };
    *out = (struct store_ledger_check){ 0 };
    enum err err = store_read_begin(store, &k.c);
    if (err == OK)
        err = check_entries(&k);
    if (err == OK)
        err = check_accounts(&k);
    if (err == OK)
        err = check_rows(&k);
    if (err == OK)
        err = check_charges(&k);
    if (err == OK)
        err = check_series(&k);
    err = store_read_end(store, &k.c, err);
    struct money *totals = k.totals.items;
    for (size_t i = 0; err == OK && i < k.totals.n; i++)
        if (totals[i].minor != 0)
            tell(&k, "debits and credits of %s differ by %lld", totals[i].currency,
                 (long long)totals[i].minor);
    out->totals = k.totals.items;
    out->n_currencies = k.totals.n;
    out->problems = k.problems.items;
    out->n_problems = k.problems.n;
    return err;
}
