/* The stack of screens, and what they ask of the box. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "box/app/app.h"
#include "box/screen/screens.h"
#include "box/state/journal.h"

enum { NOTE_SECONDS = 6 };

void *screen_new(size_t size, const struct screen_ops *ops)
{
    struct screen *s = calloc(1, size);
    if (s == NULL)
        abort();
    s->ops = ops;
    return s;
}

static void end_top(struct app *a)
{
    struct screen *s = a->top;
    a->top = s->below;
    client_forget(a->client, s->owner);
    s->ops->end(s, a);
    free(s);
}

static void show_top(struct app *a)
{
    journal("screen", "%s", a->top->ops->name);
    app_redraw(a);
}

void app_push(struct app *a, struct screen *s)
{
    s->owner = OWNER_FIRST_SCREEN + a->owners++;
    s->below = a->top;
    a->top = s;
    show_top(a);
    s->ops->begin(s, a);
}

void app_pop(struct app *a)
{
    if (a->top == NULL || a->top->below == NULL)
        return;
    end_top(a);
    show_top(a);
    if (a->top->ops->shown != NULL)
        a->top->ops->shown(a->top, a);
}

void app_reset(struct app *a, struct screen *s)
{
    while (a->top != NULL)
        end_top(a);
    app_push(a, s);
}

void app_replace(struct app *a, struct screen *s)
{
    end_top(a);
    app_push(a, s);
}

void app_go_home(struct app *a)
{
    struct screen *home = app_find(a, "home");
    if (home == NULL || a->top == home)
        return;
    while (a->top != home)
        end_top(a);
    show_top(a);
    home->ops->shown(home, a);
}

struct screen *app_find(struct app *a, const char *name)
{
    struct screen *s = a->top;
    while (s != NULL && strcmp(s->ops->name, name) != 0)
        s = s->below;
    return s;
}

void app_ask(struct app *a, struct screen *s, struct ask ask)
{
    ask.owner = s->owner;
    client_ask(a->client, &ask);
}

void app_redraw(struct app *a)
{
    canvas_damage_all(&a->canvas);
}

void app_set_picture(struct app *a, bool has_picture)
{
    if (a->has_picture == has_picture)
        return;
    a->has_picture = a->canvas.is_clear = has_picture;
    if (!has_picture)
        window_no_picture(a->window);
    app_redraw(a);
}

void app_animate(struct app *a)
{
    a->is_animating = true;
}

utc_time app_now(const struct app *a)
{
    return (utc_time){ life_now(&a->life, clock_now().us) };
}

void app_say(struct app *a, const char *label)
{
    if (a->settings.is_spoken)
        speak_say(a->speak, label, language_code(words_language()));
}

void app_told_time(struct app *a, utc_time now)
{
    int64_t wall = clock_now().us;
    life_told_time(&a->life, now.us, wall);
    bool is_wrong = life_clock_is_wrong(&a->life, wall);
    if (is_wrong != a->clock_is_wrong)
        journal("clock", "%s", is_wrong ? "wrong" : "right");
    a->clock_is_wrong = is_wrong;
}

void app_focused(struct app *a, const char *label)
{
    journal("focus", "%s", label);
    app_say(a, label);
}

void app_note(struct app *a, enum word note)
{
    a->note = note;
    a->note_until = a->now_us + NOTE_SECONDS * UTC_SECOND;
    app_redraw(a);
}

const char *app_site(const struct app *a)
{
    const char *server = client_server(a->client), *host = strstr(server, "://");
    return host != NULL ? host + 3 : server;
}

char *app_subscribe_text(struct app *a, enum word otherwise)
{
    bool is_theirs = a->options->partner != NULL && a->partner != NULL && a->partner->name != NULL;
    if (is_theirs)
        return word_with(a->frame, W_P_SUBSCRIBE_BY, a->partner->name, app_site(a));
    return word_with(a->frame, otherwise, app_site(a), NULL);
}

char *app_problem_text(struct app *a, const struct problem *p)
{
    enum word w = word_of_problem(p->code);
    if (w == W_P_SUBSCRIBE)
        return app_subscribe_text(a, w);
    if (strcmp(p->code, "stream-ended") == 0 && word_of_ending(p->reason) != N_WORDS)
        w = word_of_ending(p->reason);
    return word_with(a->frame, w, app_site(a), NULL);
}
