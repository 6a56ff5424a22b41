/* Four figures, by the remote's own or by those on the screen. */
#include <string.h>

#include "box/screen/parts.h"
#include "box/screen/screens.h"

enum { FIGURES = 4, ROWS = 4, COLUMNS = 3 };

struct pin {
    struct screen s;
    struct arena *mem;
    struct profile profile; /* copied */
    char figures[FIGURES + 1];
    unsigned n;
    bool is_sending;
    const char *wrong; /* static */
};

static const char *const pad[ROWS][COLUMNS] = {
    { "1", "2", "3" }, { "4", "5", "6" }, { "7", "8", "9" }, { "", "0", "" }
};

static struct pin *self(struct screen *s)
{
    return (struct pin *)s;
}

static void begin(struct screen *s, struct app *a)
{
    struct pin *me = self(s);
    me->is_sending = false; /* what was under way is lost */
    me->n = 0;
    focus_resize(&s->focus, ROWS);
    for (unsigned i = 0; i < ROWS; i++)
        focus_set_row(&s->focus, i, COLUMNS, FOCUS_STRAIGHT);
    s->is_ready = true;
    app_focused(a, "1");
}

static const char *label_at(unsigned row, unsigned column)
{
    if (row == ROWS - 1 && column == 0)
        return word(W_BACK);
    if (row == ROWS - 1 && column == 2)
        return word(W_ERASE);
    return pad[row][column];
}

static void send_pin(struct screen *s, struct app *a)
{
    struct pin *me = self(s);
    me->is_sending = true;
    app_ask(a, s,
            (struct ask){ .method = "PUT",
                          .path = "/api/v1/session/profile",
                          .body = arena_printf(a->frame, "{\"profile\":\"%s\",\"pin\":\"%s\"}",
                                               me->profile.id, me->figures) });
    explicit_bzero(me->figures, sizeof me->figures);
}

static void add(struct screen *s, struct app *a, char figure)
{
    struct pin *me = self(s);
    if (me->is_sending || me->n == FIGURES)
        return;
    me->wrong = NULL;
    me->figures[me->n++] = figure;
    app_redraw(a);
    if (me->n == FIGURES)
        send_pin(s, a);
}

static void erase(struct screen *s, struct app *a)
{
    struct pin *me = self(s);
    if (me->n > 0 && !me->is_sending)
        me->figures[--me->n] = '\0';
    app_redraw(a);
}

static void answer(struct screen *s, struct app *a, struct answer *got)
{
    struct pin *me = self(s);
    me->is_sending = false;
    me->n = 0;
    if (got->problem == NULL) {
        app_take_profile(a, &me->profile);
        app_enter(a);
        return;
    }
    me->wrong = word(word_of_problem(got->problem->code));
    app_focused(a, me->wrong);
    app_redraw(a);
}

static bool press(struct screen *s, struct app *a, struct press p)
{
    unsigned row = s->focus.row, column = focus_column(&s->focus);
    if (p.key == KEY_CHARACTER && p.character >= '0' && p.character <= '9') {
        add(s, a, p.character);
        return true;
    }
    if (p.key == KEY_ERASE) {
        erase(s, a);
        return true;
    }
    if (p.key == KEY_OK) {
        if (pad[row][column][0] != '\0')
            add(s, a, pad[row][column][0]);
        else if (column == 2)
            erase(s, a);
        else
            app_pop(a);
        return true;
    }
    if (!focus_press(s, a, p.key))
        return false;
    app_say(a, label_at(s->focus.row, focus_column(&s->focus))); /* a log would tell the PIN */
    return true;
}

static void draw(struct screen *s, struct app *a, struct canvas *c)
{
    struct pin *me = self(s);
    const char *name = me->profile.name != NULL ? me->profile.name : word(W_ME);
    text_draw(c, word_with(a->frame, W_PIN, name, NULL), rect_of(c, 140, 70, 1000, 60),
              (struct text_look){ .size = 34, .weight = TEXT_DISPLAY, .align = TEXT_CENTRE });
    for (unsigned i = 0; i < FIGURES; i++) {
        struct rect dot = rect_of(c, 640 - 2 * 48 + (double)i * 48 + 12, 150, 24, 24);
        fill_circle(c, dot, i < me->n ? c->theme.accent : c->theme.panel_2);
    }
    text_draw(c, me->wrong, rect_of(c, 140, 190, 1000, 50),
              (struct text_look){ .size = 20, .align = TEXT_CENTRE, .colour = c->theme.bad });
    for (unsigned y = 0; y < ROWS; y++) {
        for (unsigned x = 0; x < COLUMNS; x++) {
            bool has_focus = focus_is_at(&s->focus, y, x);
            struct rect key = rect_of(c, 415 + (double)x * 155, 250 + (double)y * 102, 140, 88);
            fill_round(c, key, 12, has_focus ? c->theme.accent : c->theme.panel_2);
            if (has_focus)
                ring(c, key, 12, 3, c->theme.text);
            text_middle(
                c, label_at(y, x), rect_around(key, -px(c, 8)),
                (struct text_look){ .size = pad[y][x][0] != '\0' ? 34 : 19,
                                    .align = TEXT_CENTRE,
                                    .is_fixed = true,
                                    .colour = has_focus ? c->theme.on_accent : c->theme.text });
        }
    }
}

static void end(struct screen *s, struct app *a)
{
    (void)a;
    explicit_bzero(self(s)->figures, sizeof self(s)->figures);
    arena_destroy(&self(s)->mem);
}

static const struct screen_ops ops = {
    .name = "pin", .begin = begin, .answer = answer, .press = press, .draw = draw, .end = end
};

struct screen *pin_screen(const struct profile *p)
{
    struct pin *me = screen_new(sizeof *me, &ops);
    me->mem = arena_create();
    me->profile = *p;
    me->profile.id = arena_strdup(me->mem, p->id);
    me->profile.name = arena_strdup(me->mem, p->name);
    me->profile.language = arena_strdup(me->mem, p->language);
    me->profile.sound = arena_strdup(me->mem, p->sound);
    me->profile.captions = arena_strdup(me->mem, p->captions);
    me->profile.avatar = NULL;
    return &me->s;
}
