/* Masters that were refused at the door, before there was a job: kept for whoever delivered them.
 */
#ifndef LANTERNE_DRIVER_STORE_REFUSALS_H
#define LANTERNE_DRIVER_STORE_REFUSALS_H

#include "driver/store/store.h"
#include "rules/catalog/title.h"

struct store_refusal {
    playable_id playable;
    const char *file_name; /* as delivered, for people */
    const char *refusals;  /* JSON array of {"code","text"} */
    utc_time refused;
};
/* Takes the place of the one before. The next job of the playable takes it away (store_job_add). */
MUST_CHECK enum err store_refusal_put(struct store *store, const struct store_refusal *refusal);
/* ERR_NOT_FOUND: the last master was taken, or none was ever delivered. */
MUST_CHECK enum err store_refusal_get(struct store *store, struct arena *arena,
                                      playable_id playable, struct store_refusal *out);

#endif
