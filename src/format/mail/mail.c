#include "format/mail/mail.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"

enum { ADDRESS_MAX = 254, LOCAL_MAX = 64, LABEL_MAX = 63, ID_MAX = 64 };

static bool is_alnum(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* RFC 5322 section 3.2.3; bytes above 127 by RFC 6532. */
static bool is_atom_sign(unsigned char c)
{
    return is_alnum(c) || c > 127 || (c != 0 && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool is_dot_atom(const char *text, size_t n)
{
    if (n == 0 || text[0] == '.' || text[n - 1] == '.')
        return false;
    for (size_t i = 0; i < n; i++) {
        bool dot = text[i] == '.';
        if (dot ? text[i - 1] == '.' : !is_atom_sign((unsigned char)text[i]))
            return false;
    }
    return true;
}

static bool is_label(const char *text, size_t n)
{
    if (n == 0 || n > LABEL_MAX || text[0] == '-' || text[n - 1] == '-')
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (!is_alnum(c) && c <= 127 && c != '-')
            return false;
    }
    return true;
}

static bool is_domain(const char *text, size_t n)
{
    for (;;) {
        const char *dot = memchr(text, '.', n);
        size_t size = dot == NULL ? n : (size_t)(dot - text);
        if (!is_label(text, size))
            return false;
        if (dot == NULL)
            return true;
        text += size + 1;
        n -= size + 1;
    }
}

bool mail_address_is_good(const char *address, size_t n)
{
    if (n == 0 || n > ADDRESS_MAX || !text_is_line(address, n))
        return false;
    const char *at = memrchr(address, '@', n);
    if (at == NULL)
        return false;
    size_t local = (size_t)(at - address);
    return local <= LOCAL_MAX && is_dot_atom(address, local) && is_domain(at + 1, n - local - 1);
}

/* ---- headers --------------------------------------------------------------------------------- */

static bool is_plain(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] < 32 || text[i] > 126)
            return false;
    return memmem(text, n, "=?", 2) == NULL;
}

static void put_base64(struct buf *out, const uint8_t *bytes, size_t n)
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        uint32_t v = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                     (left > 2 ? bytes[i + 2] : 0);
        buf_u8(out, (uint8_t)signs[v >> 18]);
        buf_u8(out, (uint8_t)signs[v >> 12 & 63]);
        buf_u8(out, (uint8_t)(left > 1 ? signs[v >> 6 & 63] : '='));
        buf_u8(out, (uint8_t)(left > 2 ? signs[v & 63] : '='));
    }
}

/* Encoded words of at most 75 signs, none of which cuts a character (RFC 2047 sections 2 and 5),
 * one a line. */
static void put_encoded(struct buf *out, const char *text, size_t n)
{
    enum { WORD = 42 }; /* bytes: 56 signs of base64 and 12 around them; room for a header's name */
    for (size_t at = 0; at < n;) {
        size_t size = 0, used = 0;
        while (at + size < n) {
            (void)text_next(text + at + size, n - at - size, &used);
            if (size + used > WORD)
                break;
            size += used;
        }
        buf_text(out, at > 0 ? "\r\n =?UTF-8?B?" : "=?UTF-8?B?");
        put_base64(out, (const uint8_t *)text + at, size);
        buf_text(out, "?=");
        at += size;
    }
}

/* Words folded at spaces: a line is at most MAIL_LINE_MAX long where a space lets it be. */
static void put_folded(struct buf *out, size_t column, const char *text, size_t n)
{
    size_t at = 0;
    while (at < n) {
        const char *space = memchr(text + at + 1, ' ', n - at - 1);
        size_t size = space == NULL ? n - at : (size_t)(space - text) - at;
        if (column + size > MAIL_LINE_MAX && text[at] == ' ' && column > 1) {
            buf_text(out, "\r\n");
            column = 0;
        }
        buf_put(out, text + at, size);
        column += size;
        at += size;
    }
}

static void put_header_text(struct buf *out, const char *name, const char *text)
{
    enum { LONGEST_WORD = 60 };
    size_t n = strlen(text), word = 0, longest = 0;
    bool tidy = n > 0 && text[0] != ' ' && text[n - 1] != ' ' && strstr(text, "  ") == NULL;
    for (size_t i = 0; i < n; i++) {
        word = text[i] == ' ' ? 0 : word + 1;
        longest = word > longest ? word : longest;
    }
    buf_printf(out, "%s: ", name);
    if (is_plain(text, n) && tidy && longest <= LONGEST_WORD)
        put_folded(out, strlen(name) + 2, text, n);
    else
        put_encoded(out, text, n);
    buf_text(out, "\r\n");
}

