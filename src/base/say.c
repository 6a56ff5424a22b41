#include "base/say.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define NARROW "\xe2\x80\xaf" /* U+202F */
#define NO_BREAK "\xc2\xa0"   /* U+00A0 */

bool say_is_french(const char *language)
{
    return language != NULL && strncasecmp(language, "fr", 2) == 0 &&
           (language[2] == 0 || language[2] == '-');
}

/* The sign of a currency where readers of either language know whose it is. */
static const char *sign_of(const char *currency)
{
    static const char *const signs[][2] = {
        { "EUR", "€" }, { "GBP", "£" }, { "JPY", "¥" }, { "USD", "$" }
    };
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strcmp(signs[i][0], currency) == 0)
            return signs[i][1];
    return NULL;
}

/* "1299.00" with something between thousands and another point. */
static void group(const char *plain, const char *between, char point, char out[SAY_TEXT])
{
    const char *end = strchr(plain, '.');
    size_t whole = end != NULL ? (size_t)(end - plain) : strlen(plain), at = 0;
    for (size_t i = 0; i < whole; i++) {
        size_t left = whole - i;
        if (i > 0 && left % 3 == 0)
            at += (size_t)snprintf(out + at, SAY_TEXT - at, "%s", between);
        out[at++] = plain[i];
    }
    out[at] = 0;
    if (end != NULL)
        (void)snprintf(out + at, SAY_TEXT - at, "%c%s", point, end + 1);
}

void say_money(const struct money *m, bool is_french, char out[SAY_TEXT])
{
    char plain[MONEY_TEXT], grouped[SAY_TEXT];
    money_format_amount(m, plain);
    const char *minus = plain[0] == '-' ? "-" : "", *sign = sign_of(m->currency);
    group(plain + strlen(minus), is_french ? NARROW : ",", is_french ? ',' : '.', grouped);
    if (is_french)
        snprintf(out, SAY_TEXT, "%s%.48s%s%s", minus, grouped, NO_BREAK,
                 sign != NULL ? sign : m->currency);
    else if (sign != NULL)
        snprintf(out, SAY_TEXT, "%s%s%.48s", minus, sign, grouped);
    else
        snprintf(out, SAY_TEXT, "%s%s%s%.48s", minus, m->currency, NO_BREAK, grouped);
}

void say_day(civil_day day, bool is_french, char out[SAY_TEXT])
{
    static const char *const english[] = { "January",   "February", "March",    "April",
                                           "May",       "June",     "July",     "August",
                                           "September", "October",  "November", "December" };
    static const char *const french[] = { "janvier",   "février", "mars",     "avril",
                                          "mai",       "juin",    "juillet",  "août",
                                          "septembre", "octobre", "novembre", "décembre" };
    int year = 0, month = 0, of_month = 0;
    civil_day_split(day, &year, &month, &of_month);
    if (is_french)
        snprintf(out, SAY_TEXT, "%d%s %s %d", of_month, of_month == 1 ? "er" : "",
                 french[month - 1], year);
    else
        snprintf(out, SAY_TEXT, "%d %s %d", of_month, english[month - 1], year);
}

void say_day_at(utc_time t, const struct zone *zone, bool is_french, char out[SAY_TEXT])
{
    int32_t second = 0;
    say_day(zone_day(zone != NULL ? zone : zone_named("UTC"), t, &second), is_french, out);
}
