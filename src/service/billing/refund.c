#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "service/billing/inside.h"

struct refunding {
    struct billing *b;
    struct arena *arena;
    const char *key;
    struct billing_result *out;
    int64_t minor; /* > 0 once it is known */
    struct billing_facts facts;
    struct charge was;
    struct means means;
    bool is_given; /* the gateway has done it */
    utc_time now;
    char note[CHARGE_WHY];
};

enum { REFUND_KEY_MAX = 60 }; /* letters; "refund " stands before it in the ledger */

/* Not two refunds under one key, whatever is asked the second time. *is_done: this one was. */
static enum err look_for_key(struct refunding *r, charge_id charge, int64_t minor, bool *is_done)
{
    struct ledger_entry e;
    char key[LEDGER_KEY];
    *is_done = false;
    snprintf(key, sizeof key, "refund %s", r->key);
    enum err err = store_ledger_get(r->b->params.store, key, &e);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    int64_t given = 0;
    for (size_t i = 0; i < e.n; i++)
        given -= strncmp(e.postings[i].account, "cash:", 5) == 0 ? e.postings[i].minor : 0;
    if (strcmp(e.subject, charge.s) != 0 || (minor != 0 && minor != given)) {
        billing_say(r->out, BILLING_REFUSED, "the key %s was used for another refund", r->key);
        return ERR_STATE;
    }
    *is_done = true;
    return OK;
}

static enum err check(struct refunding *r, int64_t minor)
{
    int64_t left = r->was.amount.minor - r->was.refunded;
    if (r->was.state != CHARGE_PAID) {
        billing_say(r->out, BILLING_REFUSED,
                    "the charge is %s, and only what is paid is given back",
                    charge_state_name(r->was.state));
        return ERR_STATE;
    }
    r->minor = minor == 0 ? left : minor;
    if (r->minor > left) {
        char text[MONEY_TEXT];
        struct money m = { .minor = left };
        memcpy(m.currency, r->was.amount.currency, sizeof m.currency);
        money_format(&m, text);
        billing_say(r->out, BILLING_REFUSED, "only %s of it is left", text);
        return ERR_STATE;
    }
    return OK;
}

/* Card: the gateway gives it back. Direct debit: the house's bank does, by a transfer; the books
 * say that it is on its way. */
static enum err give(struct refunding *r)
{
    struct pay_answer answer = { .outcome = CHARGE_TRY_UNKNOWN };
    struct money amount = { .minor = r->minor };
    memcpy(amount.currency, r->was.amount.currency, sizeof amount.currency);
    if (r->is_given)
        return OK;
    if (r->means.kind != MEANS_CARD) {
        snprintf(r->note, sizeof r->note, "to be transferred to the member by the house's bank");
        r->is_given = true;
        return OK;
    }
    if (r->b->params.gateway == NULL) {
        billing_say(r->out, BILLING_REFUSED, "this house has no card gateway set");
        return ERR_STATE;
    }
    enum err err =
        pay_refund(r->b->params.gateway, r->arena, arena_printf(r->arena, "refund-%s", r->key),
                   r->was.reference, &amount, &answer);
    if (err != OK)
        return err;
    r->is_given = answer.outcome == CHARGE_TRY_PAID || answer.outcome == CHARGE_TRY_PENDING;
    if (!r->is_given)
        billing_say(r->out, answer.outcome == CHARGE_TRY_UNKNOWN ? BILLING_BUSY : BILLING_DECLINED,
                    "%s", answer.why);
    return OK;
}

static enum err write_papers(struct refunding *r, struct billing_step *step)
{
    struct invoice of;
    struct billing_reader reader = { 0 };
    struct money amount = { .minor = r->minor };
    const struct zone *zone = billing_zone(&r->facts, r->arena, r->was.territory);
    const struct member *member = billing_reader(r->b, r->arena, &reader, r->was.member);
    memcpy(amount.currency, r->was.amount.currency, sizeof amount.currency);
    enum err err = billing_invoice_find(r->b, r->arena, &r->was, &of);
    if (err == OK) {
        step->has_invoice = true;
        step->invoice = billing_credit_note(r->b, zone, &of, r->minor, r->now);
    }
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    if (member == NULL)
        return OK;
    billing_letter_of(r->arena,
                      &(struct billing_letter){ .kind = LETTER_REFUND,
                                                .member = member,
                                                .amount = &amount,
                                                .plan = err == OK ? of.plan : NULL,
                                                .title = err == OK ? of.title : NULL },
                      r->now, &step->letters[step->n_letters++]);
    return OK;
}

