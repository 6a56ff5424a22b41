#include "base/id.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567"; /* RFC 4648 section 6 */

enum { RAW = 16, TIME_BYTES = 6 };

static void random_bytes(uint8_t *out, size_t n)
{
    if (getrandom(out, n, 0) != (ssize_t)n)
        abort();
}

static void write_id(const uint8_t raw[RAW], char out[ID_TEXT])
{
    uint32_t bits = 0, count = 0;
    size_t at = 0, n = 0;
    while (n < ID_TEXT - 1) {
        if (count < 5) {
            bits = bits << 8 | (at < RAW ? raw[at++] : 0);
            count += 8;
        }
        count -= 5;
        out[n++] = alphabet[bits >> count & 31];
    }
    out[n] = 0;
}

void id_new(char out[ID_TEXT])
{
    uint8_t raw[RAW];
    random_bytes(raw, sizeof raw);
    write_id(raw, out);
}

void id_new_in_order(utc_time now, char out[ID_TEXT])
{
    uint8_t raw[RAW];
    uint64_t ms = now.us > 0 ? (uint64_t)now.us / 1000 : 0;
    for (size_t i = 0; i < TIME_BYTES; i++)
        raw[i] = (uint8_t)(ms >> (8 * (TIME_BYTES - 1 - i)));
    random_bytes(raw + TIME_BYTES, RAW - TIME_BYTES);
    write_id(raw, out);
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
