/* What becomes of a production: each change is loaded, judged, kept, and tried again when somebody
 * else was quicker. */
#include <stdarg.h>
#include <string.h>

#include "driver/json/reader.h"
#include "driver/store/jobs.h"
#include "driver/store/media.h"
#include "driver/store/titles.h"
#include "service/production/change.h"

enum { TRIES = 5 };

enum err change_refuse(struct production_desk *desk, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    desk->why = arena_vprintf(desk->arena, format, args);
    va_end(args);
    return ERR_STATE;
}

struct delivery *change_delivery(const struct production *p, int season, int episode)
{
    if (p->n_deliveries == 1 && p->deliveries[0].number == 0 && episode == 0)
        return &p->deliveries[0];
    return production_delivery(p, season < 0 ? p->deliveries[0].season : season, episode);
}

enum err change_make(const struct changing *c, change_fn *judge, struct production *out)
{
    struct production_desk *desk = c->desk;
    enum err err = ERR_STATE;
    for (int i = 0; i < TRIES && err == ERR_STATE; i++) {
        desk->why = NULL;
        err = store_production_find(desk->store, desk->arena, c->change->who, out);
        if (err == OK)
            err = judge(c, out);
        if (err != OK)
            return err;
        out->changed = c->change->now;
        err = store_production_update(desk->store, out, c->change->now);
    }
    if (err == OK)
        out->version++;
    return err == ERR_STATE ? ERR_BUSY : err;
}

static enum err state_refuse(const struct changing *c, const struct production *p)
{
    return change_refuse(c->desk, "it is %s",
                         production_state_name(production_state_at(p, c->change->now)));
}

/* ---- start, pay, cancel ---- */

static enum err judge_start(const struct changing *c, struct production *p)
{
    if (!production_may_move(p->state, PRODUCTION_IN_PRODUCTION))
        return state_refuse(c, p);
    p->state = PRODUCTION_IN_PRODUCTION;
    return OK;
}

enum err production_start(struct production_desk *desk, const struct production_change *change,
                          struct production *out)
{
    return change_make(&(struct changing){ .desk = desk, .change = change }, judge_start, out);
}

static enum err judge_pay(const struct changing *c, struct production *p)
{
    for (size_t i = 0; i < p->n_instalments; i++) {
        struct production_instalment *it = &p->instalments[i];
        if (strcmp(it->name, c->change->name) != 0)
            continue;
        if (it->is_paid) {
            char day[CIVIL_DAY_TEXT];
            civil_day_format(it->paid, day);
            return change_refuse(c->desk, "it was paid on %s", day);
        }
        it->is_paid = true;
        it->paid = (civil_day){ (int32_t)(c->change->now.us / UTC_DAY) };
        return OK;
    }
    return change_refuse(c->desk, "there is no instalment \"%s\"", c->change->name);
}

enum err production_pay(struct production_desk *desk, const struct production_change *change,
                        struct production *out)
{
    return change_make(&(struct changing){ .desk = desk, .change = change }, judge_pay, out);
}

static enum err judge_cancel(const struct changing *c, struct production *p)
{
    enum production_state now = production_state_at(p, c->change->now);
    if (!production_may_move(now, PRODUCTION_CANCELLED))
        return state_refuse(c, p);
    p->state = PRODUCTION_CANCELLED;
    p->release.us = 0;
    p->ended_because = c->change->note;
    return OK;
}

enum err production_cancel(struct production_desk *desk, const struct production_change *change,
                           struct production *out)
{
    return change_make(&(struct changing){ .desk = desk, .change = change }, judge_cancel, out);
}

/* ---- accept, refuse ---- */

/* A delivery that can be judged now. */
static enum err in_review(const struct changing *c, const struct production *p,
                          struct delivery **out)
{
    enum production_state now = production_state_at(p, c->change->now);
    *out = change_delivery(p, c->change->season, c->change->episode);
    if (now == PRODUCTION_RELEASED || now == PRODUCTION_CANCELLED)
        return state_refuse(c, p);
    if (*out == NULL)
        return change_refuse(c->desk, "no episode %d was ordered", c->change->episode);
    return OK;
}

