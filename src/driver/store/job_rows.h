/* Jobs and steps inside a transaction; shared by jobs.c and steps.c. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_JOB_ROWS_H
#define LANTERNE_DRIVER_STORE_JOB_ROWS_H

#include "driver/store/jobs.h"
#include "driver/store/sql.h"

enum step_place { PLACE_INSPECT, PLACE_SOUND, PLACE_PIECE, PLACE_ASSEMBLE };

MUST_CHECK enum err job_state_read(struct connection *c, const char *id, enum job_state *out);
/* Moves by the table of jobs.c: leases end; a retry makes the steps ready. */
MUST_CHECK enum err job_move(struct connection *c, const char *id, enum job_state to,
                             const char *refusals, utc_time now);
/* The step is done; ERR_STATE unless the worker holds it and the job runs. */
MUST_CHECK enum err step_finish(struct connection *c, const char *worker, const char *job,
                                enum step_place place, uint32_t number);

#endif
