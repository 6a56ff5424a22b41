#include "driver/store/writer.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum {
    BATCH_MAX = 256,        /* calls a transaction: what waits behind it stays short */
    CHECKPOINT_PAGES = 1000 /* 4 MiB of log, as SQLite's own default */
};

/* Lives on the caller's stack until is_done. */
struct write_call {
    write_fn fn;
    void *call;
    enum err err;
    bool is_done;
    struct write_call *next;
};

struct writer {
    struct connection *connection; /* the thread's alone */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t has_work, has_done;
    struct write_call *first, **last; /* the queue; under lock, as is is_stopping */
    bool is_stopping;
};

/* Takes up to BATCH_MAX calls off the queue; NULL: stopped and nothing left. */
static struct write_call *take_batch(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    while (w->first == NULL && !w->is_stopping)
        pthread_cond_wait(&w->has_work, &w->lock);
    struct write_call *batch = w->first, *end = batch;
    for (unsigned n = 1; end != NULL && end->next != NULL && n < BATCH_MAX; n++)
        end = end->next;
    if (end != NULL) {
        w->first = end->next;
        end->next = NULL;
        if (w->first == NULL)
            w->last = &w->first;
    }
    pthread_mutex_unlock(&w->lock);
    return batch;
}

static enum err run_script(struct connection *c, const char *sql)
{
    struct query q = query_of(c, sql);
    return query_run(&q, NULL);
}

/* SQLite may take the whole transaction back by itself (a full disk): then *lost says why. */
static void run_call(struct connection *c, struct write_call *call, enum err *lost)
{
    call->err = run_script(c, "SAVEPOINT one_call");
    if (call->err != OK) {
        *lost = call->err;
        return;
    }
    call->err = call->fn(c, call->call);
    enum err err = OK;
    if (!connection_in_transaction(c))
        err = call->err == OK ? ERR_INTERNAL : call->err;
    if (err == OK && call->err != OK)
        err = run_script(c, "ROLLBACK TO one_call");
    if (err == OK)
        err = run_script(c, "RELEASE one_call");
    *lost = err;
}

static enum err run_batch(struct connection *c, struct write_call *batch)
{
    enum err err = run_script(c, "BEGIN IMMEDIATE");
    if (err != OK)
        return err;
    for (struct write_call *call = batch; err == OK && call != NULL; call = call->next)
        run_call(c, call, &err);
    if (err == OK)
        err = run_script(c, "COMMIT");
    if (err != OK && connection_in_transaction(c)) {
        enum err undone = run_script(c, "ROLLBACK");
        assert(undone == OK);
        (void)undone;
    }
    return err;
}

static void finish_batch(struct writer *w, struct write_call *batch, enum err err)
{
    pthread_mutex_lock(&w->lock);
    for (struct write_call *next; batch != NULL; batch = next) {
        next = batch->next;
        if (err != OK)
            batch->err = err;
        batch->is_done = true; /* from here on *batch is its caller's */
    }
    pthread_cond_broadcast(&w->has_done);
    pthread_mutex_unlock(&w->lock);
}

/* A transaction that was lost whole is tried again call by call, so that one that asks too much (a
 * full disk) does not take the others down. */
static void write_batch(struct writer *w, struct write_call *batch)
{
    enum err err = run_batch(w->connection, batch);
    if (err == OK || err == ERR_BUSY || batch->next == NULL) {
        finish_batch(w, batch, err);
        return;
    }
    for (struct write_call *next; batch != NULL; batch = next) {
        next = batch->next;
        batch->next = NULL;
        err = run_batch(w->connection, batch);
        finish_batch(w, batch, err);
    }
}

static void *write_all(void *context)
{
    struct writer *w = context;
    for (struct write_call *batch; (batch = take_batch(w)) != NULL;) {
        write_batch(w, batch);
        /* after the callers were woken: nobody waits for it. A failure to flush ends the process
         * inside; a full disk only leaves the log longer. */
        if (connection_log_pages(w->connection) >= CHECKPOINT_PAGES)
            (void)!connection_checkpoint(w->connection);
    }
    return NULL;
}

enum err writer_call(struct writer *w, write_fn fn, void *argument)
{
    struct write_call call = { .fn = fn, .call = argument };
    pthread_mutex_lock(&w->lock);
    assert(!w->is_stopping);
    *w->last = &call;
    w->last = &call.next;
    pthread_cond_signal(&w->has_work);
    while (!call.is_done)
        pthread_cond_wait(&w->has_done, &w->lock);
    pthread_mutex_unlock(&w->lock);
    return call.err;
}

/* Signals are the main thread's business. */
static int start_thread(struct writer *w)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&w->thread, NULL, write_all, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

enum err writer_start(struct connection *c, struct writer **out)
{
    struct writer *w = calloc(1, sizeof *w);
    if (w == NULL)
        return ERR_MEMORY;
    w->connection = c;
    w->last = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->has_work, NULL);
    pthread_cond_init(&w->has_done, NULL);
    int failed = start_thread(w);
    if (failed != 0) {
        free(w);
        return err_from_errno(failed);
    }
    *out = w;
    return OK;
}

void writer_stop(struct writer **writer)
{
    struct writer *w = *writer;
    if (w == NULL)
        return;
    pthread_mutex_lock(&w->lock);
    w->is_stopping = true;
    pthread_cond_signal(&w->has_work);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    connection_close(&w->connection);
    pthread_cond_destroy(&w->has_work);
    pthread_cond_destroy(&w->has_done);
    pthread_mutex_destroy(&w->lock);
    free(w);
    *writer = NULL;
}
