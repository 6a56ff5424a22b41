/* What the keys do while something plays. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "box/screen/watch.h"

enum { CONTROLS_SECONDS = 5, SEEK_MS = 1500, REPEAT_MS = 450 };

unsigned watch_controls(const struct watch *w, enum watch_control out[N_CONTROLS])
{
    unsigned n = 0;
    out[n++] = CONTROL_PLAY;
    out[n++] = CONTROL_RESTART;
    if (w->player != NULL && player_tracks(w->player, false, NULL, 0) > 1)
        out[n++] = CONTROL_AUDIO;
    if (w->player != NULL && player_tracks(w->player, true, NULL, 0) > 0)
        out[n++] = CONTROL_CAPTIONS;
    if (w->playback != NULL && w->playback->next_playable != NULL)
        out[n++] = CONTROL_NEXT;
    return n;
}

const char *watch_control_label(const struct watch *w, enum watch_control control)
{
    switch (control) {
    case CONTROL_PLAY: return word(w->wants_pause ? W_PLAYING : W_PAUSED);
    case CONTROL_RESTART: return word(W_BEGINNING);
    case CONTROL_AUDIO: return word(W_AUDIO);
    case CONTROL_CAPTIONS: return word(W_CAPTIONS);
    case CONTROL_NEXT: return word(W_NEXT_EPISODE);
    case N_CONTROLS: break;
    }
    return "";
}

char *watch_track_name(struct app *a, const struct player_track *t, bool captions)
{
    const char *name = t->label;
    if (name[0] == '\0')
        name = t->language[0] != '\0' && strcmp(t->language, "und") != 0
                   ? language_name(a->frame, t->language)
                   : word(captions ? W_CAPTIONS : W_AUDIO);
    if (t->is_described && t->label[0] == '\0')
        return word_with(a->frame, captions ? W_SPECIAL_CAPTIONS : W_DESCRIBED, name, NULL);
    return arena_strdup(a->frame, name);
}

static void set_list(struct watch *w, bool captions)
{
    struct focus *f = &w->s.focus;
    size_t n = player_tracks(w->player, captions, w->tracks, TRACKS_MAX);
    w->n_tracks = n < TRACKS_MAX ? (unsigned)n : TRACKS_MAX;
    unsigned first = captions ? 1 : 0, at = 0; /* captions have "off" before them */
    focus_resize(f, w->n_tracks + first);
    for (unsigned i = 0; i < f->n_rows; i++)
        focus_set_row(f, i, 1, FOCUS_REMEMBERS);
    for (unsigned i = 0; i < w->n_tracks; i++) {
        if (w->tracks[i].is_chosen)
            at = i + first;
    }
    focus_put(f, at, 0);
}

static void set_buttons(struct watch *w, unsigned row, unsigned n)
{
    focus_resize(&w->s.focus, row + 1);
    for (unsigned i = 0; i < row; i++)
        focus_set_row(&w->s.focus, i, 1, FOCUS_REMEMBERS);
    focus_set_row(&w->s.focus, row, n, FOCUS_REMEMBERS);
}

void watch_set_mode(struct watch *w, struct app *a, enum watch_mode mode)
{
    enum watch_control controls[N_CONTROLS];
    bool is_other = mode != w->mode;
    w->mode = mode;
    app_redraw(a);
    switch (mode) {
    case WATCH_BARE:
    case WATCH_CONTROLS:
        w->hide_us = a->now_us + CONTROLS_SECONDS * UTC_SECOND;
        set_buttons(w, ROW_CONTROLS, watch_controls(w, controls));
        if (is_other)
            focus_put(&w->s.focus, ROW_CONTROLS, 0);
        break;
    case WATCH_SEEKING:
        set_buttons(w, ROW_CONTROLS, watch_controls(w, controls));
        focus_put(&w->s.focus, ROW_BAR, 0);
        break;
    case WATCH_AUDIO: set_list(w, false); break;
    case WATCH_CAPTIONS: set_list(w, true); break;
    case WATCH_NEXT:
    case WATCH_END:
        set_buttons(w, 0, 2);
        if (is_other) {
            focus_put(&w->s.focus, 0, 0);
            app_focused(a, word(mode == WATCH_NEXT ? W_NEXT_EPISODE : W_THE_END));
        }
        break;
    }
}

