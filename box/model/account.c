#include "box/model/model.h"

#include <string.h>

enum err read_profiles(const struct tree *t, struct arena *mem, void **out)
{
    const struct tree *items = tree_at(t, "items");
    struct profiles *p = ARENA_NEW(mem, struct profiles);
    unsigned all = tree_count_most(items, 16);
    p->items = ARENA_ARRAY(mem, struct profile, all + 1);
    p->current = tree_text(t, "current", mem);
    for (unsigned i = 0; i < all; i++) {
        const struct tree *one = tree_item(items, i);
        struct profile *to = &p->items[p->n];
        to->id = tree_text(one, "id", mem);
        to->name = tree_text(one, "name", mem);
        to->avatar = tree_text(one, "avatar", mem);
        to->language = tree_text(one, "language", mem);
        to->sound = tree_text(one, "sound", mem);
        to->captions = tree_text(one, "captions", mem);
        to->is_main = tree_bool(one, "main");
        to->is_child = tree_bool(one, "child");
        to->asks_pin = tree_bool(one, "asks_pin");
        to->max_age = tree_whole(one, "max_age");
        p->n += to->id != NULL;
    }
    if (p->n == 0)
        return ERR_MALFORMED;
    *out = p;
    return OK;
}

enum err read_playback(const struct tree *t, struct arena *mem, void **out)
{
    struct playback *p = ARENA_NEW(mem, struct playback);
    const struct tree *title = tree_at(t, "title"), *episode = tree_at(t, "episode"),
                      *next = tree_at(t, "next");
    p->id = tree_text(t, "id", mem);
    p->title_id = tree_text(title, "id", mem);
    p->title = tree_text(title, "title", mem);
    p->is_episode = !tree_is_null(t, "episode");
    p->season = tree_whole(episode, "season");
    p->number = tree_whole(episode, "number");
    p->episode_title = tree_text(episode, "title", mem);
    p->dash = tree_text(t, "dash", mem);
    p->licence = tree_text(t, "licence", mem);
    p->resume_seconds = tree_number(t, "resume_seconds", 0);
    p->duration_seconds = tree_number(t, "duration_seconds", 0);
    p->beat_seconds = tree_whole(tree_at(t, "lease"), "beat_seconds");
    p->expires_at = tree_instant(t, "expires_at");
    p->ends_at = tree_instant(t, "ends_at");
    p->next_playable = tree_text(next, "playable", mem);
    p->next_title = tree_text(next, "title", mem);
    p->next_season = tree_whole(next, "season");
    p->next_number = tree_whole(next, "number");
    if (p->id == NULL || p->title_id == NULL || p->title == NULL || p->dash == NULL)
        return ERR_MALFORMED;
    *out = p;
    return OK;
}

enum err read_beat(const struct tree *t, struct arena *mem, void **out)
{
    struct beat *b = ARENA_NEW(mem, struct beat);
    b->dash = tree_text(t, "dash", mem);
    b->licence = tree_text(t, "licence", mem);
    b->beat_seconds = tree_whole(tree_at(t, "lease"), "beat_seconds");
    b->expires_at = tree_instant(t, "expires_at");
    b->ends_at = tree_instant(t, "ends_at");
    *out = b;
    return b->dash != NULL ? OK : ERR_MALFORMED;
}

static struct streams streams_of(const struct tree *items, struct arena *mem)
{
    struct streams s = { .n = tree_count_most(items, STREAMS_MAX) };
    s.items = ARENA_ARRAY(mem, struct stream, s.n + 1);
    unsigned kept = 0;
    for (unsigned i = 0; i < s.n; i++) {
        const struct tree *one = tree_item(items, i), *profile = tree_at(one, "profile"),
                          *episode = tree_at(one, "episode");
        struct stream *to = &s.items[kept];
        to->id = tree_text(one, "id", mem);
        to->profile = tree_text(profile, "name", mem);
        to->is_main = tree_bool(profile, "main");
        to->title = tree_text(tree_at(one, "title"), "title", mem);
        to->is_episode = !tree_is_null(one, "episode");
        to->season = tree_whole(episode, "season");
        to->number = tree_whole(episode, "number");
        to->device = tree_text(one, "device", mem);
        to->place = tree_text(one, "place", mem);
        to->since = tree_instant(one, "since");
        to->is_this = tree_bool(one, "this_device");
        to->may_stop = tree_bool(one, "may_stop");
        kept += to->id != NULL;
    }
    s.n = kept;
    return s;
}

