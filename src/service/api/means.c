/* Payment means: cards, which are typed at the gateway and never here, and mandates for direct
 * debit. */
#include <string.h>

#include "base/text.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/membership.h"
#include "service/api/words.h"

/* ---- saying ---------------------------------------------------------------------------------- */

static bool takes_debits(const struct api_call *call)
{
    return call->params->creditor_id != NULL && call->params->creditor_id[0] != 0;
}

/* The authorisation, in the words of the scheme's rulebooks, with the creditor in it. NULL: the
 * house takes no direct debits. */
static const char *mandate_text(struct api_call *call)
{
    const struct api_params *p = call->params;
    const char *name = p->creditor != NULL && p->creditor[0] != 0 ? p->creditor : p->name;
    struct buf out;
    if (!takes_debits(call))
        return NULL;
    buf_init(&out, LIMIT_LONG);
    for (const char *at = words_for("mandate", call->language); *at != 0;) {
        size_t n = strcspn(at, "*#");
        buf_put(&out, at, n);
        at += n;
        if (*at != 0)
            buf_text(&out, *at++ == '*' ? name : p->creditor_id);
    }
    const char *made = arena_strndup(call->arena, buf_string(&out), out.size);
    buf_finish(&out);
    return made;
}

static void write_members(struct api_call *call, const struct means *means, bool in_use)
{
    struct json_writer *w = &call->w;
    json_text(w, "id", means->id.s);
    json_text(w, "kind", means_kind_name(means->kind));
    json_text(w, "label", means->label);
    if (means->kind == MEANS_SEPA) {
        json_text(w, "holder", means->holder);
        json_text(w, "mandate", means->reference);
    }
    json_bool(w, "in_use", in_use);
    json_instant(w, "created", means->created);
}

static bool is_in_use(const struct membership *m, const struct means *means)
{
    return strcmp(m->means.s, means->id.s) == 0;
}

void handle_me_means(struct api_call *call)
{
    struct json_writer *w = &call->w;
    struct membership m;
    struct means *means = NULL;
    size_t n = 0;
    enum err err = store_membership_get(call->store, call->member->id, &m);
    if (err == OK)
        err = store_means_list(call->store, call->arena, call->member->id, &means, &n);
    if (err != OK) {
        call_fail(call, err, "list payment means");
        return;
    }
    json_object(w, NULL);
    json_array(w, "items");
    for (size_t i = 0; i < n; i++) {
        json_object(w, NULL);
        write_members(call, &means[i], is_in_use(&m, &means[i]));
        json_end(w);
    }
    json_end(w);
    json_text(w, "mandate_text", mandate_text(call));
    json_end(w);
    call_answer(call, 200);
}

static void answer_added(struct api_call *call, const struct means *means)
{
    struct membership m;
    enum err err = store_membership_get(call->store, call->member->id, &m);
    if (err != OK) {
        call_fail(call, err, "read a subscription");
        return;
    }
    json_object(&call->w, NULL);
    write_members(call, means, is_in_use(&m, means));
    if (means->kind == MEANS_SEPA)
        json_text(&call->w, "text", mandate_text(call));
    json_end(&call->w);
    call_answer(call, 201);
}

/* What adding came to but OK. */
static void answer_not_added(struct api_call *call, enum err err, const char *doing)
{
    if (err == ERR_UNSUPPORTED)
        call_problem(call, PROBLEM_PAYMENT_MEANS, NULL,
                     words_for("means:unsupported", call->language));
    else if (err == ERR_BUSY || err == ERR_TIMEOUT)
        call_problem_said(call, PROBLEM_PAYMENT_BUSY);
    else
        call_fail(call, err, doing);
}

/* ---- cards ----------------------------------------------------------------------------------- */

/* A path of ours: what follows must not turn it into another host's address. */
static bool is_own_path(const char *path)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-._~/?=&%";
    return path[0] == '/' && path[1] != '/' && path[strspn(path, allowed)] == 0;
}

