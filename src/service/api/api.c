#include "service/api/api.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "service/api/box.h"
#include "service/api/call.h"
#include "service/api/oauth.h"
#include "service/api/playback.h"
#include "service/api/profile.h"
#include "service/api/route.h"
#include "service/api/session.h"
#include "service/api/where.h"

enum { ANSWER_MAX = 4 * 1024 * 1024 }; /* bytes; 200 titles with every field at its limit */

struct api {
    struct api_params params;
    size_t n_trusted;
    struct network trusted[];
};

enum err api_create(const struct api_params *params, struct api **out)
{
    size_t n = params->n_trusted_proxies;
    struct api *api = calloc(1, sizeof *api + n * sizeof api->trusted[0]);
    if (api == NULL)
        return ERR_MEMORY;
    api->params = *params;
    api->n_trusted = n;
    for (size_t i = 0; i < n; i++) {
        const char *text = params->trusted_proxies[i];
        if (network_read(text, strlen(text), &api->trusted[i]) != OK) {
            free(api);
            return ERR_ARGUMENT;
        }
    }
    *out = api;
    return OK;
}

void api_destroy(struct api **api)
{
    free(*api);
    *api = NULL;
}

bool api_owns(const char *path)
{
    return strncmp(path, "/api/", 5) == 0 || strcmp(path, "/api") == 0 ||
           strcmp(path, "/healthz") == 0;
}

enum http_lane api_lane(enum http_method method, const char *path)
{
    (void)method;
    return strcmp(path, "/healthz") == 0 ? HTTP_NOW : HTTP_LATER;
}

void api_refuse(struct http_request *rq, int status, const char *detail, struct http_answer *answer)
{
    problem_answer(http_arena(rq), answer, problem_of_status(status), NULL, detail);
    answer->status = status;
}

/* The language of texts: asked for, the profile's, the member's, the browser's, the service's. */
static bool choose_language(struct api_call *call)
{
    const struct api_params *p = call->params;
    const char *asked = http_query(call->rq, "language");
    if (asked != NULL && !text_is_language(asked, strlen(asked))) {
        call_problem(call, PROBLEM_VALIDATION, "language", "must be a language tag");
        return false;
    }
    call->language = asked;
    if (call->language == NULL && call->member != NULL)
        call->language =
            call->profile.language != NULL ? call->profile.language : call->member->language;
    if (call->language == NULL)
        call->language = client_language(call->rq, p->languages, p->n_languages);
    if (call->language == NULL)
        call->language = "en";
    return true;
}

/* Whether the role lets whoever asks go on. False: answered. */
static bool admit(struct api_call *call)
{
    enum session_source source;
    if (call->route->role == API_OPEN)
        return true;
    enum err err = session_find(call, &source, &call->member);
    if (err == ERR_DENIED ||
        (err == OK && call->member == NULL && call->route->role != API_ANYONE)) {
        http_answer_header(call->answer, "WWW-Authenticate", "Bearer");
        call_problem(call, PROBLEM_UNAUTHENTICATED, NULL, NULL);
        return false;
    }
    if (err != OK) {
        call_fail(call, err, "look up a session");
        return false;
    }
    bool is_house = call->member != NULL && call->member->role == MEMBER_ROLE_ADMINISTRATOR;
    if ((call->route->role == API_ADMINISTRATOR && !is_house) ||
        (call->is_box && !box_may_ask(call->route))) {
        call_problem(call, PROBLEM_FORBIDDEN, NULL, NULL);
        return false;
    }
    return true;
}

/* Finds whose catalogue is seen; the console sees everything. False: answered. */
static bool place(struct api_call *call)
{
    if (call->route->role != API_ANYONE && call->route->role != API_MEMBER)
        return true;
    enum err err = where_find(call);
    if (err != OK)
        call_fail(call, err, "find where a request comes from");
    else if (call->member != NULL)
        session_seen(call);
    return err == OK;
}

/* Pages of other sites may neither act in a member's name nor sign a browser in. A bearer token is
 * in no browser's keeping, so it says itself that the sender means it. */
static bool check_origin(struct api_call *call)
{
    bool reads = call->route->method == HTTP_GET;
    bool is_nobodys = call->route->body == API_BODY_OAUTH; /* sets and asks for no cookie */
    if (reads || is_nobodys || http_header(call->rq, "Authorization") != NULL ||
        !client_is_cross_site(call->rq, call->params->public_url))
        return true;
    call_problem(call, PROBLEM_ORIGIN, NULL, NULL);
    return false;
}

/* Opens call->in. False: answered. */
static bool read_body(struct api_call *call)
{
    static const char nothing[] = "{}";
    const void *bytes = call->rq->body;
    size_t n = call->rq->body_size;
    if (call->route->body == API_NO_BODY || call->route->body == API_BODY_RAW)
        return true;
    if (call->route->body == API_BODY_OAUTH)
        return oauth_read_body(call);
    if (n > 0 && !call_body_is(call, "application/json")) {
        call_problem(call, PROBLEM_MEDIA_TYPE, NULL, NULL);
        return false;
    }
    if (n == 0 && call->route->body == API_BODY_OR_NONE) {
        bytes = nothing;
        n = sizeof nothing - 1;
    }
    enum err err = json_document_read(bytes, n, &call->document, &call->fault);
    if (err == OK) {
        call->in = json_reader_of(call->document, &call->fault);
        return true;
    }
    if (err == ERR_MALFORMED)
        call_problem(call, PROBLEM_MALFORMED, NULL, call->fault.text);
    else
        call_fail(call, err, "read a body");
    return false;
}

