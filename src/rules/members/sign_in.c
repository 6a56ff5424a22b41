#include <string.h>

#include "base/text.h"
#include "rules/members/member.h"
#include "rules/members/worst_passwords.h"

enum { EMAIL_MIN = 3, EMAIL_MAX = 254 }; /* RFC 5321 section 4.5.3.1.3, less the brackets */
enum { PASSWORD_MIN = 10, PASSWORD_MAX = 200 };

enum err member_email_key(const char *email, size_t n, char *key, size_t room)
{
    if (n < EMAIL_MIN || n > EMAIL_MAX || n >= room || !text_is_line(email, n))
        return ERR_ARGUMENT;
    const char *at = memchr(email, '@', n);
    if (at == NULL || at == email || at == email + n - 1 || memchr(email, ' ', n) != NULL ||
        memchr(at + 1, '@', (size_t)(email + n - at - 1)) != NULL)
        return ERR_ARGUMENT;
    for (size_t i = 0; i < n; i++) {
        bool upper = email[i] >= 'A' && email[i] <= 'Z';
        key[i] = upper ? (char)(email[i] - 'A' + 'a') : email[i];
    }
    key[n] = 0;
    return OK;
}

static bool equals_folded(const char *text, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != word[i] || c == 0)
            return false;
    }
    return word[n] == 0;
}

/* "aaaaaaaaaa", "abababababab": a pattern of one to three characters again and again. */
static bool repeats(const char *text, size_t n)
{
    for (size_t period = 1; period <= 3; period++) {
        size_t i = period;
        while (i < n && text[i] == text[i - period])
            i++;
        if (i == n)
            return true;
    }
    return false;
}

static bool is_run(const char *text, size_t n)
{
    static const char *const runs[] = { "01234567890123456789",       "98765432109876543210",
                                        "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm",
                                        "azertyuiopqsdfghjklmwxcvbn", "1q2w3e4r5t6y7u8i9o0p" };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        for (size_t from = 0; from + n <= strlen(runs[i]); from++) {
            char part[64];
            if (n >= sizeof part)
                return false;
            memcpy(part, runs[i] + from, n);
            part[n] = 0;
            if (equals_folded(text, n, part))
                return true;
        }
    }
    return false;
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* "p4ssw0rd" is read as "password". */
static char unmasked(char c)
{
    static const char masks[] = "0o1i3e4a5s7t@a$s!i";
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    for (size_t i = 0; i + 1 < sizeof masks; i += 2) {
        if (masks[i] == c)
            return masks[i + 1];
    }
    return c;
}

/* Whether the text is nothing but up to `words` of the worst words. */
static bool is_made_of_worst(const char *text, size_t n, unsigned words)
{
    if (n == 0)
        return true;
    for (size_t i = 0; words > 0 && i < sizeof worst_words / sizeof worst_words[0]; i++) {
        size_t size = strlen(worst_words[i]);
        if (size <= n && memcmp(text, worst_words[i], size) == 0 &&
            is_made_of_worst(text + size, n - size, words - 1))
            return true;
    }
    return false;
}

/* Worst words with anything but letters before and after: "Password2013!", "123soleil". */
static bool is_worst_with_trimmings(const char *text, size_t n)
{
    enum { LOOKED_AT = 40, WORDS = 3 };
    char lower[LOOKED_AT];
    if (n > sizeof lower)
        return false;
    size_t from = 0, until = n;
    for (size_t i = 0; i < n; i++)
        lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    while (from < n && !is_letter(lower[from]))
        from++;
    while (until > from && !is_letter(lower[until - 1]))
        until--;
    for (size_t i = from; i < until; i++)
        lower[i] = unmasked(lower[i]);
    return until > from && is_made_of_worst(lower + from, until - from, WORDS);
}

/* Telephone numbers, dates and counting. */
static bool is_short_number(const char *text, size_t n)
{
    enum { LONG_ENOUGH = 16 };
    for (size_t i = 0; i < n; i++) {
        if (memchr("0123456789 -./+", text[i], 15) == NULL)
            return false;
    }
    return n < LONG_ENOUGH;
}

static bool is_among_worst(const char *text, size_t n)
{
    return repeats(text, n) || is_run(text, n) || is_short_number(text, n) ||
           is_worst_with_trimmings(text, n);
}

/* The address itself, or what stands before its @. */
static bool is_address(const char *text, size_t n, const char *email_key)
{
    size_t local = strcspn(email_key, "@");
    char part[EMAIL_MAX + 1];
    if (equals_folded(text, n, email_key))
        return true;
    if (local != n || local >= sizeof part)
        return false;
    memcpy(part, email_key, local);
    part[local] = 0;
    return equals_folded(text, n, part);
}

enum err member_password_acceptable(const char *password, size_t n, const char *email_key,
                                    char *why, size_t room)
{
    const char *sentence = NULL;
    if (!text_is_utf8(password, n))
        sentence = "The password must be UTF-8 text.";
    else if (text_length(password, n) < PASSWORD_MIN)
        sentence = "The password must have at least 10 characters.";
    else if (text_length(password, n) > PASSWORD_MAX)
        sentence = "The password must have at most 200 characters.";
    else if (is_address(password, n, email_key))
        sentence = "The password must not be the address.";
    else if (is_among_worst(password, n))
        sentence = "The password is among the first that are guessed.";
    if (sentence == NULL)
        return OK;
    text_copy(why, room, sentence);
    return ERR_ARGUMENT;
}

/* Nothing for `free` failures, then a second, doubled with each more, to a quarter of an hour. */
static int64_t wait_after(unsigned failures, unsigned free)
{
    const int64_t longest = 15 * 60 * UTC_SECOND;
    if (failures < free)
        return 0;
    unsigned doublings = failures - free;
    return doublings >= 10 ? longest : UTC_SECOND << doublings;
}

int64_t sign_in_wait_us(unsigned failures)
{
    enum { FREE = 5 };
    return wait_after(failures, FREE);
}

int64_t sign_in_network_wait_us(unsigned failures)
{
    enum { FREE = 50 }; /* a household, an office or a hotel stands behind one network */
    return wait_after(failures, FREE);
}
