/* The facts of an inspection as JSON, kept with the job and read back by every later step. */
#ifndef LANTERNE_SERVICE_INGEST_FACTS_H
#define LANTERNE_SERVICE_INGEST_FACTS_H

#include "base/buf.h"
#include "driver/media/media.h"

/* The settings a job was begun with: later changes of the service's do not reach into it, so that
 * all of its pieces fit together whoever makes them. */
struct ingest_basis {
    double loudness_lufs;
    uint16_t max_height;
    unsigned piece_seconds;
    bool is_protected; /* cbcs; what was begun in clear stays so */
    char language[36]; /* the title's, for sound that does not say its own; "und" */
};

void facts_write(const struct media_facts *facts, const struct ingest_basis *basis,
                 struct buf *out);
/* ERR_MALFORMED: not written by facts_write of this version. */
MUST_CHECK enum err facts_read(const char *json, struct media_facts *facts,
                               struct ingest_basis *basis);
/* The reasons as a JSON array of {"code","text"}. */
void refusals_write(const struct media_answer *answer, struct buf *out);

#endif
