/* The ledger: checked, listed, added up, and what is paid out or comes in by the house's bank. */
#include <inttypes.h>
#include <string.h>

#include "app/billing_fields.h"
#include "app/commands.h"
#include "app/list.h"
#include "base/clock.h"
#include "base/text.h"

const struct app_option options_ledger_list[] = {
    { "account", "NAME", "that begin so: revenue, tax:FR", false },
    { "member", "EMAIL", "of this member, or the id of one who is gone", false },
    { "from", "INSTANT", "from then on: a day of UTC or RFC 3339", false },
    { "until", "INSTANT", "before that", false },
    { 0 },
};
const struct app_option options_ledger_balances[] = {
    { "account", "NAME", "that begin so: revenue, tax:FR", false },
    { "until", "INSTANT", "entries before that: a day of UTC or RFC 3339", false },
    { 0 },
};
const struct app_option options_ledger_payout[] = {
    { "to", "ACCOUNT", "payable:studio:ID, payable:partner:ID, tax:CC, or receivable:partner:ID",
      false },
    { "amount", "AMOUNT", "how much: 1250.00", false },
    { "currency", "CODE", "ISO 4217", false },
    { "reference", "TEXT", "of the transfer; it is booked once under it", false },
    { 0 },
};

enum { OUT_MAX = 1024 * 1024 * 1024, PAGE = 500, REFERENCE_MAX = 60 };

/* ---- check ----------------------------------------------------------------------------------- */

static bool is_balanced(const struct store_ledger_check *c)
{
    bool is_zero = c->first_broken == 0;
    for (size_t i = 0; i < c->n_currencies; i++)
        is_zero = is_zero && c->totals[i].minor == 0;
    return is_zero;
}

static bool is_sound(const struct store_ledger_check *c)
{
    return is_balanced(c) && c->gaps == 0 && c->doubles == 0 && c->n_problems == 0;
}

static void put_check(const struct store_ledger_check *c, struct json_writer *w)
{
    json_object(w, NULL);
    json_bool(w, "balanced", is_balanced(c));
    json_object(w, "currencies");
    for (size_t i = 0; i < c->n_currencies; i++)
        json_number(w, c->totals[i].currency, c->totals[i].minor);
    json_end(w);
    json_number(w, "entries", c->entries);
    if (c->first_broken > 0)
        json_number(w, "first_broken", c->first_broken);
    else
        json_null(w, "first_broken");
    json_number(w, "gaps", c->gaps);
    json_number(w, "doubles", c->doubles);
    json_array(w, "problems");
    for (size_t i = 0; i < c->n_problems; i++)
        json_text(w, NULL, c->problems[i]);
    json_end(w);
    json_end(w);
}

static void put_check_lines(const struct store_ledger_check *c, struct buf *out)
{
    buf_printf(out, "%s: %" PRId64 " entries, %zu currencies", is_sound(c) ? "sound" : "NOT SOUND",
               c->entries, c->n_currencies);
    for (size_t i = 0; i < c->n_currencies; i++) {
        char text[MONEY_TEXT];
        money_format(&c->totals[i], text);
        if (c->totals[i].minor != 0)
            buf_printf(out, "\nthe sum is %s instead of 0", text);
    }
    if (c->first_broken > 0)
        buf_printf(out, "\nentry %" PRId64 " is not as it was written", c->first_broken);
    if (c->gaps > 0)
        buf_printf(out, "\n%" PRId64 " numbers of invoices are missing", c->gaps);
    if (c->doubles > 0)
        buf_printf(out, "\n%" PRId64 " things are paid twice", c->doubles);
    for (size_t i = 0; i < c->n_problems; i++)
        buf_printf(out, "\n%s", c->problems[i]);
}

int cmd_ledger_check(struct app *app)
{
    struct store_ledger_check check = { 0 };
    struct buf out;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_ledger_check(app->store, app->arena, &check);
    if (err != OK)
        return app_error(app, err, "the ledger cannot be read");
    buf_init(&out, OUT_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json)
        put_check(&check, &w);
    else
        put_check_lines(&check, &out);
    code = app_print(app, &out);
    buf_finish(&out);
    return code != EXIT_OK ? code : is_sound(&check) ? EXIT_OK : EXIT_REFUSED;
}

