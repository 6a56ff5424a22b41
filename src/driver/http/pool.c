#include "driver/http/pool.h"

#include <pthread.h>
#include <stdlib.h>

struct http_pool {
    pthread_mutex_t lock; /* guards all below but threads */
    pthread_cond_t wake;
    struct http_job *first, **last;
    unsigned waiting, queue_max;
    bool ended;
    unsigned n_threads;
    pthread_t threads[];
};

static struct http_job *take(struct http_pool *pool, bool *cancelled)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->first == NULL && !pool->ended)
        pthread_cond_wait(&pool->wake, &pool->lock);
    struct http_job *job = pool->first;
    if (job != NULL) {
        pool->first = job->next;
        if (pool->first == NULL)
            pool->last = &pool->first;
        pool->waiting--;
    }
    *cancelled = pool->ended;
    pthread_mutex_unlock(&pool->lock);
    return job;
}

static void *work(void *arg)
{
    struct http_pool *pool = arg;
    struct http_job *job = NULL;
    bool cancelled = false;
    while ((job = take(pool, &cancelled)) != NULL)
        job->run(job, cancelled);
    return NULL;
}

enum err http_pool_create(unsigned threads, unsigned queue_max, struct http_pool **out)
{
    struct http_pool *pool = calloc(1, sizeof *pool + threads * sizeof pool->threads[0]);
    if (pool == NULL)
        return ERR_MEMORY;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pool->last = &pool->first;
    pool->queue_max = queue_max;
    enum err err = OK;
    while (err == OK && pool->n_threads < threads) {
        err = err_from_errno(pthread_create(&pool->threads[pool->n_threads], NULL, work, pool));
        if (err == OK)
            pool->n_threads++;
    }
    if (err != OK)
        http_pool_destroy(&pool);
    *out = pool;
    return err;
}

bool http_pool_give(struct http_pool *pool, struct http_job *job)
{
    pthread_mutex_lock(&pool->lock);
    bool room = !pool->ended && pool->waiting < pool->queue_max;
    if (room) {
        job->next = NULL;
        *pool->last = job;
        pool->last = &job->next;
        pool->waiting++;
        pthread_cond_signal(&pool->wake);
    }
    pthread_mutex_unlock(&pool->lock);
    return room;
}

void http_pool_end(struct http_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->ended = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    while (pool->n_threads > 0)
        pthread_join(pool->threads[--pool->n_threads], NULL);
}

void http_pool_destroy(struct http_pool **pool)
{
    struct http_pool *p = *pool;
    *pool = NULL;
    if (p == NULL)
        return;
    http_pool_end(p);
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
