#include "service/api/bill.h"

#include <string.h>

#include "driver/store/rentals.h"
#include "driver/store/titles.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/membership.h"
#include "service/api/route.h"

/* ---- what was bought ------------------------------------------------------------------------- */

/* A film's title in the language of the call; NULL: it is gone. */
static enum err title_name(struct api_call *call, title_id id, const char **out)
{
    struct title title;
    *out = NULL;
    enum err err = store_title_get(call->store, call->arena, id, &title);
    if (err == ERR_NOT_FOUND)
        return OK;
    if (err != OK)
        return err;
    const struct title_text *text = title_text_for(title.texts, title.n_texts, call->language);
    *out = text != NULL && text->title != NULL ? text->title : title.original_title;
    return OK;
}

static enum err plan_name(struct api_call *call, const char *territory, const char *code,
                          const char **out)
{
    const struct shelf *shelf;
    enum err err = shelf_find(call, territory, &shelf);
    if (err == OK)
        *out = shelf_name(call, shelf, code);
    return err;
}

/* The plan that a period's charge is or was for: as its invoice says, else the membership's. */
static enum err period_plan(struct api_call *call, const struct charge *charge, const char **out)
{
    struct invoice invoice;
    struct membership m;
    enum err err = store_invoice_by_charge(call->store, call->arena, charge->id, &invoice);
    if (err == OK)
        return plan_name(call, charge->territory, arena_strdup(call->arena, invoice.plan), out);
    if (err == ERR_NOT_FOUND)
        err = store_membership_get(call->store, charge->member, &m);
    if (err == ERR_NOT_FOUND) /* the account was deleted; what was charged stays */
        return OK;
    if (err != OK || m.plan[0] == 0)
        return err;
    return plan_name(call, charge->territory, arena_strdup(call->arena, m.plan), out);
}

static enum err what_of(struct api_call *call, const struct charge *charge, const char **out)
{
    struct rental rental;
    *out = NULL;
    if (charge->kind == CHARGE_PERIOD)
        return period_plan(call, charge, out);
    if (charge->kind != CHARGE_RENTAL)
        return OK;
    enum err err = store_rental_by_charge(call->store, call->arena, charge->id, &rental);
    if (err == ERR_NOT_FOUND)
        return OK;
    return err == OK ? title_name(call, rental.title, out) : err;
}

/* ---- writing --------------------------------------------------------------------------------- */

enum err bill_write_charge(struct api_call *call, const char *key, const struct charge *charge)
{
    struct json_writer *w = &call->w;
    const char *what;
    enum err err = what_of(call, charge, &what);
    if (err != OK)
        return err;
    bool failed = charge->state == CHARGE_OPEN || charge->state == CHARGE_RETURNED;
    json_object(w, key);
    json_text(w, "id", charge->id.s);
    json_text(w, "kind", charge_kind_name(charge->kind));
    json_text(w, "state", charge_state_name(charge->state));
    money_write(w, "amount", &charge->amount);
    if (charge->refunded > 0)
        money_write_minor(w, "refunded", charge->refunded, charge->amount.currency);
    json_instant(w, "created", charge->created);
    json_instant(w, "paid", charge->paid);
    json_text(w, "why", failed ? order_why(call, charge->why) : NULL);
    json_text(w, "what", what);
    if (call->route->role == API_ADMINISTRATOR) {
        json_text(w, "member", charge->member.s);
        json_text(w, "subject", charge->subject);
        json_text(w, "territory", charge->territory);
        json_text(w, "means", charge->means.s[0] != 0 ? charge->means.s : NULL);
        json_text(w, "reference", charge->reference[0] != 0 ? charge->reference : NULL);
        json_text(w, "outcome", charge->why[0] != 0 ? charge->why : NULL);
        json_number(w, "tries", charge->tries);
    }
    json_end(w);
    return OK;
}

static void write_document(struct api_call *call, const struct invoice *invoice)
{
    struct json_writer *w = &call->w;
    const char *currency = invoice->total.currency;
    json_text(w, "of", invoice->of.s[0] != 0 ? invoice->of.s : NULL);
    json_text(w, "charge", invoice->charge.s);
    json_text(w, "kind", charge_kind_name(invoice->kind));
    json_text(w, "seller", invoice->seller);
    json_text(w, "buyer", invoice->buyer);
    json_instant(w, "from", invoice->from);
    json_instant(w, "until", invoice->until);
    json_text(w, "territory", invoice->territory);
    money_write_minor(w, "net", invoice->total.minor - invoice->tax, currency);
    json_number(w, "tax_permille", invoice->tax_permille);
    money_write_minor(w, "credit", invoice->credit, currency);
}