/* ---- list ------------------------------------------------------------------------------------ */

static void put_entry(const struct store_ledger_row *row, struct json_writer *w)
{
    const struct ledger_entry *e = &row->entry;
    json_object(w, NULL);
    json_number(w, "seq", row->seq);
    json_text(w, "key", e->key);
    json_text(w, "kind", ledger_kind_name(e->kind));
    json_instant(w, "at", e->at);
    json_text(w, "currency", e->currency);
    billing_put_word(w, "member", e->member);
    billing_put_word(w, "subject", e->subject);
    json_array(w, "postings");
    for (size_t i = 0; i < e->n; i++) {
        struct money m = { .minor = e->postings[i].minor };
        char text[MONEY_TEXT];
        memcpy(m.currency, e->currency, sizeof m.currency);
        money_format_amount(&m, text);
        json_object(w, NULL);
        json_text(w, "account", e->postings[i].account);
        json_text(w, "amount", text);
        json_end(w);
    }
    json_end(w);
    json_end(w);
}

static void put_entry_lines(const struct store_ledger_row *row, struct buf *out)
{
    const struct ledger_entry *e = &row->entry;
    char when[BILLING_WHEN];
    billing_when(e->at, when);
    buf_printf(out, "%" PRId64 "  %s  %-7s  %s\n", row->seq, when, ledger_kind_name(e->kind),
               e->key);
    for (size_t i = 0; i < e->n; i++) {
        struct money m = { .minor = e->postings[i].minor };
        char text[MONEY_TEXT];
        memcpy(m.currency, e->currency, sizeof m.currency);
        money_format(&m, text);
        buf_printf(out, "    %16s  %s\n", text, e->postings[i].account);
    }
}

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    struct store_ledger_filter *filter = context;
    struct store_ledger_row *rows = NULL;
    size_t n = 0;
    (void)after; /* the filter has it as a number */
    enum err err = store_ledger_list(app->store, arena, filter, &rows, &n);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (app->is_json)
            put_entry(&rows[i], w);
        else
            put_entry_lines(&rows[i], w->out);
    }
    if (err == OK && n > 0)
        filter->after = rows[n - 1].seq;
    *next = err == OK && n == filter->limit ? "more" : NULL;
    return err;
}

/* Opens the installation; 0: filter has what the options say. */
static int read_filter(struct app *app, struct store_ledger_filter *filter, member_id *member)
{
    *filter = (struct store_ledger_filter){ .account = app_value(app, "account"), .limit = PAGE };
    if (!billing_instant(app, "from", &filter->from) ||
        !billing_instant(app, "until", &filter->until))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK || app_value(app, "member") == NULL)
        return code;
    if (!billing_find_member(app, app_value(app, "member"), true, member))
        return EXIT_REFUSED;
    filter->member = member->s;
    return EXIT_OK;
}

int cmd_ledger_list(struct app *app)
{
    struct store_ledger_filter filter;
    member_id member;
    int code = read_filter(app, &filter, &member);
    return code == EXIT_OK ? app_list(app, put_page, &filter, "the ledger cannot be listed") : code;
}

int cmd_ledger_balances(struct app *app)
{
    struct store_balance *balances = NULL;
    struct buf out;
    size_t n = 0;
    utc_time until = { INT64_MAX };
    const char *account = app_value(app, "account") != NULL ? app_value(app, "account") : "";
    if (!billing_instant(app, "until", &until))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_ledger_balances(app->store, app->arena, until, &balances, &n);
    buf_init(&out, OUT_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_array(&w, "items");
    }
    for (size_t i = 0; err == OK && i < n; i++) {
        struct money m = { .minor = balances[i].minor };
        char text[MONEY_TEXT];
        if (strncmp(balances[i].account, account, strlen(account)) != 0)
            continue;
        memcpy(m.currency, balances[i].currency, sizeof m.currency);
        money_format(&m, text);
        if (!app->is_json) {
            buf_printf(&out, "%20s  %s\n", text, balances[i].account);
            continue;
        }
        json_object(&w, NULL);
        json_text(&w, "account", balances[i].account);
        billing_put_money(&w, "balance", &m);
        json_end(&w);
    }
    if (app->is_json) {
        json_end(&w);
        json_end(&w);
        buf_text(&out, "\n");
    }
    code = app_print_list(app, err, &out, "the ledger cannot be added up");
    buf_finish(&out);
    return code;
}