static enum err book(struct refunding *r)
{
    struct billing_step *step = ARENA_NEW(r->arena, struct billing_step);
    struct charge *c = &step->charge;
    *c = r->was;
    c->refunded += r->minor;
    if (c->refunded == c->amount.minor)
        c->state = CHARGE_REFUNDED;
    if (r->note[0] != 0)
        (void)!text_copy(c->why, sizeof c->why, r->note);
    enum err err =
        billing_entry_refunded(&r->was, r->means.kind, r->minor, r->key, r->now, &step->entries[0]);
    step->n_entries = 1;
    if (err == OK)
        err = write_papers(r, step);
    if (err != OK)
        return err;
    struct store_billing item = billing_step_item(step);
    item.charge_was = r->was.state;
    item.refunded_was = r->was.refunded;
    if (c->kind == CHARGE_RENTAL && c->state == CHARGE_REFUNDED)
        err = billing_rent_outcome(r->b, r->arena, c, &item);
    if (err == OK)
        err = billing_save(r->b, &item);
    if (err == OK) {
        r->out->charge = *c;
        billing_say(r->out, BILLING_DONE, "%s", r->note);
    }
    return err;
}

/* ERR_EXISTS: once more from the start. */
static enum err try_once(struct refunding *r, charge_id charge, int64_t minor)
{
    bool is_done = false;
    enum err err = store_charge_get(r->b->params.store, r->arena, charge, &r->was);
    if (err == OK)
        err = look_for_key(r, charge, minor, &is_done);
    r->out->charge = r->was;
    if (err != OK || is_done)
        return err;
    /* What the gateway told by itself meanwhile may have been this. */
    if (r->is_given && (r->was.state == CHARGE_REFUNDED))
        return OK;
    err = check(r, minor);
    if (err == OK)
        err = billing_means_of(r->b, r->arena, &r->was, &r->means);
    if (err == OK)
        err = give(r);
    if (err != OK || !r->is_given)
        return err;
    err = book(r);
    return err == ERR_STATE ? ERR_EXISTS : err;
}

static bool key_is_good(const char *key)
{
    size_t n = key == NULL ? 0 : strlen(key);
    if (n == 0 || n > REFUND_KEY_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (key[i] <= ' ' || key[i] > '~')
            return false;
    }
    return true;
}

static enum err repeat(struct refunding *r, charge_id charge, int64_t minor)
{
    enum err err = billing_facts_read(r->b, r->arena, &r->facts);
    for (int i = 0; err == OK && i < BILLING_AGAIN_MAX; i++) {
        err = try_once(r, charge, minor);
        if (err != ERR_EXISTS)
            return err;
        err = OK;
    }
    return err == OK ? ERR_BUSY : err;
}

enum err billing_refund(struct billing *b, struct arena *arena, charge_id charge, int64_t minor,
                        const char *key, struct billing_result *out)
{
    struct refunding r = { .b = b, .arena = arena, .key = key, .out = out, .now = clock_now() };
    *out = (struct billing_result){ .answer = BILLING_DONE };
    if (minor < 0 || !key_is_good(key)) {
        billing_say(out, BILLING_REFUSED, "%s",
                    minor < 0 ? "an amount to give back is above 0"
                              : "a key has 1 to 60 letters, digits and signs, without spaces");
        return ERR_ARGUMENT;
    }
    return repeat(&r, charge, minor);
}

enum err billing_refund_told(struct billing *b, struct arena *arena, charge_id charge,
                             int64_t minor, const char *key, struct billing_result *out)
{
    struct refunding r = {
        .b = b, .arena = arena, .key = key, .out = out, .is_given = true, .now = clock_now()
    };
    *out = (struct billing_result){ .answer = BILLING_DONE };
    if (minor <= 0 || !key_is_good(key))
        return ERR_ARGUMENT;
    return repeat(&r, charge, minor);
}
