#include "driver/store/billing.h"
#include "driver/store/billing_pack.h"
#include "driver/store/internal.h"
#include "driver/store/sale_rows.h"
#include "driver/store/title_rows.h"

/* Of a query over `invoice i` with INVOICE_CHARGE; a column that is NULL is the charge's. */
/* clang-format off */
#define INVOICE_COLUMNS                                                                            \
    INVOICE_ID("i.number") ", (SELECT s.name FROM invoice_series s"                                \
    " WHERE s.number = i.number >> 32), i.number & 4294967295, i.is_credit_note, "                 \
    INVOICE_ID("i.of") ", " MEMBER_ID_OF("i.membership") ","                                       \
    " (SELECT u.text FROM buyer u WHERE u.number = i.buyer),"                                      \
    " (SELECT s.text FROM seller s WHERE s.number = i.seller), " INVOICE_ISSUED ","                \
    " CASE WHEN c.number IS NOT NULL THEN " CHARGE_ID("c") " END, coalesce(i.kind, t.kind), "      \
    PLAN_CODE_OF("i.plan") ", i.title, " INVOICE_ISSUED " + i.from_at, "                           \
    INVOICE_ISSUED " + i.from_at + i.until_at, coalesce(i.territory, t.territory),"                \
    " coalesce(i.total, c.amount + c.credit), coalesce(i.currency, t.currency), i.tax,"            \
    " coalesce(i.tax_permille, t.tax_permille), coalesce(i.credit, c.credit)"
/* clang-format on */
#define INVOICE_CHARGE                                                                             \
    " LEFT JOIN charge c ON c.number = i.charge LEFT JOIN charge_terms t ON t.number = c.terms"
/* A member's are found from the last one back. */
#define MINE_OF(member)                                                                            \
    "WITH RECURSIVE mine (number) AS ("                                                            \
    " SELECT last_invoice FROM membership WHERE number = " member " AND last_invoice IS NOT NULL"  \
    " UNION ALL SELECT o.number - o.before FROM mine JOIN invoice o ON o.number = mine.number"     \
    "  WHERE o.before IS NOT NULL)"                                                                \
    " SELECT " INVOICE_COLUMNS                                                                     \
    " FROM mine JOIN invoice i ON i.number = mine.number" INVOICE_CHARGE

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
    struct query q = query_of(c, "SELECT " INVOICE_COLUMNS " FROM invoice i" INVOICE_CHARGE
                                 " WHERE i.number = made_number(2, ?1)");
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
    struct query q = query_of(
        c,
        MINE_OF("(SELECT o.membership FROM charge o WHERE o.number ="
                " " CHARGE_NUMBER_OF("?1") ")") " WHERE i.is_credit_note = 0 AND i.charge "
                                                "= " CHARGE_NUMBER_OF("?1") " ORDER BY i.issued, "
                                                                            "i.number LIMIT 1");
    QUERY_ID(&q, 1, charge.s);
    return store_read_end(store, &c, read_one(&q, arena, out));
}

/* In the order of their issue; of everybody's there is no index, as nobody reads them page by
 * page. */
#define PAGE                                                                                       \
    " WHERE (" INVOICE_ISSUED " < ?1 OR (" INVOICE_ISSUED                                          \
    " = ?1 AND " INVOICE_ID("i.number") " < ?2))"                                                  \
                                        " ORDER BY " INVOICE_ISSUED                                \
                                        " DESC, " INVOICE_ID("i.number") " DESC LIMIT ?3"

static enum err list_invoices(struct connection *c, struct arena *arena, member_id member,
                              const struct cursor *from, unsigned limit, struct list *l)
{
    static const uint8_t last[ID_BYTES + 1] = { 255, 255 }; /* behind every id */
    int64_t number = 0;
    bool has_account = false;
    enum err err = member.s[0] == 0 ? OK : membership_find(c, member.s, &number, &has_account);
    if (err != OK)
        return err == ERR_NOT_FOUND && has_account ? OK : err;
    struct packed id = id_pack(from->id);
    struct query q =
        number != 0 ? query_of(c, MINE_OF("?4") PAGE)
                    : query_of(c, "SELECT " INVOICE_COLUMNS " FROM invoice i" INVOICE_CHARGE PAGE);
    query_number(&q, 1, from->us);
    query_blob(&q, 2, from->id[0] != 0 ? id.bytes : last, from->id[0] != 0 ? id.n : sizeof last);
    query_number(&q, 3, (int64_t)limit + 1);
    if (number != 0)
        query_number(&q, 4, number);
    while (query_next(&q))
        read_invoice(&q, arena, list_add(l));
    return query_end(&q);
}

enum err store_invoices_list(struct store *store, struct arena *arena, member_id member,
                             const char *after, unsigned limit, struct invoice **out, size_t *n,
                             const char **next)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    struct cursor from;
    limit = page_limit(limit, 50, 1000);
    enum err err = cursor_parse(after, &from);
    if (err == OK)
        err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    err = list_invoices(c, arena, member, &from, limit, &l);
    *out = l.items;
    *n = l.n < limit ? l.n : limit;
    *next =
        l.n > limit ? cursor_text(arena, (*out)[limit - 1].issued, (*out)[limit - 1].id.s) : NULL;
    return store_read_end(store, &c, err);
}
