/* Subscriptions that a partner bills: the token it handed out is looked at, and linked. */
#include "service/api/partner_link.h"

#include <string.h>

#include "rules/members/letter.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/me.h"
#include "service/api/words.h"

/* ---- what is said ---------------------------------------------------------------------------- */

static void write_offer(struct api_call *call, const char *key, const struct partner_offer *offer)
{
    struct json_writer *w = &call->w;
    enum partner_state state = partner_state_at(&offer->subscription, call->now);
    bool is_french = letter_is_french(call->language);
    json_object(w, key);
    json_text(w, "id", offer->partner.id.s);
    json_text(w, "name", offer->partner.name);
    json_text(w, "contact", offer->partner.contact);
    json_text(w, "bundle", offer->bundle.code);
    json_object(w, "plan");
    json_text(w, "code", offer->plan.code);
    json_text(w, "name", is_french ? offer->plan.name_fr : offer->plan.name_en);
    json_end(w);
    json_text(w, "state", partner_state_name(state));
    json_instant(w, "ends", offer->subscription.ends);
    json_end(w);
}

enum err partner_link_write(struct api_call *call, const char *key, member_id member)
{
    const struct partner_ops *ops = call->params->partners;
    struct partner_offer offer;
    enum err err = ERR_NOT_FOUND;
    if (ops != NULL)
        err = ops->of(ops->context, call->arena, member, call->now, &offer);
    if (err == OK)
        write_offer(call, key, &offer);
    else
        json_null(&call->w, key);
    return err == ERR_NOT_FOUND ? OK : err;
}

void partner_link_subscribe(struct api_call *call)
{
    const struct partner_ops *ops = call->params->partners;
    struct partner_offer offer;
    enum err err = ERR_NOT_FOUND;
    if (ops != NULL && call->member != NULL)
        err = ops->of(ops->context, call->arena, call->member->id, call->now, &offer);
    if (err != OK || partner_state_at(&offer.subscription, call->now) != PARTNER_SUSPENDED) {
        call_problem_said(call, PROBLEM_SUBSCRIBE);
        return;
    }
    const char *words = words_for("partner:ask", call->language);
    const char *contact = offer.partner.contact;
    call_problem(call, PROBLEM_SUBSCRIBE, NULL,
                 contact == NULL
                     ? arena_printf(call->arena, "%s %s.", words, offer.partner.name)
                     : arena_printf(call->arena, "%s %s, %s.", words, offer.partner.name, contact));
}

/* ---- handlers -------------------------------------------------------------------------------- */

/* NULL: answered, there are no partners. */
static const struct partner_ops *ops_of(struct api_call *call)
{
    if (call->params->partners == NULL)
        call_problem(call, PROBLEM_NOT_FOUND, NULL, NULL);
    return call->params->partners;
}

static const char *read_token(struct api_call *call)
{
    const char *token = json_read_text(&call->in, "token", JSON_REQUIRED, 1, LIMIT_WORD);
    return call_read_end(call) ? token : NULL;
}

void handle_partner_link_look(struct api_call *call)
{
    struct partner_offer offer;
    const struct partner_ops *ops = ops_of(call);
    const char *token = ops != NULL ? read_token(call) : NULL;
    if (token == NULL)
        return;
    enum err err = ops->look(ops->context, call->arena, token, call->now, &offer);
    if (err == ERR_NOT_FOUND) {
        call_problem_said(call, PROBLEM_PARTNER_TOKEN);
        return;
    }
    if (err != OK) {
        call_fail(call, err, "look at a partner's token");
        return;
    }
    json_object(&call->w, NULL);
    write_offer(call, "partner", &offer);
    json_instant(&call->w, "expires", offer.subscription.token_expires);
    json_end(&call->w);
    call_answer(call, 200);
}

static void answer_linked(struct api_call *call, const struct partner_link_result *result)
{
    struct member fresh;
    enum err err = store_member_get(call->store, call->arena, call->member->id, &fresh);
    if (err == OK) {
        json_object(&call->w, NULL);
        write_offer(call, "partner", &result->offer);
        err = me_write(call, "me", &fresh);
        json_end(&call->w);
    }
    if (err != OK)
        call_fail(call, err, "read a member");
    else
        call_answer(call, 200);
}

void handle_me_partner_link(struct api_call *call)
{
    struct partner_link_result result;
    const struct partner_ops *ops = ops_of(call);
    const char *token = ops != NULL ? read_token(call) : NULL;
    if (token == NULL)
        return;
    enum err err =
        ops->link(ops->context, call->arena, call->member->id, token, call->now, &result);
    if (err != OK)
        call_fail(call, err, "link a member with a partner");
    else if (result.answer == PARTNER_LINK_TOKEN)
        call_problem_said(call, PROBLEM_PARTNER_TOKEN);
    else if (result.answer == PARTNER_LINK_OTHER)
        call_problem_said(call, PROBLEM_PARTNER);
    else if (result.answer == PARTNER_LINK_STATE)
        call_problem(call, PROBLEM_STATE, NULL, arena_strdup(call->arena, result.why));
    else
        answer_linked(call, &result);
}
