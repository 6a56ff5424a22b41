/* How a master comes in: looked at in the jail first, so that what cannot be used never enters. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "driver/store/refusals.h"
#include "driver/store/titles.h"
#include "service/ingest/work.h"

enum { FACTS_JSON_MAX = 256 * 1024, FILE_NAME_MAX = 255 };

/* A regular file, opened so that a pipe or a device cannot hold us up. */
static enum err open_source(const char *path, int *fd, int64_t *size)
{
    struct stat st;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0)
        return err_from_errno(errno);
    if (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode)) {
        *size = st.st_size;
        return OK;
    }
    close(*fd);
    *fd = -1;
    return ERR_UNSUPPORTED;
}

/* The last part of the path, for people: what is not printable is shown as \xNN. */
static const char *shown_name(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
    struct buf shown;
    buf_init(&shown, FILE_NAME_MAX * 4);
    text_put_line(&shown, name, strlen(name));
    const char *copy = arena_strdup(arena, buf_string(&shown));
    buf_finish(&shown);
    return copy;
}

/* An open job of this playable; ERR_NOT_FOUND when there is none. */
static enum err open_job(const struct ingest *in, struct arena *arena, playable_id playable,
                         struct store_job *out)
{
    struct job_filter filter = { .open_only = true, .limit = 200 };
    for (;;) {
        struct store_job *jobs = NULL;
        size_t n = 0;
        enum err err = store_jobs_list(in->store, arena, &filter, &jobs, &n, &filter.after);
        if (err != OK)
            return err;
        for (size_t i = 0; i < n; i++) {
            if (strcmp(jobs[i].playable.s, playable.s) == 0) {
                *out = jobs[i];
                return OK;
            }
        }
        if (filter.after == NULL)
            return ERR_NOT_FOUND;
    }
}

enum { CHUNK = 1 << 20 };

/* What is read is sealed before it is written. A file that grows or shrinks meanwhile is none that
 * was inspected: what is there at the end of it counts, as with a copy. */
