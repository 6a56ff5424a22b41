#include "service/api/guess.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "driver/password/password.h"
#include "service/api/limits.h"

enum { KEY_MAX = LIMIT_EMAIL + 16 };

static void network_key_of(const struct api_call *call, char out[KEY_MAX])
{
    snprintf(out, KEY_MAX, "network:%s", call->client.network);
}

void guess_slow_down(struct api_call *call, int64_t wait_us)
{
    int64_t seconds = (wait_us + UTC_SECOND - 1) / UTC_SECOND;
    http_answer_header(call->answer, "Retry-After",
                       arena_printf(call->arena, "%lld", (long long)seconds));
    call_problem(call, PROBLEM_SLOW_DOWN, NULL, NULL);
}

bool guess_network_may(struct api_call *call)
{
    char key[KEY_MAX];
    unsigned count = 0;
    utc_time last = { 0 };
    network_key_of(call, key);
    enum err err = store_sign_in_failures(call->store, key, call->now, &count, &last);
    if (err != OK) {
        call_fail(call, err, "count failed sign-ins");
        return false;
    }
    int64_t wait_us = last.us + sign_in_network_wait_us(count) - call->now.us;
    if (count == 0 || wait_us <= 0)
        return true;
    guess_slow_down(call, wait_us);
    return false;
}

void guess_network_failed(struct api_call *call)
{
    char key[KEY_MAX];
    network_key_of(call, key);
    enum err err = store_sign_in_failed(call->store, key, call->now);
    if (err != OK)
        log_warning("api", "cannot count a failed sign-up: %s", err_text(err));
}

bool guess_check(struct api_call *call, const char *email_key, const char *password,
                 const char *hash)
{
    char address[KEY_MAX], network[KEY_MAX];
    int64_t wait_us = 0;
    bool good = false;
    snprintf(address, sizeof address, "address:%s", email_key);
    network_key_of(call, network);
    enum err err = store_sign_in_begin(call->store, address, network, call->now, &wait_us);
    if (err == OK && wait_us > 0) {
        guess_slow_down(call, wait_us);
        return false;
    }
    if (err == OK)
        err = password_check(hash, password, strlen(password), &good);
    if (err == OK && good)
        err = store_sign_in_good(call->store, address, network);
    if (err != OK)
        call_fail(call, err, "check a password");
    else if (!good)
        call_problem(call, PROBLEM_CREDENTIALS, NULL, NULL);
    return err == OK && good;
}

/* Answers unless the store counted the try and let it be. */
static bool may(struct api_call *call, enum err err, int64_t wait_us)
{
    if (err != OK)
        call_fail(call, err, "count a try");
    else if (wait_us > 0)
        guess_slow_down(call, wait_us);
    return err == OK && wait_us <= 0;
}

bool guess_begin(struct api_call *call, const char *what, const char *whose)
{
    char key[KEY_MAX], network[KEY_MAX];
    int64_t wait_us = 0;
    snprintf(key, sizeof key, "%s:%s", what, whose);
    network_key_of(call, network);
    enum err err = store_sign_in_begin(call->store, key, network, call->now, &wait_us);
    return may(call, err, wait_us);
}

void guess_good(struct api_call *call, const char *what, const char *whose)
{
    char key[KEY_MAX], network[KEY_MAX];
    snprintf(key, sizeof key, "%s:%s", what, whose);
    network_key_of(call, network);
    enum err err = store_sign_in_good(call->store, key, network);
    if (err != OK)
        log_warning("api", "cannot take a count of tries back: %s", err_text(err));
}

bool guess_reset(struct api_call *call, const char *email_key, const struct store_token *token,
                 const struct store_letter *letter)
{
    char key[KEY_MAX], network[KEY_MAX];
    int64_t wait_us = 0;
    snprintf(key, sizeof key, "reset:%s", email_key);
    network_key_of(call, network);
    enum err err = store_reset_ask(call->store, key, network, token, letter, call->now, &wait_us);
    return may(call, err, wait_us);
}
