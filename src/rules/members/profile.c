#include "rules/members/profile.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

profile_id profile_main(member_id member)
{
    profile_id id;
    memcpy(id.s, member.s, sizeof id.s);
    return id;
}

bool profile_is_main(const struct profile *p)
{
    return strcmp(p->id.s, p->member.s) == 0;
}

/* ---- changes --------------------------------------------------------------------------------- */

static enum err wrong(struct profile_problem *why, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum err wrong(struct profile_problem *why, const char *field, const char *format, ...)
{
    va_list args;
    text_copy(why->field, sizeof why->field, field);
    va_start(args, format);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    return ERR_ARGUMENT;
}

/* Something is to be seen of it. */
static bool is_blank(const char *text)
{
    size_t n = strlen(text), used = 0;
    for (size_t i = 0; i < n; i += used) {
        uint32_t c = text_next(text + i, n - i, &used);
        bool blank = c == ' ' || c == 0xa0 || c == 0xad || (c >= 0x2000 && c <= 0x200f) ||
                     (c >= 0x2028 && c <= 0x202f) || (c >= 0x205f && c <= 0x206f) || c == 0x3000 ||
                     c == 0xfeff;
        if (!blank)
            return false;
    }
    return true;
}

static enum err check_name(const char *name, struct profile_problem *why)
{
    size_t n = name == NULL ? 0 : strlen(name);
    if (n == 0 || !text_is_line(name, n) || is_blank(name))
        return wrong(why, "name", "must be one line that can be read");
    if (text_length(name, n) > PROFILE_NAME_MAX)
        return wrong(why, "name", "must have at most %d characters", PROFILE_NAME_MAX);
    return OK;
}

static enum err check_language(const char *language, const char *field, struct profile_problem *why)
{
    if (language == NULL || text_is_language(language, strlen(language)))
        return OK;
    return wrong(why, field, "must be a language tag");
}

static enum err check_avatar(const char *avatar, struct profile_problem *why)
{
    size_t n = avatar == NULL ? 1 : strlen(avatar);
    bool good = n > 0 && n <= PROFILE_AVATAR_MAX;
    for (size_t i = 0; avatar != NULL && good && i < n; i++)
        good = (avatar[i] >= 'a' && avatar[i] <= 'z') || (avatar[i] >= '0' && avatar[i] <= '9') ||
               avatar[i] == '-';
    return good ? OK : wrong(why, "avatar", "must be a word of letters, digits and -");
}

static enum err check_age(const struct profile *p, struct profile_problem *why)
{
    if (p->max_age < 0 || p->max_age > PROFILE_AGE_MAX)
        return wrong(why, "max_age", "must lie between 0 and %d", PROFILE_AGE_MAX);
    if (p->is_child && p->max_age > PROFILE_CHILD_AGE_MAX)
        return wrong(why, "max_age", "of a children's profile must be at most %d",
                     PROFILE_CHILD_AGE_MAX);
    return OK;
}

static void apply(struct profile *p, const struct profile_change *change)
{
    if (change->sets & PROFILE_NAME)
        p->name = change->name;
    if (change->sets & PROFILE_LANGUAGE)
        p->language = change->language;
    if (change->sets & PROFILE_SOUND)
        p->sound = change->sound;
    if (change->sets & PROFILE_CAPTIONS)
        p->captions = change->captions;
    if (change->sets & PROFILE_AVATAR)
        p->avatar = change->avatar;
    if (change->sets & PROFILE_MAX_AGE)
        p->max_age = change->max_age;
    if (change->sets & PROFILE_CHILD)
        p->is_child = change->is_child;
    if (p->is_child && p->max_age == 0)
        p->max_age = PROFILE_CHILD_AGE;
}

enum err profile_change(struct profile *p, const struct profile_change *change,
                        struct profile_problem *why)
{
    struct profile changed = *p;
    enum err err = OK;
    *why = (struct profile_problem){ .field = "" };
    apply(&changed, change);
    if (!profile_is_main(p) || (change->sets & PROFILE_NAME))
        err = check_name(changed.name, why);
    if (err == OK)
        err = check_language(changed.language, "language", why);
    if (err == OK)
        err = check_language(changed.sound, "sound", why);
    if (err == OK)
        err = check_language(changed.captions, "captions", why);
    if (err == OK)
        err = check_avatar(changed.avatar, why);
    if (err == OK)
        err = check_age(&changed, why);
    if (err == OK && profile_is_main(p) && (changed.max_age > 0 || changed.is_child))
        err = ERR_STATE;
    if (err == OK)
        *p = changed;
    return err;
}

/* ---- who may what ---------------------------------------------------------------------------- */

bool profile_switch_asks(const struct profile *from, const struct profile *to, bool has_pin)
{
    if (!has_pin || strcmp(from->id.s, to->id.s) == 0)
        return false;
    if (from->is_child)
        return true;
    return from->max_age > 0 && (to->max_age == 0 || to->max_age > from->max_age);
}

bool profile_may_manage(const struct profile *p, bool has_pin)
{
    return !p->is_child && (p->max_age == 0 || !has_pin);
}

/* ---- the PIN --------------------------------------------------------------------------------- */

bool pin_is_written_well(const char *pin, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (pin[i] < '0' || pin[i] > '9')
            return false;
    return n == PIN_DIGITS;
}

/* There are ten thousand PINs, so waits grow faster than those of passwords and are not forgotten
 * after a while. */
int64_t pin_wait_us(unsigned failures)
{
    enum { FREE = 5, FIRST_SECONDS = 30, LONGEST_SECONDS = 3600, DOUBLINGS_MAX = 7 };
    if (failures < FREE)
        return 0;
    unsigned doublings = failures - FREE;
    return doublings >= DOUBLINGS_MAX ? LONGEST_SECONDS * UTC_SECOND
                                      : (FIRST_SECONDS * UTC_SECOND) << doublings;
}
