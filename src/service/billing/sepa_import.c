/* A bank's file is taken in: what was credited settles, what came back goes back, and what does not
 * go together is said and left alone. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "service/billing/inside.h"
#include "service/billing/sepa.h"

enum { PAGE = 500 };

const char *billing_sepa_event_name(enum billing_sepa_event event)
{
    static const char *const names[] = {
#define X(name, word) word,
        BILLING_SEPA_EVENTS(X)
#undef X
    };
    return names[event];
}

struct taking {
    struct billing *b;
    const struct billing_sepa_import_params *params;
    struct billing_sepa_import *out;
    struct arena *arena; /* of the item in hand */
    const struct sepa_item *item;
    struct store_sepa_debit debit; /* of the item; state FREED and charge "" : none */
};

/* ---- saying ------------------------------------------------------------------------------------
 */

static void tell(struct taking *t, enum billing_sepa_event event, const char *text)
{
    const struct sepa_item *i = t->item;
    t->out->n[event]++;
    if (t->params->say == NULL)
        return;
    t->params->say(t->params->context, &(struct billing_sepa_line){ .event = event,
                                                                    .line = i->line,
                                                                    .end_to_end = i->end_to_end,
                                                                    .charge = t->debit.charge.s,
                                                                    .batch = t->debit.batch.s,
                                                                    .has_amount = i->has_amount,
                                                                    .amount = i->amount,
                                                                    .reason = i->reason,
                                                                    .text = text });
}

__attribute__((format(printf, 2, 3))) static enum err find_fault(struct taking *t,
                                                                 const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tell(t, BILLING_SEPA_FINDING, arena_vprintf(t->arena, format, args));
    va_end(args);
    return OK;
}

static const char *euros(struct taking *t, int64_t minor)
{
    char *text = arena_alloc(t->arena, MONEY_TEXT);
    money_format(&(struct money){ minor, "EUR" }, text);
    return text;
}

static const char *amount_said(struct taking *t)
{
    const struct sepa_item *i = t->item;
    char *text = arena_alloc(t->arena, MONEY_TEXT);
    if (i->has_amount)
        money_format(&i->amount, text);
    else
        snprintf(text, MONEY_TEXT, "%s", i->amount_said[0] != 0 ? i->amount_said : "no amount");
    return text;
}

/* ---- one debit ---------------------------------------------------------------------------------
 */

static enum err settle(struct taking *t, const struct store_sepa_debit *d)
{
    t->out->n[BILLING_SEPA_SETTLED]++;
    return t->params->is_dry ? OK : billing_sepa_settle(t->b, t->arena, d, t->params->now);
}

static enum err give_back(struct taking *t, enum sepa_debit_state to)
{
    char why[CHARGE_WHY];
    billing_sepa_why(t->item->reason, t->item->info, why);
    tell(t, to == SEPA_DEBIT_REJECTED ? BILLING_SEPA_REJECTED : BILLING_SEPA_RETURNED,
         arena_strdup(t->arena, why));
    return t->params->is_dry ? OK
                             : billing_sepa_back(t->b, t->arena, &t->debit, to, t->item->reason,
                                                 t->item->info, t->params->now);
}

/* Whether the bank speaks of the debit that we sent. */
static bool is_ours(struct taking *t, bool needs_amount)
{
    const struct sepa_item *i = t->item;
    const struct store_sepa_debit *d = &t->debit;
    bool says_amount = i->has_amount || i->amount_said[0] != 0;
    if ((needs_amount || says_amount) &&
        (!i->has_amount || strcmp(i->amount.currency, "EUR") != 0 || i->amount.minor != d->minor)) {
        find_fault(t, "%s is said, %s was to be collected", amount_said(t), euros(t, d->minor));
        return false;
    }
    if (i->mandate[0] != 0 && d->mandate[0] != 0 && strcasecmp(i->mandate, d->mandate) != 0) {
        find_fault(t, "it is said to be by mandate %s, and was by %s", i->mandate, d->mandate);
        return false;
    }
    return true;
}

static enum err on_credit(struct taking *t)
{
    switch (t->debit.state) {
    case SEPA_DEBIT_SENT: return settle(t, &t->debit);
    case SEPA_DEBIT_SETTLED:
    case SEPA_DEBIT_RETURNED: t->out->already++; return OK;
    case SEPA_DEBIT_REJECTED:
        return find_fault(t, "credited, though it was rejected (%s)", t->debit.reason);
    default: return find_fault(t, "credited, though its file was refused");
    }
}

static enum err on_debit(struct taking *t)
{
    switch (t->debit.state) {
    case SEPA_DEBIT_SENT:
    case SEPA_DEBIT_SETTLED: return give_back(t, SEPA_DEBIT_RETURNED);
    case SEPA_DEBIT_RETURNED:
    case SEPA_DEBIT_REJECTED: t->out->already++; return OK;
    default: return find_fault(t, "came back, though its file was refused");
    }
}

