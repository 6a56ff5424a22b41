#include "service/ingest/sweep.h"

#include "base/clock.h"
#include "base/log.h"
#include "driver/store/media.h"
#include "service/ingest/work.h"

/* A replaced edition stays as long as a pass can, so that no running playback loses its segments.
 */
#define RETIRED_US (25 * 3600 * UTC_SECOND)
enum { TEMPORARY_SECONDS = 24 * 3600 };

static enum err remove_edition(const struct ingest *in, edition_id id)
{
    char tree[WORK_BLOB];
    work_edition_tree(id, tree);
    enum err err = blob_remove_tree(in->blobs, tree);
    return err == OK ? store_edition_forget(in->store, id) : err;
}

void ingest_sweep(const struct ingest *in)
{
    struct arena *arena = arena_create();
    edition_id *ids = NULL;
    size_t n = 0;
    utc_time before = { clock_now().us - RETIRED_US };
    enum err err = store_editions_retired(in->store, arena, before, &ids, &n);
    for (size_t i = 0; i < n && err == OK; i++) {
        err = remove_edition(in, ids[i]);
        if (err == OK)
            log_info("ingest", "edition %s was replaced and is removed", ids[i].s);
    }
    if (err == OK)
        err = blob_sweep(in->blobs, TEMPORARY_SECONDS);
    if (err != OK)
        log_warning("ingest", "what is not needed any more cannot be removed: %s", err_text(err));
    arena_destroy(&arena);
}
