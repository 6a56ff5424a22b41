/* Makes the box, hands answers and keys to the screens, and ends it. */
#include "box/app/app.h"

#include <stdlib.h>
#include <string.h>

#include "box/screen/screens.h"
#include "box/state/journal.h"

enum { ART_BYTES = 18 * 1024 * 1024 }; /* three screens of posters at 1080p */

static enum err make_parts(struct app *a)
{
    enum err err = client_create(
        &(struct client_params){ .server = a->options->server,
                                 .agent = "lanterne-box/" LANTERNE_VERSION " (set-top box)",
                                 .wake = window_wake },
        &a->client);
    if (err == OK)
        err = art_create(&(struct art_params){ .client = a->client,
                                               .owner = OWNER_ART,
                                               .bytes_max = ART_BYTES,
                                               .wake = window_wake },
                         &a->art);
    if (err == OK)
        err = canvas_init(&a->canvas, a->options->width, a->options->height);
    return err;
}

enum err app_create(const struct options *options, struct app **out)
{
    struct app *a = calloc(1, sizeof *a);
    if (a == NULL)
        return ERR_MEMORY;
    a->options = options;
    a->frame = arena_create();
    a->note = N_WORDS;
    a->pending_open = options->open != NULL ? link_title(options->open) : NULL;
    life_init(&a->life);
    enum err err = settings_load(options->state, &a->settings);
    a->cannot_save = err != OK;
    if (err != OK)
        journal("state", "nothing can be saved: %s", err_text(err));
    else if (door_open(options->state, &a->door) != OK)
        journal("link", "none can be handed in: another box runs here, or the folder takes none");
    if (!a->settings.language_is_chosen && options->language != NULL)
        a->settings.language = language_of(options->language);
    err = window_create(&(struct window_params){ .title = "Lanterne",
                                                 .width = options->width,
                                                 .height = options->height,
                                                 .is_fullscreen = options->is_fullscreen },
                        &a->window);
    if (err == OK)
        err = make_parts(a);
    if (err != OK) {
        app_destroy(&a);
        return err;
    }
    if (options->keys != NULL)
        a->script = script_create(options->keys);
    app_apply_settings(a);
    *out = a;
    return OK;
}

static void end_screens(struct app *a)
{
    while (a->top != NULL) {
        struct screen *s = a->top;
        a->top = s->below;
        s->ops->end(s, a);
        free(s);
    }
}

void app_destroy(struct app **app)
{
    struct app *a = *app;
    *app = NULL;
    if (a == NULL)
        return;
    door_close(&a->door);
    end_screens(a);
    script_destroy(&a->script);
    art_destroy(&a->art);
    client_destroy(&a->client);
    speak_close(&a->speak);
    if (a->canvas.surface != NULL)
        canvas_finish(&a->canvas);
    window_destroy(&a->window);
    arena_destroy(&a->partner_mem);
    arena_destroy(&a->frame);
    free(a);
}

/* ---- answers ---- */

static void back_online(struct app *a)
{
    art_retry(a->art);
    for (struct screen *s = a->top; s != NULL; s = s->below) {
        if (s->is_stale) {
            s->is_stale = false;
            s->ops->begin(s, a);
        }
    }
}

static void hear(struct app *a, const struct answer *answer)
{
    static const char *const names[] = { "starting", "online", "cut", "away", "clock" };
    int64_t wall = clock_now().us;
    double chance = (double)(a->now_us % 1000) / 1000;
    if (answer->server_time.us != 0)
        app_told_time(a, answer->server_time);
    if (!life_heard(&a->life, answer->outcome, a->now_us, wall, chance))
        return;
    journal("network", "%s", names[a->life.state]);
    app_redraw(a);
    if (a->life.state == LIFE_ONLINE)
        back_online(a);
}

static void hand_to_screen(struct app *a, struct answer *answer)
{
    struct screen *s = a->top;
    while (s != NULL && s->owner != answer->owner)
        s = s->below;
    if (s == NULL)
        return;
    if (answer->status == 401 && client_has_token(a->client) && !s->ops->is_entrance &&
        strcmp(answer->problem->code, "unauthenticated") == 0) {
        app_signed_out(a, W_SIGNED_OUT);
        return;
    }
    if (answer->outcome != OUTCOME_ANSWER && !s->ops->hears_silence) {
        s->is_stale = true;
        return;
    }
    s->ops->answer(s, a, answer);
}

void app_dispatch(struct app *a)
{
    struct answer answer;
    while (client_poll(a->client, &answer)) {
        hear(a, &answer);
        if (answer.owner == OWNER_ART)
            art_answer(a->art, &answer);
        else if (answer.owner == OWNER_APP && answer.what == WHAT_SETTINGS)
            app_take_box_settings(a, &answer);
        else
            hand_to_screen(a, &answer);
        answer_finish(&answer);
    }
    if (life_is_due(&a->life, a->now_us))
        client_ask(a->client, &(struct ask){ .owner = OWNER_APP,
                                             .what = WHAT_PROBE,
                                             .method = "GET",
                                             .path = "/api/v1/service",
                                             .is_public = true });
    app_session_tick(a);
}

/* ---- keys ---- */

static void press_nothing_took(struct app *a, struct press press)
{
    if (press.key == KEY_HOME && app_find(a, "home") != NULL)
        app_go_home(a);
    else if (press.key == KEY_BACK && a->top->below != NULL)
        app_pop(a);
    else if (press.key == KEY_BACK && !a->top->ops->is_entrance)
        app_push(a, leave_screen());
}

void app_press(struct app *a, struct press press)
{
    if (a->frames.key_us == 0)
        a->frames.key_us = clock_monotonic_us();
    if (press.key == KEY_OK && app_is_lost(a)) { /* whoever presses wants it tried now */
        a->life.next_try_us = a->now_us;
        return;
    }
    if (!a->top->ops->press(a->top, a, press))
        press_nothing_took(a, press);
}
