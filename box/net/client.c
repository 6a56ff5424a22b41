#include "box/net/client.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "box/net/job.h"

enum { LANES = 8, SERVER_MAX = 512, TOKEN_MAX = 600, NAP_MS = 1000, FAREWELL_MS = 1500 };

struct done {
    struct done *next;
    struct answer answer;
};

struct client {
    char server[SERVER_MAX], agent[128], language[16];
    char token[TOKEN_MAX]; /* "": none */
    void (*wake)(void);
    CURLM *multi;
    pthread_t thread;
    atomic_bool is_stopping;
    pthread_mutex_t lock; /* all below, and the texts above */
    struct job *jobs;     /* waiting or under way, oldest first */
    struct done *first, **last;
    unsigned n_running;
};

/* With the lock held. */
static struct job_place place_of(const struct client *c)
{
    return (struct job_place){ c->server, c->agent, c->language };
}

static void hand_over(struct client *c, struct answer *answer)
{
    struct done *d = calloc(1, sizeof *d);
    if (d == NULL)
        abort();
    d->answer = *answer;
    pthread_mutex_lock(&c->lock);
    *c->last = d;
    c->last = &d->next;
    pthread_mutex_unlock(&c->lock);
    c->wake();
}

/* With the lock held. */
static void unlink_job(struct client *c, struct job *gone)
{
    for (struct job **at = &c->jobs; *at != NULL; at = &(*at)->next) {
        if (*at == gone) {
            *at = gone->next;
            return;
        }
    }
}

static void finish_job(struct client *c, struct job *j, CURLcode result)
{
    long status = 0;
    struct answer answer;
    curl_easy_getinfo(j->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(c->multi, j->easy);
    c->n_running -= 1;
    job_end(j);
    pthread_mutex_lock(&c->lock);
    bool is_dropped = j->is_dropped;
    bool again = !is_dropped && job_goes_again(j, result, status, clock_monotonic_us());
    if (!again)
        unlink_job(c, j);
    pthread_mutex_unlock(&c->lock);
    if (again)
        return;
    if (!is_dropped) {
        job_answer(j, result, status, &answer);
        hand_over(c, &answer);
    }
    job_destroy(&j);
}

/* Whether any ended: there may be a lane for what waited. */
static bool collect(struct client *c)
{
    bool any = false;
    int left;
    CURLMsg *m;
    while ((m = curl_multi_info_read(c->multi, &left)) != NULL) {
        struct job *j = NULL;
        CURLcode result = m->data.result;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&j);
        if (m->msg != CURLMSG_DONE || j == NULL)
            continue;
        finish_job(c, j, result);
        any = true;
    }
    return any;
}

/* Cuts what is not wanted any more. With the lock held. */
static void cut_dropped(struct client *c)
{
    for (struct job **at = &c->jobs; *at != NULL;) {
        struct job *j = *at;
        if (!j->is_dropped) {
            at = &j->next;
            continue;
        }
        *at = j->next;
        if (j->easy != NULL) {
            curl_multi_remove_handle(c->multi, j->easy);
            c->n_running -= 1;
        }
        job_destroy(&j);
    }
}

/* What must not be lost goes in its order: a place is saved before its seat is given back. */
static bool must_wait(const struct client *c, const struct job *j)
{
    if (!j->ask.is_patient)
        return false;
    for (const struct job *before = c->jobs; before != j; before = before->next) {
        if (before->ask.is_patient && before->ask.owner == j->ask.owner)
            return true;
    }
    return false;
}

/* Begins what is due; answers how long there is to sleep. */
static int begin_due(struct client *c)
{
    int64_t now = clock_monotonic_us(), soonest = now + INT64_C(1000) * NAP_MS;
    pthread_mutex_lock(&c->lock);
    cut_dropped(c);
    struct job_place place = place_of(c);
    for (struct job *j = c->jobs; j != NULL && c->n_running < LANES; j = j->next) {
        if (j->easy != NULL || must_wait(c, j))
            continue;
        if (j->due_us > now) {
            soonest = j->due_us < soonest ? j->due_us : soonest;
            continue;
        }
        if (job_begin(j, &place) != OK || curl_multi_add_handle(c->multi, j->easy) != CURLM_OK) {
            job_end(j);
            j->due_us = now + UTC_SECOND; /* memory is short: a second later */
            continue;
        }
        c->n_running += 1;
    }
    pthread_mutex_unlock(&c->lock);
    int64_t ms = (soonest - now + 999) / 1000;
    return ms > 0 ? (int)ms : 0;
}

static void *run(void *context)
{
    struct client *c = context;
    while (!atomic_load(&c->is_stopping)) {
        int running = 0, ms = begin_due(c);
        curl_multi_perform(c->multi, &running);
        if (collect(c))
            continue;
        curl_multi_poll(c->multi, NULL, 0, ms, NULL);
    }
    return NULL;
}

