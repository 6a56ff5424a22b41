/* Who is watching too, when there is no seat left: whom one stops makes room. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "box/screen/watch.h"

enum { WHAT_LOOK = 100, WHAT_STOP, LOOK_SECONDS = 5 };

struct seats {
    struct screen s;
    struct arena *mem;
    struct streams now; /* of mem */
    char playable[32];
    bool is_beginning, is_busy;
    int64_t look_us;
    const char *wrong; /* static */
};

static struct seats *self(struct screen *s)
{
    return (struct seats *)s;
}

static bool is_free(const struct seats *me)
{
    return me->now.n < me->now.seats;
}

static const char *what(struct app *a, const struct stream *one)
{
    if (one->title == NULL)
        return word(W_HIDDEN_TITLE);
    if (!one->is_episode)
        return one->title;
    return arena_printf(a->frame, "%s · %s", one->title,
                        episode_said(a, one->season, one->number, NULL));
}

/* "Ann · Firefox, Windows · France · since 21:04" */
static const char *where(struct app *a, const struct stream *one)
{
    const char *who = one->profile;
    if (who == NULL)
        who = word(one->is_main ? W_MAIN_PROFILE : W_SOMEBODY);
    const char *device = one->is_this          ? word(W_THIS_DEVICE)
                         : one->device != NULL ? one->device
                                               : word(W_UNKNOWN_DEVICE);
    char *since = word_with(a->frame, W_SINCE, time_said(a->frame, one->since), NULL);
    return arena_printf(a->frame, "%s · %s%s%s · %s", who, device, one->place != NULL ? " · " : "",
                        one->place != NULL ? country_name(one->place) : "", since);
}

/* A row for each that may be stopped, and one with the ways on. */
static void set_rows(struct screen *s)
{
    struct seats *me = self(s);
    focus_resize(&s->focus, me->now.n + 1);
    for (unsigned i = 0; i < me->now.n; i++)
        focus_set_row(&s->focus, i, me->now.items[i].may_stop ? 1 : 0, FOCUS_REMEMBERS);
    focus_set_row(&s->focus, me->now.n, 2, FOCUS_REMEMBERS);
}

static const char *way_label(const struct seats *me, unsigned i)
{
    if (i == 1)
        return word(W_BACK);
    return word(is_free(me) ? W_SEATS_START : W_RETRY);
}

static void say_focus(struct screen *s, struct app *a)
{
    struct seats *me = self(s);
    unsigned row = s->focus.row;
    if (row < me->now.n)
        app_focused(
            a, arena_printf(a->frame, "%s: %s", word(W_STOP_IT), what(a, &me->now.items[row])));
    else
        app_focused(a, way_label(me, focus_column(&s->focus)));
}

static void begin(struct screen *s, struct app *a)
{
    self(s)->is_busy = false; /* what was under way is lost */
    set_rows(s);
    s->is_ready = true;
    self(s)->look_us = a->now_us + LOOK_SECONDS * UTC_SECOND;
    say_focus(s, a);
}

static void start(struct screen *s, struct app *a)
{
    struct seats *me = self(s);
    char *playable = arena_strdup(a->frame, me->playable);
    app_replace(a, player_screen(playable, me->is_beginning));
}

static void answer(struct screen *s, struct app *a, struct answer *got)
{
    struct seats *me = self(s);
    app_redraw(a);
    if (got->what == WHAT_STOP) {
        me->is_busy = false;
        if (got->problem == NULL || got->status == 404) { /* it stopped by itself meanwhile */
            start(s, a);
            return;
        }
        me->wrong = word(word_of_problem(got->problem->code));
        app_focused(a, me->wrong);
        return;
    }
    if (got->value == NULL)
        return;
    me->now = *(struct streams *)got->value;
    arena_destroy(&me->mem);
    me->mem = answer_take(got);
    set_rows(s);
}

static bool press(struct screen *s, struct app *a, struct press p)
{
    struct seats *me = self(s);
    unsigned row = s->focus.row;
    if (p.key != KEY_OK) {
        bool is_mine = focus_press(s, a, p.key);
        if (is_mine)
            say_focus(s, a);
        return is_mine;
    }
    if (me->is_busy)
        return true;
    if (row < me->now.n) {
        me->is_busy = true;
        app_ask(a, s,
                (struct ask){ .what = WHAT_STOP,
                              .method = "DELETE",
                              .path = arena_printf(a->frame, "/api/v1/me/streams/%s",
                                                   me->now.items[row].id) });
    } else if (focus_column(&s->focus) == 0) {
        start(s, a);
    } else {
        app_pop(a);
    }
    return true;
}

