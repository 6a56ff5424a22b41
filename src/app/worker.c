#include "app/commands.h"
#include "base/log.h"
#include "service/ingest/ingest.h"

const struct app_option options_worker[] = {
    { "exit-when-idle", NULL, "end when nothing is queued", false },
    { 0 },
};

int cmd_worker(struct app *app)
{
    int code = app_open(app);
    if (code == EXIT_OK)
        code = app_open_vault(app);
    if (code != EXIT_OK)
        return code;
    app_catch_signals();
    struct ingest in = app_ingest(app);
    log_info("worker", "working for %s", app->settings.name);
    enum err err = ingest_work(
        &in, &(struct ingest_worker_params){ .idle_exit = app_flag(app, "exit-when-idle") });
    if (err == ERR_CANCELLED) {
        log_info("worker", "stopped; what it held is given back");
        return EXIT_OK;
    }
    return err == OK ? EXIT_OK : app_error(app, err, "the worker cannot go on");
}
