/* Who of a household sits before the screen: a name, and the age up to which titles are shown. */
#include <string.h>

#include "base/text.h"
#include "service/api/call.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"

enum { AGE_MAX = 21 };

static void profile_write(struct json_writer *w, const char *key,
                          const struct store_profile *profile)
{
    if (profile == NULL) {
        json_null(w, key);
        return;
    }
    json_object(w, key);
    json_text(w, "id", profile->id.s);
    json_text(w, "name", profile->name);
    if (profile->max_age > 0)
        json_number(w, "max_age", profile->max_age);
    else
        json_null(w, "max_age");
    json_bool(w, "child", profile->is_child);
    json_end(w);
}

void handle_profiles(struct api_call *call)
{
    struct store_profile *profiles = NULL;
    size_t n = 0;
    enum err err = store_profiles_list(call->store, call->arena, call->member->id, &profiles, &n);
    if (err != OK) {
        call_fail(call, err, "list profiles");
        return;
    }
    json_object(&call->w, NULL);
    json_array(&call->w, "items");
    for (size_t i = 0; i < n; i++)
        profile_write(&call->w, NULL, &profiles[i]);
    json_end(&call->w);
    json_text(&call->w, "current", call->profile.id.s[0] != 0 ? call->profile.id.s : NULL);
    json_end(&call->w);
    call_answer(call, 200);
}

static bool read_profile(struct api_call *call, struct store_profile *out)
{
    int64_t age = 0;
    *out = (struct store_profile){ .member = call->member->id, .created = call->now };
    id_new(out->id.s);
    out->name = json_read_text(&call->in, "name", JSON_REQUIRED, 1, LIMIT_WORD);
    if (out->name != NULL && !text_is_line(out->name, strlen(out->name)))
        json_read_wrong(&call->in, "name", "must be one line");
    json_read_whole(&call->in, "max_age", JSON_OPTIONAL, 0, AGE_MAX, &age);
    json_read_bool(&call->in, "child", JSON_OPTIONAL, &out->is_child);
    out->max_age = (int)age;
    return call_read_end(call);
}

void handle_profile_add(struct api_call *call)
{
    struct store_profile profile, *others = NULL;
    size_t n = 0;
    if (!read_profile(call, &profile))
        return;
    enum err err = store_profiles_list(call->store, call->arena, call->member->id, &others, &n);
    if (err == OK && n >= STORE_PROFILES_MAX)
        err = ERR_STATE;
    if (err == OK)
        err = store_profile_add(call->store, &profile);
    if (err == ERR_EXISTS) {
        call_problem(call, PROBLEM_EXISTS, "name", "there is a profile of that name");
    } else if (err != OK) {
        call_fail(call, err, "add a profile");
    } else {
        profile_write(&call->w, NULL, &profile);
        call_answer(call, 201);
    }
}

/* Another member's profile is answered like none. */
static enum err find_own(struct api_call *call, const char *id, struct store_profile *out)
{
    struct store_profile *profiles = NULL;
    size_t n = 0;
    enum err err = store_profiles_list(call->store, call->arena, call->member->id, &profiles, &n);
    for (size_t i = 0; err == OK && i < n; i++) {
        if (strcmp(profiles[i].id.s, id) != 0)
            continue;
        *out = profiles[i];
        return OK;
    }
    return err == OK ? ERR_NOT_FOUND : err;
}

void handle_session_profile(struct api_call *call)
{
    struct store_profile profile;
    char checked[ID_TEXT];
    const char *id = json_read_text(&call->in, "profile", JSON_OPTIONAL, 1, LIMIT_WORD);
    if (id != NULL && !id_parse(id, strlen(id), checked))
        json_read_wrong(&call->in, "profile", "must be the id of a profile");
    if (!call_read_end(call))
        return;
    enum err err = id == NULL ? OK : find_own(call, id, &profile);
    if (err == OK)
        err = store_profile_choose(call->store, call->session, id == NULL ? NULL : &profile.id);
    if (err != OK) {
        call_fail(call, err, "choose a profile");
        return;
    }
    json_object(&call->w, NULL);
    profile_write(&call->w, "profile", id == NULL ? NULL : &profile);
    json_end(&call->w);
    call_answer(call, 200);
}
