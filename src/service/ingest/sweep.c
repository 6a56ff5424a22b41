#include "service/ingest/sweep.h"

#include <string.h>

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

/* What a job does not need any more. A failed one goes on from its pieces when it is tried again;
 * one that the store does not know yet may be about to be added. */
static bool is_over(const struct ingest *in, struct arena *arena, job_id id)
{
    struct store_job job;
    if (store_job_get(in->store, arena, id, &job) != OK)
        return false;
    return job.state == JOB_READY || job.state == JOB_REFUSED || job.state == JOB_CANCELLED;
}

/* Pieces that came after their job was cancelled, from workers that had not heard of it. */
static enum err sweep_work(const struct ingest *in, struct arena *arena)
{
    static const char below[] = "work/";
    struct blob_entry *entries = NULL;
    size_t n = 0;
    job_id last = { "" };
    enum err err = blob_list(in->blobs, arena, "work", &entries, &n);
    for (size_t i = 0; i < n && err == OK; i++) {
        char tree[WORK_BLOB];
        job_id id;
        const char *name = entries[i].name + sizeof below - 1;
        if (!id_parse(name, strcspn(name, "/"), id.s) || strcmp(id.s, last.s) == 0)
            continue;
        last = id;
        work_tree(id, tree);
        if (is_over(in, arena, id))
            err = blob_remove_tree(in->blobs, tree);
    }
    return err;
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
        err = sweep_work(in, arena);
    if (err == OK)
        err = blob_sweep(in->blobs, TEMPORARY_SECONDS);
    if (err != OK)
        log_warning("ingest", "what is not needed any more cannot be removed: %s", err_text(err));
    arena_destroy(&arena);
}
