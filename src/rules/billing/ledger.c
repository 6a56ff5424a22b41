#include "rules/billing/ledger.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "rules/billing/plan.h"

__extension__ typedef __int128 wide;

/* ---- names ---- */

static const char *const kinds[] = {
#define X(name, word) [name] = word,
    LEDGER_KINDS(X)
#undef X
};

const char *ledger_kind_name(enum ledger_kind kind)
{
    assert((unsigned)kind < LEDGER_KIND_COUNT);
    return kinds[kind];
}

/* ---- making entries ---- */

struct ledger_entry ledger_entry_of(enum ledger_kind kind, const char *key, utc_time at,
                                    const char *currency)
{
    struct ledger_entry e = { .kind = kind, .at = at };
    if (!text_copy(e.key, sizeof e.key, key)) /* cut, it could be another's */
        e.key[0] = 0;
    (void)text_copy(e.currency, sizeof e.currency, currency);
    return e;
}

static void take_out(struct ledger_entry *e, size_t at)
{
    e->n--;
    memmove(&e->postings[at], &e->postings[at + 1], (e->n - at) * sizeof e->postings[0]);
}

/* INT64_MIN cannot be turned round, so no posting is that. */
static enum err post(struct ledger_entry *e, int64_t minor, const char *account)
{
    size_t i = 0;
    int64_t sum = minor;
    while (i < e->n && strcmp(e->postings[i].account, account) != 0)
        i++;
    if (i < e->n && __builtin_add_overflow(e->postings[i].minor, minor, &sum))
        return ERR_FULL;
    if (sum == INT64_MIN || i == LEDGER_POSTINGS)
        return ERR_FULL;
    if (i == e->n) {
        e->n++;
        (void)text_copy(e->postings[i].account, LEDGER_ACCOUNT, account);
    }
    e->postings[i].minor = sum;
    if (sum == 0)
        take_out(e, i);
    return OK;
}

enum err ledger_post(struct ledger_entry *e, int64_t minor, const char *account, ...)
{
    char name[LEDGER_ACCOUNT];
    va_list args;
    va_start(args, account);
    int n = vsnprintf(name, sizeof name, account, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof name)
        return ERR_FULL;
    return minor == 0 ? OK : post(e, minor, name);
}

enum err ledger_sell(struct ledger_entry *e, int64_t minor, int tax_permille, const char *debit,
                     const char *revenue, const char *territory)
{
    struct ledger_entry sold = *e;
    int64_t tax = tax_contained(minor, tax_permille), net = minor - tax;
    if (minor == INT64_MIN)
        return ERR_FULL;
    enum err err = ledger_post(&sold, minor, "%s", debit);
    if (err == OK)
        err = ledger_post(&sold, -net, "%s:%s", revenue, territory);
    if (err == OK)
        err = ledger_post(&sold, -tax, "tax:%s", territory);
    if (err == OK)
        *e = sold;
    return err;
}

struct ledger_entry ledger_reverse(const struct ledger_entry *e, enum ledger_kind kind,
                                   const char *key, utc_time at)
{
    struct ledger_entry out = *e;
    struct ledger_entry named = ledger_entry_of(kind, key, at, e->currency);
    memcpy(out.key, named.key, sizeof out.key);
    out.kind = kind;
    out.at = at;
    for (size_t i = 0; i < out.n; i++) {
        assert(out.postings[i].minor != INT64_MIN);
        out.postings[i].minor = -out.postings[i].minor;
    }
    return out;
}

/* ---- what a good one is ---- */

/* ID: an id; FR: a territory; MEANS: a way of paying, in small letters. */
static const char *const accounts[] = {
    "cash:MEANS",
    "receivable:MEANS",
    "receivable:partner:ID",
    "revenue:subscription:FR",
    "revenue:rental:FR",
    "revenue:partner:FR",
    "revenue:gift:FR",
    "tax:FR",
    "credit:members",
    "gifts",
    "cost:studio:ID",
    "payable:studio:ID",
    "cost:partner:ID",
    "payable:partner:ID",
    "loss:members",
};

/* Up to the next colon or the end. */
static size_t part_length(const char *text)
{
    return strcspn(text, ":");
}

static bool part_fits(const char *wanted, size_t n, const char *text, size_t size)
{
    char id[ID_TEXT];
    if (n == 2 && memcmp(wanted, "ID", 2) == 0)
        return id_parse(text, size, id);
    if (n == 2 && memcmp(wanted, "FR", 2) == 0)
        return text_is_territory(text, size);
    if (n == 5 && memcmp(wanted, "MEANS", 5) == 0)
        return size > 0 && size <= 16 && strspn(text, "abcdefghijklmnopqrstuvwxyz") >= size;
    return n == size && memcmp(wanted, text, n) == 0;
}

