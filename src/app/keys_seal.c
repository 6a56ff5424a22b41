/* `keys seal`: what lies in clear of a service from before there was protection. */
#include "app/commands.h"
#include "service/ingest/ingest.h"

const struct app_option options_keys_seal[] = {
    { "new-key", NULL, "make a new key and seal everything under that", false },
    { 0 },
};

static void on_refused(void *context, const char *blob, const char *why)
{
    app_fail(context, EXIT_REFUSED, "blobs/%s: %s: put it anew or remove it", blob, why);
}

static int print_sealed(struct app *app, const struct ingest_sealed *done)
{
    struct buf out;
    buf_init(&out, 4096);
    struct json_writer w = json_writer_of(&out);
    if (app->is_json) {
        json_object(&w, NULL);
        json_number(&w, "blobs", done->blobs);
        json_number(&w, "masters", done->masters);
        json_number(&w, "refused", done->refused);
        json_number(&w, "keys_forgotten", done->forgotten);
        json_end(&w);
    } else {
        buf_printf(&out, "%lld pictures, captions and notes and %lld masters sealed",
                   (long long)done->blobs, (long long)done->masters);
    }
    int code = app_print(app, &out);
    buf_finish(&out);
    return code == EXIT_OK && done->refused > 0 ? EXIT_REFUSED : code;
}

int cmd_keys_seal(struct app *app)
{
    struct ingest_sealed done;
    const struct ingest_sealing what = { .new_key = app_flag(app, "new-key"),
                                         .refused = on_refused,
                                         .context = app };
    int code = app_open(app);
    if (code == EXIT_OK)
        code = app_open_vault(app);
    if (code != EXIT_OK)
        return code;
    app_catch_signals();
    struct ingest in = app_ingest(app);
    enum err err = ingest_seal(&in, &what, &done);
    if (err == ERR_STATE)
        return app_fail(app, EXIT_REFUSED, "lanterne.conf: protect is no: nothing is sealed");
    if (err == ERR_CANCELLED)
        return app_fail(app, EXIT_INTERRUPTED, "interrupted; run it again for what is left");
    return err == OK ? print_sealed(app, &done) : app_error(app, err, "blobs cannot be sealed");
}
