/* What the files of service/partner share. */
#ifndef LANTERNE_SERVICE_PARTNER_INSIDE_H
#define LANTERNE_SERVICE_PARTNER_INSIDE_H

#include "base/rounds.h"
#include "driver/json/reader.h"
#include "service/partner/partner.h"

struct partner_service {
    struct partner_params params;
    struct partner_ops ops;
    struct rounds *rounds; /* NULL: it does not look by itself */
};

/* ---- problems ----------------------------------------------------------------------------------
 */

/* X(name, status, code, title): code is the stable word. */
#define PARTNER_PROBLEMS(X)                                                                        \
    X(PP_NONE, 500, "", "")                                                                        \
    X(PP_MALFORMED, 400, "malformed", "The request cannot be read")                                \
    X(PP_DIGEST, 400, "digest", "The body is not the one that Content-Digest is of")               \
    X(PP_KEY_MISSING, 400, "idempotency-key", "A call needs an Idempotency-Key")                   \
    X(PP_UNSIGNED, 401, "signature-missing", "The request is not signed")                          \
    X(PP_SIGNATURE, 401, "signature", "The signature is not good")                                 \
    X(PP_COMPONENTS, 401, "signature-components", "The signature does not cover what it must")     \
    X(PP_OLD, 401, "signature-expired", "The signature is not of now")                             \
    X(PP_NONCE, 401, "nonce", "The nonce was used before")                                         \
    X(PP_PARTNER, 403, "partner-suspended", "Calls of this partner are not taken now")             \
    X(PP_NOT_FOUND, 404, "not-found", "There is no such thing")                                    \
    X(PP_METHOD, 405, "method", "This address does not take that method")                          \
    X(PP_ACCOUNT, 409, "account", "The account has a running subscription")                        \
    X(PP_BUNDLE, 409, "bundle", "That bundle cannot be had")                                       \
    X(PP_EVENT, 409, "billing-event", "That billing event was told before")                        \
    X(PP_ENDED, 409, "ended", "The subscription has ended")                                        \
    X(PP_SUSPENDED, 409, "suspended", "The subscription is suspended")                             \
    X(PP_LINKED, 409, "linked", "A member is linked already")                                      \
    X(PP_STATE, 409, "state", "The member's subscription does not allow this")                     \
    X(PP_MEDIA_TYPE, 415, "media-type", "The body must be application/json")                       \
    X(PP_VALIDATION, 422, "validation", "A value is missing or not allowed")                       \
    X(PP_MISMATCH, 422, "idempotency-mismatch", "The key was used for another request")            \
    X(PP_INTERNAL, 500, "internal", "Something went wrong on our side")                            \
    X(PP_BUSY, 503, "busy", "The service is busy: try again")                                      \
    X(PP_NO_SPACE, 507, "no-space", "The service has no space left")
enum partner_problem {
#define X(name, status, code, title) name,
    PARTNER_PROBLEMS(X)
#undef X
};

/* ---- a request ---------------------------------------------------------------------------------
 */

struct partner_route;
struct partner_request {
    struct partner_service *service;
    struct http_request *rq;
    struct http_answer *answer;
    struct arena *arena;
    const struct partner_route *route;
    utc_time now;
    partner_subscription_id id; /* of the path; "" */
    struct partner partner;     /* who signed */
    const char *key;            /* Idempotency-Key; NULL on routes that only read */
    struct json_reader in;
    struct json_fault fault;
    struct json_document *document;
    struct buf out;
    struct json_writer w;
};

struct partner_route {
    enum http_method method;
    const char *pattern;
    bool has_body;
    void (*handle)(struct partner_request *rq);
};

/* problem.c */
void partner_problem(struct partner_request *rq, enum partner_problem problem, const char *field,
                     const char *detail);
/* What an error of the store means; logs once what the caller cannot help. `doing` follows
 * "cannot". */
void partner_fail(struct partner_request *rq, enum err err, const char *doing);
/* Ends the reading of the body. False: answered (422). */
bool partner_read_end(struct partner_request *rq);
void partner_answer(struct partner_request *rq, int status, const void *bytes, size_t n);

/* verify.c: who signed. False: answered. */
bool partner_verify(struct partner_request *rq);

/* handle.c */
void partner_handle_create(struct partner_request *rq);
void partner_handle_list(struct partner_request *rq);
void partner_handle_get(struct partner_request *rq);
void partner_handle_token(struct partner_request *rq);
void partner_handle_activate(struct partner_request *rq);
void partner_handle_bundle(struct partner_request *rq);
void partner_handle_suspend(struct partner_request *rq);
void partner_handle_resume(struct partner_request *rq);
void partner_handle_cancel(struct partner_request *rq);
void partner_handle_bundles(struct partner_request *rq);
/* feed.c */
void partner_handle_feed(struct partner_request *rq);

/* ---- carrying out ------------------------------------------------------------------------------
 */

enum { PARTNER_AGAIN_MAX = 20 /* tries of who finds it changed meanwhile */ };

/* carry.c: what is asked of a subscription, and what came of it. */
struct partner_ask {
    partner_id partner; /* "" : the house itself, or a member */
    partner_subscription_id id;
    struct partner_order order;
    civil_day day; /* CANCEL: it ends with the beginning of it, where the bundle is sold */
    bool has_day;
    const char *account, *channel; /* CREATE */
    bool is_activated;             /* likewise */
    const char *billing_event;     /* NULL: none */
    const char *key;               /* NULL: nobody asks again */
    uint8_t digest[32];            /* of what is asked under the key */
};
struct partner_did {
    enum partner_problem problem; /* PP_NONE: it was done, or was so */
    char why[PARTNER_WHY];
    bool is_changed;
    struct partner_subscription after;
    int status;       /* with a key: the answer, also of who asked before */
    const char *body; /* in the arena */
    size_t size;
};
MUST_CHECK enum err partner_carry_out(struct partner_service *service, struct arena *arena,
                                      const struct partner_ask *ask, struct partner_did *out);
/* Saves a change, with what it does to the membership. ERR_CANCELLED: decide again. ERR_STATE: the
 * membership does not allow it, why says for what reason; nothing was written. */
MUST_CHECK enum err partner_save(struct partner_service *service, struct arena *arena,
                                 const struct partner_change *change,
                                 const struct store_partner_change *row, char why[PARTNER_WHY]);
/* The zone of a territory's calendar. */
MUST_CHECK enum err partner_zone(struct store *store, struct arena *arena, const char *territory,
                                 const struct zone **out);

/* say.c: a subscription as its partner sees it; activation: what was just issued, or NULL. */
struct partner_activation {
    const char *token, *link;
};
void partner_subscription_json(struct json_writer *w, const char *key,
                               const struct partner_subscription *s, utc_time now,
                               const struct partner_activation *activation);

#endif
