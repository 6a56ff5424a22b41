/* Plays a film or an episode, and what follows it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "box/screen/watch.h"
#include "box/state/journal.h"

enum {
    HUNG_SECONDS = 20, /* without a new picture or place while it should play */
    REOPENS_MAX = 4,
    CONTROLS_SECONDS = 5,
    LINES_4K = 2160,
};

static struct watch *self(struct screen *s)
{
    return (struct watch *)s;
}

double watch_duration(const struct watch *w)
{
    if (w->report.duration > 0)
        return w->report.duration;
    return w->playback != NULL ? w->playback->duration_seconds : 0;
}

const char *watch_title(struct watch *w, struct app *a)
{
    const struct playback *p = w->playback;
    if (p == NULL || !p->is_episode)
        return p != NULL ? p->title : "";
    return arena_printf(a->frame, "%s · %s", p->title,
                        episode_said(a, p->season, p->number, p->episode_title));
}

static void begin(struct screen *s, struct app *a)
{
    struct watch *w = self(s);
    if (w->playback == NULL)
        watch_ask_open(w, a);
}

void watch_open_player(struct watch *w, struct app *a, double at)
{
    player_close(w->player);
    w->player = NULL;
    struct player_ask ask = {
        .manifest = w->dash,
        .licence = w->licence,
        .agent = "lanterne-box/" LANTERNE_VERSION " (set-top box)",
        .start_seconds = at,
        .lines_max = (unsigned)(a->canvas.height < LINES_4K ? a->canvas.height : 0),
        .audio = a->profile_sound[0] != '\0' ? a->profile_sound : NULL,
        .captions = a->profile_captions[0] != '\0' ? a->profile_captions : NULL,
        .session_id = w->playback->id,
        .content_id = w->playable,
    };
    enum err err = player_open(&ask, &w->player);
    w->phase = WATCH_PLAYING;
    w->picture = 0;
    w->moved_us = a->now_us;
    w->moved_to = w->resume_at = at;
    w->report = (struct player_report){ .state = PLAYER_OPENING, .position = at };
    if (err != OK) {
        journal("player", "cannot open: %s", err_text(err));
        w->report.state = PLAYER_FAILED;
        snprintf(w->report.reason, sizeof w->report.reason, "%s", err_text(err));
        w->reopens = REOPENS_MAX; /* it would be the same again */
        w->player = NULL;
    } else if (w->wants_pause) {
        player_pause(w->player, true);
    }
}

void watch_reopen(struct watch *w, struct app *a, const char *why)
{
    double at = w->report.position;
    journal("player", "%s at %.1f s: opened again", why, at);
    player_close(w->player);
    w->player = NULL;
    w->phase = WATCH_REOPENING;
    w->reopens += 1;
    w->report.state = PLAYER_BUFFERING;
    w->report.position = at;
    w->beat_us = a->now_us + (w->reopens > 1 ? 2 * UTC_SECOND : 0);
    app_redraw(a);
}

static void give_up(struct watch *w, struct app *a)
{
    char *playable = arena_strdup(a->frame, w->playable);
    journal("player", "given up: %s", w->report.reason);
    app_replace(a, notice_screen(&(struct notice){ .title = word(W_PLAYER_FAILED),
                                                   .text = word(W_PLAYER_FAILED_MORE),
                                                   .first = NOTICE_RETRY,
                                                   .has_second = true,
                                                   .again = watch_again,
                                                   .what = playable }));
}

/* ---- answers ---- */

static void refused(struct watch *w, struct app *a, const struct answer *got)
{
    const struct problem *p = got->problem;
    journal("playback", "refused: %s", p->code);
    char *playable = arena_strdup(a->frame, w->playable);
    if (strcmp(p->code, "streams-full") == 0) {
        app_replace(a, seats_screen(p, playable, w->is_beginning));
        return;
    }
    bool is_gone = got->status == 404;
    bool may_again = got->status == 429 || got->status >= 500 ||
                     strcmp(p->code, "title-full") == 0 || strcmp(p->code, "not-ready") == 0;
    app_replace(a, notice_screen(&(struct notice){
                       .title = is_gone ? word(W_GONE) : word(W_PLAYER_FAILED),
                       .text = is_gone ? word(W_GONE_MORE) : app_problem_text(a, p),
                       .first = may_again ? NOTICE_RETRY : NOTICE_BACK,
                       .has_second = true,
                       .again = watch_again,
                       .what = playable }));
}

static void take_playback(struct watch *w, struct app *a, struct answer *got)
{
    const struct playback *p = got->value;
    w->playback = p;
    arena_destroy(&w->mem);
    w->mem = answer_take(got);
    w->dash = strdup(p->dash);
    w->licence = p->licence != NULL ? strdup(p->licence) : NULL;
    if (w->dash == NULL || (p->licence != NULL && w->licence == NULL))
        abort();
    double at = w->is_beginning ? 0 : p->resume_seconds;
    w->saved = at;
    journal("playback", "%s from %.1f s", watch_title(w, a), at);
    watch_open_player(w, a, at);
    app_ask(a, &w->s, (struct ask){ .what = WHAT_MANIFEST, .path = w->dash, .wants_bytes = true });
    watch_set_mode(w, a, WATCH_CONTROLS);
    app_focused(a, watch_title(w, a));
}

