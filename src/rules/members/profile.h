/* Profiles of an account: who sits before the screen, what is for their age, and the PIN that keeps
 * children from what is not. Pure. */
#ifndef LANTERNE_RULES_MEMBERS_PROFILE_H
#define LANTERNE_RULES_MEMBERS_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "rules/members/member.h"

ID_TYPE(profile_id);

enum {
    PROFILES_MAX = 5,           /* of one account */
    PROFILE_NAME_MAX = 64,      /* characters */
    PROFILE_AGE_MAX = 21,       /* the greatest age that any rating system knows */
    PROFILE_CHILD_AGE = 10,     /* of a children's profile when nothing else is said */
    PROFILE_CHILD_AGE_MAX = 12, /* and at most: what is for older ones is no children's title */
    PROFILE_AVATAR_MAX = 32,
    PIN_DIGITS = 4,
};
/* The locked area is locked again so long after the PIN was given, or with another profile. */
#define PROFILE_UNLOCKED_US (2 * 3600 * UTC_SECOND)

/* The profile that is made with the account has the account's id. It is the grown-ups': it counts
 * for whoever has chosen none, it stays, and it has no age limit. */
struct profile {
    profile_id id;
    member_id member;
    const char *name;     /* "" : the account's first, as long as nobody has named it */
    const char *language; /* of the interface; NULL: the account's */
    const char *sound;    /* preferred language; NULL: none */
    const char *captions; /* likewise; NULL: none are shown unasked */
    const char *avatar;   /* a word for a picture that the screens have; NULL: none chosen */
    int max_age;          /* sees what is for that age and below; 0: no limit */
    bool is_child;        /* children's titles only; changes no settings */
    utc_time created;
};

profile_id profile_main(member_id member); /* the one that was made with the account */
bool profile_is_main(const struct profile *p);

enum profile_field {
    PROFILE_NAME = 1,
    PROFILE_LANGUAGE = 2,
    PROFILE_SOUND = 4,
    PROFILE_CAPTIONS = 8,
    PROFILE_AVATAR = 16,
    PROFILE_MAX_AGE = 32,
    PROFILE_CHILD = 64,
    /* What any grown-up may set of their own profile, whatever its limit. */
    PROFILE_TASTES =
        PROFILE_NAME | PROFILE_LANGUAGE | PROFILE_SOUND | PROFILE_CAPTIONS | PROFILE_AVATAR,
};
struct profile_change {
    unsigned sets; /* of enum profile_field; what is not set stays */
    const char *name, *language, *sound, *captions, *avatar;
    int max_age;
    bool is_child;
};
struct profile_problem {
    char field[16], text[120];
};
/* Changes *p, or makes one from an empty one. A children's profile without a limit gets
 * PROFILE_CHILD_AGE. ERR_ARGUMENT with *why: a value is not allowed. ERR_STATE: the account's first
 * profile has no limit. On either *p is as it was. */
MUST_CHECK enum err profile_change(struct profile *p, const struct profile_change *change,
                                   struct profile_problem *why);

/* Whether going over to another profile asks for the account's PIN: from one with a limit to one
 * that sees more, and from a children's profile to any other. Without a PIN nothing asks. */
bool profile_switch_asks(const struct profile *from, const struct profile *to, bool has_pin);
/* Whether whoever sits there may change the account, its profiles and its plan: a children's
 * profile never, one with a limit as long as no PIN keeps it from going over to another. */
bool profile_may_manage(const struct profile *p, bool has_pin);

/* Four digits. */
bool pin_is_written_well(const char *pin, size_t n);
/* How long the next try has to wait after so many wrong ones, of which no time but only the right
 * PIN, or the account's password, makes fewer: at most one try an hour in the end. */
int64_t pin_wait_us(unsigned failures);

#endif
