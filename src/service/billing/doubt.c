/* Charges that nobody wants any more while it is not known what came of their last try: who asked
 * the gateway died, or had no answer, or the member was sent to the bank's page. The gateway tells
 * by itself what was paid, once; when nobody heard, it is asked here. */
#include <string.h>

#include "base/log.h"
#include "service/billing/inside.h"

static bool is_paid(enum charge_outcome outcome)
{
    return outcome == CHARGE_TRY_PAID || outcome == CHARGE_TRY_PENDING;
}

/* The payment of the try. DECLINED without a reference: none was made. */
static enum err find_payment(struct billing *b, struct arena *arena, const struct charge *charge,
                             struct pay_answer *out)
{
    struct means means = { .kind = MEANS_CARD };
    *out = (struct pay_answer){ .outcome = CHARGE_TRY_DECLINED };
    if (charge->reference[0] != 0)
        return pay_look(b->params.gateway, arena, charge->reference, out);
    enum err err = store_means_get(b->params.store, arena, charge->member, charge->means, &means);
    if (err == ERR_NOT_FOUND || (err == OK && means.kind != MEANS_CARD))
        return OK; /* the gateway was not asked: it was a direct debit, or there were no means */
    if (err != OK)
        return err;
    err = pay_find(
        b->params.gateway, arena,
        &(struct pay_order){ .key = arena_printf(arena, "%s-%u", charge->id.s, charge->tries),
                             .charge = charge->id.s,
                             .amount = charge->amount,
                             .reference = means.reference },
        out);
    if (err == ERR_NOT_FOUND)
        *out = (struct pay_answer){ .outcome = CHARGE_TRY_DECLINED };
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err billing_doubt_settle(struct billing *b, struct arena *arena, const struct charge *charge)
{
    struct pay_answer answer;
    if (b->params.gateway == NULL)
        return ERR_BUSY;
    enum err err = find_payment(b, arena, charge, &answer);
    if (err == OK && answer.outcome == CHARGE_TRY_ASKS) {
        const char *reference = arena_strdup(arena, answer.reference);
        err = pay_cancel(b->params.gateway, arena, reference, &answer);
    }
    if (err == OK && (answer.outcome == CHARGE_TRY_UNKNOWN || answer.outcome == CHARGE_TRY_ASKS))
        err = ERR_BUSY;
    if (err == OK && is_paid(answer.outcome)) {
        log_warning("billing", "charge %s was given up while payment %s of it was made",
                    charge->id.s, answer.reference);
        err = billing_hear_payment(b, arena, answer.reference);
    }
    if (err == OK && answer.outcome == CHARGE_TRY_PENDING)
        err = ERR_BUSY; /* the bank has not decided yet */
    return err == OK ? store_charge_settle(b->params.store, charge->id, answer.outcome) : err;
}
