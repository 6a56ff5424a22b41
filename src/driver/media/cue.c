#include "driver/media/cue.h"

#include <stdbool.h>
#include <string.h>

enum { ITALIC, BOLD, UNDERLINED, STYLES };
static const char letters[STYLES] = { 'i', 'b', 'u' };

struct cue {
    struct buf *out;
    bool wanted[STYLES], open[STYLES];
    bool drawing, has_text;
    unsigned breaks; /* line ends not written yet: only text after them makes them so */
};

static void close_all(struct cue *c)
{
    for (int i = STYLES - 1; i >= 0; i--)
        if (c->open[i]) {
            buf_printf(c->out, "</%c>", letters[i]);
            c->open[i] = false;
        }
}

/* Tags are opened in one order only, so closing all and opening anew keeps them nested. */
static void apply_styles(struct cue *c)
{
    if (memcmp(c->wanted, c->open, sizeof c->open) == 0)
        return;
    close_all(c);
    for (int i = 0; i < STYLES; i++)
        if (c->wanted[i]) {
            buf_printf(c->out, "<%c>", letters[i]);
            c->open[i] = true;
        }
}

static void put_char(struct cue *c, char ch)
{
    if (c->drawing || ((unsigned char)ch < ' ' && ch != '\t') || ch == 0x7f)
        return;
    if (c->breaks > 0 && c->has_text) {
        close_all(c);
        buf_u8(c->out, '\n');
    }
    c->breaks = 0;
    if (!c->has_text && ch == ' ')
        return;
    c->has_text = true;
    apply_styles(c);
    if (ch == '&')
        buf_text(c->out, "&amp;");
    else if (ch == '<')
        buf_text(c->out, "&lt;");
    else if (ch == '>')
        buf_text(c->out, "&gt;");
    else
        buf_u8(c->out, (uint8_t)ch);
}

/* One override: \i1, \b0, \b700, \u1, \p1, \r. n: bytes after the backslash. */
static void override_one(struct cue *c, const char *at, size_t n)
{
    bool digits = n > 1, zero = digits && at[1] == '0' && n == 2;
    for (size_t i = 1; i < n; i++)
        digits = digits && at[i] >= '0' && at[i] <= '9';
    if (n > 0 && at[0] == 'r')
        memset(c->wanted, 0, sizeof c->wanted);
    if (!digits)
        return;
    for (int i = 0; i < STYLES; i++)
        if (at[0] == letters[i])
            c->wanted[i] = !zero;
    if (at[0] == 'p')
        c->drawing = !zero;
}

/* Everything between braces; returns the place after them. */
static const char *overrides(struct cue *c, const char *at)
{
    const char *end = strchr(at, '}');
    if (end == NULL)
        return at + strlen(at);
    while (at < end) {
        const char *slash = memchr(at, '\\', (size_t)(end - at));
        if (slash == NULL)
            break;
        const char *next = memchr(slash + 1, '\\', (size_t)(end - slash - 1));
        const char *stop = next == NULL ? end : next;
        override_one(c, slash + 1, (size_t)(stop - slash - 1));
        at = stop;
    }
    return end + 1;
}

void cue_from_ass(const char *line, struct buf *out)
{
    struct cue c = { .out = out };
    for (int commas = 0; commas < 8; commas++) {
        const char *comma = strchr(line, ',');
        if (comma == NULL)
            return;
        line = comma + 1;
    }
    while (*line != 0) {
        if (line[0] == '{') {
            line = overrides(&c, line + 1);
        } else if (line[0] == '\\' && (line[1] == 'N' || line[1] == 'n')) {
            c.breaks++;
            line += 2;
        } else if (line[0] == '\\' && line[1] == 'h') {
            put_char(&c, ' ');
            line += 2;
        } else {
            c.breaks += line[0] == '\n';
            put_char(&c, *line++);
        }
    }
    close_all(&c);
}
