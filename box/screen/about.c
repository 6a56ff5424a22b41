/* What support asks for: the box and its service, and the last lines of the log. */
#include <string.h>

#include "base/text.h"
#include "box/screen/parts.h"
#include "box/screen/screens.h"
#include "box/state/journal.h"

enum { TAIL_BYTES = 32 * 1024, LINES_MAX = 400, PAGE = 12 };

static void nothing_begin(struct screen *s, struct app *a)
{
    (void)a;
    s->is_ready = true;
}

static void nothing_answer(struct screen *s, struct app *a, struct answer *got)
{
    (void)s;
    (void)a;
    (void)got;
}

static void nothing_end(struct screen *s, struct app *a)
{
    (void)s;
    (void)a;
}

/* One button, "back", has the focus. */
static void begin_about(struct screen *s, struct app *a)
{
    focus_resize(&s->focus, 1);
    focus_set_row(&s->focus, 0, 1, FOCUS_REMEMBERS);
    s->is_ready = true;
    app_focused(a, word(W_BACK));
}

static bool press_about(struct screen *s, struct app *a, struct press p)
{
    if (p.key != KEY_OK)
        return focus_press(s, a, p.key);
    app_pop(a);
    return true;
}

static int fact(struct app *a, struct canvas *c, int y, enum word label, const char *value)
{
    struct text_look dim = { .size = 20, .colour = c->theme.dim }, plain = { .size = 20 };
    (void)a;
    int x = px(c, SAFE_X), half = px(c, 240);
    int left = text_draw(c, word(label), (struct rect){ x, y, half, 0 }, dim);
    int right = text_draw(c, value, (struct rect){ x + half, y, px(c, 900), 0 }, plain);
    return (left > right ? left : right) + px(c, 8);
}

static void draw_about(struct screen *s, struct app *a, struct canvas *c)
{
    int y = heading_draw(a, c, word(W_ABOUT));
    const char *partner = a->partner != NULL && a->partner->name != NULL ? a->partner->name
                          : a->options->partner != NULL                  ? a->options->partner
                                                                         : word(W_NONE);
    y += fact(a, c, y, W_ABOUT_VERSION, LANTERNE_VERSION);
    y += fact(a, c, y, W_ABOUT_SERVER, client_server(a->client));
    y += fact(a, c, y, W_ABOUT_BOX, a->settings.box);
    y += fact(a, c, y, W_ABOUT_PARTNER, partner);
    y += fact(a, c, y, W_ABOUT_SCREEN,
              arena_printf(a->frame, "%d × %d, %s", c->width, c->height, window_driver(a->window)));
    y += fact(a, c, y, W_ABOUT_TIME, date_said(a->frame, app_now(a)));
    struct text_look note = { .size = 19, .lines = 2, .colour = c->theme.accent };
    if (life_clock_is_wrong(&a->life, clock_now().us))
        y += text_draw(c, word(W_CLOCK_NOTE), (struct rect){ px(c, SAFE_X), y, px(c, 1100), 0 },
                       note);
    if (a->cannot_save)
        y += text_draw(c, word(W_DISK_NOTE), (struct rect){ px(c, SAFE_X), y, px(c, 1100), 0 },
                       note);
    if (a->partner != NULL && a->partner->version_wanted != NULL &&
        strcmp(a->partner->version_wanted, LANTERNE_VERSION) != 0)
        y += text_draw(c, word(W_VERSION_NOTE), (struct rect){ px(c, SAFE_X), y, px(c, 1100), 0 },
                       note);
    struct button b = { .label = word(W_BACK),
                        .icon = ICON_BACK,
                        .has_focus = focus_is_at(&s->focus, 0, 0) };
    button_draw(c, px(c, SAFE_X), y + px(c, 16), &b);
}

static const struct screen_ops about_ops = { .name = "about",
                                             .begin = begin_about,
                                             .answer = nothing_answer,
                                             .press = press_about,
                                             .draw = draw_about,
                                             .end = nothing_end };

struct screen *about_screen(void)
{
    return screen_new(sizeof(struct screen), &about_ops);
}

/* ---- the log ---- */

struct log_of {
    struct screen s;
    struct buf text;
    const char *lines[LINES_MAX];
    size_t lengths[LINES_MAX];
    unsigned n;
};

/* Each line is a thing that has the focus: the newest first. */
static void begin_log(struct screen *s, struct app *a)
{
    struct log_of *me = (struct log_of *)s;
    buf_init(&me->text, 2 * TAIL_BYTES + 8192);
    journal_tail(&me->text, TAIL_BYTES);
    const char *at = buf_string(&me->text);
    at += strcspn(at, "\n"); /* the first line may be cut */
    while (*at == '\n' && at[1] != '\0') {
        at += 1;
        if (me->n == LINES_MAX) {
            memmove(me->lines, me->lines + 1, (LINES_MAX - 1) * sizeof *me->lines);
            memmove(me->lengths, me->lengths + 1, (LINES_MAX - 1) * sizeof *me->lengths);
            me->n -= 1;
        }
        me->lines[me->n] = at;
        me->lengths[me->n++] = strcspn(at, "\n");
        at += strcspn(at, "\n");
    }
    focus_resize(&s->focus, me->n < FOCUS_ROWS_MAX ? me->n : FOCUS_ROWS_MAX);
    for (unsigned i = 0; i < s->focus.n_rows; i++)
        focus_set_row(&s->focus, i, 1, FOCUS_REMEMBERS);
    s->is_ready = true;
    app_redraw(a);
}

