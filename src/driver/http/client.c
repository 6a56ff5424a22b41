#include "driver/http/client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum {
    TIMEOUT_USUAL = 30,
    CONNECT_SECONDS = 10,
    ANSWER_USUAL = 1024 * 1024,
    IDLE_MAX = 8, /* handles kept, each with its connection */
};

struct http_client {
    long timeout_seconds;
    size_t answer_max;
    char *ca_file;
    pthread_mutex_t lock; /* of what follows */
    CURL *idle[IDLE_MAX];
    size_t n_idle;
};

/* ---- addresses
 * -----------------------------------------------------------------------------------
 */

static bool is_loopback(const char *host)
{
    struct in_addr four;
    if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
        return true;
    return inet_pton(AF_INET, host, &four) == 1 && (ntohl(four.s_addr) >> 24) == 127;
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return has;
}

static bool is_reachable_safely(CURLU *url)
{
    char *scheme = NULL, *host = NULL;
    bool good = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK && host[0] != 0;
    good = good &&
           (strcmp(scheme, "https") == 0 || (strcmp(scheme, "http") == 0 && is_loopback(host)));
    curl_free(scheme);
    curl_free(host);
    return good;
}

enum url_use { URL_SERVER, URL_REQUEST, URL_PAGE };

static bool url_is_good(const char *text, enum url_use use)
{
    CURLU *url = curl_url();
    bool good = url != NULL && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
                is_reachable_safely(url) && !has_part(url, CURLUPART_USER) &&
                !has_part(url, CURLUPART_PASSWORD) &&
                (use != URL_SERVER || !has_part(url, CURLUPART_QUERY)) &&
                (use == URL_PAGE || !has_part(url, CURLUPART_FRAGMENT));
    curl_url_cleanup(url);
    return good;
}

bool http_client_url_is_good(const char *url)
{
    return url_is_good(url, URL_SERVER);
}

bool http_client_url_is_page(const char *url)
{
    return url_is_good(url, URL_PAGE);
}

/* ---- the client ---------------------------------------------------------------------------------
 */

enum err http_client_create(const struct http_client_params *params, struct http_client **out)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return ERR_INTERNAL;
    struct http_client *c = calloc(1, sizeof *c);
    if (c != NULL && params->ca_file != NULL)
        c->ca_file = strdup(params->ca_file);
    if (c == NULL || (params->ca_file != NULL && c->ca_file == NULL)) {
        free(c);
        curl_global_cleanup();
        return ERR_MEMORY;
    }
    c->timeout_seconds =
        params->timeout_seconds > 0 ? (long)params->timeout_seconds : TIMEOUT_USUAL;
    c->answer_max = params->answer_max > 0 ? params->answer_max : ANSWER_USUAL;
    pthread_mutex_init(&c->lock, NULL);
    *out = c;
    return OK;
}

void http_client_destroy(struct http_client **client)
{
    struct http_client *c = *client;
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->n_idle; i++)
        curl_easy_cleanup(c->idle[i]);
    pthread_mutex_destroy(&c->lock);
    free(c->ca_file);
    free(c);
    curl_global_cleanup();
    *client = NULL;
}

static CURL *take_handle(struct http_client *c)
{
    pthread_mutex_lock(&c->lock);
    CURL *curl = c->n_idle > 0 ? c->idle[--c->n_idle] : NULL;
    pthread_mutex_unlock(&c->lock);
    return curl != NULL ? curl : curl_easy_init();
}

static void give_handle(struct http_client *c, CURL *curl)
{
    curl_easy_reset(curl); /* keeps its connection */
    pthread_mutex_lock(&c->lock);
    bool kept = c->n_idle < IDLE_MAX;
    if (kept)
        c->idle[c->n_idle++] = curl;
    pthread_mutex_unlock(&c->lock);
    if (!kept)
        curl_easy_cleanup(curl);
}

/* ---- asking -------------------------------------------------------------------------------------
 */

static size_t keep_body(char *bytes, size_t size, size_t count, void *context)
{
    struct buf *body = context;
    buf_put(body, bytes, size * count);
    return body->err == OK ? size * count : 0;
}

static void set_options(const struct http_client *c, CURL *curl, struct buf *body)
{
    long connect = c->timeout_seconds < CONNECT_SECONDS ? c->timeout_seconds : CONNECT_SECONDS;
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (c->ca_file != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, c->ca_file);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, c->timeout_seconds);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
}

static enum err meaning_of(CURLcode code, const struct buf *body)
{
    switch (code) {
    case CURLE_OK: return OK;
    case CURLE_WRITE_ERROR: return body->err != OK ? body->err : ERR_IO;
    case CURLE_OPERATION_TIMEDOUT: return ERR_TIMEOUT;
    case CURLE_OUT_OF_MEMORY: return ERR_MEMORY;
    default: return ERR_IO;
    }
}

static enum err add_headers(const struct http_client_request *request, struct curl_slist **out)
{
    /* "Expect:" takes the header away: nobody waits for a 100. */
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    bool whole = list != NULL;
    for (size_t i = 0; whole && i < HTTP_CLIENT_HEADERS; i++) {
        if (request->headers[i] == NULL)
            continue;
        struct curl_slist *longer = curl_slist_append(list, request->headers[i]);
        whole = longer != NULL;
        list = whole ? longer : list;
    }
    if (!whole) {
        curl_slist_free_all(list);
        return ERR_MEMORY;
    }
    *out = list;
    return OK;
}

static enum err perform(struct http_client *c, CURL *curl,
                        const struct http_client_request *request, struct buf *body, long *status)
{
    struct curl_slist *headers = NULL;
    enum err err = add_headers(request, &headers);
    if (err != OK)
        return err;
    set_options(c, curl, body);
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (request->form != NULL) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(request->form));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->form);
    }
    err = meaning_of(curl_easy_perform(curl), body);
    if (err == OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    curl_slist_free_all(headers);
    return err;
}

enum err http_client_ask(struct http_client *client, struct arena *arena,
                         const struct http_client_request *request, struct http_client_answer *out)
{
    *out = (struct http_client_answer){ 0 };
    if (!url_is_good(request->url, URL_REQUEST))
        return ERR_ARGUMENT;
    CURL *curl = take_handle(client);
    if (curl == NULL)
        return ERR_MEMORY;
    struct buf body;
    long status = 0;
    buf_init(&body, client->answer_max);
    enum err err = perform(client, curl, request, &body, &status);
    give_handle(client, curl);
    if (err == OK) {
        out->status = (int)status;
        out->body = arena_strndup(arena, buf_string(&body), body.size);
        out->size = body.size;
    }
    buf_finish(&body);
    return err;
}
