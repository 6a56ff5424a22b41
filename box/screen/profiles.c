/* Who is watching? */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "box/screen/parts.h"
#include "box/screen/screens.h"

enum { WHAT_LIST = 1, WHAT_CHOICE, FACE = 132, STEP = 190, REST_SECONDS = 5 };

struct profiles_of {
    struct screen s;
    struct arena *mem;
    const struct profiles *all;
    bool is_asked, is_sending;
    unsigned chosen;
    int64_t again_us; /* when a list that was refused is asked for again; 0: not planned */
};

static struct profiles_of *self(struct screen *s)
{
    return (struct profiles_of *)s;
}

static void begin(struct screen *s, struct app *a)
{
    self(s)->is_sending = false; /* what was under way is lost */
    app_ask(a, s,
            (struct ask){ .what = WHAT_LIST, .path = "/api/v1/profiles", .read = read_profiles });
}

static const char *name_of(const struct profile *p)
{
    return p->name != NULL ? p->name : word(W_ME);
}

static void say_focus(struct screen *s, struct app *a)
{
    const struct profiles *all = self(s)->all;
    if (all != NULL)
        app_focused(a, name_of(&all->items[focus_column(&s->focus)]));
}

static void choose(struct screen *s, struct app *a, unsigned i)
{
    struct profiles_of *me = self(s);
    const struct profile *p = &me->all->items[i];
    bool is_here = me->all->current != NULL && strcmp(me->all->current, p->id) == 0;
    if (me->is_sending)
        return;
    if (p->asks_pin && !is_here) {
        app_push(a, pin_screen(p));
        return;
    }
    me->is_sending = true;
    me->chosen = i;
    app_ask(a, s,
            (struct ask){ .what = WHAT_CHOICE,
                          .method = "PUT",
                          .path = "/api/v1/session/profile",
                          .body = arena_printf(a->frame, "{\"profile\":\"%s\"}", p->id) });
}

static void take_list(struct screen *s, struct app *a, struct answer *got)
{
    struct profiles_of *me = self(s);
    if (got->value == NULL) {
        unsigned rest = got->retry_after > 0 ? got->retry_after : REST_SECONDS;
        me->again_us = a->now_us + (int64_t)rest * UTC_SECOND;
        app_note(a, W_P_INTERNAL);
        return;
    }
    me->all = got->value;
    arena_destroy(&me->mem);
    me->mem = answer_take(got);
    a->has_profiles = me->all->n > 1;
    focus_resize(&s->focus, 1);
    focus_set_row(&s->focus, 0, me->all->n, FOCUS_REMEMBERS);
    for (unsigned i = 0; i < me->all->n; i++) {
        if (me->all->current != NULL && strcmp(me->all->items[i].id, me->all->current) == 0)
            focus_put(&s->focus, 0, i);
    }
    if (me->all->n == 1 && !me->is_asked) {
        app_take_profile(a, &me->all->items[0]);
        app_enter(a);
        return;
    }
    s->is_ready = true;
    app_redraw(a);
    say_focus(s, a);
}

static void answer(struct screen *s, struct app *a, struct answer *got)
{
    struct profiles_of *me = self(s);
    if (got->what == WHAT_LIST) {
        take_list(s, a, got);
        return;
    }
    me->is_sending = false;
    const struct profile *p = &me->all->items[me->chosen];
    if (got->problem == NULL) {
        app_take_profile(a, p);
        app_enter(a);
    } else if (strcmp(got->problem->code, "pin") == 0) { /* it was set meanwhile */
        app_push(a, pin_screen(p));
    } else {
        app_push(a, notice_screen(&(struct notice){ .title = name_of(p),
                                                    .text = app_problem_text(a, got->problem) }));
    }
}

static bool press(struct screen *s, struct app *a, struct press p)
{
    struct profiles_of *me = self(s);
    if (p.key == KEY_BACK || p.key == KEY_HOME)
        return !me->is_asked && s->below == NULL; /* nobody has been chosen yet */
    if (me->all == NULL)
        return false;
    if (p.key == KEY_OK) {
        choose(s, a, focus_column(&s->focus));
        return true;
    }
    unsigned before = focus_column(&s->focus);
    bool is_mine = focus_press(s, a, p.key);
    if (focus_column(&s->focus) != before)
        say_focus(s, a);
    return is_mine;
}

