/* What is laid over the picture: the bars, the place that is sought, captions, the next episode. */
#include <math.h>
#include <string.h>

#include "box/screen/watch.h"

static void add_over(struct watch *w, struct canvas *c, struct rect r)
{
    r = rect_common(r, (struct rect){ 0, 0, c->width, c->height });
    if (r.w > 0 && w->n_over < OVER_MAX)
        w->over[w->n_over++] = r;
}

static struct colour veil(double a)
{
    return (struct colour){ 0.03, 0.025, 0.02, a };
}

static int bars_top(const struct canvas *c)
{
    return c->height - px(c, SAFE_Y) - button_height(c) - px(c, 84);
}

static void draw_top(struct watch *w, struct app *a, struct canvas *c)
{
    struct rect r = { 0, 0, c->width, px(c, SAFE_Y + 34) + text_line(c, 28, false) };
    add_over(w, c, r);
    fill(c, r, veil(0.72));
    text_draw(c, watch_title(w, a),
              (struct rect){ px(c, SAFE_X), px(c, SAFE_Y - 8), px(c, 1152), 0 },
              (struct text_look){ .size = 28, .weight = TEXT_DISPLAY });
    if (w->playback->ends_at.us == 0)
        return;
    const char *at = time_said(a->frame, w->playback->ends_at);
    text_draw(c, word_with(a->frame, W_ENDS_AT, at, NULL),
              (struct rect){ px(c, SAFE_X), px(c, SAFE_Y) + text_line(c, 28, false) - px(c, 6),
                             px(c, 1152), 0 },
              (struct text_look){ .size = 17, .colour = c->theme.accent });
}

/* The small picture of the place that is sought, above the bar. */
static void draw_tile(struct watch *w, struct app *a, struct canvas *c, int middle, int bottom)
{
    struct tile t;
    struct picture_wish as_is = { .fit = PICTURE_AS_IS };
    int width = px(c, 256), height = width * 9 / 16;
    cairo_surface_t *sheet = NULL;
    if (w->has_tiles && tiles_at(&w->tiles, w->seek_to, &t)) {
        height = width * t.height / t.width;
        sheet = art_get(a->art, t.address, &as_is);
    }
    int label = text_line(c, 22, false), x = middle - width / 2;
    int least = px(c, SAFE_X), most = c->width - px(c, SAFE_X) - width;
    x = x < least ? least : x > most ? most : x;
    struct rect r = { x, bottom - label - height - px(c, 14), width, height };
    struct rect around = { r.x - px(c, 8), r.y - px(c, 8), r.w + px(c, 16),
                           r.h + label + px(c, 20) };
    add_over(w, c, around);
    fill_round(c, around, 10, veil(0.9));
    if (sheet != NULL && cairo_image_surface_get_width(sheet) >= t.x + t.width &&
        cairo_image_surface_get_height(sheet) >= t.y + t.height) {
        cairo_save(c->cr);
        cairo_rectangle(c->cr, r.x, r.y, r.w, r.h);
        cairo_clip(c->cr);
        cairo_translate(c->cr, r.x, r.y);
        cairo_scale(c->cr, (double)r.w / t.width, (double)r.h / t.height);
        cairo_set_source_surface(c->cr, sheet, -t.x, -t.y);
        cairo_paint(c->cr);
        cairo_restore(c->cr);
    } else {
        lantern_draw(c,
                     (struct rect){ x + width / 2 - px(c, 24), r.y + height / 2 - px(c, 24),
                                    px(c, 48), px(c, 48) },
                     0.3);
    }
    text_draw(c, clock_said(a->frame, w->seek_to),
              (struct rect){ r.x, r.y + r.h + px(c, 2), r.w, 0 },
              (struct text_look){ .size = 22, .weight = TEXT_STRONG, .align = TEXT_CENTRE });
}

static void draw_bar(struct watch *w, struct app *a, struct canvas *c, int y)
{
    double all = watch_duration(w), now = w->report.position;
    double shown = w->mode == WATCH_SEEKING ? w->seek_to : now;
    bool has_focus = w->s.focus.row == ROW_BAR;
    char *left = clock_said(a->frame, shown), *right = clock_said(a->frame, all);
    struct text_look look = { .size = 20, .weight = TEXT_STRONG };
    int room = px(c, 110), x = px(c, SAFE_X) + room, width = c->width - 2 * x;
    int line = text_line(c, 20, false);
    text_draw(c, left, (struct rect){ px(c, SAFE_X), y, room, 0 }, look);
    look.align = TEXT_END;
    text_draw(c, right, (struct rect){ x + width, y, room, 0 }, look);
    struct rect bar = { x, y + line / 2 - px(c, 4), width, px(c, 8) };
    double part = all > 0 ? fmin(1, shown / all) : 0;
    double loaded = all > 0 ? fmin(1, (now + w->report.buffered) / all) : 0;
    struct rect done = bar, ahead = bar;
    done.w = (int)lround(width * part);
    ahead.w = (int)lround(width * loaded);
    fill_round(c, bar, 4, (struct colour){ 1, 1, 1, 0.25 });
    fill_round(c, ahead, 4, (struct colour){ 1, 1, 1, 0.35 });
    fill_round(c, done, 4, c->theme.accent);
    int knob = px(c, has_focus ? 22 : 14);
    struct rect at = { x + done.w - knob / 2, bar.y + bar.h / 2 - knob / 2, knob, knob };
    fill_circle(c, at, c->theme.accent);
    if (has_focus)
        ring(c, at, knob, 3, c->theme.text);
    if (w->mode == WATCH_SEEKING)
        draw_tile(w, a, c, x + done.w, bars_top(c) - px(c, 8));
}

