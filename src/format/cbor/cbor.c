#include "format/cbor/cbor.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

static const enum cbor_kind kinds[] = { CBOR_UINT,  CBOR_NEGATIVE, CBOR_BYTES, CBOR_TEXT,
                                        CBOR_ARRAY, CBOR_MAP,      CBOR_TAG,   CBOR_SIMPLE };

enum { MAJOR_OTHER = 7, INFO_REAL_2 = 25, INFO_INDEFINITE = 31 };

struct cbor_reader cbor_reader_of(const void *bytes, size_t n, enum cbor_form form)
{
    return (struct cbor_reader){ .in = reader_of(bytes, n), .form = form };
}

void cbor_fail(struct cbor_reader *r, enum err err)
{
    if (r->err == OK)
        r->err = err;
    r->in.at = r->in.end;
}

enum cbor_kind cbor_peek(const struct cbor_reader *r)
{
    if (r->err != OK || read_left(&r->in) == 0)
        return CBOR_NOTHING;
    uint8_t info = *r->in.at & 31;
    enum cbor_kind kind = kinds[*r->in.at >> 5];
    return kind == CBOR_SIMPLE && info >= INFO_REAL_2 && info < INFO_INDEFINITE ? CBOR_REAL : kind;
}

/* ---- heads ----------------------------------------------------------------------------------- */

static double real_of_half(uint16_t half)
{
    int exponent = half >> 10 & 31;
    unsigned fraction = half & 0x3ff;
    double v;
    if (exponent == 31)
        v = fraction == 0 ? HUGE_VAL : (double)NAN;
    else if (exponent == 0)
        v = ldexp(fraction, -24);
    else
        v = ldexp(fraction + 1024, exponent - 25);
    return half >> 15 != 0 ? -v : v;
}

static double real_of(uint64_t bits, unsigned size)
{
    float narrow;
    double wide;
    uint32_t low = (uint32_t)bits;
    if (size == 2)
        return real_of_half((uint16_t)bits);
    if (size == 4) {
        memcpy(&narrow, &low, sizeof narrow);
        return (double)narrow;
    }
    memcpy(&wide, &bits, sizeof wide);
    return wide;
}

/* A float of size bytes; the shortest that holds it, when the form says so. */
static void read_real(struct cbor_reader *r, uint64_t bits, unsigned size, struct cbor_item *item)
{
    uint64_t shortest;
    item->kind = CBOR_REAL;
    item->number = 0;
    item->real = real_of(bits, size);
    bool is_shortest = cbor_real_size(item->real, &shortest) == size && shortest == bits;
    if (!is_shortest && r->form != CBOR_ANY)
        cbor_fail(r, ERR_MALFORMED);
}

/* The number after a head's first byte. */
static uint64_t read_number(struct cbor_reader *r, uint8_t info, unsigned *size)
{
    *size = 0;
    if (info < 24)
        return info;
    if (info > 27) {
        cbor_fail(r, info == INFO_INDEFINITE ? ERR_UNSUPPORTED : ERR_MALFORMED);
        return 0;
    }
    *size = 1u << (info - 24);
    uint64_t v = 0;
    for (unsigned i = 0; i < *size; i++)
        v = v << 8 | read_u8(&r->in);
    if (r->in.failed)
        cbor_fail(r, ERR_TRUNCATED);
    return v;
}

static bool is_shortest(uint64_t v, unsigned size)
{
    static const uint64_t least[9] = {
        [0] = 0, [1] = 24, [2] = UINT8_MAX + 1u, [4] = UINT16_MAX + 1u, [8] = UINT64_C(0x100000000)
    };
    return v >= least[size];
}

static void read_other(struct cbor_reader *r, unsigned size, struct cbor_item *item)
{
    if (size > 1)
        read_real(r, item->number, size, item);
    else if (size == 1 && item->number < 32) /* RFC 8949, 3.3: not well-formed */
        cbor_fail(r, ERR_MALFORMED);
}

static void read_string(struct cbor_reader *r, struct cbor_item *item)
{
    if (item->number > read_left(&r->in)) {
        cbor_fail(r, ERR_TRUNCATED);
        return;
    }
    size_t n = (size_t)item->number;
    item->span = (struct cbor_span){ r->in.at, n };
    read_skip(&r->in, n);
    if (item->kind == CBOR_TEXT && !text_is_utf8((const char *)item->span.at, n))
        cbor_fail(r, ERR_MALFORMED);
}

