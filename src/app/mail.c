/* The outbox, looked at and pushed. */
#include "app/commands.h"
#include "app/list.h"
#include "base/clock.h"
#include "driver/store/letters.h"

const struct app_option options_mail_list[] = {
    { "all", NULL, "also those that were sent in the last 30 days", false },
    { 0 },
};
const struct app_option options_mail_retry[] = {
    { "all", NULL, "every letter that waits or was given up", false },
    { 0 },
};

static void put_letter(const struct store_letter *l, bool is_json, struct json_writer *w)
{
    char due[UTC_TEXT];
    if (!is_json) {
        utc_format(l->due, due);
        due[sizeof "2013-07-22T20:00:00" - 1] = 0;
        buf_printf(w->out, "%s  %-7s  %sZ  %2u  %-17s  %s", l->id.s, l->state, due, l->tries,
                   l->kind, l->to);
        buf_printf(w->out, l->why[0] != 0 ? "  (%s)\n" : "%s\n", l->why);
        return;
    }
    json_object(w, NULL);
    json_text(w, "id", l->id.s);
    json_text(w, "state", l->state);
    json_text(w, "kind", l->kind);
    json_text(w, "to", l->to);
    json_instant(w, "created", l->created);
    json_instant(w, "due", l->due);
    json_number(w, "tries", l->tries);
    json_text(w, "why", l->why[0] != 0 ? l->why : NULL);
    json_end(w);
}

static enum err put_page(struct app *app, void *context, struct arena *arena, const char *after,
                         struct json_writer *w, const char **next)
{
    (void)context;
    struct store_letter *letters = NULL;
    size_t n = 0;
    enum err err = store_letters_list(app->store, arena, !app_flag(app, "all"), after, 200,
                                      &letters, &n, next);
    for (size_t i = 0; err == OK && i < n; i++)
        put_letter(&letters[i], app->is_json, w);
    return err;
}

int cmd_mail_list(struct app *app)
{
    int code = app_open(app);
    return code == EXIT_OK ? app_list(app, put_page, NULL, "the letters cannot be listed") : code;
}

static int print_count(struct app *app, size_t n)
{
    struct buf out;
    buf_init(&out, 256);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_number(&w, "due", (int64_t)n);
        json_end(&w);
    } else {
        buf_printf(&out, "%zu due", n);
    }
    int code = app_print(app, &out);
    buf_finish(&out);
    return code;
}

int cmd_mail_retry(struct app *app)
{
    letter_id id;
    size_t n = 0;
    bool all = app_flag(app, "all");
    if (all == (app->n_operands > 0))
        return app_usage(app, "either ID or --all");
    if (!all && !app_id(app, app->operands[0], "ID", id.s))
        return EXIT_USAGE;
    int code = app_open(app);
    if (code != EXIT_OK)
        return code;
    enum err err = store_letter_retry(app->store, all ? NULL : &id, clock_now(), &n);
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "%s: was sent already", app->operands[0]);
    return err == OK ? print_count(app, n)
                     : app_error(app, err, all ? "the letters" : app->operands[0]);
}