static void answer(struct screen *s, struct app *a, struct answer *got)
{
    struct watch *w = self(s);
    app_redraw(a);
    if (got->what == WHAT_MANIFEST && got->bytes != NULL) {
        w->has_tiles = tiles_read((const char *)got->bytes, got->size, w->dash, &w->tiles) == OK;
    } else if (got->what == WHAT_BEAT) {
        watch_take_beat(w, a, got);
    } else if (got->what == WHAT_OPEN && got->value != NULL) {
        take_playback(w, a, got);
    } else if (got->what == WHAT_OPEN && got->outcome != OUTCOME_ANSWER) {
        s->is_stale = true; /* when the network is back */
    } else if (got->what == WHAT_OPEN) {
        refused(w, a, got);
    }
}

/* ---- what happens by itself ---- */

void watch_leave(struct watch *w, struct app *a)
{
    (void)w;
    app_pop(a); /* end() saves and gives the seat back */
}

void watch_go_next(struct watch *w, struct app *a)
{
    if (w->playback == NULL || w->playback->next_playable == NULL)
        return;
    journal("playback", "the next episode");
    app_replace(a, player_screen(arena_strdup(a->frame, w->playback->next_playable), false));
}

void watch_restart(struct watch *w, struct app *a)
{
    w->resume_at = 0;
    w->stays = false;
    watch_set_mode(w, a, WATCH_CONTROLS);
    if (w->player == NULL || w->report.state == PLAYER_ENDED || w->phase == WATCH_OVER) {
        w->report.position = 0;
        w->phase = WATCH_REOPENING; /* its seat may be gone: asked for anew */
        player_close(w->player);
        w->player = NULL;
        w->beat_us = a->now_us;
        return;
    }
    player_seek(w->player, 0);
    watch_pause(w, a, false);
}

void watch_pause(struct watch *w, struct app *a, bool is_paused)
{
    w->wants_pause = is_paused;
    if (w->player != NULL)
        player_pause(w->player, is_paused);
    if (is_paused)
        watch_save(w, a, false);
    app_focused(a, word(is_paused ? W_PAUSED : W_PLAYING));
    app_redraw(a);
}

static void take_picture(struct watch *w, struct app *a)
{
    struct player_picture p;
    if (!player_picture(w->player, w->picture, &p))
        return;
    struct window_picture shown = {
        .width = p.width, .height = p.height, .par_n = p.par_n, .par_d = p.par_d
    };
    memcpy(shown.plane, p.plane, sizeof shown.plane);
    memcpy(shown.pitch, p.pitch, sizeof shown.pitch);
    if (window_picture(a->window, &shown) == OK) {
        a->picture_is_new = true;
        app_set_picture(a, true);
    }
    if (w->picture == 0)
        journal("player", "first picture, %d lines", p.height);
    w->picture = p.number;
    w->s.is_ready = true;
    player_release(w->player);
}

static void take_caption(struct watch *w, struct app *a)
{
    const char *now = player_caption(w->player);
    if (strcmp(now, w->caption) == 0)
        return;
    if (!text_copy(w->caption, sizeof w->caption, now))
        w->caption[0] = '\0'; /* longer than a screen: none rather than half of its markup */
    app_redraw(a);
}

/* Whether it stands still though it should not. */
static bool is_hung(struct watch *w, struct app *a)
{
    const struct player_report *r = &w->report;
    bool should_move =
        r->state == PLAYER_OPENING || r->state == PLAYER_BUFFERING || r->state == PLAYER_PLAYING;
    if (!should_move || w->wants_pause || fabs(r->position - w->moved_to) > 0.05 ||
        a->life.state > LIFE_ONLINE) {
        if (r->state == PLAYER_PLAYING && fabs(r->position - w->moved_to) > 0.05)
            w->reopens = r->position > w->resume_at + 5 ? 0 : w->reopens;
        w->moved_to = r->position;
        w->moved_us = a->now_us;
        return false;
    }
    return a->now_us - w->moved_us > HUNG_SECONDS * UTC_SECOND;
}

static void look_after(struct watch *w, struct app *a)
{
    bool failed = w->report.state == PLAYER_FAILED, hung = is_hung(w, a);
    if (!failed && !hung)
        return;
    if (w->reopens >= REOPENS_MAX) {
        give_up(w, a);
        return;
    }
    if (hung)
        app_note(a, W_PLAYER_HUNG);
    watch_reopen(w, a, hung ? "hung" : w->report.reason);
}

