#include "service/api/session.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "driver/password/password.h"
#include "service/api/me.h"

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

static void set_cookie(struct api_call *call, const char *value, long long max_age)
{
    http_answer_header(
        call->answer, "Set-Cookie",
        arena_printf(call->arena, "%s=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
                     cookie_name(call), value, max_age, call->client.is_secure ? "; Secure" : ""));
}

void session_clear_cookie(struct api_call *call)
{
    set_cookie(call, "", 0);
}

/* The program's name as it says it, one line, for the member's list of sessions. */
static const char *agent(struct api_call *call)
{
    const char *text = http_header(call->rq, "User-Agent");
    size_t n = text == NULL ? 0 : strnlen(text, AGENT_MAX);
    while (n > 0 && !text_is_line(text, n))
        n--;
    return arena_strndup(call->arena, n > 0 ? text : "", n);
}

void session_start(struct api_call *call, const struct member *member)
{
    char token[TOKEN_TEXT];
    uint8_t digest[TOKEN_DIGEST];
    token_new(token, digest);
    int64_t life = call->params->session_days * UTC_DAY;
    enum err err = store_session_add(call->store, digest, member->id, agent(call), call->now,
                                     (utc_time){ call->now.us + life });
    if (err != OK) {
        call_fail(call, err, "start a session");
        return;
    }
    set_cookie(call, token, (long long)(life / UTC_SECOND));
    json_object(&call->w, NULL);
    json_text(&call->w, "token", token);
    me_write(call, "member", member);
    json_end(&call->w);
    call_answer(call, 201);
}