/* ---- seeking ---- */

static double step_of(struct watch *w, struct app *a)
{
    static const double steps[] = { 10, 10, 10, 20, 30, 30, 60, 60, 120 };
    unsigned last = sizeof steps / sizeof *steps - 1;
    bool is_repeat = a->now_us - w->last_key_us < REPEAT_MS * 1000;
    w->repeats = is_repeat && w->mode == WATCH_SEEKING ? w->repeats + 1 : 0;
    w->last_key_us = a->now_us;
    double step = steps[w->repeats < last ? w->repeats : last];
    return fmin(step, fmax(5, watch_duration(w) / 20)); /* something short in shorter steps */
}

static void seek_by(struct watch *w, struct app *a, int way)
{
    double all = watch_duration(w), step = step_of(w, a);
    if (w->player == NULL || all <= 0)
        return;
    if (w->mode != WATCH_SEEKING) {
        watch_set_mode(w, a, WATCH_SEEKING);
        w->seek_to = w->report.position;
    }
    w->seek_to = fmax(0, fmin(all - 1, w->seek_to + way * step));
    w->seek_us = a->now_us + SEEK_MS * 1000;
    app_focused(a, word_with(a->frame, W_AT, clock_said(a->frame, w->seek_to), NULL));
    app_redraw(a);
}

void watch_commit_seek(struct watch *w, struct app *a)
{
    if (w->player != NULL) {
        player_seek(w->player, w->seek_to);
        w->moved_us = a->now_us;
    }
    w->saved = -1; /* a jump is saved */
    w->save_us = a->now_us + 2 * UTC_SECOND;
    watch_set_mode(w, a, WATCH_CONTROLS);
}

/* ---- what OK does ---- */

static void choose_track(struct watch *w, struct app *a)
{
    bool captions = w->mode == WATCH_CAPTIONS;
    unsigned row = w->s.focus.row;
    const struct player_track *t = NULL;
    if (captions && row > 0)
        t = &w->tracks[row - 1];
    else if (!captions)
        t = &w->tracks[row];
    char *kept = captions ? a->profile_captions : a->profile_sound;
    size_t room = captions ? sizeof a->profile_captions : sizeof a->profile_sound;
    snprintf(kept, room, "%s", t != NULL ? t->language : "");
    if (captions)
        player_choose_captions(w->player, t != NULL ? t->id : NULL);
    else if (t != NULL)
        player_choose_audio(w->player, t->id);
    app_focused(a, t != NULL ? watch_track_name(a, t, captions) : word(W_OFF));
    watch_set_mode(w, a, WATCH_CONTROLS);
}

static void press_control(struct watch *w, struct app *a)
{
    enum watch_control controls[N_CONTROLS];
    unsigned n = watch_controls(w, controls), at = focus_column(&w->s.focus);
    if (w->s.focus.row == ROW_BAR || at >= n) {
        watch_pause(w, a, !w->wants_pause);
        return;
    }
    switch (controls[at]) {
    case CONTROL_PLAY: watch_pause(w, a, !w->wants_pause); break;
    case CONTROL_RESTART: watch_restart(w, a); break;
    case CONTROL_AUDIO: watch_set_mode(w, a, WATCH_AUDIO); break;
    case CONTROL_CAPTIONS: watch_set_mode(w, a, WATCH_CAPTIONS); break;
    case CONTROL_NEXT: watch_go_next(w, a); break;
    case N_CONTROLS: break;
    }
}

static void ok(struct watch *w, struct app *a)
{
    bool is_first = focus_column(&w->s.focus) == 0;
    switch (w->mode) {
    case WATCH_BARE:
        watch_set_mode(w, a, WATCH_CONTROLS);
        watch_pause(w, a, !w->wants_pause);
        break;
    case WATCH_CONTROLS: press_control(w, a); break;
    case WATCH_SEEKING: watch_commit_seek(w, a); break;
    case WATCH_AUDIO:
    case WATCH_CAPTIONS: choose_track(w, a); break;
    case WATCH_NEXT:
        if (is_first) {
            watch_go_next(w, a);
            break;
        }
        w->stays = true;
        watch_set_mode(w, a, WATCH_BARE);
        break;
    case WATCH_END:
        if (is_first)
            watch_restart(w, a);
        else
            watch_leave(w, a);
        break;
    }
}

