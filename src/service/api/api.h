/* The API under /api/v1 (docs/openapi.yaml): members sign up and in, find titles and watch them;
 * the house keeps its catalogue. Load (store), decide (rules), save (store), say (JSON). */
#ifndef LANTERNE_SERVICE_API_API_H
#define LANTERNE_SERVICE_API_API_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "driver/http/server.h"
#include "driver/store/store.h"
#include "format/pass/pass.h"

/* Everything pointed to must outlive the API. */
struct api_params {
    struct store *store;
    const char *version;          /* of the software */
    const char *name;             /* of the service */
    const char *territory;        /* ISO 3166-1 alpha-2 */
    const char *const *languages; /* of the interface; the first is what new members get */
    size_t n_languages;
    const char *plan_name; /* of the one plan */
    int trial_days;
    int session_days;
    int pass_hours;
    const char *public_url;             /* "https://example.org"; NULL or "": what Host says */
    const char *const *trusted_proxies; /* addresses or networks; X-Forwarded-* count from them */
    size_t n_trusted_proxies;
    const struct pass_key *pass_key; /* what new passes are signed with */
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
/* Whether the request comes from an administrator who is signed in. Asks the store. */
bool api_is_administrator(struct api *api, struct http_request *rq);

/* Appends the route table as JSON: [{"method","path","role","body"}]. What docs/openapi.yaml and
 * the tests are held against. */
void api_routes_json(struct buf *out);

#endif