/* The next head, and a string's content; a map's keys are not looked at. */
static struct cbor_item read_head(struct cbor_reader *r)
{
    struct cbor_item item = { 0 };
    unsigned size;
    if (r->err == OK && read_left(&r->in) == 0)
        cbor_fail(r, ERR_TRUNCATED);
    if (r->err != OK)
        return item;
    uint8_t first = read_u8(&r->in);
    if (first == 0xff) /* a break, where nothing is open that it could end */
        cbor_fail(r, ERR_MALFORMED);
    else if ((first & 31) == INFO_INDEFINITE && (first >> 5 < 2 || first >> 5 == 6))
        cbor_fail(r, ERR_MALFORMED);
    item.kind = kinds[first >> 5];
    item.number = read_number(r, first & 31, &size);
    size_t left = read_left(&r->in);
    if (first >> 5 == MAJOR_OTHER)
        read_other(r, size, &item);
    else if (r->form != CBOR_ANY && !is_shortest(item.number, size))
        cbor_fail(r, ERR_MALFORMED);
    else if (item.kind == CBOR_BYTES || item.kind == CBOR_TEXT)
        read_string(r, &item);
    else if (item.number > (item.kind == CBOR_ARRAY ? left : left / 2) &&
             (item.kind == CBOR_ARRAY || item.kind == CBOR_MAP))
        cbor_fail(r, ERR_TRUNCATED);
    return r->err == OK ? item : (struct cbor_item){ 0 };
}

/* ---- whole items ----------------------------------------------------------------------------- */

static void check_keys(const struct cbor_reader *map, uint64_t pairs, unsigned depth,
                       enum err *err);

/* How many items follow a head as part of it. */
static uint64_t items_of(const struct cbor_item *item)
{
    switch (item->kind) {
    case CBOR_ARRAY: return item->number;
    case CBOR_MAP: return item->number * 2;
    case CBOR_TAG: return 1;
    default: return 0;
    }
}

/* Steps over one item at a depth; maps_checked: their keys too. */
static void walk(struct cbor_reader *r, unsigned depth, bool checks_keys)
{
    uint64_t left[CBOR_DEPTH_MAX + 1] = { 1 }; /* items to come, level by level */
    unsigned level = 0;
    while (r->err == OK) {
        while (left[level] == 0 && level > 0)
            level--;
        if (left[level] == 0)
            return;
        left[level]--;
        struct cbor_item item = read_head(r);
        if (item.kind == CBOR_MAP && checks_keys) {
            enum err err = OK;
            check_keys(r, item.number, depth + level + 1, &err);
            if (err != OK)
                cbor_fail(r, err);
        }
        uint64_t holds = items_of(&item);
        if (holds == 0)
            continue;
        if (depth + level >= CBOR_DEPTH_MAX) {
            cbor_fail(r, ERR_FULL);
            return;
        }
        left[++level] = holds;
    }
}

static bool same_key(const struct cbor_item *a, const struct cbor_item *b)
{
    if (a->kind != b->kind || a->number != b->number)
        return false;
    bool is_string = a->kind == CBOR_BYTES || a->kind == CBOR_TEXT;
    return !is_string || a->span.n == 0 || memcmp(a->span.at, b->span.at, a->span.n) == 0;
}

static bool may_be_key(enum cbor_kind kind)
{
    return kind == CBOR_UINT || kind == CBOR_NEGATIVE || kind == CBOR_BYTES || kind == CBOR_TEXT;
}

static bool key_fits(const struct cbor_item *keys, size_t n, const struct cbor_item *key)
{
    for (size_t i = 0; i < n; i++)
        if (same_key(&keys[i], key))
            return false;
    return true;
}

