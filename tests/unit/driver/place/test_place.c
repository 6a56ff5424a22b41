#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "driver/place/place.h"

/* ---- a maker of MaxMind DB files (version 2.0 of the format), for 24-bit records ----------------
 */

enum { NODES_MAX = 4096, UNSET = -1 };

struct maker {
    int child[NODES_MAX][2]; /* a node; UNSET; -2 - offset of a record in the data */
    int n;
    struct buf data;
    const char *type;
    bool is_narrow; /* a database of IPv4 alone */
};

static void put_text(struct buf *b, const char *text) /* up to 28 bytes; types in the high bits */
{
    buf_u8(b, (uint8_t)(2 << 5 | strlen(text)));
    buf_text(b, text);
}

static void maker_init(struct maker *m, const char *type, bool is_narrow)
{
    m->n = 1;
    m->child[0][0] = m->child[0][1] = UNSET;
    m->type = type;
    m->is_narrow = is_narrow;
    buf_init(&m->data, 1 << 16);
}

static void insert(struct maker *m, const uint8_t *bits, int n_bits, int value)
{
    int node = 0;
    for (int i = 0; i < n_bits; i++) {
        int bit = bits[i / 8] >> (7 - i % 8) & 1;
        if (i == n_bits - 1) {
            m->child[node][bit] = value;
            return;
        }
        if (m->child[node][bit] < 0) {
            m->child[m->n][0] = m->child[m->n][1] = m->child[node][bit];
            m->child[node][bit] = m->n++;
        }
        node = m->child[node][bit];
    }
}

/* {"country": {"iso_code": code}} */
static void add(struct maker *m, const char *address, int n_bits, const char *code)
{
    uint8_t wide[16] = { 0 };
    int value = -2 - (int)m->data.size;
    bool is_four = strchr(address, ':') == NULL;
    assert_int_equal(inet_pton(is_four ? AF_INET : AF_INET6, address,
                               is_four && !m->is_narrow ? wide + 12 : wide),
                     1);
    insert(m, wide, is_four && !m->is_narrow ? 96 + n_bits : n_bits, value);
    buf_u8(&m->data, 7 << 5 | 1);
    put_text(&m->data, "country");
    buf_u8(&m->data, 7 << 5 | 1);
    put_text(&m->data, "iso_code");
    put_text(&m->data, code);
}

static void put_u16(struct buf *b, const char *name, uint16_t v)
{
    put_text(b, name);
    buf_u8(b, 5 << 5 | 2);
    buf_be16(b, v);
}

static void put_metadata(struct buf *out, const struct maker *m)
{
    buf_put(out, "\xab\xcd\xefMaxMind.com", 14);
    buf_u8(out, 7 << 5 | 9);
    put_text(out, "node_count");
    buf_u8(out, 6 << 5 | 4); /* uint32 */
    buf_be32(out, (uint32_t)m->n);
    put_u16(out, "record_size", 24);
    put_u16(out, "ip_version", m->is_narrow ? 4 : 6);
    put_u16(out, "binary_format_major_version", 2);
    put_u16(out, "binary_format_minor_version", 0);
    put_text(out, "database_type");
    put_text(out, m->type);
    put_text(out, "build_epoch");
    buf_u8(out, 0 << 5 | 4); /* uint64: an extended type */
    buf_u8(out, 9 - 7);
    buf_be32(out, 1373846400);
    put_text(out, "languages");
    buf_u8(out, 0 << 5 | 0); /* an empty array */
    buf_u8(out, 11 - 7);
    put_text(out, "description");
    buf_u8(out, 7 << 5 | 0);
}

static void write_map(struct maker *m, struct buf *out)
{
    buf_init(out, 1 << 20);
    for (int i = 0; i < m->n; i++) {
        for (int side = 0; side < 2; side++) {
            int v = m->child[i][side];
            buf_be24(out, (uint32_t)(v == UNSET ? m->n : v < 0 ? m->n + 16 + (-2 - v) : v));
        }
    }
    buf_zero(out, 16);
    buf_put(out, m->data.data, m->data.size);
    put_metadata(out, m);
    buf_finish(&m->data);
    assert_int_equal(out->err, OK);
}

static char path[] = "/tmp/lanterne-place-XXXXXX";

