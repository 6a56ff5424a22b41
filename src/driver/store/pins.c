/* The PIN of an account: what keeps children from what is not theirs. */
#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/profiles.h"

struct pin_call {
    member_id member;
    const uint8_t *digest;
    const char *hash;
    int locked_age;
    utc_time now, until;
    char found[STORE_PIN_HASH];
    int64_t wait_us;
};

static enum err lock_sessions(struct connection *c, member_id member)
{
    struct query q = query_of(c, "UPDATE session SET unlocked_until = 0 WHERE member = ?1");
    query_text(&q, 1, member.s);
    return query_run(&q, NULL);
}

static enum err put_pin(struct connection *c, const struct pin_call *pin)
{
    struct query q = query_of(c, "INSERT INTO member_pin (member, hash, locked_age, failures,"
                                 " last_failure) VALUES (?1, ?2, ?3, 0, 0)"
                                 " ON CONFLICT (member) DO UPDATE SET hash = excluded.hash,"
                                 " locked_age = excluded.locked_age, failures = 0,"
                                 " last_failure = 0");
    query_text(&q, 1, pin->member.s);
    query_text(&q, 2, pin->hash);
    query_number(&q, 3, pin->locked_age);
    return query_run(&q, NULL);
}

static enum err remove_pin(struct connection *c, member_id member)
{
    struct query q = query_of(c, "DELETE FROM member_pin WHERE member = ?1");
    query_text(&q, 1, member.s);
    return query_run(&q, NULL);
}

static enum err set_pin(struct connection *c, void *call)
{
    const struct pin_call *pin = call;
    enum err err = pin->hash != NULL ? put_pin(c, pin) : remove_pin(c, pin->member);
    return err == OK ? lock_sessions(c, pin->member) : err;
}

enum err store_pin_set(struct store *store, member_id member, const char *hash, int locked_age)
{
    struct pin_call call = { .member = member, .hash = hash, .locked_age = locked_age };
    return store_write(store, set_pin, &call);
}

enum err store_pin_get(struct store *store, member_id member, struct store_pin *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    *out = (struct store_pin){ 0 };
    struct query q = query_of(c, "SELECT locked_age FROM member_pin WHERE member = ?1");
    query_text(&q, 1, member.s);
    if (query_next(&q))
        *out = (struct store_pin){ .is_set = true, .locked_age = (int)row_number(&q, 0) };
    return store_read_end(store, &c, query_end(&q));
}

/* A clock that was set back makes no wait longer than it was. */
static int64_t still_to_wait(unsigned failures, utc_time last, utc_time now)
{
    int64_t whole = pin_wait_us(failures), left = last.us + whole - now.us;
    if (left < 0)
        return 0;
    return left < whole ? left : whole;
}

static enum err try_pin(struct connection *c, void *call)
{
    struct pin_call *pin = call;
    unsigned failures = 0;
    utc_time last = { 0 };
    struct query q =
        query_of(c, "SELECT hash, failures, last_failure FROM member_pin WHERE member = ?1");
    query_text(&q, 1, pin->member.s);
    enum err err = query_first(&q);
    if (err == OK) {
        row_copy(&q, 0, pin->found, sizeof pin->found);
        failures = (unsigned)row_number(&q, 1);
        last = row_time(&q, 2);
    }
    enum err ended = query_end(&q);
    pin->wait_us = still_to_wait(failures, last, pin->now);
    if (err != OK || ended != OK || pin->wait_us > 0)
        return err == OK ? ended : err;
    q = query_of(c, "UPDATE member_pin SET failures = failures + 1, last_failure = ?2"
                    " WHERE member = ?1");
    query_text(&q, 1, pin->member.s);
    query_number(&q, 2, pin->now.us);
    return query_run_one(&q);
}

enum err store_pin_try(struct store *store, member_id member, utc_time now,
                       char hash[STORE_PIN_HASH], int64_t *wait_us)
{
    struct pin_call call = { .member = member, .now = now };
    enum err err = store_write(store, try_pin, &call);
    memcpy(hash, call.found, sizeof call.found);
    *wait_us = call.wait_us;
    return err;
}

static enum err pin_good(struct connection *c, void *call)
{
    struct query q = query_of(c, "UPDATE member_pin SET failures = 0, last_failure = 0"
                                 " WHERE member = ?1");
    query_text(&q, 1, ((const struct pin_call *)call)->member.s);
    return query_run(&q, NULL);
}

enum err store_pin_good(struct store *store, member_id member)
{
    struct pin_call call = { .member = member };
    return store_write(store, pin_good, &call);
}

static enum err unlock(struct connection *c, void *call)
{
    const struct pin_call *pin = call;
    struct query q = query_of(c, "UPDATE session SET unlocked_until = ?2 WHERE digest = ?1");
    query_blob(&q, 1, pin->digest, 32);
    query_number(&q, 2, pin->until.us);
    return query_run_one(&q);
}

enum err store_session_unlock(struct store *store, const uint8_t digest[32], utc_time until)
{
    struct pin_call call = { .digest = digest, .until = until };
    return store_write(store, unlock, &call);
}
