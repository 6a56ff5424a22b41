#include "base/text.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"

enum err text_to_i64(const char *text, size_t n, int64_t min, int64_t max, int64_t *out)
{
    bool negative = n > 0 && text[0] == '-';
    size_t i = negative ? 1 : 0;
    if (i == n)
        return ERR_MALFORMED;
    uint64_t v = 0;
    const uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    bool over = false;
    for (; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return ERR_MALFORMED;
        uint64_t digit = (uint64_t)(text[i] - '0');
        over = over || v > (limit - digit) / 10;
        v = over ? v : v * 10 + digit;
    }
    if (over)
        return ERR_FULL;
    int64_t value = negative ? (v == 0 ? 0 : -(int64_t)(v - 1) - 1) : (int64_t)v;
    if (value < min || value > max)
        return ERR_FULL;
    *out = value;
    return OK;
}

/* The next code point and its length in *used; UINT32_MAX when it is not UTF-8. */
static uint32_t decode(const char *text, size_t n, size_t *used)
{
    static const struct {
        uint8_t mask, lead;
        uint32_t least;
    } rows[] = {
        { 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 }, { 0xf8, 0xf0, 0x10000 }
    };
    uint8_t first = (uint8_t)text[0];
    for (size_t row = 0; row < 4; row++) {
        if ((first & rows[row].mask) != rows[row].lead)
            continue;
        if (row + 1 > n)
            return UINT32_MAX;
        uint32_t v = first & (uint8_t)~rows[row].mask;
        for (size_t i = 1; i <= row; i++) {
            uint8_t next = (uint8_t)text[i];
            if ((next & 0xc0) != 0x80)
                return UINT32_MAX;
            v = v << 6 | (next & 0x3f);
        }
        *used = row + 1;
        bool surrogate = v >= 0xd800 && v <= 0xdfff;
        return v < rows[row].least || v > 0x10ffff || surrogate ? UINT32_MAX : v;
    }
    return UINT32_MAX;
}

uint32_t text_next(const char *text, size_t n, size_t *used)
{
    size_t good = 1;
    uint32_t v = decode(text, n, &good);
    *used = v == UINT32_MAX ? 1 : good;
    return v;
}

/* How many bytes the text begins with that are printable ASCII: most have nothing else. */
static size_t plain_start(const char *text, size_t n)
{
    enum { STEP = 32 };
    size_t i = 0;
    for (; n - i >= STEP; i += STEP) {
        uint8_t odd = 0;
        for (size_t k = 0; k < STEP; k++)
            odd |= (uint8_t)((uint8_t)(text[i + k] - 0x20) > 0x7e - 0x20);
        if (odd != 0)
            break;
    }
    return i;
}

static bool all_code_points(const char *text, size_t n, bool (*is_good)(uint32_t))
{
    size_t used = 0;
    for (size_t i = plain_start(text, n); i < n; i += used) {
        uint32_t v = decode(text + i, n - i, &used);
        if (v == UINT32_MAX || !is_good(v))
            return false;
    }
    return true;
}

static bool is_not_nul(uint32_t v)
{
    return v != 0;
}

static bool is_printable(uint32_t v)
{
    bool control = v < 0x20 || (v >= 0x7f && v < 0xa0);
    bool line_end = v == 0x2028 || v == 0x2029;
    return !control && !line_end;
}

bool text_is_utf8(const char *text, size_t n)
{
    return all_code_points(text, n, is_not_nul);
}

bool text_is_line(const char *text, size_t n)
{
    return all_code_points(text, n, is_printable);
}

size_t text_length(const char *text, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += ((uint8_t)text[i] & 0xc0) != 0x80;
    return count;
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_subtag(const char *text, size_t n)
{
    if (n < 2 || n > 8)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!is_lower(text[i]) && !is_upper(text[i]) && !is_digit(text[i]))
            return false;
    }
    return true;
}

bool text_is_language(const char *text, size_t n)
{
    enum { LANGUAGE_MAX = 35 }; /* RFC 5646 section 4.4.1 */
    size_t i = 0;
    while (i < n && is_lower(text[i]))
        i++;
    if (i < 2 || i > 3 || n > LANGUAGE_MAX)
        return false;
    while (i < n) {
        if (text[i] != '-')
            return false;
        size_t start = ++i;
        while (i < n && text[i] != '-')
            i++;
        if (!is_subtag(text + start, i - start))
            return false;
    }
    return true;
}

