#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "rules/rights/right.h"

enum { LETTERS = 26, CODES = LETTERS * LETTERS, WORD = 64 };

/* Which of AA to ZZ a code is; -1: it is not two capitals and nothing more. */
static int place_of(const char *code)
{
    for (int i = 0; i < 2; i++) {
        if (code[i] < 'A' || code[i] > 'Z')
            return -1;
    }
    return code[2] == 0 ? (code[0] - 'A') * LETTERS + (code[1] - 'A') : -1;
}

static void code_at(int place, char code[3])
{
    code[0] = (char)('A' + place / LETTERS);
    code[1] = (char)('A' + place % LETTERS);
    code[2] = 0;
}

static bool has_place(const struct territory_set *set, int place)
{
    return (set->bits[place / WORD] >> (place % WORD) & 1) != 0;
}

void territory_set_add(struct territory_set *set, const char *code)
{
    int place = place_of(code);
    if (place >= 0)
        set->bits[place / WORD] |= UINT64_C(1) << (place % WORD);
}

void territory_set_remove(struct territory_set *set, const char *code)
{
    int place = place_of(code);
    if (place >= 0)
        set->bits[place / WORD] &= ~(UINT64_C(1) << (place % WORD));
}

/* Asked for each row of a workbook: found out once for each thread. */
static const struct territory_set *the_world(void)
{
    static _Thread_local struct territory_set world;
    static _Thread_local bool is_made;
    for (int place = 0; !is_made && place < CODES; place++) {
        char code[3];
        code_at(place, code);
        if (text_is_territory(code, 2))
            territory_set_add(&world, code);
    }
    is_made = true;
    return &world;
}

void territory_set_world(struct territory_set *set)
{
    *set = *the_world();
}

bool territory_set_has(const struct territory_set *set, const char *code)
{
    int place = place_of(code);
    return place >= 0 && has_place(set, place);
}

bool territory_sets_meet(const struct territory_set *a, const struct territory_set *b)
{
    uint64_t both = 0;
    for (size_t i = 0; i < sizeof a->bits / sizeof a->bits[0]; i++)
        both |= a->bits[i] & b->bits[i];
    return both != 0;
}

bool territory_set_is_empty(const struct territory_set *set)
{
    return !territory_sets_meet(set, set);
}

void territory_set_join(struct territory_set *set, const struct territory_set *more)
{
    for (size_t i = 0; i < sizeof set->bits / sizeof set->bits[0]; i++)
        set->bits[i] |= more->bits[i];
}

void territory_set_take(struct territory_set *set, const struct territory_set *less)
{
    for (size_t i = 0; i < sizeof set->bits / sizeof set->bits[0]; i++)
        set->bits[i] &= ~less->bits[i];
}

static int count_of(const struct territory_set *set)
{
    int n = 0;
    for (size_t i = 0; i < sizeof set->bits / sizeof set->bits[0]; i++)
        n += __builtin_popcountll(set->bits[i]);
    return n;
}

/* Appends at *used; false: it does not fit, with room kept for the mark of a cut. */
static bool put(char *out, size_t room, size_t *used, const char *text)
{
    static const char cut[] = ", ...";
    size_t n = strlen(text);
    if (*used + n + sizeof cut > room) {
        if (*used + sizeof cut <= room)
            memcpy(out + *used, cut, sizeof cut);
        return false;
    }
    memcpy(out + *used, text, n + 1);
    *used += n;
    return true;
}

void territory_set_text(const struct territory_set *set, char *out, size_t room)
{
    struct territory_set listed = *set, missing = *the_world();
    territory_set_take(&missing, set);
    size_t used = 0;
    bool fits = true, is_world = count_of(&missing) < count_of(set);
    if (room > 0)
        out[0] = 0;
    if (is_world) {
        listed = missing;
        fits = put(out, room, &used, territory_set_is_empty(&missing) ? "world" : "world without ");
    } else if (territory_set_is_empty(set)) {
        fits = put(out, room, &used, "nowhere");
    }
    bool is_first = true;
    for (int place = 0; fits && place < CODES; place++) {
        char entry[] = { ',', ' ', 0, 0, 0 };
        if (!has_place(&listed, place))
            continue;
        code_at(place, entry + 2);
        fits = put(out, room, &used, is_first ? entry + 2 : entry);
        is_first = false;
    }
}

static bool word_is(const char *word, size_t n, const char *name)
{
    return strlen(name) == n && strncasecmp(word, name, n) == 0;
}

/* One word of a list: "FR", "-FR", "ZZ", "world". */
static bool parse_word(const char *word, size_t n, struct territory_set *with,
                       struct territory_set *without)
{
    bool is_taken = n > 0 && word[0] == '-';
    word += is_taken ? 1 : 0;
    n -= is_taken ? 1 : 0;
    struct territory_set *set = is_taken ? without : with;
    if (word_is(word, n, "ZZ") || word_is(word, n, "world")) {
        territory_set_join(set, the_world());
        return true;
    }
    char code[3] = "";
    for (size_t i = 0; i < n && i < 2; i++)
        code[i] = (char)(word[i] >= 'a' && word[i] <= 'z' ? word[i] - 'a' + 'A' : word[i]);
    if (n != 2 || !text_is_territory(code, 2))
        return false;
    territory_set_add(set, code);
    return true;
}

enum err territory_set_parse(const char *text, struct territory_set *out, char bad[3])
{
    struct territory_set with = { 0 }, without = { 0 };
    for (const char *at = text + strspn(text, " ,;\t"); *at != 0;) {
        size_t n = strcspn(at, " ,;\t");
        if (!parse_word(at, n, &with, &without)) {
            for (size_t i = 0; i < 3; i++)
                bad[i] = (char)(i >= n || i == 2 ? 0 : at[i] > ' ' && at[i] < 127 ? at[i] : '?');
            return ERR_ARGUMENT;
        }
        at += n;
        at += strspn(at, " ,;\t");
    }
    territory_set_take(&with, &without);
    *out = with;
    return OK;
}
