/* Values as cells and elements say them. */
#include <string.h>
#include <strings.h>

#include "base/money.h"
#include "base/text.h"
#include "format/avails/internal.h"

const char *take_word(struct reading *r, const struct said *s, enum vocabulary v)
{
    if (s->text == NULL)
        return NULL;
    const char *word = vocabulary_find(v, s->text);
    if (word == NULL)
        fault_error(r, "vocabulary", "\"%s\" is no %s", quoted(r, s->text), vocabulary_name(v));
    return word;
}

int boolean_of(const struct said *s)
{
    static const char *const words[] = {
        "no", "yes", "false", "true", "0", "1", "n", "y", "f", "t"
    };
    for (size_t i = 0; s->text != NULL && i < sizeof words / sizeof words[0]; i++) {
        if (strcasecmp(words[i], s->text) == 0)
            return (int)(i % 2);
    }
    return -1;
}

/* ---- numbers ----------------------------------------------------------------------------------
 */

/* A decimal as digits and a power of ten; Excel writes 17 digits of which 15 are meant. */
struct decimal {
    char digits[24]; /* without leading zeros; "" is zero */
    int n, exponent; /* value = 0.DIGITS * 10^exponent */
    bool is_negative;
};

enum { DIGITS_MEANT = 15 };

static void round_digits(struct decimal *d)
{
    if (d->n > DIGITS_MEANT) {
        bool up = d->digits[DIGITS_MEANT] >= '5';
        d->n = DIGITS_MEANT;
        for (int i = d->n - 1; up && i >= 0; i--) {
            up = d->digits[i] == '9';
            d->digits[i] = up ? '0' : (char)(d->digits[i] + 1);
        }
        if (up) {
            d->digits[0] = '1';
            d->n = 1;
            d->exponent++;
        }
    }
    while (d->n > 0 && d->digits[d->n - 1] == '0')
        d->n--;
    if (d->n == 0)
        d->exponent = 0;
}

static bool decimal_parse(const char *text, struct decimal *d)
{
    *d = (struct decimal){ .n = 0 };
    bool point = false, any = false;
    d->is_negative = *text == '-';
    text += *text == '-' || *text == '+';
    for (; (*text >= '0' && *text <= '9') || (*text == '.' && !point); text++) {
        if (*text == '.') {
            point = true;
            continue;
        }
        any = true;
        if (d->n > 0 || *text != '0') {
            if (d->n < (int)sizeof d->digits)
                d->digits[d->n++] = *text;
            d->exponent += point ? 0 : 1;
        } else {
            d->exponent -= point ? 1 : 0;
        }
        if (d->exponent > 400 || d->exponent < -400)
            return false;
    }
    int64_t power = 0;
    if (any && (*text == 'e' || *text == 'E')) {
        text += text[1] == '+' ? 2 : 1;
        if (text_to_i64(text, strlen(text), -400, 400, &power) != OK)
            return false;
        text += strlen(text);
    }
    d->exponent += (int)power;
    round_digits(d);
    return any && *text == 0;
}

/* value * scale, rounded to the nearest; false when out of range. */
static bool decimal_scaled(const struct decimal *d, int64_t scale, int64_t *out)
{
    unsigned __int128 value = 0;
    for (int i = 0; i < d->n; i++)
        value = value * 10 + (unsigned)(d->digits[i] - '0');
    value *= (uint64_t)scale;
    int power = d->exponent - d->n;
    for (; power > 0 && value <= INT64_MAX; power--)
        value *= 10;
    if (power < -30)
        value = 0;
    for (; power < -1 && value > 0; power++)
        value /= 10;
    if (power < 0)
        value = (value + 5) / 10;
    if (value > INT64_MAX)
        return false;
    *out = d->is_negative ? -(int64_t)value : (int64_t)value;
    return true;
}