static enum err judge_accept(const struct changing *c, struct production *p)
{
    struct delivery *d = NULL;
    enum err err = in_review(c, p, &d);
    if (err != OK)
        return err;
    if (d->state != DELIVERY_DELIVERED)
        return change_refuse(c->desk,
                             "its master is %s: only a delivered one can be "
                             "accepted",
                             delivery_state_name(d->state));
    d->state = DELIVERY_ACCEPTED;
    d->note = c->change->note;
    d->changed = c->change->now;
    p->state = production_state_of(p);
    return OK;
}

enum err production_accept(struct production_desk *desk, const struct production_change *change,
                           struct production *out)
{
    return change_make(&(struct changing){ .desk = desk, .change = change }, judge_accept, out);
}

/* What is asked for anew cannot be released: a release that lies ahead is taken back. */
static enum err judge_refuse(const struct changing *c, struct production *p)
{
    struct delivery *d = NULL;
    enum err err = in_review(c, p, &d);
    if (err != OK)
        return err;
    if (d->state != DELIVERY_DELIVERED && d->state != DELIVERY_ACCEPTED)
        return change_refuse(c->desk, "its master is %s", delivery_state_name(d->state));
    d->state = DELIVERY_REFUSED;
    d->note = c->change->note;
    d->changed = c->change->now;
    p->release.us = 0;
    p->state = production_state_of(p);
    return OK;
}

enum err production_refuse(struct production_desk *desk, const struct production_change *change,
                           struct production *out)
{
    return change_make(&(struct changing){ .desk = desk, .change = change }, judge_refuse, out);
}

/* ---- release ---- */

/* The job of the report that takes the master in; "" when it names none. */
static void job_of(const struct delivery *d, job_id *out)
{
    struct json_document *document = NULL;
    struct json_fault fault = { 0 };
    out->s[0] = 0;
    if (d->report == NULL ||
        json_document_read(d->report, strlen(d->report), &document, &fault) != OK)
        return;
    struct json_reader top = json_reader_of(document, &fault);
    const char *id = json_read_text(&top, "job", JSON_OPTIONAL, 0, ID_TEXT);
    if (id != NULL && !id_parse(id, strlen(id), out->s))
        out->s[0] = 0;
    json_document_destroy(&document);
}

/* Whether what would play is the master that was accepted, not one before it. */
static enum err is_encoded(const struct production_desk *desk, const struct delivery *d, bool *out)
{
    struct store_edition edition;
    struct store_job job;
    job_id id;
    *out = false;
    enum err err = store_edition_get(desk->store, desk->arena, d->playable, &edition);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    job_of(d, &id);
    err = id.s[0] == 0 ? ERR_NOT_FOUND : store_job_get(desk->store, desk->arena, id, &job);
    *out = err == ERR_NOT_FOUND || (err == OK && job.state == JOB_READY);
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err take_back(const struct changing *c, struct production *p)
{
    if (p->release.us == 0)
        return change_refuse(c->desk, "no release is set");
    if (production_state_at(p, c->change->now) == PRODUCTION_RELEASED)
        return state_refuse(c, p);
    p->release.us = 0;
    return OK;
}

/* Somebody published it by hand: there is nothing left to release. */
static enum err check_unseen(const struct changing *c, const struct production *p)
{
    struct title title;
    char when[UTC_TEXT];
    enum err err = store_title_get(c->desk->store, c->desk->arena, p->title, &title);
    if (err != OK || title.published.us == 0 || title.published.us > c->change->now.us ||
        production_state_at(p, c->change->now) == PRODUCTION_RELEASED)
        return err;
    utc_format(title.published, when);
    return change_refuse(c->desk, "its title was published by hand at %s", when);
}

static enum err judge_release(const struct changing *c, struct production *p)
{
    struct production_desk *desk = c->desk;
    bool *encoded = ARENA_ARRAY(desk->arena, bool, p->n_deliveries);
    if (c->change->at.us == 0)
        return take_back(c, p);
    enum err err = check_unseen(c, p);
    for (size_t i = 0; i < p->n_deliveries && err == OK; i++)
        err = is_encoded(desk, &p->deliveries[i], &encoded[i]);
    if (err == OK)
        err = production_may_release(desk->arena, p, encoded, c->change->at, c->change->now,
                                     &desk->why);
    if (err != OK)
        return err;
    p->release = c->change->at;
    p->state = production_state_at(p, c->change->now);
    return OK;
}

enum err production_release(struct production_desk *desk, const struct production_change *change,
                            struct production *out)
{
    return change_make(&(struct changing){ .desk = desk, .change = change }, judge_release, out);
}
