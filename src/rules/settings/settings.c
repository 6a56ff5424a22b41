#include "rules/settings/settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum {
    N_SETTINGS =
#define TEXT(name, standard, longest, sentence) 1 +
#define NUMBER(name, unit, standard, least, greatest, sentence) 1 +
#include "rules/settings/settings.def"
#undef TEXT
#undef NUMBER
        0
};

/* least > greatest marks a text. */
static const struct row {
    const char *name, *unit, *text, *sentence;
    int64_t standard, least, greatest;
    size_t offset, room;
} rows[N_SETTINGS] = {
#define TEXT(name, standard, longest, sentence)                                                    \
    { #name, "", standard, sentence, 0, 1, 0, offsetof(struct settings, name), (longest) + 1 },
#define NUMBER(name, unit, standard, least, greatest, sentence)                                    \
    { #name,          unit,  NULL,     sentence,                                                   \
      standard,       least, greatest, offsetof(struct settings, name),                            \
      sizeof(int64_t) },
#include "rules/settings/settings.def"
#undef TEXT
#undef NUMBER
};

static char *text_of(const struct row *row, struct settings *s)
{
    return (char *)s + row->offset;
}

static void set_number(const struct row *row, struct settings *s, int64_t v)
{
    memcpy((char *)s + row->offset, &v, sizeof v);
}

void settings_default(struct settings *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < N_SETTINGS; i++) {
        if (rows[i].text != NULL)
            text_copy(text_of(&rows[i], out), rows[i].room, rows[i].text);
        else
            set_number(&rows[i], out, rows[i].standard);
    }
}

struct span {
    const char *at;
    size_t n;
};

static struct span trim(struct span s)
{
    while (s.n > 0 && (s.at[0] == ' ' || s.at[0] == '\t')) {
        s.at++;
        s.n--;
    }
    while (s.n > 0 && strchr(" \t\r", s.at[s.n - 1]) != NULL)
        s.n--;
    return s;
}

__attribute__((format(printf, 3, 4))) static enum err wrong(struct settings_problem *why, int line,
                                                            const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    why->line = line;
    return ERR_MALFORMED;
}

static enum err take_value(const struct row *row, struct span v, int line, struct settings *out,
                           struct settings_problem *why)
{
    if (row->text != NULL) {
        if (v.n >= row->room)
            return wrong(why, line, "%s: longer than %zu bytes", row->name, row->room - 1);
        if (!text_is_line(v.at, v.n))
            return wrong(why, line, "%s: not UTF-8 text without control characters", row->name);
        memcpy(text_of(row, out), v.at, v.n);
        text_of(row, out)[v.n] = 0;
        return OK;
    }
    int64_t number = 0;
    if (text_to_i64(v.at, v.n, row->least, row->greatest, &number) != OK)
        return wrong(why, line, "%s: must be a whole number from %lld to %lld%s%s", row->name,
                     (long long)row->least, (long long)row->greatest, row->unit[0] ? " " : "",
                     row->unit);
    set_number(row, out, number);
    return OK;
}

static enum err take_line(struct span text, int line, bool *seen, struct settings *out,
                          struct settings_problem *why)
{
    struct span all = trim(text);
    if (all.n == 0 || all.at[0] == '#')
        return OK;
    const char *equals = memchr(all.at, '=', all.n);
    if (equals == NULL)
        return wrong(why, line, "neither `name = value` nor a comment");
    struct span name = trim((struct span){ all.at, (size_t)(equals - all.at) });
    struct span value = trim((struct span){ equals + 1, all.n - (size_t)(equals + 1 - all.at) });
    for (size_t i = 0; i < N_SETTINGS; i++) {
        if (strlen(rows[i].name) != name.n || memcmp(rows[i].name, name.at, name.n) != 0)
            continue;
        if (seen[i])
            return wrong(why, line, "%s: said a second time", rows[i].name);
        seen[i] = true;
        return take_value(&rows[i], value, line, out, why);
    }
    char shown[64];
    size_t n = name.n < sizeof shown - 1 ? name.n : sizeof shown - 1;
    memcpy(shown, name.at, n);
    shown[n] = 0;
    return wrong(why, line, "%s: there is no such setting", text_is_line(shown, n) ? shown : "?");
}

enum err settings_parse(const char *text, size_t n, struct settings *out,
                        struct settings_problem *why)
{
    bool seen[N_SETTINGS] = { false };
    int line = 1;
    *why = (struct settings_problem){ 0 };
    settings_default(out);
    if (n > SETTINGS_FILE_MAX)
        return wrong(why, 0, "larger than %d bytes", SETTINGS_FILE_MAX);
    for (size_t at = 0; at < n; line++) {
        const char *end = memchr(text + at, '\n', n - at);
        size_t length = end == NULL ? n - at : (size_t)(end - text) - at;
        enum err err = take_line((struct span){ text + at, length }, line, seen, out, why);
        if (err != OK)
            return err;
        at += length + 1;
    }
    char sentence[sizeof why->text];
    if (settings_check_identity(out->name, out->territory, sentence, sizeof sentence) != OK)
        return wrong(why, 0, "%s", sentence);
    return OK;
}

enum err settings_check_identity(const char *name, const char *territory, char *why, size_t room)
{
    struct settings s;
    size_t n = strlen(name);
    if (n == 0 || n >= sizeof s.name || !text_is_line(name, n)) {
        snprintf(why, room, "name: must be 1 to %zu bytes of text on one line", sizeof s.name - 1);
        return ERR_ARGUMENT;
    }
    if (!text_is_territory(territory, strlen(territory))) {
        snprintf(why, room, "territory: must be a country's two letters, as in FR");
        return ERR_ARGUMENT;
    }
    return OK;
}

static void write_sentence(const char *sentence, struct buf *out)
{
    enum { WIDTH = 90 };
    size_t column = 0;
    while (*sentence != 0) {
        size_t word = strcspn(sentence, " ");
        if (column == 0 || column + word + 1 > WIDTH) {
            buf_text(out, column == 0 ? "#" : "\n#");
            column = 1;
        }
        buf_text(out, " ");
        buf_put(out, sentence, word);
        column += word + 1;
        sentence += word + (sentence[word] == ' ');
    }
    buf_text(out, "\n");
}

void settings_write(const char *name, const char *territory, struct buf *out)
{
    buf_text(out,
             "# The settings of this service. A line that begins with # is a comment; the values\n"
             "# behind # are the defaults. `lanterne check` says whether the file is right.\n");
    for (size_t i = 0; i < N_SETTINGS; i++) {
        const struct row *row = &rows[i];
        buf_text(out, "\n");
        write_sentence(row->sentence, out);
        if (row->text == NULL)
            buf_printf(out, "# From %lld to %lld%s%s.\n#%s = %lld\n", (long long)row->least,
                       (long long)row->greatest, row->unit[0] ? " " : "", row->unit, row->name,
                       (long long)row->standard);
        else if (strcmp(row->name, "name") == 0)
            buf_printf(out, "name = %s\n", name);
        else if (strcmp(row->name, "territory") == 0)
            buf_printf(out, "territory = %s\n", territory);
        else
            buf_printf(out, "#%s = %s\n", row->name, row->text);
    }
}
