/* What a box is told before anybody has signed in: how it looks, what it is to run, what time it
 * is. What it says of itself is noted for whoever gave it out. */
#include <string.h>

#include "base/log.h"
#include "driver/store/boxes.h"
#include "driver/store/partners.h"
#include "rules/partners/box_json.h"
#include "service/api/handlers.h"
#include "service/api/session.h"
#include "service/api/where.h"

struct settings_question {
    const char *partner, *version, *box, *state; /* NULL: not said */
    struct partner found;                        /* id "" : none of ours */
    struct look look;
};

static bool check(struct api_call *call, const char *name, const char *value,
                  bool (*is_good)(const char *text), const char *what)
{
    if (value == NULL || is_good(value))
        return true;
    call_problem(call, PROBLEM_VALIDATION, name, what);
    return false;
}

/* False: answered. */
static bool read_question(struct api_call *call, struct settings_question *q)
{
    *q = (struct settings_question){ .partner = NULL };
    return call_query(call, "partner", PARTNER_NAME_MAX, &q->partner) &&
           call_query(call, "version", BOX_VERSION - 1, &q->version) &&
           call_query(call, "box", BOX_ID - 1, &q->box) &&
           call_query(call, "state", BOX_STATE - 1, &q->state) &&
           check(call, "version", q->version, box_version_is_good,
                 "must be letters, digits and . + ~ -, beginning with one of the former") &&
           check(call, "box", q->box, box_id_is_good,
                 "must be 16 to 64 letters, digits, - and _") &&
           check(call, "state", q->state, box_state_is_good, "must be a word of a-z, 0-9 and -");
}

/* A name that is no partner's is no mistake of the box's: it then looks like the service. */
static enum err find_partner(struct api_call *call, struct settings_question *q)
{
    if (q->partner == NULL)
        return OK;
    enum err err = store_partner_find(call->store, call->arena, q->partner, &q->found);
    if (err == OK)
        err = store_look_get(call->store, call->arena, q->found.id, &q->look);
    return err == ERR_NOT_FOUND ? OK : err;
}

/* A box that sends its token is a member's. One whose session has ended is told so elsewhere, and
 * what comes in another device's session is no box. */
static bool is_signed_in(struct api_call *call)
{
    enum session_source source;
    const struct member *member = NULL;
    return session_find(call, &source, &member) == OK && member != NULL && call->is_box;
}

/* That it cannot be noted is not the box's concern. */
static void note(struct api_call *call, const struct settings_question *q)
{
    struct store_box box = { .partner = q->found.id, .seen = call->now };
    if (q->box == NULL)
        return;
    memcpy(box.id, q->box, strlen(q->box));
    if (q->version != NULL)
        memcpy(box.version, q->version, strlen(q->version));
    if (q->state != NULL)
        memcpy(box.state, q->state, strlen(q->state));
    where_place(call, box.place);
    if (is_signed_in(call))
        box.signed_in = call->now;
    enum err err = store_box_seen(call->store, &box, call->client.network, NULL);
    if (err != OK && err != ERR_FULL)
        log_warning("api", "cannot note a box: %s", err_text(err));
}

static const char *address_of(struct api_call *call, const struct store_box_version *v)
{
    if (v->address != NULL)
        return v->address;
    return arena_printf(
        call->arena, "%s/%s",
        client_base_url(call->rq, &call->client, call->params->public_url, call->arena), v->blob);
}

static enum err write_version(struct api_call *call, const struct settings_question *q)
{
    struct box_rollout rollout;
    struct store_box_version v;
    struct json_writer *w = &call->w;
    const char *wanted = "";
    enum err err = store_box_rollout_get(call->store, q->found.id, &rollout);
    if (err == OK)
        wanted = box_wanted(&rollout, q->box, q->version);
    if (err == OK && wanted[0] != 0)
        err = store_box_version_get(call->store, call->arena, wanted, &v);
    if (err == ERR_NOT_FOUND || (err == OK && wanted[0] == 0)) {
        json_null(w, "version");
        return OK;
    }
    if (err != OK)
        return err;
    json_object(w, "version");
    json_text(w, "wanted", v.version);
    json_text(w, "address", address_of(call, &v));
    json_text(w, "sha256", v.sha256);
    json_end(w);
    return OK;
}

void handle_box_settings(struct api_call *call)
{
    struct settings_question q;
    struct json_writer *w = &call->w;
    if (!read_question(call, &q))
        return;
    enum err err = find_partner(call, &q);
    if (err == OK) {
        note(call, &q);
        json_object(w, NULL);
        json_text(w, "partner", q.found.id.s[0] != 0 ? q.found.id.s : NULL);
        look_members_json(w, &q.look, call->params->name);
        err = write_version(call, &q);
        json_instant(w, "now", call->now);
        json_end(w);
    }
    if (err != OK)
        call_fail(call, err, "find a box's settings");
    else
        call_answer(call, 200);
}
