/* What a jail can be asked to do, once it is closed. */
#ifndef LANTERNE_DRIVER_MEDIA_JOBS_H
#define LANTERNE_DRIVER_MEDIA_JOBS_H

#include "driver/media/report.h"

/* Each reads JAIL_SOURCE and reports as it goes. OK also when it refuses (the report says so).
 * *frames: pictures at the constant rate. */
MUST_CHECK enum err job_inspect(struct report *report, const struct message_job *job,
                                uint64_t *frames);
MUST_CHECK enum err job_examine(struct report *report, const struct message_job *job,
                                uint64_t *frames);
MUST_CHECK enum err job_encode(struct report *report, const struct message_job *job,
                               uint64_t *frames);
MUST_CHECK enum err job_sound(struct report *report, const struct message_job *job,
                              uint64_t *frames);

#endif
