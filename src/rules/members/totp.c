#include "rules/members/totp.h"

#include <string.h>

#include "base/text.h"

/* ---- SHA-1 (FIPS 180-4) of short messages, and HMAC over it (RFC 2104) ------------------------
 */

enum { DIGEST = 20, BLOCK = 64, MESSAGE_MAX = BLOCK + 32 };

static uint32_t rotate(uint32_t v, unsigned n)
{
    return v << n | v >> (32 - n);
}

static void mix_block(uint32_t h[5], const uint8_t *p)
{
    uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (size_t i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
               (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
    for (size_t i = 16; i < 80; i++)
        w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (size_t i = 0; i < 80; i++) {
        uint32_t f = i < 20   ? (b & c) | (~b & d)
                     : i < 40 ? b ^ c ^ d
                     : i < 60 ? (b & c) | (b & d) | (c & d)
                              : b ^ c ^ d;
        static const uint32_t k[] = { 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6 };
        uint32_t next = rotate(a, 5) + f + e + k[i / 20] + w[i];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
}

/* n <= MESSAGE_MAX */
static void sha1(const uint8_t *bytes, size_t n, uint8_t out[DIGEST])
{
    uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    uint8_t padded[2 * BLOCK] = { 0 };
    size_t size = n + 9 <= BLOCK ? BLOCK : 2 * BLOCK;
    memcpy(padded, bytes, n);
    padded[n] = 0x80;
    padded[size - 2] = (uint8_t)(n * 8 >> 8);
    padded[size - 1] = (uint8_t)(n * 8);
    for (size_t at = 0; at < size; at += BLOCK)
        mix_block(h, padded + at);
    for (size_t i = 0; i < DIGEST; i++)
        out[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

/* key_size <= BLOCK, n <= 32 */
static void hmac_sha1(const uint8_t *key, size_t key_size, const uint8_t *bytes, size_t n,
                      uint8_t out[DIGEST])
{
    uint8_t inner[MESSAGE_MAX] = { 0 }, outer[BLOCK + DIGEST] = { 0 };
    memcpy(inner, key, key_size);
    memcpy(outer, key, key_size);
    for (size_t i = 0; i < BLOCK; i++) {
        inner[i] ^= 0x36;
        outer[i] ^= 0x5c;
    }
    memcpy(inner + BLOCK, bytes, n);
    sha1(inner, BLOCK + n, outer + BLOCK);
    sha1(outer, sizeof outer, out);
}

/* ---- codes ----------------------------------------------------------------------------------- */

uint32_t totp_code(const uint8_t *secret, size_t n, int64_t step)
{
    uint8_t counter[8], digest[DIGEST];
    for (size_t i = 0; i < 8; i++)
        counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    hmac_sha1(secret, n < BLOCK ? n : BLOCK, counter, sizeof counter, digest);
    const uint8_t *at = digest + (digest[DIGEST - 1] & 15); /* RFC 4226 section 5.3 */
    uint32_t v =
        (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    return v % 1000000;
}

bool totp_is_code(const char *text)
{
    return strlen(text) == TOTP_DIGITS && strspn(text, "0123456789") == TOTP_DIGITS;
}

bool totp_check(const uint8_t *secret, size_t n, const char *code, utc_time now, int64_t last_step,
                int64_t *step)
{
    int64_t said = 0, current = now.us / (TOTP_STEP_SECONDS * UTC_SECOND);
    bool good = false;
    if (!totp_is_code(code) || text_to_i64(code, TOTP_DIGITS, 0, 999999, &said) != OK)
        return false;
    for (int64_t s = current - 1; s <= current + 1; s++) {
        if (s > last_step && !good && totp_code(secret, n, s) == (uint32_t)said) {
            *step = s;
            good = true;
        }
    }
    return good;
}

/* ---- texts ----------------------------------------------------------------------------------- */

static void put_groups_of_5(const uint8_t *bytes, size_t n, const char *alphabet, char *out)
{
    unsigned bits = 0, count = 0;
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        bits = (bits << 8 | bytes[i]) & 0xfff;
        for (count += 8; count >= 5; count -= 5)
            out[at++] = alphabet[bits >> (count - 5) & 31];
    }
    if (count > 0)
        out[at++] = alphabet[bits << (5 - count) & 31];
    out[at] = 0;
}

void totp_put_base32(struct buf *out, const uint8_t *bytes, size_t n)
{
    char text[BLOCK * 2];
    put_groups_of_5(bytes, n < BLOCK ? n : BLOCK, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", text);
    buf_text(out, text);
}

static void put_escaped(struct buf *out, const char *text)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    for (; *text != 0; text++) {
        if (strchr(plain, *text) != NULL)
            buf_u8(out, (uint8_t)*text);
        else
            buf_printf(out, "%%%02X", (unsigned char)*text);
    }
}

void totp_put_uri(struct buf *out, const char *issuer, const char *account, const uint8_t *secret,
                  size_t n)
{
    buf_text(out, "otpauth://totp/");
    put_escaped(out, issuer);
    buf_text(out, ":");
    put_escaped(out, account);
    buf_text(out, "?secret=");
    totp_put_base32(out, secret, n);
    buf_text(out, "&issuer=");
    put_escaped(out, issuer);
    buf_printf(out, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS, TOTP_STEP_SECONDS);
}

void recovery_code_text(const uint8_t bytes[RECOVERY_BYTES], char out[RECOVERY_TEXT])
{
    char text[RECOVERY_TEXT];
    size_t at = 0;
    put_groups_of_5(bytes, RECOVERY_BYTES, "abcdefghijklmnopqrstuvwxyz234567", text);
    for (size_t i = 0; text[i] != 0; i++) {
        if (i > 0 && i % 4 == 0)
            out[at++] = '-';
        out[at++] = text[i];
    }
    out[at] = 0;
}

bool recovery_code_read(const char *text, char out[RECOVERY_TEXT])
{
    size_t at = 0;
    for (; *text != 0; text++) {
        char c = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
        if (c == '-' || c == ' ')
            continue;
        if (!((c >= 'a' && c <= 'z') || (c >= '2' && c <= '7')) || at == RECOVERY_TEXT - 1)
            return false;
        out[at++] = c;
        if (at % 5 == 4 && at < RECOVERY_TEXT - 1)
            out[at++] = '-';
    }
    out[at] = 0;
    return at == RECOVERY_TEXT - 1;
}
