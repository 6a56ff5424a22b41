/* Who watches on an account, and the PIN that keeps children from what is not theirs. */
#include <string.h>

#include "app/commands.h"
#include "driver/store/members.h"
#include "driver/store/profiles.h"

const struct app_option options_member_pin[] = {
    { "clear", NULL, "take the PIN away, and the locked age with it", false },
    { 0 },
};

enum { LIST_MAX = 64 * 1024 };

/* The member whose address is the operand, with the store open. */
static int find_member(struct app *app, struct member *out)
{
    char key[256];
    const char *hash = NULL, *email = app->operands[0];
    if (member_email_key(email, strlen(email), key, sizeof key) != OK)
        return app_usage(app, "EMAIL must be an address as in name@example.org");
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_member_by_email(app->store, app->arena, key, out, &hash);
    return err == OK ? EXIT_OK : app_error(app, err, email);
}

static void put_line(const struct profile *p, struct buf *out)
{
    buf_printf(out, "%s  ", p->id.s);
    if (p->max_age > 0)
        buf_printf(out, "%-8s  up to %2d", p->is_child ? "children" : "limited", p->max_age);
    else
        buf_printf(out, "%-8s  no limit", "grown-up");
    buf_printf(out, "  %s\n", p->name[0] != 0 ? p->name : "(not named)");
}

static void put_object(const struct profile *p, struct json_writer *w)
{
    json_object(w, NULL);
    json_text(w, "id", p->id.s);
    json_text(w, "name", p->name[0] != 0 ? p->name : NULL);
    json_bool(w, "main", profile_is_main(p));
    json_bool(w, "child", p->is_child);
    if (p->max_age > 0)
        json_number(w, "max_age", p->max_age);
    else
        json_null(w, "max_age");
    json_text(w, "language", p->language);
    json_text(w, "sound", p->sound);
    json_text(w, "captions", p->captions);
    json_text(w, "avatar", p->avatar);
    json_instant(w, "created", p->created);
    json_end(w);
}

int cmd_member_profiles(struct app *app)
{
    struct member member;
    struct profile *profiles = NULL;
    size_t n = 0;
    struct buf out;
    int code = find_member(app, &member);
    if (code != EXIT_OK)
        return code;
    enum err err = store_profiles_list(app->store, app->arena, member.id, &profiles, &n);
    buf_init(&out, LIST_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_array(&w, "items");
    }
    for (size_t i = 0; err == OK && i < n; i++) {
        if (app->is_json)
            put_object(&profiles[i], &w);
        else
            put_line(&profiles[i], &out);
    }
    if (app->is_json) {
        json_end(&w);
        json_end(&w);
        buf_text(&out, "\n");
    }
    code = app_print_list(app, err, &out, "the profiles cannot be listed");
    buf_finish(&out);
    return code;
}

static int print_pin(struct app *app, const struct store_pin *pin)
{
    struct buf out;
    buf_init(&out, LIST_MAX);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_bool(&w, "set", pin->is_set);
        if (pin->locked_age > 0)
            json_number(&w, "locked_age", pin->locked_age);
        else
            json_null(&w, "locked_age");
        json_end(&w);
    } else if (pin->locked_age > 0) {
        buf_printf(&out, "set; asked for titles from %d years on", pin->locked_age);
    } else {
        buf_text(&out, pin->is_set ? "set" : "none");
    }
    int code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

int cmd_member_pin(struct app *app)
{
    struct member member;
    struct store_pin pin = { 0 };
    int code = find_member(app, &member);
    if (code != EXIT_OK)
        return code;
    enum err err = OK;
    if (app_flag(app, "clear"))
        err = store_pin_set(app->store, member.id, NULL, 0);
    if (err == OK)
        err = store_pin_get(app->store, member.id, &pin);
    return err == OK ? print_pin(app, &pin) : app_error(app, err, "the PIN");
}
