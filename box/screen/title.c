/* A film's page, or a series' with its seasons and episodes. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "box/screen/parts.h"
#include "box/screen/screens.h"

enum { ROW_BUTTONS, ROW_SEASONS, ROW_EPISODES, N_ROWS };
enum { BUTTONS_MAX = 3, STILL_W = 248, STILL_H = 140, STILL_GAP = 22, TEXT_W = 660 };

enum act { ACT_PLAY, ACT_BEGINNING, ACT_RENT, ACT_BACK };

struct act_button {
    enum act act;
    struct button button;
};

struct title_of {
    struct screen s;
    char id[32];
    struct arena *mem;
    const struct title *title; /* NULL: not there yet, or gone */
    bool is_gone;
    unsigned season;
    struct glide down, along, tabs;
    int64_t last_us;
    int episodes_y; /* where the episodes begin when nothing is scrolled; pixels */
};

static struct title_of *self(struct screen *s)
{
    return (struct title_of *)s;
}

static void begin(struct screen *s, struct app *a)
{
    app_ask(a, s,
            (struct ask){ .path = arena_printf(a->frame, "/api/v1/titles/%s", self(s)->id),
                          .read = read_title });
}

/* ---- what can be pressed ---- */

static bool may_rent(const struct title *t)
{
    return t->rental.is_there && t->rental.rented == RENTED_NOT && t->playable != NULL &&
           t->may == MAY_RENT;
}

static const char *play_label(struct app *a, const struct pick *p)
{
    const char *at = NULL;
    if (p->episode != NULL)
        at = episode_said(a, p->season, p->episode->number, NULL);
    if (p->is_again)
        return word(W_AGAIN_WATCH);
    if (p->resume_seconds > 0)
        return at != NULL ? word_with(a->frame, W_RESUME_EPISODE, at, NULL) : word(W_RESUME);
    return at != NULL ? word_with(a->frame, W_PLAY_EPISODE, at, NULL) : word(W_PLAY);
}

static unsigned buttons_of(struct screen *s, struct app *a, struct act_button out[BUTTONS_MAX])
{
    const struct title *t = self(s)->title;
    unsigned n = 0;
    if (t != NULL && t->may == MAY_PLAY) {
        struct pick p = title_pick(t);
        if (p.playable != NULL)
            out[n++] =
                (struct act_button){ ACT_PLAY, { .label = play_label(a, &p), .icon = ICON_PLAY } };
        if (p.playable != NULL && p.resume_seconds > 0 && !p.is_again)
            out[n++] = (struct act_button){ ACT_BEGINNING,
                                            { .label = word(W_BEGINNING), .icon = ICON_NONE } };
    }
    if (t != NULL && may_rent(t)) {
        char *price = money_said(a->frame, t->rental.price.amount, t->rental.price.currency);
        out[n++] = (struct act_button){
            ACT_RENT, { .label = word_with(a->frame, W_RENT, price, NULL), .icon = ICON_NONE }
        };
    }
    if (n == 0)
        out[n++] = (struct act_button){ ACT_BACK, { .label = word(W_BACK), .icon = ICON_BACK } };
    return n;
}

static const struct season *season_of(struct screen *s)
{
    const struct title_of *me = self(s);
    return me->title != NULL && me->season < me->title->n_seasons ? &me->title->seasons[me->season]
                                                                  : NULL;
}

static const char *season_name(struct app *a, const struct season *s)
{
    if (s->title != NULL)
        return s->title;
    return s->number == 0
               ? word(W_SPECIALS)
               : word_with(a->frame, W_SEASON, arena_printf(a->frame, "%u", s->number), NULL);
}

static const struct episode *focused_episode(struct screen *s)
{
    const struct season *season = season_of(s);
    return s->focus.row == ROW_EPISODES && season != NULL && season->n > 0
               ? &season->episodes[focus_column(&s->focus)]
               : NULL;
}

static const char *episode_name(struct app *a, const struct episode *e)
{
    const char *name = e->title;
    if (name == NULL)
        name = word_with(a->frame, W_EPISODE, arena_printf(a->frame, "%u", e->number), NULL);
    return arena_printf(a->frame, "%u. %s", e->number, name);
}

