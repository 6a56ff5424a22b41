/* What is collected by direct debit: into a batch, and from the batch into a file. */
#include "service/billing/sepa.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "format/sepa/calendar.h"
#include "service/billing/inside.h"

enum { PAGE = 500, PIECE = 256 * 1024, STUCK_MOST = 500 };

enum err billing_sepa_try(struct billing *b, struct arena *arena, const struct charge *charge,
                          const struct means *means, enum charge_outcome *outcome,
                          char why[CHARGE_WHY])
{
    const char *reason = NULL;
    *outcome = CHARGE_TRY_REFUSED;
    if (strcmp(charge->amount.currency, "EUR") != 0) {
        snprintf(why, CHARGE_WHY, "direct debits are in euro only");
        return OK;
    }
    if (charge->amount.minor > SEPA_DEBIT_MOST) {
        snprintf(why, CHARGE_WHY, "the amount is more than a direct debit may be");
        return OK;
    }
    enum err err = store_sepa_dead_find(b->params.store, arena, means->id, &reason);
    if (err == OK)
        billing_sepa_why(reason, "", why);
    if (err == ERR_NOT_FOUND)
        *outcome = CHARGE_TRY_PENDING;
    return err == ERR_NOT_FOUND ? OK : err;
}

/* ---- batches -----------------------------------------------------------------------------------
 */

static enum sepa_version version_of(const struct store_sepa_batch *batch)
{
    enum sepa_version version = SEPA_008_08;
    (void)!sepa_version_parse(batch->version, &version);
    return version;
}

static struct sepa_collection collection_of(const struct store_sepa_batch *batch)
{
    return (struct sepa_collection){ .version = version_of(batch),
                                     .id = batch->id.s,
                                     .created = batch->created,
                                     .due = batch->due,
                                     .creditor_name = batch->creditor_name,
                                     .creditor_iban = batch->creditor_iban,
                                     .creditor_bic = batch->creditor_bic,
                                     .creditor_id = batch->creditor_id,
                                     .n = batch->n,
                                     .sum = batch->sum };
}

/* What a bank would refuse of the house itself is found before a batch is made. */
static enum err check_house(const struct store_sepa_batch *batch, char why[SEPA_WHY])
{
    struct buf out;
    struct sepa_collection c = collection_of(batch);
    c.n = 1;
    c.sum = 1;
    buf_init(&out, PIECE);
    enum err err = sepa_collection_begin(&c, &out, why);
    buf_finish(&out);
    if (err == OK && sepa_iban_reach(batch->creditor_iban) == SEPA_REACH_NOT) {
        snprintf(why, SEPA_WHY, "the creditor's account is not in SEPA");
        err = ERR_ARGUMENT;
    }
    return err;
}

/* Whose mandate died, or whose account went, while the charge waited for a file. */
static enum err tell_stuck(struct billing *b, utc_time now, size_t *told)
{
    for (;;) {
        struct arena *arena = arena_create();
        struct store_sepa_stuck *stuck = NULL;
        size_t n = 0;
        enum err err = store_sepa_stuck_list(b->params.store, arena, STUCK_MOST, &stuck, &n);
        for (size_t i = 0; err == OK && i < n; i++) {
            char why[CHARGE_WHY] = "the account was forgotten with its member";
            struct billing_result result = { 0 };
            if (stuck[i].reason[0] != 0)
                billing_sepa_why(stuck[i].reason, "", why);
            else if (stuck[i].is_foreign)
                snprintf(why, sizeof why, "direct debits are in euro only");
            err = billing_hear(b, arena,
                               &(struct billing_news){ .charge = stuck[i].charge,
                                                       .outcome = CHARGE_TRY_REFUSED,
                                                       .is_return = true,
                                                       .why = why,
                                                       .at = now },
                               &result);
            *told += err == OK ? 1 : 0;
        }
        arena_destroy(&arena);
        if (err != OK || n < STUCK_MOST)
            return err;
    }
}

static void new_batch(const struct billing *b, const struct billing_sepa_house *house,
                      const char *iban, utc_time now, struct store_sepa_batch *out)
{
    const struct zone *zone = zone_named("Europe/Brussels"); /* TARGET's days */
    *out = (struct store_sepa_batch){ .created = { now.us - now.us % UTC_SECOND },
                                      .due = sepa_bank_day_after(zone_day(zone, now, NULL),
                                                                 b->params.lead_days),
                                      .version = sepa_version_name(house->version),
                                      .creditor_name = house->name,
                                      .creditor_iban = iban,
                                      .creditor_bic = house->bic,
                                      .creditor_id = b->params.creditor_id,
                                      .text = b->params.service_name,
                                      .why = "" };
    id_new(out->id.s);
}

