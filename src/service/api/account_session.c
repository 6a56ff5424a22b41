/* Sessions as their member sees them: where and on what they are signed in, and the end of it. */
#include <string.h>

#include "rules/members/agent.h"
#include "service/api/account.h"
#include "service/api/handlers.h"

static void write_session(struct api_call *call, const struct store_session_entry *s)
{
    struct json_writer *w = &call->w;
    char words[AGENT_TEXT];
    json_object(w, NULL);
    json_text(w, "id", s->id);
    json_text(w, "kind", s->kind == STORE_SESSION_BOX ? "box" : "site");
    json_text(w, "name", s->name[0] != 0 ? s->name : NULL);
    json_text(w, "partner", s->partner);
    json_text(w, "agent", agent_words(s->agent, words) ? words : NULL);
    json_text(w, "place", s->place[0] != 0 ? s->place : NULL);
    json_instant(w, "created", s->created);
    json_instant(w, "seen", s->seen);
    json_instant(w, "expires", s->expires);
    json_bool(w, "current", memcmp(s->digest, call->session, sizeof s->digest) == 0);
    json_end(w);
}

void handle_me_sessions(struct api_call *call)
{
    struct store_session_entry *sessions = NULL;
    size_t n = 0;
    enum err err =
        store_sessions_list(call->store, call->arena, call->member->id, call->now, &sessions, &n);
    if (err != OK) {
        call_fail(call, err, "list sessions");
        return;
    }
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; i < n; i++)
        write_session(call, &sessions[i]);
    json_end(&call->w);
    json_end(&call->w);
    call_answer(call, 200);
}

void handle_me_session_end(struct api_call *call)
{
    enum err err = store_session_revoke(call->store, call->member->id, call->id);
    if (err != OK)
        call_fail(call, err, "end a session");
    else
        call_answer_empty(call, 204);
}

void handle_me_sessions_end(struct api_call *call)
{
    enum err err = store_sessions_end_others(call->store, call->member->id, call->session);
    if (err != OK)
        call_fail(call, err, "end sessions");
    else
        call_answer_empty(call, 204);
}
