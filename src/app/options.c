#include "app/options.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static const char version_text[] = "lanterne " LANTERNE_VERSION "\n";

static const struct app_option *find_option(const struct app_option *list, const char *name,
                                            size_t n)
{
    for (; list != NULL && list->name != NULL; list++) {
        if (strlen(list->name) == n && memcmp(list->name, name, n) == 0)
            return list;
    }
    return NULL;
}

/* Edits between two words (Levenshtein), to name what was probably meant. */
static size_t distance(const char *a, size_t n, const char *b)
{
    enum { WORD_MAX = 64 };
    size_t row[WORD_MAX + 1], m = strlen(b);
    if (n > WORD_MAX || m > WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            size_t step = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = change < step ? change : step;
        }
    }
    return row[m];
}

static const char *nearest_option(const struct app_command *c, const char *name, size_t n)
{
    const struct app_option *const lists[] = { c->options, app_common };
    const char *best = NULL;
    size_t least = 3;
    for (size_t i = 0; i < 2; i++) {
        for (const struct app_option *o = lists[i]; o != NULL && o->name != NULL; o++) {
            size_t d = distance(name, n, o->name);
            best = d < least ? o->name : best;
            least = d < least ? d : least;
        }
    }
    return best;
}

static int unknown_option(struct app *app, const char *name, size_t n)
{
    const char *near = nearest_option(app->command, name, n);
    if (near != NULL)
        return app_usage(app, "there is no option --%.*s; --%s?", (int)n, name, near);
    return app_usage(app, "there is no option --%.*s", (int)n, name);
}

static int take_common(struct app *app, const char *name, const char *value)
{
    utc_time now;
    if (strcmp(name, "json") == 0)
        app->is_json = true;
    if (strcmp(name, "dir") == 0)
        app->dir = value;
    if (strcmp(name, "now") == 0) {
        if (utc_parse(value, strlen(value), &now) != OK)
            return app_usage(app, "--now: must be an instant as in 2013-07-22T20:00:00Z");
        clock_set_now(now);
    }
    return EXIT_OK;
}

static int take_value(struct app *app, const struct app_option *option, const char *value)
{
    if (find_option(app_common, option->name, strlen(option->name)) == option)
        return take_common(app, option->name, value);
    for (size_t i = 0; i < app->n_said && !option->repeats; i++) {
        if (app->said[i] == option)
            return app_usage(app, "--%s: said twice", option->name);
    }
    if (app->n_said == APP_VALUES_MAX)
        return app_usage(app, "more than %d options", APP_VALUES_MAX);
    app->said[app->n_said] = option;
    app->values[app->n_said++] = value;
    return EXIT_OK;
}

/* argv[*i] begins with "--" and has something behind it. */
static int take_option(struct app *app, int argc, char **argv, int *i)
{
    const char *name = argv[*i] + 2, *equals = strchr(name, '=');
    size_t n = equals == NULL ? strlen(name) : (size_t)(equals - name);
    const struct app_option *option = find_option(app->command->options, name, n);
    if (option == NULL)
        option = find_option(app_common, name, n);
    if (option == NULL)
        return unknown_option(app, name, n);
    if (option->value == NULL && equals != NULL)
        return app_usage(app, "--%s: takes no value", option->name);
    if (option->value == NULL)
        return take_value(app, option, "");
    if (equals != NULL)
        return take_value(app, option, equals + 1);
    if (*i + 1 == argc)
        return app_usage(app, "--%s: a value is missing (%s)", option->name, option->value);
    return take_value(app, option, argv[++*i]);
}

/* How many of the words at argv are the command's name; 0: it is another. */
static int match_words(const char *name, int argc, char **argv)
{
    int words = 0;
    for (const char *at = name; *at != 0; words++) {
        size_t n = strcspn(at, " ");
        if (words == argc || strlen(argv[words]) != n || memcmp(argv[words], at, n) != 0)
            return 0;
        at += n + (at[n] == ' ' ? 1 : 0);
    }
    return words;
}

