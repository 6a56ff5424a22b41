/* What nobody needs any more: editions that another took the place of, pieces of jobs that are
 * over, and what killed writers left. */
#ifndef LANTERNE_SERVICE_INGEST_SWEEP_H
#define LANTERNE_SERVICE_INGEST_SWEEP_H

#include "service/ingest/ingest.h"

/* Run by idle workers about once a minute; what fails is logged and tried again later. */
void ingest_sweep(const struct ingest *in);

#endif
