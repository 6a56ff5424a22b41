#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/list.h"
#include "base/clock.h"
#include "driver/password/password.h"
#include "driver/store/members.h"
#include "rules/territory/territory.h"

const struct app_option options_member_add[] = {
    { "email", "ADDRESS", "to sign in with", false },
    { "password-stdin", NULL, "the password is the first line of standard input", false },
    { "language", "LANG", "of pages and mails; en when not said", false },
    { "territory", "CC", "where they live; the house's own when not said", false },
    { "administrator", NULL, "runs the service instead of watching it", false },
    { 0 },
};
const struct app_option options_member_list[] = { { 0 } };
const struct app_option options_member_password[] = {
    { "email", "ADDRESS", "whose", false },
    { "password-stdin", NULL, "the password is the first line of standard input", false },
    { 0 },
};

enum { PASSWORD_LINE_MAX = 1024 };

/* The first line of standard input, without its end. */
static int read_password(struct app *app, char out[PASSWORD_LINE_MAX], size_t *n)
{
    if (!app_flag(app, "password-stdin"))
        return app_usage(app, "--password-stdin is missing; passwords are not taken as options");
    *n = 0;
    char c = 0;
    while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n') {
        if (*n == PASSWORD_LINE_MAX - 1)
            return app_fail(app, EXIT_REFUSED, "password: is longer than %d bytes",
                            PASSWORD_LINE_MAX - 1);
        out[(*n)++] = c;
    }
    if (*n > 0 && out[*n - 1] == '\r')
        (*n)--;
    out[*n] = 0;
    return EXIT_OK;
}

/* Address and password as they were given, checked; key and hash as they are kept. */
struct credentials {
    const char *email;
    char key[256], hash[PASSWORD_HASH_TEXT];
};

static int read_credentials(struct app *app, struct credentials *c)
{
    char password[PASSWORD_LINE_MAX], why[256];
    size_t n = 0;
    c->email = app_value(app, "email");
    if (c->email == NULL ||
        member_email_key(c->email, strlen(c->email), c->key, sizeof c->key) != OK)
        return app_usage(app, "--email: must be an address as in name@example.org");
    int code = read_password(app, password, &n);
    if (code != EXIT_OK)
        return code;
    if (member_password_acceptable(password, n, c->key, why, sizeof why) != OK)
        return app_fail(app, EXIT_REFUSED, "password: %s", why);
    enum err err = password_hash(password, n, c->hash);
    explicit_bzero(password, sizeof password);
    return err == OK ? EXIT_OK : app_error(app, err, "password");
}

int cmd_member_add(struct app *app)
{
    struct credentials c;
    const char *language = app_value(app, "language"), *territory = app_value(app, "territory");
    if (territory != NULL && territory_facts(territory) == NULL)
        return app_usage(app, "--territory: must be a country of ISO 3166-1: FR");
    int code = read_credentials(app, &c);
    if (code == EXIT_OK)
        code = app_open(app);
    if (code != EXIT_OK)
        return code;
    struct member member = {
        .email = c.email,
        .language = language == NULL ? "en" : language,
        .territory = territory != NULL ? territory : app->settings.territory,
        .created = clock_now(),
        .role = app_flag(app, "administrator") ? MEMBER_ROLE_ADMINISTRATOR : MEMBER_ROLE_MEMBER,
    };
    if (member.role == MEMBER_ROLE_MEMBER && app->settings.trial_days > 0 &&
        app->settings.trial_needs_means == 0)
        member.subscription = subscription_trial(member.created, (int)app->settings.trial_days);
    id_new(member.id.s);
    enum err err = store_member_add(app->store, &member, c.hash);
    if (err == ERR_EXISTS)
        return app_fail(app, EXIT_REFUSED, "%s has an account already", c.email);
    if (err != OK)
        return app_error(app, err, c.email);
    return app_print_id(app, member.id.s);
}

int cmd_member_password(struct app *app)
{
    struct credentials c;
    struct member member;
    const char *before = NULL;
    int code = read_credentials(app, &c);
    if (code == EXIT_OK)
        code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_member_by_email(app->store, app->arena, c.key, &member, &before);
    if (err == OK)
        err = store_member_password(app->store, member.id, c.hash, NULL);
    return err == OK ? EXIT_OK : app_error(app, err, c.email);
}

static void put_member(const struct member *m, bool is_json, struct json_writer *w)
{
    utc_time until = { 0 };
    enum subscription_state state = subscription_state_at(&m->subscription, clock_now(), &until);
    if (!is_json) {
        buf_printf(w->out, "%s  %-13s  %-6s  %s\n", m->id.s, member_role_name(m->role),
                   subscription_state_name(state), m->email);
        return;
    }
    json_object(w, NULL);
    json_text(w, "id", m->id.s);
    json_text(w, "email", m->email);
    json_text(w, "role", member_role_name(m->role));
    json_text(w, "language", m->language);
    json_text(w, "territory", m->territory);
    json_instant(w, "created", m->created);
    json_text(w, "subscription", subscription_state_name(state));
    json_instant(w, "until", until);
    json_end(w);
}

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    (void)context;
    struct member *members = NULL;
    size_t n = 0;
    enum err err = store_members_list(app->store, arena, after, 200, &members, &n, next);
    for (size_t i = 0; err == OK && i < n; i++)
        put_member(&members[i], app->is_json, w);
    return err;
}

int cmd_member_list(struct app *app)
{
    int code = app_open(app);
    return code == EXIT_OK ? app_list(app, put_page, NULL, "the members cannot be listed") : code;
}
