#include "service/licence/licence.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "driver/store/leases.h"
#include "service/licence/keys.h"
#include "service/licence/refusal.h"
#include "service/licence/request.h"

#define LICENCE "/licence/"
#define SEGMENTS "segments/"

struct licence {
    struct licence_params params;
};

/* One request. */
struct ask {
    const struct licence_params *params;
    struct http_request *rq;
    struct http_answer *answer;
    utc_time now;
    struct pass token;
    const char *rest; /* of the path, behind the token and its slash; "" : nothing */
};

enum err licence_create(const struct licence_params *params, struct licence **out)
{
    struct licence *l = calloc(1, sizeof *l);
    *out = l;
    if (l == NULL)
        return ERR_MEMORY;
    l->params = *params;
    return OK;
}

void licence_destroy(struct licence **licence)
{
    free(*licence);
    *licence = NULL;
}

bool licence_owns(const char *path)
{
    return strncmp(path, LICENCE, sizeof LICENCE - 1) == 0 || strcmp(path, "/licence") == 0;
}

enum http_lane licence_lane(enum http_method method, const char *path)
{
    (void)path;
    return method == HTTP_OTHER ? HTTP_NOW : HTTP_LATER;
}

static void refuse(const struct ask *ask, enum refusal refusal, const char *more)
{
    refusal_answer_licence(ask->rq, ask->answer, refusal, more);
}

/* ---- whether ----------------------------------------------------------------------------------
 */

static enum pass_method method_of(enum http_method method)
{
    switch (method) {
    case HTTP_GET: return PASS_GET;
    case HTTP_HEAD: return PASS_HEAD;
    case HTTP_POST: return PASS_POST;
    default: return PASS_OTHER_METHOD;
    }
}

/* A token that has run out is good for as long as it could be renewed: whether the stream still
 * lives is asked here anyway, at every request. */
static enum pass_verdict check_token(struct ask *ask, const char *token, size_t n)
{
    const struct pass_door door = { .kind = PASS_LICENCE,
                                    .keys = ask->params->keys,
                                    .n_keys = ask->params->n_keys,
                                    .issuer = ask->params->issuer };
    enum pass_verdict verdict = pass_check(&door, token, n, &ask->token);
    if (verdict != PASS_GOOD)
        return verdict;
    const struct pass_question question = {
        .now = ask->now,
        .method = method_of(ask->rq->method),
        .path = arena_printf(http_arena(ask->rq), "/licence%s", token + n),
    };
    verdict = pass_allows(&ask->token, &question);
    return verdict == PASS_RENEWABLE ? PASS_GOOD : verdict;
}

/* False: answered. */
static bool read_token(struct ask *ask)
{
    const char *path = ask->rq->path;
    bool has_token = strncmp(path, LICENCE, sizeof LICENCE - 1) == 0;
    const char *token = has_token ? path + sizeof LICENCE - 1 : "";
    size_t n = strcspn(token, "/");
    enum pass_verdict verdict = check_token(ask, token, n);
    ask->rest = token + n + (token[n] == '/');
    if (verdict == PASS_EXPIRED)
        refuse(ask, REFUSAL_EXPIRED, NULL);
    else if (verdict == PASS_METHOD_WRONG)
        refuse(ask, REFUSAL_METHOD, NULL);
    else if (verdict != PASS_GOOD)
        refuse(ask, REFUSAL_TOKEN, pass_verdict_code(verdict));
    return verdict == PASS_GOOD;
}

static void fail(const struct ask *ask, enum err err, const char *doing)
{
    bool is_busy = err == ERR_BUSY || err == ERR_TIMEOUT;
    if (!is_busy)
        log_error("licence", "cannot %s of playback %s: %s", doing, ask->token.playback,
                  err_text(err));
    refuse(ask, is_busy ? REFUSAL_BUSY : REFUSAL_INTERNAL, NULL);
}

/* Whether the stream lives. False: answered. */
static bool find_stream(const struct ask *ask, struct stream *out)
{
    playback_id id;
    memcpy(id.s, ask->token.playback, sizeof id.s);
    enum err err = store_lease_get(ask->params->store, id, out);
    if (err != OK && err != ERR_NOT_FOUND) {
        fail(ask, err, "read the lease");
        return false;
    }
    if (err == OK && strcmp(out->playable.s, ask->token.playable) != 0)
        err = ERR_NOT_FOUND;
    if (err == OK && stream_is_live(out, ask->now))
        return true;
    enum stream_stop stop = err == OK && out->stop != STREAM_RUNS ? out->stop : STREAM_LAPSED;
    refuse(ask, REFUSAL_STREAM, stream_stop_name(stop));
    return false;
}

