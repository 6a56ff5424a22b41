#include "rules/viewing/showing.h"

#include <string.h>
#include <strings.h>

/* A title is out from the instant of its publication on, not before: the service may be run at
 * another instant. */
struct showing showing_of_own(enum title_state state, utc_time published, bool is_ready,
                              utc_time now)
{
    struct showing s = { .from = RIGHTS_SINCE_EVER,
                         .until = RIGHTS_FOR_EVER,
                         .languages = "",
                         .rent_languages = "",
                         .min_age = -1 };
    if (state != TITLE_PUBLISHED || published.us == 0 || published.us > now.us) {
        s.reason = VIEWING_NOT_PUBLISHED;
        return s;
    }
    s.from = published;
    s.reason = is_ready ? VIEWING_PLAY : VIEWING_NOT_READY;
    s.state = is_ready ? RIGHTS_OPEN : RIGHTS_NOTHING;
    s.in_subscription = is_ready;
    s.format = RIGHTS_UHD;
    return s;
}

/* Whether the entry of n bytes ("es", "fr:sub") speaks of the tag in this use. */
static bool entry_covers(const char *entry, size_t n, const char *tag, enum rights_asset asset)
{
    const char *colon = memchr(entry, ':', n);
    size_t stem = colon != NULL ? (size_t)(colon - entry) : n;
    if (colon != NULL && n - stem == 4) {
        enum rights_asset named = memcmp(colon, ":sub", 4) == 0 ? RIGHTS_SUB : RIGHTS_DUB;
        if (asset != RIGHTS_ANY && asset != named)
            return false;
    }
    return strncasecmp(entry, tag, stem) == 0 && (tag[stem] == 0 || tag[stem] == '-');
}

bool showing_language_allowed(const char *languages, const char *tag, enum rights_asset asset)
{
    if (languages == NULL || languages[0] == 0)
        return true;
    bool listed = false;
    for (const char *at = languages + 1; *at != 0 && !listed;) {
        size_t n = strcspn(at, ",");
        listed = entry_covers(at, n, tag, asset);
        at += n + (at[n] == ',' ? 1 : 0);
    }
    return (languages[0] == '+') == listed;
}
