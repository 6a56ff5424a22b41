/* The ledger, told to the house: its entries, what they add up to, and whether they are sound. */
#include <string.h>

#include "base/text.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/shelf.h"

static void write_entry(struct json_writer *w, const struct store_ledger_row *row)
{
    const struct ledger_entry *e = &row->entry;
    json_object(w, NULL);
    json_number(w, "seq", row->seq);
    json_text(w, "key", e->key);
    json_text(w, "kind", ledger_kind_name(e->kind));
    json_instant(w, "at", e->at);
    json_text(w, "member", e->member[0] != 0 ? e->member : NULL);
    json_text(w, "subject", e->subject[0] != 0 ? e->subject : NULL);
    json_array(w, "postings");
    for (size_t i = 0; i < e->n; i++) {
        json_object(w, NULL);
        json_text(w, "account", e->postings[i].account);
        money_write_minor(w, "value", e->postings[i].minor, e->currency);
        json_end(w);
    }
    json_end(w);
    json_end(w);
}

/* ?account=&after=&limit=. False: answered. */
static bool read_filter(struct api_call *call, struct store_ledger_filter *filter)
{
    const char *after;
    unsigned limit;
    if (!call_query(call, "account", LEDGER_ACCOUNT - 1, &filter->account) ||
        !call_page(call, LIMIT_PAGE, &after, &limit))
        return false;
    filter->limit = limit > 0 ? limit : LIMIT_PAGE / 4;
    if (after == NULL || text_to_i64(after, strlen(after), 0, INT64_MAX, &filter->after) == OK)
        return true;
    call_problem(call, PROBLEM_VALIDATION, "after", "is no cursor of this list");
    return false;
}

void handle_console_ledger(struct api_call *call)
{
    struct store_ledger_filter filter = { 0 };
    struct store_ledger_row *rows = NULL;
    size_t n = 0;
    if (!read_filter(call, &filter))
        return;
    enum err err = store_ledger_list(call->store, call->arena, &filter, &rows, &n);
    if (err != OK) {
        call_fail(call, err, "read the ledger");
        return;
    }
    bool more = n == filter.limit;
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; i < n; i++)
        write_entry(&call->w, &rows[i]);
    json_end(&call->w);
    json_text(&call->w, "next",
              more ? arena_printf(call->arena, "%lld", (long long)rows[n - 1].seq) : NULL);
    json_end(&call->w);
    call_answer(call, 200);
}

void handle_console_ledger_balances(struct api_call *call)
{
    struct store_balance *balances = NULL;
    size_t n = 0;
    enum err err =
        store_ledger_balances(call->store, call->arena, (utc_time){ INT64_MAX }, &balances, &n);
    if (err != OK) {
        call_fail(call, err, "add the ledger up");
        return;
    }
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; i < n; i++) {
        json_object(&call->w, NULL);
        json_text(&call->w, "account", balances[i].account);
        money_write_minor(&call->w, "balance", balances[i].minor, balances[i].currency);
        json_end(&call->w);
    }
    json_end(&call->w);
    json_end(&call->w);
    call_answer(call, 200);
}

void handle_console_ledger_check(struct api_call *call)
{
    struct json_writer *w = &call->w;
    struct store_ledger_check check = { 0 };
    enum err err = store_ledger_check(call->store, call->arena, &check);
    if (err != OK) {
        call_fail(call, err, "check the ledger");
        return;
    }
    bool balanced = check.first_broken == 0;
    for (size_t i = 0; i < check.n_currencies; i++)
        balanced = balanced && check.totals[i].minor == 0;
    json_object(w, NULL);
    json_bool(w, "balanced", balanced);
    json_object(w, "currencies");
    for (size_t i = 0; i < check.n_currencies; i++)
        json_number(w, check.totals[i].currency, check.totals[i].minor);
    json_end(w);
    json_number(w, "entries", check.entries);
    json_number(w, "gaps", check.gaps);
    json_number(w, "doubles", check.doubles);
    json_array(w, "problems");
    for (size_t i = 0; i < check.n_problems; i++)
        json_text(w, NULL, check.problems[i]);
    json_end(w);
    json_end(w);
    call_answer(call, 200);
}
