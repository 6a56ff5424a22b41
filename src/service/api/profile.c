#include "service/api/profile.h"

#include <string.h>

#include "base/text.h"
#include "rules/territory/rating.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"

/* ---- listed ---------------------------------------------------------------------------------- */

/* The ages at which a rating of the territory begins, as bits. */
static uint32_t ages_of(const char *systems)
{
    uint32_t ages = 0;
    while (systems != NULL && *systems != 0) {
        struct rating_step steps[RATING_STEPS_MAX];
        char name[24];
        size_t n = strcspn(systems, ",");
        if (n < sizeof name) {
            memcpy(name, systems, n);
            name[n] = 0;
            size_t found = rating_steps(name, steps, RATING_STEPS_MAX);
            for (size_t i = 0; i < found; i++)
                if (steps[i].age >= 0 && steps[i].age <= PROFILE_AGE_MAX)
                    ages |= UINT32_C(1) << steps[i].age;
        }
        systems += n + (systems[n] == ',');
    }
    return ages;
}

/* The limits that mean something where the viewer is; the least sees what is for everybody. */
static void write_limits(struct api_call *call)
{
    uint32_t ages = ages_of(call->viewer.ratings);
    json_array(&call->w, "limits");
    for (int age = 1; age <= PROFILE_AGE_MAX; age++) {
        bool begins = (ages & UINT32_C(1) << age) != 0 || (age == 1 && (ages & 1) != 0);
        if (!begins)
            continue;
        json_object(&call->w, NULL);
        json_number(&call->w, "max_age", age);
        profile_write_ratings(call, "ratings", age);
        json_end(&call->w);
    }
    json_end(&call->w);
}

static void write_pin(struct api_call *call)
{
    json_object(&call->w, "pin");
    json_bool(&call->w, "set", call->pin.is_set);
    if (call->pin.locked_age > 0)
        json_number(&call->w, "locked_age", call->pin.locked_age);
    else
        json_null(&call->w, "locked_age");
    json_instant(&call->w, "unlocked_until", call->unlocked_until);
    json_end(&call->w);
}

void handle_profiles(struct api_call *call)
{
    struct profile *profiles = NULL;
    size_t n = 0;
    enum err err = store_profiles_list(call->store, call->arena, call->member->id, &profiles, &n);
    if (err != OK) {
        call_fail(call, err, "list profiles");
        return;
    }
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; i < n; i++)
        profile_write(call, NULL, &profiles[i]);
    json_end(&call->w);
    json_text(&call->w, "current", call->profile.id.s);
    write_pin(call);
    write_limits(call);
    json_end(&call->w);
    call_answer(call, 200);
}

/* ---- added and changed ----------------------------------------------------------------------- */

/* A text that may be null, which takes it away. */
static const char *read_word(struct api_call *call, const char *name, unsigned field, size_t max,
                             struct profile_change *out)
{
    if (json_read_has(&call->in, name))
        out->sets |= field;
    return json_read_text(&call->in, name, JSON_OPTIONAL, 1, max);
}

static bool read_change(struct api_call *call, bool is_new, struct profile_change *out)
{
    int64_t age = 0;
    *out = (struct profile_change){ 0 };
    out->name = json_read_text(&call->in, "name", is_new ? JSON_REQUIRED : JSON_OPTIONAL, 1,
                               4 * PROFILE_NAME_MAX);
    if (out->name != NULL)
        out->sets |= PROFILE_NAME;
    out->language = read_word(call, "language", PROFILE_LANGUAGE, LIMIT_LANGUAGE, out);
    out->sound = read_word(call, "sound", PROFILE_SOUND, LIMIT_LANGUAGE, out);
    out->captions = read_word(call, "captions", PROFILE_CAPTIONS, LIMIT_LANGUAGE, out);
    out->avatar = read_word(call, "avatar", PROFILE_AVATAR, PROFILE_AVATAR_MAX, out);
    if (json_read_has(&call->in, "max_age"))
        out->sets |= PROFILE_MAX_AGE;
    json_read_whole(&call->in, "max_age", JSON_OPTIONAL, 0, PROFILE_AGE_MAX, &age);
    out->max_age = (int)age;
    if (json_read_bool(&call->in, "child", JSON_OPTIONAL, &out->is_child))
        out->sets |= PROFILE_CHILD;
    return call_read_end(call);
}

static void answer_refused(struct api_call *call, enum err err, const struct profile_problem *why)
{
    switch (err) {
    case ERR_ARGUMENT: call_problem(call, PROBLEM_VALIDATION, why->field, why->text); break;
    case ERR_EXISTS: profile_problem(call, PROBLEM_EXISTS, "name", "profile:name"); break;
    case ERR_FULL: profile_problem(call, PROBLEM_STATE, NULL, "profile:full"); break;
    case ERR_STATE: profile_problem(call, PROBLEM_STATE, NULL, "profile:main"); break;
    default: call_fail(call, err, "change a profile");
    }
}

/* Answers with the profile as the store has it now. */
static void answer_profile(struct api_call *call, profile_id id, int status)
{
    struct profile profile;
    enum err err = store_profile_get(call->store, call->arena, call->member->id, id, &profile);
    if (err != OK) {
        call_fail(call, err, "read a profile");
        return;
    }
    if (strcmp(profile.id.s, call->profile.id.s) == 0)
        call->profile = profile;
    profile_write(call, NULL, &profile);
    call_answer(call, status);
}

void handle_profile_add(struct api_call *call)
{
    struct profile profile = { .member = call->member->id, .name = "", .created = call->now };
    struct profile_change change;
    struct profile_problem why;
    id_new(profile.id.s);
    if (!read_change(call, true, &change))
        return;
    enum err err = profile_change(&profile, &change, &why);
    if (err == OK)
        err = store_profile_add(call->store, &profile, &why);
    if (err != OK)
        answer_refused(call, err, &why);
    else
        answer_profile(call, profile.id, 201);
}

/* Everybody but children dresses their own profile; the rest is for those who may manage. */
static bool may_change(struct api_call *call, const struct profile_change *change)
{
    bool is_own = strcmp(call->id, call->profile.id.s) == 0;
    if (profile_may_manage(&call->profile, call->pin.is_set))
        return true;
    if (!call->profile.is_child && is_own && (change->sets & ~(unsigned)PROFILE_TASTES) == 0)
        return true;
    call_problem_said(call, PROBLEM_PROFILE);
    return false;
}

void handle_profile_change(struct api_call *call)
{
    struct profile_change change;
    struct profile_problem why;
    profile_id id;
    memcpy(id.s, call->id, sizeof id.s);
    if (!read_change(call, false, &change) || !may_change(call, &change))
        return;
    enum err err = store_profile_change(call->store, call->member->id, id, &change, &why);
    if (err != OK)
        answer_refused(call, err, &why);
    else
        answer_profile(call, id, 200);
}

void handle_profile_remove(struct api_call *call)
{
    profile_id id;
    memcpy(id.s, call->id, sizeof id.s);
    enum err err = store_profile_remove(call->store, call->member->id, id, call->session);
    if (err == ERR_STATE)
        profile_problem(call, PROBLEM_STATE, NULL, "profile:main");
    else if (err != OK)
        call_fail(call, err, "remove a profile");
    else
        call_answer_empty(call, 204);
}
