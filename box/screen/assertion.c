/* The operator's way in: a signed assertion (RFC 7523), and nobody types. */
#include <string.h>

#include "base/json.h"
#include "box/screen/parts.h"
#include "box/screen/screens.h"
#include "box/state/files.h"
#include "box/state/journal.h"

enum { ASSERTION_MAX = 8192, REST_SECONDS = 5 };

struct assertion {
    struct screen s;
    int64_t again_us;
};

/* As secret as a password: a file that others can read is refused. */
static enum err read_assertion(const char *path, struct buf *out)
{
    const char *slash = strrchr(path, '/');
    char folder[1024] = ".";
    if (slash != NULL && !(slash == path) && (size_t)(slash - path) < sizeof folder) {
        memcpy(folder, path, (size_t)(slash - path));
        folder[slash - path] = '\0';
    } else if (slash == path) {
        folder[0] = '/';
        folder[1] = '\0';
    }
    enum err err = file_read(folder, slash != NULL ? slash + 1 : path, out);
    if (err == OK)
        buf_truncate(out, strcspn(buf_string(out), " \r\n\t"));
    return err;
}

static void begin(struct screen *s, struct app *a)
{
    struct buf text, body;
    (void)s;
    buf_init(&text, ASSERTION_MAX);
    buf_init(&body, ASSERTION_MAX + 1024);
    enum err err = read_assertion(a->options->assertion, &text);
    if (err != OK) {
        journal("assertion", "cannot be read: %s", err_text(err));
        buf_finish(&text);
        app_reset(a, activate_screen(W_ASSERTION_REFUSED));
        return;
    }
    struct json_writer w = json_writer_of(&body);
    json_object(&w, NULL);
    json_text(&w, "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
    json_text(&w, "assertion", buf_string(&text));
    json_text(&w, "client", "lanterne-box");
    json_end(&w);
    app_ask(a, s,
            (struct ask){ .method = "POST",
                          .path = "/api/v1/device/assertion",
                          .body = buf_string(&body),
                          .read = read_token,
                          .is_public = true });
    buf_finish(&body);
    buf_finish(&text);
}

static void answer(struct screen *s, struct app *a, struct answer *got)
{
    struct assertion *me = (struct assertion *)s;
    if (got->value != NULL) {
        app_signed_in(a, got->value);
        return;
    }
    if (got->outcome != OUTCOME_ANSWER || got->status == 429) { /* the same one later */
        me->again_us = a->now_us + REST_SECONDS * UTC_SECOND;
        return;
    }
    journal("assertion", "refused: %s", got->problem->code);
    app_reset(a, activate_screen(W_ASSERTION_REFUSED));
}

static bool press(struct screen *s, struct app *a, struct press p)
{
    (void)s;
    (void)a;
    return p.key == KEY_BACK || p.key == KEY_HOME;
}

static void tick(struct screen *s, struct app *a, int64_t now)
{
    struct assertion *me = (struct assertion *)s;
    waiting_tick(a);
    if (me->again_us == 0 || now < me->again_us)
        return;
    me->again_us = 0;
    begin(s, a);
}

static void draw(struct screen *s, struct app *a, struct canvas *c)
{
    (void)s;
    waiting_draw(a, c, word(W_ASSERTION_WAIT));
}

static void end(struct screen *s, struct app *a)
{
    (void)s;
    (void)a;
}

static const struct screen_ops ops = { .name = "assertion",
                                       .begin = begin,
                                       .answer = answer,
                                       .press = press,
                                       .tick = tick,
                                       .draw = draw,
                                       .end = end,
                                       .hears_silence = true,
                                       .is_entrance = true };

struct screen *assertion_screen(void)
{
    return screen_new(sizeof(struct assertion), &ops);
}
