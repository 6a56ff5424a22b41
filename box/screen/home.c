/* Rows of titles. Up and down go from row to row, left and right along one; each keeps its place.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "box/screen/parts.h"
#include "box/screen/screens.h"

enum {
    TOP_ITEMS_MAX = 3, /* search, settings, profile */
    GAP = 20,
    TOP_HIGH = 64,
    REFRESH_SECONDS = 300,
};

struct home_of {
    struct screen s;
    struct arena *mem;
    const struct home *home;
    struct glide down, along[ROWS_MAX];
    int64_t last_us, asked_us;
    char problem[400];
};

static struct home_of *self(struct screen *s)
{
    return (struct home_of *)s;
}

static void begin(struct screen *s, struct app *a)
{
    self(s)->asked_us = a->now_us;
    app_ask(a, s, (struct ask){ .path = "/api/v1/home", .read = read_home });
}

static unsigned n_top(const struct app *a)
{
    return a->has_profiles ? 3 : 2;
}

/* A partner says which rows come first; the rest follow as the service has them. */
static void order_rows(struct home *home, const struct box_settings *p)
{
    unsigned done = 0;
    for (unsigned i = 0; p != NULL && i < p->n_rows; i++) {
        for (unsigned r = done; r < home->n; r++) {
            if (strcmp(home->rows[r].id, p->rows[i]) != 0)
                continue;
            struct card_row found = home->rows[r];
            memmove(&home->rows[done + 1], &home->rows[done], (r - done) * sizeof found);
            home->rows[done++] = found;
            break;
        }
    }
}

static const struct card *focused_card(struct screen *s)
{
    const struct home *home = self(s)->home;
    unsigned row = s->focus.row;
    if (home == NULL || row == 0 || row > home->n)
        return NULL;
    return &home->rows[row - 1].items[focus_column(&s->focus)];
}

static const char *top_label(const struct app *a, unsigned i)
{
    if (i == 0)
        return word(W_SEARCH);
    if (i == 1)
        return word(W_SETTINGS);
    return a->profile_name[0] != '\0' ? a->profile_name : word(W_ME);
}

static void say_focus(struct screen *s, struct app *a)
{
    const struct card *card = focused_card(s);
    app_focused(a, card != NULL ? card_said(a, card) : top_label(a, focus_column(&s->focus)));
}

/* ---- where things are ---- */

static int row_title_high(const struct canvas *c)
{
    return text_line(c, 23, false) + px(c, 12);
}

static int row_high(const struct canvas *c)
{
    return row_title_high(c) + px(c, POSTER_H) + px(c, 8) + text_line(c, 16, false) + px(c, 26);
}

static int rows_top(const struct canvas *c)
{
    return px(c, SAFE_Y + TOP_HIGH);
}

/* What has the focus is seen whole; its row is the first one below the top, if there is more. */
static void aim(struct screen *s, struct app *a)
{
    struct home_of *me = self(s);
    const struct canvas *c = &a->canvas;
    unsigned row = s->focus.row;
    int step = px(c, POSTER_W + GAP);
    me->down.to = row > 0 ? (double)(row - 1) * row_high(c) : 0;
    if (row == 0 || row > ROWS_MAX)
        return;
    int room = c->width - 2 * px(c, SAFE_X);
    unsigned fits = (unsigned)((room + px(c, GAP)) / step), column = focus_column(&s->focus);
    /* The focus stays within the second and the last but one of what fits. */
    struct glide *g = &me->along[row - 1];
    double least = column + 2 > fits ? (double)(column + 2 - fits) * step : 0;
    double most = column > 1 ? (double)(column - 1) * step : 0;
    if (column + 1 == s->focus.rows[row].count)
        least = column + 1 > fits ? (double)(column + 1 - fits) * step : 0;
    if (g->to < least)
        g->to = least;
    if (g->to > most)
        g->to = most;
}

static void set_focus_rows(struct screen *s, struct app *a)
{
    const struct home *home = self(s)->home;
    bool is_first = s->focus.n_rows == 0;
    focus_resize(&s->focus, 1 + (home != NULL ? home->n : 0));
    focus_set_row(&s->focus, 0, n_top(a), FOCUS_REMEMBERS);
    for (unsigned i = 0; home != NULL && i < home->n; i++)
        focus_set_row(&s->focus, i + 1, home->rows[i].n, FOCUS_REMEMBERS);
    if (is_first)
        focus_put(&s->focus, 1, 0);
}

