/* What became of a charge: told by the gateway, a webhook or a bank's file, in any order and more
 * than once.
 *
 *   news      OPEN, RETURNED            PENDING           PAID                   VOID, REFUNDED
 *   paid      PAID, booked, invoiced    PAID, settled     nothing; of another    booked as owed to
 *   pending   PENDING, the same         nothing           payment: as if VOID    the member, and
 *                                                                                given back
 *   no        another try by schedule   RETURNED          nothing                nothing
 *   return    nothing                   RETURNED          RETURNED               a loss */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "service/billing/inside.h"

/* What a charge says while the member is at the bank's page. */
static const char asks_why[] = "the member was asked to confirm it at the bank";

struct hearing {
    struct billing *b;
    struct arena *arena;
    const struct billing_news *news;
    struct billing_renewal *tally;
    struct billing_result *out;
    struct billing_facts facts;
    struct billing_reader reader;
    struct means means;
    struct charge was;
    struct billing_step *step; /* step->charge: as it becomes */
    struct store_billing item;
    bool is_nothing; /* heard before, or too late to matter */
};

static bool is_success(enum charge_outcome outcome)
{
    return outcome == CHARGE_TRY_PAID || outcome == CHARGE_TRY_PENDING;
}

/* The charge as the news leaves it, but for its state. */
static void take_news(struct hearing *h)
{
    struct charge *c = &h->step->charge;
    const struct billing_news *n = h->news;
    *c = h->was;
    if (n->reference != NULL && n->reference[0] != 0)
        (void)!text_copy(c->reference, sizeof c->reference, n->reference);
    (void)!text_copy(c->why, sizeof c->why, n->why != NULL ? n->why : "");
}

/* ---- what it means to the membership --------------------------------------------------------- */

/* ERR_STATE: the membership has no use for this event. */
static enum err apply(struct hearing *h, enum membership_event_kind kind)
{
    struct billing_step *step = h->step;
    struct membership_terms terms;
    struct membership_event event = { .kind = kind,
                                      .now = h->news->at,
                                      .charge = &step->charge,
                                      .is_final = h->news->outcome == CHARGE_TRY_REFUSED };
    char why[MEMBERSHIP_WHY];
    billing_id_new(event.new_charge.s);
    enum err err = store_membership_get(h->b->params.store, h->was.member, &step->before);
    if (err != OK)
        return err == ERR_NOT_FOUND ? ERR_STATE : err;
    billing_terms_of(h->b, &h->facts, h->arena, &step->before, NULL, h->news->at, &terms);
    err = membership_apply(&step->before, &terms, &event, &step->change, why);
    if (err != OK) {
        step->change = (struct membership_change){ 0 };
        return err == ERR_ARGUMENT ? ERR_STATE : err;
    }
    billing_step_letter(h->b, h->arena, &h->reader, h->news->at, step);
    return OK;
}

static void make_item(struct hearing *h)
{
    h->item = billing_step_item(h->step);
    h->item.charge_was = h->was.state;
    h->item.refunded_was = h->was.refunded;
    h->item.try_number = h->news->try_number;
    h->item.outcome = h->news->outcome;
}

/* What a rental needs is filled in by rent.c; its letter is ours. */
static enum err apply_rental(struct hearing *h)
{
    struct billing_step *step = h->step;
    make_item(h);
    enum err err = billing_rent_outcome(h->b, h->arena, &step->charge, &h->item);
    const struct member *member = billing_reader(h->b, h->arena, &h->reader, h->was.member);
    if (err != OK || h->item.n_letters > 0 || h->item.rental == NULL || member == NULL ||
        !is_success(h->news->outcome) || h->news->is_return)
        return err;
    const struct rental *r = h->item.rental;
    billing_letter_of(h->arena,
                      &(struct billing_letter){
                          .kind = LETTER_RENTAL,
                          .member = member,
                          .amount = &r->price,
                          .when = r->start_by,
                          .title = h->item.invoice != NULL ? h->item.invoice->title : NULL },
                      h->news->at, &step->letters[0]);
    h->item.n_letters = 1;
    return OK;
}

/* ---- paid too late --------------------------------------------------------------------------- */

