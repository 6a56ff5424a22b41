#include <assert.h>
#include <strings.h>

#include "rules/rights/right.h"

static bool find_name(const char *const *names, size_t n, const char *name, size_t *at)
{
    for (size_t i = 0; i < n; i++) {
        if (strcasecmp(names[i], name) == 0) {
            *at = i;
            return true;
        }
    }
    return false;
}

#define COUNT(names) (sizeof names / sizeof names[0])

static const char *const events[RIGHTS_EVENTS] = { "theatrical", "broadcast", "pay-tv",
                                                   "est",        "disc",      "completed" };
static const char *const licences[RIGHTS_LICENCES] = { "SVOD",  "VOD",         "EST",    "AVOD",
                                                       "POEST", "Pre-Release", "Library" };
static const char *const formats[] = { "SD", "HD", "UHD" };
static const char *const statuses[] = { "", "pending", "approved", "revoked", "expired" };

const char *rights_event_name(enum rights_event event)
{
    assert((unsigned)event < COUNT(events));
    return events[event];
}

bool rights_event_parse(const char *name, enum rights_event *out)
{
    size_t at;
    bool found = find_name(events, COUNT(events), name, &at);
    if (found)
        *out = (enum rights_event)at;
    return found;
}

bool rights_event_of_release(const char *type, enum rights_event *out)
{
    static const struct {
        const char *type;
        enum rights_event event;
    } rows[] = {
        { "theatrical", RIGHTS_EVENT_THEATRICAL },
        { "original theatrical", RIGHTS_EVENT_THEATRICAL },
        { "theatrical limited", RIGHTS_EVENT_THEATRICAL },
        { "broadcast", RIGHTS_EVENT_BROADCAST },
        { "original broadcast", RIGHTS_EVENT_BROADCAST },
        { "first broadcast", RIGHTS_EVENT_BROADCAST },
        { "free tv", RIGHTS_EVENT_BROADCAST },
        { "pay tv", RIGHTS_EVENT_PAY_TV },
        { "paytv", RIGHTS_EVENT_PAY_TV },
        { "premium tv", RIGHTS_EVENT_PAY_TV },
        { "subscription tv", RIGHTS_EVENT_PAY_TV },
        { "cable", RIGHTS_EVENT_PAY_TV },
        { "est", RIGHTS_EVENT_EST },
        { "internetbuy", RIGHTS_EVENT_EST },
        { "dvd", RIGHTS_EVENT_DISC },
        { "blu-ray", RIGHTS_EVENT_DISC },
        { "bluray", RIGHTS_EVENT_DISC },
        { "home video", RIGHTS_EVENT_DISC },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (strcasecmp(rows[i].type, type) == 0) {
            *out = rows[i].event;
            return true;
        }
    }
    return false;
}

const char *rights_licence_name(enum rights_licence licence)
{
    assert((unsigned)licence < COUNT(licences));
    return licences[licence];
}

bool rights_licence_parse(const char *name, enum rights_licence *out)
{
    size_t at;
    bool found = find_name(licences, COUNT(licences), name, &at);
    if (found)
        *out = (enum rights_licence)at;
    return found;
}

const char *rights_format_name(enum rights_format format)
{
    assert((unsigned)format < COUNT(formats));
    return formats[format];
}

bool rights_format_parse(const char *name, enum rights_format *out)
{
    size_t at;
    bool found = find_name(formats, COUNT(formats), name, &at);
    if (found)
        *out = (enum rights_format)at;
    return found;
}

int rights_format_lines(enum rights_format format)
{
    static const int lines[COUNT(formats)] = { 576, 1080, 2160 };
    assert((unsigned)format < COUNT(formats));
    return lines[format];
}

const char *rights_status_name(enum rights_status status)
{
    assert((unsigned)status < COUNT(statuses));
    return statuses[status];
}

bool rights_status_parse(const char *name, enum rights_status *out)
{
    size_t at;
    bool found = name[0] != 0 && find_name(statuses, COUNT(statuses), name, &at);
    if (found)
        *out = (enum rights_status)at;
    return found;
}

const char *rights_block_kind_name(enum rights_block_kind kind)
{
    static const char *const kinds[] = { "holdback", "granted", "law", "deal-term" };
    assert((unsigned)kind < COUNT(kinds));
    return kinds[kind];
}
