/* Deals with studios, and on productions of the house's own. */
#include "app/commands.h"
#include "app/deal_fields.h"
#include "base/clock.h"
#include "driver/store/titles.h"
#include "service/rights/rights.h"

const struct app_option options_deal_add[] = { DEAL_FIELD_OPTIONS, { 0 } };
const struct app_option options_deal_edit[] = { DEAL_FIELD_OPTIONS, { 0 } };
const char deal_add_more[] = "A deal grants from its first to its last day. " DEAL_FIELD_HELP;
const char deal_edit_more[] = "A list that is said replaces the one before; an empty value takes "
                              "the thing away.\n" DEAL_FIELD_HELP;
const struct app_option options_deal_check[] = {
    { "title", "ID", "only what concerns this title", false },
    { "strict", NULL, "end with 1 when there is a finding", false },
    { 0 },
};

enum { ANSWER_MAX = 256 * 1024 * 1024 };

int cmd_deal_add(struct app *app)
{
    static const char *const needed[] = { "name", "direction", "from", "territory", "media" };
    struct deal deal = { .is_open_ended = true, .version = 1 };
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (app_value(app, needed[i]) == NULL)
            return app_usage(app, "--%s is missing", needed[i]);
    }
    if (app_value(app, "studio") == NULL && app_value(app, "party") == NULL)
        return app_usage(app, "--studio or --party is missing: with whom?");
    int code = app_open(app);
    if (code == EXIT_OK)
        code = deal_fields_apply(app, &deal);
    if (code != EXIT_OK)
        return code;
    id_new(deal.id.s);
    enum err err = store_deal_add(app->store, &deal, clock_now());
    return err == OK ? app_print_id(app, deal.id.s) : app_error(app, err, deal.name);
}

static int find(struct app *app, struct deal *out)
{
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_deal_find(app->store, app->arena, app->operands[0], out);
    return err == OK ? EXIT_OK : app_error(app, err, app->operands[0]);
}

int cmd_deal_edit(struct app *app)
{
    struct deal deal;
    int code = find(app, &deal);
    if (code == EXIT_OK)
        code = deal_fields_apply(app, &deal);
    if (code != EXIT_OK)
        return code;
    enum err err = store_deal_update(app->store, &deal, clock_now());
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "somebody else changed it just now; look at it again");
    return err == OK ? EXIT_OK : app_error(app, err, deal.name);
}

int cmd_deal_remove(struct app *app)
{
    struct deal deal;
    int code = find(app, &deal);
    if (code != EXIT_OK)
        return code;
    enum err err = store_deal_remove(app->store, deal.id, clock_now());
    return err == OK ? EXIT_OK : app_error(app, err, deal.name);
}

int cmd_deal_show(struct app *app)
{
    struct deal deal;
    struct buf out;
    int code = find(app, &deal);
    if (code != EXIT_OK)
        return code;
    buf_init(&out, ANSWER_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        rights_deal_json(&deal, &w);
        buf_text(&out, "\n");
    } else {
        rights_deal_text(&deal, &out);
    }
    code = app_print_list(app, OK, &out, deal.name);
    buf_finish(&out);
    return code;
}

static enum err put_lines(struct app *app, struct buf *out)
{
    struct deal *deals;
    size_t n;
    enum err err = store_deals_list(app->store, app->arena, &deals, &n);
    for (size_t i = 0; err == OK && i < n; i++) {
        char from[CIVIL_DAY_TEXT], until[CIVIL_DAY_TEXT];
        civil_day_format(deals[i].from, from);
        civil_day_format(deals[i].until, until);
        buf_printf(out, "%s  %s  %s  %s .. %s  %s\n", deals[i].id.s,
                   deal_direction_name(deals[i].direction), deals[i].party, from,
                   deals[i].is_open_ended ? "open" : until, deals[i].name);
    }
    return err;
}

int cmd_deal_list(struct app *app)
{
    struct buf out;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    buf_init(&out, ANSWER_MAX);
    struct json_writer w = json_writer_of(&out);
    enum err err = OK;
    if (app->is_json) {
        err = rights_deals_json(app->store, app->arena, &w);
        buf_text(&out, "\n");
    } else {
        err = put_lines(app, &out);
    }
    code = app_print_list(app, err, &out, "the deals cannot be listed");
    buf_finish(&out);
    return code;
}

int cmd_deal_check(struct app *app)
{
    struct deal_finding *findings = NULL;
    struct buf out;
    size_t n = 0;
    title_id id;
    const char *title = app_value(app, "title");
    if (title != NULL && !app_id(app, title, "--title", id.s))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err =
        rights_check_find(app->store, app->arena, title, app->settings.territory, &findings, &n);
    if (err != OK)
        return app_error(app, err, title != NULL ? title : "the deals cannot be checked");
    buf_init(&out, ANSWER_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        rights_findings_json(findings, n, &w);
        json_end(&w);
        buf_text(&out, "\n");
    } else {
        rights_findings_text(findings, n, &out);
    }
    code = app_print_list(app, OK, &out, "the findings cannot be listed");
    buf_finish(&out);
    return code == EXIT_OK && n > 0 && app_flag(app, "strict") ? EXIT_REFUSED : code;
}
