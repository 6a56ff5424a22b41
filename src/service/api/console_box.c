/* Boxes in the field, the versions that there are, and how partners' boxes look. */
#include <string.h>

#include "base/log.h"
#include "driver/store/boxes.h"
#include "driver/store/partners.h"
#include "rules/partners/box_json.h"
#include "service/api/call.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"

/* ---- lists ----------------------------------------------------------------------------------- */

static void write_box(struct json_writer *w, const struct store_box *b)
{
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

/* ?partner=: an id, or "none". False: answered. */
static bool read_filter(struct api_call *call, struct store_box_filter *f, partner_id *partner)
{
    const char *text;
    *f = (struct store_box_filter){ .partner = NULL };
    *partner = (partner_id){ "" };
    if (!call_query(call, "partner", ID_TEXT, &text) ||
        !call_page(call, LIMIT_PAGE, &f->after, &f->limit))
        return false;
    if (text == NULL)
        return true;
    f->partner = partner;
    if (strcmp(text, "none") == 0 || id_parse(text, strlen(text), partner->s))
        return true;
    call_problem(call, PROBLEM_VALIDATION, "partner", "must be a partner's id, or none");
    return false;
}

void handle_console_boxes(struct api_call *call)
{
    struct store_box_filter filter;
    partner_id partner;
    struct store_box *boxes = NULL;
    const char *next = NULL;
    size_t n = 0;
    if (!read_filter(call, &filter, &partner))
        return;
    enum err err = store_boxes_list(call->store, call->arena, &filter, &boxes, &n, &next);
    if (err == ERR_ARGUMENT) {
        call_problem(call, PROBLEM_VALIDATION, "after", "is no cursor of this list");
        return;
    }
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; err == OK && i < n; i++)
        write_box(&call->w, &boxes[i]);
    json_end(&call->w);
    json_text(&call->w, "next", next);
    json_end(&call->w);
    if (err != OK)
        call_fail(call, err, "list boxes");
    else
        call_answer(call, 200);
}

static void write_version(struct api_call *call, const struct store_box_version *v)
{
    struct json_writer *w = &call->w;
    json_object(w, NULL);
    json_text(w, "version", v->version);
    json_text(w, "address",
              v->address != NULL ? v->address : arena_printf(call->arena, "/%s", v->blob));
    json_text(w, "sha256", v->sha256);
    if (v->size > 0)
        json_number(w, "size", v->size);
    else
        json_null(w, "size");
    json_instant(w, "added", v->added);
    json_end(w);
}

/* What boxes that nobody gave out are to run, and how many run what. */
static enum err write_others(struct api_call *call)
{
    struct box_rollout rollout;
    struct box_count *counts = NULL;
    size_t n = 0;
    partner_id none = { "" };
    struct json_writer *w = &call->w;
    enum err err = store_box_rollout_get(call->store, none, &rollout);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    json_object(w, "without_partner");
    box_rollout_json(w, "rollout", err == OK ? &rollout : NULL);
    err = store_boxes_count(call->store, call->arena, &none,
                            (utc_time){ call->now.us - BOX_COUNT_DAYS * UTC_DAY }, &counts, &n);
    box_counts_json(w, "boxes", counts, n);
    json_end(w);
    return err;
}

void handle_console_box_versions(struct api_call *call)
{
    struct store_box_version *versions = NULL;
    size_t n = 0;
    enum err err = store_box_versions_list(call->store, call->arena, &versions, &n);
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; err == OK && i < n; i++)
        write_version(call, &versions[i]);
    json_end(&call->w);
    if (err == OK)
        err = write_others(call);
    json_end(&call->w);
    if (err != OK)
        call_fail(call, err, "list versions of boxes");
    else
        call_answer(call, 200);
}

/* ---- looks ----------------------------------------------------------------------------------- */

/* The partner of the path, with its look. False: answered. */
static bool find(struct api_call *call, struct partner *partner, struct look *look)
{
    enum err err = store_partner_find(call->store, call->arena, call->id, partner);
    if (err == OK)
        err = store_look_get(call->store, call->arena, partner->id, look);
    if (err != OK)
        call_fail(call, err, "find a partner's look");
    return err == OK;
}

