#include "box/net/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum {
    ANSWER_MAX = 8 * 1024 * 1024,  /* a home of 64 rows of 200 titles, twice */
    PICTURE_MAX = 8 * 1024 * 1024, /* as the service takes them */
    CONNECT_SECONDS = 6,
    WHOLE_SECONDS = 20,
    TRIES = 3,
    TRIES_PATIENT = 10, /* about a minute */
};

static bool is_whole(const char *path)
{
    return path[0] != '/';
}

struct job *job_create(const struct ask *ask, const char *token)
{
    struct arena *mem = arena_create();
    struct job *j = calloc(1, sizeof *j);
    if (j == NULL)
        abort(); /* small things cannot fail, as in arenas */
    j->mem = mem;
    j->ask = *ask;
    j->ask.method = arena_strdup(mem, ask->method);
    j->ask.path = arena_strdup(mem, ask->path);
    j->ask.body = arena_strdup(mem, ask->body);
    if (token != NULL && !is_whole(ask->path) && !ask->is_public)
        j->token = memcpy(arena_secret(mem, strlen(token) + 1), token, strlen(token) + 1);
    buf_init(&j->body, ask->wants_bytes ? PICTURE_MAX : ANSWER_MAX);
    return j;
}

void job_end(struct job *j)
{
    curl_easy_cleanup(j->easy);
    curl_slist_free_all(j->headers);
    j->easy = NULL;
    j->headers = NULL;
}

void job_destroy(struct job **job)
{
    struct job *j = *job;
    *job = NULL;
    if (j == NULL)
        return;
    job_end(j);
    buf_finish(&j->body);
    arena_destroy(&j->mem);
    free(j);
}

static size_t take_body(char *bytes, size_t size, size_t n, void *context)
{
    struct job *j = context;
    buf_put(&j->body, bytes, size * n);
    return j->body.err == OK ? size * n : 0; /* less: the transfer ends */
}

/* The value of header `name` in a line; NULL when it is another. */
static const char *header_value(struct arena *mem, const char *line, size_t n, const char *name)
{
    size_t length = strlen(name);
    if (n <= length || strncasecmp(line, name, length) != 0 || line[length] != ':')
        return NULL;
    const char *at = line + length + 1, *end = line + n;
    while (at < end && *at == ' ')
        at++;
    while (end > at && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' '))
        end--;
    return arena_strndup(mem, at, (size_t)(end - at));
}

static size_t take_header(char *line, size_t size, size_t n, void *context)
{
    struct job *j = context;
    const char *date = header_value(j->mem, line, size * n, "Date");
    const char *wait = header_value(j->mem, line, size * n, "Retry-After");
    int64_t seconds = 0;
    if (date != NULL) {
        time_t at = curl_getdate(date, NULL);
        j->server_time.us = at > 0 ? (int64_t)at * UTC_SECOND : 0;
    }
    if (wait != NULL && text_to_i64(wait, strlen(wait), 0, 86400, &seconds) == OK)
        j->retry_after = (unsigned)seconds;
    return size * n;
}

static void add_header(struct job *j, const char *line)
{
    struct curl_slist *longer = curl_slist_append(j->headers, line);
    if (longer != NULL)
        j->headers = longer;
}

static void set_headers(struct job *j, const struct job_place *place)
{
    add_header(j, j->ask.wants_bytes ? "Accept: image/*" : "Accept: application/json");
    add_header(j, arena_printf(j->mem, "Accept-Language: %s", place->language));
    add_header(j, "Expect:");
    if (j->ask.body != NULL)
        add_header(j, "Content-Type: application/json");
    if (j->token != NULL) {
        size_t n = strlen(j->token) + sizeof "Authorization: Bearer ";
        char *line = arena_secret(j->mem, n);
        snprintf(line, n, "Authorization: Bearer %s", j->token);
        add_header(j, line);
    }
    curl_easy_setopt(j->easy, CURLOPT_HTTPHEADER, j->headers);
}

