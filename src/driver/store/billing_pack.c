#include "driver/store/billing_pack.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* ---- identities ------------------------------------------------------------------------------ */

static int digit_of(char c)
{
    if (c >= 'a' && c <= 'z')
        return c - 'a';
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

/* 26 digits of five bits are two bits more than there are: those are zero. */
static bool id_bytes(const char *id, uint8_t out[ID_BYTES])
{
    uint32_t bits = 0, count = 0;
    size_t n = 0;
    for (size_t i = 0; i < ID_TEXT - 1; i++) {
        int digit = digit_of(id[i]);
        if (digit < 0)
            return false;
        bits = bits << 5 | (uint32_t)digit;
        count += 5;
        if (count >= 8 && n < ID_BYTES) {
            count -= 8;
            out[n++] = (uint8_t)(bits >> count);
        }
    }
    return id[ID_TEXT - 1] == 0 && (bits & 3) == 0;
}

static void id_text(const uint8_t *bytes, char out[ID_TEXT])
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    uint32_t bits = 0, count = 0;
    size_t at = 0;
    for (size_t i = 0; i < ID_TEXT - 1; i++) {
        if (count < 5) {
            bits = bits << 8 | (at < ID_BYTES ? bytes[at++] : 0);
            count += 8;
        }
        count -= 5;
        out[i] = digits[bits >> count & 31];
    }
    out[ID_TEXT - 1] = 0;
}

struct packed id_pack(const char *id)
{
    struct packed p = { .n = ID_BYTES };
    if (id_bytes(id, p.bytes))
        return p;
    size_t size = strnlen(id, ID_TEXT - 1), lead = size + 1 == ID_BYTES ? 2 : 1;
    p = (struct packed){ .n = lead + size };
    memcpy(p.bytes + lead, id, size);
    return p;
}

