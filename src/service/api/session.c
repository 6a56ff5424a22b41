#include "service/api/session.h"

#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/text.h"
#include "driver/password/password.h"
#include "rules/members/activation.h"
#include "rules/members/agent.h"
#include "rules/territory/territory.h"
#include "service/api/account.h"
#include "service/api/me.h"
#include "service/api/where.h"

enum { AGENT_MAX = 200 };

/* With TLS in front the cookie carries the prefix that keeps neighbours of our host from setting
 * it (RFC 6265bis, section 4.1.3.2). */
static const char *cookie_name(const struct api_call *call)
{
    return call->client.is_secure ? "__Host-lanterne_session" : "lanterne_session";
}

static const char *bearer(const struct http_request *rq)
{
    const char *value = http_header(rq, "Authorization");
    if (value == NULL)
        return NULL;
    if (strncasecmp(value, "Bearer ", 7) != 0)
        return "";
    value += 7;
    while (*value == ' ')
        value++;
    return value;
}

enum err session_find(struct api_call *call, enum session_source *source,
                      const struct member **member)
{
    *member = NULL;
    *source = SESSION_BEARER;
    const char *token = bearer(call->rq);
    if (token == NULL) {
        *source = SESSION_COOKIE;
        token = http_cookie(call->rq, cookie_name(call));
    }
    if (token == NULL) {
        *source = SESSION_NONE;
        return OK;
    }
    struct store_session *found = ARENA_NEW(call->arena, struct store_session);
    enum err err = token_digest(token, strlen(token), call->session);
    if (err == OK)
        err = store_session_get(call->store, call->arena, call->session, call->now, found);
    else
        err = ERR_NOT_FOUND;
    if (err == OK) {
        call->is_box = found->is_box;
        call->profile = found->profile;
        call->pin = found->pin;
        if (found->unlocked_until.us > call->now.us)
            call->unlocked_until = found->unlocked_until;
        call->viewer.profile = (struct viewing_profile){
            .max_age = found->profile.max_age,
            .locked_age = found->pin.locked_age,
            .is_unlocked = call->unlocked_until.us > 0,
        };
        *member = &found->member;
    }
    if (err == ERR_NOT_FOUND)
        return *source == SESSION_BEARER ? ERR_DENIED : OK;
    return err;
}

/* The device's own secret: by it a sign-in is known to come from where one came from before. */
static const char *device_cookie_name(const struct api_call *call)
{
    return call->client.is_secure ? "__Host-lanterne_device" : "lanterne_device";
}

static void set_cookie(struct api_call *call, const char *name, const char *value,
                       long long max_age)
{
    http_answer_header(call->answer, "Set-Cookie",
                       arena_printf(call->arena,
                                    "%s=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s", name,
                                    value, max_age, call->client.is_secure ? "; Secure" : ""));
}

void session_clear_cookie(struct api_call *call)
{
    set_cookie(call, cookie_name(call), "", 0);
}

const char *session_agent(struct api_call *call)
{
    const char *text = http_header(call->rq, "User-Agent");
    size_t n = text == NULL ? 0 : strnlen(text, AGENT_MAX);
    while (n > 0 && !text_is_line(text, n))
        n--;
    return arena_strndup(call->arena, n > 0 ? text : "", n);
}

/* The device that asks; one that has no secret yet, or no good one, is given one. */
static const char *find_device(struct api_call *call, uint8_t digest[TOKEN_DIGEST])
{
    const char *secret = http_cookie(call->rq, device_cookie_name(call));
    if (secret != NULL && token_digest(secret, strlen(secret), digest) == OK)
        return secret;
    char *made = arena_alloc(call->arena, TOKEN_TEXT);
    token_new(made, digest);
    return made;
}

/* The letter that tells of a device not seen before; *alert stays NULL for one that was. */
static enum err write_alert(struct api_call *call, const struct member *member,
                            const struct store_session_start *s, const struct store_letter **alert)
{
    char words[AGENT_TEXT];
    bool is_known = false;
    enum err err = store_device_known(call->store, member->id, s->device, &is_known);
    if (err != OK || is_known)
        return err;
    const struct territory_facts *facts = territory_facts(s->place);
    bool is_french = letter_is_french(member->language);
    const char *place = facts == NULL ? NULL : is_french ? facts->name_fr : facts->name_en;
    const char *device = agent_words(s->agent, words) ? words : NULL;
    *alert = account_letter(
        call, &(struct account_letter){
                  .kind = LETTER_DEVICE, .member = member, .device = device, .place = place });
    return OK;
}

void session_start(struct api_call *call, const struct member *member, bool is_sign_up)
{
    enum { DEVICE_DAYS = 400 }; /* what browsers cut longer lives to (RFC 6265bis 5.6.3) */
    char token[TOKEN_TEXT], place[3];
    uint8_t digest[TOKEN_DIGEST], device_digest[TOKEN_DIGEST];
    token_new(token, digest);
    where_place(call, place);
    int64_t life = call->params->session_days * UTC_DAY;
    const char *device = find_device(call, device_digest);
    struct store_session_start session = { .digest = digest,
                                           .member = member->id,
                                           .agent = session_agent(call),
                                           .place = place,
                                           .now = call->now,
                                           .expires = { call->now.us + life },
                                           .device = device_digest };
    enum err err = is_sign_up ? OK : write_alert(call, member, &session, &session.alert);
    if (err == OK)
        err = store_session_start(call->store, &session);
    if (err != OK) {
        call_fail(call, err, "start a session");
        return;
    }
    set_cookie(call, cookie_name(call), token, (long long)(life / UTC_SECOND));
    set_cookie(call, device_cookie_name(call), device, DEVICE_DAYS * UTC_DAY / UTC_SECOND);
    json_object(&call->w, NULL);
    json_text(&call->w, "token", token);
    err = me_write(call, "member", member);
    json_end(&call->w);
    if (err != OK)
        call_fail(call, err, "read a subscription");
    else
        call_answer(call, 201);
}

void session_seen(struct api_call *call)
{
    static const int64_t every_us = 600 * UTC_SECOND;
    enum err err = store_session_seen(call->store, call->session, call->viewer.place, call->now,
                                      every_us, ACTIVATION_SESSION_US);
    if (err != OK)
        log_warning("api", "cannot note that a session was seen: %s", err_text(err));
}
