/* Cards: typed on the gateway's page, and what the gateway tells by itself afterwards.
 *
 * A webhook only says that something happened to a payment. They come late, several times and in
 * any order, so what is booked is what the gateway answers when it is asked (pay_look); what was
 * heard before changes nothing. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "driver/store/members.h"
#include "service/billing/inside.h"

/* ---- the page -----------------------------------------------------------------------------------
 */

enum err billing_card_begin(struct billing *b, struct arena *arena, member_id member,
                            const char *return_url, const char **url)
{
    struct member m;
    char key[ID_TEXT];
    if (b->params.gateway == NULL)
        return ERR_UNSUPPORTED;
    enum err err = store_member_get(b->params.store, arena, member, &m);
    if (err != OK)
        return err;
    id_new(key);
    return pay_setup(b->params.gateway, arena, key, member.s, m.email, return_url, url);
}

/* The page was looked at twice, or two browsers came back from it: the card is there. */
static enum err find_kept(struct billing *b, struct arena *arena, member_id member,
                          const char *reference, struct means *out)
{
    struct means *list;
    size_t n;
    enum err err = store_means_list(b->params.store, arena, member, &list, &n);
    for (size_t i = 0; err == OK && i < n; i++)
        if (list[i].kind == MEANS_CARD && strcmp(list[i].reference, reference) == 0) {
            *out = list[i];
            return OK;
        }
    return err == OK ? ERR_NOT_FOUND : err;
}

enum err billing_card_end(struct billing *b, struct arena *arena, member_id member,
                          const char *session, struct means *out)
{
    struct pay_card card;
    if (b->params.gateway == NULL)
        return ERR_UNSUPPORTED;
    enum err err = pay_setup_result(b->params.gateway, arena, session, &card);
    if (err == OK && strcmp(card.member, member.s) != 0)
        err = ERR_NOT_FOUND; /* whose page it was is nobody else's business */
    if (err != OK)
        return err;
    *out = (struct means){ .member = member,
                           .kind = MEANS_CARD,
                           .label = card.label,
                           .reference = card.reference,
                           .holder = "",
                           .created = clock_now() };
    id_new(out->id.s);
    memcpy(out->fingerprint, card.fingerprint, sizeof out->fingerprint);
    err = store_means_add(b->params.store, out);
    return err == ERR_EXISTS ? find_kept(b, arena, member, card.reference, out) : err;
}

/* ---- webhooks -----------------------------------------------------------------------------------
 */

struct told {
    struct billing *b;
    struct arena *arena;
    const char *reference; /* of the payment */
    struct pay_answer answer;
    struct charge charge; /* ours, as it is */
    struct billing_result result;
};

static enum err read_charge(struct told *t)
{
    return store_charge_get(t->b->params.store, t->arena, t->charge.id, &t->charge);
}

/* Whether the charge is collected, or being collected, by this payment; else by another one, and
 * this was one too many. */
static bool is_the_payment(const struct told *t)
{
    return t->charge.reference[0] == 0 || strcmp(t->charge.reference, t->reference) == 0;
}

static enum err hear(struct told *t, bool is_return)
{
    struct billing_news news = { .charge = t->charge.id,
                                 .outcome = t->answer.outcome,
                                 .is_return = is_return,
                                 .reference = t->reference,
                                 .why = is_return ? "the bank took it back" : t->answer.why,
                                 .at = clock_now() };
    enum err err = billing_hear(t->b, t->arena, &news, &t->result);
    return err == OK ? read_charge(t) : err;
}

/* What became of the payment itself. A payment that the bank took back is not paid again by being
 * heard of, and of one too many that was given back nothing is left to hear. One that was ended was
 * so by us, and another is being made. */
static enum err hear_outcome(struct told *t)
{
    bool is_over = t->charge.state == CHARGE_RETURNED || !is_the_payment(t);
    bool is_ended = strcmp(t->answer.why, PAY_CANCELED) == 0;
    if (is_ended || (is_over && (t->answer.is_disputed || t->answer.refunded > 0)))
        return OK;
    return hear(t, false);
}

static enum err hear_dispute(struct told *t)
{
    bool is_ours = is_the_payment(t) && t->charge.state == CHARGE_PAID;
    return t->answer.is_disputed && is_ours ? hear(t, true) : OK;
}