static const struct app_command *find_command(int argc, char **argv, int *words)
{
    const struct app_command *best = NULL;
    *words = 0;
    for (const struct app_command *c = app_commands; c->name != NULL; c++) {
        int n = match_words(c->name, argc, argv);
        if (n > *words) {
            *words = n;
            best = c;
        }
    }
    return best;
}

static int unknown_command(struct app *app, int argc, char **argv)
{
    const char *near = NULL;
    size_t least = 3;
    for (const struct app_command *c = app_commands; argc > 0 && c->name != NULL; c++) {
        size_t n = strcspn(c->name, " ");
        char word[32];
        snprintf(word, sizeof word, "%.*s", (int)n, c->name);
        size_t d = distance(argv[0], strlen(argv[0]), word);
        near = d < least ? c->name : near;
        least = d < least ? d : least;
    }
    if (argc == 0)
        return app_usage(app, "a command is missing; `lanterne --help` lists them");
    if (near != NULL && least == 0)
        return app_usage(app, "%s: what is to be done with it? `lanterne %s --help` tells", argv[0],
                         argv[0]);
    if (near != NULL)
        return app_usage(app, "there is no command %s; %.*s?", argv[0], (int)strcspn(near, " "),
                         near);
    return app_usage(app, "there is no command %s; `lanterne --help` lists them", argv[0]);
}

/* The help of every command whose name begins with these words. */
static bool print_help_of(int argc, char **argv)
{
    struct buf out;
    bool any = false;
    buf_init(&out, 1 << 20);
    for (const struct app_command *c = app_commands; c->name != NULL; c++) {
        bool fits = true;
        const char *at = c->name;
        for (int i = 0; i < argc && argv[i][0] != '-' && fits; i++) {
            size_t n = strcspn(at, " ");
            fits = *at == 0 || (strlen(argv[i]) == n && memcmp(argv[i], at, n) == 0);
            fits = fits && (*at != 0 || c->most > 0);
            at += n + (at[n] == ' ' ? 1 : 0);
        }
        if (!fits)
            continue;
        if (any)
            buf_text(&out, "\n");
        any = true;
        options_help(c, &out);
    }
    if (any)
        fputs(buf_string(&out), stdout);
    buf_finish(&out);
    return any;
}

/* Common options before the command: -C DIR --json --now ... */
static int read_leading(struct app *app, int argc, char **argv, int *i)
{
    static const struct app_command none = { .name = "" };
    app->command = &none;
    for (; *i < argc && argv[*i][0] == '-'; ++*i) {
        int code = EXIT_OK;
        if (strcmp(argv[*i], "-C") == 0 && *i + 1 < argc)
            app->dir = argv[++*i];
        else if (strncmp(argv[*i], "--", 2) == 0 && argv[*i][2] != 0)
            code = take_option(app, argc, argv, i);
        else
            code = app_usage(app, "%s: is no option", argv[*i]);
        if (code != EXIT_OK)
            return code;
    }
    return EXIT_OK;
}

/* -o FILE is --out FILE, where a command has that. */
static int take_out(struct app *app, int argc, char **argv, int *i)
{
    const struct app_option *out = find_option(app->command->options, "out", 3);
    if (out == NULL)
        return app_usage(app, "-o: is no option");
    if (*i + 1 == argc)
        return app_usage(app, "-o: a value is missing (%s)", out->value);
    return take_value(app, out, argv[++*i]);
}

