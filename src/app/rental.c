/* What members have rented. */
#include <string.h>

#include "app/commands.h"
#include "app/list.h"
#include "base/clock.h"
#include "driver/store/members.h"
#include "driver/store/rentals.h"
#include "driver/store/titles.h"

const struct app_option options_rental_list[] = {
    { "member", "ADDRESS", "only of this member", false },
    { 0 },
};

/* Names what there is to name; what is gone has no name. */
struct names {
    const char *title, *member;
};

static enum err find_names(struct app *app, struct arena *arena, const struct rental *r,
                           struct names *out)
{
    struct title title;
    struct title_episode episode;
    struct member member;
    *out = (struct names){ 0 };
    enum err err = store_playable_find(app->store, arena, r->playable, &title, &episode);
    if (err == OK)
        out->title = episode.id.s[0] == 0 ? title.original_title
                                          : arena_printf(arena, "%s S%dE%d", title.original_title,
                                                         episode.season, episode.number);
    if (err == OK || err == ERR_NOT_FOUND)
        err = store_member_get(app->store, arena, r->member, &member);
    if (err == OK)
        out->member = member.email;
    return err == ERR_NOT_FOUND ? OK : err;
}

static void put_members(struct json_writer *w, const struct rental *r, const struct names *names,
                        enum rental_state state)
{
    char amount[MONEY_TEXT];
    money_format_amount(&r->price, amount);
    json_text(w, "id", r->id.s);
    json_text(w, "state", rental_state_name(state));
    json_text(w, "member", names->member);
    json_text(w, "title", r->title.s);
    json_text(w, "playable", r->playable.s);
    json_text(w, "name", names->title);
    json_text(w, "territory", r->territory);
    json_object(w, "price");
    json_text(w, "amount", amount);
    json_text(w, "currency", r->price.currency);
    json_end(w);
    json_text(w, "format", rights_format_name(r->format));
    json_instant(w, "ordered", r->ordered);
    json_instant(w, "bought", r->bought);
    json_instant(w, "start_by", r->start_by);
    json_real(w, "watch_hours", (double)r->watch_us / (3600.0 * (double)UTC_SECOND));
    json_instant(w, "started", r->started);
    json_instant(w, "ends", r->ends);
    json_text(w, "charge", r->charge.s[0] != 0 ? r->charge.s : NULL);
    json_text(w, "right", r->right != NULL && r->right[0] != 0 ? r->right : NULL);
    json_text(w, "studio", r->studio != NULL && r->studio[0] != 0 ? r->studio : NULL);
}

static void put_line(struct buf *out, const struct rental *r, const struct names *names,
                     enum rental_state state)
{
    char price[MONEY_TEXT];
    money_format(&r->price, price);
    buf_printf(out, "%s  %-7s  %s  %-3s  %12s  %s  %s\n", r->id.s, rental_state_name(state),
               r->territory, rights_format_name(r->format), price,
               names->member != NULL ? names->member : "-",
               names->title != NULL ? names->title : r->playable.s);
}

static enum err put_rental(struct app *app, struct arena *arena, const struct rental *r,
                           struct json_writer *w)
{
    struct names names;
    enum rental_state state = rental_state_at(r, clock_now(), NULL);
    enum err err = find_names(app, arena, r, &names);
    if (err != OK)
        return err;
    if (!app->is_json) {
        put_line(w->out, r, &names, state);
        return OK;
    }
    json_object(w, NULL);
    put_members(w, r, &names, state);
    json_end(w);
    return OK;
}

static enum err put_of_member(struct app *app, struct arena *arena, member_id member,
                              struct json_writer *w)
{
    struct rental *rentals = NULL;
    size_t n = 0;
    enum err err = store_rentals_list(app->store, arena, member, &rentals, &n);
    for (size_t i = 0; err == OK && i < n; i++)
        err = put_rental(app, arena, &rentals[i], w);
    return err;
}

/* Member by member, each one's newest first. context: the one whose are wanted; NULL: all. */
static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    enum { MEMBERS_A_PAGE = 200 };
    struct member *members = NULL;
    size_t n = 0;
    if (context != NULL)
        return put_of_member(app, arena, ((struct member *)context)->id, w);
    enum err err = store_members_list(app->store, arena, after, MEMBERS_A_PAGE, &members, &n, next);
    for (size_t i = 0; err == OK && i < n; i++)
        err = put_of_member(app, arena, members[i].id, w);
    return err;
}

int cmd_rental_list(struct app *app)
{
    enum { KEY_ROOM = 255 };
    struct member member;
    const char *hash, *address = app_value(app, "member");
    char key[KEY_ROOM];
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    if (address == NULL)
        return app_list(app, put_page, NULL, "the rentals cannot be listed");
    enum err err = member_email_key(address, strlen(address), key, sizeof key);
    if (err == OK)
        err = store_member_by_email(app->store, app->arena, key, &member, &hash);
    if (err != OK)
        return app_error(app, err, address);
    return app_list(app, put_page, &member, "the rentals cannot be listed");
}

static void put_instant(struct buf *out, const char *what, utc_time t)
{
    char text[UTC_TEXT];
    if (t.us == 0)
        return;
    utc_format(t, text);
    buf_printf(out, "%s: %s\n", what, text);
}

static void put_times(struct buf *out, const struct rental *r)
{
    put_instant(out, "ordered", r->ordered);
    put_instant(out, "bought", r->bought);
    put_instant(out, "to be started by", r->start_by);
    put_instant(out, "started", r->started);
    put_instant(out, "ends", r->ends);
    buf_printf(out, "charge: %s\n", r->charge.s[0] != 0 ? r->charge.s : "none");
    if (r->right != NULL && r->right[0] != 0)
        buf_printf(out, "right: %s\n", r->right);
    buf_truncate(out, out->size - 1); /* the last newline is the printer's */
}

int cmd_rental_show(struct app *app)
{
    enum { SHOW_MAX = 64 * 1024 };
    rental_id id;
    struct rental rental;
    struct names names;
    struct buf out;
    if (!app_id(app, app->operands[0], "rental", id.s))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_rental_get(app->store, app->arena, id, &rental);
    if (err == OK)
        err = find_names(app, app->arena, &rental, &names);
    if (err != OK)
        return app_error(app, err, id.s);
    buf_init(&out, SHOW_MAX);
    struct json_writer w = json_writer_of(&out);
    enum rental_state state = rental_state_at(&rental, clock_now(), NULL);
    if (app->is_json) {
        json_object(&w, NULL);
        put_members(&w, &rental, &names, state);
        json_end(&w);
    } else {
        put_line(&out, &rental, &names, state);
        put_times(&out, &rental);
    }
    code = app_print(app, &out);
    buf_finish(&out);
    return code;
}
