#include "driver/store/ledger_rows.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/text.h"

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

static enum err account_number(struct ledger_writer *w, const char *name, const char *currency,
                               int64_t *number)
{
    size_t i = slot_of(name, currency);
    if (w->accounts[i].number != 0 && strcmp(w->accounts[i].name, name) == 0 &&
        strcmp(w->accounts[i].currency, currency) == 0) {
        *number = w->accounts[i].number;
        return OK;
    }
    enum err err = find_account(w->c, name, currency, number);
    if (err == ERR_NOT_FOUND)
        err = make_account(w->c, name, currency, number);
    if (err == OK) {
        (void)!text_copy(w->accounts[i].name, sizeof w->accounts[i].name, name);
        (void)!text_copy(w->accounts[i].currency, sizeof w->accounts[i].currency, currency);
        w->accounts[i].number = *number;
    }
    return err;
}

/* ---- written --------------------------------------------------------------------------------- */

static enum err load_chain(struct ledger_writer *w)
{
    struct query q = query_of(w->c, "SELECT chain FROM ledger_entry ORDER BY seq DESC LIMIT 1");
    if (query_next(&q) && row_size(&q, 0) == CHAIN_BYTES)
        memcpy(w->chain, row_bytes(&q, 0), CHAIN_BYTES);
    w->is_loaded = true;
    return query_end(&q);
}

static enum err write_posting(struct ledger_writer *w, int64_t seq, size_t place,
                              const struct ledger_posting *p, const char *currency)
{
    int64_t account = 0;
    enum err err = account_number(w, p->account, currency, &account);
    if (err != OK)
        return err;
    struct query q = query_of(w->c, "INSERT INTO ledger_posting (entry, place, account, minor)"
                                    " VALUES (?1, ?2, ?3, ?4)");
    query_number(&q, 1, seq);
    query_number(&q, 2, (int64_t)place);
    query_number(&q, 3, account);
    query_number(&q, 4, p->minor);
    err = query_run(&q, NULL);
    if (err != OK)
        return err;
    q = query_of(w->c, "UPDATE ledger_account SET balance = balance + ?2 WHERE number = ?1");
    query_number(&q, 1, account);
    query_number(&q, 2, p->minor);
    return query_run_one(&q);
}

static enum err write_entry(struct ledger_writer *w, const struct ledger_entry *e,
                            int64_t membership, const struct membership_tail *tail)
{
    struct packed key = key_pack(e->key), subject = id_pack(e->subject);
    char in_key[ID_TEXT];
    key_id(e->key, in_key);
    struct query q = query_of(w->c, "INSERT INTO ledger_entry (key, kind, at, currency,"
                                    " membership, before, subject, chain)"
                                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    query_blob(&q, 1, key.bytes, key.n);
    query_number(&q, 2, e->kind);
    query_number(&q, 3, e->at.us);
    query_text(&q, 4, e->currency);
    query_optional(&q, 5, membership);
    query_optional(&q, 6, tail->entry);
    if (strcmp(in_key, e->subject) != 0)
        query_blob(&q, 7, subject.bytes, subject.n);
    query_blob(&q, 8, w->chain, CHAIN_BYTES);
    return query_run(&q, NULL);
}

enum err ledger_write(struct ledger_writer *w, const struct ledger_entry *e, int64_t membership,
                      struct membership_tail *tail)
{
    uint8_t chain[CHAIN_BYTES];
    if (!ledger_entry_is_good(e, NULL))
        return ERR_ARGUMENT;
    enum err err = w->is_loaded ? OK : load_chain(w);
    if (err != OK)
        return err;
    ledger_chain(w->chain, e, chain);
    memcpy(w->chain, chain, sizeof chain);
    err = write_entry(w, e, membership, tail);
    int64_t seq = connection_new_number(w->c);
    for (size_t i = 0; err == OK && i < e->n; i++)
        err = write_posting(w, seq, i, &e->postings[i], e->currency);
    if (err == OK && membership != 0)
        tail->entry = seq;
    return err;
}

/* ---- read ------------------------------------------------------------------------------------ */

void ledger_read(struct query *q, int64_t *seq, struct ledger_entry *e, uint8_t chain[CHAIN_BYTES])
{
    *e = (struct ledger_entry){ .at = row_time(q, 3) };
    *seq = row_number(q, 0);
    const void *key = row_bytes(q, 1);
    char text[PACKED_TEXT];
    key_unpack(key, key == NULL ? 0 : row_size(q, 1), text);
    (void)!text_copy(e->key, sizeof e->key, text);
    e->kind = (enum ledger_kind)row_choice(q, 2, LEDGER_KIND_COUNT);
    row_copy(q, 4, e->currency, sizeof e->currency);
    row_id(q, 5, e->member);
    if (row_is_null(q, 6))
        key_id(e->key, e->subject);
    else
        row_id(q, 6, e->subject);
    memset(chain, 0, CHAIN_BYTES);
    if (row_size(q, 7) == CHAIN_BYTES)
        memcpy(chain, row_bytes(q, 7), CHAIN_BYTES);
}

enum err ledger_read_postings(struct connection *c, int64_t seq, struct ledger_entry *e)
{
    struct query q =
        query_of(c, "SELECT (SELECT a.name FROM ledger_account a WHERE a.number = p.account),"
                    " p.minor FROM ledger_posting p WHERE p.entry = ?1 ORDER BY p.place");
    query_number(&q, 1, seq);
    for (e->n = 0; query_next(&q); e->n++) {
        if (e->n == LEDGER_POSTINGS) {
            q.err = ERR_MALFORMED;
            break;
        }
        row_copy(&q, 0, e->postings[e->n].account, LEDGER_ACCOUNT);
        e->postings[e->n].minor = row_number(&q, 1);
    }
    return query_end(&q);
}
