#include "driver/store/ledger_rows.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/text.h"
#include "driver/store/title_rows.h"

void ledger_writer_of(struct connection *c, struct ledger_writer *out)
{
    memset(out, 0, sizeof *out);
    out->c = c;
}

void ledger_chain(const uint8_t before[CHAIN_BYTES], const struct ledger_entry *entry,
                  uint8_t out[CHAIN_BYTES])
{
    uint8_t bytes[CHAIN_BYTES + LEDGER_BYTES];
    memcpy(bytes, before, CHAIN_BYTES);
    size_t n = ledger_entry_bytes(entry, bytes + CHAIN_BYTES);
    assert(n <= LEDGER_BYTES);
    _Static_assert(CHAIN_BYTES >= crypto_generichash_BYTES_MIN, "a chain that libsodium makes");
    int failed = crypto_generichash(out, CHAIN_BYTES, bytes, CHAIN_BYTES + n, NULL, 0);
    assert(failed == 0);
    (void)failed;
}

/* ---- accounts -------------------------------------------------------------------------------- */

/* Accounts that few entries touch get numbers above 0, which an index finds; the others' entries
 * are found by reading along. */
static bool is_rare(const char *name)
{
    return strstr(name, ":partner:") != NULL || strstr(name, ":studio:") != NULL ||
           strncmp(name, "loss:", 5) == 0;
}

