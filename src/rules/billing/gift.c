#include "rules/billing/gift.h"

#include <stdio.h>
#include <string.h>

/* Crockford's base 32: no I, L, O or U. Fifteen signs carry 75 bits, the sixteenth checks them: a
 * sum over GF(32) in which each place has a weight of its own, so that one wrong sign, or two
 * neighbours changed about, never pass. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
enum { SIGNS = 16 };

/* Times x in GF(2)[x] / (x^5 + x^2 + 1), which runs through all 31 values. */
static unsigned times_x(unsigned v)
{
    v <<= 1;
    return (v & 32) != 0 ? v ^ 37 : v;
}

static unsigned check_of(const unsigned signs[SIGNS - 1])
{
    unsigned sum = 0;
    for (size_t i = 0; i < SIGNS - 1; i++)
        sum = times_x(sum ^ signs[i]);
    return sum;
}

static void write_code(const unsigned signs[SIGNS], char out[GIFT_CODE_TEXT])
{
    for (size_t i = 0; i < SIGNS; i++) {
        if (i > 0 && i % 4 == 0)
            *out++ = '-';
        *out++ = alphabet[signs[i]];
    }
    *out = 0;
}

/* The value of a sign as people type it; 32: it is none. */
static unsigned value_of(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
    const char *at = c == 0 ? NULL : strchr(alphabet, c);
    return at == NULL ? 32 : (unsigned)(at - alphabet);
}

enum err gift_code_normal(const char *typed, size_t n, char out[GIFT_CODE_TEXT])
{
    unsigned signs[SIGNS];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (typed[i] == ' ' || typed[i] == '-')
            continue;
        unsigned v = value_of(typed[i]);
        if (v == 32 || count == SIGNS)
            return ERR_MALFORMED;
        signs[count++] = v;
    }
    if (count != SIGNS || check_of(signs) != signs[SIGNS - 1])
        return ERR_MALFORMED;
    write_code(signs, out);
    return OK;
}

void gift_code_of(const uint8_t random[10], char out[GIFT_CODE_TEXT])
{
    unsigned signs[SIGNS], bits = 0, held = 0;
    for (size_t i = 0, at = 0; i < SIGNS - 1; i++) {
        if (held < 5) {
            bits = bits << 8 | random[at++];
            held += 8;
        }
        held -= 5;
        signs[i] = bits >> held & 31;
    }
    signs[SIGNS - 1] = check_of(signs);
    write_code(signs, out);
}