/* "http://host" or "https://host", without what could be taken for more. */
static bool is_address(const char *text)
{
    const char *rest = strncmp(text, "http://", 7) == 0    ? text + 7
                       : strncmp(text, "https://", 8) == 0 ? text + 8
                                                           : "";
    return rest[0] != '\0' && strcspn(rest, "/?#@ \\\"'<>") == strlen(rest) &&
           text_is_line(text, strlen(text));
}

enum err client_create(const struct client_params *params, struct client **out)
{
    struct client *c = calloc(1, sizeof *c);
    if (c == NULL)
        return ERR_MEMORY;
    text_copy(c->agent, sizeof c->agent, params->agent);
    text_copy(c->language, sizeof c->language, "en");
    c->wake = params->wake;
    c->last = &c->first;
    size_t n = strlen(params->server);
    while (n > 0 && params->server[n - 1] == '/')
        n -= 1;
    if (n < sizeof c->server)
        memcpy(c->server, params->server, n);
    if (!is_address(c->server)) {
        free(c);
        return ERR_ARGUMENT;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    c->multi = curl_multi_init();
    pthread_mutex_init(&c->lock, NULL);
    if (c->multi == NULL || pthread_create(&c->thread, NULL, run, c) != 0) {
        curl_multi_cleanup(c->multi);
        pthread_mutex_destroy(&c->lock);
        free(c);
        return ERR_MEMORY;
    }
    *out = c;
    return OK;
}

/* What must not be lost gets a moment: a seat that was given back, a sign-out. */
static void say_farewell(struct client *c)
{
    struct timespec nap = { 0, 10 * 1000 * 1000 };
    for (int ms = 0; ms < FAREWELL_MS; ms += 10) {
        bool is_patient = false;
        pthread_mutex_lock(&c->lock);
        for (struct job *j = c->jobs; j != NULL; j = j->next)
            is_patient = is_patient || j->ask.is_patient;
        pthread_mutex_unlock(&c->lock);
        if (!is_patient)
            return;
        nanosleep(&nap, NULL);
    }
}

void client_destroy(struct client **client)
{
    struct client *c = *client;
    *client = NULL;
    if (c == NULL)
        return;
    say_farewell(c);
    atomic_store(&c->is_stopping, true);
    curl_multi_wakeup(c->multi);
    pthread_join(c->thread, NULL);
    for (struct job *j = c->jobs; j != NULL; j = j->next)
        j->is_dropped = true;
    cut_dropped(c);
    struct answer left;
    while (client_poll(c, &left))
        answer_finish(&left);
    curl_multi_cleanup(c->multi);
    curl_global_cleanup();
    pthread_mutex_destroy(&c->lock);
    explicit_bzero(c->token, sizeof c->token);
    free(c);
}

void client_set_token(struct client *c, const char *token)
{
    pthread_mutex_lock(&c->lock);
    explicit_bzero(c->token, sizeof c->token);
    text_copy(c->token, sizeof c->token, token != NULL ? token : "");
    pthread_mutex_unlock(&c->lock);
}

bool client_has_token(const struct client *c)
{
    return c->token[0] != '\0'; /* only the main thread writes it */
}

void client_set_language(struct client *c, const char *code)
{
    pthread_mutex_lock(&c->lock);
    text_copy(c->language, sizeof c->language, code);
    pthread_mutex_unlock(&c->lock);
}

const char *client_server(const struct client *c)
{
    return c->server;
}

void client_ask(struct client *c, const struct ask *ask)
{
    struct job *j = job_create(ask, c->token[0] != '\0' ? c->token : NULL);
    pthread_mutex_lock(&c->lock);
    struct job **at = &c->jobs;
    while (*at != NULL)
        at = &(*at)->next;
    *at = j;
    pthread_mutex_unlock(&c->lock);
    curl_multi_wakeup(c->multi);
}

void client_forget(struct client *c, unsigned owner)
{
    pthread_mutex_lock(&c->lock);
    for (struct job *j = c->jobs; j != NULL; j = j->next)
        j->is_dropped = j->is_dropped || (j->ask.owner == owner && !j->ask.is_patient);
    for (struct done **at = &c->first; *at != NULL;) {
        struct done *d = *at;
        if (d->answer.owner != owner) {
            at = &d->next;
            continue;
        }
        *at = d->next;
        answer_finish(&d->answer);
        free(d);
    }
    c->last = &c->first;
    while (*c->last != NULL)
        c->last = &(*c->last)->next;
    pthread_mutex_unlock(&c->lock);
    curl_multi_wakeup(c->multi);
}

bool client_poll(struct client *c, struct answer *out)
{
    pthread_mutex_lock(&c->lock);
    struct done *d = c->first;
    if (d != NULL) {
        c->first = d->next;
        if (c->first == NULL)
            c->last = &c->first;
    }
    pthread_mutex_unlock(&c->lock);
    if (d == NULL)
        return false;
    *out = d->answer;
    free(d);
    return true;
}

void answer_finish(struct answer *a)
{
    arena_destroy(&a->mem);
    free(a->bytes);
    a->bytes = NULL;
}

struct arena *answer_take(struct answer *a)
{
    struct arena *mem = a->mem;
    a->mem = NULL;
    return mem;
}
