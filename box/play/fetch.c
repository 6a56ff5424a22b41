#include "box/play/fetch.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

enum { CONNECT_MS = 5000, WHOLE_MS = 15000, REDIRECTS_MAX = 4 };

struct fetcher {
    CURLM *multi;
};

struct fetch {
    struct fetcher *owner;
    CURL *easy;
    struct curl_slist *headers;
    char *address;
    bool is_done, is_secret;
    struct fetch_answer answer;
};

enum err fetcher_create(struct fetcher **out)
{
    struct fetcher *f = calloc(1, sizeof *f);
    if (f == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(f);
        return ERR_MEMORY;
    }
    f->multi = curl_multi_init();
    if (f->multi == NULL) {
        free(f);
        return ERR_MEMORY;
    }
    *out = f;
    return OK;
}

void fetcher_destroy(struct fetcher **fetcher)
{
    if (*fetcher == NULL)
        return;
    curl_multi_cleanup((*fetcher)->multi);
    free(*fetcher);
    *fetcher = NULL;
}

static size_t on_body(char *bytes, size_t one, size_t n, void *context)
{
    struct fetch *f = context;
    (void)one;
    buf_put(&f->answer.body, bytes, n);
    if (f->is_secret)
        explicit_bzero(bytes, n); /* the library's buffer, which it reads into anew */
    return f->answer.body.err == OK ? n : 0;
}

static void set_limits(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)WHOLE_MS);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
}

static bool set_headers(struct fetch *f, const struct fetch_ask *ask)
{
    struct curl_slist *list = NULL;
    if (ask->body != NULL)
        list = curl_slist_append(list, "Content-Type: application/json");
    bool done = ask->body == NULL || list != NULL;
    for (const char *const *h = ask->headers; h != NULL && *h != NULL && done; h++) {
        struct curl_slist *longer = curl_slist_append(list, *h);
        done = longer != NULL;
        list = longer != NULL ? longer : list;
    }
    f->headers = list;
    curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER, list);
    return done;
}

static bool set_up(struct fetch *f, const struct fetch_ask *ask)
{
    set_limits(f->easy);
    curl_easy_setopt(f->easy, CURLOPT_URL, f->address);
    curl_easy_setopt(f->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(f->easy, CURLOPT_WRITEDATA, f);
    curl_easy_setopt(f->easy, CURLOPT_PRIVATE, f);
    if (ask->agent != NULL)
        curl_easy_setopt(f->easy, CURLOPT_USERAGENT, ask->agent);
    if (ask->body != NULL)
        curl_easy_setopt(f->easy, CURLOPT_COPYPOSTFIELDS, ask->body);
    return set_headers(f, ask) && curl_multi_add_handle(f->owner->multi, f->easy) == CURLM_OK;
}

enum err fetch_start(struct fetcher *fetcher, const struct fetch_ask *ask, struct fetch **out)
{
    if (strncmp(ask->address, "http://", 7) != 0 && strncmp(ask->address, "https://", 8) != 0)
        return ERR_ARGUMENT;
    struct fetch *f = calloc(1, sizeof *f);
    if (f == NULL)
        return ERR_MEMORY;
    f->owner = fetcher;
    f->is_secret = ask->is_secret;
    buf_init(&f->answer.body, ask->ceiling);
    if (ask->is_secret)
        buf_grow(&f->answer.body, ask->ceiling); /* so that it never moves and leaves a copy */
    buf_clear(&f->answer.body);
    f->address = strdup(ask->address);
    f->answer.address = f->address;
    f->easy = curl_easy_init();
    if (f->address == NULL || f->easy == NULL || !set_up(f, ask)) {
        fetch_destroy(&f);
        return ERR_MEMORY;
    }
    *out = f;
    return OK;
}

void fetch_destroy(struct fetch **fetch)
{
    struct fetch *f = *fetch;
    *fetch = NULL;
    if (f == NULL)
        return;
    if (f->easy != NULL) {
        curl_multi_remove_handle(f->owner->multi, f->easy);
        curl_easy_cleanup(f->easy);
    }
    curl_slist_free_all(f->headers);
    if (f->is_secret && f->answer.body.data != NULL)
        explicit_bzero(f->answer.body.data, f->answer.body.room);
    buf_finish(&f->answer.body);
    free(f->address);
    free(f);
}

static void end(struct fetch *f, CURLcode code)
{
    long status = 0;
    const char *address = NULL;
    curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(f->easy, CURLINFO_EFFECTIVE_URL, &address);
    bool is_whole = code == CURLE_OK || f->answer.body.err != OK;
    f->answer.status = is_whole ? (int)status : 0;
    f->answer.address = address != NULL ? address : f->address;
    f->is_done = true;
}

void fetcher_work(struct fetcher *fetcher, int wait_ms)
{
    int running = 0, left = 0;
    CURLMsg *message;
    curl_multi_perform(fetcher->multi, &running);
    if (running > 0 && wait_ms > 0) {
        curl_multi_poll(fetcher->multi, NULL, 0, wait_ms, NULL);
        curl_multi_perform(fetcher->multi, &running);
    }
    while ((message = curl_multi_info_read(fetcher->multi, &left)) != NULL) {
        struct fetch *f = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&f);
        end(f, message->data.result);
    }
}

const struct fetch_answer *fetch_answer(const struct fetch *f)
{
    return f != NULL && f->is_done ? &f->answer : NULL;
}
