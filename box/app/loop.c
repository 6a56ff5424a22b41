/* The loop: keys, answers, frames. Nothing is drawn when nothing changed; what moves has a frame
 * every sixtieth of a second. */
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "box/app/app.h"
#include "box/state/journal.h"

enum { IDLE_MS = 250, PICTURE_MS = 8, STANDBY_SECONDS = 5 };

#define FRAME_US INT64_C(16667)

static atomic_bool was_told_to_end;

static void end_asked(int number)
{
    (void)number;
    atomic_store(&was_told_to_end, true);
}

static void listen_for_signals(void)
{
    struct sigaction s = { .sa_handler = end_asked };
    sigaction(SIGTERM, &s, NULL);
    sigaction(SIGINT, &s, NULL);
    s.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &s, NULL);
}

static unsigned over_of(struct app *a, struct rect out[OVER_MAX])
{
    out[0] = (struct rect){ 0, 0, a->canvas.width, a->canvas.height };
    if (!a->has_picture || a->top->ops->over == NULL || app_has_notes(a))
        return 1;
    return a->top->ops->over(a->top, a, out);
}

static int64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * UTC_SECOND + t.tv_nsec / 1000;
}

static void draw(struct app *a)
{
    canvas_begin(&a->canvas);
    a->top->ops->draw(a->top, a, &a->canvas);
    app_draw_notes(a, &a->canvas);
    canvas_end(&a->canvas);
    window_take(a->window, &a->canvas);
    canvas_clean(&a->canvas);
}

/* How long the frames of a movement and the answer to a key took. */
static void count(struct app *a, bool was_animating, int64_t begun_us, int64_t last_us)
{
    struct frames *f = &a->frames;
    int64_t now = clock_monotonic_us(), took = now - begun_us, gap = now - last_us;
    f->shown += 1;
    f->worst_us = took > f->worst_us ? took : f->worst_us;
    if (was_animating && gap > FRAME_US * 3 / 2)
        f->missed += (unsigned)((gap + FRAME_US / 2) / FRAME_US - 1);
    if (f->key_us == 0)
        return;
    int64_t key = now - f->key_us;
    f->key_us = 0;
    f->keys += 1;
    f->key_total_us += key;
    f->key_worst_us = key > f->key_worst_us ? key : f->key_worst_us;
}

bool app_save_screen(struct app *a, const char *file)
{
    struct rect over[OVER_MAX];
    unsigned n = over_of(a, over);
    enum err err = window_save(a->window, over, n, file);
    journal("shot", "%s%s%s", file, err != OK ? ": " : "", err != OK ? err_text(err) : "");
    return err == OK;
}

/* Time passes without us when the box rests: what was known is old. */
static void notice_standby(struct app *a)
{
    struct timespec boot;
    clock_gettime(CLOCK_BOOTTIME, &boot);
    int64_t asleep = (int64_t)boot.tv_sec * UTC_SECOND + boot.tv_nsec / 1000 - a->now_us;
    if (a->standby_us != 0 && asleep - a->standby_us > STANDBY_SECONDS * UTC_SECOND) {
        journal("standby", "%lld s", (long long)((asleep - a->standby_us) / UTC_SECOND));
        a->settings_due_us = 0;
        a->life.clock_is_known = false;
        if (a->top->ops->shown != NULL)
            a->top->ops->shown(a->top, a);
        app_redraw(a);
    }
    a->standby_us = asleep;
}

static void notice_time(struct app *a)
{
    static unsigned said; /* the second that is on the screen */
    if (a->note != N_WORDS && a->now_us > a->note_until) {
        a->note = N_WORDS;
        app_redraw(a);
    }
    unsigned rest = life_rest(&a->life, a->now_us);
    if (a->life.state > LIFE_ONLINE && rest != said)
        app_redraw(a);
    said = rest;
    if (art_was_short(a->art)) {
        art_shrink(a->art);
        text_cache_clear(a->canvas.texts);
        app_note(a, W_MEMORY_NOTE);
        journal("memory", "short: pictures were let go");
    }
    notice_standby(a);
}

static bool take_event(struct app *a, int wait_ms)
{
    struct press press;
    switch (window_wait(a->window, wait_ms, &press)) {
    case WINDOW_PRESS: app_press(a, press); return true;
    case WINDOW_EXPOSED: app_redraw(a); return true;
    case WINDOW_QUIT: a->is_quitting = true; return false;
    case WINDOW_WOKEN: return true;
    case WINDOW_NOTHING: break;
    }
    return false;
}

static void wait_for_more(struct app *a, int64_t frame_us)
{
    int64_t until = frame_us + FRAME_US;
    if (!a->is_animating) {
        int ms = a->has_picture || script_is_busy(a->script) ? PICTURE_MS : IDLE_MS;
        if (take_event(a, ms))
            while (take_event(a, 0))
                continue;
        return;
    }
    for (;;) {
        int64_t left = until - clock_monotonic_us();
        if (left < 1000 || a->is_quitting)
            break;
        take_event(a, (int)(left / 1000));
    }
    while (take_event(a, 0))
        continue;
}

/* One round. last_us: when the last frame was shown. */
static int64_t frame(struct app *a, int64_t last_us)
{
    bool was_animating = a->is_animating;
    int64_t cpu = cpu_us();
    a->now_us = clock_monotonic_us();
    a->is_animating = a->picture_is_new = false;
    watchdog_seen();
    arena_destroy(&a->frame);
    a->frame = arena_create();
    app_dispatch(a);
    app_take_links(a);
    script_tick(a->script, a);
    notice_time(a);
    if (a->top->ops->tick != NULL)
        a->top->ops->tick(a->top, a, a->now_us);
    if (art_poll(a->art))
        app_redraw(a);
    bool is_drawn = a->canvas.n_damage > 0;
    if (is_drawn)
        draw(a);
    if (is_drawn || a->picture_is_new) {
        struct rect over[OVER_MAX];
        window_show(a->window, over, over_of(a, over));
        if (a->frames.shown == 0)
            journal("start", "first frame");
        count(a, was_animating && is_drawn && !a->has_picture, a->now_us, last_us);
        a->frames.cpu_us += cpu_us() - cpu;
        last_us = clock_monotonic_us();
    }
    return last_us;
}

enum exit_code app_run(struct app *a)
{
    int64_t begun = clock_monotonic_us(), last = begun;
    double after = a->options->exit_after;
    listen_for_signals();
    a->now_us = begun;
    journal("start", "version %s, %s, %d x %d", LANTERNE_VERSION, window_driver(a->window),
            a->canvas.width, a->canvas.height);
    app_begin_session(a);
    while (!a->is_quitting) {
        last = frame(a, last);
        wait_for_more(a, a->now_us);
        if (atomic_load(&was_told_to_end) ||
            (after > 0 && clock_monotonic_us() - begun > (int64_t)(after * 1e6)))
            a->is_quitting = true;
    }
    if (a->options->screenshot != NULL && !app_save_screen(a, a->options->screenshot) &&
        a->exit_code == EXIT_FINE)
        a->exit_code = EXIT_FILE;
    const struct frames *f = &a->frames;
    journal("frames",
            "shown %u, missed %u, worst %lld us, mean %lld us of CPU; keys %u, mean %lld us, "
            "worst %lld us",
            f->shown, f->missed, (long long)f->worst_us,
            (long long)(f->shown > 0 ? f->cpu_us / f->shown : 0), f->keys,
            (long long)(f->keys > 0 ? f->key_total_us / f->keys : 0), (long long)f->key_worst_us);
    return a->exit_code;
}