/* Names one payment, whatever its reference is made of: "CHARGE 0123456789abcdef". */
static const char *late_key(struct hearing *h, char between)
{
    uint8_t digest[TOKEN_DIGEST];
    struct buf text;
    const char *reference = h->news->reference != NULL ? h->news->reference : "";
    buf_init(&text, 64);
    secret_digest(reference, strlen(reference), digest);
    text_put_hex(&text, digest, 8);
    const char *key = arena_printf(h->arena, "%s%c%s", h->was.id.s, between, buf_string(&text));
    buf_finish(&text);
    return key;
}

static enum err book_late(struct hearing *h, enum ledger_kind kind, const char *word, int64_t minor)
{
    const char *key = arena_printf(h->arena, "%s %s", word, late_key(h, ' '));
    struct ledger_entry e = ledger_entry_of(kind, key, h->news->at, h->was.amount.currency);
    memcpy(e.member, h->was.member.s, sizeof e.member);
    memcpy(e.subject, h->was.id.s, sizeof e.subject);
    enum err err = ledger_post(&e, minor, "cash:%s", means_kind_name(h->means.kind));
    if (err == OK)
        err = ledger_post(&e, -minor, "credit:members");
    if (err == OK)
        err = store_ledger_add(h->b->params.store, &e, 1);
    return err == ERR_EXISTS ? OK : err;
}

/* Says in the charge what became of it; its state stays. */
static enum err note_late(struct hearing *h, const char *why)
{
    struct charge noted = h->was;
    (void)!text_copy(noted.why, sizeof noted.why, why);
    struct store_billing item = { .charge = &noted,
                                  .charge_was = noted.state,
                                  .refunded_was = noted.refunded };
    enum err err = billing_save(h->b, &item);
    log_warning("billing", "charge %s: %s", h->was.id.s, why);
    return err == ERR_STATE ? OK : err;
}

/* Money for something nobody wants any more, or that was paid already: taken into the books as
 * owed, and given back. ERR_BUSY: the gateway gave no answer; whoever told is to tell again. */
static enum err give_back(struct hearing *h)
{
    struct pay_answer answer = { .outcome = CHARGE_TRY_UNKNOWN };
    int64_t minor = h->was.amount.minor;
    const char *twice = h->was.state == CHARGE_VOID ? "was not wanted any more" : "was paid before";
    h->is_nothing = true;
    enum err err = book_late(h, LEDGER_CHARGE, "late", minor);
    if (err != OK)
        return err;
    if (h->means.kind != MEANS_CARD)
        return note_late(h, arena_printf(h->arena,
                                         "paid, though it %s: to be given back by a "
                                         "transfer",
                                         twice));
    if (h->b->params.gateway != NULL)
        err = pay_refund(h->b->params.gateway, h->arena,
                         arena_printf(h->arena, "late-%s", late_key(h, '-')), h->news->reference,
                         &h->was.amount, &answer);
    if (err != OK || answer.outcome == CHARGE_TRY_UNKNOWN)
        return err != OK ? err : ERR_BUSY;
    if (!is_success(answer.outcome))
        return note_late(h, arena_printf(h->arena,
                                         "paid, though it %s, and cannot be given back: "
                                         "%s",
                                         twice, answer.why));
    err = book_late(h, LEDGER_REFUND, "late-refund", -minor);
    return err != OK
               ? err
               : note_late(h, arena_printf(h->arena, "paid, though it %s: given back", twice));
}

/* Nobody has moved the charge since it was read. Charge and membership are read one after the
 * other: who was quicker may have booked the same payment between the two. */
static enum err check_unmoved(struct hearing *h)
{
    struct charge now;
    enum err err = store_charge_get(h->b->params.store, h->arena, h->was.id, &now);
    return err == OK && now.state != h->was.state ? ERR_STATE : err;
}

/* ---- the moves ------------------------------------------------------------------------------- */

static enum err hear_paid(struct hearing *h)
{
    struct charge *c = &h->step->charge;
    c->state = h->news->outcome == CHARGE_TRY_PAID ? CHARGE_PAID : CHARGE_PENDING;
    if (c->state == CHARGE_PAID)
        c->paid = h->news->at;
    if (c->tries == 0)
        c->tries = 1;
    if (c->kind == CHARGE_RENTAL)
        return apply_rental(h);
    enum err err = apply(h, MEMBERSHIP_PAID);
    if (err == ERR_STATE) {
        err = check_unmoved(h);
        return err == OK ? give_back(h) : err;
    }
    if (err == OK)
        err = billing_step_paid(h->b, h->arena, &h->facts, &h->reader, h->means.kind, &h->was,
                                h->news->at, h->step);
    make_item(h);
    return err;
}

