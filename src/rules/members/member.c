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

static utc_time later(utc_time a, utc_time b)
{
    return a.us > b.us ? a : b;
}

/* What follows is being collected: it goes on past the end of all that was had. */
static bool has_grace(const struct subscription *s, utc_time had_until)
{
    return had_until.us != 0 && s->grace_until.us > had_until.us;
}

enum subscription_state subscription_state_at(const struct subscription *s, utc_time now,
                                              utc_time *until)
{
    utc_time unused, *end = until == NULL ? &unused : until;
    utc_time last = later(s->trial_until, s->paid_until);
    *end = (utc_time){ 0 };
    if (runs_at(s->paid_from, s->paid_until, now)) {
        bool goes_on = s->paid_until.us == last.us && has_grace(s, last);
        *end = goes_on ? s->grace_until : s->paid_until;
        return SUBSCRIPTION_ACTIVE;
    }
    if (runs_at(s->trial_from, s->trial_until, now)) {
        *end = s->trial_until;
        return SUBSCRIPTION_TRIAL;
    }
    if (has_grace(s, last) && runs_at(last, s->grace_until, now)) {
        *end = s->grace_until;
        return SUBSCRIPTION_ACTIVE;
    }
    int64_t trial = ended_by(s->trial_until, now), paid = ended_by(s->paid_until, now);
    end->us = trial > paid ? trial : paid;
    if (has_grace(s, last) && end->us == last.us)
        *end = s->grace_until;
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
