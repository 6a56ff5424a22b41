#include <string.h>

#include "base/text.h"
#include "driver/store/territories.h"
#include "service/rights/rights.h"

static bool two_digits(const char *at, int most, int *out)
{
    int64_t v = 0;
    if (at[0] < '0' || at[0] > '9' || text_to_i64(at, 2, 0, most, &v) != OK)
        return false;
    *out = (int)v;
    return true;
}

enum err rights_instant_parse(const char *text, const struct zone *zone, utc_time *out)
{
    enum { DAY = 10, MINUTE = 16, SECOND = 19 };
    size_t n = strlen(text);
    civil_day day;
    int hour = 0, minute = 0, second = 0;
    if (n != DAY && n != MINUTE && n != SECOND)
        return utc_parse(text, n, out);
    if (civil_day_parse(text, DAY, &day) != OK)
        return ERR_MALFORMED;
    if (n > DAY && (text[10] != 'T' || text[13] != ':' || !two_digits(text + 11, 23, &hour) ||
                    !two_digits(text + 14, 59, &minute)))
        return ERR_MALFORMED;
    if (n == SECOND && (text[16] != ':' || !two_digits(text + 17, 59, &second)))
        return ERR_MALFORMED;
    *out = zone_instant(zone, day, hour * 3600 + minute * 60 + second);
    return OK;
}

enum err rights_zone(struct store *store, struct arena *arena, const char *territory,
                     const struct zone **out)
{
    struct territory found;
    if (strlen(territory) != 2 || !text_is_territory(territory, 2))
        return ERR_ARGUMENT;
    enum err err = store_territory_get(store, arena, territory, &found);
    if (err == OK)
        *out = territory_zone(&found);
    return err;
}
