/* A session goes over to another profile, and opens the locked area: what the PIN is asked for. */
#include <string.h>

#include "driver/password/password.h"
#include "service/api/guess.h"
#include "service/api/handlers.h"
#include "service/api/limits.h"
#include "service/api/me.h"
#include "service/api/profile.h"

_Static_assert((int)STORE_PIN_HASH >= (int)PASSWORD_HASH_TEXT, "a hash must fit");

/* A PIN that is given; NULL: none is. */
static const char *read_pin(struct api_call *call, enum json_need need)
{
    const char *pin = json_read_text(&call->in, "pin", need, 1, LIMIT_WORD);
    if (pin != NULL && !pin_is_written_well(pin, strlen(pin)))
        json_read_wrong(&call->in, "pin", "must be %d digits", PIN_DIGITS);
    return pin;
}

/* Whether it is the account's PIN. False: answered: 403 "pin-wrong", 409 without any, 429
 * "slow-down". */
static bool check_pin(struct api_call *call, const char *pin)
{
    char hash[STORE_PIN_HASH];
    int64_t wait_us = 0;
    bool good = false;
    enum err err = store_pin_try(call->store, call->member->id, call->now, hash, &wait_us);
    if (err == ERR_NOT_FOUND) {
        profile_problem(call, PROBLEM_STATE, NULL, "profile:no-pin");
        return false;
    }
    if (err == OK && wait_us > 0) {
        guess_slow_down(call, wait_us);
        return false;
    }
    if (err == OK)
        err = password_check(hash, pin, strlen(pin), &good);
    if (err == OK && good)
        err = store_pin_good(call->store, call->member->id);
    if (err != OK)
        call_fail(call, err, "check a PIN");
    else if (!good)
        call_problem_said(call, PROBLEM_PIN_WRONG);
    return err == OK && good;
}

/* Whether the session may go over to it. False: answered. */
static bool may_switch(struct api_call *call, const struct profile *to, const char *pin)
{
    if (!profile_switch_asks(&call->profile, to, call->pin.is_set))
        return true;
    if (pin != NULL)
        return check_pin(call, pin);
    call_problem_said(call, PROBLEM_PIN);
    return false;
}

/* Another member's profile is answered like none. */
void handle_session_profile(struct api_call *call)
{
    struct profile to;
    profile_id id = profile_main(call->member->id);
    const char *text = json_read_text(&call->in, "profile", JSON_OPTIONAL, 1, LIMIT_WORD);
    if (text != NULL && !id_parse(text, strlen(text), id.s))
        json_read_wrong(&call->in, "profile", "must be the id of a profile");
    const char *pin = read_pin(call, JSON_OPTIONAL);
    if (!call_read_end(call))
        return;
    enum err err = store_profile_get(call->store, call->arena, call->member->id, id, &to);
    if (err == OK && !may_switch(call, &to, pin))
        return;
    if (err == OK)
        err = store_profile_choose(call->store, call->session, id);
    if (err != OK) {
        call_fail(call, err, "choose a profile");
        return;
    }
    call->profile = to;
    json_object(&call->w, NULL);
    profile_write(call, "profile", &to);
    json_end(&call->w);
    call_answer(call, 200);
}

void handle_session_unlock(struct api_call *call)
{
    const char *pin = read_pin(call, JSON_REQUIRED);
    if (!call_read_end(call) || !check_pin(call, pin))
        return;
    utc_time until = { call->now.us + PROFILE_UNLOCKED_US };
    enum err err = store_session_unlock(call->store, call->session, until);
    if (err != OK) {
        call_fail(call, err, "open the locked area");
        return;
    }
    json_object(&call->w, NULL);
    json_instant(&call->w, "unlocked_until", until);
    json_end(&call->w);
    call_answer(call, 200);
}

void handle_session_lock(struct api_call *call)
{
    enum err err = store_session_unlock(call->store, call->session, (utc_time){ 0 });
    if (err != OK)
        call_fail(call, err, "lock the locked area");
    else
        call_answer_empty(call, 204);
}

/* The password is asked, not the PIN before: whoever forgot it sets another, and whoever only knows
 * the PIN changes nothing. */
void handle_me_pin(struct api_call *call)
{
    char hash[PASSWORD_HASH_TEXT];
    int64_t age = 0;
    const char *password = json_read_text(&call->in, "password", JSON_REQUIRED, 1, LIMIT_PASSWORD);
    if (!json_read_has(&call->in, "pin"))
        json_read_wrong(&call->in, "pin", "is missing");
    const char *pin = read_pin(call, JSON_OPTIONAL);
    json_read_whole(&call->in, "locked_age", JSON_OPTIONAL, 0, PROFILE_AGE_MAX, &age);
    if (pin == NULL && age > 0)
        json_read_wrong(&call->in, "locked_age", "needs a PIN");
    if (!call_read_end(call) || !me_check_password(call, password))
        return;
    enum err err = pin == NULL ? OK : password_hash(pin, strlen(pin), hash);
    if (err == OK)
        err = store_pin_set(call->store, call->member->id, pin == NULL ? NULL : hash, (int)age);
    if (err != OK)
        call_fail(call, err, "set a PIN");
    else
        call_answer_empty(call, 204);
}