/* No route: the path is unknown, or known for other methods. */
static void answer_no_route(struct api_call *call, const char *allow)
{
    if (allow[0] == 0) {
        call_problem(call, PROBLEM_NOT_FOUND, NULL, NULL);
        return;
    }
    http_answer_header(call->answer, "Allow", arena_strdup(call->arena, allow));
    if (call->rq->method == HTTP_OTHER)
        call_answer_empty(call, 204);
    else
        call_problem(call, PROBLEM_METHOD, NULL, NULL);
}

static void call_begin(struct api_call *call, struct api *api, struct http_request *rq,
                       struct http_answer *answer)
{
    *call = (struct api_call){
        .api = api,
        .params = &api->params,
        .store = api->params.store,
        .rq = rq,
        .answer = answer,
        .arena = http_arena(rq),
        .now = clock_now(),
    };
    buf_init(&call->out, ANSWER_MAX);
    call->w = json_writer_of(&call->out);
    client_find(rq, api->trusted, api->n_trusted, &call->client);
}

static void call_end(struct api_call *call)
{
    json_document_destroy(&call->document);
    buf_finish(&call->out);
}

void api_handle(struct api *api, struct http_request *rq, struct http_answer *answer)
{
    struct api_call call;
    char allow[ROUTE_ALLOW_MAX];
    call_begin(&call, api, rq, answer);
    call.route = route_find(rq->method, rq->path, call.id, allow);
    if (call.route == NULL)
        answer_no_route(&call, allow);
    else if (check_origin(&call) && admit(&call) && place(&call) && choose_language(&call) &&
             profile_admits(&call) && read_body(&call))
        call.route->handle(&call);
    call_end(&call);
}

enum err api_who_asks(struct api *api, struct http_request *rq, struct api_viewer *out)
{
    struct api_call call;
    struct http_answer unused = { 0 };
    enum session_source source;
    *out = (struct api_viewer){ 0 };
    call_begin(&call, api, rq, &unused);
    enum err err = session_find(&call, &source, &call.member);
    if (err == ERR_DENIED)
        err = OK;
    if (err == OK)
        err = where_find(&call);
    if (err == OK) {
        out->member = call.member;
        out->profile = call.viewer.profile;
        memcpy(out->territory, call.viewer.territory, sizeof out->territory);
    }
    call_end(&call);
    return err;
}

const char *api_base_url(struct api *api, struct http_request *rq)
{
    struct client client = { .is_secure = false };
    if (api->n_trusted > 0) /* nobody else is believed when they say how they were asked */
        client_find(rq, api->trusted, api->n_trusted, &client);
    return client_base_url(rq, &client, api->params.public_url, http_arena(rq));
}

/* Who began the stream, as if asking in its session: a device that was signed out plays no more. */
static enum err find_beginner(struct api_call *call, const struct stream *stream)
{
    struct store_session *found = ARENA_NEW(call->arena, struct store_session);
    enum err err = store_session_get(call->store, call->arena, stream->session, call->now, found);
    if (err != OK)
        return err;
    call->member = &found->member;
    call->pin = found->pin;
    err = store_profile_get(call->store, call->arena, found->member.id, stream->profile,
                            &call->profile);
    call->viewer.profile.max_age = call->profile.max_age;
    call->viewer.profile.locked_age = call->pin.locked_age;
    return err;
}

enum err api_may_go_on(struct api *api, struct http_request *rq, const struct stream *stream,
                       struct api_going *out)
{
    struct api_call call;
    struct http_answer unused = { 0 };
    struct playback playback = { 0 };
    *out = (struct api_going){ .stop = STREAM_STOPPED };
    call_begin(&call, api, rq, &unused);
    enum err err = find_beginner(&call, stream);
    if (err == OK)
        err = where_find(&call);
    if (err == OK)
        err = playback_judge_stream(&call, stream, &playback, &out->stop);
    call_end(&call);
    out->may_play = err == OK && out->stop == STREAM_RUNS;
    out->format = playback.shown.verdict.format;
    return err == ERR_NOT_FOUND ? OK : err; /* session, profile or title is gone */
}

enum err api_goes_on(struct api *api, struct http_request *rq, const char *playback,
                     utc_time *until)
{
    struct api_call call;
    struct http_answer unused = { 0 };
    struct stream stream;
    playback_id id;
    if (!id_parse(playback, strnlen(playback, ID_TEXT), id.s))
        return ERR_DENIED;
    call_begin(&call, api, rq, &unused);
    enum err err = store_lease_get(call.store, id, &stream);
    if (err == OK)
        err = find_beginner(&call, &stream);
    if (err == OK)
        err = where_find(&call);
    if (err == OK)
        err = playback_go_on(&call, &stream, until);
    call_end(&call);
    return err == ERR_NOT_FOUND ? ERR_DENIED : err;
}

void api_where(struct api *api, const struct http_request *rq, char out[3])
{
    struct client client;
    client_find(rq, api->trusted, api->n_trusted, &client);
    where_client(&api->params, rq, &client, out);
}