static void say_focus(struct screen *s, struct app *a)
{
    struct act_button buttons[BUTTONS_MAX];
    unsigned n = buttons_of(s, a, buttons), column = focus_column(&s->focus);
    if (s->focus.row == ROW_EPISODES)
        app_focused(a, episode_name(a, focused_episode(s)));
    else if (s->focus.row == ROW_SEASONS)
        app_focused(a, season_name(a, season_of(s)));
    else if (column < n)
        app_focused(a, buttons[column].button.label);
}

static void set_rows(struct screen *s, struct app *a)
{
    struct act_button buttons[BUTTONS_MAX];
    const struct title *t = self(s)->title;
    const struct season *season = season_of(s);
    focus_resize(&s->focus, N_ROWS);
    focus_set_row(&s->focus, ROW_BUTTONS, buttons_of(s, a, buttons), FOCUS_REMEMBERS);
    focus_set_row(&s->focus, ROW_SEASONS, t != NULL && t->n_seasons > 1 ? t->n_seasons : 0,
                  FOCUS_REMEMBERS);
    focus_set_row(&s->focus, ROW_EPISODES, season != NULL ? season->n : 0, FOCUS_REMEMBERS);
}

/* ---- its content ---- */

static void aim(struct screen *s, struct app *a)
{
    struct title_of *me = self(s);
    const struct canvas *c = &a->canvas;
    int step = px(c, STILL_W + STILL_GAP), room = c->width - 2 * px(c, SAFE_X);
    unsigned fits = (unsigned)((room + px(c, STILL_GAP)) / step);
    unsigned column = s->focus.rows[ROW_EPISODES].column;
    /* As far as shows the episodes whole, and three lines of what one is about. */
    int bottom = me->episodes_y + px(c, STILL_H + 24) + text_line(c, 18, false) +
                 text_line(c, 16, false) + 3 * text_line(c, 20, false);
    int hidden = bottom - (c->height - px(c, SAFE_Y));
    me->down.to = s->focus.row == ROW_BUTTONS || hidden < 0 ? 0 : hidden;
    double least = column + 1 > fits ? (double)(column + 1 - fits) * step : 0;
    if (me->along.to < least)
        me->along.to = least;
    if (me->along.to > (double)column * step)
        me->along.to = (double)column * step;
}

/* The season and episode that the large button plays. */
static void find_place(struct screen *s)
{
    struct title_of *me = self(s);
    struct pick p = title_pick(me->title);
    unsigned season = 0;
    const struct episode *e = title_episode(me->title, p.playable, &season);
    me->season = e != NULL ? season : 0;
    if (e == NULL && me->title->n_seasons > 1 && me->title->seasons[0].number == 0)
        me->season = 1;
}

/* 404: it is gone. Of all else that there is is kept, or it may be tried again. */
static void refused(struct screen *s, struct app *a, const struct answer *got)
{
    struct title_of *me = self(s);
    if (got->status != 404) {
        if (me->title == NULL && !me->is_gone)
            app_replace(a,
                        notice_screen(&(struct notice){ .title = app_problem_text(a, got->problem),
                                                        .first = NOTICE_RETRY,
                                                        .has_second = true,
                                                        .again = title_screen,
                                                        .what = arena_strdup(a->frame, me->id) }));
        return;
    }
    me->is_gone = true;
    me->title = NULL;
    s->is_ready = true;
    set_rows(s, a);
    app_focused(a, word(W_GONE));
}