static int read_rest(struct app *app, int argc, char **argv, int i)
{
    bool only_operands = false;
    for (; i < argc; i++) {
        int code = EXIT_OK;
        if (!only_operands && strcmp(argv[i], "--") == 0) {
            only_operands = true;
        } else if (!only_operands && strcmp(argv[i], "-C") == 0) {
            if (i + 1 == argc)
                return app_usage(app, "-C: a folder is missing");
            app->dir = argv[++i];
        } else if (!only_operands && strcmp(argv[i], "-o") == 0) {
            code = take_out(app, argc, argv, &i);
        } else if (!only_operands && strncmp(argv[i], "--", 2) == 0) {
            code = take_option(app, argc, argv, &i);
        } else if (!only_operands && strcmp(argv[i], "-o") == 0) {
            static char out[] = "--out"; /* as it is called everywhere */
            argv[i] = out;
            code = take_option(app, argc, argv, &i);
        } else if (!only_operands && argv[i][0] == '-' && argv[i][1] != 0) {
            code = app_usage(app, "%s: is no option", argv[i]);
        } else if (app->n_operands == APP_VALUES_MAX) {
            code = app_usage(app, "too many operands");
        } else {
            app->operands[app->n_operands++] = argv[i];
        }
        if (code != EXIT_OK)
            return code;
    }
    int n = (int)app->n_operands;
    if (n < app->command->least)
        return app_usage(app, "%s is missing", app->command->operands);
    if (n > app->command->most)
        return app_usage(app, "%s: is one too many", app->operands[app->command->most]);
    return EXIT_OK;
}

static bool has_word(int argc, char **argv, const char *word)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], word) == 0)
            return true;
    }
    return false;
}

static bool print_overview(void)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    options_overview(&out);
    fputs(buf_string(&out), stdout);
    buf_finish(&out);
    return true;
}

int options_read(struct app *app, int argc, char **argv)
{
    int i = 1, words = 0;
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        fputs(version_text, stdout);
        app->command = NULL;
        return EXIT_OK;
    }
    bool wants_help = has_word(argc, argv, "--help");
    if (wants_help) {
        int first = 1;
        while (first < argc && argv[first][0] == '-')
            first += strcmp(argv[first], "-C") == 0 ? 2 : 1;
        bool shown = first < argc ? print_help_of(argc - first, argv + first) : print_overview();
        if (shown) {
            app->command = NULL;
            return EXIT_OK;
        }
    }
    int code = read_leading(app, argc, argv, &i);
    if (code != EXIT_OK)
        return code;
    const struct app_command *command = find_command(argc - i, argv + i, &words);
    if (command == NULL)
        return unknown_command(app, argc - i, argv + i);
    app->command = command;
    return read_rest(app, argc, argv, i + words);
}

static void put_options(const struct app_option *list, struct buf *out)
{
    for (; list != NULL && list->name != NULL; list++) {
        char left[64];
        bool has_value = list->value != NULL;
        snprintf(left, sizeof left, "--%s%s%s", list->name, has_value ? " " : "",
                 has_value ? list->value : "");
        buf_printf(out, "  %-28s %s%s\n", left, list->text, list->repeats ? " (repeats)" : "");
    }
}

void options_help(const struct app_command *c, struct buf *out)
{
    buf_printf(out, "lanterne %s: %s\n\nusage: lanterne [-C DIR] %s%s%s%s\n", c->name, c->summary,
               c->name, c->options != NULL ? " [OPTIONS]" : "", c->operands[0] != 0 ? " " : "",
               c->operands);
    if (c->options != NULL)
        buf_text(out, "\n");
    put_options(c->options, out);
    if (c->more != NULL)
        buf_printf(out, "\n%s\n", c->more);
}

void options_overview(struct buf *out)
{
    buf_text(out, "lanterne: a complete subscription video service\n\n"
                  "usage: lanterne [-C DIR] COMMAND [OPTIONS] [OPERANDS]\n\n");
    for (const struct app_command *c = app_commands; c->name != NULL; c++)
        buf_printf(out, "  %-22s %s\n", c->name, c->summary);
    buf_text(out, "\nOptions of every command:\n");
    put_options(app_common, out);
    buf_text(out,
             "\nExit codes: 0 done; 1 refused, with the reason; 2 wrong usage; 3 no sound "
             "installation;\n4 master refused; 70 reading or writing failed; 130 interrupted.\n"
             "`lanterne COMMAND --help` tells about one command.\n");
}
