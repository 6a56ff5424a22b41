#include "driver/store/billing.h"
#include "driver/store/billing_pack.h"
#include "driver/store/internal.h"
#include "driver/store/sale_rows.h"
#include "driver/store/title_rows.h"

#define INVOICE_COLUMNS                                                                            \
    "i.id, (SELECT s.name FROM invoice_series s WHERE s.number = i.series), i.number,"             \
    " i.is_credit_note, (SELECT o.id FROM invoice o WHERE o.seq = i.of), " MEMBER_ID_OF(           \
        "i.membership") ", i.buyer, (SELECT s.text FROM seller s WHERE s.number = i.seller),"      \
                        " i.issued, " CHARGE_ID_OF("i.charge") ", i.kind, " PLAN_CODE_OF(          \
                            "i.plan") ", i.title, i.from_at, i.until_at, i.territory, i.total,"    \
                                      " i.currency, i.tax, i.tax_permille, i.credit, i.seq"
enum { INVOICE_SEQ = 21 };

static void read_invoice(struct query *q, struct arena *arena, struct invoice *i)
{
    *i = (struct invoice){ .number = row_number(q, 2),
                           .is_credit_note = row_number(q, 3) != 0,
                           .buyer = row_text(q, arena, 6),
                           .seller = row_text(q, arena, 7),
                           .issued = row_time(q, 8),
                           .title = row_text(q, arena, 12),
                           .from = row_time(q, 13),
                           .until = row_time(q, 14),
                           .total.minor = row_number(q, 16),
                           .tax = row_number(q, 18),
                           .tax_permille = (int)row_number(q, 19),
                           .credit = row_number(q, 20) };
    row_id(q, 0, i->id.s);
    row_copy(q, 1, i->series, sizeof i->series);
    row_id(q, 4, i->of.s);
    row_id(q, 5, i->member.s);
    row_id(q, 9, i->charge.s);
    i->kind = (enum charge_kind)row_choice(q, 10, CHARGE_KIND_COUNT);
    row_copy(q, 11, i->plan, sizeof i->plan);
    row_copy(q, 15, i->territory, sizeof i->territory);
    row_copy(q, 17, i->total.currency, sizeof i->total.currency);
}

static enum err read_one(struct query *q, struct arena *arena, struct invoice *out)
{
    enum err err = query_first(q);
    if (err == OK)
        read_invoice(q, arena, out);
    enum err ended = query_end(q);
    return err == OK ? ended : err;
}

enum err store_invoice_get(struct store *store, struct arena *arena, invoice_id id,
                           struct invoice *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " INVOICE_COLUMNS " FROM invoice i WHERE i.id = ?1");
    QUERY_ID(&q, 1, id.s);
    return store_read_end(store, &c, read_one(&q, arena, out));
}

enum err store_invoice_by_charge(struct store *store, struct arena *arena, charge_id charge,
                                 struct invoice *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " INVOICE_COLUMNS " FROM charge c JOIN invoice i"
                                 " ON i.membership = c.membership AND i.charge = c.number"
                                 " WHERE c.id = ?1 AND i.is_credit_note = 0"
                                 " ORDER BY i.seq LIMIT 1");
    QUERY_ID(&q, 1, charge.s);
    return store_read_end(store, &c, read_one(&q, arena, out));
}

static enum err list_invoices(struct connection *c, struct arena *arena, member_id member,
                              int64_t before, unsigned limit, struct list *l, int64_t *last)
{
    int64_t number = 0;
    bool has_account = false;
    enum err err = member.s[0] == 0 ? OK : membership_find(c, member.s, &number, &has_account);
    if (err != OK)
        return err == ERR_NOT_FOUND && has_account ? OK : err;
    struct query q = number != 0 ? query_of(c, "SELECT " INVOICE_COLUMNS " FROM invoice i"
                                               " WHERE i.membership = ?3 AND i.seq < ?1"
                                               " ORDER BY i.seq DESC LIMIT ?2")
                                 : query_of(c, "SELECT " INVOICE_COLUMNS " FROM invoice i"
                                               " WHERE i.seq < ?1 ORDER BY i.seq DESC LIMIT ?2");
    query_number(&q, 1, before);
    query_number(&q, 2, (int64_t)limit + 1);
    if (number != 0)
        query_number(&q, 3, number);
    while (query_next(&q)) {
        if (l->n < limit)
            *last = row_number(&q, INVOICE_SEQ);
        read_invoice(&q, arena, list_add(l));
    }
    return query_end(&q);
}

enum err store_invoices_list(struct store *store, struct arena *arena, member_id member,
                             const char *after, unsigned limit, struct invoice **out, size_t *n,
                             const char **next)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    int64_t before = INT64_MAX, last = 0;
    limit = page_limit(limit, 50, 1000);
    enum err err = number_cursor_parse(after, &before);
    if (err == OK)
        err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    err = list_invoices(c, arena, member, before, limit, &l, &last);
    *out = l.items;
    *n = l.n < limit ? l.n : limit;
    *next = l.n > limit ? arena_printf(arena, "%lld", (long long)last) : NULL;
    return store_read_end(store, &c, err);
}
