#include "service/rights/masters.h"

#include <search.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "driver/json/reader.h"
#include "driver/store/refusals.h"

static int by_playable(const void *a, const void *b)
{
    const struct store_job *x = a, *y = b;
    return memcmp(x->playable.s, y->playable.s, ID_TEXT);
}

static void keep_node(void *node)
{
    (void)node; /* lives in the arena */
}

enum err masters_begin(struct masters *masters, struct store *store, struct arena *arena)
{
    struct job_filter filter = { .limit = 200 };
    *masters = (struct masters){ .store = store, .arena = arena };
    enum err err = OK;
    do {
        struct store_job *jobs = NULL;
        size_t n = 0;
        err = store_jobs_list(store, arena, &filter, &jobs, &n, &filter.after);
        for (size_t i = 0; err == OK && i < n; i++) /* newest first: one known before stays */
            (void)!tsearch(&jobs[i], &masters->jobs, by_playable);
    } while (err == OK && filter.after != NULL);
    return err;
}

void masters_end(struct masters *masters)
{
    tdestroy(masters->jobs, keep_node);
    masters->jobs = NULL;
}

static const struct store_job *job_of(const struct masters *masters, playable_id id)
{
    struct store_job asked = { .playable = id };
    struct store_job **found = tfind(&asked, &masters->jobs, by_playable);
    return found != NULL ? *found : NULL;
}

bool masters_has_language(const char *const *languages, size_t n, const char *tag)
{
    size_t stem = strcspn(tag, "-");
    for (size_t i = 0; i < n; i++) {
        if (strcspn(languages[i], "-") == stem && strncasecmp(languages[i], tag, stem) == 0)
            return true;
    }
    return false;
}

/* ---- one playable ------------------------------------------------------------------------------
 */

/* "a-fr-2", "a-fr-ad-6": the language is between the first dash and the last but what describes. */
static const char *language_of(struct arena *arena, const char *name)
{
    const char *last = strrchr(name, '-');
    size_t n = last > name + 2 ? (size_t)(last - name - 2) : 0;
    if (n > 3 && memcmp(name + 2 + n - 3, "-ad", 3) == 0)
        n -= 3;
    return arena_strndup(arena, name + 2, n);
}

/* The lines of a 16:9 picture of the same width or height: a film in scope is no smaller for it. */
static int lines_of_master(const struct store_job *job)
{
    struct json_document *document = NULL;
    struct json_fault fault = { .text = "" };
    struct json_list pictures;
    int64_t width = 0, height = 0;
    if (job == NULL || job->facts == NULL || job->state != JOB_READY ||
        json_document_read(job->facts, strlen(job->facts), &document, &fault) != OK)
        return 0;
    struct json_reader facts = json_reader_of(document, &fault);
    if (json_read_list(&facts, "pictures", JSON_OPTIONAL, 16, &pictures) && pictures.n > 0) {
        struct json_reader picture = json_read_list_object(&pictures, 0);
        (void)!json_read_whole(&picture, "width", JSON_OPTIONAL, 1, UINT16_MAX, &width);
        (void)!json_read_whole(&picture, "height", JSON_OPTIONAL, 1, UINT16_MAX, &height);
    }
    json_document_destroy(&document);
    int64_t wide = width * 9 / 16;
    return (int)(wide > height ? wide : height);
}

static int lines_of_edition(const struct store_edition *edition)
{
    int most = 0;
    for (size_t i = 0; i < edition->n_renditions; i++) {
        const char *name = edition->renditions[i].name;
        int64_t lines = 0;
        if (name[0] == 'v' && text_to_i64(name + 1, strlen(name + 1), 1, 100000, &lines) == OK &&
            lines > most)
            most = (int)lines;
    }
    return most;
}

/* Keeps of the first list what the second has, too. first: NULL before the first playable. */
static void keep_common(struct arena *arena, const char ***list, size_t *n, bool is_first,
                        const char *const *more, size_t n_more)
{
    if (is_first) {
        *list = ARENA_ARRAY(arena, const char *, n_more + 1);
        for (*n = 0; *n < n_more; ++*n)
            (*list)[*n] = more[*n];
        return;
    }
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++) {
        if (masters_has_language(more, n_more, (*list)[i]))
            (*list)[kept++] = (*list)[i];
    }
    *n = kept;
}

