#include "driver/store/made_id.h"

#include <sodium.h>
#include <string.h>

/* A Feistel network of four rounds with SipHash-2-4, which nobody without the key tells from chance
 * (Luby and Rackoff, 1988). One half is the number, the other says what has it, and is looked at
 * when an identity comes back. */
enum { ROUNDS = 4, HALF = 8 };
_Static_assert(MADE_KEY == (int)crypto_shorthash_KEYBYTES && HALF == (int)crypto_shorthash_BYTES &&
                   MADE_ID == 2 * HALF,
               "an identity is two of SipHash's blocks");

static void mix(const uint8_t key[MADE_KEY], uint8_t round, uint8_t *into, const uint8_t *of)
{
    uint8_t in[HALF + 1], out[HALF];
    memcpy(in, of, HALF);
    in[HALF] = round;
    (void)!crypto_shorthash(out, in, sizeof in, key);
    for (int i = 0; i < HALF; i++)
        into[i] ^= out[i];
}

void made_id(const uint8_t key[MADE_KEY], enum made_of of, int64_t number, uint8_t out[MADE_ID])
{
    memset(out, 0, MADE_ID);
    out[0] = (uint8_t)of;
    for (int i = 0; i < HALF; i++)
        out[HALF + i] = (uint8_t)((uint64_t)number >> (8 * i));
    for (uint8_t round = 0; round < ROUNDS; round++)
        mix(key, round, out + (round % 2 == 0 ? 0 : HALF), out + (round % 2 == 0 ? HALF : 0));
}

bool made_number(const uint8_t key[MADE_KEY], enum made_of of, const void *id, size_t n,
                 int64_t *number)
{
    uint8_t b[MADE_ID], wanted[HALF] = { (uint8_t)of };
    uint64_t v = 0;
    if (n != MADE_ID)
        return false;
    memcpy(b, id, MADE_ID);
    for (int round = ROUNDS - 1; round >= 0; round--)
        mix(key, (uint8_t)round, b + (round % 2 == 0 ? 0 : HALF), b + (round % 2 == 0 ? HALF : 0));
    for (int i = 0; i < HALF; i++)
        v |= (uint64_t)b[HALF + i] << (8 * i);
    *number = (int64_t)v;
    return memcmp(b, wanted, HALF) == 0;
}