/* Ours are known by the key that they were asked for under, others by the gateway's id. NULL: of a
 * payment too many, which is booked where it was found out. */
static const char *refund_key(const struct pay_given_back *g)
{
    static const char ours[] = "refund-", late[] = "late-";
    if (g->key == NULL)
        return g->id;
    if (strncmp(g->key, late, strlen(late)) == 0)
        return NULL;
    return strncmp(g->key, ours, strlen(ours)) == 0 ? g->key + strlen(ours) : g->key;
}

static enum err hear_refunds(struct told *t)
{
    struct pay_given_back *list;
    size_t n;
    if (!is_the_payment(t) || t->charge.state != CHARGE_PAID ||
        t->answer.refunded <= t->charge.refunded)
        return OK;
    enum err err = pay_given_back(t->b->params.gateway, t->arena, t->reference, &list, &n);
    for (size_t i = 0; err == OK && i < n; i++) {
        const char *key = refund_key(&list[i]);
        if (key == NULL || list[i].minor <= 0)
            continue;
        err = billing_refund_told(t->b, t->arena, t->charge.id, list[i].minor, key, &t->result);
        if (err == ERR_STATE || err == ERR_ARGUMENT) {
            log_error("billing",
                      "charge %s: the gateway gave money back (%s) that is not booked: %s",
                      t->charge.id.s, list[i].id, t->result.why);
            err = OK;
        }
    }
    return err;
}

/* ERR_NOT_FOUND: the payment is none of ours. */
static enum err find_charge(struct told *t)
{
    const char *charge = t->answer.charge;
    if (charge == NULL || !id_parse(charge, strlen(charge), t->charge.id.s))
        return ERR_NOT_FOUND;
    return read_charge(t);
}

enum err billing_hear_payment(struct billing *b, struct arena *arena, const char *reference)
{
    struct told *t = ARENA_NEW(arena, struct told);
    *t = (struct told){ .b = b, .arena = arena, .reference = reference };
    enum err err = pay_look(b->params.gateway, arena, reference, &t->answer);
    if (err == OK && t->answer.outcome == CHARGE_TRY_UNKNOWN)
        err = ERR_BUSY; /* and the gateway tells again */
    if (err == OK)
        err = find_charge(t);
    if (err == ERR_NOT_FOUND) {
        log_info("billing", "payment %s of the card gateway is none of ours", reference);
        return OK;
    }
    if (err == OK)
        err = hear_outcome(t);
    if (err == OK)
        err = hear_refunds(t);
    return err == OK ? hear_dispute(t) : err;
}

/* Longer than a signature is good for, on either side of our clock. */
#define KEEP_US (3 * PAY_EVENT_WINDOW)

static enum err take_in(struct billing *b, struct arena *arena, const void *body, size_t n,
                        const char *signature, char why[MEMBERSHIP_WHY])
{
    struct pay_event event;
    char doubt[CHARGE_WHY];
    utc_time now = clock_now();
    enum err err = pay_event_read(b->params.gateway, arena, body, n, signature, now, &event, doubt);
    if (err != OK) {
        snprintf(why, MEMBERSHIP_WHY, "%s", doubt);
        return err;
    }
    err = store_webhook_note(b->params.store, event.signature, now, KEEP_US);
    if (err == ERR_EXISTS) {
        snprintf(why, MEMBERSHIP_WHY, "signature: it was seen before");
        return ERR_DENIED;
    }
    if (err != OK || event.kind == PAY_EVENT_OTHER || event.answer.reference[0] == 0)
        return err;
    return billing_hear_payment(b, arena, event.answer.reference);
}

enum err billing_webhook(struct billing *b, const void *body, size_t n, const char *signature,
                         char why[MEMBERSHIP_WHY])
{
    why[0] = 0;
    if (b->params.gateway == NULL) {
        snprintf(why, MEMBERSHIP_WHY, "signature: the house has no card gateway");
        return ERR_DENIED;
    }
    struct arena *arena = arena_create();
    enum err err = take_in(b, arena, body, n, signature, why);
    arena_destroy(&arena);
    return err;
}
