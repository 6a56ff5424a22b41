/* Renting: what it costs, for how long, by what it is paid; then it is ordered once. */
#include <string.h>

#include "base/id.h"
#include "base/json.h"
#include "box/draw/qr.h"
#include "box/screen/parts.h"
#include "box/screen/screens.h"

enum { WHAT_MEANS = 1, WHAT_ORDER };

struct rent {
    struct screen s;
    struct arena *mem, *means_mem;
    const char *playable, *title;
    struct rental_offer offer;
    const struct means_list *means;
    unsigned chosen;
    char once[ID_TEXT]; /* the same order, however often it is sent */
    bool is_sending, is_free;
    const char *said; /* static, or of mem; NULL: nothing */
};

static struct rent *self(struct screen *s)
{
    return (struct rent *)s;
}

/* "0", "0.00" */
static bool is_nothing(const char *amount)
{
    return strspn(amount, "0.") == strlen(amount);
}

static void begin(struct screen *s, struct app *a)
{
    struct rent *me = self(s);
    me->is_free = is_nothing(me->offer.price.amount);
    app_ask(a, s,
            (struct ask){ .what = WHAT_MEANS, .path = "/api/v1/me/means", .read = read_means });
}

static bool can_pay(const struct rent *me)
{
    return me->is_free || (me->means != NULL && me->means->n > 0);
}

/* The means are lines above one another; under them the buttons: order, back. */
static unsigned n_lines(const struct rent *me)
{
    return me->is_free || me->means == NULL ? 0 : me->means->n;
}

static const char *pay_label(struct screen *s, struct app *a)
{
    const struct money_text *m = &self(s)->offer.price;
    return word_with(a->frame, W_RENT_PAY, money_said(a->frame, m->amount, m->currency), NULL);
}

static void say_focus(struct screen *s, struct app *a)
{
    struct rent *me = self(s);
    unsigned n = n_lines(me), column = focus_column(&s->focus);
    if (s->focus.row < n)
        app_focused(a, me->means->items[s->focus.row].label);
    else
        app_focused(a, can_pay(me) && column == 0 ? pay_label(s, a) : word(W_BACK));
}

static void set_rows(struct screen *s)
{
    struct rent *me = self(s);
    unsigned n = n_lines(me);
    focus_resize(&s->focus, n + 1);
    for (unsigned i = 0; i < n; i++)
        focus_set_row(&s->focus, i, 1, FOCUS_REMEMBERS);
    focus_set_row(&s->focus, n, can_pay(me) ? 2 : 1, FOCUS_REMEMBERS);
    focus_put(&s->focus, n, can_pay(me) ? 1 : 0); /* a stray OK must not cost money */
}

static void order(struct screen *s, struct app *a)
{
    struct rent *me = self(s);
    struct buf body;
    if (me->is_sending)
        return;
    me->is_sending = true;
    me->said = NULL;
    buf_init(&body, 2048);
    struct json_writer w = json_writer_of(&body);
    json_object(&w, NULL);
    json_text(&w, "playable", me->playable);
    json_text(&w, "format", me->offer.format);
    if (!me->is_free)
        json_text(&w, "means", me->means->items[me->chosen].id);
    json_text(&w, "once", me->once);
    json_end(&w);
    app_ask(a, s,
            (struct ask){ .what = WHAT_ORDER,
                          .method = "POST",
                          .path = "/api/v1/rentals",
                          .body = buf_string(&body),
                          .read = read_rented });
    buf_finish(&body);
    app_redraw(a);
}

static void take_order(struct screen *s, struct app *a, struct answer *got)
{
    struct rent *me = self(s);
    me->is_sending = false;
    if (got->value == NULL) {
        bool is_open =
            got->outcome != OUTCOME_ANSWER || strcmp(got->problem->code, "payment-busy") == 0;
        if (!is_open)
            id_new(me->once); /* that one came to nothing */
        me->said = arena_strdup(me->mem, app_problem_text(a, got->problem));
        app_focused(a, me->said);
        return;
    }
    const struct rented *r = got->value;
    bool is_confirm = strcmp(r->answer, "confirm") == 0 && r->confirm_url != NULL;
    const char *text = word(is_confirm                          ? W_RENT_CONFIRM
                            : strcmp(r->answer, "pending") == 0 ? W_RENT_PENDING
                                                                : W_RENT_DONE);
    char *address = is_confirm ? arena_strdup(a->frame, r->confirm_url) : NULL;
    char *title = arena_strdup(a->frame, me->title);
    app_replace(a, notice_screen(&(struct notice){ .title = title, .text = text, .qr = address }));
}

static void answer(struct screen *s, struct app *a, struct answer *got)
{
    struct rent *me = self(s);
    app_redraw(a);
    if (got->what == WHAT_ORDER) {
        take_order(s, a, got);
        return;
    }
    if (got->value == NULL) {
        if (got->outcome != OUTCOME_ANSWER) {
            s->is_stale = true;
            return;
        }
        me->said = arena_strdup(me->mem, app_problem_text(a, got->problem));
    } else {
        me->means = got->value;
        arena_destroy(&me->means_mem);
        me->means_mem = answer_take(got);
    }
    s->is_ready = true;
    set_rows(s);
    say_focus(s, a);
}

