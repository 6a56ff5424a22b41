/* Keeps a playback alive at the service and its position saved: heartbeats hold its seat for as
 * long as there is a picture, moving or not, and bring a new pass before the old one ends. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "box/screen/watch.h"
#include "box/state/journal.h"

enum { SAVE_SECONDS = 10, EARLY_SECONDS = 60, RETRY_SECONDS = 3 };

void watch_ask_open(struct watch *w, struct app *a)
{
    struct buf body;
    buf_init(&body, 1024);
    struct json_writer j = json_writer_of(&body);
    json_object(&j, NULL);
    json_text(&j, "playable", w->playable);
    json_number(&j, "lines", a->canvas.height);
    if (a->profile_sound[0] != '\0')
        json_text(&j, "language", a->profile_sound);
    json_end(&j);
    w->phase = WATCH_OPENING;
    app_ask(a, &w->s,
            (struct ask){ .what = WHAT_OPEN,
                          .method = "POST",
                          .path = "/api/v1/playbacks",
                          .body = buf_string(&body),
                          .read = read_playback });
    buf_finish(&body);
}

bool watch_is_finished(const struct watch *w)
{
    double all = watch_duration(w), last = fmin(120, all * 0.05);
    return all > 0 && w->report.position >= all - last;
}

static char *place_said(struct watch *w, struct app *a)
{
    struct buf body;
    buf_init(&body, 256);
    struct json_writer j = json_writer_of(&body);
    json_object(&j, NULL);
    if (w->has_moved) {
        json_real(&j, "position_seconds", round(w->report.position * 1000) / 1000);
        json_bool(&j, "finished", watch_is_finished(w));
    }
    json_end(&j);
    char *said = arena_strdup(a->frame, buf_string(&body));
    buf_finish(&body);
    return said;
}

void watch_beat(struct watch *w, struct app *a)
{
    if (w->is_beating || w->playback == NULL)
        return;
    w->is_beating = true;
    w->saved = w->report.position;
    app_ask(a, &w->s,
            (struct ask){
                .what = WHAT_BEAT,
                .method = "POST",
                .path = arena_printf(a->frame, "/api/v1/playbacks/%s/heartbeat", w->playback->id),
                .body = place_said(w, a),
                .read = read_beat });
}

void watch_save(struct watch *w, struct app *a, bool is_last)
{
    w->save_us = a->now_us + SAVE_SECONDS * UTC_SECOND;
    if (w->playback == NULL || !w->has_moved || fabs(w->saved - w->report.position) < 0.5)
        return;
    w->saved = w->report.position;
    app_ask(a, &w->s,
            (struct ask){ .what = WHAT_SAVE,
                          .method = "PATCH",
                          .path = arena_printf(a->frame, "/api/v1/playbacks/%s", w->playback->id),
                          .body = place_said(w, a),
                          .is_patient = is_last });
}

void watch_give_back(struct watch *w, struct app *a)
{
    if (w->playback == NULL)
        return;
    app_ask(a, &w->s,
            (struct ask){ .what = WHAT_SAVE,
                          .method = "DELETE",
                          .path = arena_printf(a->frame, "/api/v1/playbacks/%s", w->playback->id),
                          .is_patient = true });
}

/* As often as the lease asks, and a minute before the pass ends (of short ones at half time). */
static void plan(struct watch *w, struct app *a, unsigned every, utc_time expires)
{
    int64_t wait = (int64_t)(every > 0 ? every : 30) * UTC_SECOND;
    int64_t left = expires.us - app_now(a).us;
    int64_t renewal = left - EARLY_SECONDS * UTC_SECOND;
    if (renewal < left / 2)
        renewal = left / 2;
    if (expires.us != 0 && renewal < wait)
        wait = renewal > UTC_SECOND ? renewal : UTC_SECOND;
    w->beat_us = a->now_us + wait;
}

void watch_keep(struct watch *w, struct app *a)
{
    if (w->playback == NULL || w->phase == WATCH_OPENING)
        return;
    if (w->beat_us == 0)
        plan(w, a, w->playback->beat_seconds, w->playback->expires_at);
    if (a->now_us >= w->save_us && w->phase == WATCH_PLAYING)
        watch_save(w, a, false);
    bool shows = w->phase == WATCH_PLAYING || w->phase == WATCH_REOPENING;
    if (a->now_us >= w->beat_us && shows)
        watch_beat(w, a);
}

/* Going on would be answered the same for these: something else has to change first. */
static bool is_for_good(const char *reason)
{
    static const char *const reasons[] = { "subscription", "rental",    "window",
                                           "territory",    "withdrawn", "profile" };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (strcmp(reasons[i], reason) == 0)
            return true;
    }
    return false;
}

static void stopped(struct watch *w, struct app *a, const struct problem *p)
{
    journal("playback", "stopped: %s %s", p->code, p->reason);
    w->playback = NULL; /* its seat is another's */
    if (strcmp(p->code, "streams-full") == 0) {
        app_replace(a, seats_screen(p, arena_strdup(a->frame, w->playable), false));
        return;
    }
    bool is_over = is_for_good(p->reason);
    char *playable = arena_strdup(a->frame, w->playable);
    app_replace(a, notice_screen(&(struct notice){ .title = word(W_ENDED),
                                                   .text = app_problem_text(a, p),
                                                   .first = is_over ? NOTICE_BACK : NOTICE_RETRY,
                                                   .has_second = true,
                                                   .again = watch_again,
                                                   .what = playable }));
}

static void take_pass(struct watch *w, const struct beat *b)
{
    char *dash = strdup(b->dash), *licence = b->licence != NULL ? strdup(b->licence) : NULL;
    if (dash == NULL || (b->licence != NULL && licence == NULL))
        abort();
    free(w->dash);
    free(w->licence);
    w->dash = dash;
    w->licence = licence;
    if (w->player != NULL)
        player_new_pass(w->player, w->dash, w->licence);
    tiles_move(&w->tiles, w->dash);
}

void watch_take_beat(struct watch *w, struct app *a, struct answer *got)
{
    w->is_beating = false;
    if (got->outcome != OUTCOME_ANSWER || got->status >= 500) {
        w->beat_us = a->now_us + RETRY_SECONDS * UTC_SECOND; /* the lease may hold a while yet */
        return;
    }
    if (got->problem != NULL) {
        stopped(w, a, got->problem);
        return;
    }
    const struct beat *b = got->value;
    take_pass(w, b);
    plan(w, a, b->beat_seconds, b->expires_at);
    if (w->phase == WATCH_REOPENING)
        watch_open_player(w, a, w->report.position);
}
