/* A master comes in: examined, held against the terms, and taken in only when nothing is wrong. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "rules/production/production_json.h"
#include "service/production/change.h"

enum { REPORT_MAX = 1 << 20, NAME_SHOWN_MAX = 1024 };

struct arrival {
    const struct production_delivering *what;
    struct delivery_report report;
    struct delivery_finding *findings;
    size_t room;
    const char *json; /* the report, written */
    bool is_good;
};

/* ---- what may come ---- */

static enum err judge_open(struct production_desk *desk, const struct production_delivering *what,
                           const struct production *p, struct delivery **out)
{
    enum production_state now = production_state_at(p, clock_now());
    if (now == PRODUCTION_RELEASED || now == PRODUCTION_CANCELLED)
        return change_refuse(desk, "it is %s: no master is taken any more",
                             production_state_name(now));
    *out = change_delivery(p, what->season, what->episode);
    if (*out == NULL)
        return change_refuse(desk, "no episode %d was ordered", what->episode);
    if ((*out)->state == DELIVERY_ACCEPTED)
        return change_refuse(desk, "its master is accepted; refuse it first to take another");
    return OK;
}

static enum err open_master(struct production_desk *desk, const char *path, int *fd)
{
    struct stat st;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd >= 0 && fstat(*fd, &st) == 0 && S_ISREG(st.st_mode))
        return OK;
    enum err err = *fd < 0 ? err_from_errno(errno) : ERR_UNSUPPORTED;
    desk->why = arena_printf(desk->arena, "%s: %s", path,
                             *fd < 0 ? strerror(errno) : "is not a regular file");
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    return err;
}

static const char *shown_name(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
    struct buf shown;
    buf_init(&shown, NAME_SHOWN_MAX);
    text_put_line(&shown, name, strlen(name));
    const char *copy = arena_strdup(arena, buf_string(&shown));
    buf_finish(&shown);
    return copy;
}

/* ---- the examination ---- */

static void add_fault(struct arena *arena, struct arrival *a, const char *code, const char *text)
{
    if (a->report.n_findings == a->room) {
        size_t room = a->room == 0 ? MEDIA_REFUSALS_MAX + 1 : a->room * 2;
        struct delivery_finding *more = ARENA_ARRAY(arena, struct delivery_finding, room);
        for (size_t i = 0; i < a->report.n_findings; i++)
            more[i] = a->findings[i];
        a->report.findings = a->findings = more;
        a->room = room;
    }
    a->findings[a->report.n_findings++] = (struct delivery_finding){
        .code = arena_strdup(arena, code), .is_fault = true, .text = arena_strdup(arena, text)
    };
}

static struct delivery_facts *facts_of(struct arena *arena, const struct media_examination *seen,
                                       const struct production_delivering *what)
{
    const struct media_facts *f = &seen->facts;
    struct delivery_facts *out = ARENA_NEW(arena, struct delivery_facts);
    struct delivery_sound *sounds = ARENA_ARRAY(arena, struct delivery_sound, f->n_sounds);
    const char **captions = ARENA_ARRAY(arena, const char *, f->n_texts + what->n_captions);
    for (size_t i = 0; i < f->n_sounds; i++) {
        sounds[i].channels = f->sounds[i].channels;
        sounds[i].loudness_lufs = f->sounds[i].loudness_lufs;
        sounds[i].true_peak_dbtp = f->sounds[i].true_peak_dbtp;
        sounds[i].head_silence = seen->silence[i].head;
        sounds[i].tail_silence = seen->silence[i].tail;
        (void)text_copy(sounds[i].language, sizeof sounds[i].language, f->sounds[i].language);
    }
    for (size_t i = 0; i < f->n_texts; i++)
        captions[out->n_captions++] = arena_strdup(arena, f->texts[i].language);
    for (size_t i = 0; i < what->n_captions; i++)
        captions[out->n_captions++] = what->captions[i];
    out->seconds = (double)f->duration_us / 1e6;
    out->width = f->video.width;
    out->height = f->video.height;
    out->head_black = seen->black.head;
    out->tail_black = seen->black.tail;
    out->n_sounds = f->n_sounds;
    out->sounds = sounds;
    out->captions = captions;
    return out;
}

static enum err judge_facts(struct arena *arena, const struct delivery_terms *terms,
                            const struct delivery_facts *facts, struct arrival *a)
{
    a->report.facts = facts;
    enum err err = delivery_inspect(arena, terms, facts, &a->findings, &a->report.n_findings);
    a->report.findings = a->findings;
    a->room = a->report.n_findings;
    return err == ERR_FULL ? OK : err;
}

