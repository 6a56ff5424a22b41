/* Sessions of boxes: begun by an activation, or by what a partner of ours signed. */
#ifndef LANTERNE_SERVICE_API_BOX_H
#define LANTERNE_SERVICE_API_BOX_H

#include "driver/password/password.h"
#include "driver/store/account.h"
#include "service/api/call.h"

struct box_session {
    const struct member *member; /* whose it is */
    const char *name;            /* what its owner calls it; NULL or "": not said */
    const char *model;           /* of the box, likewise */
    const char *partner;         /* id of who vouched for the member; NULL: the member did */
};
/* A session ready to be written: fill it in, give `start` to the store (store_session_start, or a
 * call of yours that begins it in one transaction with what it is begun by), answer. */
struct box_start {
    struct store_session_start start;
    char token[TOKEN_TEXT];
    uint8_t digest[TOKEN_DIGEST];
    char place[3];
};
/* Makes the token and the letter that tells the member. All of `out` lives as long as the call;
 * *out must not move. */
void box_session_prepare(struct api_call *call, const struct box_session *box,
                         struct box_start *out);
/* Answers 200 {"access_token","token_type":"Bearer","expires_in"} (RFC 6749 section 5.1). */
void box_session_answer(struct api_call *call, const struct box_start *box);
/* The three in one: prepare, store_session_start, answer. Answers OAuth's errors too. */
void box_session_begin(struct api_call *call, const struct box_session *box);

/* Whether a box may ask this route in its member's name. It stands where guests and burglars come
 * by and asks nobody for a password: it is no door to the house, and neither lets others in nor
 * throws them out. */
bool box_may_ask(const struct api_route *route);

#endif