/* A display name: an encoded word, or a quoted string, in which only \ and " mean something. */
static void put_from(struct buf *out, const char *name, const char *address)
{
    buf_text(out, "From: ");
    size_t n = name == NULL ? 0 : strlen(name);
    if (n > 0 && is_plain(name, n) && n <= 40) {
        buf_text(out, "\"");
        for (size_t i = 0; i < n; i++) {
            if (name[i] == '"' || name[i] == '\\')
                buf_text(out, "\\");
            buf_u8(out, (uint8_t)name[i]);
        }
        buf_text(out, "\"");
    } else if (n > 0) {
        put_encoded(out, name, n);
    }
    buf_printf(out, "%s<%s>\r\n", n > 0 ? "\r\n " : "", address);
}

/* RFC 5322 section 3.3, always in UTC. */
static void put_date(struct buf *out, utc_time t)
{
    static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    int64_t seconds = t.us / UTC_SECOND - (t.us % UTC_SECOND < 0);
    int64_t day = seconds / 86400 - (seconds % 86400 < 0), rest = seconds - day * 86400;
    int year, month, day_of_month;
    civil_day_split((civil_day){ (int32_t)day }, &year, &month, &day_of_month);
    buf_printf(out, "Date: %s, %d %s %04d %02d:%02d:%02d +0000\r\n", days[(day % 7 + 7) % 7],
               day_of_month, months[month - 1], year, (int)(rest / 3600), (int)(rest / 60 % 60),
               (int)(rest % 60));
}

/* ---- the text -------------------------------------------------------------------------------- */

/* One byte as quoted-printable has it (RFC 2045 section 6.7); *column: signs on the line so far. */
static void put_quoted(struct buf *out, unsigned char c, bool ends_line, size_t *column)
{
    enum { LONGEST = 75 }; /* and the soft break's own sign */
    bool printable = (c >= 33 && c <= 126 && c != '=') || (c == ' ' && !ends_line);
    if (*column + (printable ? 1 : 3) > LONGEST) {
        buf_text(out, "=\r\n");
        *column = 0;
    }
    /* "From " begins a message in some mailboxes, a dot alone ends it in SMTP. */
    bool plain = printable && !(*column == 0 && (c == 'F' || c == '.'));
    if (plain)
        buf_u8(out, c);
    else
        buf_printf(out, "=%02X", c);
    *column += plain ? 1 : 3;
}

static void put_text(struct buf *out, const char *text)
{
    size_t n = strlen(text), column = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\n') {
            buf_text(out, "\r\n");
            column = 0;
        } else {
            put_quoted(out, (unsigned char)text[i], i + 1 == n || text[i + 1] == '\n', &column);
        }
    }
    if (n > 0 && text[n - 1] != '\n')
        buf_text(out, "\r\n");
}

/* ---- the message ----------------------------------------------------------------------------- */

static bool is_word(const char *text, const char *also)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        if (!is_alnum((unsigned char)text[i]) && strchr(also, text[i]) == NULL)
            return false;
    return n > 0 && n <= ID_MAX;
}

static bool is_good(const struct mail_message *m)
{
    return mail_address_is_good(m->from, strlen(m->from)) &&
           mail_address_is_good(m->to, strlen(m->to)) && is_word(m->id, "") &&
           (m->language == NULL || is_word(m->language, "-")) &&
           text_is_line(m->subject, strlen(m->subject)) &&
           (m->from_name == NULL || text_is_line(m->from_name, strlen(m->from_name))) &&
           text_is_utf8(m->text, strlen(m->text));
}

enum err mail_write(const struct mail_message *m, struct buf *out)
{
    size_t before = out->size;
    if (!is_good(m))
        return ERR_ARGUMENT;
    put_date(out, m->date);
    put_from(out, m->from_name, m->from);
    buf_printf(out, "To: <%s>\r\n", m->to);
    put_header_text(out, "Subject", m->subject);
    buf_printf(out, "Message-ID: <%s@%s>\r\n", m->id, strrchr(m->from, '@') + 1);
    buf_text(out, "MIME-Version: 1.0\r\n"
                  "Content-Type: text/plain; charset=utf-8\r\n"
                  "Content-Transfer-Encoding: quoted-printable\r\n");
    if (m->language != NULL)
        buf_printf(out, "Content-Language: %s\r\n", m->language);
    /* RFC 3834 section 5: so that no holiday notice answers. */
    buf_text(out, "Auto-Submitted: auto-generated\r\n\r\n");
    put_text(out, m->text);
    enum err err = out->err;
    if (err != OK)
        buf_truncate(out, before);
    return err;
}