/* The token was made when the decision said yes. That was then. False: answered. */
static bool decide(const struct ask *ask, struct keys_grant *out)
{
    struct stream stream;
    struct licence_verdict verdict = { 0 };
    if (!find_stream(ask, &stream))
        return false;
    enum err err = ask->params->may_go_on(ask->params->context, ask->rq, &stream, &verdict);
    if (err != OK) {
        fail(ask, err, "decide on a licence");
        return false;
    }
    if (!verdict.may_play) {
        refuse(ask, REFUSAL_STREAM, stream_stop_name(verdict.stop));
        return false;
    }
    *out = (struct keys_grant){ .playable = stream.playable,
                                .format = verdict.format,
                                .lines = ask->token.lines };
    return true;
}

/* ---- what -------------------------------------------------------------------------------------
 */

static void answer_bytes(const struct ask *ask, const char *type, const void *bytes, size_t n)
{
    ask->answer->status = 200;
    ask->answer->source = HTTP_BYTES;
    ask->answer->content_type = type;
    ask->answer->bytes = bytes;
    ask->answer->size = n;
}

static void answer_keys_error(const struct ask *ask, enum err err)
{
    if (err == ERR_NOT_FOUND)
        refuse(ask, REFUSAL_KEY, NULL);
    else
        fail(ask, err, "write a licence");
}

static void answer_licence(const struct ask *ask)
{
    struct request_kids asked;
    struct keys_grant grant;
    char why[REQUEST_WHY];
    const char *text = NULL;
    size_t n = 0;
    struct arena *arena = http_arena(ask->rq);
    enum err err = request_read(ask->rq->body, ask->rq->body_size, &asked, why);
    if (err == ERR_FULL)
        refuse(ask, REFUSAL_TOO_LARGE, NULL);
    else if (err == ERR_UNSUPPORTED)
        refuse(ask, REFUSAL_TYPE, NULL);
    else if (err == ERR_MALFORMED)
        refuse(ask, REFUSAL_MALFORMED, arena_strdup(arena, why));
    else if (err != OK)
        fail(ask, err, "read a request");
    if (err != OK || !decide(ask, &grant))
        return;
    err = keys_write(ask->params, arena, &grant, &asked, &text, &n);
    if (err == OK)
        answer_bytes(ask, "application/json", text, n);
    else
        answer_keys_error(ask, err);
}

static void answer_key(const struct ask *ask)
{
    uint8_t kid[REQUEST_KID];
    struct keys_grant grant;
    const uint8_t *key = NULL;
    const char *name = ask->rest;
    bool for_segments = strncmp(name, SEGMENTS, sizeof SEGMENTS - 1) == 0;
    if (for_segments)
        name += sizeof SEGMENTS - 1;
    /* A name that is none is answered like a key that is none: after the decision. */
    bool is_name = request_kid(name, strlen(name), kid) == OK;
    if (!decide(ask, &grant))
        return;
    enum err err = ERR_NOT_FOUND;
    if (is_name)
        err = keys_raw(ask->params, http_arena(ask->rq), &grant, kid, for_segments, &key);
    if (err == OK)
        answer_bytes(ask, "application/octet-stream", key, VAULT_KEY);
    else
        answer_keys_error(ask, err);
}

/* ---- answering --------------------------------------------------------------------------------
 */

static void put_headers(struct http_answer *answer)
{
    http_answer_header(answer, "Access-Control-Allow-Origin", "*");
    http_answer_header(answer, "Cross-Origin-Resource-Policy", "cross-origin");
}

/* Players on other pages ask first; what they may send hangs on no token. */
static void answer_options(struct http_answer *answer)
{
    answer->status = 204;
    answer->source = HTTP_EMPTY;
    http_answer_header(answer, "Access-Control-Allow-Methods", "GET, HEAD, POST, OPTIONS");
    http_answer_header(answer, "Access-Control-Allow-Headers", "Content-Type");
    http_answer_header(answer, "Access-Control-Max-Age", "86400");
    http_answer_header(answer, "Allow", "GET, HEAD, POST, OPTIONS");
}

void licence_handle(struct licence *licence, struct http_request *rq, struct http_answer *answer)
{
    struct ask ask = { .params = &licence->params, .rq = rq, .answer = answer, .now = clock_now() };
    bool reads = rq->method == HTTP_GET || rq->method == HTTP_HEAD;
    put_headers(answer);
    if (rq->method == HTTP_OTHER) {
        answer_options(answer);
        return;
    }
    if (!read_token(&ask))
        return;
    bool has_name = ask.rest[0] != 0;
    if (rq->method == HTTP_POST && !has_name) {
        answer_licence(&ask);
    } else if (reads && has_name) {
        answer_key(&ask);
    } else {
        http_answer_header(answer, "Allow", has_name ? "GET, HEAD, OPTIONS" : "POST, OPTIONS");
        refuse(&ask, REFUSAL_METHOD, NULL);
    }
}