static void draw_controls(struct watch *w, struct app *a, struct canvas *c)
{
    static const enum icon icons[] = { [CONTROL_PLAY] = ICON_PAUSE,
                                       [CONTROL_RESTART] = ICON_NONE,
                                       [CONTROL_AUDIO] = ICON_NONE,
                                       [CONTROL_CAPTIONS] = ICON_NONE,
                                       [CONTROL_NEXT] = ICON_NEXT };
    enum watch_control controls[N_CONTROLS];
    unsigned n = watch_controls(w, controls);
    int top = bars_top(c), x = px(c, SAFE_X), y = top + px(c, 22);
    struct rect r = { 0, top, c->width, c->height - top };
    add_over(w, c, r);
    fill(c, r, veil(0.78));
    draw_bar(w, a, c, y);
    y += text_line(c, 20, false) + px(c, 22);
    for (unsigned i = 0; i < n; i++) {
        bool is_play = controls[i] == CONTROL_PLAY;
        struct button b = { .label = is_play ? "" : watch_control_label(w, controls[i]),
                            .icon = is_play && w->wants_pause ? ICON_PLAY : icons[controls[i]],
                            .has_focus = focus_is_at(&w->s.focus, ROW_CONTROLS, i) };
        x += button_draw(c, x, y, &b) + px(c, 14);
    }
}

static void draw_list(struct watch *w, struct app *a, struct canvas *c)
{
    bool captions = w->mode == WATCH_CAPTIONS;
    unsigned first = captions ? 1 : 0, n = w->n_tracks + first;
    int high = line_height(c) + px(c, 8), fits = (c->height - px(c, 2 * SAFE_Y + 90)) / high;
    struct rect panel = rect_of(c, 1280 - SAFE_X - 520, 0, 520, 720);
    panel.h = c->height;
    add_over(w, c, panel);
    fill(c, panel, veil(0.92));
    int x = panel.x + px(c, 28), y = px(c, SAFE_Y);
    y += text_draw(c, word(captions ? W_CAPTIONS : W_AUDIO),
                   (struct rect){ x, y, panel.w - px(c, 56), 0 },
                   (struct text_look){ .size = 28, .weight = TEXT_DISPLAY }) +
         px(c, 16);
    int at = (int)w->s.focus.row, top = at >= fits ? at - fits + 1 : 0;
    bool any = false;
    for (unsigned i = 0; i < w->n_tracks; i++)
        any = any || w->tracks[i].is_chosen;
    for (int i = top; i < (int)n && i < top + fits; i++, y += high) {
        const struct player_track *t = i >= (int)first ? &w->tracks[(unsigned)i - first] : NULL;
        bool is_chosen = t != NULL ? t->is_chosen : !any;
        line_draw(c, (struct rect){ x, y, panel.w - px(c, 56), line_height(c) },
                  t != NULL ? watch_track_name(a, t, captions) : word(W_OFF),
                  is_chosen ? "✓" : NULL, i == at);
    }
}

static void draw_two_buttons(struct watch *w, struct canvas *c, int x, int y, enum word one,
                             enum word two)
{
    for (unsigned i = 0; i < 2; i++) {
        struct button b = { .label = word(i == 0 ? one : two),
                            .icon = ICON_NONE,
                            .has_focus = focus_is_at(&w->s.focus, 0, i) };
        x += button_draw(c, x, y, &b) + px(c, 14);
    }
}

