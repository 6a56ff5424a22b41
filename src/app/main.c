/* The one binary: finds the row of the command and calls it. */
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "app/commands.h"
#include "app/options.h"

const struct app_option app_common[] = {
    { "dir", "DIR", "folder of the installation, as -C DIR (.)", false },
    { "json", NULL, "answer as JSON, for programs", false },
    { "now", "INSTANT", "work as if it were then: 2013-07-22T20:00:00Z", false },
    { "help", NULL, "tell about the command", false },
    { 0 },
};

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], MEDIA_JAIL_ARGUMENT) == 0)
        media_jail_main();
    struct app app = { .dir = ".", .arena = arena_create() };
    int code = options_read(&app, argc, argv);
    if (code == EXIT_OK && app.command != NULL)
        code = app.command->run(&app);
    /* what did not fit the buffer was written before: only ferror tells how that went */
    if (code == EXIT_OK && (fflush(stdout) != 0 || ferror(stdout) != 0))
        code = app_error(&app, ERR_IO, "standard output");
    coffer_destroy(&app.coffer);
    vault_close(&app.vault);
    blob_store_close(&app.blobs);
    store_close(&app.store);
    arena_destroy(&app.arena);
    return code;
}
