#include <string.h>

#include "service/billing/inside.h"

/* What is in a gift that somebody paid for becomes a sale when it is redeemed. */
static enum err book_redeemed(const struct gift *gift, member_id member, utc_time now,
                              struct billing_step *step)
{
    char key[LEDGER_KEY] = "gift ";
    if (gift->paid.minor == 0)
        return OK;
    memcpy(key + 5, gift->id.s, sizeof gift->id.s);
    struct ledger_entry *e = &step->entries[0];
    *e = ledger_entry_of(LEDGER_GIFT, key, now, gift->paid.currency);
    memcpy(e->member, member.s, sizeof e->member);
    memcpy(e->subject, gift->id.s, sizeof e->subject);
    step->n_entries = 1;
    return ledger_sell(e, gift->paid.minor, gift->tax_permille, "gifts", "revenue:gift",
                       gift->territory);
}

/* Why it cannot be redeemed; NULL: it can. */
static const char *refusal(const struct gift *gift, utc_time now)
{
    if (gift->redeemed.us != 0)
        return "the code was used already";
    if (gift->expires.us != 0 && gift->expires.us <= now.us)
        return "the code has expired";
    return NULL;
}

static void refuse(struct billing_result *out, const char *why)
{
    billing_say(out, BILLING_REFUSED, "%s", why);
    out->refusal = BILLING_REFUSAL_GIFT;
}

/* As it is now: months must not be given for a time that has passed. */
static enum err read_membership(struct billing *b, struct arena *arena, member_id member,
                                utc_time now, struct membership *out)
{
    struct billing_renewal tally = { 0 };
    enum err err = store_membership_get(b->params.store, member, out);
    if (err != OK || !billing_is_behind(out, now))
        return err;
    err = billing_renew_one(b, arena, member, now, &tally);
    return err == OK ? store_membership_get(b->params.store, member, out) : err;
}

static enum err redeem(struct billing *b, struct arena *arena, member_id member,
                       const struct gift *found, utc_time now, struct billing_result *out)
{
    struct billing_step *step = ARENA_NEW(arena, struct billing_step);
    struct membership_terms terms;
    struct membership_event event = { .kind = MEMBERSHIP_GIFT,
                                      .now = now,
                                      .months = found->months };
    struct billing_facts facts;
    struct billing_reader reader = { 0 };
    struct gift gift = *found;
    char why[MEMBERSHIP_WHY] = "";
    billing_id_new(event.new_charge.s);
    enum err err = billing_facts_read(b, arena, &facts);
    if (err == OK)
        err = read_membership(b, arena, member, now, &step->before);
    if (err != OK)
        return err;
    billing_terms_of(b, &facts, arena, &step->before, gift.plan, now, &terms);
    terms.trial_days = 0;
    err = membership_apply(&step->before, &terms, &event, &step->change, why);
    out->membership = step->before;
    if (err == ERR_STATE || err == ERR_ARGUMENT || err == ERR_FULL) {
        billing_say(out, BILLING_REFUSED, "%s", why);
        return OK;
    }
    if (err == OK)
        err = book_redeemed(&gift, member, now, step);
    if (err != OK)
        return err;
    billing_step_letter(b, arena, &reader, now, step);
    gift.redeemed = now;
    gift.redeemed_by = member;
    struct store_billing item = billing_step_item(step);
    item.gift = &gift;
    err = billing_save(b, &item);
    if (err == OK)
        out->membership = step->change.after;
    if (err == OK && step->change.collect_again)
        err = billing_collect(b, arena, step->change.after.charge, NULL, out);
    return err;
}

enum err billing_redeem(struct billing *b, struct arena *arena, member_id member, const char *typed,
                        struct billing_result *out)
{
    char code[GIFT_CODE_TEXT];
    uint8_t digest[TOKEN_DIGEST];
    *out = (struct billing_result){ .answer = BILLING_DONE };
    if (gift_code_normal(typed, strlen(typed), code) != OK) {
        refuse(out, "this is no code");
        return OK;
    }
    secret_digest(code, strlen(code), digest);
    for (int i = 0; i < BILLING_AGAIN_MAX; i++) {
        struct gift gift;
        utc_time now = clock_now();
        enum err err = store_gift_find(b->params.store, arena, digest, &gift);
        if (err == ERR_NOT_FOUND) {
            refuse(out, "there is no such code");
            return OK;
        }
        if (err != OK)
            return err;
        /* The same member again: the answer got lost on its way, and is the same. */
        if (gift.redeemed.us != 0 && strcmp(gift.redeemed_by.s, member.s) == 0)
            return store_membership_get(b->params.store, member, &out->membership);
        if (refusal(&gift, now) != NULL) {
            refuse(out, refusal(&gift, now));
            return OK;
        }
        err = redeem(b, arena, member, &gift, now, out);
        if (err != ERR_STATE && err != ERR_EXISTS)
            return err;
    }
    billing_say(out, BILLING_BUSY, "the subscription is being changed by somebody else");
    return OK;
}

enum err billing_gift_make(struct billing *b, struct arena *arena, const struct gift *like,
                           const char *paid_to, struct gift *out, char code[GIFT_CODE_TEXT])
{
    uint8_t random[10];
    char key[LEDGER_KEY] = "gift-sold ";
    struct ledger_entry *e = ARENA_NEW(arena, struct ledger_entry);
    struct store_billing item = { .gift = out };
    *out = *like;
    billing_id_new(out->id.s);
    secret_bytes(random, sizeof random);
    gift_code_of(random, code);
    secret_digest(code, strlen(code), out->digest);
    if (out->paid.minor > 0) {
        memcpy(key + 10, out->id.s, sizeof out->id.s);
        *e = ledger_entry_of(LEDGER_GIFT, key, out->created, out->paid.currency);
        memcpy(e->subject, out->id.s, sizeof e->subject);
        enum err err = ledger_post(e, out->paid.minor, "%s", paid_to);
        if (err == OK)
            err = ledger_post(e, -out->paid.minor, "gifts");
        if (err != OK)
            return err;
        item.entries = e;
        item.n_entries = 1;
    }
    return billing_save(b, &item);
}
