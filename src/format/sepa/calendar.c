#include "format/sepa/calendar.h"

/* Sunday of Easter in the Gregorian calendar (Meeus, Jones, Butcher). */
static civil_day easter(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int d = b / 4, e = b % 4, g = (8 * b + 13) / 25;
    int h = (19 * a + b - d - g + 15) % 30;
    int i = c / 4, k = c % 4;
    int l = (32 + 2 * e + 2 * i - h - k) % 7;
    int m = (a + 11 * h + 19 * l) / 433;
    int month = (h + l - 7 * m + 90) / 25;
    return civil_day_of(year, month, (h + l - 7 * m + 33 * month + 19) % 32);
}

bool sepa_is_bank_day(civil_day day)
{
    int year = 0, month = 0, of_month = 0;
    civil_day_split(day, &year, &month, &of_month);
    int weekday = (day.days % 7 + 7 + 4) % 7; /* 0: Sunday; 1 January 1970 was a Thursday */
    if (weekday == 0 || weekday == 6)
        return false;
    int32_t from_easter = day.days - easter(year).days;
    if (from_easter == -2 || from_easter == 1)
        return false;
    return !(month == 1 && of_month == 1) && !(month == 5 && of_month == 1) &&
           !(month == 12 && (of_month == 25 || of_month == 26));
}

civil_day sepa_bank_day_after(civil_day day, int n)
{
    while (!sepa_is_bank_day(day) && n == 0)
        day.days++;
    while (n > 0) {
        day.days++;
        n -= sepa_is_bank_day(day) ? 1 : 0;
    }
    return day;
}