static enum err on_reject(struct taking *t)
{
    switch (t->debit.state) {
    case SEPA_DEBIT_SENT: return give_back(t, SEPA_DEBIT_REJECTED);
    case SEPA_DEBIT_RETURNED:
    case SEPA_DEBIT_REJECTED:
    case SEPA_DEBIT_FREED: t->out->already++; return OK;
    default: return find_fault(t, "rejected, though it was credited before");
    }
}

/* ---- a whole batch -----------------------------------------------------------------------------
 */

/* The bank names our file by the message's id or the batch's, which are one. */
static enum err find_batch(struct taking *t, struct store_sepa_batch *out)
{
    const char *const said[] = { t->item->batch, t->item->message };
    for (size_t i = 0; i < 2; i++) {
        sepa_batch_id id;
        char text[SEPA_ID];
        size_t n = strlen(said[i]);
        for (size_t k = 0; k <= n; k++)
            text[k] = said[i][k] >= 'A' && said[i][k] <= 'Z' ? (char)(said[i][k] + 32) : said[i][k];
        if (!id_parse(text, n, id.s))
            continue;
        enum err err = store_sepa_batch_get(t->b->params.store, t->arena, id, out);
        if (err == OK)
            t->debit.batch = id;
        if (err != ERR_NOT_FOUND)
            return err;
    }
    return ERR_NOT_FOUND;
}

static bool is_all_of(struct taking *t, const struct store_sepa_batch *batch)
{
    const struct sepa_item *i = t->item;
    size_t n = batch->n - batch->in_state[SEPA_DEBIT_REJECTED];
    if (!i->has_amount || strcmp(i->amount.currency, "EUR") != 0 ||
        i->amount.minor != batch->expected) {
        find_fault(t, "%s is said, %s of %zu debits was to come", amount_said(t),
                   euros(t, batch->expected), n);
        return false;
    }
    if (i->n > 0 && i->n != n) {
        find_fault(t, "%zu debits are said, %zu were to come", i->n, n);
        return false;
    }
    return true;
}

static void count_settled(struct taking *t, const struct store_sepa_debit *d)
{
    if (d->state == SEPA_DEBIT_SENT)
        t->out->n[BILLING_SEPA_SETTLED]++;
    else
        t->out->already++;
}

static enum err settle_batch(struct taking *t, const struct store_sepa_batch *batch)
{
    int64_t place = 0;
    size_t n = PAGE;
    enum err err = OK;
    while (err == OK && n == PAGE) {
        struct arena *item_arena = t->arena;
        struct store_sepa_debit *debits = NULL;
        t->arena = arena_create();
        err = store_sepa_debits(t->b->params.store, t->arena, batch->id, &place, PAGE, &debits, &n);
        for (size_t i = 0; err == OK && i < n; i++)
            count_settled(t, &debits[i]);
        if (err == OK && !t->params->is_dry)
            err = billing_sepa_settle_all(t->b, debits, n, t->params->now);
        arena_destroy(&t->arena);
        t->arena = item_arena;
    }
    return err;
}

static enum err on_batch_booked(struct taking *t, bool is_elsewhere)
{
    struct store_sepa_batch batch = { 0 };
    enum err err = find_batch(t, &batch);
    if (err == ERR_NOT_FOUND) {
        t->out->other++;
        return OK;
    }
    if (err != OK)
        return err;
    if (is_elsewhere)
        return find_fault(t, "booked on an account that is not the house's");
    if (!t->item->is_whole)
        return find_fault(t,
                          "one of the batch's debits is booked, and the bank does not say which");
    if (t->item->kind == SEPA_ITEM_DEBIT)
        return find_fault(t, "the whole batch went back as one sum: the bank has to say which "
                             "debits");
    if (batch.refused.us != 0)
        return find_fault(t, "credited, though the file was refused");
    return is_all_of(t, &batch) ? settle_batch(t, &batch) : OK;
}

static enum err on_batch_refused(struct taking *t)
{
    char why[CHARGE_WHY];
    struct store_sepa_batch batch = { 0 };
    enum err err = find_batch(t, &batch);
    if (err == ERR_NOT_FOUND) {
        tell(t, BILLING_SEPA_UNKNOWN, t->item->message);
        return OK;
    }
    if (err != OK)
        return err;
    if (batch.refused.us != 0) {
        t->out->already++;
        return OK;
    }
    billing_sepa_why(t->item->reason, t->item->info, why);
    if (batch.in_state[SEPA_DEBIT_SENT] < batch.n)
        return find_fault(t, "the file is said to be refused, though some of it was settled or "
                             "came back");
    tell(t, BILLING_SEPA_REFUSED, arena_strdup(t->arena, why));
    return t->params->is_dry
               ? OK
               : store_sepa_batch_refuse(t->b->params.store, batch.id, t->params->now, why);
}

