/* An invoice or credit note as a page for people. It is made anew from its row each time it is
 * asked for; the row never changes. */
#include <string.h>

#include "base/say.h"
#include "driver/print/print.h"
#include "service/billing/inside.h"

enum { LINES_MAX = 40, PDF_MAX = 4 * 1024 * 1024 };

/* What is written, in one language. */
struct words {
    const char *invoice, *credit_note, *about, *issued, *seller, *buyer, *what, *total;
    const char *of_which_credit, *paid, *given_back, *contained, *from, *until, *rental, *gift;
};

static const struct words english = { "Invoice",   "Credit note", "about invoice",
                                      "Issued on", "Seller",      "Buyer",
                                      "What",      "Total",       "Paid from your credit",
                                      "Paid",      "Given back",  "Tax contained",
                                      "from",      "until",       "Rental",
                                      "Gift" };
static const struct words french = { "Facture",     "Avoir",     "sur la facture",
                                     "Émise le",    "Vendeur",   "Client",
                                     "Désignation", "Total TTC", "Payé par votre avoir",
                                     "Payé",        "Remboursé", "TVA comprise",
                                     "du",          "au",        "Location",
                                     "Cadeau" };

struct sheet {
    struct arena *arena;
    const struct invoice *invoice;
    const struct words *words;
    bool is_french;
    const struct zone *zone;
    size_t n;
    struct print_line lines[LINES_MAX];
};

static void add(struct sheet *s, enum print_style style, const char *one, const char *two)
{
    if (s->n < LINES_MAX)
        s->lines[s->n++] = (struct print_line){ style, { one, two } };
}

static const char *amount(struct sheet *s, int64_t minor)
{
    char text[SAY_TEXT];
    struct money m = s->invoice->total;
    m.minor = minor;
    say_money(&m, s->is_french, text);
    return arena_strdup(s->arena, text);
}

static const char *day(struct sheet *s, utc_time t)
{
    char text[SAY_TEXT];
    say_day_at(t, s->zone, s->is_french, text);
    return arena_strdup(s->arena, text);
}

/* Each part of the seller's lines, which are parted by '|' or newlines. */
static void add_seller(struct sheet *s)
{
    char *rest = arena_strdup(s->arena, s->invoice->seller != NULL ? s->invoice->seller : "");
    while (*rest != 0) {
        size_t n = strcspn(rest, "|\n");
        bool is_last = rest[n] == 0;
        rest[n] = 0;
        add(s, PRINT_TEXT, rest + strspn(rest, " "), NULL);
        rest += is_last ? n : n + 1;
    }
}

static const char *subject(struct sheet *s, const struct billing_facts *facts)
{
    const struct invoice *i = s->invoice;
    const struct plan *plan = billing_plan(facts, i->plan);
    if (i->kind == CHARGE_RENTAL)
        return arena_printf(s->arena, "%s: %s", s->words->rental, i->title != NULL ? i->title : "");
    const char *name = plan == NULL ? i->plan : s->is_french ? plan->name_fr : plan->name_en;
    return i->kind == CHARGE_GIFT ? arena_printf(s->arena, "%s: %s", s->words->gift, name) : name;
}

static void add_head(struct sheet *s, const char *number, const char *about)
{
    const struct words *w = s->words;
    const struct invoice *i = s->invoice;
    add(s, PRINT_HEADING,
        arena_printf(s->arena, "%s %s", i->is_credit_note ? w->credit_note : w->invoice, number),
        NULL);
    if (about != NULL)
        add(s, PRINT_TEXT, arena_printf(s->arena, "%s %s", w->about, about), NULL);
    add(s, PRINT_TEXT, arena_printf(s->arena, "%s %s", w->issued, day(s, i->issued)), NULL);
    add(s, PRINT_SPACE, NULL, NULL);
    add(s, PRINT_STRONG, w->seller, NULL);
    add_seller(s);
    add(s, PRINT_SPACE, NULL, NULL);
    add(s, PRINT_STRONG, w->buyer, NULL);
    add(s, PRINT_TEXT, i->buyer != NULL ? i->buyer : "", NULL);
    add(s, PRINT_SPACE, NULL, NULL);
}

static void add_amounts(struct sheet *s, const struct billing_facts *facts)
{
    const struct words *w = s->words;
    const struct invoice *i = s->invoice;
    add(s, PRINT_STRONG, w->what, w->total);
    add(s, PRINT_RULE, NULL, NULL);
    add(s, PRINT_TEXT, subject(s, facts), amount(s, i->total.minor));
    if (i->from.us != 0 && i->until.us > i->from.us)
        add(s, PRINT_SMALL,
            arena_printf(s->arena, "%s %s %s %s", w->from, day(s, i->from), w->until,
                         day(s, i->until)),
            NULL);
    add(s, PRINT_RULE, NULL, NULL);
    if (i->tax_permille > 0)
        add(s, PRINT_TEXT,
            arena_printf(s->arena, "%s (%d%c%d %%)", w->contained, i->tax_permille / 10,
                         s->is_french ? ',' : '.', i->tax_permille % 10),
            amount(s, i->tax));
    if (i->credit != 0)
        add(s, PRINT_TEXT, w->of_which_credit, amount(s, i->credit));
    add(s, PRINT_STRONG, i->is_credit_note ? w->given_back : w->paid,
        amount(s, i->total.minor - i->credit));
}

/* The number of the invoice that a credit note is about; NULL: it is about none. */
static enum err find_about(struct billing *b, struct sheet *s, const char **out)
{
    struct invoice of;
    char number[INVOICE_NUMBER];
    *out = NULL;
    if (s->invoice->of.s[0] == 0)
        return OK;
    enum err err = store_invoice_get(b->params.store, s->arena, s->invoice->of, &of);
    if (err != OK)
        return err;
    invoice_number(&of, number);
    *out = arena_strdup(s->arena, number);
    return OK;
}

static enum err print(struct sheet *s, const char *number, const char *author, const void **bytes,
                      size_t *n)
{
    struct buf out;
    buf_init(&out, PDF_MAX);
    enum err err = print_pdf(&(struct print_document){ .title = number,
                                                       .author = author,
                                                       .language = s->is_french ? "fr" : "en",
                                                       .written = s->invoice->issued,
                                                       .foot = number,
                                                       .n = s->n,
                                                       .lines = s->lines },
                             &out);
    if (err == OK) {
        *bytes = memcpy(arena_alloc(s->arena, out.size), out.data, out.size);
        *n = out.size;
    }
    buf_finish(&out);
    return err;
}

enum err billing_invoice_pdf(struct billing *b, struct arena *arena, const struct invoice *invoice,
                             const char *language, const void **bytes, size_t *n)
{
    struct billing_facts facts;
    char number[INVOICE_NUMBER];
    const char *about = NULL;
    struct sheet s = { .arena = arena, .invoice = invoice, .is_french = say_is_french(language) };
    enum err err = billing_facts_read(b, arena, &facts);
    if (err == OK)
        err = find_about(b, &s, &about);
    if (err != OK)
        return err;
    s.words = s.is_french ? &french : &english;
    s.zone = billing_zone(&facts, arena, invoice->territory);
    invoice_number(invoice, number);
    add_head(&s, number, about);
    add_amounts(&s, &facts);
    return print(&s, number, b->params.service_name, bytes, n);
}