static bool account_fits(const char *wanted, const char *text)
{
    for (;;) {
        size_t n = part_length(wanted), size = part_length(text);
        if (!part_fits(wanted, n, text, size) || (wanted[n] == 0) != (text[size] == 0))
            return false;
        if (wanted[n] == 0)
            return true;
        wanted += n + 1;
        text += size + 1;
    }
}

static bool is_account(const char *text)
{
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++)
        if (account_fits(accounts[i], text))
            return true;
    return false;
}

static bool is_posted_twice(const struct ledger_entry *e, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(e->postings[i].account, e->postings[at].account) == 0)
            return true;
    return false;
}

static bool are_postings_good(const struct ledger_entry *e, char why[LEDGER_WHY])
{
    wide sum = 0;
    for (size_t i = 0; i < e->n; i++) {
        const struct ledger_posting *p = &e->postings[i];
        sum += p->minor;
        if (memchr(p->account, 0, sizeof p->account) == NULL || !is_account(p->account))
            snprintf(why, LEDGER_WHY, "\"%.63s\" is no account", p->account);
        else if (p->minor == 0 || p->minor == INT64_MIN)
            snprintf(why, LEDGER_WHY, "the posting to %s is empty or past the range", p->account);
        else if (is_posted_twice(e, i))
            snprintf(why, LEDGER_WHY, "%s is posted to twice", p->account);
        if (why[0] != 0)
            return false;
    }
    if (sum != 0)
        snprintf(why, LEDGER_WHY, "the postings do not add up to zero");
    return sum == 0;
}

static bool is_id_or_none(const char *text)
{
    char id[ID_TEXT];
    size_t n = strnlen(text, ID_TEXT);
    return n == 0 || id_parse(text, n, id);
}

bool ledger_entry_is_good(const struct ledger_entry *e, char why[LEDGER_WHY])
{
    char unused[LEDGER_WHY], *said = why == NULL ? unused : why;
    size_t n = strnlen(e->key, LEDGER_KEY);
    said[0] = 0;
    if (n == 0 || n == LEDGER_KEY || !text_is_line(e->key, n))
        snprintf(said, LEDGER_WHY, "the key is missing or too long");
    else if ((unsigned)e->kind >= LEDGER_KIND_COUNT)
        snprintf(said, LEDGER_WHY, "there is no such kind of entry");
    else if (memchr(e->currency, 0, sizeof e->currency) == NULL || currency_digits(e->currency) < 0)
        snprintf(said, LEDGER_WHY, "\"%.4s\" is no currency", e->currency);
    else if (!is_id_or_none(e->member) || !is_id_or_none(e->subject))
        snprintf(said, LEDGER_WHY, "member or subject is no id");
    else if (e->n < 2 || e->n > LEDGER_POSTINGS)
        snprintf(said, LEDGER_WHY, "an entry has 2 to %d postings, not %zu", LEDGER_POSTINGS, e->n);
    else
        return are_postings_good(e, said);
    return false;
}

/* ---- as bytes ---- */

static uint8_t *put_text(uint8_t *out, const char *text, size_t room)
{
    size_t n = strnlen(text, room - 1);
    memcpy(out, text, n);
    out[n] = 0;
    return out + n + 1;
}

static uint8_t *put_number(uint8_t *out, int64_t v)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        *out++ = (uint8_t)((uint64_t)v >> shift);
    return out;
}

/* Texts end with a NUL, numbers have eight bytes, big-endian, and the count of postings stands
 * before them: two entries that differ give other bytes. */
size_t ledger_entry_bytes(const struct ledger_entry *e, uint8_t out[LEDGER_BYTES])
{
    _Static_assert(LEDGER_KEY + 16 + 8 + 4 + 2 * ID_TEXT + 8 +
                           LEDGER_POSTINGS * (LEDGER_ACCOUNT + 8) <=
                       LEDGER_BYTES,
                   "an entry fits");
    uint8_t *at = put_text(out, e->key, LEDGER_KEY);
    at = put_text(at, ledger_kind_name(e->kind), 16);
    at = put_number(at, e->at.us);
    at = put_text(at, e->currency, sizeof e->currency);
    at = put_text(at, e->member, ID_TEXT);
    at = put_text(at, e->subject, ID_TEXT);
    at = put_number(at, (int64_t)e->n);
    assert(e->n <= LEDGER_POSTINGS);
    for (size_t i = 0; i < e->n; i++) {
        at = put_text(at, e->postings[i].account, LEDGER_ACCOUNT);
        at = put_number(at, e->postings[i].minor);
    }
    return (size_t)(at - out);
}
