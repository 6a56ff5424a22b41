#include "driver/store/sale_rows.h"

#include <string.h>

#include "base/text.h"
#include "driver/store/billing_pack.h"

static enum err first_number(struct query *q, int64_t *out)
{
    enum err err = query_first(q);
    if (err == OK)
        *out = row_number(q, 0);
    enum err ended = query_end(q);
    return err == OK ? ended : err;
}

/* ---- invoices -------------------------------------------------------------------------------- */

static enum err find_seller(struct connection *c, const char *text, int64_t *number)
{
    struct query q = query_of(c, "SELECT number FROM seller WHERE text = ?1");
    query_text(&q, 1, text);
    enum err err = first_number(&q, number);
    if (err != ERR_NOT_FOUND)
        return err;
    q = query_of(c, "INSERT INTO seller (text) VALUES (?1)");
    query_text(&q, 1, text);
    err = query_run(&q, NULL);
    *number = connection_new_number(c);
    return err;
}

static enum err seller_number(struct connection *c, struct sale_memo *memo, const char *text,
                              int64_t *number)
{
    *number = memo->seller_number;
    if (memo->seller_number != 0 && strcmp(memo->seller, text) == 0)
        return OK;
    enum err err = find_seller(c, text, number);
    memo->seller_number =
        err == OK && text_copy(memo->seller, sizeof memo->seller, text) ? *number : 0;
    return err;
}

enum err invoice_series_write(struct connection *c, struct sale_memo *memo)
{
    if (!memo->is_series_moved)
        return OK;
    memo->is_series_moved = false;
    struct query q = query_of(c, "UPDATE invoice_series SET last = ?2 WHERE number = ?1");
    query_number(&q, 1, memo->series_number);
    query_number(&q, 2, memo->last);
    return query_run_one(&q);
}

static enum err find_series(struct connection *c, const char *name, struct sale_memo *memo)
{
    struct query q = query_of(c, "SELECT number, last FROM invoice_series WHERE name = ?1");
    query_text(&q, 1, name);
    enum err err = query_first(&q);
    if (err == OK) {
        memo->series_number = row_number(&q, 0);
        memo->last = row_number(&q, 1);
    }
    enum err ended = query_end(&q);
    if (err != ERR_NOT_FOUND)
        return err == OK ? ended : err;
    q = query_of(c, "INSERT INTO invoice_series (name, last) VALUES (?1, 0)");
    query_text(&q, 1, name);
    err = query_run(&q, NULL);
    memo->series_number = connection_new_number(c);
    memo->last = 0;
    return err;
}

/* The series counts on in the same transaction as the invoice that gets the number, so none is
 * missing whatever happens. */
static enum err next_number(struct connection *c, struct sale_memo *memo, const char *name,
                            int64_t *number)
{
    enum err err = OK;
    if (memo->series_number == 0 || strcmp(memo->series, name) != 0) {
        err = invoice_series_write(c, memo);
        if (err == OK)
            err = find_series(c, name, memo);
        if (err == OK && !text_copy(memo->series, sizeof memo->series, name))
            err = ERR_ARGUMENT;
    }
    if (err != OK)
        return err;
    *number = ++memo->last;
    memo->is_series_moved = true;
    return OK;
}

static void bind_amounts(struct query *q, const struct invoice *i)
{
    query_number(q, 13, i->from.us - i->issued.us);
    query_number(q, 14, i->until.us - i->from.us);
    query_text(q, 15, i->territory);
    query_number(q, 16, i->total.minor);
    query_text(q, 17, i->total.currency);
    query_number(q, 18, i->tax);
    query_number(q, 19, i->tax_permille);
    query_number(q, 20, i->credit);
}