enum err job_begin(struct job *j, const struct job_place *place)
{
    const struct ask *a = &j->ask;
    const char *address =
        is_whole(a->path) ? a->path : arena_printf(j->mem, "%s%s", place->server, a->path);
    j->easy = curl_easy_init();
    if (j->easy == NULL)
        return ERR_MEMORY;
    buf_clear(&j->body);
    j->attempts += 1;
    j->retry_after = 0;
    curl_easy_setopt(j->easy, CURLOPT_PRIVATE, j);
    curl_easy_setopt(j->easy, CURLOPT_URL, address);
    curl_easy_setopt(j->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(j->easy, CURLOPT_USERAGENT, place->agent);
    curl_easy_setopt(j->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(j->easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(j->easy, CURLOPT_TIMEOUT, (long)WHOLE_SECONDS);
    curl_easy_setopt(j->easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(j->easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(j->easy, CURLOPT_WRITEDATA, j);
    curl_easy_setopt(j->easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(j->easy, CURLOPT_HEADERDATA, j);
    if (a->method != NULL)
        curl_easy_setopt(j->easy, CURLOPT_CUSTOMREQUEST, a->method);
    if (a->body != NULL)
        curl_easy_setopt(j->easy, CURLOPT_POSTFIELDS, a->body);
    set_headers(j, place);
    return OK;
}

static enum outcome outcome_of(CURLcode result, long status)
{
    if (result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_CACERT_BADFILE)
        return OUTCOME_CERTIFICATE;
    if (status == 0)
        return OUTCOME_SILENCE;
    if (status == 502 || status == 503 || status == 504)
        return OUTCOME_AWAY;
    return result == CURLE_OK ? OUTCOME_ANSWER : OUTCOME_SILENCE;
}

bool job_goes_again(struct job *j, CURLcode result, long status, int64_t now_us)
{
    bool is_read = j->ask.method == NULL;
    bool is_lost = outcome_of(result, status) != OUTCOME_ANSWER && j->body.err == OK;
    unsigned most = j->ask.is_patient ? TRIES_PATIENT : is_read ? TRIES : 1;
    if (!is_lost || j->attempts >= most)
        return false;
    unsigned doublings = j->attempts < 5 ? j->attempts : 5;
    j->due_us = now_us + (INT64_C(250000) << doublings); /* 0.5 s, 1 s, ... 8 s */
    return true;
}

/* Of 503: nobody is there for now. A server that is there says what it is that is not
 * ("payment-busy"). */
static bool is_away(const char *code)
{
    return strcmp(code, "busy") == 0 || strcmp(code, "temporarily_unavailable") == 0;
}

void job_answer(struct job *j, CURLcode result, long status, struct answer *out)
{
    struct tree *root = NULL;
    *out = (struct answer){ .owner = j->ask.owner,
                            .what = j->ask.what,
                            .tag = j->ask.tag,
                            .status = result == CURLE_OK ? (int)status : 0,
                            .retry_after = j->retry_after,
                            .server_time = j->server_time,
                            .outcome = j->body.err == OK ? outcome_of(result, status)
                                                         : OUTCOME_ANSWER /* too much of one */ };
    out->mem = arena_create();
    bool is_good = out->status >= 200 && out->status < 300 && j->body.err == OK;
    if (is_good && j->ask.wants_bytes) {
        out->bytes = j->body.data; /* taken */
        out->size = j->body.size;
        buf_init(&j->body, PICTURE_MAX);
        return;
    }
    enum err err = j->body.size > 0 && j->body.err == OK && !j->ask.wants_bytes
                       ? tree_parse(j->body.data, j->body.size, &root)
                       : ERR_NOT_FOUND;
    if (is_good && j->ask.read != NULL)
        is_good = err == OK && j->ask.read(root, out->mem, &out->value) == OK;
    if (!is_good) {
        out->value = NULL;
        out->problem = read_problem(err == OK ? root : NULL, out->status, out->mem);
        if (out->status == 0 && out->outcome != OUTCOME_ANSWER)
            out->problem->code = "unreachable";
        if (out->status == 503 && !is_away(out->problem->code))
            out->outcome = OUTCOME_ANSWER;
    }
    if (root != NULL)
        tree_destroy(&root);
}