enum err bill_write_invoice(struct api_call *call, const struct invoice *invoice, bool whole)
{
    struct json_writer *w = &call->w;
    char number[INVOICE_NUMBER];
    const char *what = invoice->title;
    enum err err = OK;
    if (invoice->kind != CHARGE_RENTAL && invoice->plan[0] != 0)
        err = plan_name(call, invoice->territory, invoice->plan, &what);
    if (err != OK)
        return err;
    invoice_number(invoice, number);
    json_object(w, NULL);
    json_text(w, "id", invoice->id.s);
    json_text(w, "number", number);
    json_bool(w, "credit_note", invoice->is_credit_note);
    json_instant(w, "issued", invoice->issued);
    money_write(w, "total", &invoice->total);
    money_write_minor(w, "tax", invoice->tax, invoice->total.currency);
    json_text(w, "what", what);
    if (whole)
        write_document(call, invoice);
    json_end(w);
    return OK;
}

enum err bill_write_rental(struct api_call *call, const char *key, const struct rental *rental)
{
    struct json_writer *w = &call->w;
    const char *name;
    enum err err = title_name(call, rental->title, &name);
    if (err != OK)
        return err;
    json_object(w, key);
    json_text(w, "id", rental->id.s);
    json_object(w, "title");
    json_text(w, "id", rental->title.s);
    json_text(w, "title", name);
    json_end(w);
    json_text(w, "playable", rental->playable.s);
    json_text(w, "state", rental_state_name(rental_state_at(rental, call->now, NULL)));
    money_write(w, "price", &rental->price);
    json_text(w, "format", rights_format_name(rental->format));
    json_instant(w, "ordered", rental->ordered);
    json_instant(w, "start_by", rental->start_by);
    json_instant(w, "started", rental->started);
    json_instant(w, "ends", rental->ends);
    json_end(w);
    return OK;
}

void bill_page_failed(struct api_call *call, enum err err, const char *doing)
{
    if (err == ERR_MALFORMED || err == ERR_ARGUMENT)
        call_problem(call, PROBLEM_VALIDATION, "after", "is no cursor of this list");
    else
        call_fail(call, err, doing);
}

/* ---- a member's own -------------------------------------------------------------------------- */

void handle_me_charges(struct api_call *call)
{
    struct charge *charges = NULL;
    size_t n = 0;
    unsigned limit;
    const char *after, *next = NULL;
    if (!call_page(call, LIMIT_PAGE, &after, &limit))
        return;
    enum err err = store_charges_list(call->store, call->arena, call->member->id,
                                      CHARGE_STATE_COUNT, after, limit, &charges, &n, &next);
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; err == OK && i < n; i++)
        err = bill_write_charge(call, NULL, &charges[i]);
    json_end(&call->w);
    json_text(&call->w, "next", next);
    json_end(&call->w);
    if (err != OK)
        bill_page_failed(call, err, "list charges");
    else
        call_answer(call, 200);
}

void handle_me_invoices(struct api_call *call)
{
    struct invoice *invoices = NULL;
    size_t n = 0;
    unsigned limit;
    const char *after, *next = NULL;
    if (!call_page(call, LIMIT_PAGE, &after, &limit))
        return;
    enum err err = store_invoices_list(call->store, call->arena, call->member->id, after, limit,
                                       &invoices, &n, &next);
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; err == OK && i < n; i++)
        err = bill_write_invoice(call, &invoices[i], false);
    json_end(&call->w);
    json_text(&call->w, "next", next);
    json_end(&call->w);
    if (err != OK)
        bill_page_failed(call, err, "list invoices");
    else
        call_answer(call, 200);
}

/* Another member's is answered like none. */
static enum err own_invoice(struct api_call *call, struct invoice *out)
{
    invoice_id id;
    memcpy(id.s, call->id, sizeof id.s);
    enum err err = store_invoice_get(call->store, call->arena, id, out);
    if (err == OK && strcmp(out->member.s, call->member->id.s) != 0)
        err = ERR_NOT_FOUND;
    return err;
}

void handle_me_invoice(struct api_call *call)
{
    struct invoice invoice;
    enum err err = own_invoice(call, &invoice);
    if (err == OK)
        err = bill_write_invoice(call, &invoice, true);
    if (err != OK)
        call_fail(call, err, "read an invoice");
    else
        call_answer(call, 200);
}

void handle_me_invoice_pdf(struct api_call *call)
{
    struct invoice invoice;
    char number[INVOICE_NUMBER];
    const void *bytes = NULL;
    size_t n = 0;
    const struct billing_ops *ops = order_ops(call);
    if (ops == NULL)
        return;
    enum err err = own_invoice(call, &invoice);
    if (err == OK)
        err = ops->invoice_pdf(ops->context, call->arena, &invoice, call->language, &bytes, &n);
    if (err != OK) {
        call_fail(call, err, "write an invoice");
        return;
    }
    invoice_number(&invoice, number);
    http_answer_header(call->answer, "Content-Disposition",
                       arena_printf(call->arena, "inline; filename=\"%s.pdf\"", number));
    call->answer->status = 200;
    call->answer->source = HTTP_BYTES;
    call->answer->content_type = "application/pdf";
    call->answer->bytes = bytes;
    call->answer->size = n;
}