/* ---- payout ---------------------------------------------------------------------------------- */

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* What is owed is paid from the bank; what is owed to the house comes in there. */
static enum err make_payout(const char *to, const struct money *amount, const char *reference,
                            struct arena *arena, struct ledger_entry *out)
{
    bool comes_in = begins(to, "receivable:");
    const char *key = arena_printf(arena, "%s %s", comes_in ? "receipt" : "payout", reference);
    *out = ledger_entry_of(comes_in ? LEDGER_RECEIPT : LEDGER_PAYOUT, key, clock_now(),
                           amount->currency);
    const char *id = strrchr(to, ':') + 1;
    if (strlen(id) < sizeof out->subject && !begins(to, "tax:"))
        memcpy(out->subject, id, strlen(id) + 1);
    int64_t minor = comes_in ? -amount->minor : amount->minor;
    enum err err = ledger_post(out, minor, "%s", to);
    return err == OK ? ledger_post(out, -minor, "cash:bank") : err;
}

static bool is_payable(const char *to)
{
    static const char *const begin[] = { "payable:studio:", "payable:partner:",
                                         "receivable:partner:", "tax:" };
    for (size_t i = 0; i < sizeof begin / sizeof begin[0]; i++) {
        if (to != NULL && begins(to, begin[i]))
            return true;
    }
    return false;
}

/* Said again it is the same entry, or a mistake. */
static int look_at_booked(struct app *app, const struct ledger_entry *e)
{
    struct ledger_entry booked;
    enum err err = store_ledger_get(app->store, e->key, &booked);
    if (err != OK)
        return app_error(app, err, e->key);
    bool is_same = booked.n == e->n && strcmp(booked.currency, e->currency) == 0;
    for (size_t i = 0; is_same && i < e->n; i++)
        is_same = strcmp(booked.postings[i].account, e->postings[i].account) == 0 &&
                  booked.postings[i].minor == e->postings[i].minor;
    return is_same ? EXIT_OK
                   : app_fail(app, EXIT_REFUSED,
                              "%s: was booked before, with another amount or "
                              "account; nothing is written",
                              e->key);
}

int cmd_ledger_payout(struct app *app)
{
    struct ledger_entry e;
    struct money amount;
    char why[LEDGER_WHY];
    bool is_said = false;
    const char *to = app_value(app, "to"), *currency = app_value(app, "currency");
    const char *reference = app_value(app, "reference");
    size_t n = reference == NULL ? 0 : strlen(reference);
    if (!is_payable(to))
        return app_usage(app, "--to: must be payable:studio:ID, payable:partner:ID, tax:CC or "
                              "receivable:partner:ID");
    if (currency == NULL || currency_digits(currency) < 0)
        return app_usage(app, "--currency: must be a currency of ISO 4217: EUR");
    if (!billing_amount(app, "amount", currency, &is_said, &amount))
        return EXIT_USAGE;
    if (!is_said || amount.minor == 0)
        return app_usage(app, "--amount: must be more than 0");
    if (n == 0 || n > REFERENCE_MAX || !text_is_line(reference, n))
        return app_usage(app, "--reference: must be one line of 1 to %d bytes", REFERENCE_MAX);
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = make_payout(to, &amount, reference, app->arena, &e);
    if (err != OK || !ledger_entry_is_good(&e, why))
        return app_usage(app, "--to: %s", err == OK ? why : err_text(err));
    err = store_ledger_add(app->store, &e, 1);
    if (err == ERR_EXISTS)
        return look_at_booked(app, &e);
    return err == OK ? EXIT_OK : app_error(app, err, e.key);
}
