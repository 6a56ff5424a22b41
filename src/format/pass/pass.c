#include "format/pass/pass.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "base/reader.h"
#include "base/text.h"

/* A pass is 90 bytes, 120 characters, always: version, key, expiry in seconds (56 bits), the three
 * ids (5 bits a character, 390 bits and two zeros), HMAC-SHA-256. A multiple of three bytes leaves
 * base64url no spare bits, so one pass has one spelling. */
enum {
    VERSION = 1,
    EXPIRES_SIZE = 7,
    ID_CHARACTERS = ID_TEXT - 1,
    IDS = 3,
    IDS_SIZE = (IDS * ID_CHARACTERS * 5 + 7) / 8,
    SIGNED_SIZE = 2 + EXPIRES_SIZE + IDS_SIZE,
    MAC_SIZE = crypto_auth_hmacsha256_BYTES,
    PASS_SIZE = SIGNED_SIZE + MAC_SIZE,
    TEXT_SIZE = PASS_SIZE / 3 * 4,
};
static_assert(PASS_SIZE % 3 == 0, "one spelling");
static_assert((int)TEXT_SIZE < (int)PASS_TEXT_MAX, "a pass fits its text");
static_assert(PASS_KEY - (int)crypto_auth_hmacsha256_KEYBYTES == 0, "the key fits the signature");

/* Signed in front of the bytes, so that a key used twice by mistake still opens nothing else. */
static const char purpose[] = "lanterne media pass";

static const char id_alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

static uint8_t id_value(char c)
{
    return (uint8_t)(c >= 'a' ? c - 'a' : c - '2' + 26);
}

/* Packs characters of five bits into out, which is zero before. */
static void pack_ids(const char *const ids[IDS], uint8_t out[IDS_SIZE])
{
    size_t bit = 0;
    for (size_t i = 0; i < (size_t)IDS * ID_CHARACTERS; i++, bit += 5) {
        uint16_t v = id_value(ids[i / ID_CHARACTERS][i % ID_CHARACTERS]);
        v = (uint16_t)(v << (11 - bit % 8));
        out[bit / 8] |= (uint8_t)(v >> 8);
        if (bit / 8 + 1 < IDS_SIZE)
            out[bit / 8 + 1] |= (uint8_t)v;
    }
}

static void unpack_ids(const uint8_t packed[IDS_SIZE], char *const ids[IDS])
{
    size_t bit = 0;
    for (size_t i = 0; i < (size_t)IDS * ID_CHARACTERS; i++, bit += 5) {
        unsigned low = bit / 8 + 1 < IDS_SIZE ? packed[bit / 8 + 1] : 0;
        unsigned v = (unsigned)packed[bit / 8] << 8 | low;
        ids[i / ID_CHARACTERS][i % ID_CHARACTERS] = id_alphabet[v >> (11 - bit % 8) & 31];
    }
    for (size_t i = 0; i < IDS; i++)
        ids[i][ID_CHARACTERS] = 0;
}

static void compute_mac(const struct pass_key *key, const uint8_t bytes[SIGNED_SIZE],
                        uint8_t mac[MAC_SIZE])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key->bytes, sizeof key->bytes);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)purpose, sizeof purpose);
    crypto_auth_hmacsha256_update(&state, bytes, SIGNED_SIZE);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(&state, sizeof state);
}

static void put_text(const uint8_t bytes[PASS_SIZE], char out[PASS_TEXT_MAX])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *at = out;
    for (size_t i = 0; i < PASS_SIZE; i += 3) {
        uint32_t v = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
        for (unsigned shift = 24; shift > 0; shift -= 6)
            *at++ = digits[v >> (shift - 6) & 63];
    }
    *at = 0;
}

enum err pass_sign(const struct pass_key *key, const struct pass *pass, char out[PASS_TEXT_MAX])
{
    const char *const ids[IDS] = { pass->member, pass->playback, pass->playable };
    char checked[ID_TEXT];
    for (size_t i = 0; i < IDS; i++) {
        if (!id_parse(ids[i], strnlen(ids[i], ID_TEXT), checked))
            return ERR_ARGUMENT;
    }
    if (pass->expires.us < 0)
        return ERR_ARGUMENT;
    uint64_t seconds = (uint64_t)(pass->expires.us / UTC_SECOND);
    uint8_t bytes[PASS_SIZE] = { VERSION, key->id };
    for (size_t i = 0; i < EXPIRES_SIZE; i++)
        bytes[2 + i] = (uint8_t)(seconds >> (8 * (EXPIRES_SIZE - 1 - i)));
    pack_ids(ids, bytes + 2 + EXPIRES_SIZE);
    compute_mac(key, bytes, bytes + SIGNED_SIZE);
    put_text(bytes, out);
    return OK;
}

/* Whether one of keys signed bytes. Time depends on the key id and on n_keys, never on the mac. */
static bool is_signed(const struct pass_key *keys, size_t n_keys, const uint8_t bytes[PASS_SIZE])
{
    unsigned found = 0;
    for (size_t i = 0; i < n_keys; i++) {
        if (keys[i].id != bytes[1])
            continue;
        uint8_t mac[MAC_SIZE];
        compute_mac(&keys[i], bytes, mac);
        found |= crypto_verify_32(mac, bytes + SIGNED_SIZE) == 0;
    }
    return found != 0;
}

enum err pass_check(const struct pass_key *keys, size_t n_keys, const char *text, size_t n,
                    utc_time now, struct pass *out)
{
    uint8_t bytes[PASS_SIZE];
    size_t size = 0;
    if (n != TEXT_SIZE || text_base64url_decode(text, n, bytes, sizeof bytes, &size) != OK)
        return ERR_MALFORMED;
    struct reader r = reader_of(bytes, SIGNED_SIZE);
    if (read_u8(&r) != VERSION)
        return ERR_MALFORMED;
    read_skip(&r, 1);
    uint64_t seconds = (uint64_t)read_u24(&r) << 32;
    seconds |= read_u32(&r);
    bool spare_bits = (bytes[SIGNED_SIZE - 1] & 3) != 0;
    if (spare_bits || seconds > (uint64_t)(INT64_MAX / UTC_SECOND))
        return ERR_MALFORMED;
    if (!is_signed(keys, n_keys, bytes))
        return ERR_DENIED;
    char *const ids[IDS] = { out->member, out->playback, out->playable };
    unpack_ids(bytes + 2 + EXPIRES_SIZE, ids);
    out->expires.us = (int64_t)seconds * UTC_SECOND;
    return now.us < out->expires.us ? OK : ERR_EXPIRED;
}
