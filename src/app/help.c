/* Help, the manual page and completion, all from the rows of commands.c. */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/options.h"

const struct app_option options_help_command[] = {
    { "manual", NULL, "the whole manual page, as Markdown", false },
    { 0 },
};

enum { HELP_MAX = 1 << 20 };

static void put_manual(struct buf *out)
{
    buf_text(out, "# lanterne\n\nMade by `lanterne help --manual` from the rows of "
                  "`src/app/commands.c`.\n\n```\n");
    options_overview(out);
    buf_text(out, "```\n");
    for (const struct app_command *c = app_commands; c->name != NULL; c++) {
        buf_printf(out, "\n## lanterne %s\n\n```\n", c->name);
        options_help(c, out);
        buf_text(out, "```\n");
    }
}

/* The command whose name is the operands, joined by spaces. */
static const struct app_command *named(const struct app *app)
{
    struct buf name;
    const struct app_command *found = NULL;
    buf_init(&name, 4096);
    for (size_t i = 0; i < app->n_operands; i++)
        buf_printf(&name, "%s%s", i == 0 ? "" : " ", app->operands[i]);
    for (const struct app_command *c = app_commands; c->name != NULL; c++)
        found = strcmp(c->name, buf_string(&name)) == 0 ? c : found;
    buf_finish(&name);
    return found;
}

int cmd_help(struct app *app)
{
    struct buf out;
    int code = EXIT_OK;
    buf_init(&out, HELP_MAX);
    const struct app_command *command = named(app);
    if (app_flag(app, "manual"))
        put_manual(&out);
    else if (app->n_operands == 0)
        options_overview(&out);
    else if (command != NULL)
        options_help(command, &out);
    else
        code = app_usage(app, "there is no such command; `lanterne --help` lists them");
    if (code == EXIT_OK)
        fputs(buf_string(&out), stdout);
    buf_finish(&out);
    return code;
}

static void put_words(const struct app_option *list, struct buf *out)
{
    for (; list != NULL && list->name != NULL; list++)
        buf_printf(out, " --%s", list->name);
}

int cmd_completion(struct app *app)
{
    struct buf out;
    buf_init(&out, HELP_MAX);
    buf_text(&out,
             "_lanterne() {\n"
             "    local words=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\" now=${COMP_WORDS[COMP_CWORD]}\n"
             "    local options='' next='' line\n"
             "    while IFS='|' read -r line options_of; do\n"
             "        case \"$words \" in \"$line \"*) options=$options_of ;; esac\n"
             "        case \"$line\" in\n"
             "        \"$words \"*) next+=\" ${line#\"$words \"}\" ;;\n"
             "        *) [ -n \"$words\" ] || next+=\" $line\" ;;\n"
             "        esac\n"
             "    done <<'ROWS'\n");
    for (const struct app_command *c = app_commands; c->name != NULL; c++) {
        buf_printf(&out, "%s|", c->name);
        put_words(c->options, &out);
        put_words(app_common, &out);
        buf_text(&out, "\n");
    }
    buf_text(&out,
             "ROWS\n"
             "    case $now in\n"
             "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$now\")) ;;\n"
             "    *) COMPREPLY=($(compgen -W \"$next\" -- \"$now\") $(compgen -f -- \"$now\")) ;;\n"
             "    esac\n"
             "}\n"
             "complete -o filenames -F _lanterne lanterne\n");
    (void)app;
    fputs(buf_string(&out), stdout);
    buf_finish(&out);
    return EXIT_OK;
}
