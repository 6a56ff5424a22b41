/* What the card gateway sends by itself. It asks nobody's leave: the signature over the bytes as
 * they came says who it is. */
#include "base/log.h"
#include "service/api/handlers.h"
#include "service/api/membership.h"

void handle_webhook_card(struct api_call *call)
{
    char why[MEMBERSHIP_WHY] = "";
    const char *signature = http_header(call->rq, "Stripe-Signature");
    const struct billing_ops *ops = order_ops(call);
    if (ops == NULL)
        return;
    if (signature == NULL) {
        call_problem(call, PROBLEM_SIGNATURE, NULL, "there is none");
        return;
    }
    enum err err = ops->webhook(ops->context, call->rq->body, call->rq->body_size, signature, why);
    const char *detail = why[0] != 0 ? arena_strdup(call->arena, why) : NULL;
    if (err == ERR_DENIED) {
        log_warning("api", "a webhook was refused: %s", detail != NULL ? detail : "denied");
        call_problem(call, PROBLEM_SIGNATURE, NULL, detail);
    } else if (err == ERR_MALFORMED) {
        call_problem(call, PROBLEM_MALFORMED, NULL, detail);
    } else if (err != OK) {
        call_fail(call, err, "take in a webhook");
    } else {
        call_answer_empty(call, 204);
    }
}
