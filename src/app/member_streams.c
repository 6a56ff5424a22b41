/* Who is watching on an account now. */
#include <string.h>

#include "app/commands.h"
#include "driver/store/leases.h"
#include "driver/store/members.h"
#include "rules/members/agent.h"

enum { LIST_MAX = 64 * 1024 };

static const char *device_of(const struct stream *s, char words[AGENT_TEXT])
{
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

static int print_streams(struct app *app, const struct stream *streams, size_t n, enum err err)
{
    struct buf out;
    buf_init(&out, LIST_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_array(&w, "items");
    }
    for (size_t i = 0; err == OK && i < n; i++) {
        if (app->is_json)
            put_object(&streams[i], &w);
        else
            put_line(&streams[i], &out);
    }
    if (app->is_json) {
        json_end(&w);
        json_end(&w);
        buf_text(&out, "\n");
    }
    int code = app_print_list(app, err, &out, "the streams cannot be listed");
    buf_finish(&out);
    return code;
}

int cmd_member_streams(struct app *app)
{
    char key[256];
    struct member member;
    struct stream *streams = NULL;
    size_t n = 0;
    const char *hash = NULL, *email = app->operands[0];
    if (member_email_key(email, strlen(email), key, sizeof key) != OK)
        return app_usage(app, "EMAIL must be an address as in name@example.org");
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_member_by_email(app->store, app->arena, key, &member, &hash);
    if (err != OK)
        return app_error(app, err, email);
    err = store_leases_list(app->store, app->arena, member.id, clock_now(), &streams, &n);
    return print_streams(app, streams, n, err);
}