/* ---- items -------------------------------------------------------------------------------------
 */

/* ERR_NOT_FOUND: the id is not one that we gave. */
static enum err find_debit(struct taking *t)
{
    charge_id charge;
    unsigned number = 0;
    if (!billing_sepa_id_read(t->item->end_to_end, &charge, &number))
        return ERR_NOT_FOUND;
    return store_sepa_debit_find(t->b->params.store, t->arena, charge, number, &t->debit);
}

/* "RJCT", and what older editions of some banks leave to the reason. */
static bool is_rejected(const struct sepa_item *i)
{
    return strcmp(i->status, "RJCT") == 0 ||
           (strcmp(i->status, "PART") == 0 && !i->is_whole && i->reason[0] != 0);
}

static enum err take_status(struct taking *t)
{
    const struct sepa_item *i = t->item;
    if (i->original[0] != 0 && strncmp(i->original, "pain.008", 8) != 0) {
        t->out->other++;
        return OK;
    }
    if (!is_rejected(i)) {
        t->out->accepted++;
        return OK;
    }
    if (i->end_to_end[0] == 0)
        return i->is_whole ? on_batch_refused(t)
                           : find_fault(t, "a debit was rejected, and the bank does not say which");
    enum err err = find_debit(t);
    if (err == ERR_NOT_FOUND)
        tell(t, BILLING_SEPA_UNKNOWN, "");
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    return is_ours(t, false) ? on_reject(t) : OK;
}

static enum err take_booking(struct taking *t)
{
    const struct sepa_item *i = t->item;
    if (!i->is_booked) {
        t->out->announced++;
        return OK;
    }
    bool is_elsewhere = i->account[0] != 0 && strcmp(i->account, t->params->iban) != 0;
    if (i->end_to_end[0] == 0)
        return on_batch_booked(t, is_elsewhere);
    enum err err = find_debit(t);
    if (err == ERR_NOT_FOUND)
        tell(t, BILLING_SEPA_UNKNOWN, "");
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    if (is_elsewhere)
        return find_fault(t, "booked on an account that is not the house's");
    if (!is_ours(t, true))
        return OK;
    return i->kind == SEPA_ITEM_CREDIT ? on_credit(t) : on_debit(t);
}

static enum err take(void *context, const struct sepa_item *item)
{
    struct taking *t = context;
    t->item = item;
    t->debit = (struct store_sepa_debit){ .state = SEPA_DEBIT_FREED };
    t->arena = arena_create();
    enum err err = item->kind == SEPA_ITEM_STATUS ? take_status(t) : take_booking(t);
    arena_destroy(&t->arena);
    return err;
}

static enum err look(void *context, const struct sepa_item *item)
{
    (void)context, (void)item;
    return OK;
}

/* ---- the file ----------------------------------------------------------------------------------
 */

static enum err is_known(struct taking *t, struct arena *arena, struct store_sepa_file *file)
{
    struct store_sepa_file before;
    secret_digest(t->params->bytes, t->params->size, file->digest);
    enum err err = store_sepa_file_find(t->b->params.store, arena, file->digest, &before);
    if (err == OK) {
        t->out->is_known = true;
        t->out->taken = before.taken;
        t->out->as_name = before.name;
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

/* Findings may be cleared up by another file of the bank: then this one is taken in again. */
static enum err remember(struct taking *t, struct store_sepa_file *file)
{
    if (t->params->is_dry || t->out->n[BILLING_SEPA_FINDING] > 0)
        return OK;
    file->name = t->params->name;
    file->version = t->out->file.version;
    file->message = t->out->file.id;
    file->taken = t->params->now;
    enum err err = store_sepa_file_add(t->b->params.store, file);
    return err == ERR_EXISTS ? OK : err;
}

enum err billing_sepa_import(struct billing *b, struct arena *arena,
                             const struct billing_sepa_import_params *params,
                             struct billing_sepa_import *out, char why[SEPA_READ_WHY])
{
    struct taking t = { .b = b, .params = params, .out = out };
    const struct sepa_sink look_at = { &t, look }, act_on = { &t, take };
    struct store_sepa_file file = { 0 };
    *out = (struct billing_sepa_import){ 0 };
    enum err err = sepa_read(params->bytes, params->size, &look_at, &out->file, why);
    if (err == OK)
        err = is_known(&t, arena, &file);
    if (err != OK || out->is_known)
        return err;
    err = sepa_read(params->bytes, params->size, &act_on, &out->file, why);
    return err == OK ? remember(&t, &file) : err;
}
