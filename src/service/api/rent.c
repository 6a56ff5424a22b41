/* Films for a night, and what a member has rented. */
#include <string.h>

#include "driver/store/rentals.h"
#include "service/api/bill.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/membership.h"
#include "service/api/shown.h"

static void read_wish(struct api_call *call, struct billing_order *order)
{
    const char *id = json_read_text(&call->in, "playable", JSON_REQUIRED, 1, LIMIT_WORD);
    const char *format = json_read_text(&call->in, "format", JSON_OPTIONAL, 1, LIMIT_WORD);
    if (id != NULL && !id_parse(id, strlen(id), order->playable.s))
        json_read_wrong(&call->in, "playable", "must be the id of a playable");
    if (format != NULL && !rights_format_parse(format, &order->format))
        json_read_wrong(&call->in, "format", "must be SD, HD or UHD");
    order_read_once(call, order);
}

/* Who may not know of it is told that there is no such thing. */
static enum err check_shown(struct api_call *call, playable_id playable)
{
    struct shown shown;
    enum err err = shown_playable(call, playable, &shown);
    return err == OK && !shown.verdict.is_shown ? ERR_NOT_FOUND : err;
}

void handle_rent(struct api_call *call)
{
    struct billing_result result = { .answer = BILLING_DONE };
    struct billing_order order = { .member = call->member->id,
                                   .format = RIGHTS_UHD, /* the greatest that is offered */
                                   .territory = call->viewer.territory };
    const struct billing_ops *ops = order_ops(call);
    read_wish(call, &order);
    if (ops == NULL || !order_read_end(call, &order, JSON_OPTIONAL))
        return;
    const char *base =
        client_base_url(call->rq, &call->client, call->params->public_url, call->arena);
    order.return_url = arena_printf(call->arena, "%s/account", base);
    enum err err = check_shown(call, order.playable);
    if (err == OK)
        err = ops->rent(ops->context, call->arena, &order, &result);
    if (!order_went(call, err, &result, "rent a film"))
        return;
    call->now = clock_now(); /* it took its time, and is told as it is now */
    order_write(call, &result);
    err = bill_write_rental(call, "rental", &result.rental);
    json_end(&call->w);
    if (err != OK)
        call_fail(call, err, "read a rental");
    else
        call_answer(call, 201);
}

void handle_me_rentals(struct api_call *call)
{
    struct rental *rentals = NULL;
    size_t n = 0;
    enum err err = store_rentals_list(call->store, call->arena, call->member->id, &rentals, &n);
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; err == OK && i < n; i++)
        if (rental_was_one(&rentals[i], call->now))
            err = bill_write_rental(call, NULL, &rentals[i]);
    json_end(&call->w);
    json_end(&call->w);
    if (err != OK)
        call_fail(call, err, "list rentals");
    else
        call_answer(call, 200);
}
