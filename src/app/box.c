/* Boxes in the field, and which version of the box program each is to run. */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/list.h"
#include "app/serve_partner.h"
#include "base/clock.h"
#include "driver/store/boxes.h"
#include "rules/partners/box_json.h"

const struct app_option options_box_list[] = {
    { "partner", "ID|NAME", "of this partner alone; none: of no partner", false },
    { 0 },
};
const struct app_option options_box_rollout[] = {
    { "partner", "ID|NAME", "to its boxes; to those of no partner when not said", false },
    { "version", "VERSION", "which one", false },
    { "share", "PERCENT", "of them: 10%; only grows", false },
    { "pause", NULL, "no further box gets it", false },
    { "resume", NULL, "go on", false },
    { "back", NULL, "to all what they ran before", false },
    { 0 },
};

enum { OUT_MAX = 64 * 1024, PAGE = 200 };

/* ---- boxes ----------------------------------------------------------------------------------- */

/* *out: "" is none. */
static int find_partner(struct app *app, const char *who, partner_id *out)
{
    struct partner partner;
    *out = (partner_id){ "" };
    if (who == NULL || strcmp(who, "none") == 0)
        return EXIT_OK;
    int code = app_partner_find(app, who, &partner);
    if (code == EXIT_OK)
        *out = partner.id;
    return code;
}

static void put_box(struct app *app, const struct store_box *b, struct json_writer *w)
{
    char seen[UTC_TEXT];
    if (!app->is_json) {
        utc_format(b->seen, seen);
        buf_printf(w->out, "%-26s  %-12s  %-12s  %-2s  %s  %s\n", b->id,
                   b->version[0] != 0 ? b->version : "-", b->state[0] != 0 ? b->state : "-",
                   b->place, seen, b->partner.s);
        return;
    }
    json_object(w, NULL);
    json_text(w, "id", b->id);
    json_text(w, "partner", b->partner.s[0] != 0 ? b->partner.s : NULL);
    json_text(w, "version", b->version[0] != 0 ? b->version : NULL);
    json_text(w, "state", b->state[0] != 0 ? b->state : NULL);
    json_text(w, "place", b->place[0] != 0 ? b->place : NULL);
    json_instant(w, "first_seen", b->first);
    json_instant(w, "last_seen", b->seen);
    json_instant(w, "signed_in", b->signed_in);
    json_end(w);
}

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    struct store_box *boxes = NULL;
    size_t n = 0;
    struct store_box_filter filter = { .partner = context, .after = after, .limit = PAGE };
    enum err err = store_boxes_list(app->store, arena, &filter, &boxes, &n, next);
    for (size_t i = 0; err == OK && i < n; i++)
        put_box(app, &boxes[i], w);
    return err;
}

int cmd_box_list(struct app *app)
{
    partner_id partner;
    const char *who = app_value(app, "partner");
    int code = app_open(app);
    if (code == EXIT_OK)
        code = find_partner(app, who, &partner);
    if (code != EXIT_OK)
        return code;
    return app_list(app, put_page, who != NULL ? &partner : NULL, "the boxes cannot be listed");
}

/* ---- rolling out ----------------------------------------------------------------------------- */

static int read_order(struct app *app, struct box_rollout_order *order, bool *is_said)
{
    static const struct {
        const char *flag;
        enum box_rollout_move move;
    } moves[] = { { "pause", BOX_PAUSE }, { "resume", BOX_RESUME }, { "back", BOX_BACK } };
    const char *version = app_value(app, "version"), *share = app_value(app, "share");
    int n = 0;
    *order = (struct box_rollout_order){ .now = clock_now(), .version = version };
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        if (!app_flag(app, moves[i].flag))
            continue;
        order->move = moves[i].move;
        n++;
    }
    *is_said = n > 0 || version != NULL || share != NULL;
    if (n > 1 || (n == 1 && (version != NULL || share != NULL)))
        return app_usage(app, "one of --version with --share, --pause, --resume and --back");
    if ((version != NULL) != (share != NULL))
        return app_usage(app, "--version and --share belong together");
    if (share != NULL && box_share_parse(share, &order->share) != OK)
        return app_usage(app, "--share: must lie between 0.01%% and 100%%, as 2.5%%");
    return EXIT_OK;
}

static enum err put_rollout(struct app *app, partner_id partner, struct buf *out)
{
    struct box_rollout r;
    struct box_count *counts = NULL;
    size_t n = 0;
    char share[BOX_SHARE_TEXT];
    utc_time since = { clock_now().us - BOX_COUNT_DAYS * UTC_DAY };
    struct json_writer w = json_writer_of(out);
    enum err found = store_box_rollout_get(app->store, partner, &r);
    if (found != OK && found != ERR_NOT_FOUND)
        return found;
    enum err err = store_boxes_count(app->store, app->arena, &partner, since, &counts, &n);
    if (app->is_json) {
        json_object(&w, NULL);
        box_rollout_json(&w, "rollout", found == OK ? &r : NULL);
        box_counts_json(&w, "boxes", counts, n);
        json_end(&w);
        buf_text(out, "\n");
        return err;
    }
    if (found != OK) {
        buf_text(out, "nothing is being rolled out\n");
    } else {
        box_share_format(r.share, share);
        buf_printf(out, "%s  %s  %s  the others: %s\n", r.version, box_rollout_state_name(r.state),
                   share, r.before[0] != 0 ? r.before : "nothing is said to them");
    }
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%8lld  %s\n", (long long)counts[i].boxes,
                   counts[i].version[0] != 0 ? counts[i].version : "-");
    return err;
}

static int change(struct app *app, partner_id partner, const struct box_rollout_order *order)
{
    struct box_rollout made;
    char why[BOX_WHY];
    enum err err = store_box_rollout_change(app->store, partner, order, &made, why);
    if (err == ERR_NOT_FOUND)
        return app_fail(app, EXIT_REFUSED, "%s: there is no such version: `box version add`",
                        order->version);
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "%s%s%s", order->version != NULL ? order->version : "",
                        order->version != NULL ? ": " : "", why);
    return err == OK ? EXIT_OK : app_error(app, err, "the version cannot be rolled out");
}

int cmd_box_rollout(struct app *app)
{
    struct box_rollout_order order;
    partner_id partner;
    struct buf out;
    bool is_said = false;
    int code = read_order(app, &order, &is_said);
    if (code == EXIT_OK)
        code = app_open(app);
    if (code == EXIT_OK)
        code = find_partner(app, app_value(app, "partner"), &partner);
    if (code != EXIT_OK)
        return code;
    if (is_said)
        return change(app, partner, &order);
    buf_init(&out, OUT_MAX);
    enum err err = put_rollout(app, partner, &out);
    code = app_print_list(app, err, &out, "the rollout cannot be shown");
    buf_finish(&out);
    return code;
}