static bool press_log(struct screen *s, struct app *a, struct press p)
{
    if (p.key == KEY_OK) {
        app_pop(a);
        return true;
    }
    if (p.key == KEY_CHANNEL_UP || p.key == KEY_CHANNEL_DOWN) {
        for (int i = 0; i < PAGE; i++)
            focus_move(&s->focus, p.key == KEY_CHANNEL_UP ? FOCUS_UP : FOCUS_DOWN);
        app_redraw(a);
        return true;
    }
    return focus_press(s, a, p.key);
}

static void draw_log(struct screen *s, struct app *a, struct canvas *c)
{
    struct log_of *me = (struct log_of *)s;
    int y = heading_draw(a, c, word(W_LOG)), high = text_line(c, 15, true) + px(c, 6);
    int fits = (c->height - px(c, SAFE_Y) - y) / high;
    int first = (int)s->focus.row - fits / 2;
    if (first + fits > (int)me->n)
        first = (int)me->n - fits;
    for (int i = first > 0 ? first : 0; i < (int)me->n && y + high < c->height - px(c, 20);
         i++, y += high) {
        unsigned line = me->n - 1 - (unsigned)i;
        bool has_focus = s->focus.row == (unsigned)i;
        struct rect r = { px(c, SAFE_X), y, px(c, 1152), high };
        if (has_focus)
            fill_round(c, r, 5, c->theme.accent);
        text_middle(c, arena_strndup(a->frame, me->lines[line], me->lengths[line]),
                    rect_around(r, -px(c, 3)),
                    (struct text_look){ .size = 15,
                                        .is_fixed = true,
                                        .colour = has_focus ? c->theme.on_accent : c->theme.text });
    }
}

static void end_log(struct screen *s, struct app *a)
{
    (void)a;
    buf_finish(&((struct log_of *)s)->text);
}

static const struct screen_ops log_ops = { .name = "log",
                                           .begin = begin_log,
                                           .answer = nothing_answer,
                                           .press = press_log,
                                           .draw = draw_log,
                                           .end = end_log };

struct screen *log_screen(void)
{
    return screen_new(sizeof(struct log_of), &log_ops);
}

/* ---- questions with two answers ---- */

struct question {
    struct screen s;
    enum word title, text, yes; /* text N_WORDS: none */
    void (*act)(struct screen *s, struct app *a);
};

static void begin_question(struct screen *s, struct app *a)
{
    struct question *me = (struct question *)s;
    focus_resize(&s->focus, 1);
    focus_set_row(&s->focus, 0, 2, FOCUS_REMEMBERS);
    nothing_begin(s, a);
    app_focused(a, word(me->title));
}

static bool press_question(struct screen *s, struct app *a, struct press p)
{
    struct question *me = (struct question *)s;
    if (p.key == KEY_OK) {
        if (focus_column(&s->focus) == 0)
            app_pop(a);
        else
            me->act(s, a);
        return true;
    }
    if (!focus_press(s, a, p.key))
        return false;
    app_focused(a, word(focus_column(&s->focus) == 0 ? W_CANCEL : me->yes));
    return true;
}

static void draw_question(struct screen *s, struct app *a, struct canvas *c)
{
    struct question *me = (struct question *)s;
    int x = px(c, 140), y = px(c, 220), w = px(c, 1000);
    (void)a;
    y += text_draw(c, word(me->title), (struct rect){ x, y, w, 0 },
                   (struct text_look){ .size = 38, .weight = TEXT_DISPLAY, .lines = 2 });
    y += px(c, 14);
    if (me->text != N_WORDS)
        y += text_draw(c, word(me->text), (struct rect){ x, y, w, 0 },
                       (struct text_look){ .size = 22, .lines = 3, .colour = c->theme.dim });
    y += px(c, 34);
    for (unsigned i = 0; i < 2; i++) {
        struct button b = { .label = word(i == 0 ? W_CANCEL : me->yes),
                            .icon = ICON_NONE,
                            .has_focus = focus_is_at(&s->focus, 0, i) };
        x += button_draw(c, x, y, &b) + px(c, 16);
    }
}

static void sign_out(struct screen *s, struct app *a)
{
    /* The box forgets at once; the service is told for as long as it takes. */
    app_ask(
        a, s,
        (struct ask){ .method = "DELETE", .path = "/api/v1/sessions/current", .is_patient = true });
    app_signed_out(a, N_WORDS);
}

static void leave(struct screen *s, struct app *a)
{
    (void)s;
    a->is_quitting = true;
}

static const struct screen_ops sign_out_ops = { .name = "sign-out",
                                                .begin = begin_question,
                                                .answer = nothing_answer,
                                                .press = press_question,
                                                .draw = draw_question,
                                                .end = nothing_end };
static const struct screen_ops leave_ops = { .name = "leave",
                                             .begin = begin_question,
                                             .answer = nothing_answer,
                                             .press = press_question,
                                             .draw = draw_question,
                                             .end = nothing_end };

struct screen *sign_out_screen(void)
{
    struct question *me = screen_new(sizeof *me, &sign_out_ops);
    me->title = W_SIGN_OUT_ASK;
    me->text = W_SIGN_OUT_MORE;
    me->yes = W_SIGN_OUT;
    me->act = sign_out;
    return &me->s;
}

struct screen *leave_screen(void)
{
    struct question *me = screen_new(sizeof *me, &leave_ops);
    me->title = W_QUIT_ASK;
    me->text = N_WORDS;
    me->yes = W_QUIT;
    me->act = leave;
    return &me->s;
}
