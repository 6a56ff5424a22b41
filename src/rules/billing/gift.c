#include "rules/billing/gift.h"

#include <string.h>

/* Crockford's base 32 leaves out I, L, O and U. 75 random bits stand in 15 characters; the last is
 * a check by Luhn's algorithm over 32 symbols, which finds every wrong character. */
static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
enum { SYMBOLS = 32, DATA = 15, SYMBOL_BITS = 5 };

static int check_of(const int values[DATA])
{
    int sum = 0, factor = 2;
    for (int i = DATA; i-- > 0; factor = 3 - factor) {
        int addend = factor * values[i];
        sum += addend / SYMBOLS + addend % SYMBOLS;
    }
    return (SYMBOLS - sum % SYMBOLS) % SYMBOLS;
}

static void write_code(const int values[DATA], char out[GIFT_CODE_TEXT])
{
    size_t at = 0;
    for (int i = 0; i <= DATA; i++) {
        if (i > 0 && i % 4 == 0)
            out[at++] = '-';
        out[at++] = symbols[i < DATA ? values[i] : check_of(values)];
    }
    out[at] = 0;
}

static int value_of(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    const char *found = c != 0 ? strchr(symbols, c) : NULL;
    return found != NULL ? (int)(found - symbols) : -1;
}

enum err gift_code_normal(const char *typed, size_t n, char out[GIFT_CODE_TEXT])
{
    int values[DATA], check = -1, count = 0;
    for (size_t i = 0; i < n; i++) {
        if (typed[i] == ' ' || typed[i] == '-')
            continue;
        int value = value_of(typed[i]);
        if (value < 0 || count > DATA)
            return ERR_MALFORMED;
        if (count < DATA)
            values[count] = value;
        else
            check = value;
        count++;
    }
    if (count != DATA + 1 || check != check_of(values))
        return ERR_MALFORMED;
    write_code(values, out);
    return OK;
}

void gift_code_of(const uint8_t random[10], char out[GIFT_CODE_TEXT])
{
    int values[DATA];
    for (int i = 0; i < DATA; i++) {
        int bit = i * SYMBOL_BITS;
        unsigned pair = (unsigned)random[bit / 8] << 8;
        if (bit / 8 + 1 < 10)
            pair |= random[bit / 8 + 1];
        values[i] = (int)(pair >> (16 - SYMBOL_BITS - bit % 8)) % SYMBOLS;
    }
    write_code(values, out);
}
