/* Who watches on an account, and the PIN that keeps children from what is not theirs. */
#include <string.h>

#include "app/commands.h"
#include "app/list.h"
#include "app/member_find.h"
#include "driver/store/members.h"
#include "driver/store/profiles.h"

const struct app_option options_member_pin[] = {
    { "clear", NULL, "take the PIN away, and the locked age with it", false },
    { 0 },
};

enum { ANSWER_MAX = 64 * 1024 };

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

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    const struct member *member = context;
    struct profile *profiles = NULL;
    size_t n = 0;
    (void)after;
    enum err err = store_profiles_list(app->store, arena, member->id, &profiles, &n);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (app->is_json)
            put_object(&profiles[i], w);
        else
            put_line(&profiles[i], w->out);
    }
    *next = NULL;
    return err;
}

int cmd_member_profiles(struct app *app)
{
    struct member member;
    int code = app_member_find(app, app->operands[0], &member);
    return code == EXIT_OK ? app_list(app, put_page, &member, "the profiles cannot be listed")
                           : code;
}

static int print_pin(struct app *app, const struct store_pin *pin)
{
    struct buf out;
    buf_init(&out, ANSWER_MAX);
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
    int code = app_member_find(app, app->operands[0], &member);
    if (code != EXIT_OK)
        return code;
    enum err err = OK;
    if (app_flag(app, "clear"))
        err = store_pin_set(app->store, member.id, NULL, 0);
    if (err == OK)
        err = store_pin_get(app->store, member.id, &pin);
    return err == OK ? print_pin(app, &pin) : app_error(app, err, "the PIN");
}
