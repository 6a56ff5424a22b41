/* What all subcommands share: the table of them, their options, the installation they work on. */
#ifndef LANTERNE_APP_APP_H
#define LANTERNE_APP_APP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "driver/blob/blob.h"
#include "driver/coffer/coffer.h"
#include "driver/media/media.h"
#include "driver/store/store.h"
#include "driver/vault/vault.h"
#include "rules/settings/settings.h"

/* Exit codes, also in the manual. */
enum {
    EXIT_OK = 0,
    EXIT_REFUSED = 1,       /* what was asked for cannot be done; standard error says why */
    EXIT_USAGE = 2,         /* the command line is wrong */
    EXIT_UNSOUND = 3,       /* no installation there, or not a sound one */
    EXIT_MASTER = 4,        /* the master was refused, with reasons */
    EXIT_INTERNAL = 70,     /* reading or writing failed, or the program itself is at fault */
    EXIT_INTERRUPTED = 130, /* Ctrl-C; nothing that was acknowledged is lost */
};

struct app_option {
    const char *name;  /* without the dashes; NULL ends a list */
    const char *value; /* what stands for its value in the help; NULL: the option is a flag */
    const char *text;
    bool repeats; /* may be said several times */
};

struct app;
struct app_command {
    const char *name; /* one word or several: "title episode add" */
    int (*run)(struct app *app);
    const char *summary;  /* one line */
    const char *operands; /* "DIR", "[FILE]", "" */
    int least, most;      /* operands */
    const struct app_option *options;
    const char *more; /* further lines of the help; NULL: none */
};
extern const struct app_command app_commands[]; /* ends with name NULL */
extern const struct app_option app_common[];    /* -C, --json, --now, --help: of every command */

enum { APP_VALUES_MAX = 512 };

struct app {
    const struct app_command *command;
    const char *dir; /* of -C; "." when not said */
    bool is_json;
    struct arena *arena; /* of the whole command */
    const char *operands[APP_VALUES_MAX];
    size_t n_operands;
    const struct app_option *said[APP_VALUES_MAX]; /* options with their values, in order */
    const char *values[APP_VALUES_MAX];
    size_t n_said;
    struct settings settings; /* after app_open */
    struct store *store;
    struct blob_store *blobs;
    struct vault *vault;   /* after app_open_vault */
    struct coffer *coffer; /* likewise, or after app_open_coffer */
};

/* The option's value (the last said), or NULL. */
const char *app_value(const struct app *app, const char *option);
bool app_flag(const struct app *app, const char *option);
/* All values of an option that repeats, in the arena. */
const char **app_values(struct app *app, const char *option, size_t *n);
/* A whole number within limits. Not said: fallback, true. Wrong: says so, false. */
bool app_number(struct app *app, const char *option, long long least, long long most,
                long long fallback, long long *out);

/* Opens settings, store and blobs of the installation. EXIT_OK, or says why not and gives the exit
 * code. */
int app_open(struct app *app);
/* Opens the master keys, too, and looks whether they open what is in the store. Made when there is
 * none yet and nothing that needs one. The same answers. */
int app_open_vault(struct app *app);
/* For commands that put pictures and captions: opens the master keys only where something is, or is
 * to be, sealed. The same answers. */
int app_open_coffer(struct app *app);
/* The same without a word: why is in the arena. may_make: as above. */
MUST_CHECK enum err app_try_vault(struct app *app, bool may_make, const char **why);
/* A path below the installation's folder, in the arena. */
const char *app_path(struct app *app, const char *name);
/* Reads the settings only. */
int app_load_settings(struct app *app);

/* "lanterne title add: ..." on standard error, with the code to return. */
int app_fail(const struct app *app, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for an error of something below: what was tried, and its text. */
int app_error(const struct app *app, enum err err, const char *what);
int app_usage(const struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints the JSON in out and a newline on standard output; EXIT_OK or what went wrong. */
int app_print(const struct app *app, struct buf *out);
/* Prints the id of what was made: alone, or as {"id"}. */
int app_print_id(const struct app *app, const char *id);
/* Prints lines that end with their own newlines, when err and out are OK; what: cannot be done
 * otherwise. The exit code. */
int app_print_list(const struct app *app, enum err err, const struct buf *out, const char *what);

/* Standard error is a person's terminal. */
bool app_is_terminal(void);
/* Waits for Ctrl-C and the like: a flag that turns to 1. Called once by commands that run for long.
 */
const atomic_int *app_catch_signals(void);

struct ingest;
/* The ingest service on this installation, after app_open; app_open_vault before that for all that
 * takes a master in or encodes one. */
struct ingest app_ingest(const struct app *app);

/* For commands on a title: id from an operand; false when it is not one (said). */
bool app_id(struct app *app, const char *text, const char *what, char *out);

#endif