static enum err append_sealed(const struct ingest *in, int fd, int64_t size, const uint8_t *seal,
                              struct blob_writer *out)
{
    struct arena *arena = arena_create();
    uint8_t *chunk = arena_alloc(arena, CHUNK);
    enum err err = OK;
    for (int64_t at = 0; at < size && err == OK;) {
        size_t wanted = size - at < CHUNK ? (size_t)(size - at) : CHUNK;
        ssize_t n = pread(fd, chunk, wanted, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            err = n == 0 ? ERR_TRUNCATED : ERR_IO;
        if (err == OK) {
            media_seal_apply(seal, at, chunk, (size_t)n);
            err = blob_writer_append(out, chunk, (size_t)n);
            at += n;
        }
        if (*in->stop != 0)
            err = ERR_CANCELLED;
    }
    arena_destroy(&arena);
    return err;
}

enum err work_put_master(const struct ingest *in, const char *name, int fd, int64_t size,
                         const uint8_t *seal)
{
    struct blob_writer *out = NULL;
    enum err err = blob_writer_create(in->blobs, name, &out);
    if (err == OK)
        err = seal == NULL ? blob_writer_append_fd(out, fd, 0, size)
                           : append_sealed(in, fd, size, seal, out);
    if (err == OK)
        err = blob_writer_commit(&out);
    blob_writer_abort(&out);
    return err;
}

/* Hands the inspection that was just made to the new job, unless a worker was quicker and makes its
 * own. */
static enum err hand_over(const struct ingest *in, title_id title, job_id job,
                          const struct media_facts *facts)
{
    struct ingest_basis basis;
    struct arena *arena = arena_create();
    struct ingest_plan *plan = ARENA_NEW(arena, struct ingest_plan);
    struct store_step step;
    char worker[ID_TEXT];
    struct buf json;
    id_new(worker);
    buf_init(&json, FACTS_JSON_MAX);
    enum err err = work_basis(in, title, &basis);
    if (err == OK)
        facts_write(facts, &basis, &json);
    if (err == OK)
        err = ingest_plan_make(&basis, facts, plan);
    if (err == OK)
        err = json.err;
    if (err == OK)
        err = work_keys_make(in, job, &basis, plan);
    if (err == OK)
        err = store_step_take(in->store, worker, &job, clock_now(), LEASE_US, &step);
    if (err == OK)
        err = store_job_inspected(in->store, worker, job, buf_string(&json), plan->pieces,
                                  clock_now());
    buf_finish(&json);
    arena_destroy(&arena);
    return err == ERR_NOT_FOUND || err == ERR_STATE ? OK : err;
}

static enum err queue(const struct ingest *in, const struct ingest_submission *what,
                      playable_id playable, const char *file_name, int fd, int64_t size, job_id job)
{
    char source[WORK_BLOB];
    work_master(job, source);
    struct store_job row = { .id = job,
                             .playable = playable,
                             .title = what->title,
                             .file_name = file_name,
                             .source = source,
                             .stage = "",
                             .remaining_us = -1,
                             .created = clock_now() };
    uint8_t *seal = NULL;
    row.changed = row.created;
    enum err err = in->is_clear ? OK : master_seal_make(in, &row.seal, &seal);
    if (err == OK)
        err = work_put_master(in, source, fd, size, seal);
    vault_secret_free(&seal);
    if (err == OK)
        err = store_job_add(in->store, &row);
    if (err != OK) {
        enum err removed = blob_remove(in->blobs, source);
        (void)removed; /* the first error is the one that matters */
    }
    return err;
}

static bool on_progress(void *context, double part)
{
    const struct ingest *in = context;
    (void)part;
    return *in->stop == 0;
}

/* A terminal's Ctrl-C also ends the jail, which must not look like a fault of the master. */
static enum err inspect(const struct ingest *in, int fd, struct media_facts *facts,
                        struct media_answer *answer)
{
    struct ingest copy = *in;
    enum err err = media_inspect(fd, &in->limits, on_progress, &copy, facts, answer);
    return *in->stop != 0 ? ERR_CANCELLED : err;
}

/* Kept for whoever is told what became of the delivery. ERR_DENIED. */
static enum err note_refusal(const struct ingest *in, const struct ingest_submission *what,
                             struct arena *arena, playable_id playable,
                             const struct media_answer *answer)
{
    struct buf json;
    buf_init(&json, FACTS_JSON_MAX);
    refusals_write(answer, &json);
    struct store_refusal refusal = { .playable = playable,
                                     .file_name = shown_name(arena, what->path),
                                     .refusals = buf_string(&json),
                                     .refused = clock_now() };
    enum err err = json.err == OK ? store_refusal_put(in->store, &refusal) : json.err;
    buf_finish(&json);
    return err == OK ? ERR_DENIED : err;
}

static enum err submit_file(const struct ingest *in, const struct ingest_submission *what,
                            struct arena *arena, playable_id playable, int fd, int64_t size,
                            job_id *job, struct media_answer *answer)
{
    struct media_facts *facts = ARENA_NEW(arena, struct media_facts);
    enum err err = inspect(in, fd, facts, answer);
    if (err == OK && answer->n_refusals > 0)
        return note_refusal(in, what, arena, playable, answer);
    if (err != OK)
        return err;
    id_new(job->s);
    err = queue(in, what, playable, shown_name(arena, what->path), fd, size, *job);
    if (err == ERR_EXISTS) { /* somebody else was quicker by the time of an inspection */
        struct store_job other;
        err = open_job(in, arena, playable, &other);
        *job = other.id;
        return err == OK ? ERR_BUSY : err;
    }
    return err == OK ? hand_over(in, what->title, *job, facts) : err;
}

/* Whether the job's master is this very file: names of masters are alike too often to tell. */
static enum err is_master_of(const struct ingest *in, struct arena *arena,
                             const struct store_job *job, int fd, int64_t size, bool *is_same)
{
    uint8_t *seal = NULL, *ours = arena_alloc(arena, CHUNK), *its = arena_alloc(arena, CHUNK);
    int64_t its_size = 0;
    int master = -1;
    enum err err = blob_open(in->blobs, job->source, &master, &its_size);
    if (err == OK)
        err = master_seal_open(in, &job->seal, &seal);
    if (err != OK) {
        if (master >= 0)
            close(master);
        return err;
    }
    *is_same = its_size == size;
    for (int64_t at = 0; at < size && *is_same && err == OK; at += CHUNK) {
        ssize_t n = pread(fd, ours, CHUNK, at), m = pread(master, its, CHUNK, at);
        if (m > 0 && seal != NULL)
            media_seal_apply(seal, at, its, (size_t)m);
        if (n < 0 || m < 0)
            err = ERR_IO;
        else
            *is_same = n == m && memcmp(ours, its, (size_t)n) == 0;
        if (*in->stop != 0)
            err = ERR_CANCELLED;
    }
    vault_secret_free(&seal);
    close(master);
    return err;
}

enum err ingest_submit(const struct ingest *in, const struct ingest_submission *what, job_id *job,
                       struct media_answer *answer)
{
    struct arena *arena = arena_create();
    struct store_job other;
    playable_id playable;
    int fd = -1;
    int64_t size = 0;
    *answer = (struct media_answer){ 0 };
    enum err err =
        store_playable_at(in->store, what->title, what->season, what->episode, &playable);
    if (err == OK)
        err = open_source(what->path, &fd, &size);
    else if (err == ERR_NOT_FOUND)
        err = ERR_ARGUMENT;
    if (err == OK)
        err = open_job(in, arena, playable, &other);
    if (err == OK) {
        bool is_same = false;
        *job = other.id;
        err = other.task == JOB_INGEST ? is_master_of(in, arena, &other, fd, size, &is_same)
                                       : OK; /* it is encrypted anew just now */
        if (err == OK)
            err = is_same ? ERR_EXISTS : ERR_BUSY;
    } else if (err == ERR_NOT_FOUND && fd >= 0) {
        err = submit_file(in, what, arena, playable, fd, size, job, answer);
    }
    if (fd >= 0)
        close(fd);
    arena_destroy(&arena);
    return err;
}

enum err ingest_cancel(const struct ingest *in, job_id job)
{
    char tree[WORK_BLOB];
    enum err err = store_job_move(in->store, job, JOB_CANCELLED, NULL, clock_now());
    if (err != OK)
        return err;
    work_tree(job, tree);
    err = blob_remove_tree(in->blobs, tree);
    edition_id never; /* what it had assembled of an edition that will not stand */
    memcpy(never.s, job.s, sizeof never.s);
    work_edition_tree(never, tree);
    return err == OK ? blob_remove_tree(in->blobs, tree) : err;
}
