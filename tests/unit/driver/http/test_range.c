#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "driver/http/range.h"

static void ranges_are_read_as_the_standard_says(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        uint64_t size;
        enum http_range want;
        uint64_t first, length;
    } rows[] = {
        { "bytes=0-0", 10, HTTP_RANGE_PART, 0, 1 },
        { "bytes=0-9", 10, HTTP_RANGE_PART, 0, 10 },
        { "bytes=0-10", 10, HTTP_RANGE_PART, 0, 10 },
        { "bytes=9-", 10, HTTP_RANGE_PART, 9, 1 },
        { "bytes=10-", 10, HTTP_RANGE_NONE, 0, 0 },
        { "bytes=10-5", 10, HTTP_RANGE_WHOLE, 0, 0 },
        { "bytes=-1", 10, HTTP_RANGE_PART, 9, 1 },
        { "bytes=-10", 10, HTTP_RANGE_PART, 0, 10 },
        { "bytes=-11", 10, HTTP_RANGE_PART, 0, 10 },
        { "bytes=-0", 10, HTTP_RANGE_NONE, 0, 0 },
        { "bytes=-5", 0, HTTP_RANGE_NONE, 0, 0 },
        { "bytes=0-", 0, HTTP_RANGE_NONE, 0, 0 },
        { "bytes=0-9223372036854775807", 10, HTTP_RANGE_PART, 0, 10 },
        { "bytes=9223372036854775808-", 10, HTTP_RANGE_NONE, 0, 0 },
        { "bytes=1-18446744073709551615", 10, HTTP_RANGE_PART, 1, 9 },
        { "bytes=1-18446744073709551616", 10, HTTP_RANGE_PART, 1, 9 },
        { "bytes=18446744073709551617-", 10, HTTP_RANGE_NONE, 0, 0 },
        { "bytes=-18446744073709551617", 10, HTTP_RANGE_PART, 0, 10 },
        { "bytes=0-18446744073709551615", UINT64_MAX, HTTP_RANGE_PART, 0, UINT64_MAX },
        { "Bytes= 2-3 ", 10, HTTP_RANGE_PART, 2, 2 },
        { "bytes=0-1,3-4", 10, HTTP_RANGE_WHOLE, 0, 0 },
        { "bytes=0-1,", 10, HTTP_RANGE_WHOLE, 0, 0 },
        { "bytes=-", 10, HTTP_RANGE_WHOLE, 0, 0 },
        { "bytes=--1", 10, HTTP_RANGE_WHOLE, 0, 0 },
        { "bytes=1", 10, HTTP_RANGE_WHOLE, 0, 0 },
        { "bytes=a-b", 10, HTTP_RANGE_WHOLE, 0, 0 },
        { "bytes=0x0-5", 10, HTTP_RANGE_WHOLE, 0, 0 },
        { "bytes=+1-5", 10, HTTP_RANGE_WHOLE, 0, 0 },
        { "bytes 0-5", 10, HTTP_RANGE_WHOLE, 0, 0 },
        { "items=0-5", 10, HTTP_RANGE_WHOLE, 0, 0 },
        { "", 10, HTTP_RANGE_WHOLE, 0, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t first = 0, length = 0;
        enum http_range got =
            http_range_parse(rows[i].value, strlen(rows[i].value), rows[i].size, &first, &length);
        if (got != rows[i].want || first != rows[i].first || length != rows[i].length)
            fail_msg("%s of %llu", rows[i].value, (unsigned long long)rows[i].size);
    }
}

/* The same, said in another way: 128-bit numbers, clamped once. */
static enum http_range reference(const char *v, uint64_t size, uint64_t *first, uint64_t *length)
{
    unsigned __int128 n[2] = { 0, 0 };
    bool has[2] = { false, false };
    if (strncmp(v, "bytes=", 6) != 0)
        return HTTP_RANGE_WHOLE;
    v += 6;
    for (int k = 0; k < 2; k++) {
        for (; *v >= '0' && *v <= '9'; v++, has[k] = true)
            n[k] = n[k] * 10 + (unsigned)(*v - '0');
        n[k] = n[k] > UINT64_MAX ? UINT64_MAX : n[k]; /* the largest stands for all beyond it */
        if (k == 0 && *v++ != '-')
            return HTTP_RANGE_WHOLE;
    }
    if (*v != 0 || (!has[0] && !has[1]) || (has[0] && has[1] && n[1] < n[0]))
        return HTTP_RANGE_WHOLE;
    unsigned __int128 from = has[0] ? n[0] : n[1] >= size ? 0 : size - n[1];
    unsigned __int128 end = has[0] && has[1] ? n[1] + 1 : size;
    end = end > size ? size : end;
    if (from >= end)
        return HTTP_RANGE_NONE;
    *first = (uint64_t)from;
    *length = (uint64_t)(end - from);
    return HTTP_RANGE_PART;
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static size_t put_number(char *out, size_t room, uint64_t *seed, uint64_t size)
{
    static const char *const odd[] = { "9223372036854775807",  "9223372036854775808",
                                       "18446744073709551615", "18446744073709551616",
                                       "99999999999999999999", "00000000000000000000000000001" };
    uint64_t r = next_random(seed);
    switch (r % 8) {
    case 0: return 0;
    case 1: return (size_t)snprintf(out, room, "%s", odd[r / 8 % 6]);
    case 2: return (size_t)snprintf(out, room, "%llu", (unsigned long long)size - (r / 8 % 3) + 1);
    case 3: return (size_t)snprintf(out, room, "%llu", (unsigned long long)r);
    default:
        return (size_t)snprintf(out, room, "%llu",
                                (unsigned long long)(r / 8 % (size / 2 + size + 3)));
    }
}

static void a_million_random_ranges_agree_with_the_reference(void **state)
{
    (void)state;
    uint64_t seed = 20130722;
    unsigned parts = 0, none = 0;
    for (int i = 0; i < 1000000; i++) {
        static const uint64_t sizes[] = { 0, 1, 2, 10, 32768, 2200000, INT64_MAX };
        char value[96] = "bytes=";
        uint64_t size = sizes[next_random(&seed) % 7], first = 0, length = 0, f = 0, l = 0;
        size_t n = 6;
        n += put_number(value + n, sizeof value - n, &seed, size);
        n += (size_t)snprintf(value + n, sizeof value - n, "%s", "-");
        n += put_number(value + n, sizeof value - n, &seed, size);
        if (next_random(&seed) % 16 == 0)
            value[next_random(&seed) % n] = "0-=, x"[next_random(&seed) % 6];
        if (strchr(value, ' ') != NULL)
            continue;
        enum http_range got = http_range_parse(value, n, size, &first, &length);
        enum http_range want = reference(value, size, &f, &l);
        if (got != want || first != f || length != l)
            fail_msg("%s of %llu: %d %llu %llu, not %d %llu %llu", value, (unsigned long long)size,
                     got, (unsigned long long)first, (unsigned long long)length, want,
                     (unsigned long long)f, (unsigned long long)l);
        if (got == HTTP_RANGE_PART)
            assert_true(length > 0 && first < size && length <= size - first);
        parts += got == HTTP_RANGE_PART ? 1 : 0;
        none += got == HTTP_RANGE_NONE ? 1 : 0;
    }
    assert_true(parts > 100000 && none > 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_read_as_the_standard_says),
        cmocka_unit_test(a_million_random_ranges_agree_with_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
