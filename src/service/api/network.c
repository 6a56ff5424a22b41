#include "service/api/network.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const uint8_t v4_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static enum err read_v4(const char *text, size_t n, uint8_t out[4])
{
    size_t at = 0;
    for (size_t i = 0; i < 4; i++) {
        const char *dot = i < 3 ? memchr(text + at, '.', n - at) : text + n;
        if (dot == NULL)
            return ERR_MALFORMED;
        size_t end = (size_t)(dot - text);
        int64_t v;
        bool padded = end - at > 1 && text[at] == '0';
        if (padded || text_to_i64(text + at, end - at, 0, 255, &v) != OK)
            return ERR_MALFORMED;
        out[i] = (uint8_t)v;
        at = i < 3 ? end + 1 : end;
    }
    return OK;
}

/* One group of up to four hexadecimal digits. */
static enum err read_group(const char *text, size_t n, uint8_t out[2])
{
    unsigned v = 0;
    if (n == 0 || n > 4)
        return ERR_MALFORMED;
    for (size_t i = 0; i < n; i++) {
        int digit = text_hex_digit(text[i]);
        if (digit < 0)
            return ERR_MALFORMED;
        v = v * 16 + (unsigned)digit;
    }
    out[0] = (uint8_t)(v >> 8);
    out[1] = (uint8_t)v;
    return OK;
}

/* Groups with a colon between, the last two perhaps as IPv4; *size: bytes read. "" has none. */
static enum err read_groups(const char *text, size_t n, uint8_t out[16], size_t *size)
{
    *size = 0;
    for (size_t at = 0; at < n;) {
        const char *colon = memchr(text + at, ':', n - at);
        size_t end = colon == NULL ? n : (size_t)(colon - text);
        bool v4 = colon == NULL && memchr(text + at, '.', n - at) != NULL;
        if (*size + (v4 ? 4 : 2) > 16 || end + 1 == n)
            return ERR_MALFORMED;
        enum err err = v4 ? read_v4(text + at, end - at, out + *size)
                          : read_group(text + at, end - at, out + *size);
        if (err != OK)
            return err;
        *size += v4 ? 4 : 2;
        at = end + 1;
    }
    return OK;
}

static enum err read_v6(const char *text, size_t n, uint8_t out[16])
{
    uint8_t tail[16];
    size_t head_size = 0, tail_size = 0;
    const char *gap = memmem(text, n, "::", 2);
    memset(out, 0, 16);
    if (gap == NULL) {
        enum err err = read_groups(text, n, out, &head_size);
        return err == OK && head_size != 16 ? ERR_MALFORMED : err;
    }
    size_t before = (size_t)(gap - text);
    enum err err = read_groups(text, before, out, &head_size);
    if (err == OK)
        err = read_groups(gap + 2, n - before - 2, tail, &tail_size);
    if (err == OK && head_size + tail_size > 14)
        err = ERR_MALFORMED;
    if (err == OK)
        memcpy(out + 16 - tail_size, tail, tail_size);
    return err;
}

/* Takes "[...]" and what follows away, and the port after an IPv4 address. */
static void trim(const char **text, size_t *n)
{
    if (*n > 1 && (*text)[0] == '[') {
        const char *end = memchr(*text, ']', *n);
        *n = end == NULL ? 0 : (size_t)(end - *text) - 1;
        *text += 1;
        return;
    }
    const char *colon = memchr(*text, ':', *n);
    if (colon != NULL && memchr(*text, '.', (size_t)(colon - *text)) != NULL)
        *n = (size_t)(colon - *text);
}

enum err network_address_read(const char *text, size_t n, struct network_address *out)
{
    struct network_address a = { 0 };
    enum err err;
    if (n == 0 || n >= NETWORK_TEXT + 10)
        return ERR_MALFORMED;
    trim(&text, &n);
    if (n > 0 && memchr(text, ':', n) != NULL) {
        err = read_v6(text, n, a.bytes);
    } else {
        memcpy(a.bytes, v4_prefix, sizeof v4_prefix);
        err = n > 0 ? read_v4(text, n, a.bytes + 12) : ERR_MALFORMED;
    }
    if (err == OK)
        *out = a;
    return err;
}

static bool is_v4(const struct network_address *a)
{
    return memcmp(a->bytes, v4_prefix, sizeof v4_prefix) == 0;
}

enum err network_read(const char *text, size_t n, struct network *out)
{
    const char *slash = memchr(text, '/', n);
    size_t end = slash == NULL ? n : (size_t)(slash - text);
    struct network network = { .bits = 128 };
    enum err err = network_address_read(text, end, &network.address);
    if (err != OK)
        return err;
    if (slash != NULL) {
        int64_t bits;
        unsigned most = is_v4(&network.address) ? 32 : 128;
        err = text_to_i64(slash + 1, n - end - 1, 0, most, &bits);
        if (err != OK)
            return ERR_MALFORMED;
        network.bits = (unsigned)bits + 128 - most;
    }
    *out = network;
    return OK;
}

bool network_has(const struct network *network, const struct network_address *address)
{
    unsigned whole = network->bits / 8, rest = network->bits % 8;
    const uint8_t *a = network->address.bytes, *b = address->bytes;
    if (memcmp(a, b, whole) != 0)
        return false;
    uint8_t mask = (uint8_t)(0xff00 >> rest);
    return rest == 0 || (a[whole] & mask) == (b[whole] & mask);
}

void network_address_text(const struct network_address *address, char out[NETWORK_TEXT])
{
    const uint8_t *b = address->bytes;
    if (is_v4(address)) {
        snprintf(out, NETWORK_TEXT, "%u.%u.%u.%u", b[12], b[13], b[14], b[15]);
        return;
    }
    size_t at = 0;
    for (size_t i = 0; i < 16; i += 2)
        at += (size_t)snprintf(out + at, NETWORK_TEXT - at, "%s%x", i > 0 ? ":" : "",
                               (unsigned)b[i] << 8 | b[i + 1]);
}

void network_key(const struct network_address *address, char out[NETWORK_TEXT])
{
    const uint8_t *b = address->bytes;
    if (is_v4(address)) {
        snprintf(out, NETWORK_TEXT, "%u.%u.%u.0/24", b[12], b[13], b[14]);
        return;
    }
    snprintf(out, NETWORK_TEXT, "%02x%02x:%02x%02x:%02x%02x:%02x00::/56", b[0], b[1], b[2], b[3],
             b[4], b[5], b[6]);
}