enum err invoice_insert(struct connection *c, struct sale_memo *memo, int64_t membership,
                        struct invoice *i, struct membership_tail *tail)
{
    int64_t seller = 0, plan = 0;
    enum err err = seller_number(c, memo, i->seller == NULL ? "" : i->seller, &seller);
    if (err == OK)
        err = plan_number(c, &memo->plan, i->plan, &plan);
    if (err == OK)
        err = next_number(c, memo, i->series, &i->number);
    if (err != OK)
        return err;
    struct packed of = id_pack(i->of.s), charge = id_pack(i->charge.s);
    struct query q = query_of(
        c, "INSERT INTO invoice (number, id, before, is_credit_note, of, membership, buyer, seller,"
           " issued, charge, kind, plan, from_at, until_at, territory, total, currency, tax,"
           " tax_permille, credit, title) VALUES (?1, ?2, ?3, ?4,"
           " (SELECT o.number FROM invoice o WHERE o.id = ?5), ?6, ?7, ?8, ?9,"
           " (SELECT a.number FROM charge a WHERE a.id = ?10), ?11, ?12, ?13, ?14, ?15, ?16, ?17,"
           " ?18, ?19, ?20, ?21)");
    query_number(&q, 1, INVOICE_AT(memo->series_number, i->number));
    QUERY_ID(&q, 2, i->id.s);
    query_optional(&q, 3, tail->invoice);
    query_number(&q, 4, i->is_credit_note);
    if (i->of.s[0] != 0)
        query_blob(&q, 5, of.bytes, of.n);
    query_number(&q, 6, membership);
    query_text(&q, 7, i->buyer == NULL ? "" : i->buyer);
    query_number(&q, 8, seller);
    query_number(&q, 9, i->issued.us);
    if (i->charge.s[0] != 0)
        query_blob(&q, 10, charge.bytes, charge.n);
    query_number(&q, 11, i->kind);
    query_optional(&q, 12, plan);
    bind_amounts(&q, i);
    query_text(&q, 21, i->title);
    err = query_run(&q, NULL);
    if (err == OK)
        tail->invoice = INVOICE_AT(memo->series_number, i->number);
    return err;
}

/* ---- gifts ----------------------------------------------------------------------------------- */

static enum err redeem(struct connection *c, const struct gift *g)
{
    int64_t member = 0;
    enum err err = membership_need(c, g->redeemed_by.s, NULL, &member);
    if (err != OK)
        return err;
    struct query q = query_of(c, "UPDATE gift SET redeemed_by = ?2, redeemed = ?3"
                                 " WHERE id = ?1 AND redeemed_by IS NULL");
    QUERY_ID(&q, 1, g->id.s);
    query_number(&q, 2, member);
    query_number(&q, 3, g->redeemed.us);
    err = query_run_one(&q);
    return err == ERR_NOT_FOUND ? ERR_STATE : err;
}

enum err gift_write(struct connection *c, const struct gift *g)
{
    int64_t plan = 0;
    if (g->redeemed_by.s[0] != 0)
        return redeem(c, g);
    enum err err = plan_number(c, NULL, g->plan, &plan);
    if (err != OK)
        return err;
    struct query q = query_of(c, "INSERT INTO gift (id, digest, plan, months, paid, currency,"
                                 " territory, tax_permille, created, expires, redeemed)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)");
    QUERY_ID(&q, 1, g->id.s);
    query_blob(&q, 2, g->digest, sizeof g->digest);
    query_number(&q, 3, plan);
    query_number(&q, 4, g->months);
    query_number(&q, 5, g->paid.minor);
    query_text(&q, 6, g->paid.currency);
    query_text(&q, 7, g->territory);
    query_number(&q, 8, g->tax_permille);
    query_number(&q, 9, g->created.us);
    query_number(&q, 10, g->expires.us);
    return query_run(&q, NULL);
}

/* ---- rentals --------------------------------------------------------------------------------- */

enum err rental_write(struct connection *c, int64_t membership, const struct rental *r)
{
    struct query q = query_of(
        c, "INSERT INTO rental (id, membership, title, playable, charge, price, currency,"
           " territory, format, avail, studio, ordered, bought, start_by, watch_us, started, ends)"
           " VALUES (?1, ?2, ?3, ?4, (SELECT number FROM charge WHERE id = ?5), ?6, ?7, ?8, ?9,"
           " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
           " ON CONFLICT (id) DO UPDATE SET charge = excluded.charge, bought = excluded.bought,"
           " start_by = excluded.start_by, watch_us = excluded.watch_us,"
           /* one that was started meanwhile stays so */
           " started = max(started, excluded.started),"
           " ends = CASE excluded.ends WHEN 0 THEN ends ELSE excluded.ends END");
    QUERY_ID(&q, 1, r->id.s);
    query_number(&q, 2, membership);
    query_text(&q, 3, r->title.s);
    query_text(&q, 4, r->playable.s);
    QUERY_ID(&q, 5, r->charge.s);
    query_number(&q, 6, r->price.minor);
    query_text(&q, 7, r->price.currency);
    query_text(&q, 8, r->territory);
    query_number(&q, 9, r->format);
    query_text(&q, 10, r->right == NULL ? "" : r->right);
    query_text(&q, 11, r->studio == NULL ? "" : r->studio);
    query_number(&q, 12, r->ordered.us);
    query_number(&q, 13, r->bought.us);
    query_number(&q, 14, r->start_by.us);
    query_number(&q, 15, r->watch_us);
    query_number(&q, 16, r->started.us);
    query_number(&q, 17, r->ends.us);
    return query_run(&q, NULL);
}
