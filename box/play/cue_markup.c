#include "box/play/cue_markup.h"

#include <stdbool.h>
#include <string.h>

#include <pango/pango.h>

enum { DEPTH_MAX = 32, MARKUP_MAX = 64 * 1024 };

static const struct {
    const char *name, *open, *close;
} tags[] = { { "i", "<i>", "</i>" },
             { "b", "<b>", "</b>" },
             { "u", "<u>", "</u>" },
             { "rt", "<small> (", ")</small>" } };
static const struct {
    const char *class, *open;
} colours[] = { { "white", "<span foreground=\"#ffffff\">" },
                { "lime", "<span foreground=\"#00ff00\">" },
                { "cyan", "<span foreground=\"#00ffff\">" },
                { "red", "<span foreground=\"#ff0000\">" },
                { "yellow", "<span foreground=\"#ffff00\">" },
                { "magenta", "<span foreground=\"#ff00ff\">" },
                { "blue", "<span foreground=\"#6080ff\">" }, /* pure blue cannot be read on black */
                { "black", "<span foreground=\"#000000\" background=\"#ffffff\">" } };
static const struct {
    const char *name, *text;
} entities[] = {
    { "&amp;", "&amp;" },     { "&lt;", "&lt;" },          { "&gt;", "&gt;" },
    { "&nbsp;", "\xc2\xa0" }, { "&lrm;", "\xe2\x80\x8e" }, { "&rlm;", "\xe2\x80\x8f" }
};

struct markup {
    struct buf *out;
    const char *close[DEPTH_MAX]; /* of what is open; "": nothing was written for it */
    size_t depth;
};

static const char *open_tag(struct buf *out, const char *tag, size_t n)
{
    size_t name = 0;
    while (name < n && strchr(". \t\n", tag[name]) == NULL)
        name++;
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (strlen(tags[i].name) == name && memcmp(tags[i].name, tag, name) == 0) {
            buf_text(out, tags[i].open);
            return tags[i].close;
        }
    }
    for (size_t at = name; name == 1 && tag[0] == 'c' && at < n && tag[at] == '.';) {
        size_t class = 0;
        at++;
        while (at + class < n && strchr(". \t\n", tag[at + class]) == NULL)
            class ++;
        for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++) {
            if (strlen(colours[i].class) == class &&
                memcmp(colours[i].class, tag + at, class) == 0) {
                buf_text(out, colours[i].open);
                return "</span>";
            }
        }
        at += class;
    }
    return "";
}

static void take_tag(struct markup *m, const char *tag, size_t n)
{
    if (n > 0 && tag[0] == '/') {
        if (m->depth > 0)
            buf_text(m->out, m->close[--m->depth]);
        return;
    }
    if (n == 0 || (tag[0] >= '0' && tag[0] <= '9')) /* a moment inside the cue */
        return;
    if (m->depth == DEPTH_MAX)
        return;
    m->close[m->depth++] = open_tag(m->out, tag, n);
}

static size_t take_entity(struct buf *out, const char *text, size_t n)
{
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        size_t size = strlen(entities[i].name);
        if (size <= n && memcmp(text, entities[i].name, size) == 0) {
            buf_text(out, entities[i].text);
            return size;
        }
    }
    buf_text(out, "&amp;");
    return 1;
}

static void put_markup(struct buf *out, const char *text, size_t n)
{
    struct markup m = { .out = out };
    for (size_t i = 0; i < n;) {
        const char *end = text[i] == '<' ? memchr(text + i, '>', n - i) : NULL;
        if (end != NULL) {
            take_tag(&m, text + i + 1, (size_t)(end - text) - i - 1);
            i = (size_t)(end - text) + 1;
        } else if (text[i] == '&') {
            i += take_entity(out, text + i, n - i);
        } else if (text[i] == '<') {
            buf_text(out, "&lt;");
            i++;
        } else if (text[i] == '>') {
            buf_text(out, "&gt;");
            i++;
        } else {
            buf_u8(out, (uint8_t)text[i++]);
        }
    }
    while (m.depth > 0)
        buf_text(out, m.close[--m.depth]);
}

/* Everything as it stands, tags too: nothing said is lost. */
static void put_plain(struct buf *out, const char *text, size_t n)
{
    char *valid = g_utf8_make_valid(text, (gssize)n);
    char *plain = g_markup_escape_text(valid, -1);
    buf_text(out, plain);
    g_free(plain);
    g_free(valid);
}

void cue_markup_put(struct buf *out, const char *text, size_t n)
{
    struct buf made;
    buf_init(&made, MARKUP_MAX);
    put_markup(&made, text, n);
    if (made.err == OK &&
        pango_parse_markup(buf_string(&made), (int)made.size, 0, NULL, NULL, NULL, NULL))
        buf_put(out, made.data, made.size);
    else
        put_plain(out, text, n);
    buf_finish(&made);
}