static enum err examine(struct arena *arena, const struct delivery_terms *terms, int fd,
                        struct arrival *a)
{
    const struct production_delivering *what = a->what;
    struct media_examination *seen = ARENA_NEW(arena, struct media_examination);
    struct media_answer *answer = ARENA_NEW(arena, struct media_answer);
    enum err err = media_examine(fd, &what->limits, what->progress, what->context, seen, answer);
    if (err == ERR_CRASHED || err == ERR_TIMEOUT || err == ERR_MEMORY) {
        add_fault(arena, a, "unreadable",
                  arena_printf(arena,
                               "The file could not be read through within its limits (%s). Export "
                               "it anew.",
                               err_text(err)));
        return OK;
    }
    if (err != OK)
        return err;
    for (size_t i = 0; i < answer->n_refusals; i++)
        add_fault(arena, a, answer->refusals[i].code, answer->refusals[i].text);
    if (answer->n_refusals > 0)
        return OK;
    return judge_facts(arena, terms, facts_of(arena, seen, what), a);
}

static bool is_faultless(const struct arrival *a)
{
    for (size_t i = 0; i < a->report.n_findings; i++) {
        if (a->findings[i].is_fault)
            return false;
    }
    return true;
}

/* The faults, one a line. */
static const char *faults_text(struct arena *arena, const struct arrival *a)
{
    const char *text = NULL;
    for (size_t i = 0; i < a->report.n_findings; i++) {
        if (a->findings[i].is_fault)
            text = text == NULL ? a->findings[i].text
                                : arena_printf(arena, "%s\n%s", text, a->findings[i].text);
    }
    return text;
}

/* Hands it on. What is refused there is a finding like any other. */
static enum err take_in(struct production_desk *desk, title_id title, const struct delivery *to,
                        struct arrival *a)
{
    char *job = arena_alloc(desk->arena, ID_TEXT);
    enum err err = a->what->take_in(a->what->context, desk, title, to, job);
    if (err == ERR_DENIED && desk->why != NULL) {
        add_fault(desk->arena, a, "ingest", desk->why);
        desk->why = NULL;
        return OK;
    }
    if (err == OK && job[0] != 0)
        a->report.job = job;
    return err;
}

static enum err write_report(struct arena *arena, struct arrival *a)
{
    struct buf out;
    buf_init(&out, REPORT_MAX);
    struct json_writer w = json_writer_of(&out);
    production_json_report(&a->report, &w);
    a->json = arena_strdup(arena, buf_string(&out));
    enum err err = out.err;
    buf_finish(&out);
    return err;
}

/* ---- keeping it ---- */

static enum err judge_keep(const struct changing *c, struct production *p)
{
    const struct arrival *a = c->arrival;
    struct delivery *d = NULL;
    enum err err = judge_open(c->desk, a->what, p, &d);
    if (err != OK)
        return err;
    /* A worse one does not take the place of one that waits for its review. */
    if (!a->is_good && d->state == DELIVERY_DELIVERED)
        return OK;
    d->state = a->is_good ? DELIVERY_DELIVERED : DELIVERY_REFUSED;
    d->report = a->json;
    d->note = NULL;
    d->changed = c->change->now;
    p->state = production_state_of(p);
    return OK;
}

static enum err keep(struct production_desk *desk, const struct arrival *a, struct production *out,
                     struct delivery **delivery)
{
    const struct production_change change = { .who = a->what->who, .now = clock_now() };
    const struct changing c = { .desk = desk, .change = &change, .arrival = a };
    enum err err = change_make(&c, judge_keep, out);
    if (err == OK)
        *delivery = change_delivery(out, a->what->season, a->what->episode);
    return err;
}

static enum err arrive(struct production_desk *desk, struct arrival *a, int fd,
                       struct production *p, struct delivery **delivery)
{
    enum err err = examine(desk->arena, &p->terms, fd, a);
    if (err == OK && is_faultless(a))
        err = take_in(desk, p->title, *delivery, a);
    a->is_good = is_faultless(a);
    if (err == OK)
        err = write_report(desk->arena, a);
    if (err == OK)
        err = keep(desk, a, p, delivery);
    if (err != OK || a->is_good)
        return err;
    desk->why = faults_text(desk->arena, a);
    return ERR_DENIED;
}

enum err production_deliver(struct production_desk *desk, const struct production_delivering *what,
                            struct production *out, struct delivery **delivery)
{
    struct arrival a = { .what = what };
    int fd = -1;
    desk->why = NULL;
    *delivery = NULL;
    enum err err = store_production_find(desk->store, desk->arena, what->who, out);
    if (err == OK)
        err = judge_open(desk, what, out, delivery);
    if (err == OK)
        err = open_master(desk, what->path, &fd);
    if (err != OK) {
        *delivery = NULL;
        return err;
    }
    a.report.file = shown_name(desk->arena, what->path);
    a.report.inspected = clock_now();
    err = arrive(desk, &a, fd, out, delivery);
    close(fd);
    return err;
}
