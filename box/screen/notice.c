/* Why something cannot be, in plain words, with a way on. */
#include "box/draw/qr.h"
#include "box/screen/parts.h"
#include "box/screen/screens.h"

struct notice_of {
    struct screen s;
    struct arena *mem;
    struct notice n;
};

static struct notice_of *self(struct screen *s)
{
    return (struct notice_of *)s;
}

static enum notice_way way_at(struct screen *s, unsigned column)
{
    return column == 0 ? self(s)->n.first : NOTICE_HOME;
}

static const char *label_of(enum notice_way way)
{
    return word(way == NOTICE_RETRY ? W_RETRY : way == NOTICE_HOME ? W_GO_HOME : W_BACK);
}

static void begin(struct screen *s, struct app *a)
{
    const struct notice *n = &self(s)->n;
    focus_resize(&s->focus, 1);
    focus_set_row(&s->focus, 0, n->has_second ? 2 : 1, FOCUS_REMEMBERS);
    s->is_ready = true;
    app_focused(a,
                n->text != NULL ? arena_printf(a->frame, "%s. %s", n->title, n->text) : n->title);
}

static void answer(struct screen *s, struct app *a, struct answer *got)
{
    (void)s;
    (void)a;
    (void)got;
}

static bool press(struct screen *s, struct app *a, struct press p)
{
    struct notice_of *me = self(s);
    if (p.key != KEY_OK) {
        bool moved = focus_press(s, a, p.key);
        if (moved)
            app_focused(a, label_of(way_at(s, focus_column(&s->focus))));
        return moved;
    }
    switch (way_at(s, focus_column(&s->focus))) {
    case NOTICE_RETRY:
        if (me->n.again != NULL) {
            app_replace(a, me->n.again(me->n.what));
            break;
        }
        app_pop(a);
        break;
    case NOTICE_HOME: app_go_home(a); break;
    case NOTICE_BACK: app_pop(a); break;
    }
    return true;
}

static void draw(struct screen *s, struct app *a, struct canvas *c)
{
    const struct notice *n = &self(s)->n;
    int x = px(c, 140), w = px(c, n->qr != NULL ? 620 : 1000), y = px(c, 200);
    (void)a;
    y += text_draw(c, n->title, (struct rect){ x, y, w, 0 },
                   (struct text_look){ .size = 36, .weight = TEXT_DISPLAY, .lines = 3 });
    y += px(c, 18);
    y += text_draw(c, n->text, (struct rect){ x, y, w, 0 },
                   (struct text_look){ .size = 23, .lines = 6, .colour = c->theme.dim });
    y += px(c, 34);
    for (unsigned i = 0; i < (n->has_second ? 2 : 1); i++) {
        struct button b = { .label = label_of(way_at(s, i)),
                            .icon = ICON_NONE,
                            .has_focus = focus_is_at(&s->focus, 0, i) };
        x += button_draw(c, x, y, &b) + px(c, 16);
    }
    if (n->qr != NULL)
        qr_draw(c, n->qr, rect_of(c, 820, 180, 340, 340));
}

static void end(struct screen *s, struct app *a)
{
    (void)a;
    arena_destroy(&self(s)->mem);
}

static const struct screen_ops ops = {
    .name = "notice", .begin = begin, .answer = answer, .press = press, .draw = draw, .end = end
};

struct screen *notice_screen(const struct notice *n)
{
    struct notice_of *me = screen_new(sizeof *me, &ops);
    me->mem = arena_create();
    me->n = *n;
    me->n.title = arena_strdup(me->mem, n->title);
    me->n.text = arena_strdup(me->mem, n->text);
    me->n.qr = arena_strdup(me->mem, n->qr);
    me->n.what = arena_strdup(me->mem, n->what);
    return &me->s;
}
