#include "service/api/guess.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "driver/password/password.h"
#include "service/api/limits.h"

enum { KEY_MAX = LIMIT_EMAIL + 16 };

static void network_name(const struct api_call *call, char out[KEY_MAX])
{
    snprintf(out, KEY_MAX, "network %s", call->client.network);
}

static void slow_down(struct api_call *call, int64_t wait_us)
{
    int64_t seconds = (wait_us + UTC_SECOND - 1) / UTC_SECOND;
    http_answer_header(call->answer, "Retry-After",
                       arena_printf(call->arena, "%lld", (long long)seconds));
    call_problem(call, PROBLEM_SLOW_DOWN, NULL, NULL);
}

/* Whether this key may try now. False: answered. */
static bool may_try(struct api_call *call, const char *key, int64_t (*wait_us)(unsigned failures))
{
    unsigned count = 0;
    utc_time last = { 0 };
    enum err err = store_sign_in_failures(call->store, key, call->now, &count, &last);
    if (err != OK && err != ERR_NOT_FOUND) {
        call_fail(call, err, "count failed sign-ins");
        return false;
    }
    int64_t left = last.us + wait_us(count) - call->now.us;
    if (count == 0 || left <= 0)
        return true;
    slow_down(call, left);
    return false;
}

/* A failure that cannot be counted is said, but does not decide the answer. */
static void note(struct api_call *call, enum err err)
{
    (void)call;
    if (err != OK)
        log_warning("api", "cannot count failed sign-ins: %s", err_text(err));
}

bool guess_network_may(struct api_call *call)
{
    char key[KEY_MAX];
    network_name(call, key);
    return may_try(call, key, sign_in_network_wait_us);
}

void guess_network_failed(struct api_call *call)
{
    char key[KEY_MAX];
    network_name(call, key);
    note(call, store_sign_in_failed(call->store, key, call->now));
}

bool guess_check(struct api_call *call, const char *email_key, const char *password,
                 const char *hash)
{
    char key[KEY_MAX];
    bool good = false;
    snprintf(key, sizeof key, "address %s", email_key);
    if (!guess_network_may(call) || !may_try(call, key, sign_in_wait_us))
        return false;
    /* Counted before it is checked, so that many guesses at once do not all see a clean slate. */
    enum err err = store_sign_in_failed(call->store, key, call->now);
    if (err == OK)
        err = password_check(hash, password, strlen(password), &good);
    if (err == OK && good) {
        note(call, store_sign_in_clear(call->store, key));
        return true;
    }
    if (err == OK) {
        guess_network_failed(call);
        call_problem(call, PROBLEM_CREDENTIALS, NULL, NULL);
    } else {
        call_fail(call, err, "check a password");
    }
    return false;
}