static void tick(struct screen *s, struct app *a, int64_t now)
{
    struct seats *me = self(s);
    if (now < me->look_us)
        return;
    me->look_us = now + LOOK_SECONDS * UTC_SECOND;
    app_ask(a, s,
            (struct ask){ .what = WHAT_LOOK, .path = "/api/v1/me/streams", .read = read_streams });
}

static void draw_one(struct screen *s, struct app *a, struct canvas *c, struct rect r, unsigned i)
{
    const struct stream *one = &self(s)->now.items[i];
    bool has_focus = focus_is_at(&s->focus, i, 0);
    fill_round(c, r, 10, has_focus ? c->theme.panel_2 : c->theme.panel);
    if (has_focus)
        ring(c, r, 10, c->theme.is_contrast ? 6 : 4, c->theme.accent);
    int x = r.x + px(c, 22), w = r.w - px(c, 240), y = r.y + px(c, 10);
    y += text_draw(c, what(a, one), (struct rect){ x, y, w, 0 },
                   (struct text_look){ .size = 21, .weight = TEXT_STRONG });
    text_draw(c, where(a, one), (struct rect){ x, y, w, 0 },
              (struct text_look){ .size = 17, .colour = c->theme.dim });
    if (!one->may_stop)
        return;
    struct button b = { .label = word(W_STOP_IT), .icon = ICON_NONE, .has_focus = has_focus };
    button_draw(c, r.x + r.w - button_width(c, &b) - px(c, 18), r.y + (r.h - button_height(c)) / 2,
                &b);
}

static void draw(struct screen *s, struct app *a, struct canvas *c)
{
    struct seats *me = self(s);
    struct text_look dim = { .size = 21, .colour = c->theme.dim, .lines = 2 };
    bool may = false;
    for (unsigned i = 0; i < me->now.n; i++)
        may = may || me->now.items[i].may_stop;
    const char *title =
        is_free(me) ? word(W_SEATS_FREE)
        : me->now.seats <= 1
            ? word(W_SEATS_ONE)
            : word_with(a->frame, W_SEATS_MANY, arena_printf(a->frame, "%u", me->now.seats), NULL);
    int y = heading_draw(a, c, title), x = px(c, SAFE_X);
    y += text_draw(c, is_free(me) ? "" : word(may ? W_SEATS_MORE : W_SEATS_ASK),
                   (struct rect){ x, y, px(c, 1100), 0 }, dim) +
         px(c, 18);
    int high = text_line(c, 21, false) + text_line(c, 17, false) + px(c, 22);
    int step = high + px(c, 12),
        room = c->height - px(c, SAFE_Y) - button_height(c) - px(c, 60) - y;
    int fits = room / step > 0 ? room / step : 1, at = (int)s->focus.row;
    int top = at >= fits && at < (int)me->now.n ? at - fits + 1 : 0;
    for (int i = top; i < (int)me->now.n && i < top + fits; i++, y += step)
        draw_one(s, a, c, (struct rect){ x, y, px(c, 1152), high }, (unsigned)i);
    y += px(c, 12);
    for (unsigned i = 0; i < 2; i++) {
        struct button b = { .label = way_label(me, i),
                            .icon = ICON_NONE,
                            .has_focus = focus_is_at(&s->focus, me->now.n, i) };
        x += button_draw(c, x, y, &b) + px(c, 16);
    }
    text_draw(c, me->wrong, (struct rect){ x + px(c, 10), y, px(c, 600), 0 },
              (struct text_look){ .size = 19, .lines = 2, .colour = c->theme.bad });
}

static void end(struct screen *s, struct app *a)
{
    (void)a;
    arena_destroy(&self(s)->mem);
}

static const struct screen_ops ops = { .name = "seats",
                                       .begin = begin,
                                       .answer = answer,
                                       .press = press,
                                       .tick = tick,
                                       .draw = draw,
                                       .end = end };

/* A copy that outlives the answer it came with. */
static struct streams copied(const struct streams *from, struct arena *mem)
{
    struct streams to = *from;
    to.items = ARENA_ARRAY(mem, struct stream, from->n + 1);
    for (unsigned i = 0; i < from->n; i++) {
        struct stream *one = &to.items[i];
        *one = from->items[i];
        one->id = arena_strdup(mem, one->id);
        one->profile = arena_strdup(mem, one->profile);
        one->title = arena_strdup(mem, one->title);
        one->device = arena_strdup(mem, one->device);
        one->place = arena_strdup(mem, one->place);
    }
    return to;
}

struct screen *seats_screen(const struct problem *p, const char *playable, bool is_beginning)
{
    struct seats *me = screen_new(sizeof *me, &ops);
    me->mem = arena_create();
    me->now = copied(&p->streams, me->mem);
    me->is_beginning = is_beginning;
    text_copy(me->playable, sizeof me->playable, playable);
    return &me->s;
}
