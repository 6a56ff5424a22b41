/* Letters above, what they find below. The service is asked a moment after the last letter. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "box/screen/parts.h"
#include "box/screen/screens.h"

enum {
    KEY_ROWS = 3,
    KEY_COLUMNS = 13,
    QUERY_MAX = 60,
    PAUSE_MS = 350,
    GRID = 6,
    GAP = 24,
    KEY_W = 78,
    KEY_H = 50,
};

/* The last three of the third row are words. */
static const char keys[KEY_ROWS][KEY_COLUMNS + 1] = { "abcdefghijklm", "nopqrstuvwxyz",
                                                      "0123456789   " };

struct search {
    struct screen s;
    struct arena *mem;
    const struct page *found;
    char query[QUERY_MAX + 1];
    int64_t ask_us, last_us;
    struct glide down;
    bool is_asking;
};

static struct search *self(struct screen *s)
{
    return (struct search *)s;
}

static void ask_now(struct screen *s, struct app *a)
{
    struct search *me = self(s);
    struct buf path;
    buf_init(&path, 512);
    buf_text(&path, "/api/v1/titles?limit=30&q=");
    for (const char *at = me->query; *at != '\0'; at++) {
        if (isalnum((unsigned char)*at))
            buf_u8(&path, (uint8_t)*at);
        else
            buf_text(&path, "%20"); /* the keyboard has no other signs */
    }
    me->is_asking = true;
    client_forget(a->client, s->owner); /* what an older word finds */
    app_ask(a, s, (struct ask){ .path = buf_string(&path), .read = read_page });
    buf_finish(&path);
}

static unsigned n_found(const struct search *me)
{
    return me->found != NULL ? me->found->n : 0;
}

static void set_rows(struct screen *s)
{
    unsigned n = n_found(self(s)), rows = (n + GRID - 1) / GRID;
    focus_resize(&s->focus, KEY_ROWS + rows);
    for (unsigned i = 0; i < KEY_ROWS; i++)
        focus_set_row(&s->focus, i, KEY_COLUMNS, FOCUS_STRAIGHT);
    for (unsigned i = 0; i < rows; i++)
        focus_set_row(&s->focus, KEY_ROWS + i, n - i * GRID < GRID ? n - i * GRID : GRID,
                      FOCUS_STRAIGHT);
}

static const char *key_label(struct app *a, unsigned row, unsigned column)
{
    if (row == KEY_ROWS - 1 && column >= 10)
        return word(column == 10 ? W_SPACE : column == 11 ? W_ERASE : W_CLEAR);
    char letter = (char)toupper((unsigned char)keys[row][column]);
    return arena_strndup(a->frame, &letter, 1);
}

static void say_focus(struct screen *s, struct app *a)
{
    unsigned row = s->focus.row, column = focus_column(&s->focus);
    if (row < KEY_ROWS)
        app_focused(a, key_label(a, row, column));
    else
        app_focused(a, card_said(a, &self(s)->found->items[(row - KEY_ROWS) * GRID + column]));
}

static void begin(struct screen *s, struct app *a)
{
    set_rows(s);
    s->is_ready = true;
    say_focus(s, a);
    if (self(s)->query[0] != '\0')
        ask_now(s, a);
}

static int results_top(const struct canvas *c)
{
    return px(c, SAFE_Y + 62 + KEY_ROWS * (KEY_H + 8) + 22);
}

static int grid_step(const struct canvas *c)
{
    return px(c, POSTER_H) + px(c, 8) + text_line(c, 16, false) + px(c, 24);
}

static void aim(struct screen *s, struct app *a)
{
    /* With the focus among the titles the keyboard makes room for them. */
    const struct canvas *c = &a->canvas;
    self(s)->down.to = s->focus.row < KEY_ROWS
                           ? 0
                           : results_top(c) - px(c, SAFE_Y + 70) +
                                 (double)(s->focus.row - KEY_ROWS) * grid_step(c);
}

static void answer(struct screen *s, struct app *a, struct answer *got)
{
    struct search *me = self(s);
    me->is_asking = false;
    app_redraw(a);
    if (got->value == NULL)
        return;
    me->found = got->value;
    arena_destroy(&me->mem);
    me->mem = answer_take(got);
    set_rows(s);
    aim(s, a);
}

static void changed(struct screen *s, struct app *a)
{
    struct search *me = self(s);
    me->ask_us = a->now_us + PAUSE_MS * 1000;
    if (me->query[0] == '\0') {
        client_forget(a->client, s->owner); /* what the word that was there finds */
        arena_destroy(&me->mem);
        me->found = NULL;
        me->ask_us = 0;
        me->is_asking = false;
        set_rows(s);
        aim(s, a);
    }
    app_redraw(a);
}

static void type(struct screen *s, struct app *a, char letter)
{
    struct search *me = self(s);
    size_t n = strlen(me->query);
    if (n == QUERY_MAX || (letter == ' ' && (n == 0 || me->query[n - 1] == ' ')))
        return;
    me->query[n] = letter;
    me->query[n + 1] = '\0';
    changed(s, a);
}

static void erase(struct screen *s, struct app *a, bool all)
{
    struct search *me = self(s);
    size_t n = strlen(me->query);
    me->query[all || n == 0 ? 0 : n - 1] = '\0';
    changed(s, a);
}

