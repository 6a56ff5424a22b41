/* lanterne-box: the films of a service on a television. */
#include <locale.h>
#include <stdio.h>

#include "box/app/app.h"
#include "box/app/door.h"
#include "box/state/journal.h"

enum { HUNG_SECONDS = 30 };

int main(int argc, char **argv)
{
    struct options options;
    struct app *app = NULL;
    char why[200];
    if (options_parse(argc, argv, &options, why, sizeof why) != OK) {
        fprintf(stderr, "lanterne-box: %s\nlanterne-box --help says more.\n", why);
        return EXIT_USAGE;
    }
    if (options.wants_help || options.wants_version) {
        fputs(options.wants_help ? options_help() : "lanterne-box " LANTERNE_VERSION "\n", stdout);
        return EXIT_FINE;
    }
    if (options.open != NULL && door_tell(options.state, options.open) == OK)
        return EXIT_FINE; /* the box that runs goes there */
    setlocale(LC_CTYPE, "C.UTF-8");
    journal_open(options.state, options.wants_log);
    enum err err = app_create(&options, &app);
    if (err != OK) {
        fprintf(stderr, "lanterne-box: cannot start: %s%s%s\n", err_text(err),
                err == ERR_STATE ? ": " : "", err == ERR_STATE ? window_trouble() : "");
        journal_close();
        return err == ERR_STATE ? EXIT_SCREEN : err == ERR_ARGUMENT ? EXIT_USAGE : EXIT_BROKEN;
    }
    watchdog_start(HUNG_SECONDS);
    enum exit_code code = app_run(app);
    watchdog_stop();
    app_destroy(&app);
    journal_close();
    return (int)code;
}