enum err read_streams(const struct tree *t, struct arena *mem, void **out)
{
    struct streams *s = ARENA_NEW(mem, struct streams);
    *s = streams_of(tree_at(t, "items"), mem);
    s->seats = tree_whole(t, "seats");
    *out = s;
    return OK;
}

enum err read_means(const struct tree *t, struct arena *mem, void **out)
{
    const struct tree *items = tree_at(t, "items");
    struct means_list *m = ARENA_NEW(mem, struct means_list);
    unsigned all = tree_count_most(items, 16);
    m->items = ARENA_ARRAY(mem, struct means, all + 1);
    for (unsigned i = 0; i < all; i++) {
        const struct tree *one = tree_item(items, i);
        m->items[m->n].id = tree_text(one, "id", mem);
        const char *label = tree_peek(one, "label");
        m->items[m->n].label = arena_strdup(mem, label[0] != '\0' ? label : tree_peek(one, "kind"));
        m->n += m->items[m->n].id != NULL;
    }
    *out = m;
    return OK;
}

enum err read_rented(const struct tree *t, struct arena *mem, void **out)
{
    struct rented *r = ARENA_NEW(mem, struct rented);
    r->answer = tree_text(t, "answer", mem);
    r->confirm_url = tree_text(t, "confirm_url", mem);
    *out = r;
    return r->answer != NULL ? OK : ERR_MALFORMED;
}

enum err read_device_code(const struct tree *t, struct arena *mem, void **out)
{
    struct device_code *d = ARENA_NEW(mem, struct device_code);
    d->device_code = tree_text(t, "device_code", mem);
    d->user_code = tree_text(t, "user_code", mem);
    d->uri = tree_text(t, "verification_uri", mem);
    d->uri_complete = tree_text(t, "verification_uri_complete", mem);
    d->expires_in = tree_whole(t, "expires_in");
    d->interval = tree_whole(t, "interval");
    if (d->interval == 0)
        d->interval = 5; /* RFC 8628, 3.2 */
    if (d->device_code == NULL || d->user_code == NULL || d->uri == NULL || d->expires_in == 0)
        return ERR_MALFORMED;
    *out = d;
    return OK;
}

enum err read_token(const struct tree *t, struct arena *mem, void **out)
{
    const char *token = tree_peek(t, "access_token");
    if (token[0] == '\0' || strlen(token) > 512)
        return ERR_MALFORMED;
    char *kept = arena_secret(mem, strlen(token) + 1);
    memcpy(kept, token, strlen(token) + 1);
    *out = kept;
    return OK;
}

enum err read_box_settings(const struct tree *t, struct arena *mem, void **out)
{
    const struct tree *colours = tree_at(t, "colours"), *rows = tree_at(t, "home_rows");
    struct box_settings *s = ARENA_NEW(mem, struct box_settings);
    s->name = tree_text(t, "name", mem);
    s->logo = tree_text(t, "logo", mem);
    s->ground = tree_text(colours, "ground", mem);
    s->text = tree_text(colours, "text", mem);
    s->accent = tree_text(colours, "accent", mem);
    s->version_wanted = tree_text(tree_at(t, "version"), "wanted", mem);
    s->now = tree_instant(t, "now");
    s->n_rows = tree_count_most(rows, ROWS_MAX);
    s->rows = ARENA_ARRAY(mem, const char *, s->n_rows + 1);
    for (unsigned i = 0; i < s->n_rows; i++)
        s->rows[i] = arena_strdup(mem, tree_peek_item(rows, i));
    *out = s;
    return OK;
}

struct problem *read_problem(const struct tree *t, int status, struct arena *mem)
{
    struct problem *p = ARENA_NEW(mem, struct problem);
    p->code = tree_text(t, "code", mem);
    if (p->code == NULL)
        p->code = tree_text(t, "error", mem); /* RFC 6749, 5.2 */
    if (p->code == NULL)
        p->code = status == 404   ? "not-found"
                  : status == 401 ? "unauthenticated"
                  : status == 503 ? "busy"
                                  : "internal";
    p->reason = tree_text(t, "reason", mem);
    if (p->reason == NULL)
        p->reason = "";
    p->streams = streams_of(tree_at(t, "streams"), mem);
    p->streams.seats = tree_whole(t, "seats");
    return p;
}