const char *decimal_of(struct reading *r, const struct said *s)
{
    enum { PLAIN_MAX = 30 };
    struct decimal d;
    if (s->text == NULL || !decimal_parse(s->text, &d) || d.is_negative || d.exponent > PLAIN_MAX ||
        d.n - d.exponent > PLAIN_MAX)
        return NULL;
    char text[2 * PLAIN_MAX + 40];
    size_t n = 0;
    if (d.exponent <= 0)
        text[n++] = '0';
    for (int i = 0; i < d.exponent; i++)
        text[n++] = i < d.n ? d.digits[i] : '0';
    if (d.n > d.exponent)
        text[n++] = '.';
    for (int i = d.exponent < 0 ? d.exponent : 0; i < 0; i++)
        text[n++] = '0';
    for (int i = d.exponent > 0 ? d.exponent : 0; i < d.n; i++)
        text[n++] = d.digits[i];
    return text_kept(r, text, n);
}

int take_count(struct reading *r, const struct said *s, int max)
{
    struct decimal d;
    int64_t value = 0;
    if (s->text == NULL)
        return -1;
    if (decimal_parse(s->text, &d) && !d.is_negative && d.n <= (d.exponent > 0 ? d.exponent : 0) &&
        decimal_scaled(&d, 1, &value) && value <= max)
        return (int)value;
    fault_warn(r, "number", "\"%s\" is no whole number from 0 to %d", quoted(r, s->text), max);
    return -1;
}

/* ---- dates ------------------------------------------------------------------------------------
 */

static void no_date(struct reading *r, const char *text)
{
    fault_error(r, "date",
                "\"%s\" is no date (write 2013-07-15, or a date cell; or a condition such as "
                "Open)",
                quoted(r, text));
}

static void edge_day(struct avails_edge *out, civil_day day)
{
    *out = (struct avails_edge){ .kind = AVAILS_EDGE_DAY, .day = day };
}

/* A second of a day without a zone: what converters write for a bare date is one. */
static void edge_bare(struct avails_edge *out, civil_day day, int64_t second, bool is_end)
{
    if (second == (is_end ? 86399 : 0))
        edge_day(out, day);
    else
        *out = (struct avails_edge){ .kind = AVAILS_EDGE_INSTANT,
                                     .instant = { day.days * UTC_DAY + second * UTC_SECOND } };
}

/* Excel's day 1 is 1 January 1900, and its day 60 the 29 February 1900 that never was; or day 0 is
 * 1 January 1904, by a property of the workbook. */
static bool edge_of_serial(const struct reading *r, const struct decimal *d, bool is_end,
                           struct avails_edge *out)
{
    enum { UNIX_EPOCH = 25569, LEAP_THAT_WAS_NOT = 60, SINCE_1904 = 1462, LAST = 2958465 };
    int64_t seconds = 0;
    if (d->is_negative || d->exponent > 7 || !decimal_scaled(d, 86400, &seconds))
        return false;
    int64_t serial = seconds / 86400 + (r->is_1904 ? SINCE_1904 : 0);
    if (serial < 1 || serial == LEAP_THAT_WAS_NOT || serial > LAST)
        return false;
    civil_day day = { (int32_t)(serial - UNIX_EPOCH + (serial < LEAP_THAT_WAS_NOT ? 1 : 0)) };
    if (seconds % 86400 == 0)
        edge_day(out, day);
    else
        edge_bare(out, day, seconds % 86400, is_end);
    return true;
}

static bool two_digits(const char *text, int64_t max, int64_t *out)
{
    return text[0] >= '0' && text[1] >= '0' && text_to_i64(text, 2, 0, max, out) == OK;
}

