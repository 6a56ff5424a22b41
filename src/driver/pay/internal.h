/* Shared inside driver/pay. */
#ifndef LANTERNE_DRIVER_PAY_INTERNAL_H
#define LANTERNE_DRIVER_PAY_INTERNAL_H

#include "base/buf.h"
#include "driver/http/client.h"
#include "driver/json/reader.h"
#include "driver/pay/pay.h"

struct pay_gateway {
    struct http_client *http;
    char *url;            /* without a slash at the end */
    char *authorization;  /* a whole header line */
    char *webhook_secret; /* NULL */
};

enum {
    PAY_ID_MAX = 80, /* bytes of a gateway's id; CHARGE_REFERENCE has room for it */
    PAY_LINK_MAX = 4096,
    PAY_PAGE = 100,    /* payments in one page of a list */
    PAY_PAGES_MAX = 5, /* of one customer's payments, newest first */
};

/* ---- amount.c -----------------------------------------------------------------------------------
 */

/* Minor units as the gateway counts them. false: why. */
bool pay_amount_to_gateway(const struct money *amount, int64_t *out, char why[CHARGE_WHY]);
/* And back. currency: three letters in any case. false: no currency, or past the range. */
bool pay_amount_of_gateway(int64_t amount, const char *currency, struct money *out);

/* ---- form.c -------------------------------------------------------------------------------------
 */

/* Adds name=value, percent-encoded (the name too: metadata[charge]); NULL adds nothing. */
void pay_form_put(struct buf *form, const char *name, const char *value);
void pay_form_number(struct buf *form, const char *name, int64_t value);
/* Letters, digits, '_' and '-', 1..PAY_ID_MAX: what may stand in a path. */
bool pay_id_is_good(const char *id);
/* "CUSTOMER METHOD" into its halves. */
bool pay_reference_split(const char *reference, char customer[PAY_ID_MAX + 1],
                         char method[PAY_ID_MAX + 1]);

/* ---- ask.c --------------------------------------------------------------------------------------
 */

/* An answer of the gateway. status 0: none came; document NULL: it is no JSON object. */
struct pay_said {
    int status;
    struct json_document *document;
    struct json_fault fault;
    char why[CHARGE_WHY]; /* why there is none */
};
/* path: "/v1/..."; form NULL: GET; key: NULL or the Idempotency-Key. Finish it with
 * pay_said_finish in any case. */
void pay_ask(struct pay_gateway *g, struct arena *arena, const char *path, struct buf *form,
             const char *key, struct pay_said *said);
void pay_said_finish(struct pay_said *said);
/* The whole answer as an object; of nothing when there is none. */
struct json_reader pay_said_object(struct pay_said *said);

/* Fields that may be there in one shape or another: what is not as asked is as if it were absent,
 * and no fault. */
const char *pay_text(const struct json_reader *o, const char *name, size_t max);
bool pay_whole(const struct json_reader *o, const char *name, int64_t *out);
bool pay_true(const struct json_reader *o, const char *name);
struct json_reader pay_object(const struct json_reader *o, const char *name);
/* The id of what may be named by its id or be there whole ("expanded"). */
const char *pay_id_of(const struct json_reader *o, const char *name);

/* ---- answer.c -----------------------------------------------------------------------------------
 */

/* Reads a PaymentIntent into *out. wanted: NULL, or what it must be about: another amount or
 * currency is UNKNOWN. */
void pay_read_payment(const struct json_reader *payment, const struct money *wanted,
                      struct arena *arena, struct pay_answer *out);
/* Reads what the gateway said to a request about a payment, errors included. */
void pay_read_said(struct pay_said *said, const struct money *wanted, struct arena *arena,
                   struct pay_answer *out);
/* Whether it said that this key was used with another body. */
bool pay_said_other_body(struct pay_said *said);
/* Whether a decline is for good, by the codes of the field. */
bool pay_code_is_final(const char *code);

#endif
