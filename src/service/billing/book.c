/* What is booked and what is written on paper: entries, invoices, credit notes. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "service/billing/inside.h"

static const char *revenue_of(enum charge_kind kind)
{
    static const char *const names[CHARGE_KIND_COUNT] = {
        [CHARGE_PERIOD] = "revenue:subscription",
        [CHARGE_RENTAL] = "revenue:rental",
        [CHARGE_GIFT] = "revenue:gift",
    };
    return names[kind];
}

/* The tax in what was collected: that of the whole price without that of what credit paid, so that
 * the parts add up to the invoice. */
static int64_t tax_of_amount(const struct charge *c)
{
    return tax_contained(c->amount.minor + c->credit, c->tax_permille) -
           tax_contained(c->credit, c->tax_permille);
}

/* The tax in the first `minor` of it that goes back: what is given back in parts adds up. */
static int64_t tax_given_back(const struct charge *c, int64_t minor)
{
    return minor == c->amount.minor ? tax_of_amount(c) : tax_contained(minor, c->tax_permille);
}

/* minor of a sale with this tax in it: revenue and tax, as credits; the debit is the caller's. */
static enum err post_sale(struct ledger_entry *e, const struct charge *c, int64_t minor,
                          int64_t tax)
{
    enum err err = ledger_post(e, -(minor - tax), "%s:%s", revenue_of(c->kind), c->territory);
    return err == OK ? ledger_post(e, -tax, "tax:%s", c->territory) : err;
}

static struct ledger_entry entry_of(enum ledger_kind kind, const char *key, const struct charge *c,
                                    utc_time now)
{
    struct ledger_entry e = ledger_entry_of(kind, key, now, c->amount.currency);
    memcpy(e.member, c->member.s, sizeof e.member);
    memcpy(e.subject, c->id.s, sizeof e.subject);
    return e;
}

/* "charge ID", and of the second time on "charge ID 2": tries number what is collected anew. */
static void key_of(const char *word, const struct charge *c, bool is_numbered, char out[LEDGER_KEY])
{
    if (is_numbered)
        snprintf(out, LEDGER_KEY, "%s %s %u", word, c->id.s, c->tries);
    else
        snprintf(out, LEDGER_KEY, "%s %s", word, c->id.s);
}

enum err billing_entry_sold(const struct charge *c, enum means_kind means, bool is_again,
                            utc_time now, struct ledger_entry *out)
{
    const char *where = c->state == CHARGE_PENDING ? "receivable" : "cash";
    char key[LEDGER_KEY];
    key_of("charge", c, is_again, key);
    *out = entry_of(LEDGER_CHARGE, key, c, now);
    enum err err = ledger_post(out, c->amount.minor, "%s:%s", where, means_kind_name(means));
    if (err == OK)
        err = post_sale(out, c, c->amount.minor, tax_of_amount(c));
    if (err != OK || is_again || c->credit == 0)
        return err;
    err = ledger_post(out, c->credit, "credit:members");
    return err == OK ? post_sale(out, c, c->credit, tax_contained(c->credit, c->tax_permille))
                     : err;
}

enum err billing_entry_settled(const struct charge *c, enum means_kind means, utc_time now,
                               struct ledger_entry *out)
{
    char key[LEDGER_KEY];
    key_of("settle", c, c->tries > 1, key);
    *out = entry_of(LEDGER_SETTLE, key, c, now);
    enum err err = ledger_post(out, c->amount.minor, "cash:%s", means_kind_name(means));
    return err == OK ? ledger_post(out, -c->amount.minor, "receivable:%s", means_kind_name(means))
                     : err;
}

/* What had been given back already is given twice now, and lost. */
enum err billing_entry_returned(const struct charge *c, enum means_kind means, bool was_pending,
                                utc_time now, struct ledger_entry *out)
{
    int64_t minor = c->amount.minor - c->refunded;
    int64_t tax = tax_given_back(c, c->amount.minor) - tax_given_back(c, c->refunded);
    char key[LEDGER_KEY];
    key_of("return", c, true, key);
    *out = entry_of(LEDGER_RETURN, key, c, now);
    enum err err = ledger_post(out, -c->amount.minor, "%s:%s", was_pending ? "receivable" : "cash",
                               means_kind_name(means));
    if (err == OK)
        err = post_sale(out, c, -minor, -tax);
    return err == OK ? ledger_post(out, c->refunded, "loss:members") : err;
}

enum err billing_entry_refunded(const struct charge *c, enum means_kind means, int64_t minor,
                                const char *key, utc_time now, struct ledger_entry *out)
{
    char text[LEDGER_KEY];
    int64_t tax = tax_given_back(c, c->refunded + minor) - tax_given_back(c, c->refunded);
    snprintf(text, sizeof text, "refund %s", key);
    *out = entry_of(LEDGER_REFUND, text, c, now);
    enum err err = ledger_post(out, -minor, "cash:%s", means_kind_name(means));
    return err == OK ? post_sale(out, c, -minor, -tax) : err;
}

/* ---- invoices -------------------------------------------------------------------------------- */

void billing_invoice_of(struct billing *b, const struct zone *zone, const struct charge *c,
                        const char *buyer, utc_time now, struct invoice *out)
{
    *out = (struct invoice){ .member = c->member,
                             .buyer = buyer != NULL ? buyer : "",
                             .seller = b->params.seller,
                             .issued = now,
                             .charge = c->id,
                             .kind = c->kind,
                             .total = c->amount,
                             .tax_permille = c->tax_permille,
                             .credit = c->credit };
    out->total.minor += c->credit;
    out->tax = tax_contained(out->total.minor, c->tax_permille);
    memcpy(out->territory, c->territory, sizeof out->territory);
    invoice_series(out->territory, zone, now, out->series);
}

enum err billing_invoice_find(struct billing *b, struct arena *arena, const struct charge *c,
                              struct invoice *out)
{
    enum { PAGE = 100 };
    const char *after = NULL;
    do {
        struct invoice *invoices;
        size_t n;
        enum err err = store_invoices_list(b->params.store, arena, c->member, after, PAGE,
                                           &invoices, &n, &after);
        if (err != OK)
            return err;
        for (size_t i = 0; i < n; i++) {
            if (!invoices[i].is_credit_note && strcmp(invoices[i].charge.s, c->id.s) == 0) {
                *out = invoices[i];
                return OK;
            }
        }
    } while (after != NULL);
    return ERR_NOT_FOUND;
}

struct invoice billing_credit_note(struct billing *b, const struct zone *zone,
                                   const struct invoice *of, int64_t minor, utc_time now)
{
    struct invoice note = *of;
    note.id.s[0] = 0;
    note.is_credit_note = true;
    note.of = of->id;
    note.number = 0;
    note.seller = b->params.seller;
    note.issued = now;
    note.total.minor = minor;
    note.tax = tax_contained(minor, of->tax_permille);
    note.credit = 0;
    invoice_series(note.territory, zone, now, note.series);
    return note;
}