static enum err find_account(struct connection *c, const char *name, const char *currency,
                             int64_t *number)
{
    struct query q =
        query_of(c, "SELECT number FROM ledger_account WHERE name = ?1 AND currency = ?2");
    query_text(&q, 1, name);
    query_text(&q, 2, currency);
    enum err err = query_first(&q);
    if (err == OK)
        *number = row_number(&q, 0);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err make_account(struct connection *c, const char *name, const char *currency,
                             int64_t *number)
{
    struct query q = query_of(
        c, "INSERT INTO ledger_account (number, name, currency, balance)"
           " SELECT CASE ?3 WHEN 0 THEN coalesce(min(min(number), 0), 0) - 1"
           "  ELSE coalesce(max(max(number), 0), 0) + 1 END, ?1, ?2, 0 FROM ledger_account");
    query_text(&q, 1, name);
    query_text(&q, 2, currency);
    query_number(&q, 3, is_rare(name));
    enum err err = query_run(&q, NULL);
    *number = connection_new_number(c);
    return err;
}

static size_t slot_of(const char *name, const char *currency)
{
    uint32_t h = 2166136261U; /* FNV-1a */
    for (; *name != 0; name++)
        h = (h ^ (uint8_t)*name) * 16777619U;
    for (; *currency != 0; currency++)
        h = (h ^ (uint8_t)*currency) * 16777619U;
    return h % ACCOUNTS_KNOWN;
}

/* ERR_ARGUMENT: past the range. */
static enum err write_balance(struct ledger_writer *w, struct ledger_known *a)
{
    if (a->moved == 0)
        return OK;
    struct query q =
        query_of(w->c, "UPDATE ledger_account SET balance = balance + ?2 WHERE number = ?1");
    query_number(&q, 1, a->number);
    query_number(&q, 2, a->moved);
    a->moved = 0;
    return query_run_one(&q);
}

enum err ledger_flush(struct ledger_writer *w)
{
    enum err err = OK;
    for (size_t i = 0; err == OK && i < w->n_touched; i++)
        err = write_balance(w, &w->accounts[w->touched[i]]);
    w->n_touched = 0;
    return err;
}

/* The account in its place; the one that was there has its balance written. */
static enum err know_account(struct ledger_writer *w, const char *name, const char *currency,
                             size_t *at)
{
    struct ledger_known *a = &w->accounts[ *at = slot_of(name, currency)];
    int64_t number = 0;
    if (a->number != 0 && strcmp(a->name, name) == 0 && strcmp(a->currency, currency) == 0)
        return OK;
    enum err err = write_balance(w, a);
    if (err == OK)
        err = find_account(w->c, name, currency, &number);
    if (err == ERR_NOT_FOUND)
        err = make_account(w->c, name, currency, &number);
    if (err == OK) {
        (void)!text_copy(a->name, sizeof a->name, name);
        (void)!text_copy(a->currency, sizeof a->currency, currency);
        a->number = number;
    }
    return err;
}

static enum err move_balance(struct ledger_writer *w, size_t at, int64_t minor)
{
    struct ledger_known *a = &w->accounts[at];
    int64_t sum;
    if (__builtin_add_overflow(a->moved, minor, &sum)) {
        enum err err = write_balance(w, a);
        if (err != OK)
            return err;
        sum = minor;
    }
    bool is_listed = false;
    for (size_t i = 0; i < w->n_touched && !is_listed; i++)
        is_listed = w->touched[i] == at;
    if (!is_listed)
        w->touched[w->n_touched++] = at;
    a->moved = sum;
    return OK;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static enum err charge_number(struct connection *c, const char *id, int64_t *number)
{
    struct query q = query_of(c, "SELECT " CHARGE_NUMBER_OF("?1"));
    QUERY_ID(&q, 1, id);
    enum err err = query_first(&q);
    if (err == OK && row_is_null(&q, 0))
        err = ERR_NOT_FOUND;
    if (err == OK)
        *number = row_number(&q, 0);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err ledger_key(struct connection *c, const char *key, struct packed *out)
{
    struct key_parts parts;
    int64_t number = 0;
    enum err err = key_split(key, &parts) ? charge_number(c, parts.id, &number) : ERR_NOT_FOUND;
    if (err == OK)
        *out = key_pack_number(&parts, number);
    else if (err == ERR_NOT_FOUND)
        *out = key_pack(key);
    return err == ERR_NOT_FOUND ? OK : err;
}

/* Mostly of the charge that was just written. */
static enum err known_key(struct ledger_writer *w, const char *key, struct packed *out)
{
    struct key_parts parts;
    if (w->charge_number == 0 || !key_split(key, &parts) || strcmp(parts.id, w->charge.s) != 0)
        return ledger_key(w->c, key, out);
    *out = key_pack_number(&parts, w->charge_number);
    return OK;
}

/* ---- written --------------------------------------------------------------------------------- */

static enum err load_last(struct ledger_writer *w)
{
    struct query q =
        query_of(w->c, "SELECT chain, seq FROM ledger_entry ORDER BY seq DESC LIMIT 1");
    w->seq = 0;
    if (query_next(&q)) {
        w->seq = row_number(&q, 1);
        if (row_size(&q, 0) == CHAIN_BYTES)
            memcpy(w->chain, row_bytes(&q, 0), CHAIN_BYTES);
    }
    w->is_loaded = true;
    return query_end(&q);
}

/* Who asks for an account that few entries touch finds them by it. */
static enum err write_rare(struct ledger_writer *w, int64_t account)
{
    struct query q = query_of(w->c, "INSERT INTO ledger_rare (account, entry) VALUES (?1, ?2)"
                                    " ON CONFLICT DO NOTHING");
    query_number(&q, 1, account);
    query_number(&q, 2, w->seq);
    return query_run(&q, NULL);
}

static enum err post(struct ledger_writer *w, const struct ledger_entry *e,
                     struct packed_postings *out)
{
    enum err err = OK;
    out->n = 0;
    for (size_t i = 0; err == OK && i < e->n; i++) {
        size_t at = 0;
        err = know_account(w, e->postings[i].account, e->currency, &at);
        if (err == OK)
            err = move_balance(w, at, e->postings[i].minor);
        if (err != OK)
            return err;
        int64_t account = w->accounts[at].number;
        postings_pack(out, account, e->postings[i].minor);
        if (account > 0)
            err = write_rare(w, account);
    }
    return err;
}

static enum err write_entry(struct ledger_writer *w, const struct ledger_entry *e,
                            int64_t membership, const struct membership_tail *tail)
{
    struct packed key, subject = id_pack(e->subject);
    struct packed_postings postings;
    char in_key[ID_TEXT];
    enum err err = known_key(w, e->key, &key);
    if (err == OK)
        err = post(w, e, &postings);
    if (err != OK)
        return err;
    key_id(e->key, in_key);
    struct query q = query_of(w->c, "INSERT INTO ledger_entry (seq, key, kind, at, membership,"
                                    " before, subject, chain, postings)"
                                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    query_number(&q, 1, w->seq);
    query_blob(&q, 2, key.bytes, key.n);
    query_number(&q, 3, e->kind);
    query_number(&q, 4, e->at.us);
    query_optional(&q, 5, membership);
    query_optional(&q, 6, tail->entry);
    if (strcmp(in_key, e->subject) != 0)
        query_blob(&q, 7, subject.bytes, subject.n);
    query_blob(&q, 8, w->chain, CHAIN_BYTES);
    query_blob(&q, 9, postings.bytes, postings.n);
    return query_run(&q, NULL);
}

enum err ledger_write(struct ledger_writer *w, const struct ledger_entry *e, int64_t membership,
                      struct membership_tail *tail)
{
    uint8_t chain[CHAIN_BYTES];
    if (!ledger_entry_is_good(e, NULL))
        return ERR_ARGUMENT;
    enum err err = w->is_loaded ? OK : load_last(w);
    if (err != OK)
        return err;
    ledger_chain(w->chain, e, chain);
    memcpy(w->chain, chain, sizeof chain);
    w->seq++;
    err = write_entry(w, e, membership, tail);
    if (err == OK && membership != 0)
        tail->entry = w->seq;
    return err;
}

/* ---- read ------------------------------------------------------------------------------------ */

static enum err read_account(struct connection *c, int64_t number, struct ledger_posting *p,
                             char currency[4])
{
    struct query q = query_of(c, "SELECT name, currency FROM ledger_account WHERE number = ?1");
    query_number(&q, 1, number);
    if (query_next(&q)) {
        row_copy(&q, 0, p->account, LEDGER_ACCOUNT);
        row_copy(&q, 1, currency, 4);
    }
    return query_end(&q);
}

static enum err read_postings(struct connection *c, const void *bytes, size_t n,
                              struct ledger_entry *e)
{
    struct packed_posting postings[POSTINGS_MOST];
    enum err err = OK;
    e->n = postings_unpack(bytes, n, postings);
    for (size_t i = 0; err == OK && i < e->n; i++) {
        e->postings[i].minor = postings[i].minor;
        err = read_account(c, postings[i].account, &e->postings[i], e->currency);
    }
    return err;
}

static enum err read_key(struct connection *c, const void *packed, size_t n, struct ledger_entry *e)
{
    char text[PACKED_TEXT] = "";
    struct key_parts parts;
    int64_t number;
    enum err err = OK;
    if (packed != NULL && key_unpack_number(packed, n, &number, &parts)) {
        struct query q = query_of(c, "SELECT " CHARGE_ID_OF("?1"));
        query_number(&q, 1, number);
        if (query_next(&q))
            row_id(&q, 0, parts.id);
        err = query_end(&q);
        key_join(&parts, text);
    } else if (packed != NULL) {
        key_unpack(packed, n, text);
    }
    (void)!text_copy(e->key, sizeof e->key, text);
    return err;
}

enum err ledger_read(struct connection *c, struct query *q, int64_t *seq, struct ledger_entry *e,
                     uint8_t chain[CHAIN_BYTES])
{
    *e = (struct ledger_entry){ .at = row_time(q, 3) };
    *seq = row_number(q, 0);
    e->kind = (enum ledger_kind)row_choice(q, 2, LEDGER_KIND_COUNT);
    row_id(q, 4, e->member);
    enum err err = read_key(c, row_bytes(q, 1), row_size(q, 1), e);
    if (row_is_null(q, 5))
        key_id(e->key, e->subject);
    else
        row_id(q, 5, e->subject);
    memset(chain, 0, CHAIN_BYTES);
    if (row_size(q, 6) == CHAIN_BYTES)
        memcpy(chain, row_bytes(q, 6), CHAIN_BYTES);
    return err == OK ? read_postings(c, row_bytes(q, 7), row_size(q, 7), e) : err;
}

/* ---- added up -------------------------------------------------------------------------------- */

const struct ledger_sum *ledger_sum_find(const struct ledger_sum *sums, size_t n, int64_t account)
{
    size_t first = 0, end = n;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (sums[middle].account < account)
            first = middle + 1;
        else
            end = middle;
    }
    return first < n && sums[first].account == account ? &sums[first] : NULL;
}

static void add_sum(struct list *l, const struct packed_posting *p, bool is_first)
{
    const struct ledger_sum *sums = l->items, *found = ledger_sum_find(sums, l->n, p->account);
    struct ledger_sum *s;
    if (found != NULL) {
        s = (struct ledger_sum *)l->items + (found - sums);
    } else {
        list_add(l);
        struct ledger_sum *all = l->items;
        size_t i = l->n - 1;
        for (; i > 0 && all[i - 1].account > p->account; i--)
            all[i] = all[i - 1];
        s = &all[i];
        *s = (struct ledger_sum){ .account = p->account };
    }
    s->entries += is_first;
    s->is_past |= __builtin_add_overflow(s->minor, p->minor, &s->minor);
}

static bool is_first_to(const struct packed_posting *postings, size_t i)
{
    size_t k = 0;
    while (postings[k].account != postings[i].account)
        k++;
    return k == i;
}

enum err ledger_sums(struct connection *c, struct arena *arena, utc_time until,
                     struct ledger_sum **out, size_t *n)
{
    struct list l = list_of(arena, sizeof **out);
    struct query q = query_of(c, "SELECT postings FROM ledger_entry WHERE at < ?1 OR ?1 = ?2");
    query_number(&q, 1, until.us);
    query_number(&q, 2, INT64_MAX);
    while (query_next(&q)) {
        struct packed_posting postings[POSTINGS_MOST];
        size_t count = postings_unpack(row_bytes(&q, 0), row_size(&q, 0), postings);
        for (size_t i = 0; i < count; i++)
            add_sum(&l, &postings[i], is_first_to(postings, i));
    }
    *out = l.items;
    *n = l.n;
    return query_end(&q);
}