/* ISO 3166-1 alpha-2, as assigned in 2024; two letters each. */
static const char territories[] = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBG"
                                  "BHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCI"
                                  "CKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEH"
                                  "ERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQ"
                                  "GRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISIT"
                                  "JEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLS"
                                  "LTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMU"
                                  "MVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPG"
                                  "PHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESG"
                                  "SHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTK"
                                  "TLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVU"
                                  "WFWSYEYTZAZMZW";

bool text_is_territory(const char *text, size_t n)
{
    for (size_t i = 0; n == 2 && i + 2 < sizeof territories; i += 2) {
        if (text[0] == territories[i] && text[1] == territories[i + 1])
            return true;
    }
    return false;
}

static const char *xml_escape(uint32_t v)
{
    switch (v) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

static bool is_xml_char(uint32_t v)
{
    bool space = v == '\t' || v == '\n' || v == '\r';
    return v != UINT32_MAX && (v >= 0x20 || space) && v != 0xfffe && v != 0xffff;
}

void text_put_xml(struct buf *out, const char *text, size_t n)
{
    size_t used = 1;
    for (size_t i = 0; i < n; i += used) {
        used = 1;
        uint32_t v = decode(text + i, n - i, &used);
        const char *escape = xml_escape(v);
        if (!is_xml_char(v)) {
            used = v == UINT32_MAX ? 1 : used;
            buf_text(out, "\xef\xbf\xbd");
        } else if (escape != NULL) {
            buf_text(out, escape);
        } else {
            buf_put(out, text + i, used);
        }
    }
}

void text_put_line(struct buf *out, const char *text, size_t n)
{
    size_t used = 1;
    for (size_t i = 0; i < n; i += used) {
        used = 1;
        uint32_t v = decode(text + i, n - i, &used);
        if (v == UINT32_MAX)
            used = 1;
        if (v != UINT32_MAX && is_printable(v)) {
            buf_put(out, text + i, used);
            continue;
        }
        for (size_t k = 0; k < used; k++)
            buf_printf(out, "\\x%02x", (unsigned)(uint8_t)text[i + k]);
    }
}

static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void text_put_base64url(struct buf *out, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i < 3 ? n - i : 3;
        uint32_t v = (uint32_t)p[i] << 16;
        v |= left > 1 ? (uint32_t)p[i + 1] << 8 : 0;
        v |= left > 2 ? (uint32_t)p[i + 2] : 0;
        for (size_t k = 0; k <= left; k++)
            buf_u8(out, (uint8_t)base64url[v >> (18 - 6 * k) & 63]);
    }
}

static int sextet(char c)
{
    if (is_upper(c))
        return c - 'A';
    if (is_lower(c))
        return c - 'a' + 26;
    if (is_digit(c))
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

enum err text_base64url_decode(const char *text, size_t n, uint8_t *out, size_t room, size_t *size)
{
    uint32_t bits = 0;
    unsigned count = 0;
    size_t at = 0;
    if (n % 4 == 1)
        return ERR_MALFORMED;
    for (size_t i = 0; i < n; i++) {
        int v = sextet(text[i]);
        if (v < 0)
            return ERR_MALFORMED;
        bits = (bits << 6 | (uint32_t)v) & 0xffffff;
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        if (at == room)
            return ERR_FULL;
        out[at++] = (uint8_t)(bits >> count);
    }
    if ((bits & ((1u << count) - 1)) != 0)
        return ERR_MALFORMED;
    *size = at;
    return OK;
}

void text_put_hex(struct buf *out, const void *bytes, size_t n)
{
    static const char hex[] = "0123456789abcdef";
    const uint8_t *p = bytes;
    for (size_t i = 0; i < n; i++) {
        buf_u8(out, (uint8_t)hex[p[i] >> 4]);
        buf_u8(out, (uint8_t)hex[p[i] & 15]);
    }
}

int text_hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool text_copy(char *out, size_t room, const char *text)
{
    assert(room > 0);
    size_t n = strlen(text), fits = n < room ? n : room - 1;
    memcpy(out, text, fits);
    out[fits] = 0;
    return fits == n;
}