/* After a new answer the focus is where the same title is, if it is still there. */
static void find_again(struct screen *s, const char *row_id, const char *id)
{
    const struct home *home = self(s)->home;
    for (unsigned r = 0; r < home->n && row_id != NULL; r++) {
        if (strcmp(home->rows[r].id, row_id) != 0)
            continue;
        focus_put(&s->focus, r + 1, focus_column(&s->focus));
        for (unsigned i = 0; i < home->rows[r].n; i++) {
            if (strcmp(home->rows[r].items[i].id, id) == 0)
                focus_put(&s->focus, r + 1, i);
        }
    }
}

static void take_home(struct screen *s, struct app *a, struct answer *got)
{
    struct home_of *me = self(s);
    const struct card *was = focused_card(s);
    char row_id[64] = "", id[64] = "";
    bool is_again = was != NULL;
    if (is_again) {
        snprintf(row_id, sizeof row_id, "%s", me->home->rows[s->focus.row - 1].id);
        snprintf(id, sizeof id, "%s", was->id);
    }
    struct home *fresh = got->value;
    order_rows(fresh, a->partner);
    me->home = fresh;
    arena_destroy(&me->mem);
    me->mem = answer_take(got);
    s->is_ready = true;
    set_focus_rows(s, a);
    if (is_again)
        find_again(s, row_id, id);
    aim(s, a);
    me->down.at = me->down.to;
    for (unsigned i = 0; i < ROWS_MAX; i++)
        me->along[i].at = me->along[i].to;
    app_redraw(a);
    if (!is_again && a->top == s) /* another may stand over it by now */
        say_focus(s, a);
}

static void answer(struct screen *s, struct app *a, struct answer *got)
{
    struct home_of *me = self(s);
    if (got->value != NULL) {
        me->problem[0] = '\0';
        take_home(s, a, got);
        return;
    }
    if (s->is_ready && me->home != NULL)
        return; /* what is there is older, and better than nothing */
    snprintf(me->problem, sizeof me->problem, "%s", app_problem_text(a, got->problem));
    s->is_ready = true;
    set_focus_rows(s, a);
    app_focused(a, me->problem);
    app_redraw(a);
}

static void shown(struct screen *s, struct app *a)
{
    set_focus_rows(s, a);
    begin(s, a); /* what was watched meanwhile has moved */
    say_focus(s, a);
}

static void open_focused(struct screen *s, struct app *a)
{
    const struct card *card = focused_card(s);
    if (card != NULL) {
        app_push(a, title_screen(card->id));
        return;
    }
    unsigned i = focus_column(&s->focus);
    app_push(a, i == 0 ? search_screen() : i == 1 ? settings_screen() : profiles_screen(true));
}

static void page(struct screen *s, struct app *a, int rows)
{
    enum focus_way way = rows < 0 ? FOCUS_UP : FOCUS_DOWN;
    for (int i = 0; i < (rows < 0 ? -rows : rows); i++)
        focus_move(&s->focus, way);
    aim(s, a);
    app_redraw(a);
    say_focus(s, a);
}

static bool press(struct screen *s, struct app *a, struct press p)
{
    const struct card *card = focused_card(s);
    unsigned row = s->focus.row, column = focus_column(&s->focus);
    if (s->focus.n_rows == 0)
        return false;
    switch (p.key) {
    case KEY_OK: open_focused(s, a); return true;
    case KEY_PLAY:
        if (card != NULL && card->resume_playable != NULL)
            app_push(a, player_screen(card->resume_playable, false));
        else
            open_focused(s, a);
        return true;
    case KEY_CHANNEL_UP: page(s, a, -3); return true;
    case KEY_CHANNEL_DOWN: page(s, a, 3); return true;
    case KEY_MENU: app_push(a, settings_screen()); return true;
    case KEY_HOME: focus_put(&s->focus, 1, 0); break;
    case KEY_BACK: /* first to the top, then away */
        if (s->focus.row <= 1)
            return false;
        focus_put(&s->focus, 1, s->focus.rows[1].column);
        break;
    default:
        if (!focus_press(s, a, p.key))
            return false;
    }
    if (s->focus.row == row && focus_column(&s->focus) == column)
        return true;
    aim(s, a);
    app_redraw(a);
    say_focus(s, a);
    return true;
}

static void tick(struct screen *s, struct app *a, int64_t now)
{
    struct home_of *me = self(s);
    int64_t dt = now - me->last_us;
    me->last_us = now;
    if (!s->is_ready) {
        waiting_tick(a);
        return;
    }
    bool moves = glide_step(&me->down, dt);
    for (unsigned i = 0; me->home != NULL && i < me->home->n; i++)
        moves = glide_step(&me->along[i], dt) || moves;
    if (moves) {
        canvas_damage(&a->canvas,
                      (struct rect){ 0, rows_top(&a->canvas), a->canvas.width, a->canvas.height });
        app_animate(a);
    }
    if (now - me->asked_us > REFRESH_SECONDS * UTC_SECOND)
        begin(s, a);
}