enum err billing_sepa_collect(struct billing *b, struct arena *arena,
                              const struct billing_sepa_house *house, utc_time now,
                              struct billing_sepa_collected *out, char why[SEPA_WHY])
{
    char *iban = arena_alloc(arena, SEPA_IBAN);
    *out = (struct billing_sepa_collected){ 0 };
    why[0] = 0;
    if (b->params.creditor_id == NULL || b->params.creditor_id[0] == 0)
        return ERR_UNSUPPORTED;
    enum err err = store_sepa_batch_unwritten(b->params.store, arena, &out->batch);
    if (err != ERR_NOT_FOUND) {
        out->is_old = err == OK;
        return err;
    }
    err = sepa_iban_read(house->iban, strlen(house->iban), iban, why);
    if (err != OK)
        return err;
    new_batch(b, house, iban, now, &out->batch);
    err = check_house(&out->batch, why);
    if (err == OK)
        err = tell_stuck(b, now, &out->stuck);
    if (err != OK)
        return err;
    return store_sepa_batch_make(b->params.store, &out->batch, BILLING_SEPA_FILE_MOST, &out->left);
}

/* ---- the file ----------------------------------------------------------------------------------
 */

struct writing {
    struct billing *b;
    const struct store_sepa_batch *batch;
    const struct billing_sepa_sink *sink;
    struct sepa_collection collection;
    struct buf out;
    size_t n;
    int64_t sum;
    char *why;
};

static enum err say(struct writing *w, enum err err, const struct store_sepa_debit *d,
                    const char *what)
{
    snprintf(w->why, SEPA_WHY, "debit %s: %.100s", d->charge.s, what);
    return err;
}

/* The mandate's day is the one the member saw on the calendar when agreeing to it. */
static civil_day agreed_day(utc_time agreed)
{
    return zone_day(zone_named("Europe/Brussels"), agreed, NULL);
}

static enum err put_debit(struct writing *w, const struct store_sepa_debit *d)
{
    char of[ID_TEXT + 8], id[SEPA_ID], why[SEPA_WHY];
    uint8_t iban[SEPA_IBAN] = { 0 };
    if (d->sealed == NULL)
        return say(w, ERR_NOT_FOUND, d, "the account was forgotten since");
    snprintf(of, sizeof of, "means %s", d->means.s);
    if (d->sealed_size >= SEPA_IBAN + SECRET_EXTRA ||
        secret_open(w->b->params.secret_key, of, d->sealed, d->sealed_size, iban) != OK)
        return say(w, ERR_MALFORMED, d, "its account does not open with keys/secrets.key");
    billing_sepa_id(d->charge, d->number, id);
    w->n++;
    w->sum += d->minor;
    enum err err = sepa_collection_debit(&w->collection,
                                         &(struct sepa_debit){ .end_to_end = id,
                                                               .minor = d->minor,
                                                               .mandate = d->mandate,
                                                               .agreed = agreed_day(d->agreed),
                                                               .holder = d->holder,
                                                               .iban = (const char *)iban,
                                                               .text = w->batch->text },
                                         &w->out, why);
    explicit_bzero(iban, sizeof iban);
    return err == ERR_ARGUMENT ? say(w, ERR_MALFORMED, d, why) : err;
}

static enum err flush(struct writing *w, size_t above)
{
    if (w->out.err != OK || w->out.size <= above)
        return w->out.err;
    enum err err = w->sink->put(w->sink->context, w->out.data, w->out.size);
    buf_clear(&w->out);
    return err;
}

static enum err put_page(struct writing *w, int64_t *place, size_t *n)
{
    struct arena *arena = arena_create();
    struct store_sepa_debit *debits = NULL;
    enum err err =
        store_sepa_debits(w->b->params.store, arena, w->batch->id, place, PAGE, &debits, n);
    for (size_t i = 0; err == OK && i < *n; i++) {
        err = put_debit(w, &debits[i]);
        if (err == OK)
            err = flush(w, PIECE / 2);
    }
    arena_destroy(&arena);
    return err;
}

static enum err put_all(struct writing *w)
{
    int64_t place = 0;
    size_t n = PAGE;
    enum err err = sepa_collection_begin(&w->collection, &w->out, w->why);
    while (err == OK && n == PAGE)
        err = put_page(w, &place, &n);
    if (err == OK && (w->n != w->batch->n || w->sum != w->batch->sum)) {
        snprintf(w->why, SEPA_WHY, "the batch is not as it was made: its debits do not add up");
        err = ERR_MALFORMED;
    }
    sepa_collection_end(&w->out);
    return err == OK ? flush(w, 0) : err;
}

enum err billing_sepa_write(struct billing *b, const struct store_sepa_batch *batch,
                            const struct billing_sepa_sink *sink, char why[SEPA_WHY])
{
    struct writing w = {
        .b = b, .batch = batch, .sink = sink, .collection = collection_of(batch), .why = why
    };
    why[0] = 0;
    buf_init(&w.out, PIECE);
    enum err err = put_all(&w);
    buf_finish(&w.out);
    return err;
}