static enum err add_ready(const struct masters *masters, struct arena *arena, playable_id id,
                          const struct store_edition *edition, const struct store_job *job,
                          struct masters_state *out)
{
    struct store_caption *captions = NULL;
    size_t n_captions = 0, n_audio = 0;
    enum err err = store_captions_list(masters->store, arena, id, &captions, &n_captions);
    if (err != OK)
        return err;
    const char **audio = ARENA_ARRAY(arena, const char *, edition->n_renditions + 1);
    const char **text = ARENA_ARRAY(arena, const char *, n_captions + 1);
    for (size_t i = 0; i < edition->n_renditions; i++) {
        const char *name = edition->renditions[i].name;
        if (strcmp(edition->renditions[i].kind, "audio") == 0 && strncmp(name, "a-", 2) == 0)
            audio[n_audio++] = language_of(arena, name);
    }
    for (size_t i = 0; i < n_captions; i++)
        text[i] = captions[i].language;
    int lines = lines_of_edition(edition), master = lines_of_master(job);
    lines = master > lines ? master : lines;
    bool is_first = out->ready++ == 0;
    out->lines = is_first || lines < out->lines ? lines : out->lines;
    out->has_captions = (is_first || out->has_captions) && n_captions > 0;
    keep_common(arena, &out->audio, &out->n_audio, is_first, audio, n_audio);
    keep_common(arena, &out->captions, &out->n_captions, is_first, text, n_captions);
    return OK;
}

/* {"code","text"} as the inspection left them: the texts in one line. */
static const char *refusals_of(struct arena *arena, const char *refusals)
{
    enum { REASONS_MAX = 64, REASON_MAX = 4000 };
    struct json_document *document = NULL;
    struct json_fault fault = { .text = "" };
    struct json_list reasons;
    const char *text = "";
    if (refusals == NULL)
        return "the master was refused";
    const char *whole = arena_printf(arena, "{\"list\":%s}", refusals);
    if (json_document_read(whole, strlen(whole), &document, &fault) != OK)
        return "the master was refused";
    struct json_reader o = json_reader_of(document, &fault);
    if (json_read_list(&o, "list", JSON_OPTIONAL, REASONS_MAX, &reasons)) {
        for (size_t i = 0; i < reasons.n; i++) {
            struct json_reader reason = json_read_list_object(&reasons, i);
            const char *one = json_read_text(&reason, "text", JSON_OPTIONAL, 0, REASON_MAX);
            if (one != NULL)
                text = arena_printf(arena, "%s%s%s", text, text[0] != 0 ? "; " : "", one);
        }
    }
    json_document_destroy(&document);
    return text[0] != 0 ? text : "the master was refused";
}

static void add_refused(struct arena *arena, const char *name, const char *refusals,
                        struct masters_state *out)
{
    const char *text = refusals_of(arena, refusals);
    out->refused++;
    if (out->refusal == NULL)
        out->refusal = name != NULL ? arena_printf(arena, "%s: %s", name, text) : text;
}

/* A master that came after one that was refused at the door took that refusal away. */
static enum err add_unready(const struct masters *masters, struct arena *arena,
                            const struct masters_playable *p, struct masters_state *out)
{
    const struct store_job *job = job_of(masters, p->id);
    struct store_refusal refusal;
    const char *name = p->number > 0 ? arena_printf(arena, "S%dE%d", p->season, p->number) : NULL;
    enum err err = store_refusal_get(masters->store, arena, p->id, &refusal);
    if (err == OK) {
        add_refused(arena, name, refusal.refusals, out);
        return OK;
    }
    if (job != NULL && job->state == JOB_REFUSED) {
        add_refused(arena, name, job->refusals, out);
    } else if (job != NULL && (job->state == JOB_QUEUED || job->state == JOB_RUNNING)) {
        out->running++;
    } else if (job != NULL && job->state == JOB_FAILED) {
        out->failed++;
    } else {
        out->missing++;
        if (out->missing == 1)
            out->first_missing = name;
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err masters_look(const struct masters *masters, struct arena *arena,
                      const struct masters_playable *playables, size_t n, struct masters_state *out)
{
    enum err err = OK;
    *out = (struct masters_state){ .n = n };
    for (size_t i = 0; i < n && err == OK; i++) {
        struct store_edition edition;
        err = store_edition_get(masters->store, arena, playables[i].id, &edition);
        if (err == OK)
            err = add_ready(masters, arena, playables[i].id, &edition,
                            job_of(masters, playables[i].id), out);
        else if (err == ERR_NOT_FOUND)
            err = add_unready(masters, arena, &playables[i], out);
    }
    return err;
}