/* From when on the next episode is offered: the last 20 s; of something short its last third. */
static bool offers_next(const struct watch *w)
{
    double all = watch_duration(w);
    return w->playback != NULL && w->playback->next_playable != NULL && !w->stays && all > 0 &&
           w->report.position >= all - fmin(20, all / 3);
}

static void ended(struct watch *w, struct app *a)
{
    watch_save(w, a, false);
    if (w->playback->next_playable != NULL && !w->stays) {
        watch_go_next(w, a);
        return;
    }
    w->phase = WATCH_OVER;
    watch_set_mode(w, a, WATCH_END);
}

static void log_now_and_then(struct watch *w, struct app *a)
{
    static const char *const states[] = { "opening", "buffering", "playing",
                                          "paused",  "ended",     "failed" };
    const struct player_report *r = &w->report;
    int64_t every = a->options->wants_log ? UTC_SECOND : 30 * UTC_SECOND;
    if (a->now_us - w->logged_us < every)
        return;
    w->logged_us = a->now_us;
    journal("playing",
            "%s at %.1f of %.1f s, %d lines, %llu kb/s, sound %.3f, %u frames (%u late), "
            "%u stalls%s%s",
            states[r->state], r->position, watch_duration(w), r->height,
            (unsigned long long)(r->bit_rate / 1000), r->sound_energy, r->frames_shown,
            r->frames_late, r->stalls, w->caption[0] != '\0' ? ", caption: " : "", w->caption);
}

static void hide_in_time(struct watch *w, struct app *a)
{
    unsigned second = (unsigned)w->report.position;
    bool is_quiet = w->report.state == PLAYER_PLAYING && !w->wants_pause;
    if (w->mode == WATCH_SEEKING && a->now_us > w->seek_us)
        watch_commit_seek(w, a);
    if (w->mode == WATCH_CONTROLS && is_quiet && a->now_us > w->hide_us)
        watch_set_mode(w, a, WATCH_BARE);
    if (!is_quiet && w->mode == WATCH_CONTROLS)
        w->hide_us = a->now_us + CONTROLS_SECONDS * UTC_SECOND;
    if (second != w->said_second && w->mode != WATCH_BARE)
        app_redraw(a);
    w->said_second = second;
    /* Not under the fingers of who is choosing something. */
    bool is_idle = w->mode == WATCH_BARE || (w->mode == WATCH_CONTROLS && a->now_us > w->hide_us);
    if (is_idle && offers_next(w))
        watch_set_mode(w, a, WATCH_NEXT);
    if (w->mode == WATCH_NEXT && !offers_next(w))
        watch_set_mode(w, a, WATCH_BARE);
}

static void tick(struct screen *s, struct app *a, int64_t now)
{
    struct watch *w = self(s);
    enum player_state was = w->report.state;
    (void)now;
    if (w->player != NULL && w->phase == WATCH_PLAYING) {
        struct player_report r;
        player_poll(w->player, &r);
        w->report = r;
        if (r.state >= PLAYER_PLAYING && r.state <= PLAYER_PAUSED)
            w->has_moved = true;
        take_picture(w, a);
        take_caption(w, a);
        log_now_and_then(w, a);
        if (r.state != was)
            app_redraw(a);
        if (r.state == PLAYER_ENDED) {
            ended(w, a);
            return;
        }
        look_after(w, a);
        if (a->top != s)
            return;
    }
    if (!a->has_picture)
        waiting_tick(a);
    hide_in_time(w, a);
    watch_keep(w, a);
}

static unsigned over(struct screen *s, struct app *a, struct rect out[OVER_MAX])
{
    struct watch *w = self(s);
    (void)a;
    memcpy(out, w->over, w->n_over * sizeof *out);
    return w->n_over;
}

/* The box rested: what was a seat may be none. */
static void shown(struct screen *s, struct app *a)
{
    self(s)->beat_us = a->now_us;
}

static void end(struct screen *s, struct app *a)
{
    struct watch *w = self(s);
    w->saved = -1; /* a save under way is forgotten with the screen */
    watch_save(w, a, true);
    watch_give_back(w, a);
    player_close(w->player);
    app_set_picture(a, false);
    free(w->dash);
    free(w->licence);
    arena_destroy(&w->mem);
}

static const struct screen_ops ops = { .name = "player",
                                       .begin = begin,
                                       .answer = answer,
                                       .press = watch_press,
                                       .tick = tick,
                                       .draw = watch_draw,
                                       .shown = shown,
                                       .end = end,
                                       .over = over,
                                       .hears_silence = true };

struct screen *player_screen(const char *playable, bool is_beginning)
{
    struct watch *w = screen_new(sizeof *w, &ops);
    text_copy(w->playable, sizeof w->playable, playable);
    w->is_beginning = is_beginning;
    return &w->s;
}

struct screen *watch_again(const char *playable)
{
    return player_screen(playable, false);
}
