/* Keys that tests and support press. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "box/app/app.h"
#include "box/state/journal.h"

enum { KEY_PAUSE_MS = 40, PATIENCE_SECONDS = 30, SHOT_SECONDS = 4, INPUT_MAX = 1024 * 1024 };

struct script {
    const char *at; /* what is still to be done, of words or of input */
    bool from_input, is_over;
    struct buf input; /* read, not yet done */
    size_t used;      /* of input */
    struct step step; /* waited for */
    int64_t until_us, patience_us;
};

struct script *script_create(const char *words)
{
    struct script *s = calloc(1, sizeof *s);
    if (s == NULL)
        abort();
    s->at = words;
    buf_init(&s->input, INPUT_MAX);
    s->from_input = strcmp(words, "-") == 0;
    if (s->from_input)
        fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
    return s;
}

void script_destroy(struct script **script)
{
    struct script *s = *script;
    *script = NULL;
    if (s == NULL)
        return;
    buf_finish(&s->input);
    free(s);
}

bool script_is_busy(const struct script *s)
{
    return s != NULL && !s->is_over;
}

/* What has been typed until now. */
static void read_input(struct script *s)
{
    char bytes[4096];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    if (n == 0)
        s->is_over = true;
    if (n <= 0)
        return;
    if (s->used == s->input.size) {
        buf_clear(&s->input);
        s->used = 0;
    }
    buf_put(&s->input, bytes, (size_t)n);
}

static enum err next_step(struct script *s)
{
    if (!s->from_input) {
        enum err err = step_next(&s->at, &s->step);
        s->is_over = err == OK && s->step.kind == STEP_NONE;
        return err;
    }
    read_input(s);
    const char *from = buf_string(&s->input) + s->used, *at = from;
    /* A word that is not ended may still grow. */
    size_t blank = strspn(from, " \t\r\n");
    if (from[blank] != '\0' && from[blank + strcspn(from + blank, " \t\r\n")] == '\0' &&
        !s->is_over) {
        s->step = (struct step){ 0 };
        return OK;
    }
    enum err err = step_next(&at, &s->step);
    s->used += (size_t)(at - from);
    if (s->step.kind != STEP_NONE)
        s->is_over = false;
    return err;
}

static void give_up(struct app *a, const char *why, const char *what)
{
    journal("keys", "%s: %s (the screen is %s)", why, what, a->top->ops->name);
    a->exit_code = EXIT_KEYS;
    a->is_quitting = true;
}

/* Whether the step that is waited for is done. */
static bool is_done(struct script *s, struct app *a)
{
    switch (s->step.kind) {
    case STEP_WAIT: return a->now_us >= s->until_us;
    case STEP_SCREEN:
        if (strcmp(a->top->ops->name, s->step.words) == 0 && a->top->is_ready) {
            journal("keys", "%s is there", s->step.words);
            return true;
        }
        if (a->now_us > s->patience_us)
            give_up(a, "it did not come", s->step.words);
        return a->is_quitting;
    case STEP_SHOT:
        if ((a->is_animating || art_is_busy(a->art) || a->now_us < s->until_us) &&
            a->now_us < s->patience_us)
            return false;
        if (!app_save_screen(a, s->step.words)) {
            a->exit_code = EXIT_FILE;
            a->is_quitting = true;
        }
        return true;
    default: return a->now_us >= s->until_us;
    }
}

static void begin_step(struct script *s, struct app *a)
{
    int64_t now = a->now_us;
    s->until_us = now + KEY_PAUSE_MS * 1000;
    s->patience_us = now + PATIENCE_SECONDS * UTC_SECOND;
    if (s->step.kind == STEP_PRESS) {
        app_press(a, s->step.press);
    } else if (s->step.kind == STEP_WAIT) {
        s->until_us = now + (int64_t)(s->step.seconds * 1e6);
    } else if (s->step.kind == STEP_SHOT) {
        s->until_us = now + 150 * 1000; /* two frames, and what they ask for */
        s->patience_us = now + SHOT_SECONDS * UTC_SECOND;
    } else if (s->step.kind == STEP_QUIT) {
        a->is_quitting = true;
    }
}

void script_tick(struct script *s, struct app *a)
{
    if (s == NULL || s->is_over)
        return;
    if (s->step.kind != STEP_NONE && !is_done(s, a))
        return;
    s->step = (struct step){ 0 };
    if (next_step(s) != OK) {
        give_up(a, "no such word", s->from_input ? "of standard input" : "of --keys");
        return;
    }
    if (s->step.kind != STEP_NONE)
        begin_step(s, a);
}
