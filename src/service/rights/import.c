/* A studio's file: read, made into changes, taken in one transaction, and what it did is said. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service/rights/check.h"
#include "service/rights/drafts.h"
#include "service/rights/map.h"

/* Avails whose titles are looked at for findings: a studio's whole catalogue is checked by
 * `deal check`. */
enum { CHECKED_MAX = 2000 };

struct import {
    struct store *store;
    struct arena *arena;
    const struct rights_import_params *params;
    const char *name;
    struct avails_file file;
    struct notes refused, warnings;
    struct store_avail_change *changes;
    const struct avails_avail **said; /* what each change was made of */
    size_t n;
    struct rights_problem *why;
};

static enum err fail(struct import *in, enum err err, const char *text)
{
    snprintf(in->why->field, sizeof in->why->field, "%s", "file");
    snprintf(in->why->text, sizeof in->why->text, "%s: %s", in->name, text);
    return err;
}

static enum err open_file(struct import *in, int *fd, size_t *size)
{
    struct stat about;
    *fd = open(in->params->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0)
        return fail(in, err_from_errno(errno),
                    errno == ENOENT ? "there is no such file" : err_text(err_from_errno(errno)));
    if (fstat(*fd, &about) != 0)
        return fail(in, ERR_IO, "cannot be read");
    if (S_ISDIR(about.st_mode))
        return fail(in, ERR_ARGUMENT, "is a folder, not a file of avails");
    if (!S_ISREG(about.st_mode))
        return fail(in, ERR_ARGUMENT, "is no file");
    if (about.st_size > AVAILS_FILE_MAX)
        return fail(in, ERR_FULL, "is greater than 256 MiB, the most a file of avails may have");
    if (about.st_size == 0)
        return fail(in, ERR_MALFORMED, "is empty");
    *size = (size_t)about.st_size;
    return OK;
}