static void answer(struct screen *s, struct app *a, struct answer *got)
{
    struct title_of *me = self(s);
    bool is_first = me->title == NULL;
    app_redraw(a);
    if (got->value == NULL) {
        refused(s, a, got);
        return;
    }
    me->is_gone = false;
    me->title = got->value;
    arena_destroy(&me->mem);
    me->mem = answer_take(got);
    if (is_first || me->season >= me->title->n_seasons)
        find_place(s);
    set_rows(s, a);
    const struct season *season = season_of(s);
    if (is_first && season != NULL) {
        struct pick p = title_pick(me->title);
        if (p.episode != NULL && p.episode >= season->episodes)
            s->focus.rows[ROW_EPISODES].column = (unsigned)(p.episode - season->episodes);
        s->focus.rows[ROW_SEASONS].column = me->season;
        set_rows(s, a);
        focus_put(&s->focus, ROW_BUTTONS, 0);
        aim(s, a);
        me->along.at = me->along.to;
    }
    s->is_ready = true;
    if (is_first && a->top == s)
        say_focus(s, a);
}

static void shown(struct screen *s, struct app *a)
{
    begin(s, a);
    say_focus(s, a);
}

static void rent_it(struct app *a, const struct title *t, const char *playable,
                    const struct rental_offer *offer)
{
    app_push(a, rent_screen(playable, t->card.title, offer));
}

static void play_episode(struct screen *s, struct app *a)
{
    const struct title *t = self(s)->title;
    const struct episode *e = focused_episode(s);
    bool is_rented = e->rental.is_there && e->rental.rented != RENTED_NOT;
    if (e->is_ready && !e->is_coming && (t->may == MAY_PLAY || is_rented))
        app_push(a, player_screen(e->id, e->is_finished));
    else if (t->may == MAY_RENT && e->rental.is_there)
        rent_it(a, t, e->id, &e->rental);
}

static void do_act(struct screen *s, struct app *a)
{
    struct act_button buttons[BUTTONS_MAX];
    const struct title *t = self(s)->title;
    unsigned n = buttons_of(s, a, buttons), column = focus_column(&s->focus);
    if (column >= n)
        return;
    struct pick p = t != NULL ? title_pick(t) : (struct pick){ 0 };
    switch (buttons[column].act) {
    case ACT_PLAY: app_push(a, player_screen(p.playable, p.is_again)); break;
    case ACT_BEGINNING: app_push(a, player_screen(p.playable, true)); break;
    case ACT_RENT: rent_it(a, t, t->playable, &t->rental); break;
    case ACT_BACK:
        if (s->below != NULL)
            app_pop(a);
        break;
    }
}

static void season_changed(struct screen *s, struct app *a)
{
    struct title_of *me = self(s);
    me->season = focus_column(&s->focus);
    s->focus.rows[ROW_EPISODES].column = 0;
    glide_jump(&me->along, 0);
    set_rows(s, a);
}

static bool press(struct screen *s, struct app *a, struct press p)
{
    if (s->focus.n_rows == 0)
        return false;
    if (p.key == KEY_OK || p.key == KEY_PLAY) {
        if (s->focus.row == ROW_EPISODES)
            play_episode(s, a);
        else
            do_act(s, a);
        return true;
    }
    unsigned row = s->focus.row, column = focus_column(&s->focus);
    if (p.key == KEY_BACK && row != ROW_BUTTONS)
        focus_put(&s->focus, ROW_BUTTONS, 0);
    else if (!focus_press(s, a, p.key))
        return false;
    if (s->focus.row == ROW_SEASONS && (row != ROW_SEASONS || column != focus_column(&s->focus)) &&
        self(s)->season != focus_column(&s->focus))
        season_changed(s, a);
    aim(s, a);
    app_redraw(a);
    if (row != s->focus.row || column != focus_column(&s->focus))
        say_focus(s, a);
    return true;
}

static void tick(struct screen *s, struct app *a, int64_t now)
{
    struct title_of *me = self(s);
    int64_t dt = now - me->last_us;
    me->last_us = now;
    if (!s->is_ready) {
        waiting_tick(a);
        return;
    }
    bool moves = glide_step(&me->down, dt), slides = glide_step(&me->along, dt);
    slides = glide_step(&me->tabs, dt) || slides;
    if (moves || slides) {
        app_redraw(a);
        app_animate(a);
    }
}

/* ---- drawing ---- */