static void draw_next(struct watch *w, struct app *a, struct canvas *c)
{
    const struct playback *p = w->playback;
    double left = fmax(0, watch_duration(w) - w->report.position);
    unsigned seconds = (unsigned)ceil(left);
    const char *title =
        seconds == 1 ? word(W_NEXT_IN_ONE)
                     : word_with(a->frame, W_NEXT_IN, arena_printf(a->frame, "%u", seconds), NULL);
    int high = text_line(c, 18, false) + 2 * text_line(c, 24, false) + button_height(c) + px(c, 70);
    struct rect r = { 0, c->height - px(c, SAFE_Y) - high, px(c, 560), high };
    r.x = c->width - px(c, SAFE_X) - r.w;
    add_over(w, c, rect_around(r, px(c, 4)));
    fill_round(c, r, 14, veil(0.93));
    int x = r.x + px(c, 26), y = r.y + px(c, 20), width = r.w - px(c, 52);
    y += text_draw(c, title, (struct rect){ x, y, width, 0 },
                   (struct text_look){ .size = 18, .colour = c->theme.accent });
    y += text_draw(c, episode_said(a, p->next_season, p->next_number, p->next_title),
                   (struct rect){ x, y, width, 0 },
                   (struct text_look){ .size = 24, .weight = TEXT_DISPLAY, .lines = 2 }) +
         px(c, 16);
    draw_two_buttons(w, c, x, y, W_PLAY_NOW, W_STAY);
}

static void draw_end(struct watch *w, struct app *a, struct canvas *c)
{
    add_over(w, c, (struct rect){ 0, 0, c->width, c->height });
    fill(c, (struct rect){ 0, 0, c->width, c->height }, veil(0.8));
    text_draw(c, word(W_THE_END), rect_of(c, 140, 230, 1000, 80),
              (struct text_look){ .size = 40, .weight = TEXT_DISPLAY });
    text_draw(c, watch_title(w, a), rect_of(c, 140, 310, 1000, 80),
              (struct text_look){ .size = 24, .colour = c->theme.dim, .lines = 2 });
    draw_two_buttons(w, c, px(c, 140), px(c, 410), W_AGAIN_WATCH, W_BACK);
}

/* It waits: for the first picture, for more of them, or for the network. */
static void draw_waiting(struct watch *w, struct app *a, struct canvas *c)
{
    bool is_lost = a->life.state > LIFE_ONLINE;
    bool waits = w->report.state <= PLAYER_BUFFERING || w->phase == WATCH_REOPENING;
    if ((!waits && !is_lost) || w->mode == WATCH_SEEKING || w->phase == WATCH_OVER)
        return;
    if (is_lost && !waits)
        return; /* what is there plays on */
    const char *title = word(is_lost ? W_PLAYER_CUT : W_BUFFERING);
    struct rect r = rect_of(c, 340, 270, 600, 180);
    add_over(w, c, r);
    fill_round(c, r, 16, veil(0.8));
    lantern_draw(c, rect_of(c, 612, 282, 56, 56), is_lost ? 0 : 1);
    text_draw(c, title, (struct rect){ r.x + px(c, 20), px(c, 350), r.w - px(c, 40), 0 },
              (struct text_look){ .size = 23, .weight = TEXT_STRONG, .align = TEXT_CENTRE });
    if (is_lost)
        text_draw(c, word(W_PLAYER_CUT_MORE),
                  (struct rect){ r.x + px(c, 20), px(c, 350) + text_line(c, 23, false),
                                 r.w - px(c, 40), 0 },
                  (struct text_look){
                      .size = 17, .align = TEXT_CENTRE, .lines = 2, .colour = c->theme.dim });
}

static void draw_caption(struct watch *w, struct canvas *c)
{
    bool has_bars = w->mode == WATCH_CONTROLS || w->mode == WATCH_SEEKING;
    int bottom = has_bars ? bars_top(c) - px(c, 10) : c->height - px(c, SAFE_Y);
    struct rect r = { px(c, 140), 0, c->width - 2 * px(c, 140), bottom };
    if (w->caption[0] == '\0' || w->mode == WATCH_NEXT || w->mode == WATCH_SEEKING)
        return;
    add_over(w, c, text_caption(c, w->caption, r, 30));
}

void watch_draw(struct screen *s, struct app *a, struct canvas *c)
{
    struct watch *w = (struct watch *)s;
    w->n_over = 0;
    if (!a->has_picture) { /* nothing under it: an opaque screen */
        waiting_draw(a, c, w->playback != NULL ? watch_title(w, a) : word(W_LOADING));
        if (w->playback == NULL || w->mode == WATCH_CONTROLS || w->mode == WATCH_BARE)
            return;
    }
    draw_caption(w, c);
    draw_waiting(w, a, c);
    switch (w->mode) {
    case WATCH_BARE: break;
    case WATCH_CONTROLS:
    case WATCH_SEEKING:
        draw_top(w, a, c);
        draw_controls(w, a, c);
        break;
    case WATCH_AUDIO:
    case WATCH_CAPTIONS: draw_list(w, a, c); break;
    case WATCH_NEXT: draw_next(w, a, c); break;
    case WATCH_END: draw_end(w, a, c); break;
    }
}
