#include "service/api/box.h"

#include "rules/members/activation.h"
#include "rules/members/letter.h"
#include "rules/territory/territory.h"
#include "service/api/account.h"
#include "service/api/handlers.h"
#include "service/api/oauth.h"
#include "service/api/route.h"
#include "service/api/session.h"
#include "service/api/where.h"

static const struct store_letter *write_alert(struct api_call *call, const struct box_session *box,
                                              const char *place)
{
    const struct territory_facts *facts = territory_facts(place);
    bool is_french = letter_is_french(box->member->language);
    bool has_name = box->name != NULL && box->name[0] != 0;
    bool has_model = box->model != NULL && box->model[0] != 0;
    const char *device = has_name ? box->name : has_model ? box->model : NULL;
    if (has_name && has_model)
        device = arena_printf(call->arena, "%s (%s)", box->name, box->model);
    return account_letter(call, &(struct account_letter){ .kind = LETTER_DEVICE,
                                                          .member = box->member,
                                                          .device = device,
                                                          .place = facts == NULL ? NULL
                                                                   : is_french   ? facts->name_fr
                                                                               : facts->name_en });
}

void box_session_prepare(struct api_call *call, const struct box_session *box,
                         struct box_start *out)
{
    *out = (struct box_start){ 0 };
    token_new(out->token, out->digest);
    where_place(call, out->place);
    bool has_name = box->name != NULL && box->name[0] != 0;
    out->start = (struct store_session_start){
        .digest = out->digest,
        .member = box->member->id,
        .agent = session_agent(call),
        .place = out->place,
        .now = call->now,
        .expires = { call->now.us + ACTIVATION_SESSION_US },
        .alert = write_alert(call, box, out->place),
        .kind = STORE_SESSION_BOX,
        .name = has_name ? box->name : box->model,
        .partner = box->partner,
    };
}

void box_session_answer(struct api_call *call, const struct box_start *box)
{
    json_object(&call->w, NULL);
    json_text(&call->w, "access_token", box->token);
    json_text(&call->w, "token_type", "Bearer");
    json_number(&call->w, "expires_in", (box->start.expires.us - call->now.us) / UTC_SECOND);
    json_end(&call->w);
    oauth_answer(call);
}

void box_session_begin(struct api_call *call, const struct box_session *box)
{
    struct box_start start;
    box_session_prepare(call, box, &start);
    enum err err = store_session_start(call->store, &start.start);
    if (err != OK)
        oauth_fail(call, err, "start a box's session");
    else
        box_session_answer(call, &start);
}

bool box_may_ask(const struct api_route *route)
{
    static void (*const closed[])(struct api_call *) = {
        handle_me_device_code,    handle_me_device_code_decide, handle_me_session_end,
        handle_me_sessions_end,   handle_me_passkey_begin,      handle_me_passkey_add,
        handle_me_passkey_rename, handle_me_passkey_remove,
    };
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
        if (route->handle == closed[i])
            return false;
    return route->role != API_ADMINISTRATOR;
}