static void draw_backdrop(struct app *a, struct canvas *c, const struct title *t, int y)
{
    struct rect r = rect_of(c, 512, 0, 768, 432);
    struct picture_wish wish = { r.w, r.h, PICTURE_COVER, 0 };
    r.y = y;
    const char *path = t->card.backdrop != NULL ? t->card.backdrop : t->card.poster;
    cairo_surface_t *picture = art_get(a->art, path, &wish);
    if (picture == NULL || !canvas_needs(c, r))
        return;
    blit(c, picture, r.x, r.y);
    struct colour dark = c->theme.ground;
    struct rect left = { r.x, r.y, r.w * 2 / 3, r.h }, low = { r.x, r.y + r.h / 2, r.w, r.h / 2 };
    fade(c, left, dark, true, true);
    fade(c, low, dark, false, false);
    fill(c, (struct rect){ r.x, r.y, 1, r.h }, dark);
}

static const char *state_line(struct app *a, const struct title *t)
{
    const struct rental_offer *o = &t->rental;
    struct pick p = title_pick(t);
    if (o->is_there && o->rented == RENTED_WAITING)
        return word_with(a->frame, W_RENTED_WAITING, date_said(a->frame, o->start_by), NULL);
    if (o->is_there && o->rented == RENTED_RUNNING)
        return word_with(a->frame, W_RENTED_RUNNING, date_said(a->frame, o->ends), NULL);
    if (t->may == MAY_SUBSCRIBE || t->may == MAY_JOIN)
        return app_subscribe_text(a, W_SUBSCRIBE);
    if (t->may == MAY_ANNOUNCED && t->card.coming_at.us != 0)
        return word_with(a->frame, W_COMING_AT, date_said(a->frame, t->card.coming_at), NULL);
    if (t->may == MAY_ANNOUNCED)
        return word(W_COMING);
    if (t->may == MAY_RENT && !may_rent(t))
        return word(W_P_RENT);
    if (p.playable == NULL)
        return word(W_SOON);
    return NULL;
}

static int draw_buttons(struct screen *s, struct app *a, struct canvas *c, int y)
{
    struct act_button buttons[BUTTONS_MAX];
    unsigned n = buttons_of(s, a, buttons);
    int x = px(c, SAFE_X);
    for (unsigned i = 0; i < n; i++) {
        buttons[i].button.has_focus = focus_is_at(&s->focus, ROW_BUTTONS, i);
        x += button_draw(c, x, y, &buttons[i].button) + px(c, 16);
    }
    return button_height(c);
}

static int draw_credit(struct canvas *c, enum word label, const char *names, int y)
{
    struct text_look dim = { .size = 18, .colour = c->theme.dim }, plain = { .size = 18 };
    if (names == NULL)
        return 0;
    int x = px(c, SAFE_X), w = text_width(c, word(label), px(c, 300), dim) + px(c, 12);
    text_draw(c, word(label), (struct rect){ x, y, px(c, 300), 0 }, dim);
    return text_draw(c, names, (struct rect){ x + w, y, px(c, TEXT_W) - w, 0 }, plain);
}

/* As many lines as there is room for; series keep room for their episodes. */
static int lines_for(const struct canvas *c, const struct title *t, int y, int down)
{
    int room = c->height - px(c, SAFE_Y) - (y + down), line = text_line(c, 20, false);
    int most = t->card.is_series ? 3 : 7, fit = room / (line > 0 ? line : 1);
    int credits = t->card.is_series ? 0 : t->credit_line != NULL ? 4 : 2;
    fit -= credits;
    return fit < 1 ? 1 : fit > most ? most : fit;
}

