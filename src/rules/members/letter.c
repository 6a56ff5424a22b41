#include "rules/members/letter.h"

#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "rules/members/letter_texts.h"

static const char *const kind_names[] = {
#define X(name, word) [name] = word,
    LETTER_TABLE(X)
#undef X
};

const char *letter_kind_name(enum letter_kind kind)
{
    return kind_names[kind];
}

bool letter_kind_parse(const char *word, enum letter_kind *out)
{
    int i = 0;
    while (i < N_LETTERS && strcmp(kind_names[i], word) != 0)
        i++;
    *out = (enum letter_kind)i;
    return i < N_LETTERS;
}

bool letter_is_french(const char *language)
{
    return strncasecmp(language, "fr", 2) == 0 && (language[2] == 0 || language[2] == '-');
}

/* ---- dates and amounts ----------------------------------------------------------------------- */

static void put_day(struct buf *out, civil_day day, bool is_french)
{
    static const char *const months[2][12] = {
        { "January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December" },
        { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
          "octobre", "novembre", "décembre" },
    };
    int year, month, of_month;
    civil_day_split(day, &year, &month, &of_month);
    buf_printf(out, "%d%s %s %d", of_month, is_french && of_month == 1 ? "er" : "",
               months[is_french][month - 1], year);
}

static const struct zone *utc(void)
{
    return zone_named("UTC");
}

/* "22 July 2013, 20:00 UTC" */
static void put_instant(struct buf *out, utc_time t, bool is_french)
{
    int32_t second;
    put_day(out, zone_day(utc(), t, &second), is_french);
    buf_printf(out, is_french ? " à %02d:%02d UTC" : ", %02d:%02d UTC", (int)(second / 3600),
               (int)(second / 60 % 60));
}

void letter_day(struct buf *out, utc_time t, const struct zone *zone, const char *language)
{
    int32_t second;
    put_day(out, zone_day(zone != NULL ? zone : utc(), t, &second), letter_is_french(language));
}

/* The whole part in groups of three, from the left. */
static void put_groups(struct buf *out, const char *digits, size_t n, const char *between)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            buf_text(out, between);
        buf_put(out, &digits[i], 1);
    }
}

void letter_amount(struct buf *out, const struct money *m, const char *language)
{
    static const struct {
        const char *code, *english, *french;
    } signs[] = {
        { "EUR", "€", "€" }, { "USD", "$", "$US" }, { "GBP", "£", "£GB" }, { "JPY", "¥", NULL }
    };
    bool is_french = letter_is_french(language);
    const char *sign = NULL;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strcmp(signs[i].code, m->currency) == 0)
            sign = is_french ? signs[i].french : signs[i].english;
    char text[MONEY_TEXT];
    money_format_amount(m, text);
    const char *digits = text + (text[0] == '-');
    size_t whole = strcspn(digits, ".");
    if (text[0] == '-')
        buf_text(out, "-");
    /* spaces that no line breaks at: U+00A0, and in groups the narrow U+202F */
    if (!is_french && sign != NULL)
        buf_text(out, sign);
    else if (!is_french)
        buf_printf(out, "%s\u00a0", m->currency);
    put_groups(out, digits, whole, is_french ? "\u202f" : ",");
    if (digits[whole] == '.')
        buf_printf(out, "%s%s", is_french ? "," : ".", digits + whole + 1);
    if (is_french)
        buf_printf(out, "\u00a0%s", sign != NULL ? sign : m->currency);
}

/* ---- facts in texts -------------------------------------------------------------------------- */

static bool is_name(const char *name, size_t n, const char *what)
{
    return strlen(what) == n && memcmp(what, name, n) == 0;
}

/* The fact of that name that is a text; NULL: not known. */
static const char *text_fact(const struct letter_facts *f, const char *name, size_t n)
{
    const struct {
        const char *name, *value;
    } facts[] = { { "service", f->service }, { "home", f->home },     { "link", f->link },
                  { "address", f->address }, { "device", f->device }, { "place", f->place },
                  { "plan", f->plan },       { "title", f->title },   { "partner", f->partner } };
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        if (is_name(name, n, facts[i].name))
            return facts[i].value;
    return NULL;
}

static bool is_known(const struct letter_facts *f, const char *name, size_t n)
{
    if (is_name(name, n, "amount"))
        return f->amount != NULL && f->amount->minor != 0; /* what is free is not spoken of */
    if (is_name(name, n, "when"))
        return f->when.us != 0;
    return is_name(name, n, "at") || is_name(name, n, "page") || text_fact(f, name, n) != NULL;
}

static void put_fact(struct buf *out, const struct letter_facts *f, const char *name, size_t n)
{
    bool is_french = letter_is_french(f->language);
    if (!is_known(f, name, n))
        buf_text(out, is_french ? "inconnu" : "unknown");
    else if (is_name(name, n, "at"))
        put_instant(out, f->at, is_french);
    else if (is_name(name, n, "amount"))
        letter_amount(out, f->amount, f->language);
    else if (is_name(name, n, "when"))
        letter_day(out, f->when, f->zone, f->language);
    else if (!is_name(name, n, "page"))
        buf_text(out, text_fact(f, name, n));
    else if (f->link != NULL)
        buf_text(out, f->link);
    else
        buf_printf(out, "%s/account", f->home);
}

/* Whether all facts of text[0..n) are known. */
static bool all_known(const struct letter_facts *f, const char *text, size_t n)
{
    const char *end = text + n;
    for (const char *at = text; (at = memchr(at, '{', (size_t)(end - at))) != NULL; at++) {
        size_t size = strcspn(at + 1, "}");
        if (!is_known(f, at + 1, size))
            return false;
    }
    return true;
}

static void put(struct buf *out, const struct letter_facts *f, const char *text)
{
    while (*text != 0) {
        size_t n = strcspn(text, "{[]");
        buf_put(out, text, n);
        text += n;
        if (*text == '{') {
            n = strcspn(text, "}");
            put_fact(out, f, text + 1, n - 1);
            text += n + 1;
        } else if (*text == '[') {
            n = strcspn(text, "]");
            text += all_known(f, text, n) ? 1 : n + 1;
        } else if (*text == ']') {
            text++;
        }
    }
}

static const struct letter_wording *wording(enum letter_kind kind, const struct letter_facts *f)
{
    return letter_is_french(f->language) ? &letter_french[kind] : &letter_english[kind];
}

void letter_subject(enum letter_kind kind, const struct letter_facts *f, struct buf *out)
{
    put(out, f, wording(kind, f)->subject);
}

void letter_text(enum letter_kind kind, const struct letter_facts *f, struct buf *out)
{
    put(out, f, wording(kind, f)->text);
    buf_printf(out, "\n-- \n%s\n%s\n", f->service, f->home);
}
