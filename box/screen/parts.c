#include "box/screen/parts.h"

#include <math.h>
#include <string.h>

int button_height(const struct canvas *c)
{
    return text_line(c, 20, false) + px(c, 18);
}

static struct text_look button_look(const struct canvas *c, bool has_focus)
{
    return (struct text_look){ .size = 20,
                               .weight = TEXT_STRONG,
                               .colour = has_focus ? c->theme.on_accent : c->theme.text };
}

static int icon_room(const struct canvas *c, const struct button *b)
{
    return b->icon != ICON_NONE ? px(c, 30) : 0;
}

int button_width(struct canvas *c, const struct button *b)
{
    int words =
        b->label[0] != '\0' ? text_width(c, b->label, px(c, 900), button_look(c, false)) : 0;
    return words + icon_room(c, b) + px(c, words > 0 ? 44 : 30);
}

int button_draw(struct canvas *c, int x, int y, const struct button *b)
{
    int w = button_width(c, b), h = button_height(c), side = px(c, b->label[0] != '\0' ? 22 : 18);
    struct rect r = { x, y, w, h };
    struct text_look look = button_look(c, b->has_focus);
    fill_round(c, r, 10, b->has_focus ? c->theme.accent : c->theme.panel_2);
    if (b->has_focus)
        ring(c, r, 10, c->theme.is_contrast ? 5 : 3, c->theme.text);
    int size = px(c, 22);
    icon_draw(c, b->icon, (struct rect){ x + side - px(c, 3), y + (h - size) / 2, size, size },
              look.colour);
    int text_x = x + side + icon_room(c, b);
    text_middle(c, b->label, (struct rect){ text_x, y, px(c, 900), h }, look);
    return w;
}

int line_height(const struct canvas *c)
{
    return text_line(c, 21, false) + px(c, 20);
}

void line_draw(struct canvas *c, struct rect r, const char *label, const char *value,
               bool has_focus)
{
    struct colour text = has_focus ? c->theme.on_accent : c->theme.text;
    struct text_look look = { .size = 21, .colour = text };
    fill_round(c, r, 10, has_focus ? c->theme.accent : c->theme.panel);
    if (has_focus)
        ring(c, r, 10, c->theme.is_contrast ? 5 : 3, c->theme.text);
    int side = px(c, 22), half = value != NULL ? r.w * 11 / 20 : r.w - 2 * side;
    text_middle(c, label, (struct rect){ r.x + side, r.y, half - side, r.h }, look);
    if (value == NULL)
        return;
    look.align = TEXT_END;
    look.weight = TEXT_STRONG;
    text_middle(c, value, (struct rect){ r.x + half, r.y, r.w - half - side, r.h }, look);
}

void progress_draw(struct canvas *c, struct rect r, double part)
{
    struct colour behind = { 0, 0, 0, 0.65 };
    if (part <= 0)
        return;
    struct rect done = r;
    done.w = (int)lround(r.w * (part < 1 ? part : 1));
    fill(c, r, behind);
    fill(c, done, c->theme.accent);
}

struct picture_wish poster_wish(const struct canvas *c)
{
    return (struct picture_wish){ px(c, POSTER_W), px(c, POSTER_H), PICTURE_COVER, 8 * c->scale };
}

/* Without a poster the name stands in its place. */
static void no_poster(struct canvas *c, const struct card *card, struct rect r)
{
    struct rect in = rect_around(r, -px(c, 12));
    fill_round(c, r, 8, c->theme.panel_2);
    text_middle(c, card->title, in,
                (struct text_look){ .size = 18,
                                    .weight = TEXT_DISPLAY,
                                    .align = TEXT_CENTRE,
                                    .lines = 6,
                                    .is_fixed = true });
}

void card_draw(struct app *a, struct canvas *c, const struct card *card, struct rect r,
               bool has_focus)
{
    struct picture_wish wish = poster_wish(c);
    struct rect name = { r.x, r.y + r.h + px(c, 8), r.w, text_line(c, 16, false) };
    if (!canvas_needs(c, rect_around(rect_union(r, name), px(c, 10))))
        return;
    cairo_surface_t *poster = art_get(a->art, card->poster, &wish);
    if (poster != NULL)
        blit(c, poster, r.x, r.y);
    else
        no_poster(c, card, r);
    struct rect bar = { r.x + px(c, 8), r.y + r.h - px(c, 12), r.w - px(c, 16), px(c, 5) };
    progress_draw(c, bar, card->progress);
    if (has_focus)
        ring(c, r, 8, c->theme.is_contrast ? 6 : 4, c->theme.accent);
    text_draw(c, card->title, name,
              (struct text_look){ .size = 16,
                                  .weight = has_focus ? TEXT_STRONG : TEXT_PLAIN,
                                  .colour = has_focus ? c->theme.text : c->theme.dim });
}

