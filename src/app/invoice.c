/* Invoices and credit notes. */
#include <string.h>

#include "app/billing_fields.h"
#include "app/commands.h"
#include "app/list.h"

const struct app_option options_invoice_list[] = {
    { "member", "EMAIL", "of this member, or the id of one who is gone", false },
    { 0 },
};

static void put_json(const struct invoice *i, struct json_writer *w)
{
    char number[INVOICE_NUMBER];
    struct money tax = i->total, credit = i->total;
    invoice_number(i, number);
    tax.minor = i->tax;
    credit.minor = i->credit;
    json_object(w, NULL);
    json_text(w, "id", i->id.s);
    json_text(w, "number", number);
    json_bool(w, "credit_note", i->is_credit_note);
    billing_put_word(w, "of", i->of.s);
    json_text(w, "member", i->member.s);
    json_text(w, "buyer", i->buyer);
    json_text(w, "seller", i->seller);
    json_instant(w, "issued", i->issued);
    billing_put_word(w, "charge", i->charge.s);
    json_text(w, "kind", charge_kind_name(i->kind));
    billing_put_word(w, "plan", i->plan);
    billing_put_word(w, "title", i->title);
    json_instant(w, "from", i->from);
    json_instant(w, "until", i->until);
    json_text(w, "territory", i->territory);
    billing_put_money(w, "total", &i->total);
    billing_put_money(w, "tax", &tax);
    json_number(w, "tax_permille", i->tax_permille);
    billing_put_money(w, "credit", &credit);
    json_end(w);
}

static void put_line(const struct invoice *i, struct buf *out)
{
    char number[INVOICE_NUMBER], when[BILLING_WHEN], total[MONEY_TEXT];
    invoice_number(i, number);
    billing_when(i->issued, when);
    money_format(&i->total, total);
    buf_printf(out, "%s  %-16s  %s  %12s  %s  %s\n", i->id.s, number, when, total,
               i->is_credit_note ? "credit note" : "invoice    ", i->buyer);
}

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    const member_id *member = context;
    struct invoice *invoices = NULL;
    size_t n = 0;
    enum err err = store_invoices_list(app->store, arena, *member, after, 200, &invoices, &n, next);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (app->is_json)
            put_json(&invoices[i], w);
        else
            put_line(&invoices[i], w->out);
    }
    return err;
}

int cmd_invoice_list(struct app *app)
{
    member_id member = { "" };
    const char *text = app_value(app, "member");
    int code = app_open(app);
    if (code == EXIT_OK && text != NULL && !billing_find_member(app, text, true, &member))
        code = EXIT_REFUSED;
    return code == EXIT_OK ? app_list(app, put_page, &member, "the invoices cannot be listed")
                           : code;
}

int cmd_invoice_show(struct app *app)
{
    struct invoice invoice;
    struct buf out;
    invoice_id id;
    if (!app_id(app, app->operands[0], "ID", id.s))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_invoice_get(app->store, app->arena, id, &invoice);
    if (err != OK)
        return app_error(app, err, id.s);
    buf_init(&out, 64 * 1024);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        put_json(&invoice, &w);
    } else {
        struct money tax = invoice.total;
        char text[MONEY_TEXT];
        tax.minor = invoice.tax;
        put_line(&invoice, &out);
        money_format(&tax, text);
        buf_printf(&out, "tax %s (%d.%d %%), %s, charge %s\n%s", text, invoice.tax_permille / 10,
                   invoice.tax_permille % 10, invoice.territory, invoice.charge.s, invoice.seller);
    }
    code = app_print(app, &out);
    buf_finish(&out);
    return code;
}
