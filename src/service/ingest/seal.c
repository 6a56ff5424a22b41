/* Sealing what lies in clear: of a service from before there was protection, or that went without
 * for a while. Small blobs are replaced under their own name; a master is written under another
 * first, so that name and key change in one transaction. */
#include <string.h>
#include <unistd.h>

#include "service/ingest/work.h"

static const char *const folders[] = { "images", "captions", "media", "work" };
enum { FOLDERS = sizeof folders / sizeof folders[0] };

/* What is wrong with one blob is no reason to leave the others in clear. */
static bool is_its_own(enum err err)
{
    return err == ERR_MALFORMED || err == ERR_STATE || err == ERR_DENIED || err == ERR_FULL;
}

static enum err seal_blob(const struct ingest *in, const struct ingest_sealing *what,
                          const char *name, struct ingest_sealed *out)
{
    bool did = false;
    enum err err = coffer_seal(in->coffer, name, &did);
    if (is_its_own(err)) {
        what->refused(what->context, name, coffer_why(err));
        out->refused++;
        return OK;
    }
    out->blobs += err == OK && did;
    return err == ERR_NOT_FOUND ? OK : err; /* it was removed meanwhile */
}

static enum err seal_folder(const struct ingest *in, const struct ingest_sealing *what,
                            const char *folder, struct ingest_sealed *out)
{
    struct arena *arena = arena_create();
    struct blob_entry *entries = NULL;
    size_t n = 0;
    enum err err = blob_list(in->blobs, arena, folder, &entries, &n);
    for (size_t i = 0; i < n && err == OK; i++) {
        if (coffer_is_for(entries[i].name))
            err = seal_blob(in, what, entries[i].name, out);
        if (err == OK && *in->stop != 0)
            err = ERR_CANCELLED;
    }
    arena_destroy(&arena);
    return err;
}

/* ---- masters ----------------------------------------------------------------------------------
 */

/* A file that a crash left between the transaction and its removal. */
static enum err remove_left(const struct ingest *in, const struct store_job *job)
{
    char first[WORK_BLOB];
    work_master(job->id, first);
    if (strcmp(job->source, first) == 0)
        return OK;
    enum err err = blob_remove(in->blobs, first);
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err write_master(const struct ingest *in, const struct store_job *job, int fd,
                             int64_t size)
{
    struct store_seal wrapped;
    char to[WORK_BLOB];
    uint8_t *seal = NULL;
    work_master_sealed(job->id, to);
    enum err err = master_seal_make(in, &wrapped, &seal);
    if (err == OK)
        err = work_put_master(in, to, fd, size, seal);
    vault_secret_free(&seal);
    if (err == OK)
        err = store_job_seal(in->store, job->id, job->source, to, &wrapped);
    const char *useless = err == OK ? job->source : to;
    enum err removed = blob_remove(in->blobs, useless);
    return err == OK ? removed : err;
}

static bool is_clear_master(const struct store_job *job)
{
    return job->task == JOB_INGEST && !job->seal.is_sealed && job->source[0] != 0;
}

static enum err seal_master(const struct ingest *in, const struct store_job *job,
                            struct ingest_sealed *out)
{
    int64_t size = 0;
    int fd = -1;
    if (job->seal.is_sealed)
        return remove_left(in, job);
    if (!is_clear_master(job) || job->state == JOB_QUEUED || job->state == JOB_RUNNING)
        return OK;
    enum err err = blob_open(in->blobs, job->source, &fd, &size);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    err = write_master(in, job, fd, size);
    close(fd);
    out->masters += err == OK;
    return err == ERR_STATE ? OK : err; /* it was taken up again meanwhile */
}

/* Calls each with all jobs, the newest first. */
static enum err walk_jobs(const struct ingest *in, void *context,
                          enum err (*each)(void *context, const struct store_job *job))
{
    struct job_filter filter = { .limit = 200 };
    struct arena *kept = arena_create();
    enum err err = OK;
    do {
        struct arena *arena = arena_create();
        struct store_job *jobs = NULL;
        const char *next = NULL;
        size_t n = 0;
        err = store_jobs_list(in->store, arena, &filter, &jobs, &n, &next);
        for (size_t i = 0; i < n && err == OK; i++)
            err = each(context, &jobs[i]);
        filter.after = next == NULL ? NULL : arena_strdup(kept, next);
        arena_destroy(&arena);
    } while (err == OK && filter.after != NULL);
    arena_destroy(&kept);
    return err;
}

struct sealing {
    const struct ingest *in;
    struct ingest_sealed *out;
};

static enum err on_job(void *context, const struct store_job *job)
{
    const struct sealing *s = context;
    enum err err = seal_master(s->in, job, s->out);
    return err == OK && *s->in->stop != 0 ? ERR_CANCELLED : err;
}

enum err ingest_seal(const struct ingest *in, const struct ingest_sealing *what,
                     struct ingest_sealed *out)
{
    struct sealing s = { in, out };
    *out = (struct ingest_sealed){ 0 };
    if (in->is_clear)
        return ERR_STATE;
    enum err err = what->new_key ? coffer_key_new(in->coffer) : OK;
    for (size_t i = 0; i < FOLDERS && err == OK; i++)
        err = seal_folder(in, what, folders[i], out);
    if (err == OK)
        err = walk_jobs(in, &s, on_job);
    return err == OK && out->refused == 0 ? coffer_whole(in->coffer, &out->forgotten) : err;
}

/* ---- looking ----------------------------------------------------------------------------------
 */

struct finding {
    const struct ingest *in;
    struct arena *arena;
    struct ingest_clear *out;
    size_t room;
};

static void find(struct finding *f, const char *name)
{
    struct ingest_clear *out = f->out;
    if (out->n == f->room) {
        size_t room = f->room == 0 ? 64 : f->room * 2;
        const char **more = ARENA_ARRAY(f->arena, const char *, room);
        if (out->n > 0)
            memcpy(more, out->blobs, out->n * sizeof *more);
        out->blobs = more;
        f->room = room;
    }
    out->blobs[out->n++] = arena_strdup(f->arena, name);
}

static enum err find_in_folder(struct finding *f, const char *folder)
{
    struct arena *arena = arena_create();
    struct blob_entry *entries = NULL;
    size_t n = 0;
    enum err err = blob_list(f->in->blobs, arena, folder, &entries, &n);
    for (size_t i = 0; i < n && err == OK; i++) {
        enum coffer_look look = COFFER_SEALED;
        if (coffer_is_for(entries[i].name))
            err = coffer_look(f->in->coffer, entries[i].name, &look);
        if (err == ERR_NOT_FOUND)
            err = OK;
        else if (err == OK && look == COFFER_CLEAR)
            find(f, entries[i].name);
    }
    arena_destroy(&arena);
    return err;
}

static enum err find_master(void *context, const struct store_job *job)
{
    struct finding *f = context;
    int64_t size = 0;
    if (!is_clear_master(job))
        return OK;
    enum err err = blob_size(f->in->blobs, job->source, &size);
    if (err == OK)
        find(f, job->source);
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err ingest_find_clear(const struct ingest *in, struct arena *arena, struct ingest_clear *out)
{
    struct finding f = { .in = in, .arena = arena, .out = out };
    enum err err = OK;
    *out = (struct ingest_clear){ 0 };
    for (size_t i = 0; i < FOLDERS && err == OK; i++)
        err = find_in_folder(&f, folders[i]);
    return err == OK ? walk_jobs(in, &f, find_master) : err;
}