static bool press(struct screen *s, struct app *a, struct press p)
{
    struct rent *me = self(s);
    unsigned n = n_lines(me), row = s->focus.row, column = focus_column(&s->focus);
    if (!s->is_ready || p.key == KEY_BACK)
        return false;
    if (p.key == KEY_OK) {
        if (row < n) {
            me->chosen = row;
            focus_put(&s->focus, n, 0);
        } else if (can_pay(me) && column == 0) {
            order(s, a);
        } else {
            app_pop(a);
            return true;
        }
        app_redraw(a);
        say_focus(s, a);
        return true;
    }
    if (!focus_press(s, a, p.key))
        return false;
    say_focus(s, a);
    return true;
}

static void tick(struct screen *s, struct app *a, int64_t now)
{
    (void)now;
    if (!s->is_ready)
        waiting_tick(a);
}

static int draw_means(struct screen *s, struct app *a, struct canvas *c, int y)
{
    struct rent *me = self(s);
    int top = y;
    for (unsigned i = 0; i < n_lines(me); i++) {
        struct rect r = { px(c, SAFE_X), y, px(c, 640), line_height(c) };
        const char *label = word_with(a->frame, W_RENT_BY, me->means->items[i].label, NULL);
        line_draw(c, r, label, i == me->chosen ? "✓" : NULL, s->focus.row == i);
        y += r.h + px(c, 8);
    }
    return y - top + px(c, 16);
}

static void draw(struct screen *s, struct app *a, struct canvas *c)
{
    struct rent *me = self(s);
    struct text_look dim = { .size = 21, .lines = 2, .colour = c->theme.dim };
    if (!s->is_ready) {
        waiting_draw(a, c, word(W_LOADING));
        return;
    }
    int x = px(c, SAFE_X), w = px(c, 720);
    int y = px(c, SAFE_Y);
    y += text_draw(c, word_with(a->frame, W_RENT_TITLE, me->title, NULL),
                   (struct rect){ x, y, px(c, 1150), 0 },
                   (struct text_look){ .size = 36, .weight = TEXT_DISPLAY, .lines = 2 });
    y += px(c, 12);
    char *days = arena_printf(a->frame, "%u", me->offer.start_days);
    char *hours = arena_printf(a->frame, "%u", me->offer.watch_hours);
    y += text_draw(c, word_with(a->frame, W_RENT_TERMS, days, hours), (struct rect){ x, y, w, 0 },
                   dim);
    y += text_draw(c, word_with(a->frame, W_RENT_FORMAT, me->offer.format, NULL),
                   (struct rect){ x, y, w, 0 }, dim) +
         px(c, 24);
    y += draw_means(s, a, c, y);
    if (!can_pay(me)) {
        char *address = arena_printf(a->frame, "%s/account", client_server(a->client));
        y += text_draw(c, word(W_RENT_NO_MEANS), (struct rect){ x, y, w, 0 }, dim);
        y += text_draw(c, address, (struct rect){ x, y, w, 0 },
                       (struct text_look){
                           .size = 21, .weight = TEXT_STRONG, .colour = c->theme.accent }) +
             px(c, 24);
        qr_draw(c, address, rect_of(c, 850, 190, 320, 320));
    }
    for (unsigned i = can_pay(me) ? 0 : 1, column = 0; i < 2; i++, column++) {
        struct button b = { .label = i == 0 ? pay_label(s, a) : word(W_BACK),
                            .icon = ICON_NONE,
                            .has_focus = focus_is_at(&s->focus, n_lines(me), column) };
        x += button_draw(c, x, y, &b) + px(c, 16);
    }
    y += button_height(c) + px(c, 20);
    const char *said = me->is_sending ? word(W_RENT_WORKING) : me->said;
    text_draw(c, said, (struct rect){ px(c, SAFE_X), y, px(c, 1100), 0 },
              (struct text_look){ .size = 20, .lines = 2, .colour = c->theme.accent });
}

static void end(struct screen *s, struct app *a)
{
    (void)a;
    arena_destroy(&self(s)->mem);
    arena_destroy(&self(s)->means_mem);
}

static const struct screen_ops ops = { .name = "rent",
                                       .begin = begin,
                                       .answer = answer,
                                       .press = press,
                                       .tick = tick,
                                       .draw = draw,
                                       .end = end,
                                       .hears_silence = true };

struct screen *rent_screen(const char *playable, const char *title,
                           const struct rental_offer *offer)
{
    struct rent *me = screen_new(sizeof *me, &ops);
    me->mem = arena_create();
    me->playable = arena_strdup(me->mem, playable);
    me->title = arena_strdup(me->mem, title);
    me->offer = *offer;
    me->offer.price.amount = arena_strdup(me->mem, offer->price.amount);
    me->offer.price.currency = arena_strdup(me->mem, offer->price.currency);
    me->offer.format = arena_strdup(me->mem, offer->format);
    id_new(me->once);
    return &me->s;
}
