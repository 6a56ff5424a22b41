/* Profiles as the API shows them, and which routes they may ask. */
#include <string.h>

#include "rules/territory/rating.h"
#include "service/api/handlers.h"
#include "service/api/profile.h"
#include "service/api/route.h"
#include "service/api/words.h"

enum { SYSTEM_NAME = 24 };

void profile_problem(struct api_call *call, enum problem problem, const char *field,
                     const char *word)
{
    call_problem(call, problem, field, words_for(word, call->language));
}

bool profile_admits(struct api_call *call)
{
    /* what every profile may: watch, see who there is, and go over (the PIN is asked there) */
    static void (*const open[])(struct api_call *) = {
        handle_me,
        handle_profiles,
        handle_session_profile,
        handle_session_unlock,
        handle_session_lock,
        handle_sign_out,
        handle_playback_position,
        handle_playback_beat,
        handle_playback_end,
        handle_me_streams,
        handle_me_stream_stop, /* children: only their own, it looks itself */
        handle_profile_change, /* of their own, but for children: it looks itself */
    };
    bool for_all = call->route->role == API_OPEN || call->route->role == API_ANYONE;
    if (for_all || profile_may_manage(&call->profile, call->pin.is_set))
        return true;
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
        if (call->route->handle == open[i])
            return true;
    call_problem_said(call, PROBLEM_PROFILE);
    return false;
}

static void write_system(struct json_writer *w, const char *system, int max_age)
{
    struct rating_step steps[RATING_STEPS_MAX];
    size_t n = rating_steps(system, steps, RATING_STEPS_MAX);
    if (n == 0)
        return;
    json_object(w, NULL);
    json_text(w, "system", system);
    json_array(w, "values");
    for (size_t i = 0; i < n && steps[i].age <= max_age; i++)
        json_text(w, NULL, steps[i].value);
    json_end(w);
    json_end(w);
}

void profile_write_ratings(struct api_call *call, const char *key, int max_age)
{
    const char *systems = call->viewer.ratings;
    json_array(&call->w, key);
    while (systems != NULL && *systems != 0) {
        char name[SYSTEM_NAME];
        size_t n = strcspn(systems, ",");
        if (n < sizeof name) {
            memcpy(name, systems, n);
            name[n] = 0;
            write_system(&call->w, name, max_age);
        }
        systems += n + (systems[n] == ',');
    }
    json_end(&call->w);
}

void profile_write(struct api_call *call, const char *key, const struct profile *profile)
{
    struct json_writer *w = &call->w;
    json_object(w, key);
    json_text(w, "id", profile->id.s);
    json_text(w, "name", profile->name[0] != 0 ? profile->name : NULL);
    json_bool(w, "main", profile_is_main(profile));
    json_bool(w, "child", profile->is_child);
    if (profile->max_age > 0) {
        json_number(w, "max_age", profile->max_age);
        profile_write_ratings(call, "ratings", profile->max_age);
    } else {
        json_null(w, "max_age");
        json_null(w, "ratings");
    }
    json_text(w, "language", profile->language);
    json_text(w, "sound", profile->sound);
    json_text(w, "captions", profile->captions);
    json_text(w, "avatar", profile->avatar);
    json_bool(w, "asks_pin", profile_switch_asks(&call->profile, profile, call->pin.is_set));
    json_end(w);
}