static void save(const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static struct maker maker;

static void make_world(struct buf *out, const char *type)
{
    maker_init(&maker, type, false);
    add(&maker, "203.0.113.0", 24, "FR");
    add(&maker, "203.0.113.128", 25, "BE");
    add(&maker, "198.51.100.7", 32, "US");
    add(&maker, "192.0.2.0", 24, "ZZ");
    add(&maker, "192.0.3.0", 24, "fr");
    add(&maker, "192.0.4.0", 24, "FRA");
    add(&maker, "2001:db8::", 32, "DE");
    add(&maker, "2001:db8:1::", 48, "JP");
    write_map(&maker, out);
}

/* ------------------------------------------------------------------------------------------------
 */

static void an_address_is_found_in_the_narrowest_network_that_holds_it(void **state)
{
    (void)state;
    static const struct {
        const char *address, *territory;
    } rows[] = {
        { "203.0.113.7", "FR" },
        { "203.0.113.127", "FR" },
        { "203.0.113.128", "BE" },
        { "203.0.113.255", "BE" },
        { "203.0.114.0", "" },
        { "198.51.100.7", "US" },
        { "198.51.100.8", "" },
        { "::ffff:203.0.113.7", "FR" },
        { "::ffff:cb00:7180", "BE" },
        { "2001:db8::1", "DE" },
        { "2001:DB8:1::5", "JP" },
        { "2001:db9::1", "" },
        { "::1", "" },
        { "0.0.0.0", "" },
        /* what the map says of these is no territory */
        { "192.0.2.1", "" },
        { "192.0.3.1", "" },
        { "192.0.4.1", "" },
        /* no numeric address */
        { "", "" },
        { "example.org", "" },
        { "203.0.113", "" },
        { "203.0.113.7:80", "" },
        { "[2001:db8::1]", "" },
        { "fe80::1%eth0", "" },
        { "203.0.113.7 ", "" },
    };
    struct buf bytes;
    struct place_map *map;
    make_world(&bytes, "GeoLite2-Country");
    save(bytes.data, bytes.size);
    assert_int_equal(place_map_open(path, &map), OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[3] = "XX";
        place_map_find(map, rows[i].address, out);
        if (strcmp(out, rows[i].territory) != 0)
            fail_msg("%s: '%s', not '%s'", rows[i].address, out, rows[i].territory);
    }
    place_map_close(&map);
    assert_null(map);
    place_map_close(&map);
    buf_finish(&bytes);
}

static void a_map_of_ipv4_alone_knows_nothing_of_ipv6(void **state)
{
    (void)state;
    struct buf bytes;
    struct place_map *map;
    char out[3];
    maker_init(&maker, "DBIP-Country-Lite", true);
    add(&maker, "203.0.113.0", 24, "FR");
    write_map(&maker, &bytes);
    save(bytes.data, bytes.size);
    assert_int_equal(place_map_open(path, &map), OK);
    place_map_find(map, "203.0.113.9", out);
    assert_string_equal(out, "FR");
    place_map_find(map, "::ffff:203.0.113.9", out);
    assert_string_equal(out, "FR");
    place_map_find(map, "2001:db8::1", out);
    assert_string_equal(out, "");
    place_map_close(&map);
    buf_finish(&bytes);
}

static void what_is_no_map_of_countries_is_refused(void **state)
{
    (void)state;
    struct buf bytes;
    struct place_map *map = NULL;
    assert_int_equal(place_map_open("/nowhere/at/all.mmdb", &map), ERR_NOT_FOUND);
    save("", 0);
    assert_int_not_equal(place_map_open(path, &map), OK);
    save("not a map\n", 10);
    assert_int_equal(place_map_open(path, &map), ERR_MALFORMED);
    make_world(&bytes, "GeoLite2-ASN");
    save(bytes.data, bytes.size);
    assert_int_equal(place_map_open(path, &map), ERR_MALFORMED);
    assert_null(map);
    buf_finish(&bytes);
}

/* Cut anywhere or with any byte turned over: an error or an answer, never a crash. */
static void a_damaged_map_is_refused_or_answers(void **state)
{
    (void)state;
    static const char *const addresses[] = { "203.0.113.7", "2001:db8:1::5",   "198.51.100.7",
                                             "192.0.4.1",   "255.255.255.255", "ffff::" };
    struct buf bytes;
    make_world(&bytes, "GeoLite2-Country");
    size_t damages = bytes.size * 3;
    for (size_t i = 0; i < damages; i += 7) {
        struct place_map *map = NULL;
        uint8_t *byte = &bytes.data[i % bytes.size], whole = *byte;
        *byte = i < bytes.size ? whole : (uint8_t)(i < 2 * bytes.size ? ~whole : whole ^ 0x20);
        save(bytes.data, i < bytes.size ? i : bytes.size);
        *byte = whole;
        if (place_map_open(path, &map) != OK)
            continue;
        for (size_t k = 0; k < sizeof addresses / sizeof addresses[0]; k++) {
            char out[3];
            place_map_find(map, addresses[k], out);
            assert_true(strlen(out) == 0 || strlen(out) == 2);
        }
        place_map_close(&map);
    }
    buf_finish(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_found_in_the_narrowest_network_that_holds_it),
        cmocka_unit_test(a_map_of_ipv4_alone_knows_nothing_of_ipv6),
        cmocka_unit_test(what_is_no_map_of_countries_is_refused),
        cmocka_unit_test(a_damaged_map_is_refused_or_answers),
    };
    int fd = mkstemp(path);
    if (fd < 0)
        return 1;
    close(fd);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
