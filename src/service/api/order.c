/* What is asked of billing, and what its answers come to. */
#include <string.h>

#include "base/text.h"
#include "service/api/limits.h"
#include "service/api/me.h"
#include "service/api/membership.h"
#include "service/api/words.h"

const struct billing_ops *order_ops(struct api_call *call)
{
    if (call->params->billing == NULL)
        call_problem(call, PROBLEM_NOT_FOUND, NULL, NULL);
    return call->params->billing;
}

/* ---- reading --------------------------------------------------------------------------------- */

void order_read_once(struct api_call *call, struct billing_order *order)
{
    order->once = json_read_text(&call->in, "once", JSON_OPTIONAL, 1, LIMIT_ONCE);
    if (order->once != NULL && !text_is_line(order->once, strlen(order->once)))
        json_read_wrong(&call->in, "once", "must be one line");
}

bool order_read_end(struct api_call *call, struct billing_order *order, enum json_need need)
{
    const char *id = json_read_text(&call->in, "means", need, 1, LIMIT_WORD);
    struct means means;
    if (id != NULL && !id_parse(id, strlen(id), order->means.s))
        json_read_wrong(&call->in, "means", "must be the id of payment means");
    if (!call_read_end(call))
        return false;
    if (id == NULL)
        return true;
    enum err err =
        store_means_get(call->store, call->arena, call->member->id, order->means, &means);
    if (err == OK && means.removed.us == 0)
        return true;
    if (err == OK || err == ERR_NOT_FOUND)
        call_problem_said(call, PROBLEM_PAYMENT_MEANS);
    else
        call_fail(call, err, "read payment means");
    return false;
}

/* ---- answers --------------------------------------------------------------------------------- */

/* Why a bank or gateway says no, by the words that they use among others. */
const char *order_why(const struct api_call *call, const char *why)
{
    static const char *const reasons[] = {
        "insufficient_funds",
        "expired_card",
        "lost_card",
        "stolen_card",
        "incorrect_cvc",
        "AC04",
        "AM04",
        "MD01",
        "MD06",
        "MS02",
        "authentication_required",
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (strstr(why, reasons[i]) != NULL)
            return words_for(arena_printf(call->arena, "declined:%s", reasons[i]), call->language);
    return why[0] != 0 ? words_for("problem:payment-declined", call->language) : NULL;
}

static void answer_refused(struct api_call *call, const struct billing_result *result)
{
    static const enum problem problems[] = {
        [BILLING_REFUSAL_STATE] = PROBLEM_STATE,         [BILLING_REFUSAL_PLAN] = PROBLEM_PLAN,
        [BILLING_REFUSAL_MEANS] = PROBLEM_PAYMENT_MEANS, [BILLING_REFUSAL_PRICE] = PROBLEM_PRICE,
        [BILLING_REFUSAL_GIFT] = PROBLEM_GIFT,
    };
    if (result->refusal == BILLING_REFUSAL_STATE)
        call_problem(call, PROBLEM_STATE, NULL,
                     result->why[0] != 0 ? arena_strdup(call->arena, result->why) : NULL);
    else
        call_problem_said(call, problems[result->refusal]);
}

bool order_went(struct api_call *call, enum err err, const struct billing_result *result,
                const char *doing)
{
    if (err != OK) {
        call_fail(call, err, doing);
        return false;
    }
    switch (result->answer) {
    case BILLING_DECLINED: {
        const char *why = order_why(call, result->why);
        call_problem(call, PROBLEM_PAYMENT_DECLINED, NULL,
                     why != NULL ? why : words_for("problem:payment-declined", call->language));
        return false;
    }
    case BILLING_REFUSED: answer_refused(call, result); return false;
    case BILLING_BUSY: call_problem_said(call, PROBLEM_PAYMENT_BUSY); return false;
    default: break;
    }
    call->now = clock_now(); /* what was begun meanwhile has begun when it is told */
    return true;
}

void order_write(struct api_call *call, const struct billing_result *result)
{
    static const char *const answers[] = {
        [BILLING_DONE] = "done",
        [BILLING_PENDING] = "pending",
        [BILLING_CONFIRM] = "confirm",
    };
    json_object(&call->w, NULL);
    json_text(&call->w, "answer", answers[result->answer]);
    if (result->answer == BILLING_CONFIRM)
        json_text(&call->w, "confirm_url", result->confirm_url);
}

void order_answer_me(struct api_call *call, const struct billing_result *result)
{
    struct member fresh;
    enum err err = store_member_get(call->store, call->arena, call->member->id, &fresh);
    if (err == OK) {
        order_write(call, result);
        err = me_write(call, "me", &fresh);
        json_end(&call->w);
    }
    if (err != OK)
        call_fail(call, err, "read a member");
    else
        call_answer(call, 200);
}
