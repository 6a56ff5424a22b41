/* Edges of windows as people write them on the command line. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "service/rights/rights.h"

/* "+36m", "-10d", "+1y6m", or an ISO 8601 duration: "+P36M". Empty: none. */
static enum err parse_lag(const char *text, struct duration *out)
{
    enum { YEARS_MAX = 100, MONTHS_MAX = 1200, DAYS_MAX = 36500 };
    int sign = text[0] == '-' ? -1 : 1;
    *out = (struct duration){ 0 };
    if (text[0] == 0)
        return OK;
    if ((text[0] != '+' && text[0] != '-') || text[1] == 0)
        return ERR_MALFORMED;
    if (text[1] == 'P') {
        enum err err = duration_parse(text + 1, strlen(text + 1), out);
        out->months *= sign;
        out->seconds *= sign;
        return err;
    }
    for (const char *at = text + 1; *at != 0;) {
        size_t n = strspn(at, "0123456789");
        int64_t v = 0;
        if (n == 0 || text_to_i64(at, n, 0, DAYS_MAX, &v) != OK)
            return ERR_MALFORMED;
        char unit = at[n];
        if (unit == 'y' && v <= YEARS_MAX)
            out->months += sign * (int32_t)v * 12;
        else if (unit == 'm' && v <= MONTHS_MAX)
            out->months += sign * (int32_t)v;
        else if (unit == 'd')
            out->seconds += sign * v * 86400;
        else
            return ERR_MALFORMED;
        at += n + 1;
        if (out->months > 12 * YEARS_MAX || out->months < -12 * YEARS_MAX ||
            out->seconds > DAYS_MAX * INT64_C(86400) || out->seconds < -DAYS_MAX * INT64_C(86400))
            return ERR_MALFORMED;
    }
    return OK;
}

static enum err parse_event(const char *text, struct rights_edge *out)
{
    char name[24];
    size_t n = strcspn(text, "+");
    const char *lag = text + n;
    if (*lag ==
        0) { /* a lag that goes back: the last '-' followed by a digit or P ("pay-tv-10d") */
        const char *dash = strrchr(text, '-');
        if (dash != NULL && ((dash[1] >= '0' && dash[1] <= '9') || dash[1] == 'P'))
            lag = dash;
    }
    n = (size_t)(lag - text);
    if (n == 0 || n >= sizeof name)
        return ERR_MALFORMED;
    memcpy(name, text, n);
    name[n] = 0;
    out->kind = RIGHTS_EDGE_EVENT;
    return rights_event_parse(name, &out->event) ? parse_lag(lag, &out->lag) : ERR_MALFORMED;
}

enum err rights_edge_parse(const char *text, struct rights_edge *out)
{
    struct rights_edge edge = { .kind = RIGHTS_EDGE_NONE };
    size_t n = strlen(text);
    enum err err = OK;
    if (n == 0 || strcmp(text, "-") == 0) {
        edge.kind = RIGHTS_EDGE_NONE;
    } else if (strcasecmp(text, "open") == 0) {
        edge.kind = RIGHTS_EDGE_OPEN;
    } else if (strcasecmp(text, "tbd") == 0) {
        edge.kind = RIGHTS_EDGE_TBD;
    } else if (n == 10 && text[0] >= '0' && text[0] <= '9') {
        edge.kind = RIGHTS_EDGE_DAY;
        err = civil_day_parse(text, n, &edge.day);
    } else if (text[0] >= '0' && text[0] <= '9') {
        edge.kind = RIGHTS_EDGE_INSTANT;
        err = utc_parse(text, n, &edge.instant);
    } else {
        err = parse_event(text, &edge);
    }
    if (err != OK)
        return ERR_MALFORMED;
    *out = edge;
    return OK;
}

static void format_lag(const struct duration *lag, char *out, size_t room)
{
    int64_t days = lag->seconds / 86400;
    bool goes_back = lag->months < 0 || lag->seconds < 0;
    bool is_plain = lag->seconds % 86400 == 0;
    long long months = lag->months < 0 ? -(long long)lag->months : lag->months;
    char iso[DURATION_TEXT];
    out[0] = 0;
    if (duration_is_zero(lag))
        return;
    if (!is_plain) {
        struct duration plain = *lag;
        plain.months = goes_back ? -plain.months : plain.months;
        plain.seconds = goes_back ? -plain.seconds : plain.seconds;
        duration_format(&plain, iso);
        snprintf(out, room, "%c%s", goes_back ? '-' : '+', iso);
        return;
    }
    size_t n = (size_t)snprintf(out, room, "%c", goes_back ? '-' : '+');
    if (months > 0)
        n += (size_t)snprintf(out + n, room - n, "%lldm", months);
    if (days != 0 && n < room)
        snprintf(out + n, room - n, "%lldd", (long long)(days < 0 ? -days : days));
}

void rights_edge_format(const struct rights_edge *edge, char out[RIGHTS_EDGE_TEXT])
{
    char lag[DURATION_TEXT + 2], utc[UTC_TEXT], day[CIVIL_DAY_TEXT];
    const char *text = "-";
    switch (edge->kind) {
    case RIGHTS_EDGE_NONE: break;
    case RIGHTS_EDGE_OPEN: text = "open"; break;
    case RIGHTS_EDGE_TBD: text = "tbd"; break;
    case RIGHTS_EDGE_INSTANT:
        utc_format(edge->instant, utc);
        text = utc;
        break;
    case RIGHTS_EDGE_DAY:
        civil_day_format(edge->day, day);
        text = day;
        break;
    case RIGHTS_EDGE_EVENT:
        format_lag(&edge->lag, lag, sizeof lag);
        snprintf(out, RIGHTS_EDGE_TEXT, "%s%s", rights_event_name(edge->event), lag);
        return;
    }
    text_copy(out, RIGHTS_EDGE_TEXT, text);
}
