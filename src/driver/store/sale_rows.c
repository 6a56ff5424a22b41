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

/* Mostly as in the invoice before. */
static enum err buyer_number(struct connection *c, const char *text, struct membership_tail *tail)
{
    bool is_same = false;
    struct query q = query_of(c, "SELECT 1 FROM buyer WHERE number = ?1 AND text = ?2");
    query_number(&q, 1, tail->buyer);
    query_text(&q, 2, text);
    is_same = query_next(&q);
    enum err err = query_end(&q);
    if (err != OK || is_same)
        return err;
    q = query_of(c, "INSERT INTO buyer (text) VALUES (?1)");
    query_text(&q, 1, text);
    err = query_run(&q, NULL);
    tail->buyer = connection_new_number(c);
    return err;
}

/* What of it is as in the charge is left NULL. */
static void bind_amounts(struct query *q, const struct invoice *i, const struct charge *c)
{
    query_number(q, 11, i->from.us - i->issued.us);
    query_number(q, 12, i->until.us - i->from.us);
    query_number(q, 13, i->tax);
    if (i->kind != c->kind)
        query_number(q, 14, i->kind);
    if (strcmp(i->territory, c->territory) != 0)
        query_text(q, 15, i->territory);
    if (i->total.minor != c->amount.minor + c->credit)
        query_number(q, 16, i->total.minor);
    if (strcmp(i->total.currency, c->amount.currency) != 0)
        query_text(q, 17, i->total.currency);
    if (i->tax_permille != c->tax_permille)
        query_number(q, 18, i->tax_permille);
    if (i->credit != c->credit)
        query_number(q, 19, i->credit);
}

/* With no charge it has nothing in common with any. */
static enum err find_charge(struct connection *c, const struct invoice *i, struct sale_charge *out)
{
    static const struct charge none = { .kind = CHARGE_KIND_COUNT,
                                        .tax_permille = -1,
                                        .credit = -1 };
    struct query q = query_of(c, "SELECT " CHARGE_COLUMNS ", c.number FROM charge c"
                                 " WHERE c.number = " CHARGE_NUMBER_OF("?1"));
    QUERY_ID(&q, 1, i->charge.s);
    *out = (struct sale_charge){ .charge = none };
    if (i->charge.s[0] != 0 && query_next(&q)) {
        charge_read(&q, &out->charge);
        out->number = row_number(&q, CHARGE_COLUMN_COUNT);
    }
    return query_end(&q);
}

static enum err write_invoice(struct connection *c, const struct invoice *i, int64_t numbers[6],
                              const struct sale_charge *of_charge)
{
    struct packed of = id_pack(i->of.s);
    struct query q = query_of(
        c, "INSERT INTO invoice (number, before, is_credit_note, of, membership, buyer, seller,"
           " issued, charge, plan, from_at, until_at, tax, kind, territory, total, currency,"
           " tax_permille, credit, title) VALUES (?1, ?2, ?3, made_number(2, ?4), ?5, ?6, ?7, ?8,"
           " ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)");
    query_number(&q, 1, numbers[0]);
    query_optional(&q, 2, numbers[1]);
    query_number(&q, 3, i->is_credit_note);
    if (i->of.s[0] != 0)
        query_blob(&q, 4, of.bytes, of.n);
    query_number(&q, 5, numbers[2]);
    query_number(&q, 6, numbers[3]);
    query_number(&q, 7, numbers[4]);
    query_number(&q, 8, i->issued.us - of_charge->charge.created.us);
    query_optional(&q, 9, of_charge->number);
    query_optional(&q, 10, numbers[5]);
    bind_amounts(&q, i, &of_charge->charge);
    query_text(&q, 20, i->title);
    return query_run(&q, NULL);
}

enum err invoice_insert(struct connection *c, struct sale_memo *memo, int64_t membership,
                        struct invoice *i, struct membership_tail *tail)
{
    int64_t seller = 0, plan = 0;
    uint8_t id[ID_BYTES];
    struct sale_charge found;
    const struct sale_charge *charge = &memo->charge;
    enum err err = seller_number(c, memo, i->seller == NULL ? "" : i->seller, &seller);
    if (err == OK)
        err = plan_number(c, &memo->plan, i->plan, &plan);
    if (err == OK)
        err = buyer_number(c, i->buyer == NULL ? "" : i->buyer, tail);
    if (err == OK && (charge->number == 0 || strcmp(charge->charge.id.s, i->charge.s) != 0))
        err = find_charge(c, i, &found);
    if (charge->number == 0 || strcmp(charge->charge.id.s, i->charge.s) != 0)
        charge = &found;
    if (err == OK)
        err = next_number(c, memo, i->series, &i->number);
    if (err != OK)
        return err;
    int64_t number = INVOICE_AT(memo->series_number, i->number);
    int64_t before = tail->invoice != 0 ? number - tail->invoice : 0;
    int64_t numbers[] = { number, before, membership, tail->buyer, seller, plan };
    err = write_invoice(c, i, numbers, charge);
    if (err == OK)
        err = connection_made_id(c, MADE_OF_INVOICE, number, id);
    if (err != OK)
        return err;
    id_unpack(id, sizeof id, i->id.s);
    tail->invoice = number;
    return OK;
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
           " VALUES (?1, ?2, ?3, ?4, " CHARGE_NUMBER_OF(
               "?5") ", ?6, ?7, ?8, ?9,"
                     " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
                     " ON CONFLICT (id) DO UPDATE SET charge = excluded.charge, bought = "
                     "excluded.bought,"
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
