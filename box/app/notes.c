/* What is laid over all screens: the state of the network, and short notes. */
#include "box/app/app.h"

bool app_is_lost(const struct app *a)
{
    return a->life.state > LIFE_ONLINE && !a->top->is_ready && !a->has_picture;
}

bool app_has_notes(const struct app *a)
{
    return (a->life.state > LIFE_ONLINE && !a->has_picture) || a->note != N_WORDS;
}

static void life_words(struct app *a, const char **title, const char **text)
{
    char *rest = arena_printf(a->frame, "%u", life_rest(&a->life, a->now_us));
    *title = word(a->life.state == LIFE_AWAY    ? W_AWAY
                  : a->life.state == LIFE_CLOCK ? W_CLOCK
                                                : W_CUT);
    if (a->life.is_trying)
        *text = word(W_TRIES_NOW);
    else if (a->life.state == LIFE_CLOCK)
        *text = word_with(a->frame, W_CLOCK_MORE, date_said(a->frame, clock_now()), rest);
    else
        *text =
            word_with(a->frame, a->life.state == LIFE_AWAY ? W_AWAY_MORE : W_CUT_MORE, rest, NULL);
}

/* Nothing else to show: in the middle, with the lantern gone dim. */
static void draw_lost(struct app *a, struct canvas *c)
{
    const char *title, *text;
    life_words(a, &title, &text);
    fill(c, (struct rect){ 0, 0, c->width, c->height }, c->theme.ground);
    lantern_draw(c, rect_of(c, 592, 150, 96, 96), 0);
    text_draw(
        c, title, rect_of(c, 140, 280, 1000, 110),
        (struct text_look){ .size = 38, .weight = TEXT_DISPLAY, .align = TEXT_CENTRE, .lines = 2 });
    text_draw(
        c, text, rect_of(c, 240, 400, 800, 220),
        (struct text_look){ .size = 22, .align = TEXT_CENTRE, .lines = 5, .colour = c->theme.dim });
}

/* A strip at the foot: what is there can be read on. */
static void draw_strip(struct app *a, struct canvas *c, const char *title, const char *text)
{
    struct text_look strong = { .size = 20, .weight = TEXT_STRONG, .colour = c->theme.accent };
    struct text_look plain = { .size = 18, .lines = 2 };
    int room = px(c, 1080);
    int title_high = title != NULL ? text_line(c, strong.size, false) : 0;
    int high = title_high + text_height(c, text, room, plain) + px(c, 28);
    struct rect r = { px(c, 64), c->height - px(c, 36) - high, px(c, 1152), high };
    (void)a;
    fill_round(c, r, 14, c->theme.panel_2);
    ring(c, rect_around(r, -px(c, 4)), 10, 2, c->theme.accent);
    struct rect in = { r.x + px(c, 36), r.y + px(c, 14), room, title_high };
    if (title != NULL)
        text_draw(c, title, in, strong);
    in.y += title_high;
    in.h = high;
    text_draw(c, text, in, plain);
}

void app_draw_notes(struct app *a, struct canvas *c)
{
    const char *title, *text;
    if (app_is_lost(a)) {
        draw_lost(a, c);
        return;
    }
    if (a->life.state > LIFE_ONLINE && !a->has_picture) {
        life_words(a, &title, &text);
        draw_strip(a, c, title, text);
        return;
    }
    if (a->note != N_WORDS)
        draw_strip(a, c, NULL, word(a->note));
}
