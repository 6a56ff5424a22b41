#include "rules/members/activation.h"

#include <string.h>

#include "base/text.h"

static const char *const names[N_ACTIVATION_STATES] = {
    [ACTIVATION_WAITING] = "waiting",
    [ACTIVATION_ALLOWED] = "allowed",
    [ACTIVATION_REFUSED] = "refused",
    [ACTIVATION_USED] = "used",
};
static const bool may_move[N_ACTIVATION_STATES][N_ACTIVATION_STATES] = {
    [ACTIVATION_WAITING] = { [ACTIVATION_ALLOWED] = true, [ACTIVATION_REFUSED] = true },
    [ACTIVATION_ALLOWED] = { [ACTIVATION_USED] = true },
};

const char *activation_state_name(enum activation_state state)
{
    return names[state];
}

bool activation_state_parse(const char *word, enum activation_state *out)
{
    for (enum activation_state s = 0; s < N_ACTIVATION_STATES; s++)
        if (strcmp(word, names[s]) == 0) {
            *out = s;
            return true;
        }
    return false;
}

bool activation_may_move(enum activation_state from, enum activation_state to)
{
    return may_move[from][to];
}

/* ---- the code -------------------------------------------------------------------------------- */

static const char letters[] = "BCDFGHJKLMNPQRSTVWXZ";
enum { LETTERS = sizeof letters - 1, GROUP = 4 };

static void put_letter(char out[ACTIVATION_CODE_TEXT], size_t i, char letter)
{
    out[i + (i >= GROUP)] = letter;
    if (i == GROUP - 1)
        out[GROUP] = '-';
    if (i == ACTIVATION_LETTERS - 1)
        out[ACTIVATION_CODE_TEXT - 1] = 0;
}

size_t activation_code_new(const uint8_t *random, size_t n, char out[ACTIVATION_CODE_TEXT])
{
    /* Bytes from 240 on would make the first letters likelier than the others. */
    enum { FAIR = 256 / LETTERS * LETTERS };
    size_t at = 0, made = 0;
    for (; at < n && made < ACTIVATION_LETTERS; at++)
        if (random[at] < FAIR)
            put_letter(out, made++, letters[random[at] % LETTERS]);
    return made == ACTIVATION_LETTERS ? at : 0;
}

/* Dashes of every kind that keyboards and word processors put, and spaces, one that does not break
 * among them. */
static bool is_between(uint32_t c)
{
    static const uint32_t all[] = { ' ',    '\t',   '-',    '_',    '.',    0xa0,
                                    0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x202f };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (c == all[i])
            return true;
    return false;
}

enum err activation_code_read(const char *text, size_t n, char out[ACTIVATION_CODE_TEXT])
{
    char read[ACTIVATION_CODE_TEXT];
    size_t made = 0;
    for (size_t at = 0, used = 0; at < n; at += used) {
        uint32_t c = text_next(text + at, n - at, &used);
        if (is_between(c))
            continue;
        if (c >= 'a' && c <= 'z')
            c -= 'a' - 'A';
        if (c == 0 || c > 'Z' || strchr(letters, (int)c) == NULL || made == ACTIVATION_LETTERS)
            return ERR_MALFORMED;
        put_letter(read, made++, (char)c);
    }
    if (made != ACTIVATION_LETTERS)
        return ERR_MALFORMED;
    memcpy(out, read, sizeof read);
    return OK;
}

bool activation_client_is_good(const char *text, size_t n)
{
    static const char others[] = "0123456789-._";
    if (n == 0 || n > ACTIVATION_CLIENT_MAX || text[0] < 'a' || text[0] > 'z')
        return false;
    for (size_t i = 0; i < n; i++)
        if ((text[i] < 'a' || text[i] > 'z') && memchr(others, text[i], sizeof others - 1) == NULL)
            return false;
    return true;
}

/* Marks that turn the reading direction, and what takes no room: a name made of them could pass
 * for another, or turn the sentence around it. The joiners are letters' business. */
static bool is_hidden(uint32_t c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0x200b ||
           c == 0x200e || c == 0x200f || c == 0x61c || c == 0xfeff || c == 0x2028 || c == 0x2029 ||
           c == 0xad || (c >= 0xe0000 && c <= 0xe007f);
}

static bool is_space(uint32_t c)
{
    return c == ' ' || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x3000;
}

bool activation_name_is_good(const char *text, size_t n)
{
    bool is_blank = true;
    if (!text_is_line(text, n) || text_length(text, n) > ACTIVATION_NAME_MAX)
        return false;
    for (size_t at = 0, used = 0; at < n; at += used) {
        uint32_t c = text_next(text + at, n - at, &used);
        if (is_hidden(c))
            return false;
        is_blank = is_blank && is_space(c);
    }
    return !is_blank;
}

/* ---- asking again ---------------------------------------------------------------------------- */

/* What a box sends every five seconds does not arrive every five seconds to the millisecond. */
#define JITTER_US (UTC_SECOND / 2)

static bool is_early(const struct activation *a, utc_time now)
{
    int64_t since = now.us - a->polled.us;
    return a->polled.us != 0 && since >= 0 && since < a->interval_s * UTC_SECOND - JITTER_US;
}

enum activation_answer activation_poll(struct activation *a, utc_time now)
{
    enum { SLOWEST_S = 3600 }; /* longer than any code lives */
    bool too_early = is_early(a, now);
    a->polled = now;
    if (a->state == ACTIVATION_USED)
        return ACTIVATION_TELL_UNKNOWN;
    if (a->state == ACTIVATION_REFUSED)
        return ACTIVATION_TELL_DENIED;
    if (now.us >= a->expires.us)
        return ACTIVATION_TELL_EXPIRED;
    if (too_early) {
        a->interval_s += a->interval_s < SLOWEST_S ? ACTIVATION_SLOWER_S : 0;
        return ACTIVATION_TELL_SLOW_DOWN;
    }
    return a->state == ACTIVATION_ALLOWED ? ACTIVATION_GIVE : ACTIVATION_TELL_PENDING;
}

/* ---- guessing -------------------------------------------------------------------------------- */

int64_t activation_wait_us(unsigned wrong)
{
    const int64_t longest = 15 * 60 * UTC_SECOND;
    if (wrong < ACTIVATION_WRONG_FREE)
        return 0;
    unsigned doublings = wrong - ACTIVATION_WRONG_FREE;
    return doublings >= 10 ? longest : UTC_SECOND << doublings;
}
