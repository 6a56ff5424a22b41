#include "rules/billing/ledger.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "rules/billing/plan.h"

static const char *const kind_names[] = {
#define X(name, word) word,
    LEDGER_KINDS(X)
#undef X
};

const char *ledger_kind_name(enum ledger_kind kind)
{
    assert((unsigned)kind < LEDGER_KIND_COUNT);
    return kind_names[kind];
}

bool ledger_kind_parse(const char *name, enum ledger_kind *out)
{
    for (int i = 0; i < LEDGER_KIND_COUNT; i++) {
        if (strcmp(kind_names[i], name) == 0) {
            *out = (enum ledger_kind)i;
            return true;
        }
    }
    return false;
}

struct ledger_entry ledger_entry_of(enum ledger_kind kind, const char *key, utc_time at,
                                    const char *currency)
{
    struct ledger_entry e = { .kind = kind, .at = at };
    assert(strlen(key) < LEDGER_KEY && strlen(currency) == 3);
    (void)text_copy(e.key, sizeof e.key, key);
    (void)text_copy(e.currency, sizeof e.currency, currency);
    return e;
}

/* Takes a posting that came to nothing out again. */
static void drop(struct ledger_entry *e, size_t i)
{
    e->n--;
    memmove(&e->postings[i], &e->postings[i + 1], (e->n - i) * sizeof e->postings[0]);
    memset(&e->postings[e->n], 0, sizeof e->postings[0]);
}

static enum err post(struct ledger_entry *e, int64_t minor, const char *account)
{
    if (minor == 0)
        return OK;
    for (size_t i = 0; i < e->n; i++) {
        if (strcmp(e->postings[i].account, account) != 0)
            continue;
        int64_t sum;
        if (__builtin_add_overflow(e->postings[i].minor, minor, &sum))
            return ERR_FULL;
        e->postings[i].minor = sum;
        if (sum == 0)
            drop(e, i);
        return OK;
    }
    if (e->n == LEDGER_POSTINGS)
        return ERR_FULL;
    (void)text_copy(e->postings[e->n].account, LEDGER_ACCOUNT, account);
    e->postings[e->n++].minor = minor;
    return OK;
}

enum err ledger_post(struct ledger_entry *e, int64_t minor, const char *account, ...)
{
    char name[LEDGER_ACCOUNT];
    va_list args;
    va_start(args, account);
    int n = vsnprintf(name, sizeof name, account, args);
    va_end(args);
    if (n < 0 || n >= LEDGER_ACCOUNT)
        return ERR_FULL;
    return post(e, minor, name);
}

enum err ledger_sell(struct ledger_entry *e, int64_t minor, int tax_permille, const char *debit,
                     const char *revenue, const char *territory)
{
    if (minor == INT64_MIN)
        return ERR_FULL;
    int64_t tax = tax_contained(minor, tax_permille);
    enum err err = ledger_post(e, minor, "%s", debit);
    if (err == OK)
        err = ledger_post(e, -(minor - tax), "%s:%s", revenue, territory);
    if (err == OK)
        err = ledger_post(e, -tax, "tax:%s", territory);
    return err;
}

/* ---- whether it is good ------------------------------------------------------------------------
 */

static bool is_territory(const char *text)
{
    return strlen(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' &&
           text[1] <= 'Z';
}

static bool is_id(const char *text)
{
    char id[ID_TEXT];
    return id_parse(text, strlen(text), id);
}

static bool is_means(const char *text)
{
    size_t n = strlen(text);
    return n > 0 && strspn(text, "abcdefghijklmnopqrstuvwxyz-") == n;
}

static bool is_anything(const char *text)
{
    return *text == 0;
}

static bool is_account(const char *name)
{
    static const struct {
        const char *begin;
        bool (*rest)(const char *text);
    } rows[] = {
        { "receivable:partner:", is_id },
        { "receivable:", is_means },
        { "cash:", is_means },
        { "revenue:subscription:", is_territory },
        { "revenue:rental:", is_territory },
        { "revenue:partner:", is_territory },
        { "revenue:gift:", is_territory },
        { "tax:", is_territory },
        { "credit:members", is_anything },
        { "gifts", is_anything },
        { "cost:studio:", is_id },
        { "payable:studio:", is_id },
        { "cost:partner:", is_id },
        { "payable:partner:", is_id },
        { "loss:members", is_anything },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t n = strlen(rows[i].begin);
        if (strncmp(name, rows[i].begin, n) == 0)
            return rows[i].rest(name + n);
    }
    return false;
}

static bool wrong(char why[LEDGER_WHY], const char *text, const char *what)
{
    if (why != NULL)
        snprintf(why, LEDGER_WHY, text, what);
    return false;
}

static bool has_good_postings(const struct ledger_entry *e, char why[LEDGER_WHY])
{
    __int128 sum = 0;
    for (size_t i = 0; i < e->n; i++) {
        const struct ledger_posting *p = &e->postings[i];
        if (p->minor == 0 || p->minor == INT64_MIN)
            return wrong(why, "a posting to %s is of nothing, or past the range", p->account);
        if (!is_account(p->account))
            return wrong(why, "there is no account %s", p->account);
        sum += p->minor;
    }
    return sum == 0 || wrong(why, "the postings of %s do not add up to zero", e->key);
}

bool ledger_entry_is_good(const struct ledger_entry *e, char why[LEDGER_WHY])
{
    if (e->key[0] == 0)
        return wrong(why, "an entry has no key%s", "");
    if (e->n < 2 || e->n > LEDGER_POSTINGS)
        return wrong(why, "%s has not two postings or more", e->key);
    if (currency_digits(e->currency) < 0)
        return wrong(why, "there is no currency %s", e->currency);
    return has_good_postings(e, why);
}

struct ledger_entry ledger_reverse(const struct ledger_entry *e, enum ledger_kind kind,
                                   const char *key, utc_time at)
{
    struct ledger_entry out = ledger_entry_of(kind, key, at, e->currency);
    memcpy(out.member, e->member, sizeof out.member);
    memcpy(out.subject, e->subject, sizeof out.subject);
    out.n = e->n;
    for (size_t i = 0; i < e->n; i++) {
        out.postings[i] = e->postings[i];
        out.postings[i].minor = -e->postings[i].minor;
    }
    return out;
}

/* ---- bytes -------------------------------------------------------------------------------------
 */

struct bytes {
    uint8_t *out;
    size_t n;
};

static void put_number(struct bytes *b, uint64_t v)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        b->out[b->n++] = (uint8_t)(v >> shift);
}

static void put_text(struct bytes *b, const char *text)
{
    size_t n = strlen(text);
    b->out[b->n++] = (uint8_t)n;
    memcpy(b->out + b->n, text, n);
    b->n += n;
}

size_t ledger_entry_bytes(const struct ledger_entry *e, uint8_t out[LEDGER_BYTES])
{
    static_assert(LEDGER_KEY + 2 * ID_TEXT + LEDGER_POSTINGS * (LEDGER_ACCOUNT + 8) + 64 <
                      LEDGER_BYTES,
                  "an entry fits");
    struct bytes b = { .out = out };
    put_text(&b, e->key);
    put_number(&b, (uint64_t)e->kind);
    put_number(&b, (uint64_t)e->at.us);
    put_text(&b, e->currency);
    put_text(&b, e->member);
    put_text(&b, e->subject);
    put_number(&b, e->n);
    for (size_t i = 0; i < e->n; i++) {
        put_text(&b, e->postings[i].account);
        put_number(&b, (uint64_t)e->postings[i].minor);
    }
    return b.n;
}