/* ---- drawing ---- */

static void draw_row(struct screen *s, struct app *a, struct canvas *c, unsigned r, int y)
{
    struct home_of *me = self(s);
    const struct card_row *row = &me->home->rows[r];
    int x0 = px(c, SAFE_X) - (int)lround(me->along[r].at), step = px(c, POSTER_W + GAP);
    bool is_here = s->focus.row == r + 1;
    text_draw(
        c, row->title, (struct rect){ px(c, SAFE_X), y, c->width - 2 * px(c, SAFE_X), px(c, 60) },
        (struct text_look){
            .size = 23, .weight = TEXT_STRONG, .colour = is_here ? c->theme.text : c->theme.dim });
    y += row_title_high(c);
    int first = x0 < 0 ? (-x0) / step : 0;
    if (first > 0)
        first -= 1; /* one more than is seen, so that it is there when it comes */
    for (unsigned i = (unsigned)first; i < row->n; i++) {
        int x = x0 + (int)i * step;
        if (x > c->width + step)
            break;
        card_draw(a, c, &row->items[i], (struct rect){ x, y, px(c, POSTER_W), px(c, POSTER_H) },
                  focus_is_at(&s->focus, r + 1, i));
    }
}

static void draw_top(struct screen *s, struct app *a, struct canvas *c)
{
    struct rect band = { 0, 0, c->width, rows_top(c) };
    static const enum icon icons[] = { ICON_SEARCH, ICON_SETTINGS, ICON_NONE };
    fill(c, band, c->theme.ground);
    int x = c->width - px(c, SAFE_X), y = px(c, SAFE_Y - 12);
    for (unsigned i = n_top(a); i-- > 0;) {
        struct button b = { .label = top_label(a, i),
                            .icon = icons[i],
                            .has_focus = focus_is_at(&s->focus, 0, i) };
        x -= button_width(c, &b);
        button_draw(c, x, y, &b);
        x -= px(c, 14);
    }
    struct picture_wish wish = { px(c, 200), px(c, 44), PICTURE_WITHIN, 0 };
    cairo_surface_t *logo = a->partner != NULL ? art_get(a->art, a->partner->logo, &wish) : NULL;
    if (logo != NULL) {
        blit(c, logo, px(c, SAFE_X), px(c, SAFE_Y - 12));
        return;
    }
    lantern_draw(c, rect_of(c, SAFE_X - 6, SAFE_Y - 10, 42, 42), 1);
    const char *name =
        a->partner != NULL && a->partner->name != NULL ? a->partner->name : "Lanterne";
    text_middle(c, name,
                (struct rect){ px(c, SAFE_X + 46), y, x - px(c, SAFE_X + 60), button_height(c) },
                (struct text_look){ .size = 24, .weight = TEXT_DISPLAY });
}

static void draw_empty(struct screen *s, struct app *a, struct canvas *c)
{
    const char *problem = self(s)->problem;
    (void)a;
    lantern_draw(c, rect_of(c, 592, 200, 96, 96), 1);
    text_draw(
        c, problem[0] != '\0' ? problem : word(W_EMPTY), rect_of(c, 190, 330, 900, 130),
        (struct text_look){ .size = 32, .weight = TEXT_DISPLAY, .align = TEXT_CENTRE, .lines = 3 });
    if (problem[0] == '\0')
        text_draw(c, word(W_EMPTY_MORE), rect_of(c, 190, 470, 900, 100),
                  (struct text_look){
                      .size = 21, .align = TEXT_CENTRE, .lines = 3, .colour = c->theme.dim });
}

static void draw(struct screen *s, struct app *a, struct canvas *c)
{
    struct home_of *me = self(s);
    if (!s->is_ready) {
        waiting_draw(a, c, word(W_LOADING));
        return;
    }
    int y = rows_top(c) + px(c, 14) - (int)lround(me->down.at);
    for (unsigned r = 0; me->home != NULL && r < me->home->n; r++, y += row_high(c)) {
        if (y + row_high(c) > 0 && y < c->height + row_high(c))
            draw_row(s, a, c, r, y);
    }
    if (me->home == NULL || me->home->n == 0)
        draw_empty(s, a, c);
    draw_top(s, a, c);
}

static void end(struct screen *s, struct app *a)
{
    (void)a;
    arena_destroy(&self(s)->mem);
}

static const struct screen_ops ops = { .name = "home",
                                       .begin = begin,
                                       .answer = answer,
                                       .press = press,
                                       .tick = tick,
                                       .draw = draw,
                                       .shown = shown,
                                       .end = end };

struct screen *home_screen(void)
{
    return screen_new(sizeof(struct home_of), &ops);
}
