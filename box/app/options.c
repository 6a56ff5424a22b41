#include "box/app/options.h"

#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "base/text.h"

enum kind { TEXT, FLAG, SECONDS, SIZE };

struct row {
    const char *name, *value, *help;
    enum kind kind;
    size_t at;
};

#define AT(member) offsetof(struct options, member)

static const struct row rows[] = {
    { "--server", "URL", "the service's address, http or https", TEXT, AT(server) },
    { "--state", "DIR", "where the box keeps its token, settings and log", TEXT, AT(state) },
    { "--language", "CODE", "fr or en, until somebody chooses another", TEXT, AT(language) },
    { "--open", "LINK", "begins at title/ID", TEXT, AT(open) },
    { "--partner", "NAME", "the operator that carries this box", TEXT, AT(partner) },
    { "--assertion", "FILE", "the operator's signed assertion: signs in without typing", TEXT,
      AT(assertion) },
    { "--size", "WxH", "1280x720 (default) or 1920x1080", SIZE, 0 },
    { "--fullscreen", NULL, "takes the whole screen", FLAG, AT(is_fullscreen) },
    { "--log", NULL, "writes the log on standard error too", FLAG, AT(wants_log) },
    { "--keys", "WORDS", "presses these keys; - reads them from standard input", TEXT, AT(keys) },
    { "--screenshot", "FILE", "keeps the last screen as PNG", TEXT, AT(screenshot) },
    { "--exit-after", "SECONDS", "ends by itself", SECONDS, AT(exit_after) },
    { "--version", NULL, "prints the version", FLAG, AT(wants_version) },
    { "--help", NULL, "prints this", FLAG, AT(wants_help) },
};

static const char help_rest[] =
    "\n"
    "Keys are words with spaces between them: up down left right ok back play stop rewind forward\n"
    "channel-up channel-down home menu erase, type:a for a letter or figure (type:_ is a space).\n"
    "wait:SECONDS waits, screen:NAME waits for a screen and what is on it (30 s at most), "
    "shot:FILE\n"
    "keeps what is shown as PNG once its pictures are there, quit ends.\n"
    "\n"
    "It ends with 0 when it was asked to end, 1 when something in the program is wrong, 2 for a\n"
    "command line it does not understand, 3 when no window can be opened (SDL_VIDEODRIVER says\n"
    "which driver: x11, wayland, kmsdrm, offscreen, dummy), 4 for a word of --keys that is none "
    "or\n"
    "a screen that did not come, 5 when a picture of the screen cannot be written, 6 when it hung\n"
    "and its watchdog ended it.\n";

const char *options_help(void)
{
    static char text[4096];
    int n =
        snprintf(text, sizeof text, "usage: lanterne-box --server URL --state DIR [OPTION...]\n\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char name[40];
        snprintf(name, sizeof name, "%s%s%s", rows[i].name, rows[i].value != NULL ? " " : "",
                 rows[i].value != NULL ? rows[i].value : "");
        n += snprintf(text + n, sizeof text - (size_t)n, "  %-20s %s\n", name, rows[i].help);
    }
    snprintf(text + n, sizeof text - (size_t)n, "%s", help_rest);
    return text;
}

static enum err parse_size(const char *text, struct options *out)
{
    static const struct {
        const char *text;
        int width, height;
    } sizes[] = { { "1280x720", 1280, 720 }, { "1920x1080", 1920, 1080 } };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (strcmp(sizes[i].text, text) == 0) {
            out->width = sizes[i].width;
            out->height = sizes[i].height;
            return OK;
        }
    }
    return ERR_ARGUMENT;
}

static enum err parse_value(const struct row *r, const char *text, struct options *out)
{
    int64_t seconds;
    char *base = (char *)out;
    if (r->kind == SIZE)
        return parse_size(text, out);
    if (r->kind == TEXT) {
        memcpy(base + r->at, &text, sizeof text);
        return OK;
    }
    if (text_to_i64(text, strlen(text), 1, 1000000, &seconds) != OK)
        return ERR_ARGUMENT;
    out->exit_after = (double)seconds;
    return OK;
}

static const struct row *find(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    }
    return NULL;
}

enum err options_parse(int argc, char **argv, struct options *out, char *why, size_t room)
{
    *out = (struct options){ .width = 1280, .height = 720 };
    for (int i = 1; i < argc; i++) {
        const struct row *r = find(argv[i]);
        if (r == NULL) {
            snprintf(why, room, "there is no option %s", argv[i]);
            return ERR_ARGUMENT;
        }
        if (r->kind == FLAG) {
            *(bool *)((char *)out + r->at) = true;
            continue;
        }
        if (i + 1 == argc || parse_value(r, argv[i + 1], out) != OK) {
            snprintf(why, room, "%s wants %s", r->name, r->value);
            return ERR_ARGUMENT;
        }
        i += 1;
    }
    if (out->wants_help || out->wants_version)
        return OK;
    if (out->server == NULL || out->state == NULL) {
        snprintf(why, room, "--server and --state are needed");
        return ERR_ARGUMENT;
    }
    if (out->open != NULL && link_title(out->open) == NULL) {
        snprintf(why, room, "--open wants title/ID");
        return ERR_ARGUMENT;
    }
    return OK;
}

const char *link_title(const char *link)
{
    static const char prefix[] = "title/";
    char id[ID_TEXT];
    if (strncmp(link, prefix, sizeof prefix - 1) != 0)
        return NULL;
    const char *at = link + sizeof prefix - 1;
    return id_parse(at, strlen(at), id) ? at : NULL;
}
