/* Members' subscriptions as the API shows and changes them. */
#ifndef LANTERNE_SERVICE_API_MEMBERSHIP_H
#define LANTERNE_SERVICE_API_MEMBERSHIP_H

#include "rules/billing/order.h"
#include "service/api/call.h"
#include "service/api/shelf.h"

/* The word for it at the instant: what is kept says how it came to be, the clock says whether it
 * still runs. */
const char *membership_word(const struct membership *m, utc_time now, utc_time *until);
/* Writes the object of a member's subscription. shelf: of the membership's territory. */
MUST_CHECK enum err membership_json(struct api_call *call, const char *key,
                                    const struct membership *m, const struct shelf *shelf);

/* ---- orders (order.c) ---------------------------------------------------------------------------
 */

/* The service of money; NULL: answered, there is none. */
const struct billing_ops *order_ops(struct api_call *call);
/* Reads "means" of the body into an order: of the member, and there. Ends the reading. False:
 * answered. */
bool order_read_end(struct api_call *call, struct billing_order *order, enum json_need need);
/* Reads "once". */
void order_read_once(struct api_call *call, struct billing_order *order);
/* Whether the order was carried out; false: answered with why not. doing follows "cannot". */
bool order_went(struct api_call *call, enum err err, const struct billing_result *result,
                const char *doing);
/* Begins the answer: opens the object and writes "answer" and "confirm_url". */
void order_write(struct api_call *call, const struct billing_result *result);
/* Answers {"answer","confirm_url","me"} with the member as the store has it now. */
void order_answer_me(struct api_call *call, const struct billing_result *result);
/* A refusal of the bank's or gateway's in words for its member; NULL: nothing is known. */
const char *order_why(const struct api_call *call, const char *why);

#endif