static void ok(struct screen *s, struct app *a)
{
    unsigned row = s->focus.row, column = focus_column(&s->focus);
    if (row >= KEY_ROWS)
        app_push(a, title_screen(self(s)->found->items[(row - KEY_ROWS) * GRID + column].id));
    else if (row < KEY_ROWS - 1 || column < 10)
        type(s, a, keys[row][column]);
    else if (column == 10)
        type(s, a, ' ');
    else
        erase(s, a, column == 12);
}

static bool press(struct screen *s, struct app *a, struct press p)
{
    unsigned row = s->focus.row, column = focus_column(&s->focus);
    if (p.key == KEY_OK) {
        ok(s, a);
        return true;
    }
    if (p.key == KEY_CHARACTER) {
        type(s, a, p.character);
        return true;
    }
    if (p.key == KEY_ERASE) {
        erase(s, a, false);
        return true;
    }
    if (p.key == KEY_BACK && row >= KEY_ROWS)
        focus_put(&s->focus, 0, 0);
    else if (!focus_press(s, a, p.key))
        return false;
    aim(s, a);
    app_redraw(a);
    if (row != s->focus.row || column != focus_column(&s->focus))
        say_focus(s, a);
    return true;
}

static void tick(struct screen *s, struct app *a, int64_t now)
{
    struct search *me = self(s);
    int64_t dt = now - me->last_us;
    me->last_us = now;
    if (me->ask_us != 0 && now > me->ask_us) {
        me->ask_us = 0;
        ask_now(s, a);
    } else if (me->ask_us != 0) {
        app_animate(a); /* soon */
    }
    if (glide_step(&me->down, dt)) {
        app_redraw(a);
        app_animate(a);
    }
}

static void draw_keys(struct screen *s, struct app *a, struct canvas *c, int y)
{
    for (unsigned row = 0; row < KEY_ROWS; row++) {
        for (unsigned column = 0; column < KEY_COLUMNS; column++) {
            bool has_focus = focus_is_at(&s->focus, row, column);
            struct rect r = rect_of(c, SAFE_X + (double)column * (KEY_W + 11.4), 0, KEY_W, KEY_H);
            r.y = y + (int)row * px(c, KEY_H + 8);
            fill_round(c, r, 8, has_focus ? c->theme.accent : c->theme.panel);
            if (has_focus)
                ring(c, r, 8, 3, c->theme.text);
            bool is_word = row == KEY_ROWS - 1 && column >= 10;
            text_middle(
                c, key_label(a, row, column), rect_around(r, -px(c, 3)),
                (struct text_look){ .size = is_word ? 16 : 24,
                                    .weight = TEXT_STRONG,
                                    .is_fixed = true,
                                    .align = TEXT_CENTRE,
                                    .colour = has_focus ? c->theme.on_accent : c->theme.text });
        }
    }
}

static void draw_found(struct screen *s, struct app *a, struct canvas *c, int y)
{
    struct search *me = self(s);
    for (unsigned i = 0; i < n_found(me); i++) {
        struct rect r =
            rect_of(c, SAFE_X + (double)(i % GRID) * (POSTER_W + GAP + 24), 0, POSTER_W, POSTER_H);
        r.y = y + (int)(i / GRID) * grid_step(c);
        if (r.y > c->height)
            break;
        card_draw(a, c, &me->found->items[i], r,
                  focus_is_at(&s->focus, KEY_ROWS + i / GRID, i % GRID));
    }
    if (me->found == NULL || me->found->n > 0 || me->is_asking || me->ask_us != 0)
        return;
    y += text_draw(c, word_with(a->frame, W_SEARCH_NONE, me->query, NULL),
                   (struct rect){ px(c, SAFE_X), y, px(c, 1150), 0 },
                   (struct text_look){ .size = 24, .lines = 2 });
    text_draw(c, word(W_SEARCH_NONE_MORE), (struct rect){ px(c, SAFE_X), y, px(c, 1150), 0 },
              (struct text_look){ .size = 20, .lines = 2, .colour = c->theme.dim });
}

static void draw(struct screen *s, struct app *a, struct canvas *c)
{
    struct search *me = self(s);
    int down = (int)lround(me->down.at);
    draw_keys(s, a, c, px(c, SAFE_Y + 62) - down);
    draw_found(s, a, c, results_top(c) - down);
    struct rect band = { 0, 0, c->width, px(c, SAFE_Y + 56) };
    fill(c, band, c->theme.ground);
    struct rect field = rect_of(c, SAFE_X, SAFE_Y - 6, 1152, 54);
    fill_round(c, field, 10, c->theme.panel_2);
    icon_draw(c, ICON_SEARCH, rect_of(c, SAFE_X + 14, SAFE_Y + 8, 26, 26), c->theme.dim);
    bool is_empty = me->query[0] == '\0';
    char *shown_as = arena_printf(a->frame, "%s_", me->query);
    text_middle(
        c, is_empty ? word(W_SEARCH_HINT) : shown_as, rect_of(c, SAFE_X + 54, SAFE_Y - 6, 1080, 54),
        (struct text_look){
            .size = 24, .is_fixed = true, .colour = is_empty ? c->theme.dim : c->theme.text });
}

static void shown(struct screen *s, struct app *a)
{
    say_focus(s, a);
}

static void end(struct screen *s, struct app *a)
{
    (void)a;
    arena_destroy(&self(s)->mem);
}

static const struct screen_ops ops = { .name = "search",
                                       .begin = begin,
                                       .answer = answer,
                                       .press = press,
                                       .tick = tick,
                                       .draw = draw,
                                       .shown = shown,
                                       .end = end };

struct screen *search_screen(void)
{
    return screen_new(sizeof(struct search), &ops);
}
