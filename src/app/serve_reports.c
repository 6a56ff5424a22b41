#include "app/serve_reports.h"

#include <stdio.h>
#include <string.h>

#include "rules/territory/territory.h"
#include "service/launch/launch.h"
#include "service/partner/partner.h"
#include "service/production/production.h"
#include "service/rights/rights.h"

/* Takes over what the rights service says of a wrong question. */
static enum err say(enum err err, const struct rights_problem *from, struct api_answer_problem *why)
{
    snprintf(why->field, sizeof why->field, "%s", from->field);
    snprintf(why->text, sizeof why->text, "%s", from->text);
    return err;
}

static enum err wrong(struct api_answer_problem *why, const char *field, const char *text)
{
    snprintf(why->field, sizeof why->field, "%s", field);
    snprintf(why->text, sizeof why->text, "%s", text);
    return ERR_ARGUMENT;
}

/* The writer's own error, when nothing else was wrong. */
static enum err written(enum err err, const struct buf *out)
{
    return err == OK ? out->err : err;
}

/* ---- rights ---------------------------------------------------------------------------------- */

static enum err explain(void *context, const struct api_question *q, struct buf *out,
                        struct api_answer_problem *why)
{
    struct app *app = context;
    struct json_writer w = json_writer_of(out);
    struct rights_problem problem = { .field = "" };
    enum err err = rights_explain_json(
        app->store, q->arena,
        &(struct rights_explain_params){ .what = q->title,
                                         .territory = q->territory,
                                         .at = q->at,
                                         .member = q->member,
                                         .season = q->season >= 0 ? q->season : 0,
                                         .episode = q->episode >= 0 ? q->episode : 0,
                                         .has_season = q->season >= 0,
                                         .has_episode = q->episode >= 0,
                                         .now = q->now },
        &w, &problem);
    return say(written(err, out), &problem, why);
}

static enum err calendar(void *context, const struct api_question *q, struct buf *out,
                         struct api_answer_problem *why)
{
    struct app *app = context;
    struct json_writer w = json_writer_of(out);
    struct rights_problem problem = { .field = "" };
    enum err err =
        rights_calendar_json(app->store, q->arena,
                             &(struct rights_calendar_params){ .territory = q->territory,
                                                               .home = app->settings.territory,
                                                               .from = q->from,
                                                               .weeks = q->weeks,
                                                               .now = q->now },
                             &w, &problem);
    return say(written(err, out), &problem, why);
}

static enum err studios(void *context, const struct api_question *q, struct buf *out,
                        struct api_answer_problem *why)
{
    struct app *app = context;
    struct json_writer w = json_writer_of(out);
    (void)why;
    return written(rights_studios_json(app->store, q->arena, &w), out);
}

static enum err avails(void *context, const struct api_question *q, struct buf *out,
                       struct api_answer_problem *why)
{
    struct app *app = context;
    struct json_writer w = json_writer_of(out);
    struct avail_filter filter = { .studio = q->studio,
                                   .title = q->title,
                                   .after = q->after,
                                   .limit = q->limit,
                                   .with_rights = true };
    struct store_studio studio;
    enum err err = OK;
    if (q->studio != NULL)
        err = store_studio_find(app->store, q->arena, q->studio, &studio);
    if (err == ERR_NOT_FOUND)
        return wrong(why, "studio", "there is no such studio");
    if (q->studio != NULL)
        filter.studio = studio.name;
    if (err == OK)
        err = rights_avails_json(app->store, q->arena, &filter, &w);
    return written(err, out);
}

static enum err deals(void *context, const struct api_question *q, struct buf *out,
                      struct api_answer_problem *why)
{
    struct app *app = context;
    struct json_writer w = json_writer_of(out);
    (void)why;
    return written(rights_deals_json(app->store, q->arena, &w), out);
}

