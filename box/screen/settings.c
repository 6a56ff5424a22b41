/* How people like their box, and the way out. */
#include <string.h>

#include "box/screen/parts.h"
#include "box/screen/screens.h"

enum line {
    LINE_LANGUAGE,
    LINE_TEXT_SIZE,
    LINE_CONTRAST,
    LINE_SPOKEN,
    LINE_PROFILE,
    LINE_ABOUT,
    LINE_LOG,
    LINE_SIGN_OUT,
    N_LINES
};

static const char *label_of(enum line line)
{
    static const enum word labels[N_LINES] = {
        W_LANGUAGE, W_TEXT_SIZE, W_CONTRAST, W_SPOKEN, W_SWITCH_PROFILE, W_ABOUT, W_LOG, W_SIGN_OUT
    };
    return word(labels[line]);
}

static const char *value_of(const struct app *a, enum line line)
{
    static const enum word sizes[] = { W_TEXT_NORMAL, W_TEXT_LARGE, W_TEXT_LARGEST };
    const struct settings *s = &a->settings;
    switch (line) {
    case LINE_LANGUAGE: return word(W_LANGUAGE_OWN);
    case LINE_TEXT_SIZE: return word(sizes[s->text_size % 3]);
    case LINE_CONTRAST: return word(s->is_contrast ? W_CONTRAST_HIGH : W_CONTRAST_NORMAL);
    case LINE_SPOKEN:
        if (s->is_spoken && a->speak == NULL)
            return word(W_SPOKEN_NONE);
        return word(s->is_spoken ? W_SPOKEN_ON : W_SPOKEN_OFF);
    case LINE_PROFILE: return a->profile_name[0] != '\0' ? a->profile_name : word(W_ME);
    default: return NULL;
    }
}

static void say_focus(struct screen *s, struct app *a)
{
    enum line line = (enum line)s->focus.row;
    const char *value = value_of(a, line);
    app_focused(a, arena_printf(a->frame, "%s%s%s", label_of(line), value != NULL ? ": " : "",
                                value != NULL ? value : ""));
}

static void begin(struct screen *s, struct app *a)
{
    focus_resize(&s->focus, N_LINES);
    for (unsigned i = 0; i < N_LINES; i++)
        focus_set_row(&s->focus, i, 1, FOCUS_REMEMBERS);
    s->is_ready = true;
    say_focus(s, a);
}

static void answer(struct screen *s, struct app *a, struct answer *got)
{
    (void)s;
    (void)a;
    (void)got;
}

/* Left and right, and OK, take the next value. */
static bool turn(struct app *a, enum line line, int step)
{
    struct settings *s = &a->settings;
    switch (line) {
    case LINE_LANGUAGE:
        s->language = s->language == LANGUAGE_FR ? LANGUAGE_EN : LANGUAGE_FR;
        s->language_is_chosen = true;
        break;
    case LINE_TEXT_SIZE: s->text_size = (s->text_size + (step > 0 ? 1 : 2)) % 3; break;
    case LINE_CONTRAST: s->is_contrast = !s->is_contrast; break;
    case LINE_SPOKEN: s->is_spoken = !s->is_spoken; break;
    default: return false;
    }
    app_apply_settings(a);
    app_save_settings(a);
    return true;
}

static void open_line(struct app *a, enum line line)
{
    switch (line) {
    case LINE_PROFILE: app_push(a, profiles_screen(true)); break;
    case LINE_ABOUT: app_push(a, about_screen()); break;
    case LINE_LOG: app_push(a, log_screen()); break;
    case LINE_SIGN_OUT: app_push(a, sign_out_screen()); break;
    default: break;
    }
}

static bool press(struct screen *s, struct app *a, struct press p)
{
    enum line line = (enum line)s->focus.row;
    bool is_turn = p.key == KEY_LEFT || p.key == KEY_RIGHT || p.key == KEY_OK;
    if (is_turn) {
        if (turn(a, line, p.key == KEY_LEFT ? -1 : 1))
            say_focus(s, a);
        else if (p.key == KEY_OK)
            open_line(a, line);
        return true;
    }
    if (!focus_press(s, a, p.key))
        return false;
    if (s->focus.row != (unsigned)line)
        say_focus(s, a);
    return true;
}

static void draw(struct screen *s, struct app *a, struct canvas *c)
{
    int y = heading_draw(a, c, word(W_SETTINGS)), high = line_height(c), gap = px(c, 8);
    int room = c->height - px(c, SAFE_Y) - y, all = N_LINES * (high + gap);
    int at = (int)s->focus.row * (high + gap), up = 0;
    if (all > room && at + high > room)
        up = at + high - room; /* with the largest letters it scrolls */
    for (int i = 0; i < N_LINES; i++) {
        struct rect r = { px(c, SAFE_X), y - up + i * (high + gap), px(c, 860), high };
        if (r.y >= y - gap)
            line_draw(c, r, label_of((enum line)i), value_of(a, (enum line)i),
                      s->focus.row == (unsigned)i);
    }
}

static void shown(struct screen *s, struct app *a)
{
    say_focus(s, a);
}

static void end(struct screen *s, struct app *a)
{
    (void)s;
    (void)a;
}

static const struct screen_ops ops = { .name = "settings",
                                       .begin = begin,
                                       .answer = answer,
                                       .press = press,
                                       .draw = draw,
                                       .shown = shown,
                                       .end = end };

struct screen *settings_screen(void)
{
    return screen_new(sizeof(struct screen), &ops);
}
