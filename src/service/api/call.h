/* One call of the API: the request, who asks, and what every handler needs. */
#ifndef LANTERNE_SERVICE_API_CALL_H
#define LANTERNE_SERVICE_API_CALL_H

#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "driver/json/reader.h"
#include "driver/store/members.h"
#include "driver/store/profiles.h"
#include "rules/billing/rental.h"
#include "rules/viewing/decide.h"
#include "service/api/api.h"
#include "service/api/client.h"
#include "service/api/problem.h"

struct api_route;
struct shelf;

/* Whose catalogue is seen, and by whom. */
struct call_viewer {
    char place[3];                    /* where the request comes from; "" : not known */
    char territory[3];                /* whose catalogue */
    enum territory_state state;       /* of it, now */
    utc_time state_from, state_until; /* since when, until when; us 0: ever */
    const char *ratings;              /* the rating systems looked at there, best first */
    struct viewing_profile profile;
};

/* What the member has rented and may still watch; read once, when it is first asked for. */
struct call_rentals {
    bool is_read;
    size_t n;
    struct rental *all; /* newest first */
};

struct api_call {
    struct api *api;
    const struct api_params *params;
    struct store *store;
    struct http_request *rq;
    struct http_answer *answer;
    struct arena *arena;
    const struct api_route *route;
    utc_time now;
    struct client client;
    char id[ID_TEXT];            /* {id}, {code} or {user_code} of the path */
    const struct member *member; /* NULL: a visitor, or not looked at */
    uint8_t session[32];         /* digest of the token, when there is a member */
    bool is_box;                 /* the session is a box's */
    struct profile profile;      /* of the session, when there is a member */
    struct store_pin pin;        /* of the account, likewise */
    utc_time unlocked_until;     /* of the session; us 0: the locked area is locked */
    struct call_viewer viewer;   /* on routes for anyone and for members */
    struct call_rentals rentals; /* see shown.h */
    const char *language;        /* of texts */
    const struct shelf *shelf;   /* read last (shelf.h); NULL: none yet */
    struct json_reader in;       /* the body, when the route takes one */
    struct json_fault fault;     /* of the body */
    struct json_document *document;
    struct buf out;
    struct json_writer w;
};

/* Whether the body says that it is of that media type. */
bool call_body_is(const struct api_call *call, const char *media_type);
/* Ends the reading of the body; false when a field was wrong: the call is then answered (422). */
bool call_read_end(struct api_call *call);
/* Answers with what was written to call->w, an object or a text of other kind. */
void call_answer(struct api_call *call, int status);
/* Answers without a body. */
void call_answer_empty(struct api_call *call, int status);
void call_problem(struct api_call *call, enum problem problem, const char *field,
                  const char *detail);
/* The same for a problem that people are shown: its sentence comes in their language. */
void call_problem_said(struct api_call *call, enum problem problem);
/* Answers with a problem that was written to call->w. */
void call_answer_problem(struct api_call *call, enum problem problem);
/* Answers what the store's error means; logs once what the caller cannot help. `doing` follows
 * "cannot". */
void call_fail(struct api_call *call, enum err err, const char *doing);

/* ?after= and ?limit= of a list. False: answered. */
bool call_page(struct api_call *call, unsigned limit_max, const char **after, unsigned *limit);
/* A query's text of at most max bytes; NULL when absent or empty. False: answered. */
bool call_query(struct api_call *call, const char *name, size_t max, const char **out);

#endif