static int draw_head(struct screen *s, struct app *a, struct canvas *c, int y, int down)
{
    const struct title *t = self(s)->title;
    struct text_look dim = { .size = 20, .colour = c->theme.dim };
    int x = px(c, SAFE_X), w = px(c, TEXT_W);
    y += text_draw(c, t->card.title, (struct rect){ x, y, w, 0 },
                   (struct text_look){ .size = 44, .weight = TEXT_DISPLAY, .lines = 2 });
    if (t->card.original_title != NULL && strcmp(t->card.original_title, t->card.title) != 0)
        y += text_draw(c, t->card.original_title, (struct rect){ x, y, w, 0 }, dim);
    y += px(c, 6);
    y += text_draw(c, card_meta(a, &t->card), (struct rect){ x, y, w, 0 }, dim);
    y += text_draw(
        c, card_flags(a, &t->card), (struct rect){ x, y, w, 0 },
        (struct text_look){ .size = 19, .weight = TEXT_STRONG, .colour = c->theme.accent });
    y += px(c, 14);
    y += draw_buttons(s, a, c, y) + px(c, 14);
    struct pick p = title_pick(t);
    if (p.progress > 0 && t->may == MAY_PLAY && !p.is_again) {
        progress_draw(c, (struct rect){ x, y, px(c, 320), px(c, 6) }, p.progress);
        y += px(c, 16);
    }
    const char *line = state_line(a, t);
    if (line != NULL)
        y += text_draw(c, line, (struct rect){ x, y, w, 0 },
                       (struct text_look){ .size = 20, .lines = 2, .colour = c->theme.accent }) +
             px(c, 8);
    y += text_draw(c, t->synopsis, (struct rect){ x, y, w, 0 },
                   (struct text_look){ .size = 20, .lines = lines_for(c, t, y, down) });
    y += px(c, 10);
    y += draw_credit(c, W_CREATED_BY, t->creators, y);
    y += draw_credit(c, W_DIRECTED_BY, t->directors, y);
    y += draw_credit(c, W_WITH, t->actors, y);
    dim.size = 16;
    dim.lines = 2;
    y += text_draw(c, t->credit_line, (struct rect){ x, y, w, 0 }, dim);
    return y;
}

static int draw_seasons(struct screen *s, struct app *a, struct canvas *c, int y)
{
    struct title_of *me = self(s);
    int x = px(c, SAFE_X) - (int)lround(me->tabs.at);
    int right = c->width - px(c, SAFE_X);
    for (unsigned i = 0; i < me->title->n_seasons; i++) {
        struct button b = { .label = season_name(a, &me->title->seasons[i]),
                            .icon = ICON_NONE,
                            .has_focus = focus_is_at(&s->focus, ROW_SEASONS, i) };
        int w = button_draw(c, x, y, &b);
        if (i == me->season && !b.has_focus)
            fill(c,
                 (struct rect){ x + px(c, 12), y + button_height(c) - px(c, 5), w - px(c, 24),
                                px(c, 4) },
                 c->theme.accent);
        if (i == me->season && x + w > right)
            me->tabs.to += x + w - right;
        if (i == me->season && x < px(c, SAFE_X))
            me->tabs.to -= px(c, SAFE_X) - x;
        x += w + px(c, 14);
    }
    return button_height(c);
}

static const char *episode_meta(struct app *a, const struct episode *e)
{
    if (e->is_coming)
        return e->coming_at.us != 0
                   ? word_with(a->frame, W_COMING_AT, date_said(a->frame, e->coming_at), NULL)
                   : word(W_COMING);
    if (!e->is_ready)
        return word(W_EPISODE_SOON);
    const char *long_ = e->runtime_minutes > 0 ? minutes_said(a->frame, e->runtime_minutes) : "";
    if (!e->is_finished)
        return long_;
    return arena_printf(a->frame, "%s%s%s", long_, long_[0] != '\0' ? " · " : "", word(W_WATCHED));
}

