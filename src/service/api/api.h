/* The API under /api/v1 (docs/openapi.yaml): members sign up and in, find titles and watch them;
 * the house keeps its catalogue. Load (store), decide (rules), save (store), say (JSON). */
#ifndef LANTERNE_SERVICE_API_API_H
#define LANTERNE_SERVICE_API_API_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "driver/blob/blob.h"
#include "driver/http/server.h"
#include "driver/password/password.h"
#include "driver/place/place.h"
#include "driver/store/store.h"
#include "format/pass/pass.h"
#include "rules/billing/order.h"
#include "rules/partners/link.h"
#include "rules/viewing/decide.h"
#include "rules/viewing/streams.h"

/* ---- reports -----------------------------------------------------------------------------------
 * What other services tell the house: each writes its own JSON, the API finds who asks and what
 * for. Services never include one another; who wires them fills in the functions. */

enum api_report {
    API_RIGHTS_EXPLAIN,
    API_RIGHTS_CALENDAR,
    API_STUDIOS,
    API_AVAILS,
    API_DEALS,
    API_DEALS_CHECK,
    API_TERRITORIES,
    API_TERRITORY_CHECK,
    API_PRODUCTIONS,
    API_PRODUCTION,
    API_PARTNERS,
    API_PARTNER,
    API_REPORTS,
};
/* What is asked. Texts are NULL when not said; each is one line, and otherwise as it came. */
struct api_question {
    struct arena *arena; /* of the request */
    utc_time now;
    const char *language;  /* of texts */
    const char *id;        /* of the path: of a production or partner, or the code of a territory */
    const char *title;     /* an id, or an ALID */
    const char *territory; /* two capitals */
    const char *at, *from; /* a day, or an instant */
    const char *member;    /* an address */
    const char *studio, *after;
    int weeks, season, episode; /* weeks 0, season and episode -1: not said */
    unsigned limit;             /* 0: not said */
};
/* What is wrong with the question. */
struct api_answer_problem {
    char field[32]; /* a parameter's name */
    char text[256];
};
/* Appends one JSON object to out. ERR_NOT_FOUND, ERR_ARGUMENT and ERR_MALFORMED (with *why,
 * answered 422) are the asker's; all else is ours. */
typedef enum err (*api_report_fn)(void *context, const struct api_question *question,
                                  struct buf *out, struct api_answer_problem *why);

/* ---- the API ---------------------------------------------------------------------------------
 */

/* Everything pointed to must outlive the API. */
struct api_params {
    struct store *store;
    struct blob_store *blobs;
    const char *version;          /* of the software */
    const char *name;             /* of the service */
    const char *territory;        /* ISO 3166-1 alpha-2; where nobody knows where they are */
    const char *const *languages; /* of the interface; the first is what new members get */
    size_t n_languages;
    const char *plan_name; /* of the one plan of a house that has no plans */
    int trial_days;
    int rental_start_days, rental_watch_hours; /* where an avail does not say */
    bool trial_needs_means;  /* it begins with the first plan that is taken, not with signing up */
    bool has_cards;          /* the house takes cards */
    const char *creditor_id; /* of SEPA; NULL or "": it takes no direct debits */
    const char *creditor;    /* whom mandates are given to; NULL or "": name */
    const struct billing_ops *billing;  /* NULL: nothing is sold (404) */
    const struct partner_ops *partners; /* NULL: there are none (404) */
    int session_days;
    int pass_hours;
    int pass_seconds; /* how long a pass is good before it has to be renewed; 0: as pass_hours says
                       */
    const char *public_url;             /* "https://example.org"; NULL or "": what Host says */
    const char *const *trusted_proxies; /* addresses or networks; X-Forwarded-* count from them */
    size_t n_trusted_proxies;
    const struct pass_key *pass_key;    /* what new passes are signed with */
    const struct pass_key *licence_key; /* and tokens for licences; NULL: nothing is protected */
    const char *pass_issuer;            /* that they say; NULL or "": none */
    const struct place_map *places;     /* where addresses are; NULL: nobody knows */
    const char *place_header; /* in which trusted proxies say the territory; NULL or "" : none */
    int finish_hours;  /* what was begun while allowed may be finished so long after; 0: no */
    int lease_seconds; /* how long a stream holds its seat without a heartbeat */
    int streams_without_plan;
    const char *mail_home; /* where links in letters lead, without a slash at the end */
    const char *mail_from; /* an address: what letters come from */
    const struct secret_key *secret_key; /* what letters and second factors are sealed with */
    api_report_fn reports[API_REPORTS];  /* NULL: there is none of the kind (404) */
    void *reports_context;
};

/* Any thread may call everything below. */
struct api;

/* ERR_ARGUMENT: a trusted proxy is no address. */
MUST_CHECK enum err api_create(const struct api_params *params, struct api **out);
void api_destroy(struct api **api);

/* Whether the path is the API's to answer: /api/... and /healthz. */
bool api_owns(const char *path);
enum http_lane api_lane(enum http_method method, const char *path);
void api_handle(struct api *api, struct http_request *rq, struct http_answer *answer);
/* The server's own refusals as problem documents. */
void api_refuse(struct http_request *rq, int status, const char *detail,
                struct http_answer *answer);
/* Who asks, for other services' addresses. Asks the store. */
struct api_viewer {
    const struct member *member; /* in the request's arena; NULL: a visitor, or a token of nobody */
    char territory[3];           /* whose catalogue is seen */
    struct viewing_profile profile;
};
MUST_CHECK enum err api_who_asks(struct api *api, struct http_request *rq, struct api_viewer *out);

/* What addresses of ours begin with, as the request or the setting says; in the request's arena. */
const char *api_base_url(struct api *api, struct http_request *rq);

/* Whether a stream may go on, asked without a session's token: its own token names it, and the
 * request only says from where. No once the session that began it has ended. Asks the one decision,
 * now, for the member and the profile that began it. What was begun behind the PIN goes on without
 * it; what the profile may not see any more does not. */
struct api_going {
    bool may_play;
    enum rights_format format; /* may_play: greatest picture */
    enum stream_stop stop;     /* why not */
};
MUST_CHECK enum err api_may_go_on(struct api *api, struct http_request *rq,
                                  const struct stream *stream, struct api_going *out);

/* Whether a playback goes on whose pass has expired, and until when a fresh one may be good. That
 * its player asks for media counts as a heartbeat. ERR_DENIED: it does not go on. Asks the store.
 */
MUST_CHECK enum err api_goes_on(struct api *api, struct http_request *rq, const char *playback,
                                utc_time *until);
/* Where a request comes from, for the same: what a trusted proxy says, else what the map of
 * addresses says; "" : not known. Asks no store. */
void api_where(struct api *api, const struct http_request *rq, char out[3]);

/* Appends the route table as JSON: [{"method","path","role","body"}]. What docs/openapi.yaml and
 * the tests are held against. */
void api_routes_json(struct buf *out);

#endif
