/* The partners' API: one table of routes, each of them signed. */
#include <string.h>
#include <strings.h>

#include "service/partner/inside.h"

enum { ANSWER_MAX = 4 * 1024 * 1024 }; /* bytes; a page of the feed has 2 MiB and one title more */

static const struct partner_route routes[] = {
    { HTTP_GET, "/partner/v1/bundles", false, partner_handle_bundles },
    { HTTP_GET, "/partner/v1/feed", false, partner_handle_feed },
    { HTTP_GET, "/partner/v1/subscriptions", false, partner_handle_list },
    { HTTP_POST, "/partner/v1/subscriptions", true, partner_handle_create },
    { HTTP_GET, "/partner/v1/subscriptions/{id}", false, partner_handle_get },
    { HTTP_POST, "/partner/v1/subscriptions/{id}/token", true, partner_handle_token },
    { HTTP_POST, "/partner/v1/subscriptions/{id}/activate", true, partner_handle_activate },
    { HTTP_POST, "/partner/v1/subscriptions/{id}/bundle", true, partner_handle_bundle },
    { HTTP_POST, "/partner/v1/subscriptions/{id}/suspend", true, partner_handle_suspend },
    { HTTP_POST, "/partner/v1/subscriptions/{id}/resume", true, partner_handle_resume },
    { HTTP_POST, "/partner/v1/subscriptions/{id}/cancel", true, partner_handle_cancel },
};
enum { N_ROUTES = sizeof routes / sizeof routes[0] };

bool partner_owns(const char *path)
{
    return strncmp(path, "/partner/", 9) == 0 || strcmp(path, "/partner") == 0;
}

static bool fits(const char *pattern, const char *path, char id[ID_TEXT])
{
    const char *hole = strchr(pattern, '{');
    id[0] = 0;
    if (hole == NULL)
        return strcmp(pattern, path) == 0;
    size_t before = (size_t)(hole - pattern), n = strlen(path);
    const char *after = hole + 4;
    return strncmp(pattern, path, before) == 0 && n == before + ID_TEXT - 1 + strlen(after) &&
           strcmp(path + before + ID_TEXT - 1, after) == 0 &&
           id_parse(path + before, ID_TEXT - 1, id);
}

static const char *method_name(enum http_method method)
{
    return method == HTTP_GET ? "GET" : "POST";
}

/* NULL: *allow says what the address takes ("" : there is no such address). */
static const struct partner_route *find(const struct http_request *rq, char id[ID_TEXT],
                                        const char **allow)
{
    enum http_method method = rq->method == HTTP_HEAD ? HTTP_GET : rq->method;
    bool gets = false, posts = false;
    for (size_t i = 0; i < N_ROUTES; i++) {
        if (!fits(routes[i].pattern, rq->path, id))
            continue;
        if (routes[i].method == method)
            return &routes[i];
        gets |= routes[i].method == HTTP_GET;
        posts |= routes[i].method == HTTP_POST;
    }
    *allow = gets && posts ? "GET, HEAD, POST" : gets ? "GET, HEAD" : posts ? "POST" : "";
    return NULL;
}

static bool is_json(const char *content_type)
{
    static const char json[] = "application/json";
    size_t n = sizeof json - 1;
    return content_type != NULL && strncasecmp(content_type, json, n) == 0 &&
           (content_type[n] == 0 || content_type[n] == ';' || content_type[n] == ' ');
}

/* Opens rq->in. False: answered. */
static bool read_body(struct partner_request *rq)
{
    static const char nothing[] = "{}";
    const void *bytes = rq->rq->body;
    size_t n = rq->rq->body_size;
    if (!rq->route->has_body)
        return true;
    if (n > 0 && !is_json(http_header(rq->rq, "Content-Type"))) {
        partner_problem(rq, PP_MEDIA_TYPE, NULL, NULL);
        return false;
    }
    if (n == 0) {
        bytes = nothing;
        n = sizeof nothing - 1;
    }
    enum err err = json_document_read(bytes, n, &rq->document, &rq->fault);
    if (err == OK)
        rq->in = json_reader_of(rq->document, &rq->fault);
    else if (err == ERR_MALFORMED)
        partner_problem(rq, PP_MALFORMED, NULL, rq->fault.text);
    else
        partner_fail(rq, err, "read a body");
    return err == OK;
}

/* What calls are told apart by. False: answered. */
static bool read_key(struct partner_request *rq)
{
    if (rq->route->method != HTTP_POST)
        return true;
    rq->key = http_header(rq->rq, "Idempotency-Key");
    if (rq->key != NULL && partner_text_is_good(rq->key))
        return true;
    partner_problem(rq, PP_KEY_MISSING, NULL,
                    rq->key == NULL ? NULL : "it must be 1 to 64 visible characters");
    return false;
}

static void answer_no_route(struct partner_request *rq, const char *allow)
{
    if (allow[0] == 0) {
        partner_problem(rq, PP_NOT_FOUND, NULL, NULL);
        return;
    }
    http_answer_header(rq->answer, "Allow", allow);
    partner_problem(rq, PP_METHOD, NULL, NULL);
}

void partner_handle(struct partner_service *service, struct http_request *rq,
                    struct http_answer *answer)
{
    const char *allow = "";
    struct partner_request call = {
        .service = service, .rq = rq, .answer = answer, .arena = http_arena(rq), .now = clock_now()
    };
    buf_init(&call.out, ANSWER_MAX);
    call.w = json_writer_of(&call.out);
    call.route = find(rq, call.id.s, &allow);
    if (call.route == NULL)
        answer_no_route(&call, allow);
    else if (partner_verify(&call) && read_key(&call) && read_body(&call))
        call.route->handle(&call);
    json_document_destroy(&call.document);
    buf_finish(&call.out);
}

void partner_routes_json(struct buf *out)
{
    struct json_writer w = json_writer_of(out);
    json_array(&w, NULL);
    for (size_t i = 0; i < N_ROUTES; i++) {
        json_object(&w, NULL);
        json_text(&w, "method", method_name(routes[i].method));
        json_text(&w, "path", routes[i].pattern);
        json_text(&w, "body", routes[i].has_body ? "optional" : "none");
        json_end(&w);
    }
    json_end(&w);
}
