/* Activation (RFC 8628): the box shows a code, the member allows it elsewhere, the box asks whether
 * that has happened.
 *
 *   ASKING -codes-> SHOWING -token-> signed in
 *     ^  ^            |
 *     |  +-refused----+-- expired, denied: a new code
 *     +--- after a rest: no codes to be had */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/json.h"
#include "box/draw/qr.h"
#include "box/screen/parts.h"
#include "box/screen/screens.h"
#include "box/state/journal.h"

enum {
    WHAT_CODES = 1,
    WHAT_TOKEN,
    REST_SECONDS = 20,
    SLOWER_SECONDS = 5,
    DOUBLINGS_MAX = 5,
    BACK_OFF_MAX = 120,
    NAME_MAX_BYTES = 40
};

struct activate {
    struct screen s;
    struct arena *mem; /* of code */
    const struct device_code *code;
    enum word why;
    unsigned interval, silent;         /* silent: times that nobody answered, one after another */
    int64_t ends_us, ask_us, again_us; /* 0: not planned */
    unsigned said_minutes;
};

static struct activate *self(struct screen *s)
{
    return (struct activate *)s;
}

static void ask_codes(struct screen *s, struct app *a)
{
    struct activate *me = self(s);
    struct utsname host = { 0 };
    struct buf body;
    char *name;
    uname(&host);
    name = arena_strndup(a->frame, host.nodename, strnlen(host.nodename, NAME_MAX_BYTES));
    host.machine[NAME_MAX_BYTES] = '\0';
    buf_init(&body, 2048);
    struct json_writer w = json_writer_of(&body);
    json_object(&w, NULL);
    json_text(&w, "client", "lanterne-box");
    json_text(&w, "version", LANTERNE_VERSION);
    json_text(&w, "name", name[0] != '\0' ? name : "Lanterne");
    json_text(&w, "model", host.machine);
    json_end(&w);
    me->again_us = me->ask_us = 0;
    app_ask(a, s,
            (struct ask){ .what = WHAT_CODES,
                          .method = "POST",
                          .path = "/api/v1/device/authorization",
                          .body = buf_string(&body),
                          .read = read_device_code,
                          .is_public = true });
    buf_finish(&body);
}

