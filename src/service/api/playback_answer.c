/* What is answered to a player: what is played, and the way to its media. */
#include <string.h>

#include "driver/store/keys.h"
#include "service/api/card.h"
#include "service/api/media_pass.h"
#include "service/api/playback.h"

static const char *title_of(const struct title_text *text, const char *otherwise)
{
    return text != NULL && text->title != NULL ? text->title : otherwise;
}

static enum err write_next(struct api_call *call, const struct playback *p)
{
    struct title_episode next;
    struct json_writer *w = &call->w;
    enum err err = episode_next_open(call, p->playable, &next);
    if (err != OK) {
        json_null(w, "next");
        return err == ERR_NOT_FOUND ? OK : err;
    }
    json_object(w, "next");
    json_text(w, "playable", next.id.s);
    json_number(w, "season", next.season);
    json_number(w, "number", next.number);
    json_text(w, "title", title_of(title_text_for(next.texts, next.n_texts, call->language), NULL));
    json_end(w);
    return OK;
}

static void write_what(struct api_call *call, const struct playback *p)
{
    struct json_writer *w = &call->w;
    const struct title *t = &p->title;
    json_object(w, "title");
    json_text(w, "id", t->id.s);
    json_text(w, "title",
              title_of(title_text_for(t->texts, t->n_texts, call->language), t->original_title));
    json_text(w, "kind", title_kind_name(t->kind));
    json_end(w);
    if (p->episode.id.s[0] == 0) {
        json_null(w, "episode");
        return;
    }
    const struct title_episode *e = &p->episode;
    json_object(w, "episode");
    json_number(w, "season", e->season);
    json_number(w, "number", e->number);
    json_text(w, "title", title_of(title_text_for(e->texts, e->n_texts, call->language), NULL));
    json_end(w);
}

/* Whether the right ends before the film would, watched from here to its end. */
static bool ends_too_soon(const struct api_call *call, const struct playback *p)
{
    int64_t left_ms = p->edition.duration_ms - (int64_t)(p->resume_seconds * 1000);
    return p->ends.us < call->now.us + left_ms * 1000;
}

/* Whether the edition has keys. */
static enum err is_protected(const struct api_call *call, const struct playback *p, bool *out)
{
    struct store_content_key *keys;
    size_t n = 0;
    *out = false;
    if (call->params->licence_key == NULL)
        return OK;
    enum err err = store_content_keys(call->store, call->arena, p->edition.id, &keys, &n);
    *out = err == OK && n > 0;
    return err;
}

/* The pass stands in the path, and the edition: what an address under it names never changes. */
static enum err write_addresses(struct api_call *call, const struct playback *p)
{
    char text[PASS_TEXT_MAX], token[PASS_TEXT_MAX];
    struct json_writer *w = &call->w;
    bool has_keys = false;
    enum err err = is_protected(call, p, &has_keys);
    if (err != OK)
        return err;
    err = media_pass_make(call,
                          &(struct media_pass){ .playback = p->id.s,
                                                .playable = p->playable.s,
                                                .edition = p->edition.id.s,
                                                .format = p->shown.verdict.format,
                                                .languages = p->languages,
                                                .until = p->expires,
                                                .lease_ends = p->lease_ends,
                                                .licence = has_keys ? token : NULL },
                          text);
    if (err != OK)
        return err;
    const char *home =
        client_base_url(call->rq, &call->client, call->params->public_url, call->arena);
    const char *base = arena_printf(call->arena, "%s/media/%s/%s", home, text, p->edition.id.s);
    json_text(w, "pass", text);
    json_text(w, "dash", arena_printf(call->arena, "%s/manifest.mpd", base));
    json_text(w, "hls", arena_printf(call->arena, "%s/master.m3u8", base));
    json_text(w, "licence",
              has_keys ? arena_printf(call->arena, "%s/licence/%s", home, token) : NULL);
    return OK;
}

static void write_lease(struct api_call *call, const struct playback *p)
{
    struct json_writer *w = &call->w;
    json_object(w, "lease");
    json_text(w, "id", p->id.s);
    /* never said longer than it is */
    json_number(w, "seconds", (p->lease_ends.us - call->now.us) / UTC_SECOND);
    json_number(w, "beat_seconds", call->params->lease_seconds / 3);
    json_text(w, "href", arena_printf(call->arena, "/api/v1/playbacks/%s/heartbeat", p->id.s));
    json_end(w);
}

enum err playback_write_way(struct api_call *call, const struct playback *p)
{
    enum err err = write_addresses(call, p);
    if (err != OK)
        return err;
    json_instant(&call->w, "expires_at", p->expires);
    json_instant(&call->w, "ends_at", ends_too_soon(call, p) ? p->ends : (utc_time){ 0 });
    write_lease(call, p);
    return OK;
}

enum err playback_write(struct api_call *call, const struct playback *p)
{
    struct json_writer *w = &call->w;
    json_object(w, NULL);
    json_text(w, "id", p->id.s);
    write_what(call, p);
    enum err err = playback_write_way(call, p);
    if (err != OK)
        return err;
    json_real(w, "resume_seconds", p->resume_seconds);
    json_real(w, "duration_seconds", (double)p->edition.duration_ms / 1000);
    err = write_next(call, p);
    json_end(w);
    return err;
}
