/* A jailed process seen from outside: started, listened to, watched, ended. One thread at a time.
 */
#ifndef LANTERNE_DRIVER_MEDIA_WORKER_H
#define LANTERNE_DRIVER_MEDIA_WORKER_H

#include "driver/media/message.h"

struct worker;

/* Starts the running binary anew as a jail and gives it the job. source_fd: borrowed; -1 for a job
 * without a source. The job's limits are filled in here where they are 0. */
MUST_CHECK enum err worker_create(int source_fd, struct message_job *job, struct worker **out);

/* Waits for the next message; the payload is lent until the next call. ERR_TIMEOUT (CPU or
 * silence), ERR_MEMORY, ERR_CRASHED: the jail has ended so; ERR_MALFORMED: it said what no jail of
 * ours says.
 */
MUST_CHECK enum err worker_next(struct worker *w, uint32_t *type, struct reader *payload);

MUST_CHECK enum err worker_say(struct worker *w, enum message_type type, uint32_t value);

/* Ends the process if it still runs, and forgets it. */
void worker_destroy(struct worker **w);

#endif