static enum err deals_check(void *context, const struct api_question *q, struct buf *out,
                            struct api_answer_problem *why)
{
    struct app *app = context;
    struct json_writer w = json_writer_of(out);
    (void)why;
    return written(rights_check_json(app->store, q->arena, q->title, app->settings.territory, &w),
                   out);
}

/* ---- territories ----------------------------------------------------------------------------- */

/* The instant that was asked about, by the clocks of the territory; now when none was. */
static enum err read_at(struct app *app, const struct api_question *q, const char *territory,
                        utc_time *out, struct api_answer_problem *why)
{
    const struct zone *zone = NULL;
    *out = q->now;
    if (q->at == NULL)
        return OK;
    enum err err = rights_zone(app->store, q->arena, territory, &zone);
    if (err == OK)
        err = rights_instant_parse(q->at, zone, out);
    return err == OK ? OK : wrong(why, "at", "must be a day or an instant, as 2013-07-15");
}

static enum err territories(void *context, const struct api_question *q, struct buf *out,
                            struct api_answer_problem *why)
{
    struct app *app = context;
    utc_time at;
    enum err err = read_at(app, q, app->settings.territory, &at, why);
    return err == OK ? written(launch_territories_json(app->store, at, out), out) : err;
}

static enum err territory_check(void *context, const struct api_question *q, struct buf *out,
                                struct api_answer_problem *why)
{
    struct app *app = context;
    utc_time at;
    if (territory_facts(q->id) == NULL)
        return ERR_NOT_FOUND;
    enum err err = read_at(app, q, q->id, &at, why);
    return err == OK ? written(launch_check_json(app->store, q->id, at, out), out) : err;
}

/* ---- productions ----------------------------------------------------------------------------- */

static enum err productions(void *context, const struct api_question *q, struct buf *out,
                            struct api_answer_problem *why)
{
    struct app *app = context;
    struct json_writer w = json_writer_of(out);
    (void)why;
    json_object(&w, NULL);
    enum err err = productions_json(app->store, q->arena, q->now, &w);
    json_end(&w);
    return written(err, out);
}

static enum err production(void *context, const struct api_question *q, struct buf *out,
                           struct api_answer_problem *why)
{
    struct app *app = context;
    struct json_writer w = json_writer_of(out);
    (void)why;
    json_object(&w, NULL);
    enum err err = production_json(app->store, q->arena, q->id, q->now, &w);
    json_end(&w);
    return written(err, out);
}

/* ---- partners -------------------------------------------------------------------------------- */

static enum err partners(void *context, const struct api_question *q, struct buf *out,
                         struct api_answer_problem *why)
{
    struct app *app = context;
    struct json_writer w = json_writer_of(out);
    (void)why;
    return written(partners_json(app->store, q->arena, q->now, &w), out);
}

static enum err one_partner(void *context, const struct api_question *q, struct buf *out,
                            struct api_answer_problem *why)
{
    struct app *app = context;
    struct json_writer w = json_writer_of(out);
    struct partner partner;
    (void)why;
    enum err err = store_partner_find(app->store, q->arena, q->id, &partner);
    if (err == OK)
        err = partner_json(app->store, q->arena, &partner, q->now, &w, NULL);
    return written(err, out);
}

void serve_reports_wire(struct app *app, struct api_params *params)
{
    static const api_report_fn reports[API_REPORTS] = {
        [API_RIGHTS_EXPLAIN] = explain,
        [API_RIGHTS_CALENDAR] = calendar,
        [API_STUDIOS] = studios,
        [API_AVAILS] = avails,
        [API_DEALS] = deals,
        [API_DEALS_CHECK] = deals_check,
        [API_TERRITORIES] = territories,
        [API_TERRITORY_CHECK] = territory_check,
        [API_PRODUCTIONS] = productions,
        [API_PRODUCTION] = production,
        [API_PARTNERS] = partners,
        [API_PARTNER] = one_partner,
    };
    params->reports_context = app;
    memcpy(params->reports, reports, sizeof reports);
}