/* Looks through a map whose head has been read: no key twice, in order when the form says so. */
static void check_keys(const struct cbor_reader *map, uint64_t pairs, unsigned depth, enum err *err)
{
    struct cbor_reader r = *map;
    struct cbor_item keys[CBOR_PAIRS_MAX];
    struct cbor_span last = { NULL, 0 };
    if (pairs > CBOR_PAIRS_MAX)
        cbor_fail(&r, ERR_FULL);
    for (size_t i = 0; i < pairs && r.err == OK; i++) {
        const uint8_t *from = r.in.at;
        keys[i] = read_head(&r);
        struct cbor_span key = { from, (size_t)(r.in.at - from) };
        if (r.err == OK && !may_be_key(keys[i].kind))
            cbor_fail(&r, ERR_UNSUPPORTED);
        else if (r.err == OK && !key_fits(keys, i, &keys[i]))
            cbor_fail(&r, ERR_MALFORMED);
        else if (r.form == CBOR_DETERMINISTIC && i > 0 && cbor_span_order(last, key) >= 0)
            cbor_fail(&r, ERR_MALFORMED);
        last = key;
        walk(&r, depth, false);
    }
    *err = r.err;
}

struct cbor_span cbor_whole(struct cbor_reader *r)
{
    const uint8_t *from = r->in.at;
    walk(r, 0, true);
    if (r->err != OK)
        return (struct cbor_span){ NULL, 0 };
    return (struct cbor_span){ from, (size_t)(r->in.at - from) };
}

void cbor_skip(struct cbor_reader *r)
{
    walk(r, 0, true);
}

enum err cbor_end(struct cbor_reader *r)
{
    if (r->err == OK && read_left(&r->in) > 0)
        cbor_fail(r, ERR_MALFORMED);
    return r->err;
}

enum err cbor_check(const void *bytes, size_t n, enum cbor_form form)
{
    struct cbor_reader r = cbor_reader_of(bytes, n, form);
    cbor_skip(&r);
    return cbor_end(&r);
}

/* ---- one of a kind --------------------------------------------------------------------------- */

struct cbor_item cbor_next(struct cbor_reader *r)
{
    struct cbor_item item = read_head(r);
    enum err err = OK;
    if (item.kind == CBOR_MAP)
        check_keys(r, item.number, 1, &err);
    if (err == OK)
        return item;
    cbor_fail(r, err);
    return (struct cbor_item){ 0 };
}

static struct cbor_item take(struct cbor_reader *r, enum cbor_kind kind)
{
    struct cbor_item item = cbor_next(r);
    if (item.kind == kind)
        return item;
    cbor_fail(r, ERR_MALFORMED);
    return (struct cbor_item){ 0 };
}

uint64_t cbor_uint(struct cbor_reader *r)
{
    return take(r, CBOR_UINT).number;
}

int64_t cbor_int(struct cbor_reader *r)
{
    struct cbor_item item = cbor_next(r);
    bool is_int = item.kind == CBOR_UINT || item.kind == CBOR_NEGATIVE;
    if (!is_int || item.number > INT64_MAX) {
        cbor_fail(r, ERR_MALFORMED);
        return 0;
    }
    int64_t v = (int64_t)item.number;
    return item.kind == CBOR_NEGATIVE ? -1 - v : v;
}

bool cbor_bool(struct cbor_reader *r)
{
    struct cbor_item item = take(r, CBOR_SIMPLE);
    if (r->err == OK && item.number != CBOR_FALSE && item.number != CBOR_TRUE)
        cbor_fail(r, ERR_MALFORMED);
    return r->err == OK && item.number == CBOR_TRUE;
}

struct cbor_span cbor_bytes(struct cbor_reader *r)
{
    return take(r, CBOR_BYTES).span;
}

struct cbor_span cbor_text(struct cbor_reader *r)
{
    return take(r, CBOR_TEXT).span;
}

size_t cbor_array(struct cbor_reader *r)
{
    return (size_t)take(r, CBOR_ARRAY).number;
}

size_t cbor_map(struct cbor_reader *r)
{
    return (size_t)take(r, CBOR_MAP).number;
}

uint64_t cbor_tag(struct cbor_reader *r)
{
    return take(r, CBOR_TAG).number;
}

bool cbor_span_is(struct cbor_span span, const char *text)
{
    size_t n = strlen(text);
    return span.n == n && (n == 0 || memcmp(span.at, text, n) == 0);
}

int cbor_span_order(struct cbor_span a, struct cbor_span b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.at, b.at, n);
    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}
