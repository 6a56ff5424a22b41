/* A file of metadata: read, made into a plan, taken in one transaction, and what it did is said. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service/metadata/plan.h"

static enum err fail(struct metadata_problem *why, const char *path, enum err err, const char *text)
{
    snprintf(why->text, sizeof why->text, "%.160s: %s", path, text);
    return err;
}

static enum err read_all(int fd, size_t size, struct buf *out)
{
    uint8_t *at = buf_grow(out, size);
    for (size_t done = 0; at != NULL && done < size;) {
        ssize_t n = read(fd, at + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? err_from_errno(errno) : ERR_TRUNCATED;
        done += (size_t)n;
    }
    return out->err;
}

static enum err load(const char *path, struct buf *out, struct metadata_problem *why)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return fail(why, path, err_from_errno(errno),
                    errno == ENOENT ? "there is no such file" : err_text(err_from_errno(errno)));
    enum err err = OK;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
        err = fail(why, path, ERR_ARGUMENT, "is no file");
    else if (about.st_size > MEC_FILE_MAX)
        err = fail(why, path, ERR_FULL, "is greater than 16 MiB, the most metadata may have");
    if (err == OK) {
        err = read_all(fd, (size_t)about.st_size, out);
        if (err != OK)
            err = fail(why, path, err, err_text(err));
    }
    close(fd);
    return err;
}

/* ---- from what is said to what is to be done ---------------------------------------------------
 */

enum level { LEVEL_WHOLE, LEVEL_SEASON, LEVEL_EPISODE, LEVELS };

struct kind_row {
    const char *work_type; /* in lower case */
    enum level level;
    enum title_kind kind;
};

/* Trailers, bonus material and collections are no titles of ours. */
static const struct kind_row *kind_of(const struct mec_title *mec)
{
    static const struct kind_row rows[] = {
        { "movie", LEVEL_WHOLE, TITLE_FILM },
        { "feature film", LEVEL_WHOLE, TITLE_FILM },
        { "short", LEVEL_WHOLE, TITLE_FILM },
        { "non-episodic show", LEVEL_WHOLE, TITLE_FILM },
        { "series", LEVEL_WHOLE, TITLE_SERIES },
        { "miniseries", LEVEL_WHOLE, TITLE_SERIES },
        { "mini-series", LEVEL_WHOLE, TITLE_SERIES },
        { "season", LEVEL_SEASON, TITLE_SERIES },
        { "episode", LEVEL_EPISODE, TITLE_SERIES },
    };
    for (size_t i = 0; mec->work_type != NULL && i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].work_type, mec->work_type) == 0)
            return &rows[i];
    return NULL;
}

static enum err plan_one(struct plan *p, const struct mec_title *mec, const struct kind_row *kind)
{
    switch (kind->level) {
    case LEVEL_WHOLE: return plan_whole(p, mec, kind->kind);
    case LEVEL_SEASON: return plan_season(p, mec);
    default: return plan_episode(p, mec);
    }
}

/* What stands above comes first, wherever in the file it stands. */
static enum err plan_all(struct plan *p, const struct mec_file *file)
{
    enum err err = OK;
    for (int level = 0; level < LEVELS; level++) {
        for (size_t i = 0; err == OK && i < file->n_titles; i++) {
            const struct kind_row *kind = kind_of(&file->titles[i]);
            if (kind != NULL && (int)kind->level == level)
                err = plan_one(p, &file->titles[i], kind);
        }
    }
    for (size_t i = 0; i < file->n_titles; i++)
        if (kind_of(&file->titles[i]) == NULL)
            plan_warn(p, &file->titles[i],
                      "%s: a work of type \"%s\" is no title of ours: left out",
                      file->titles[i].content_id, file->titles[i].work_type);
    return err;
}

static void take_faults(struct plan *p, const struct mec_file *file)
{
    struct metadata_import *out = p->out;
    for (size_t i = 0; i < file->n_faults; i++) {
        const struct mec_fault *fault = &file->faults[i];
        struct metadata_note **notes = fault->is_warning ? &out->warnings : &out->refused;
        size_t *n = fault->is_warning ? &out->n_warnings : &out->n_refused;
        *notes = plan_grow(p, *notes, *n, sizeof **notes);
        (*notes)[(*n)++] = (struct metadata_note){ fault->where, fault->what };
    }
}

/* ---- taking it --------------------------------------------------------------------------------
 */

static struct store_title_change change_of(const struct target *t, bool is_changed)
{
    return (struct store_title_change){ .title = &t->title,
                                        .is_new = t->is_new,
                                        .is_changed = is_changed,
                                        .has_keys = t->n_keys > t->n_keys_before,
                                        .keys = t->keys,
                                        .n_keys = t->n_keys,
                                        .events = t->events,
                                        .n_events = t->n_events,
                                        .seasons = t->seasons,
                                        .n_seasons = t->n_seasons,
                                        .episodes = t->episodes,
                                        .n_episodes = t->n_episodes };
}

/* A title of which nothing has a line is left alone: the same file twice changes nothing. */
static enum err take(struct plan *p)
{
    struct metadata_import *out = p->out;
    struct store_title_change *changes = ARENA_ARRAY(p->arena, struct store_title_change, p->n);
    size_t n = 0;
    out->titles = ARENA_ARRAY(p->arena, struct metadata_title, p->n);
    for (size_t i = 0; i < p->n; i++) {
        const struct target *t = p->targets[i];
        size_t lines = out->n_lines;
        bool is_changed = plan_compare(p, t);
        bool differs = out->n_lines > lines;
        out->titles[out->n_titles++] = (struct metadata_title){ .id = t->title.id,
                                                                .name = t->title.original_title,
                                                                .kind = t->title.kind,
                                                                .is_new = t->is_new,
                                                                .is_changed = differs };
        if (differs)
            changes[n++] = change_of(t, is_changed);
    }
    if (n == 0)
        return OK;
    return store_title_changes_apply(p->store, changes, n, p->params->dry_run, p->params->now);
}

enum err metadata_import_file(struct store *store, struct arena *arena,
                              const struct metadata_params *params, struct metadata_import *out,
                              struct metadata_problem *why)
{
    struct plan p = { .store = store, .arena = arena, .params = params, .out = out };
    struct mec_file file = { 0 };
    struct buf bytes;
    *out = (struct metadata_import){ 0 };
    buf_init(&bytes, MEC_FILE_MAX);
    enum err err = load(params->path, &bytes, why);
    if (err != OK) {
        buf_finish(&bytes);
        return err;
    }
    enum err readable = mec_read(arena, bytes.data, bytes.size, &file);
    buf_finish(&bytes);
    take_faults(&p, &file);
    if (readable != OK || out->n_refused > 0)
        return OK;
    err = plan_all(&p, &file);
    if (err == OK && out->n_refused == 0)
        err = take(&p);
    out->is_taken = err == OK && out->n_refused == 0;
    if (err != OK)
        (void)fail(why, params->path, err,
                   err == ERR_STATE ? "somebody else changed a title just now; try again"
                                    : err_text(err));
    return err;
}