static void back(struct watch *w, struct app *a)
{
    if (w->mode == WATCH_BARE || w->mode == WATCH_END || w->player == NULL) {
        watch_leave(w, a);
        return;
    }
    w->stays = w->stays || w->mode == WATCH_NEXT;
    bool is_list = w->mode == WATCH_AUDIO || w->mode == WATCH_CAPTIONS || w->mode == WATCH_SEEKING;
    if (w->mode == WATCH_CONTROLS && w->wants_pause) {
        watch_leave(w, a); /* paused, the bars stay: back is back */
        return;
    }
    watch_set_mode(w, a, is_list ? WATCH_CONTROLS : WATCH_BARE);
}

static void say_focus(struct watch *w, struct app *a)
{
    enum watch_control controls[N_CONTROLS];
    unsigned n = watch_controls(w, controls), at = focus_column(&w->s.focus), row = w->s.focus.row;
    if (w->mode == WATCH_AUDIO || w->mode == WATCH_CAPTIONS) {
        bool captions = w->mode == WATCH_CAPTIONS;
        app_focused(a, captions && row == 0
                           ? word(W_OFF)
                           : watch_track_name(a, &w->tracks[captions ? row - 1 : row], captions));
    } else if (w->mode == WATCH_CONTROLS && row == ROW_CONTROLS && at < n) {
        app_focused(a, watch_control_label(w, controls[at]));
    } else if (w->mode == WATCH_NEXT) {
        app_focused(a, word(at == 0 ? W_PLAY_NOW : W_STAY));
    } else if (w->mode == WATCH_END) {
        app_focused(a, word(at == 0 ? W_AGAIN_WATCH : W_BACK));
    }
}

static void arrow(struct watch *w, struct app *a, enum key key)
{
    bool is_bar = w->mode == WATCH_BARE || w->mode == WATCH_SEEKING ||
                  (w->mode == WATCH_CONTROLS && w->s.focus.row == ROW_BAR);
    if (is_bar && (key == KEY_LEFT || key == KEY_RIGHT)) {
        seek_by(w, a, key == KEY_LEFT ? -1 : 1);
        return;
    }
    if (w->mode == WATCH_BARE) {
        watch_set_mode(w, a, WATCH_CONTROLS);
        say_focus(w, a);
        return;
    }
    if (w->mode == WATCH_SEEKING)
        watch_commit_seek(w, a);
    if (w->mode == WATCH_CONTROLS)
        watch_set_mode(w, a, WATCH_CONTROLS); /* they stay a while longer */
    focus_press(&w->s, a, key);
    say_focus(w, a);
}

bool watch_press(struct screen *s, struct app *a, struct press p)
{
    struct watch *w = (struct watch *)s;
    if (p.key == KEY_HOME)
        return false;
    if (p.key == KEY_BACK || p.key == KEY_STOP) {
        if (p.key == KEY_STOP)
            watch_leave(w, a);
        else
            back(w, a);
        return true;
    }
    if (w->player == NULL && w->mode != WATCH_END)
        return true; /* nothing to steer yet */
    switch (p.key) {
    case KEY_OK: ok(w, a); break;
    case KEY_PLAY:
        if (w->mode == WATCH_BARE)
            watch_set_mode(w, a, WATCH_CONTROLS);
        if (w->mode != WATCH_END)
            watch_pause(w, a, !w->wants_pause);
        break;
    case KEY_REWIND:
    case KEY_FORWARD:
        if (w->mode <= WATCH_SEEKING)
            seek_by(w, a, p.key == KEY_REWIND ? -1 : 1);
        break;
    case KEY_CHANNEL_UP: watch_go_next(w, a); break;
    case KEY_CHANNEL_DOWN: watch_restart(w, a); break;
    case KEY_MENU: watch_set_mode(w, a, WATCH_CONTROLS); break;
    case KEY_UP:
    case KEY_DOWN:
    case KEY_LEFT:
    case KEY_RIGHT: arrow(w, a, p.key); break;
    default: return false;
    }
    return true;
}