static void tick(struct screen *s, struct app *a, int64_t now)
{
    struct profiles_of *me = self(s);
    if (!s->is_ready)
        waiting_tick(a);
    if (me->again_us != 0 && now > me->again_us) {
        me->again_us = 0;
        begin(s, a);
    }
}

static struct colour face_colour(const char *id)
{
    static const struct colour faces[] = {
        { 0.80, 0.42, 0.27, 1 }, { 0.34, 0.55, 0.47, 1 }, { 0.36, 0.43, 0.68, 1 },
        { 0.66, 0.36, 0.56, 1 }, { 0.62, 0.55, 0.24, 1 }, { 0.45, 0.40, 0.36, 1 },
    };
    unsigned h = 0;
    for (; *id != '\0'; id++)
        h = h * 31 + (unsigned char)*id;
    return faces[h % (sizeof faces / sizeof *faces)];
}

/* Its first letter, of whatever script. */
static char *initial(struct app *a, const char *name)
{
    size_t n = 1;
    while ((name[n] & 0xc0) == 0x80)
        n += 1;
    return name[0] != '\0' ? arena_strndup(a->frame, name, n) : arena_strdup(a->frame, "?");
}

static void draw_face(struct app *a, struct canvas *c, const struct profile *p, struct rect face,
                      bool has_focus)
{
    fill_circle(c, face, face_colour(p->id));
    text_middle(c, initial(a, name_of(p)), face,
                (struct text_look){ .size = 58,
                                    .weight = TEXT_DISPLAY,
                                    .align = TEXT_CENTRE,
                                    .is_fixed = true,
                                    .colour = { 1, 1, 1, 1 } });
    if (has_focus)
        ring(c, face, FACE, c->theme.is_contrast ? 7 : 5, c->theme.accent);
    if (p->asks_pin) {
        struct rect lock = { face.x + face.w - px(c, 34), face.y + face.h - px(c, 34), px(c, 34),
                             px(c, 34) };
        fill_circle(c, rect_around(lock, px(c, 5)), c->theme.panel_2);
        icon_draw(c, ICON_LOCK, rect_around(lock, -px(c, 4)), c->theme.text);
    }
    struct rect name = { face.x - px(c, 24), face.y + face.h + px(c, 18), face.w + px(c, 48),
                         px(c, 80) };
    int high = text_draw(c, name_of(p), name,
                         (struct text_look){ .size = 22,
                                             .align = TEXT_CENTRE,
                                             .weight = has_focus ? TEXT_STRONG : TEXT_PLAIN });
    name.y += high;
    const char *more = p->is_child ? word(W_CHILD) : NULL;
    if (more == NULL && p->max_age > 0)
        more = word_with(a->frame, W_UP_TO_AGE, arena_printf(a->frame, "%u", p->max_age), NULL);
    text_draw(
        c, more, name,
        (struct text_look){ .size = 17, .align = TEXT_CENTRE, .lines = 2, .colour = c->theme.dim });
}

static void draw(struct screen *s, struct app *a, struct canvas *c)
{
    const struct profiles *all = self(s)->all;
    if (!s->is_ready) {
        waiting_draw(a, c, word(W_LOADING));
        return;
    }
    text_draw(c, word(W_WHO), rect_of(c, 64, 150, 1152, 90),
              (struct text_look){ .size = 40, .weight = TEXT_DISPLAY, .align = TEXT_CENTRE });
    unsigned n = all->n < 6 ? all->n : 6, at = focus_column(&s->focus);
    unsigned first = at >= n ? at - n + 1 : 0;
    double x = (SCREEN_W - (double)(n - 1) * STEP - FACE) / 2;
    for (unsigned i = first; i < first + n && i < all->n; i++)
        draw_face(a, c, &all->items[i], rect_of(c, x + (i - first) * STEP, 290, FACE, FACE),
                  focus_is_at(&s->focus, 0, i));
}

static void end(struct screen *s, struct app *a)
{
    (void)a;
    arena_destroy(&self(s)->mem);
}

static const struct screen_ops ops = { .name = "profiles",
                                       .begin = begin,
                                       .answer = answer,
                                       .press = press,
                                       .tick = tick,
                                       .draw = draw,
                                       .end = end };

struct screen *profiles_screen(bool is_asked)
{
    struct profiles_of *me = screen_new(sizeof *me, &ops);
    me->is_asked = is_asked;
    return &me->s;
}