static enum err hear_settled(struct hearing *h)
{
    struct billing_step *step = h->step;
    step->charge.state = CHARGE_PAID;
    step->charge.paid = h->news->at;
    enum err err =
        billing_entry_settled(&step->charge, h->means.kind, h->news->at, &step->entries[0]);
    step->n_entries = 1;
    make_item(h);
    return err;
}

/* It could not be collected: the schedule says when it is tried again. A rental is not. */
static enum err hear_failed(struct hearing *h)
{
    struct charge *c = &h->step->charge;
    if (c->kind == CHARGE_RENTAL) {
        c->state = h->was.state == CHARGE_OPEN ? CHARGE_VOID : h->was.state;
        return apply_rental(h);
    }
    enum err err = apply(h, MEMBERSHIP_FAILED);
    if (err == ERR_STATE) { /* the membership has another charge by now, or none */
        c->state = CHARGE_VOID;
        err = OK;
    }
    make_item(h);
    return err;
}

static enum err credit_note(struct hearing *h)
{
    struct invoice of;
    int64_t minor = h->was.amount.minor - h->was.refunded;
    enum err err = billing_invoice_find(h->b, h->arena, &h->was, &of);
    if (err == OK && minor > 0) {
        h->step->has_invoice = true;
        h->step->invoice = billing_credit_note(
            h->b, billing_zone(&h->facts, h->arena, h->was.territory), &of, minor, h->news->at);
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err hear_returned(struct hearing *h)
{
    struct billing_step *step = h->step;
    bool is_lost = h->was.state == CHARGE_REFUNDED;
    step->charge.state = is_lost ? CHARGE_REFUNDED : CHARGE_RETURNED;
    enum err err = billing_entry_returned(&h->was, h->means.kind, h->was.state == CHARGE_PENDING,
                                          h->news->at, &step->entries[0]);
    if (err == OK)
        err = credit_note(h);
    if (err != OK)
        return err;
    step->n_entries = 1;
    if (h->was.kind == CHARGE_RENTAL && !is_lost) {
        err = apply_rental(h);
    } else {
        err = is_lost ? OK : apply(h, MEMBERSHIP_RETURNED);
        err = err == ERR_STATE ? OK : err; /* of a period long gone, or of nobody's membership */
        make_item(h);
    }
    h->item.try_number = 0;
    return err;
}

/* The member was sent to the bank's page, or there was no answer: it goes on under the same
 * charge. */
static enum err hear_nothing_yet(struct hearing *h)
{
    if (h->news->outcome == CHARGE_TRY_ASKS)
        (void)!text_copy(h->step->charge.why, sizeof h->step->charge.why, asks_why);
    make_item(h);
    h->is_nothing = h->news->try_number == 0;
    return OK;
}

/* The bank said no and this is no answer to a try: only who was sent to the bank's page has not
 * been told yet. */
static bool is_stale_no(const struct hearing *h)
{
    return h->news->try_number == 0 &&
           (h->news->reference == NULL || strcmp(h->news->reference, h->was.reference) != 0 ||
            strcmp(h->was.why, asks_why) != 0);
}

static bool is_other_payment(const struct hearing *h)
{
    const char *reference = h->news->reference;
    return reference != NULL && reference[0] != 0 && strcmp(reference, h->was.reference) != 0;
}

static enum err hear_when_open(struct hearing *h)
{
    if (h->news->is_return) {
        h->is_nothing = true;
        return OK;
    }
    switch (h->news->outcome) {
    case CHARGE_TRY_PAID:
    case CHARGE_TRY_PENDING: return hear_paid(h);
    case CHARGE_TRY_DECLINED:
    case CHARGE_TRY_REFUSED:
        h->is_nothing = is_stale_no(h);
        return h->is_nothing ? OK : hear_failed(h);
    case CHARGE_TRY_ASKS:
    case CHARGE_TRY_UNKNOWN: break;
    }
    return hear_nothing_yet(h);
}

static enum err hear_when_collected(struct hearing *h)
{
    bool is_pending = h->was.state == CHARGE_PENDING;
    bool is_no = h->news->outcome == CHARGE_TRY_DECLINED || h->news->outcome == CHARGE_TRY_REFUSED;
    if (h->news->is_return || (is_pending && is_no))
        return hear_returned(h);
    if (h->news->outcome == CHARGE_TRY_PAID && is_other_payment(h))
        return give_back(h);
    if (is_pending && (h->news->is_settled || h->news->outcome == CHARGE_TRY_PAID))
        return hear_settled(h);
    h->is_nothing = true;
    return OK;
}

static enum err hear_when_over(struct hearing *h)
{
    if (h->news->is_return && h->was.state == CHARGE_REFUNDED)
        return hear_returned(h);
    if (!h->news->is_return && h->news->outcome == CHARGE_TRY_PAID &&
        (h->was.state == CHARGE_VOID || is_other_payment(h)))
        return give_back(h);
    h->is_nothing = true;
    return OK;
}

static enum err decide(struct hearing *h)
{
    h->step = ARENA_NEW(h->arena, struct billing_step);
    h->item = (struct store_billing){ 0 };
    h->is_nothing = false;
    enum err err = store_charge_get(h->b->params.store, h->arena, h->news->charge, &h->was);
    if (err == OK)
        err = billing_means_of(h->b, h->arena, &h->was, &h->means);
    if (err != OK)
        return err;
    take_news(h);
    switch (h->was.state) {
    case CHARGE_OPEN:
    case CHARGE_RETURNED: return hear_when_open(h);
    case CHARGE_PENDING:
    case CHARGE_PAID: return hear_when_collected(h);
    default: return hear_when_over(h);
    }
}

/* ---- the answer ------------------------------------------------------------------------------ */

static void count(struct hearing *h)
{
    struct billing_renewal *t = h->tally;
    if (t == NULL || h->news->is_return || h->is_nothing)
        return;
    t->charged += is_success(h->news->outcome) ? 1 : 0;
    t->failed += h->news->outcome == CHARGE_TRY_DECLINED || h->news->outcome == CHARGE_TRY_REFUSED;
    t->unknown += h->news->outcome == CHARGE_TRY_UNKNOWN ? 1 : 0;
    billing_count(t, h->item.change, h->item.n_letters);
}

static void say_outcome(struct hearing *h)
{
    static const enum billing_answer answers[] = {
        [CHARGE_TRY_PAID] = BILLING_DONE,        [CHARGE_TRY_PENDING] = BILLING_PENDING,
        [CHARGE_TRY_ASKS] = BILLING_CONFIRM,     [CHARGE_TRY_DECLINED] = BILLING_DECLINED,
        [CHARGE_TRY_REFUSED] = BILLING_DECLINED, [CHARGE_TRY_UNKNOWN] = BILLING_BUSY
    };
    const char *why = h->news->why != NULL ? h->news->why : "";
    billing_say(h->out, answers[h->news->outcome], "%s", why);
    h->out->charge = h->is_nothing ? h->was : h->step->charge;
    if (h->is_nothing && (h->was.state == CHARGE_PAID || h->was.state == CHARGE_REFUNDED))
        billing_say(h->out, BILLING_DONE, "%s", "");
    if (h->is_nothing && h->was.state == CHARGE_VOID)
        billing_say(h->out, BILLING_DECLINED, "%s", "it was not wanted any more");
    if (h->item.change != NULL)
        h->out->membership = h->item.change->after;
    if (h->item.rental != NULL)
        h->out->rental = *h->item.rental;
}

enum err billing_hear_counted(struct billing *b, struct arena *arena,
                              const struct billing_news *news, struct billing_renewal *tally,
                              struct billing_result *out)
{
    struct hearing *h = ARENA_NEW(arena, struct hearing);
    *h = (struct hearing){ .b = b, .arena = arena, .news = news, .tally = tally, .out = out };
    enum err err = billing_facts_read(b, arena, &h->facts);
    for (int i = 0; err == OK && i < BILLING_AGAIN_MAX; i++) {
        err = decide(h);
        if (err == OK && !h->is_nothing)
            err = billing_save(b, &h->item);
        if (err == OK) {
            count(h);
            say_outcome(h);
            return OK;
        }
        if (err == ERR_STATE || err == ERR_EXISTS) /* somebody else had the same news */
            err = i + 1 < BILLING_AGAIN_MAX ? OK : ERR_BUSY;
    }
    return err;
}

enum err billing_hear(struct billing *b, struct arena *arena, const struct billing_news *news,
                      struct billing_result *out)
{
    return billing_hear_counted(b, arena, news, NULL, out);
}