/* "hh:mm:ss", a fraction that is cut, and what stands after it. */
static bool parse_time(const char *text, int64_t *second, const char **rest)
{
    int64_t hour = 0, minute = 0, s = 0;
    if (strlen(text) < 8 || text[2] != ':' || text[5] != ':' || !two_digits(text, 24, &hour) ||
        !two_digits(text + 3, 59, &minute) || !two_digits(text + 6, 60, &s))
        return false;
    *second = hour * 3600 + minute * 60 + (s == 60 ? 59 : s);
    text += 8;
    if (*text == '.') {
        size_t n = strspn(text + 1, "0123456789");
        if (n == 0)
            return false;
        text += n + 1;
    }
    *rest = text;
    return *second <= 86400;
}

static bool parse_zone(const char *text, int64_t *east)
{
    int64_t hour = 0, minute = 0;
    if (strcmp(text, "Z") == 0) {
        *east = 0;
        return true;
    }
    if ((*text != '+' && *text != '-') || strlen(text) != 6 || text[3] != ':' ||
        !two_digits(text + 1, 14, &hour) || !two_digits(text + 4, 59, &minute))
        return false;
    *east = (hour * 3600 + minute * 60) * (*text == '-' ? -1 : 1);
    return true;
}

/* xs:date or xs:dateTime. */
static bool edge_of_text(const char *text, bool is_end, struct avails_edge *out)
{
    enum { DAY = 10 };
    civil_day day;
    int64_t second = is_end ? 86399 : 0, east = 0;
    if (strlen(text) < DAY || civil_day_parse(text, DAY, &day) != OK)
        return false;
    const char *rest = text + DAY;
    if (*rest == 0) {
        edge_day(out, day);
        return true;
    }
    if ((*rest == 'T' || *rest == ' ') && !parse_time(rest + 1, &second, &rest))
        return false;
    if (*rest == 0) {
        edge_bare(out, day, second, is_end);
        return true;
    }
    if (!parse_zone(rest, &east))
        return false;
    *out = (struct avails_edge){ .kind = AVAILS_EDGE_INSTANT,
                                 .instant = { day.days * UTC_DAY + (second - east) * UTC_SECOND } };
    return true;
}

bool take_edge(struct reading *r, const struct said *s, bool is_end, struct avails_edge *out)
{
    struct decimal d;
    if (s->text == NULL)
        return false;
    const char *condition = vocabulary_find(VOCABULARY_CONDITION, s->text);
    if (condition != NULL) {
        *out = (struct avails_edge){ .kind = AVAILS_EDGE_CONDITION, .condition = condition };
        return true;
    }
    if (s->kind == SAID_NUMBER ? decimal_parse(s->text, &d) && edge_of_serial(r, &d, is_end, out)
                               : edge_of_text(s->text, is_end, out))
        return true;
    no_date(r, s->text);
    return false;
}

/* A day of a release: a year or a month stand for their first. */
bool take_day(struct reading *r, const struct said *s, civil_day *out)
{
    struct decimal d;
    struct avails_edge edge;
    char text[16] = "";
    size_t n = s->text == NULL ? 0 : strlen(s->text);
    if (n == 0)
        return false;
    bool is_year = n == 4, is_month = n == 7;
    if (is_year || is_month) {
        memcpy(text, s->text, n);
        memcpy(text + n, is_year ? "-01-01" : "-01", is_year ? 6 : 3);
        if (civil_day_parse(text, 10, out) == OK)
            return true;
    }
    if (s->kind == SAID_NUMBER ? decimal_parse(s->text, &d) && edge_of_serial(r, &d, false, &edge)
                               : edge_of_text(s->text, false, &edge)) {
        *out = edge.kind == AVAILS_EDGE_DAY
                   ? edge.day
                   : (civil_day){ (
                         int32_t)((edge.instant.us - (edge.instant.us < 0 ? UTC_DAY - 1 : 0)) /
                                  UTC_DAY) };
        return true;
    }
    fault_warn(r, "date", "\"%s\" is no date", quoted(r, s->text));
    return false;
}

/* ---- durations --------------------------------------------------------------------------------
 */