static void answer_look(struct api_call *call, partner_id partner)
{
    struct look look;
    enum err err = store_look_get(call->store, call->arena, partner, &look);
    if (err != OK) {
        call_fail(call, err, "read a look");
        return;
    }
    look_json(&call->w, NULL, &look);
    call_answer(call, 200);
}

/* What is absent stays, what is null is the service's own again. */
static void read_colours(struct api_call *call, struct look *look)
{
    if (!json_read_has(&call->in, "colours"))
        return;
    struct json_reader in = json_read_object(&call->in, "colours", JSON_OPTIONAL);
    if (in.object == NULL) {
        memset(look->colours, 0, sizeof look->colours);
        return;
    }
    for (unsigned i = 0; i < LOOK_COLOUR_COUNT; i++) {
        const char *word = look_colour_word((enum look_colour)i);
        if (!json_read_has(&in, word))
            continue;
        const char *text = json_read_text(&in, word, JSON_OPTIONAL, 1, LIMIT_WORD);
        look->colours[i][0] = 0;
        if (text != NULL && !look_colour_parse(text, look->colours[i]))
            json_read_wrong(&in, word, "must be a colour, as #ffb84d");
    }
    json_read_end(&in);
}

static void read_rows(struct api_call *call, struct look *look)
{
    struct json_list list;
    if (!json_read_has(&call->in, "home_rows"))
        return;
    look->rows = NULL;
    look->n_rows = 0;
    if (!json_read_list(&call->in, "home_rows", JSON_OPTIONAL, LOOK_ROWS_MAX, &list))
        return;
    const char **rows = ARENA_ARRAY(call->arena, const char *, list.n + 1);
    for (size_t i = 0; i < list.n; i++) {
        rows[i] = json_read_list_text(&list, i, 1, LOOK_ROW - 1);
        if (rows[i] == NULL)
            return;
    }
    look->rows = rows;
    look->n_rows = list.n;
}

void handle_console_look_change(struct api_call *call)
{
    struct partner partner;
    struct look look;
    const char *field;
    char why[LOOK_WHY];
    if (!find(call, &partner, &look))
        return;
    if (json_read_has(&call->in, "name"))
        look.name = json_read_text(&call->in, "name", JSON_OPTIONAL, 1, 4 * LOOK_NAME_MAX);
    read_colours(call, &look);
    read_rows(call, &look);
    if (!call_read_end(call))
        return;
    if (look_validate(&look, &field, why) != OK) {
        call_problem(call, PROBLEM_VALIDATION, field, arena_strdup(call->arena, why));
        return;
    }
    enum err err = store_look_put(call->store, partner.id, &look, call->now);
    if (err != OK)
        call_fail(call, err, "change a look");
    else
        answer_look(call, partner.id);
}

/* The logo before goes only when the look has the new one. */
static enum err put_logo(struct api_call *call, const struct partner *partner, const char *name)
{
    const char *before = NULL;
    enum err err = store_logo_put(call->store, call->arena, partner->id, name, call->now, &before);
    const char *left = err == OK ? before : name;
    if (left != NULL && blob_remove(call->params->blobs, left) != OK)
        log_warning("api", "%s: cannot be removed", left);
    return err;
}

void handle_console_logo(struct api_call *call)
{
    struct partner partner;
    struct look look;
    char id[ID_TEXT];
    if (!find(call, &partner, &look))
        return;
    const char *kind = look_logo_kind(call->rq->body, call->rq->body_size);
    if (kind == NULL) {
        call_problem(call, PROBLEM_VALIDATION, "logo",
                     "must be a PNG or JPEG of at most 256 KiB and 4096 pixels a side");
        return;
    }
    id_new(id);
    const char *name = arena_printf(call->arena, "files/%s.%s", id, kind);
    enum err err = blob_put(call->params->blobs, name, call->rq->body, call->rq->body_size);
    if (err == OK)
        err = put_logo(call, &partner, name);
    if (err != OK)
        call_fail(call, err, "keep a logo");
    else
        answer_look(call, partner.id);
}

void handle_console_logo_remove(struct api_call *call)
{
    struct partner partner;
    struct look look;
    if (!find(call, &partner, &look))
        return;
    enum err err = look.logo != NULL ? put_logo(call, &partner, NULL) : OK;
    if (err != OK)
        call_fail(call, err, "take a logo away");
    else
        answer_look(call, partner.id);
}