static void draw_episode(struct app *a, struct canvas *c, const struct episode *e, struct rect r,
                         bool has_focus)
{
    struct picture_wish wish = { r.w, r.h, PICTURE_COVER, 8 * c->scale };
    cairo_surface_t *still = art_get(a->art, e->still, &wish);
    if (still != NULL) {
        blit(c, still, r.x, r.y);
    } else {
        fill_round(c, r, 8, c->theme.panel_2);
        text_middle(c, arena_printf(a->frame, "%u", e->number), r,
                    (struct text_look){ .size = 44,
                                        .weight = TEXT_DISPLAY,
                                        .is_fixed = true,
                                        .align = TEXT_CENTRE,
                                        .colour = c->theme.dim });
    }
    struct rect bar = { r.x + px(c, 8), r.y + r.h - px(c, 12), r.w - px(c, 16), px(c, 5) };
    progress_draw(c, bar, e->is_finished ? 1 : e->progress);
    if (has_focus)
        ring(c, r, 8, c->theme.is_contrast ? 6 : 4, c->theme.accent);
    struct rect name = { r.x, r.y + r.h + px(c, 8), r.w, 0 };
    name.y +=
        text_draw(c, episode_name(a, e), name,
                  (struct text_look){ .size = 18, .weight = has_focus ? TEXT_STRONG : TEXT_PLAIN });
    text_draw(c, episode_meta(a, e), name,
              (struct text_look){ .size = 16, .colour = c->theme.dim });
}

static void draw_episodes(struct screen *s, struct app *a, struct canvas *c, int y)
{
    const struct season *season = season_of(s);
    int x0 = px(c, SAFE_X) - (int)lround(self(s)->along.at), step = px(c, STILL_W + STILL_GAP);
    for (unsigned i = 0; season != NULL && i < season->n; i++) {
        struct rect r = { x0 + (int)i * step, y, px(c, STILL_W), px(c, STILL_H) };
        if (r.x + r.w > -step && r.x < c->width + step)
            draw_episode(a, c, &season->episodes[i], r, focus_is_at(&s->focus, ROW_EPISODES, i));
    }
    const struct episode *e = focused_episode(s);
    if (e == NULL)
        return;
    y += px(c, STILL_H + 8) + text_line(c, 18, false) + text_line(c, 16, false) + px(c, 16);
    int lines = (c->height - px(c, SAFE_Y) - y) / text_line(c, 20, false);
    if (lines > 0)
        text_draw(c, e->synopsis, (struct rect){ px(c, SAFE_X), y, px(c, 1000), 0 },
                  (struct text_look){ .size = 20, .lines = lines < 8 ? lines : 8 });
}

static void draw_gone(struct screen *s, struct app *a, struct canvas *c)
{
    int y = heading_draw(a, c, word(W_GONE));
    y += text_draw(c, word(W_GONE_MORE), (struct rect){ px(c, SAFE_X), y, px(c, 900), 0 },
                   (struct text_look){ .size = 22, .lines = 3, .colour = c->theme.dim });
    draw_buttons(s, a, c, y + px(c, 30));
}

static void draw(struct screen *s, struct app *a, struct canvas *c)
{
    struct title_of *me = self(s);
    if (!s->is_ready) {
        waiting_draw(a, c, word(W_LOADING));
        return;
    }
    if (me->is_gone) {
        draw_gone(s, a, c);
        return;
    }
    int down = (int)lround(me->down.at), y = px(c, SAFE_Y) - down;
    draw_backdrop(a, c, me->title, -down);
    y = draw_head(s, a, c, y, down) + px(c, 24);
    if (!me->title->card.is_series)
        return;
    if (me->title->n_seasons > 1)
        y += draw_seasons(s, a, c, y) + px(c, 20);
    draw_episodes(s, a, c, y);
    if (down > 0) /* what goes out at the top does so softly */
        fade(c, (struct rect){ 0, 0, c->width, px(c, SAFE_Y + 30) }, c->theme.ground, false, true);
    if (y + down != me->episodes_y) { /* known now: the next frame goes there */
        me->episodes_y = y + down;
        aim(s, a);
    }
}

static void end(struct screen *s, struct app *a)
{
    (void)a;
    arena_destroy(&self(s)->mem);
}

static const struct screen_ops ops = { .name = "title",
                                       .begin = begin,
                                       .answer = answer,
                                       .press = press,
                                       .tick = tick,
                                       .draw = draw,
                                       .shown = shown,
                                       .end = end };

struct screen *title_screen(const char *id)
{
    struct title_of *me = screen_new(sizeof *me, &ops);
    text_copy(me->id, sizeof me->id, id);
    return &me->s;
}