static enum err load(struct import *in, struct buf *out)
{
    int fd = -1;
    size_t size = 0;
    enum err err = open_file(in, &fd, &size);
    buf_init(out, AVAILS_FILE_MAX);
    uint8_t *at = err == OK ? buf_grow(out, size) : NULL;
    if (err == OK && at == NULL)
        err = fail(in, ERR_MEMORY, "there is not enough memory for it");
    for (size_t done = 0; err == OK && done < size;) {
        ssize_t n = read(fd, at + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            err = fail(in, ERR_IO, n < 0 ? "reading failed" : "became shorter while it was read");
        else
            done += (size_t)n;
    }
    if (fd >= 0)
        close(fd);
    return err;
}

/* The file's bytes are let go of before anything is made of them. */
static enum err read_model(struct import *in)
{
    struct buf bytes = { 0 };
    enum err err = load(in, &bytes);
    if (err == OK) {
        err = avails_read(in->arena, bytes.data, bytes.size, &in->file);
        if (err != OK && in->file.n_faults > 0) {
            const struct avails_fault *f = &in->file.faults[0];
            const char *text = f->where != NULL && f->where[0] != 0
                                   ? arena_printf(in->arena, "%s: %s", f->where, f->what)
                                   : f->what;
            err = fail(in, err, text);
        } else if (err != OK) {
            err = fail(in, err, err_text(err));
        }
    }
    buf_finish(&bytes);
    return err;
}

static void take_faults(struct import *in)
{
    for (size_t i = 0; i < in->file.n_faults; i++) {
        const struct avails_fault *f = &in->file.faults[i];
        notes_add(f->is_warning ? &in->warnings : &in->refused, f->where, f->what);
    }
    in->refused.left_out += in->file.faults_left_out;
}

static size_t map_all(struct import *in, struct rights_import *out)
{
    struct map map = { .arena = in->arena,
                       .file = in->name,
                       .studio = in->params->studio,
                       .refused = &in->refused,
                       .warnings = &in->warnings };
    size_t taken = 0;
    map_init(&map);
    out->avails = in->file.n_avails;
    out->transactions = in->file.n_refused;
    in->changes = ARENA_ARRAY(in->arena, struct store_avail_change, in->file.n_avails + 1);
    in->said = ARENA_ARRAY(in->arena, const struct avails_avail *, in->file.n_avails + 1);
    for (size_t i = 0; i < in->file.n_avails; i++) {
        const struct avails_avail *avail = &in->file.avails[i];
        out->transactions += avail->n_transactions;
        if (!map_avail(&map, avail, &in->changes[in->n]))
            continue;
        taken += in->changes[in->n].avail.n_rights;
        in->said[in->n++] = avail;
    }
    map_finish(&map);
    return taken;
}

static size_t take_refused_lines(struct import *in, const struct store_avails_report *report)
{
    size_t n = 0;
    for (size_t i = 0; i < report->n_lines; i++) {
        if (report->lines[i].sign != '!')
            continue;
        notes_add(&in->refused, report->lines[i].where, report->lines[i].text);
        n++;
    }
    return n;
}

static enum err apply(struct import *in, bool dry_run, struct rights_import *out)
{
    enum err err = store_avails_apply(in->store, in->arena, in->changes, in->n, dry_run,
                                      in->params->now, &out->report);
    return err == OK ? OK : fail(in, err, err_text(err));
}

static bool has_refusals(const struct import *in)
{
    return in->refused.n > 0 || in->refused.left_out > 0;
}

/* Strict: first as a rehearsal, so that what the store refuses refuses the file, too. */
static enum err take(struct import *in, size_t taken, struct rights_import *out)
{
    bool dry_run = in->params->dry_run;
    size_t said = in->refused.n;
    out->is_taken = !in->params->is_strict || !has_refusals(in);
    if (!out->is_taken)
        return apply(in, true, out);
    enum err err = apply(in, dry_run || in->params->is_strict, out);
    if (err != OK)
        return err;
    size_t refused = take_refused_lines(in, &out->report);
    out->applied = taken - (refused < taken ? refused : taken);
    out->is_taken = !in->params->is_strict || in->refused.n == said;
    if (!out->is_taken)
        out->applied = 0;
    return out->is_taken && in->params->is_strict && !dry_run ? apply(in, false, out) : OK;
}

static enum err draft(struct import *in, struct rights_import *out)
{
    struct drafts_pair *pairs = ARENA_ARRAY(in->arena, struct drafts_pair, in->n + 1);
    for (size_t i = 0; i < in->n; i++)
        pairs[i] = (struct drafts_pair){ in->said[i], &in->changes[i] };
    return drafts_make(in->store, in->arena, pairs, in->n, in->params->dry_run, in->params->now,
                       &out->new_titles, &out->n_new_titles);
}

static enum err check_changed(struct import *in, struct check *check,
                              const struct store_avail_change *change, title_id title)
{
    const struct store_avail *avail = &change->avail;
    struct rights_right *rights = ARENA_ARRAY(in->arena, struct rights_right, avail->n_rights + 1);
    if (!in->params->dry_run)
        return check_stored(check, title);
    for (size_t i = 0; i < avail->n_rights; i++) {
        rights[i] = avail->rights[i].right;
        rights[i].id = "";
        rights[i].studio = avail->studio;
        rights[i].source =
            arena_printf(in->arena, "avail %s %s of %s", avail->alid,
                         avail->rights[i].transaction != NULL ? avail->rights[i].transaction : "",
                         avail->studio);
    }
    bool adds = change->act != STORE_AVAIL_DELETE && change->act != STORE_AVAIL_DELETE_ALL;
    return adds ? check_rights(check, title.s, rights, avail->n_rights) : OK;
}

static bool was_checked(const title_id *done, size_t n, title_id title)
{
    for (size_t i = 0; i < n; i++) {
        if (memcmp(done[i].s, title.s, sizeof title.s) == 0)
            return true;
    }
    return false;
}

/* What does not go together in the titles touched. */
static enum err find_clashes(struct import *in, struct rights_import *out)
{
    struct check check;
    title_id *done = ARENA_ARRAY(in->arena, title_id, CHECKED_MAX);
    size_t n_done = 0;
    enum err err = check_begin(&check, in->store, in->arena, in->params->home);
    for (size_t i = 0; i < in->n && err == OK; i++) {
        struct arena *arena = arena_create();
        struct store_avail found;
        const struct store_avail *avail = &in->changes[i].avail;
        if (i == CHECKED_MAX)
            out->titles_not_checked = in->n - i;
        err = i < CHECKED_MAX
                  ? store_avail_get(in->store, arena, avail->studio, avail->alid, &found)
                  : ERR_NOT_FOUND;
        bool is_linked = err == OK && found.title.s[0] != 0;
        if (err == ERR_NOT_FOUND)
            err = OK;
        if (is_linked && (in->params->dry_run || !was_checked(done, n_done, found.title))) {
            done[n_done++] = found.title;
            err = check_changed(in, &check, &in->changes[i], found.title);
        }
        arena_destroy(&arena);
    }
    out->findings = check.findings;
    out->n_findings = check.n;
    return err;
}

static void hand_over(struct import *in, struct rights_import *out)
{
    out->n_refused = in->refused.n;
    out->refused = in->refused.list;
    out->refused_left_out = in->refused.left_out;
    out->n_warnings = in->warnings.n;
    out->warnings = in->warnings.list;
    out->warnings_left_out = in->warnings.left_out;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash[1] != 0 ? slash + 1 : path;
}

enum err rights_import_file(struct store *store, struct arena *arena,
                            const struct rights_import_params *params, struct rights_import *out,
                            struct rights_problem *why)
{
    struct import in = { .store = store,
                         .arena = arena,
                         .params = params,
                         .name = params->name != NULL ? params->name : last_part(params->path),
                         .refused = { .arena = arena },
                         .warnings = { .arena = arena },
                         .why = why };
    *out = (struct rights_import){ 0 };
    *why = (struct rights_problem){ 0 };
    enum err err = read_model(&in);
    if (err != OK)
        return err;
    take_faults(&in);
    size_t taken = map_all(&in, out);
    err = take(&in, taken, out);
    if (err == OK && out->is_taken && params->adds_titles)
        err = draft(&in, out);
    bool touches = out->report.n_titles > 0 || out->n_new_titles > 0;
    if (err == OK && out->is_taken && touches)
        err = find_clashes(&in, out);
    hand_over(&in, out);
    return err != OK && why->text[0] == 0 ? fail(&in, err, err_text(err)) : err;
}
