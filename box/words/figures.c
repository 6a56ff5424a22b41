/* Times, lengths and prices as people read them. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "box/words/words.h"

char *minutes_said(struct arena *mem, unsigned minutes)
{
    char *h = arena_printf(mem, "%u", minutes / 60), *m = arena_printf(mem, "%u", minutes % 60);
    if (minutes < 60)
        return word_with(mem, W_MINUTES, m, NULL);
    return minutes % 60 == 0 ? word_with(mem, W_HOURS, h, NULL)
                             : word_with(mem, W_HOURS_MINUTES, h, m);
}

char *clock_said(struct arena *mem, double seconds)
{
    unsigned s = seconds > 0 ? (unsigned)seconds : 0;
    if (s >= 3600)
        return arena_printf(mem, "%u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
    return arena_printf(mem, "%u:%02u", s / 60, s % 60);
}

static const char *sign_of(const char *currency)
{
    static const char *const signs[][2] = {
        { "EUR", "€" }, { "USD", "$" }, { "GBP", "£" }, { "JPY", "¥" }, { "CAD", "CA$" }
    };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (strcmp(signs[i][0], currency) == 0)
            return signs[i][1];
    }
    return NULL;
}

char *money_said(struct arena *mem, const char *amount, const char *currency)
{
    const char *sign = sign_of(currency);
    if (words_language() == LANGUAGE_EN) {
        if (sign == NULL)
            return arena_printf(mem, "%s %s", currency, amount);
        return arena_printf(mem, "%s%s", sign, amount);
    }
    char *figures = arena_strdup(mem, amount);
    char *dot = strchr(figures, '.');
    if (dot != NULL)
        *dot = ',';
    return arena_printf(mem, "%s\u00a0%s", figures, sign != NULL ? sign : currency);
}

static const char *month(int number)
{
    static const char *const names[N_LANGUAGES][12] = {
        { "January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December" },
        { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
          "octobre", "novembre", "décembre" },
    };
    return names[words_language()][number % 12];
}

char *time_said(struct arena *mem, utc_time at)
{
    time_t seconds = (time_t)(at.us / UTC_SECOND);
    struct tm here;
    if (at.us == 0 || localtime_r(&seconds, &here) == NULL)
        return arena_strdup(mem, "");
    return arena_printf(mem, "%d:%02d", here.tm_hour, here.tm_min);
}

char *date_said(struct arena *mem, utc_time at)
{
    time_t seconds = (time_t)(at.us / UTC_SECOND);
    struct tm here;
    if (at.us == 0 || localtime_r(&seconds, &here) == NULL)
        return arena_strdup(mem, "");
    const char *first = here.tm_mday == 1 && words_language() == LANGUAGE_FR ? "er" : "";
    return arena_printf(mem, "%d%s %s %d, %d:%02d", here.tm_mday, first, month(here.tm_mon),
                        here.tm_year + 1900, here.tm_hour, here.tm_min);
}
