/* What is due of one member, decided as far as it goes without asking a gateway. */
#include <string.h>

#include "base/log.h"
#include "service/billing/renew_batch.h"
#include "service/billing/sepa.h"

enum { STEPS_MAX = 8 }; /* of one member in one round */

static struct billing_step *new_step(struct renew_chunk *c, const struct membership *before)
{
    if (c->n_items == c->room)
        return NULL;
    struct billing_step *step = &c->steps[c->n_items];
    *step = (struct billing_step){ .before = *before };
    return step;
}

static void add_item(struct renew_chunk *c, struct renew_one *one, struct billing_step *step)
{
    c->items[c->n_items++] = billing_step_item(step);
    one->at = step->change.after;
    one->n++;
}

/* The two changes as one: what fell due, and that it is paid. */
static bool join(struct membership_change *due, const struct membership_change *paid,
                 const struct charge *charge)
{
    if (due->n_rows + paid->n_rows > MEMBERSHIP_CHANGE_ROWS ||
        due->n_entries + paid->n_entries > MEMBERSHIP_CHANGE_ENTRIES)
        return false;
    for (size_t i = 0; i < paid->n_rows; i++)
        due->rows[due->n_rows++] = paid->rows[i];
    for (size_t i = 0; i < paid->n_entries; i++)
        due->entries[due->n_entries++] = paid->entries[i];
    due->after = paid->after;
    due->open = *charge;
    due->is_invoiced = paid->is_invoiced;
    due->invoice_from = paid->invoice_from;
    due->invoice_until = paid->invoice_until;
    return true;
}

/* One member on the way: what is decided with, and who reads letters. */
struct deciding {
    struct renew_batch *k;
    struct renew_chunk *chunk;
    struct arena *arena;
    struct renew_one *one;
    struct billing_reader reader;
};

/* Direct debits are given to the bank's next file at once: a try that begins and ends here.
 * *is_done false: it has to go the long way. */
static enum err debit(struct deciding *d, const struct means *means, struct billing_step *step,
                      bool *is_done)
{
    struct membership_terms terms;
    struct membership_change paid;
    char why[MEMBERSHIP_WHY];
    const struct charge open = step->change.open;
    struct charge *c = &step->charge;
    *c = open;
    c->state = CHARGE_PENDING;
    c->means = means->id;
    c->tries = 1;
    struct membership_event event = { .kind = MEMBERSHIP_PAID, .now = d->k->now, .charge = c };
    billing_terms_of(d->k->b, d->k->facts, d->arena, &step->change.after, NULL, d->k->now, &terms);
    enum err err = membership_apply(&step->change.after, &terms, &event, &paid, why);
    *is_done = err == OK && join(&step->change, &paid, c);
    if (!*is_done) {
        *c = (struct charge){ 0 };
        return OK;
    }
    if (paid.has_letter) { /* each speaks of its own */
        step->change.has_letter = true;
        step->change.letter = paid.letter;
        step->change.letter_amount = paid.letter_amount;
        step->change.letter_at = paid.letter_at;
        billing_step_letter(d->k->b, d->arena, &d->reader, d->k->now, step);
    }
    err = billing_step_paid(d->k->b, d->arena, d->k->facts, &d->reader, means->kind, &open,
                            d->k->now, step);
    *c = (struct charge){ 0 }; /* it is the change that opens it */
    return err;
}

/* A charge was opened: by direct debit it is done here, by card once this is saved. */
static enum err pay(struct deciding *d, struct billing_step *step)
{
    const struct membership *m = &step->change.after;
    struct means means = { .kind = MEANS_CARD };
    enum charge_outcome outcome = CHARGE_TRY_UNKNOWN;
    bool is_done = false;
    char why[CHARGE_WHY];
    d->one->collect = step->change.open.id;
    if (m->means.s[0] == 0)
        return OK;
    enum err err = store_means_get(d->k->b->params.store, d->arena, m->member, m->means, &means);
    if (err != OK || means.kind != MEANS_SEPA || means.removed.us != 0)
        return err == ERR_NOT_FOUND ? OK : err;
    err = billing_sepa_try(d->k->b, d->arena, &step->change.open, &means, &outcome, why);
    if (err != OK || outcome != CHARGE_TRY_PENDING)
        return err;
    err = debit(d, &means, step, &is_done);
    if (is_done)
        d->one->collect.s[0] = 0;
    return err;
}

/* One step. ERR_NOT_FOUND: nothing is due any more. */
static enum err step_once(struct deciding *d)
{
    struct membership_terms terms;
    struct membership_event event = { .kind = MEMBERSHIP_DUE, .now = d->k->now };
    char why[MEMBERSHIP_WHY] = "";
    struct billing_step *step = new_step(d->chunk, &d->one->at);
    if (step == NULL)
        return ERR_FULL;
    if (d->k->next_id < d->k->n_ids)
        event.new_charge = d->k->ids[d->k->next_id];
    else
        billing_id_new(event.new_charge.s);
    billing_terms_of(d->k->b, d->k->facts, d->arena, &d->one->at, NULL, d->k->now, &terms);
    enum err err = membership_apply(&d->one->at, &terms, &event, &step->change, why);
    if (err != OK) {
        log_error("billing", "member %s cannot be renewed: %s", d->one->at.member.s,
                  why[0] != 0 ? why : err_text(err));
        return ERR_STATE;
    }
    if (step->change.after.version == d->one->at.version)
        return ERR_NOT_FOUND;
    if (step->change.open.id.s[0] != 0 && d->k->next_id < d->k->n_ids)
        d->k->next_id++;
    billing_step_letter(d->k->b, d->arena, &d->reader, d->k->now, step);
    if (step->change.open.id.s[0] != 0)
        err = pay(d, step);
    else if (step->change.collect_again)
        d->one->collect = step->change.after.charge;
    if (err == OK)
        add_item(d->chunk, d->one, step);
    return err;
}

bool renew_is_due(const struct membership *m, utc_time now)
{
    return m->due.us != 0 && m->due.us <= now.us;
}

enum err renew_decide(struct renew_batch *k, struct renew_chunk *chunk, struct renew_one *one)
{
    struct deciding d = { .k = k, .chunk = chunk, .arena = chunk->arena, .one = one };
    enum err err = OK;
    one->first = chunk->n_items;
    one->n = 0;
    one->collect.s[0] = 0;
    for (int i = 0;
         err == OK && i < STEPS_MAX && one->collect.s[0] == 0 && renew_is_due(&one->at, k->now);
         i++)
        err = step_once(&d);
    bool is_at_odds = err == ERR_NOT_FOUND || err == ERR_STATE || err == ERR_ARGUMENT;
    if (is_at_odds && one->n == 0)
        one->is_stuck = true;
    return is_at_odds || err == ERR_FULL ? OK : err;
}
