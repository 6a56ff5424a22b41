/* Who is watching on an account now. */
#include <string.h>

#include "app/commands.h"
#include "app/list.h"
#include "app/member_find.h"
#include "driver/store/leases.h"
#include "driver/store/members.h"
#include "rules/members/agent.h"

static const char *device_of(const struct stream *s, char words[AGENT_TEXT])
{
    if (s->box != NULL)
        return s->box;
    return agent_words(s->agent, words) ? words : NULL;
}

static void put_line(const struct stream *s, struct buf *out)
{
    char words[AGENT_TEXT], since[UTC_TEXT];
    const char *device = device_of(s, words);
    utc_format(s->taken, since);
    buf_printf(out, "%s  %s  since %s  profile %s  %s  %s\n", s->playback.s, s->title.s, since,
               s->profile.s, s->place[0] != 0 ? s->place : "--",
               device != NULL ? device : "(unknown device)");
}

static void put_object(const struct stream *s, struct json_writer *w)
{
    char words[AGENT_TEXT];
    json_object(w, NULL);
    json_text(w, "id", s->playback.s);
    json_text(w, "title", s->title.s);
    json_text(w, "playable", s->playable.s);
    json_text(w, "profile", s->profile.s);
    json_text(w, "device", device_of(s, words));
    json_text(w, "territory", s->territory);
    json_text(w, "place", s->place[0] != 0 ? s->place : NULL);
    json_instant(w, "since", s->taken);
    json_instant(w, "ends", s->ends);
    json_end(w);
}

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    const struct member *member = context;
    struct stream *streams = NULL;
    size_t n = 0;
    (void)after;
    enum err err = store_leases_list(app->store, arena, member->id, clock_now(), &streams, &n);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (app->is_json)
            put_object(&streams[i], w);
        else
            put_line(&streams[i], w->out);
    }
    *next = NULL;
    return err;
}

int cmd_member_streams(struct app *app)
{
    struct member member;
    int code = app_member_find(app, app->operands[0], &member);
    return code == EXIT_OK ? app_list(app, put_page, &member, "the streams cannot be listed")
                           : code;
}
