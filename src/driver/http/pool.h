/* A bounded pool of threads for requests that wait or compute. */
#ifndef LANTERNE_DRIVER_HTTP_POOL_H
#define LANTERNE_DRIVER_HTTP_POOL_H

#include <stdbool.h>

#include "base/err.h"

struct http_job {
    struct http_job *next;                             /* the pool's */
    void (*run)(struct http_job *job, bool cancelled); /* on a thread of the pool */
};

struct http_pool;
MUST_CHECK enum err http_pool_create(unsigned threads, unsigned queue_max, struct http_pool **out);
/* Takes job until run has been called; false when the queue is full or the pool has ended (job was
 * not taken). */
MUST_CHECK bool http_pool_give(struct http_pool *pool, struct http_job *job);
/* Takes no more jobs, runs those that wait as cancelled, and waits for all. */
void http_pool_end(struct http_pool *pool);
void http_pool_destroy(struct http_pool **pool);

#endif
