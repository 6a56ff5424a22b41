#include "rules/members/member.h"

#include <string.h>

const char *member_role_name(enum member_role role)
{
    return role == MEMBER_ROLE_ADMINISTRATOR ? "administrator" : "member";
}

bool member_role_parse(const char *name, enum member_role *out)
{
    bool administrator = strcmp(name, "administrator") == 0;
    if (!administrator && strcmp(name, "member") != 0)
        return false;
    *out = administrator ? MEMBER_ROLE_ADMINISTRATOR : MEMBER_ROLE_MEMBER;
    return true;
}

static bool runs_at(utc_time from, utc_time until, utc_time now)
{
    return until.us != 0 && from.us <= now.us && now.us < until.us;
}

/* The end of the period, when it has ended by `now`; 0 otherwise. */
static int64_t ended_by(utc_time until, utc_time now)
{
    return until.us != 0 && until.us <= now.us ? until.us : 0;
}

enum subscription_state subscription_state_at(const struct subscription *s, utc_time now,
                                              utc_time *until)
{
    utc_time unused, *end = until == NULL ? &unused : until;
    *end = (utc_time){ 0 };
    if (runs_at(s->paid_from, s->paid_until, now)) {
        *end = s->paid_until;
        return SUBSCRIPTION_ACTIVE;
    }
    if (runs_at(s->trial_from, s->trial_until, now)) {
        *end = s->trial_until;
        return SUBSCRIPTION_TRIAL;
    }
    int64_t trial = ended_by(s->trial_until, now), paid = ended_by(s->paid_until, now);
    end->us = trial > paid ? trial : paid;
    return end->us == 0 ? SUBSCRIPTION_NONE : SUBSCRIPTION_ENDED;
}

const char *subscription_state_name(enum subscription_state state)
{
    static const char *const names[] = { "none", "trial", "active", "ended" };
    return names[state];
}

struct subscription subscription_trial(utc_time now, int days)
{
    return (struct subscription){ .trial_from = now, .trial_until = { now.us + days * UTC_DAY } };
}

/* Days since 1970 to a date and back: H. Hinnant's civil calendar over 400-year eras, years that
 * begin in March. */
struct date {
    int64_t year;
    int month, day;
};

static struct date date_of(int64_t days)
{
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (struct date){ .year = yoe + era * 400 + (month <= 2 ? 1 : 0),
                          .month = month,
                          .day = (int)(doy - (153 * mp + 2) / 5 + 1) };
}

static int64_t days_of(struct date d)
{
    int64_t y = d.year - (d.month <= 2 ? 1 : 0), era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400, mp = d.month > 2 ? d.month - 3 : d.month + 9;
    int64_t doy = (153 * mp + 2) / 5 + d.day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int month_days(struct date d)
{
    struct date next = { .year = d.year + (d.month == 12 ? 1 : 0),
                         .month = d.month == 12 ? 1 : d.month + 1,
                         .day = 1 };
    return (int)(days_of(next) - days_of((struct date){ d.year, d.month, 1 }));
}

utc_time subscription_month_after(utc_time from)
{
    int64_t days = from.us / UTC_DAY, rest = from.us % UTC_DAY;
    if (rest < 0) {
        days--;
        rest += UTC_DAY;
    }
    struct date d = date_of(days),
                to = { d.year + (d.month == 12 ? 1 : 0), d.month == 12 ? 1 : d.month + 1, 1 };
    int last = month_days(to);
    to.day = d.day < last ? d.day : last;
    return (utc_time){ days_of(to) * UTC_DAY + rest };
}

void subscription_take_month(struct subscription *s, utc_time now)
{
    utc_time end = now;
    if (s->trial_until.us > end.us)
        end = s->trial_until;
    if (s->paid_until.us > end.us)
        end = s->paid_until;
    /* one paid period without a hole is kept as one; after a hole a new one begins */
    bool goes_on = s->paid_until.us != 0 && s->paid_until.us >= now.us;
    if (!goes_on)
        s->paid_from = end;
    s->paid_until = subscription_month_after(end);
}
