#include "format/pass/pass.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "base/reader.h"
#include "base/text.h"

/* A pass is 93 bytes, 124 characters, and what its languages take: version, key, expiry in seconds
 * (56 bits), the three ids (5 bits a character, 390 bits and two zeros), the lines of the picture
 * (16 bits), the length of the languages (8 bits) and the languages, zeros up to a multiple of
 * three bytes, HMAC-SHA-256. A multiple of three leaves base64url no spare bits, so one pass has
 * one spelling. */
enum {
    VERSION = 2,
    EXPIRES_SIZE = 7,
    ID_CHARACTERS = ID_TEXT - 1,
    IDS = 3,
    IDS_SIZE = (IDS * ID_CHARACTERS * 5 + 7) / 8,
    LINES_AT = 2 + EXPIRES_SIZE + IDS_SIZE,
    LANGUAGES_AT = LINES_AT + 3,
    MAC_SIZE = crypto_auth_hmacsha256_BYTES,
    PASS_SIZE_LEAST = LANGUAGES_AT + MAC_SIZE,
    PASS_SIZE_MOST = PASS_SIZE_LEAST + PASS_LANGUAGES_MAX,
};
static_assert(PASS_SIZE_LEAST % 3 == 0 && PASS_LANGUAGES_MAX % 3 == 0, "one spelling");
static_assert(PASS_LANGUAGES_MAX <= UINT8_MAX, "their length is a byte");
static_assert(PASS_SIZE_MOST / 3 * 4 < (int)PASS_TEXT_MAX, "a pass fits its text");
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

static void compute_mac(const struct pass_key *key, const uint8_t *bytes, size_t n,
                        uint8_t mac[MAC_SIZE])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key->bytes, sizeof key->bytes);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)purpose, sizeof purpose);
    crypto_auth_hmacsha256_update(&state, bytes, n);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(&state, sizeof state);
}

static void put_text(const uint8_t *bytes, size_t n, char out[PASS_TEXT_MAX])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *at = out;
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
        for (unsigned shift = 24; shift > 0; shift -= 6)
            *at++ = digits[v >> (shift - 6) & 63];
    }
    *at = 0;
}

/* How many bytes n characters of languages take, with the zeros after them. */
static size_t languages_room(size_t n)
{
    return (n + 2) / 3 * 3;
}

/* Languages as a showing writes them: a sign, then tags. */
static bool are_languages(const char *text, size_t n)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789+-,:;!";
    if (n == 0)
        return true;
    if (n > PASS_LANGUAGES_MAX || (text[0] != '+' && text[0] != '-'))
        return false;
    for (size_t i = 1; i < n; i++)
        if (text[i] == 0 || strchr(allowed, text[i]) == NULL)
            return false;
    return true;
}

enum err pass_sign(const struct pass_key *key, const struct pass *pass, char out[PASS_TEXT_MAX])
{
    const char *const ids[IDS] = { pass->member, pass->playback, pass->playable };
    char checked[ID_TEXT];
    for (size_t i = 0; i < IDS; i++) {
        if (!id_parse(ids[i], strnlen(ids[i], ID_TEXT), checked))
            return ERR_ARGUMENT;
    }
    size_t n = strnlen(pass->languages, sizeof pass->languages);
    if (pass->expires.us < 0 || !are_languages(pass->languages, n))
        return ERR_ARGUMENT;
    uint64_t seconds = (uint64_t)(pass->expires.us / UTC_SECOND);
    uint8_t bytes[PASS_SIZE_MOST] = { VERSION, key->id };
    for (size_t i = 0; i < EXPIRES_SIZE; i++)
        bytes[2 + i] = (uint8_t)(seconds >> (8 * (EXPIRES_SIZE - 1 - i)));
    pack_ids(ids, bytes + 2 + EXPIRES_SIZE);
    bytes[LINES_AT] = (uint8_t)(pass->lines >> 8);
    bytes[LINES_AT + 1] = (uint8_t)pass->lines;
    bytes[LINES_AT + 2] = (uint8_t)n;
    memcpy(bytes + LANGUAGES_AT, pass->languages, n);
    size_t size = LANGUAGES_AT + languages_room(n);
    compute_mac(key, bytes, size, bytes + size);
    put_text(bytes, size + MAC_SIZE, out);
    return OK;
}

/* Whether one of keys signed the first n bytes, as the mac after them says. Time depends on the key
 * id and on n_keys, never on the mac. */
static bool is_signed(const struct pass_key *keys, size_t n_keys, const uint8_t *bytes, size_t n)
{
    unsigned found = 0;
    for (size_t i = 0; i < n_keys; i++) {
        if (keys[i].id != bytes[1])
            continue;
        uint8_t mac[MAC_SIZE];
        compute_mac(&keys[i], bytes, n, mac);
        found |= crypto_verify_32(mac, bytes + n) == 0;
    }
    return found != 0;
}

/* The languages, which end the n signed bytes: their number and the zeros after them are as this
 * file writes them. */
static bool languages_fit(const uint8_t *bytes, size_t n)
{
    size_t count = bytes[LINES_AT + 2];
    if (languages_room(count) != n - LANGUAGES_AT)
        return false;
    for (size_t i = LANGUAGES_AT + count; i < n; i++)
        if (bytes[i] != 0)
            return false;
    return are_languages((const char *)bytes + LANGUAGES_AT, count);
}

/* Whether the n signed bytes have the shape of a pass; its expiry. */
static bool read_shape(const uint8_t *bytes, size_t n, uint64_t *seconds)
{
    struct reader r = reader_of(bytes, n);
    if (read_u8(&r) != VERSION)
        return false;
    read_skip(&r, 1);
    *seconds = (uint64_t)read_u24(&r) << 32;
    *seconds |= read_u32(&r);
    bool spare_bits = (bytes[LINES_AT - 1] & 3) != 0;
    return !spare_bits && *seconds <= (uint64_t)(INT64_MAX / UTC_SECOND) && languages_fit(bytes, n);
}

enum err pass_check(const struct pass_key *keys, size_t n_keys, const char *text, size_t n,
                    utc_time now, struct pass *out)
{
    uint8_t bytes[PASS_SIZE_MOST];
    size_t size = 0;
    uint64_t seconds = 0;
    if (n % 4 != 0 || n / 4 * 3 < PASS_SIZE_LEAST || n / 4 * 3 > PASS_SIZE_MOST ||
        text_base64url_decode(text, n, bytes, sizeof bytes, &size) != OK)
        return ERR_MALFORMED;
    size -= MAC_SIZE;
    if (!read_shape(bytes, size, &seconds))
        return ERR_MALFORMED;
    if (!is_signed(keys, n_keys, bytes, size))
        return ERR_DENIED;
    char *const ids[IDS] = { out->member, out->playback, out->playable };
    unpack_ids(bytes + 2 + EXPIRES_SIZE, ids);
    out->lines = (uint16_t)(bytes[LINES_AT] << 8 | bytes[LINES_AT + 1]);
    memset(out->languages, 0, sizeof out->languages);
    memcpy(out->languages, bytes + LANGUAGES_AT, bytes[LINES_AT + 2]);
    out->expires.us = (int64_t)seconds * UTC_SECOND;
    return now.us < out->expires.us ? OK : ERR_EXPIRED;
}
