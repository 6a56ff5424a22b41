/* Members, their sessions and their subscription. */
#ifndef LANTERNE_RULES_MEMBERS_MEMBER_H
#define LANTERNE_RULES_MEMBERS_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"

ID_TYPE(member_id);

enum member_role { MEMBER_ROLE_MEMBER, MEMBER_ROLE_ADMINISTRATOR };

/*              +-> ENDED
 * NONE -> TRIAL +-> ACTIVE -> ENDED -> ACTIVE      by the clock: TRIAL and ACTIVE hold until their
 * instant */
enum subscription_state {
    SUBSCRIPTION_NONE,
    SUBSCRIPTION_TRIAL,
    SUBSCRIPTION_ACTIVE,
    SUBSCRIPTION_ENDED
};

struct subscription {
    utc_time trial_from, trial_until; /* us 0: no trial was had */
    utc_time paid_from, paid_until;   /* us 0: never paid; a partner pays: until INT64_MAX */
    utc_time grace_until; /* what follows is being collected: it plays until then, when that is
                             later than the end of trial and paid time; us 0: it is not */
    int lines;            /* greatest picture of the plan; 0: no limit */
    int streams;          /* at a time; 0: no limit */
};

struct member {
    member_id id;
    enum member_role role;
    const char *email;     /* as written by the member; unique without regard to case */
    const char *language;  /* of the interface; BCP 47 */
    const char *territory; /* ISO 3166-1 alpha-2 */
    utc_time created;
    struct subscription subscription;
    utc_time email_verified; /* since when the address is known to be theirs; us 0: it is not */
    utc_time second_factor;  /* since when a code is asked for; us 0: it is not */
};

const char *member_role_name(enum member_role role);
bool member_role_parse(const char *name, enum member_role *out); /* false leaves *out alone */
/* The state at `now`; half-open: a trial until T has ended at T. While what follows is being
 * collected (grace_until) it is ACTIVE past the end of trial and paid time. *until (optional) gets
 * the end of it. */
enum subscription_state subscription_state_at(const struct subscription *s, utc_time now,
                                              utc_time *until);
const char *subscription_state_name(enum subscription_state state);
/* A trial of `days` that begins now. */
struct subscription subscription_trial(utc_time now, int days);

/* Shape of an address (one @, no spaces or control characters, 3..254 bytes); the key under which
 * it is unique: lower case ASCII. key has room for 255 bytes. */
MUST_CHECK enum err member_email_key(const char *email, size_t n, char *key, size_t room);
/* Length 10..200 characters of UTF-8, not the address, not one of the list of worst passwords. why:
 * a sentence. */
MUST_CHECK enum err member_password_acceptable(const char *password, size_t n,
                                               const char *email_key, char *why, size_t room);

/* Slow-down after failed sign-ins: how long the next try of this key has to wait, from the count of
 * failures in the running window. 0 for the first few. */
int64_t sign_in_wait_us(unsigned failures);
/* The same for a whole network (/24, /64), behind which many may stand. */
int64_t sign_in_network_wait_us(unsigned failures);
/* Failures are counted in a window that starts with the first. */
#define SIGN_IN_WINDOW_US (3600 * UTC_SECOND)

#endif