bool take_duration(struct reading *r, const struct said *s, struct duration *out)
{
    if (s->text == NULL)
        return false;
    if (duration_parse(s->text, strlen(s->text), out) == OK)
        return true;
    fault_error(r, "duration", "\"%s\" is no duration (write P30D or PT48H)", quoted(r, s->text));
    return false;
}

bool take_hours(struct reading *r, const struct said *s, struct duration *out)
{
    struct decimal d;
    int64_t seconds = 0;
    if (s->text == NULL)
        return false;
    if (decimal_parse(s->text, &d) && !d.is_negative && d.exponent <= 7 &&
        decimal_scaled(&d, 3600, &seconds)) {
        *out = (struct duration){ .seconds = seconds };
        return true;
    }
    return take_duration(r, s, out);
}

/* "1:56:20" or "56:20", which is minutes and seconds. */
static bool parse_clock(const char *text, int64_t *out)
{
    int64_t total = 0;
    size_t parts = 0;
    for (;; parts++) {
        size_t n = strspn(text, "0123456789");
        int64_t value = 0;
        if (n == 0 || n > 4 || text_to_i64(text, n, 0, parts == 0 ? 9999 : 59, &value) != OK)
            return false;
        total = total * 60 + value;
        text += n;
        if (*text == 0)
            break;
        if (*text++ != ':')
            return false;
    }
    *out = total;
    return parts == 1 || parts == 2;
}

bool take_run_length(struct reading *r, const struct said *s, struct duration *out)
{
    struct decimal d;
    int64_t seconds = 0;
    if (s->text == NULL)
        return false;
    bool good = s->kind == SAID_NUMBER ? decimal_parse(s->text, &d) && !d.is_negative &&
                                             d.exponent <= 3 && decimal_scaled(&d, 86400, &seconds)
                                       : parse_clock(s->text, &seconds);
    *out = (struct duration){ .seconds = seconds };
    if (good)
        return true;
    if (duration_parse(s->text, strlen(s->text), out) == OK && out->seconds >= 0 &&
        out->months == 0)
        return true;
    *out = (struct duration){ 0 };
    fault_warn(r, "duration", "\"%s\" is no running time (write 1:56:20)", quoted(r, s->text));
    return false;
}

/* ---- identifiers ------------------------------------------------------------------------------
 */

static bool holds(const char *text, const char *part)
{
    return strcasestr(text, part) != NULL;
}

const char *take_eidr(struct reading *r, const struct said *s)
{
    char id[EIDR_TEXT];
    if (s->text == NULL)
        return NULL;
    enum err err = eidr_parse(s->text, strlen(s->text), id);
    if (err == OK)
        return string_kept(r, id);
    if (err == ERR_DENIED)
        fault_warn(r, "eidr",
                   "the check character of \"%s\" is wrong: it is kept as an "
                   "identifier of yours, not as an EIDR",
                   quoted(r, s->text));
    else if (holds(s->text, "10.5240") || holds(s->text, ":eidr-s") || holds(s->text, "urn:eidr"))
        fault_warn(r, "eidr",
                   "\"%s\" is no EIDR (10.5240/XXXX-XXXX-XXXX-XXXX-XXXX-C): it is kept "
                   "as an identifier of yours",
                   quoted(r, s->text));
    return NULL;
}

void check_identifier(struct reading *r, const struct said *s)
{
    if (s->text == NULL || strncmp(s->text, "md:", 3) != 0)
        return;
    size_t parts = 1;
    bool has_blank = strchr(s->text, ' ') != NULL, has_empty = false;
    for (const char *at = s->text; (at = strchr(at, ':')) != NULL; at++) {
        parts++;
        has_empty = has_empty || at[1] == ':' || at[1] == 0;
    }
    if (has_blank)
        fault_warn(r, "id", "\"%s\" holds a blank", quoted(r, s->text));
    else if (parts < 4 || has_empty)
        fault_warn(r, "id", "\"%s\" lacks a part (md:TYPE:SCHEME:ID)", quoted(r, s->text));
}