static void ask_token(struct screen *s, struct app *a)
{
    struct activate *me = self(s);
    struct buf body;
    buf_init(&body, 2048);
    struct json_writer w = json_writer_of(&body);
    json_object(&w, NULL);
    json_text(&w, "grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    json_text(&w, "device_code", me->code->device_code);
    json_text(&w, "client", "lanterne-box");
    json_end(&w);
    me->ask_us = 0;
    app_ask(a, s,
            (struct ask){ .what = WHAT_TOKEN,
                          .method = "POST",
                          .path = "/api/v1/device/token",
                          .body = buf_string(&body),
                          .read = read_token,
                          .is_public = true });
    buf_finish(&body);
}

static void begin(struct screen *s, struct app *a)
{
    ask_codes(s, a);
}

static void new_code(struct screen *s, struct app *a, enum word why)
{
    self(s)->why = why;
    ask_codes(s, a);
}

static void take_codes(struct screen *s, struct app *a, struct answer *answer)
{
    struct activate *me = self(s);
    if (answer->value == NULL) {
        unsigned rest = answer->retry_after > 0 ? answer->retry_after : REST_SECONDS;
        me->again_us = a->now_us + (int64_t)rest * UTC_SECOND;
        s->is_ready = false;
        journal("activation", "no code: %s", answer->problem->code);
        return;
    }
    me->code = answer->value;
    arena_destroy(&me->mem);
    me->mem = answer_take(answer);
    me->interval = me->code->interval;
    me->silent = 0;
    me->ends_us = a->now_us + (int64_t)me->code->expires_in * UTC_SECOND;
    me->ask_us = a->now_us + (int64_t)me->interval * UTC_SECOND;
    s->is_ready = true;
    journal("activation", "code %s at %s", me->code->user_code, me->code->uri);
    app_focused(a, me->code->user_code);
}

/* RFC 8628, 3.5: slower for good when told so, and for as long as nobody answers. */
static unsigned pause_seconds(const struct activate *me)
{
    unsigned pause = me->interval << me->silent;
    if (pause > BACK_OFF_MAX)
        pause = BACK_OFF_MAX;
    return pause > me->interval ? pause : me->interval;
}

static void take_token(struct screen *s, struct app *a, struct answer *answer)
{
    struct activate *me = self(s);
    if (answer->value != NULL) {
        app_signed_in(a, answer->value); /* ends this screen */
        return;
    }
    const char *code = answer->problem->code;
    if (strcmp(code, "access_denied") == 0) {
        new_code(s, a, W_ACTIVATE_DENIED);
        return;
    }
    if (strcmp(code, "expired_token") == 0 || strcmp(code, "invalid_grant") == 0) {
        new_code(s, a, W_ACTIVATE_AGAIN);
        return;
    }
    if (strcmp(code, "slow_down") == 0)
        me->interval += SLOWER_SECONDS;
    if (answer->outcome == OUTCOME_ANSWER)
        me->silent = 0;
    else if (me->silent < DOUBLINGS_MAX)
        me->silent += 1;
    me->ask_us = a->now_us + (int64_t)pause_seconds(me) * UTC_SECOND;
}

static void answer(struct screen *s, struct app *a, struct answer *got)
{
    app_redraw(a);
    if (got->what == WHAT_CODES)
        take_codes(s, a, got);
    else
        take_token(s, a, got);
}

static bool press(struct screen *s, struct app *a, struct press p)
{
    (void)s;
    (void)a;
    return p.key == KEY_BACK || p.key == KEY_HOME; /* there is nothing before this */
}

static void tick(struct screen *s, struct app *a, int64_t now)
{
    struct activate *me = self(s);
    if (!s->is_ready) {
        waiting_tick(a);
        if (me->again_us != 0 && now > me->again_us)
            ask_codes(s, a);
        return;
    }
    if (now > me->ends_us) {
        new_code(s, a, W_ACTIVATE_AGAIN);
        me->ends_us = now + REST_SECONDS * UTC_SECOND;
        return;
    }
    if (me->ask_us != 0 && now > me->ask_us)
        ask_token(s, a);
    unsigned minutes = (unsigned)((me->ends_us - now) / (60 * UTC_SECOND));
    if (minutes != me->said_minutes)
        app_redraw(a);
    me->said_minutes = minutes;
}

static void draw_code(struct activate *me, struct app *a, struct canvas *c)
{
    struct text_look dim = { .size = 21, .colour = c->theme.dim, .lines = 2 };
    int x = px(c, SAFE_X), w = px(c, 720), y = px(c, 120);
    y += text_draw(c, word(W_ACTIVATE), (struct rect){ x, y, w, 0 },
                   (struct text_look){ .size = 36, .weight = TEXT_DISPLAY, .lines = 2 });
    y += px(c, 22);
    y += text_draw(c, word(W_ACTIVATE_OPEN), (struct rect){ x, y, w, 0 }, dim) + px(c, 6);
    y += text_draw(c, me->code->uri, (struct rect){ x, y, w, 0 },
                   (struct text_look){
                       .size = 26, .weight = TEXT_STRONG, .lines = 2, .colour = c->theme.accent });
    y += px(c, 22);
    struct rect panel = { x, y, px(c, 620), px(c, 110) };
    fill_round(c, panel, 14, c->theme.panel);
    text_middle(c, me->code->user_code, panel,
                (struct text_look){
                    .size = 68, .weight = TEXT_STRONG, .align = TEXT_CENTRE, .is_fixed = true });
    y += panel.h + px(c, 20);
    y += text_draw(c, word(W_ACTIVATE_WAIT), (struct rect){ x, y, w, 0 }, dim) + px(c, 6);
    char *left = minutes_said(a->frame, me->said_minutes + 1);
    text_draw(c, word_with(a->frame, W_ACTIVATE_LEFT, left, NULL), (struct rect){ x, y, w, 0 },
              dim);
}

static void draw(struct screen *s, struct app *a, struct canvas *c)
{
    struct activate *me = self(s);
    lantern_draw(c, rect_of(c, SAFE_X, SAFE_Y, 44, 44), 1);
    const char *name =
        a->partner != NULL && a->partner->name != NULL ? a->partner->name : "Lanterne";
    text_middle(c, name, rect_of(c, SAFE_X + 56, SAFE_Y, 700, 44),
                (struct text_look){ .size = 26, .weight = TEXT_DISPLAY });
    if (me->why != N_WORDS)
        text_draw(c, word(me->why), rect_of(c, SAFE_X, 612, 1152, 70),
                  (struct text_look){ .size = 20, .lines = 2, .colour = c->theme.accent });
    if (!s->is_ready) {
        unsigned rest =
            me->again_us > a->now_us ? (unsigned)((me->again_us - a->now_us) / UTC_SECOND) + 1 : 0;
        char *time = arena_printf(a->frame, "%u s", rest);
        waiting_draw(a, c,
                     rest > 0 ? word_with(a->frame, W_ACTIVATE_BUSY, time, NULL) : word(W_LOADING));
        return;
    }
    draw_code(me, a, c);
    const char *scanned = me->code->uri_complete != NULL ? me->code->uri_complete : me->code->uri;
    qr_draw(c, scanned, rect_of(c, 856, 150, 340, 340));
    text_draw(
        c, word(W_ACTIVATE_SCAN), rect_of(c, 846, 500, 360, 100),
        (struct text_look){ .size = 19, .align = TEXT_CENTRE, .lines = 3, .colour = c->theme.dim });
}

static void end(struct screen *s, struct app *a)
{
    (void)a;
    arena_destroy(&self(s)->mem);
}

static const struct screen_ops ops = { .name = "activate",
                                       .begin = begin,
                                       .answer = answer,
                                       .press = press,
                                       .tick = tick,
                                       .draw = draw,
                                       .end = end,
                                       .hears_silence = true,
                                       .is_entrance = true };

struct screen *activate_screen(enum word why)
{
    struct activate *me = screen_new(sizeof *me, &ops);
    me->why = why;
    return &me->s;
}
