#include "base/id.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567"; /* RFC 4648 section 6 */

void id_new(char out[ID_TEXT])
{
    uint8_t raw[16];
    if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw)
        abort();
    uint32_t bits = 0, count = 0;
    size_t at = 0, n = 0;
    while (n < ID_TEXT - 1) {
        if (count < 5) {
            bits = bits << 8 | (at < sizeof raw ? raw[at++] : 0);
            count += 8;
        }
        count -= 5;
        out[n++] = alphabet[bits >> count & 31];
    }
    out[n] = 0;
}

bool id_parse(const char *text, size_t n, char out[ID_TEXT])
{
    if (n != ID_TEXT - 1)
        return false;
    for (size_t i = 0; i < n; i++) {
        bool letter = text[i] >= 'a' && text[i] <= 'z';
        bool digit = text[i] >= '2' && text[i] <= '7';
        if (!letter && !digit)
            return false;
    }
    memmove(out, text, n);
    out[n] = 0;
    return true;
}
