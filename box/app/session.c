/* Whose box it is: its token, its profile, its operator, and how its people like it. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "box/app/app.h"
#include "box/screen/screens.h"
#include "box/state/journal.h"

enum { SETTINGS_MINUTES = 15 };

void app_save_settings(struct app *a)
{
    enum err err = settings_save(a->options->state, &a->settings);
    a->cannot_save = err != OK;
    if (err != OK)
        journal("state", "settings cannot be saved: %s", err_text(err));
}

/* A partner's colours, unless letters could not be read on them. */
static void take_colours(struct theme *t, const struct box_settings *p)
{
    struct colour ground = t->ground, text = t->text, accent = t->accent;
    colour_parse(p->ground, &ground);
    colour_parse(p->text, &text);
    colour_parse(p->accent, &accent);
    if (colour_contrast(ground, text) < 4.5 || colour_contrast(ground, accent) < 3)
        return;
    t->ground = ground;
    t->text = text;
    t->accent = accent;
    struct colour dark = { 0.05, 0.04, 0.03, 1 }, light = { 1, 1, 1, 1 };
    t->on_accent = colour_contrast(accent, dark) >= colour_contrast(accent, light) ? dark : light;
    /* Panels lie between the ground and the text. */
    t->panel = (struct colour){ ground.r * 0.9 + text.r * 0.1, ground.g * 0.9 + text.g * 0.1,
                                ground.b * 0.9 + text.b * 0.1, 1 };
    t->panel_2 = (struct colour){ ground.r * 0.83 + text.r * 0.17, ground.g * 0.83 + text.g * 0.17,
                                  ground.b * 0.83 + text.b * 0.17, 1 };
    t->dim = (struct colour){ ground.r * 0.27 + text.r * 0.73, ground.g * 0.27 + text.g * 0.73,
                              ground.b * 0.27 + text.b * 0.73, 1 };
}

static void more_contrast(struct theme *t)
{
    struct colour black = { 0, 0, 0, 1 }, white = { 1, 1, 1, 1 };
    t->ground = black;
    t->panel = (struct colour){ 0.1, 0.1, 0.1, 1 };
    t->panel_2 = (struct colour){ 0.2, 0.2, 0.2, 1 };
    t->text = t->dim = white;
    t->accent = (struct colour){ 1, 0.85, 0, 1 };
    t->on_accent = black;
}

void app_apply_settings(struct app *a)
{
    static const double sizes[] = { 1, 1.2, 1.4 };
    struct theme *t = &a->canvas.theme;
    theme_default(t);
    if (a->partner != NULL)
        take_colours(t, a->partner);
    if (a->settings.is_contrast)
        more_contrast(t);
    t->is_contrast = a->settings.is_contrast;
    t->text_scale = sizes[a->settings.text_size % 3];
    words_choose(a->settings.language);
    client_set_language(a->client, language_code(a->settings.language));
    if (a->settings.is_spoken && a->speak == NULL)
        a->speak = speak_open();
    app_redraw(a);
}

void app_take_box_settings(struct app *a, struct answer *answer)
{
    if (answer->outcome != OUTCOME_ANSWER)
        a->settings_due_us = 0; /* as soon as somebody answers */
    if (answer->problem != NULL || answer->value == NULL)
        return; /* a service that knows no boxes: its own look is fine */
    const struct box_settings *p = answer->value;
    arena_destroy(&a->partner_mem);
    a->partner_mem = answer_take(answer);
    a->partner = p;
    if (p->now.us != 0)
        app_told_time(a, p->now);
    if (p->version_wanted != NULL && strcmp(p->version_wanted, LANTERNE_VERSION) != 0)
        journal("version", "%s is wanted, this is %s", p->version_wanted, LANTERNE_VERSION);
    app_apply_settings(a);
}

/* As a query wants it. */
static char *escaped(struct app *a, const char *text)
{
    struct buf out;
    buf_init(&out, 512);
    for (; *text != '\0'; text++) {
        if (isalnum((unsigned char)*text) || *text == '-' || *text == '_' || *text == '.')
            buf_u8(&out, (uint8_t)*text);
        else
            buf_printf(&out, "%%%02X", (unsigned)(unsigned char)*text);
    }
    char *said = arena_strdup(a->frame, buf_string(&out));
    buf_finish(&out);
    return said;
}

void app_session_tick(struct app *a)
{
    if (a->now_us < a->settings_due_us || a->life.state > LIFE_ONLINE)
        return;
    a->settings_due_us = a->now_us + SETTINGS_MINUTES * 60 * UTC_SECOND;
    const char *partner = a->options->partner != NULL ? a->options->partner : "";
    char *path = arena_printf(a->frame, "/api/v1/box/settings?version=%s&box=%s&state=%s%s%s",
                              LANTERNE_VERSION, a->settings.box, a->top->ops->name,
                              partner[0] != '\0' ? "&partner=" : "", escaped(a, partner));
    client_ask(a->client, &(struct ask){ .owner = OWNER_APP,
                                         .what = WHAT_SETTINGS,
                                         .path = path,
                                         .read = read_box_settings });
}

void app_begin_session(struct app *a)
{
    char token[TOKEN_BYTES];
    token_load(a->options->state, token);
    client_set_token(a->client, token[0] != '\0' ? token : NULL);
    explicit_bzero(token, sizeof token);
    if (client_has_token(a->client))
        app_reset(a, profiles_screen(false));
    else if (a->options->assertion != NULL)
        app_reset(a, assertion_screen());
    else
        app_reset(a, activate_screen(N_WORDS));
}

void app_signed_in(struct app *a, const char *token)
{
    client_set_token(a->client, token);
    enum err err = token_save(a->options->state, token);
    a->cannot_save = err != OK;
    journal("session", "signed in");
    if (err != OK) {
        journal("state", "the token cannot be saved: %s", err_text(err));
        app_note(a, W_DISK_NOTE);
    }
    app_reset(a, profiles_screen(false));
}

void app_signed_out(struct app *a, enum word why)
{
    journal("session", "signed out");
    client_set_token(a->client, NULL);
    if (token_save(a->options->state, NULL) != OK)
        journal("state", "the token cannot be removed");
    a->profile_name[0] = a->profile_sound[0] = a->profile_captions[0] = '\0';
    a->has_profiles = false;
    app_reset(a, activate_screen(why));
}

static void copy_or_empty(char *out, size_t room, const char *text)
{
    if (!text_copy(out, room, text != NULL ? text : ""))
        out[0] = '\0';
}

void app_take_profile(struct app *a, const struct profile *p)
{
    text_copy(a->profile_name, sizeof a->profile_name, p->name != NULL ? p->name : "");
    copy_or_empty(a->profile_sound, sizeof a->profile_sound, p->sound);
    copy_or_empty(a->profile_captions, sizeof a->profile_captions, p->captions);
    if (p->language != NULL && !a->settings.language_is_chosen) {
        a->settings.language = language_of(p->language);
        app_apply_settings(a);
    }
}

void app_take_links(struct app *a)
{
    while (door_hear(a->door, a->link)) {
        const char *title = link_title(a->link);
        journal("link", "%s%s", a->link, title == NULL ? ": is no link" : "");
        a->pending_open = title;
        if (title == NULL || app_find(a, "home") == NULL)
            continue;
        a->pending_open = NULL;
        app_go_home(a);
        app_push(a, title_screen(title));
    }
}

void app_enter(struct app *a)
{
    const char *open = a->pending_open;
    a->pending_open = NULL;
    app_reset(a, home_screen());
    if (open != NULL)
        app_push(a, title_screen(open));
}