void handle_me_card(struct api_call *call)
{
    enum { PATH_MAX_HERE = 200 };
    const char *path = json_read_text(&call->in, "return_path", JSON_REQUIRED, 1, PATH_MAX_HERE);
    const struct billing_ops *ops = order_ops(call);
    if (path != NULL && !is_own_path(path))
        json_read_wrong(&call->in, "return_path", "must be a path of this site");
    if (ops == NULL || !call_read_end(call))
        return;
    const char *base =
        client_base_url(call->rq, &call->client, call->params->public_url, call->arena);
    const char *back = arena_printf(call->arena, "%s%s%ccard={CHECKOUT_SESSION_ID}", base, path,
                                    strchr(path, '?') != NULL ? '&' : '?');
    const char *url = NULL;
    enum err err = ops->card_begin(ops->context, call->arena, call->member->id, back, &url);
    if (err != OK) {
        answer_not_added(call, err, "begin a card");
        return;
    }
    json_object(&call->w, NULL);
    json_text(&call->w, "url", url);
    json_end(&call->w);
    call_answer(call, 200);
}

void handle_me_card_result(struct api_call *call)
{
    enum { SESSION_MAX = 200 };
    struct means means = { .kind = MEANS_CARD };
    const char *session = json_read_text(&call->in, "session", JSON_REQUIRED, 1, SESSION_MAX);
    const struct billing_ops *ops = order_ops(call);
    if (session != NULL && !text_is_line(session, strlen(session)))
        json_read_wrong(&call->in, "session", "must be one line");
    if (ops == NULL || !call_read_end(call))
        return;
    enum err err = ops->card_end(ops->context, call->arena, call->member->id, session, &means);
    if (err == OK)
        answer_added(call, &means);
    else
        answer_not_added(call, err, "add a card");
}

/* ---- direct debit ---------------------------------------------------------------------------- */

void handle_me_sepa(struct api_call *call)
{
    enum { IBAN_TYPED = 64, HOLDER_MAX = 70 }; /* spaces are typed; pain.008: Max70Text */
    char why[MEMBERSHIP_WHY] = "";
    bool agreed = false;
    struct means means = { .kind = MEANS_SEPA };
    const char *iban = json_read_text(&call->in, "iban", JSON_REQUIRED, 1, IBAN_TYPED);
    const char *holder = json_read_text(&call->in, "holder", JSON_REQUIRED, 1, 4 * HOLDER_MAX);
    if (holder != NULL &&
        (!text_is_line(holder, strlen(holder)) || text_length(holder, strlen(holder)) > HOLDER_MAX))
        json_read_wrong(&call->in, "holder", "must be one line of at most %d characters",
                        HOLDER_MAX);
    if (json_read_bool(&call->in, "agreed", JSON_REQUIRED, &agreed) && !agreed)
        json_read_wrong(&call->in, "agreed", "must be true: the mandate has to be agreed to");
    const struct billing_ops *ops = order_ops(call);
    if (ops == NULL || !call_read_end(call))
        return;
    enum err err =
        ops->sepa_mandate(ops->context, call->arena, call->member->id, iban, holder, &means, why);
    if (err == OK)
        answer_added(call, &means);
    else if (err == ERR_ARGUMENT || err == ERR_MALFORMED)
        call_problem(call, PROBLEM_VALIDATION, "iban",
                     why[0] != 0 ? arena_strdup(call->arena, why) : "is no IBAN");
    else
        answer_not_added(call, err, "take a mandate");
}

/* ---- taking away ----------------------------------------------------------------------------- */

void handle_me_means_remove(struct api_call *call)
{
    means_id id;
    memcpy(id.s, call->id, sizeof id.s);
    enum err err = store_means_remove(call->store, call->member->id, id, call->now);
    if (err == ERR_STATE)
        call_problem(call, PROBLEM_STATE, NULL, words_for("means:in-use", call->language));
    else if (err != OK)
        call_fail(call, err, "remove payment means");
    else
        call_answer_empty(call, 204);
}