void id_unpack(const void *bytes, size_t n, char out[ID_TEXT])
{
    const uint8_t *b = bytes;
    out[0] = 0;
    if (n == ID_BYTES) {
        id_text(b, out);
        return;
    }
    for (; n > 0 && b[0] == 0; n--)
        b++;
    if (n > 0 && n < ID_TEXT) {
        memcpy(out, b, n);
        out[n] = 0;
    }
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* A word's place is in the store: new ones go to the end. */
static const char *const words[] = { "charge",  "settle",  "return", "refund",  "credit", "gift",
                                     "partner", "cost",    "payout", "receipt", "loss",   "rental",
                                     "period",  "collect", "share",  "tax" };
enum {
    WORDS = sizeof words / sizeof words[0],
    TAG_TEXT = 0,      /* as it is */
    TAG_ID = 1,        /* + word: the word and an id */
    TAG_ID_COUNT = 65, /* + word: the word, an id and a number */
    TAG_COUNTS = 129,  /* + word: the word and two numbers */
    TAG_NUMBER = 193,  /* + word: the word, the number that stands for an id, perhaps another */
    NUMBER_BYTES = 5   /* of the former; the highest first, so that they sort */
};

static size_t word_of(const char *text, size_t n)
{
    size_t i = 0;
    while (i < WORDS && (strlen(words[i]) != n || memcmp(words[i], text, n) != 0))
        i++;
    return i;
}

static void put_byte(struct packed *p, unsigned v)
{
    p->bytes[p->n++] = (uint8_t)v;
}

/* Seven bits a byte, the lowest first. */
static void put_count(struct packed *p, int64_t v)
{
    uint64_t rest = (uint64_t)v;
    for (; rest >= 128; rest >>= 7)
        put_byte(p, (unsigned)(rest & 127) | 128);
    put_byte(p, (unsigned)rest);
}

static int64_t take_count(const uint8_t **at, const uint8_t *end)
{
    uint64_t v = 0;
    unsigned shift = 0;
    bool goes_on = true;
    for (; goes_on && *at < end && shift < 63; shift += 7) {
        v |= (uint64_t)(**at & 127) << shift;
        goes_on = **at >= 128;
        ++*at;
    }
    return (int64_t)v;
}

/* What there is after the word; false: not of that shape. */
static bool pack_rest(struct packed *p, size_t word, const char *rest)
{
    const char *space = strchr(rest, ' ');
    size_t n = space == NULL ? strlen(rest) : (size_t)(space - rest);
    char id[ID_TEXT];
    int64_t first = 0, second = 0;
    if (space != NULL && text_to_i64(space + 1, strlen(space + 1), 0, INT32_MAX, &second) != OK)
        return false;
    if (id_parse(rest, n, id) && id_bytes(id, p->bytes + 1)) {
        p->bytes[0] = (uint8_t)((space == NULL ? TAG_ID : TAG_ID_COUNT) + word);
        p->n = 1 + ID_BYTES;
        if (space != NULL)
            put_count(p, second);
        return true;
    }
    if (space == NULL || text_to_i64(rest, n, 0, INT32_MAX, &first) != OK)
        return false;
    put_byte(p, TAG_COUNTS + (unsigned)word);
    put_count(p, first);
    put_count(p, second);
    return true;
}

struct packed key_pack(const char *text)
{
    struct packed p = { .n = 0 };
    char again[PACKED_TEXT];
    size_t n = strcspn(text, " "), word = word_of(text, n);
    if (word < WORDS && text[n] == ' ' && pack_rest(&p, word, text + n + 1)) {
        key_unpack(p.bytes, p.n, again); /* a number may be written in two ways */
        if (strcmp(again, text) == 0)
            return p;
    }
    p = (struct packed){ .n = 1 }; /* TAG_TEXT */
    n = strlen(text);
    assert(n < PACKED_TEXT);
    memcpy(p.bytes + 1, text, n);
    p.n += n;
    return p;
}

static void unpack_id(const uint8_t *b, size_t n, size_t word, bool has_count,
                      char out[PACKED_TEXT])
{
    char id[ID_TEXT];
    const uint8_t *at = b + ID_BYTES;
    if (n < ID_BYTES)
        return;
    id_text(b, id);
    if (has_count)
        snprintf(out, PACKED_TEXT, "%s %s %lld", words[word], id,
                 (long long)take_count(&at, b + n));
    else
        snprintf(out, PACKED_TEXT, "%s %s", words[word], id);
}

void key_unpack(const void *bytes, size_t n, char out[PACKED_TEXT])
{
    const uint8_t *b = bytes, *end = b + n;
    out[0] = 0;
    if (n == 0 || n > PACKED_TEXT)
        return;
    unsigned tag = *b++;
    if (tag == TAG_TEXT) {
        memcpy(out, b, n - 1);
        out[n - 1] = 0;
    } else if (tag >= TAG_COUNTS && tag < TAG_COUNTS + WORDS) {
        long long first = take_count(&b, end), second = take_count(&b, end);
        snprintf(out, PACKED_TEXT, "%s %lld %lld", words[tag - TAG_COUNTS], first, second);
    } else if (tag >= TAG_ID_COUNT && tag < TAG_ID_COUNT + WORDS) {
        unpack_id(b, n - 1, tag - TAG_ID_COUNT, true, out);
    } else if (tag < TAG_ID + WORDS) {
        unpack_id(b, n - 1, tag - TAG_ID, false, out);
    }
}

bool key_split(const char *text, struct key_parts *out)
{
    size_t n = strcspn(text, " ");
    char again[PACKED_TEXT];
    *out = (struct key_parts){ .word = word_of(text, n), .count = -1 };
    if (out->word == WORDS || text[n] != ' ')
        return false;
    const char *id = text + n + 1;
    size_t size = strcspn(id, " ");
    if (!id_parse(id, size, out->id))
        return false;
    const char *count = id + size;
    if (count[0] == ' ' &&
        text_to_i64(count + 1, strlen(count + 1), 0, INT32_MAX, &out->count) != OK)
        return false;
    key_join(out, again);
    return strcmp(again, text) == 0;
}

void key_join(const struct key_parts *parts, char out[PACKED_TEXT])
{
    if (parts->count < 0)
        snprintf(out, PACKED_TEXT, "%s %s", words[parts->word], parts->id);
    else
        snprintf(out, PACKED_TEXT, "%s %s %lld", words[parts->word], parts->id,
                 (long long)parts->count);
}

struct packed key_pack_number(const struct key_parts *parts, int64_t number)
{
    struct packed p = { .n = 0 };
    assert(number > 0 && number >> (8 * NUMBER_BYTES) == 0);
    put_byte(&p, TAG_NUMBER + (unsigned)parts->word);
    for (int i = NUMBER_BYTES - 1; i >= 0; i--)
        put_byte(&p, (unsigned)(number >> (8 * i)) & 255);
    if (parts->count >= 0)
        put_count(&p, parts->count);
    return p;
}

bool key_unpack_number(const void *bytes, size_t n, int64_t *number, struct key_parts *out)
{
    const uint8_t *b = bytes, *end = b + n;
    if (n < 1 + NUMBER_BYTES || b[0] < TAG_NUMBER || b[0] >= TAG_NUMBER + WORDS)
        return false;
    *out = (struct key_parts){ .word = b[0] - TAG_NUMBER, .count = -1 };
    *number = 0;
    for (int i = 1; i <= NUMBER_BYTES; i++)
        *number = *number << 8 | b[i];
    b += 1 + NUMBER_BYTES;
    if (b < end)
        out->count = take_count(&b, end);
    return true;
}

/* ---- postings -------------------------------------------------------------------------------- */

/* Small numbers of both signs are small: 0, -1, 1, -2, ... */
static void put_signed(struct packed_postings *p, int64_t v)
{
    uint64_t rest = (uint64_t)v << 1 ^ (uint64_t)(v >> 63);
    for (; rest >= 128; rest >>= 7)
        p->bytes[p->n++] = (uint8_t)((rest & 127) | 128);
    p->bytes[p->n++] = (uint8_t)rest;
}

static bool take_signed(const uint8_t **at, const uint8_t *end, int64_t *out)
{
    uint64_t v = 0;
    unsigned shift = 0;
    bool goes_on = true;
    for (; goes_on && *at < end && shift < 64; shift += 7) {
        v |= (uint64_t)(**at & 127) << shift;
        goes_on = **at >= 128;
        ++*at;
    }
    *out = (int64_t)(v >> 1 ^ (0 - (v & 1)));
    return !goes_on;
}

void postings_pack(struct packed_postings *p, int64_t account, int64_t minor)
{
    assert(p->n + POSTING_BYTES <= sizeof p->bytes);
    put_signed(p, account);
    put_signed(p, minor);
}

size_t postings_unpack(const void *bytes, size_t n, struct packed_posting out[POSTINGS_MOST])
{
    const uint8_t *b = bytes, *end = b + n;
    size_t count = 0;
    if (b == NULL)
        return 0;
    while (b < end && count < POSTINGS_MOST && take_signed(&b, end, &out[count].account) &&
           take_signed(&b, end, &out[count].minor))
        count++;
    return count;
}

void key_id(const char *key, char out[ID_TEXT])
{
    const char *space = strchr(key, ' ');
    out[0] = 0;
    if (space != NULL && !id_parse(space + 1, strcspn(space + 1, " "), out))
        out[0] = 0;
}