static char *joined(struct app *a, char *all, const char *more)
{
    if (more == NULL || more[0] == '\0')
        return all;
    return all[0] != '\0' ? arena_printf(a->frame, "%s · %s", all, more)
                          : arena_strdup(a->frame, more);
}

char *card_meta(struct app *a, const struct card *card)
{
    char *all =
        card->rating != NULL ? arena_strdup(a->frame, card->rating) : arena_strdup(a->frame, "");
    if (card->year > 0)
        all = joined(a, all, arena_printf(a->frame, "%u", card->year));
    if (card->is_series)
        all = joined(a, all, word(W_SERIES));
    else if (card->runtime_minutes > 0)
        all = joined(a, all, minutes_said(a->frame, card->runtime_minutes));
    for (unsigned i = 0; i < card->n_genres && i < 3; i++)
        all = joined(a, all, genre_name(a->frame, card->genres[i]));
    return all;
}

char *card_flags(struct app *a, const struct card *card)
{
    char *all = arena_strdup(a->frame, card->is_exclusive ? word(W_EXCLUSIVE) : "");
    if (card->is_coming && card->coming_at.us != 0)
        all = joined(a, all,
                     word_with(a->frame, W_COMING_AT, date_said(a->frame, card->coming_at), NULL));
    else if (card->is_coming)
        all = joined(a, all, word(W_COMING));
    if (card->available_until.us != 0)
        all =
            joined(a, all,
                   word_with(a->frame, W_LEAVES, date_said(a->frame, card->available_until), NULL));
    return all;
}

char *card_said(struct app *a, const struct card *card)
{
    return joined(a, arena_strdup(a->frame, card->title), card_meta(a, card));
}

char *episode_said(struct app *a, unsigned season, unsigned number, const char *title)
{
    char *at = word_with(a->frame, W_EPISODE_SHORT, arena_printf(a->frame, "%u", season),
                         arena_printf(a->frame, "%u", number));
    return joined(a, at, title);
}

int heading_draw(struct app *a, struct canvas *c, const char *text)
{
    int high = text_line(c, 34, false);
    (void)a;
    text_draw(c, text, rect_of(c, SAFE_X, SAFE_Y, SCREEN_W - 2 * SAFE_X, 80),
              (struct text_look){ .size = 34, .weight = TEXT_DISPLAY });
    return px(c, SAFE_Y) + high + px(c, 16);
}

static struct rect waiting_place(const struct canvas *c)
{
    return rect_of(c, 592, 270, 96, 96);
}

void waiting_tick(struct app *a)
{
    canvas_damage(&a->canvas, waiting_place(&a->canvas));
    app_animate(a);
}

void waiting_draw(struct app *a, struct canvas *c, const char *text)
{
    double beat = 0.5 + 0.5 * sin((double)(a->now_us % 2000000) / 2e6 * 2 * M_PI);
    lantern_draw(c, waiting_place(c), beat);
    text_draw(c, text, rect_of(c, 140, 390, 1000, 80),
              (struct text_look){ .size = 22, .align = TEXT_CENTRE, .colour = c->theme.dim });
}

bool glide_step(struct glide *g, int64_t us)
{
    double left = g->to - g->at;
    if (left == 0)
        return false;
    if (us > 50000)
        us = 50000; /* after a rest: from where it is, not with a jump */
    g->at += left * (1 - exp(-(double)us / 65000));
    if (fabs(g->to - g->at) < 0.6)
        g->at = g->to;
    return true;
}

void glide_jump(struct glide *g, double to)
{
    g->at = g->to = to;
}

bool focus_press(struct screen *s, struct app *a, enum key key)
{
    static const enum focus_way ways[] = { [KEY_UP] = FOCUS_UP,
                                           [KEY_DOWN] = FOCUS_DOWN,
                                           [KEY_LEFT] = FOCUS_LEFT,
                                           [KEY_RIGHT] = FOCUS_RIGHT };
    if (key < KEY_UP || key > KEY_RIGHT)
        return false;
    if (focus_move(&s->focus, ways[key]))
        app_redraw(a);
    return true;
}
