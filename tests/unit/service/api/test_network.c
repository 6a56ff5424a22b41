#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "service/api/network.h"

static void addresses_are_read_in_all_their_clothes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *key; /* NULL: refused */
    } rows[] = {
        { "192.0.2.7", "192.0.2.0/24" },
        { "192.0.2.7:8080", "192.0.2.0/24" },
        { "::ffff:192.0.2.7", "192.0.2.0/24" },
        { "[::ffff:192.0.2.7]:80", "192.0.2.0/24" },
        { "2001:db8::1", "2001:0db8:0000:0000::/56" },
        { "2001:DB8:1:2:3:4:5:6", "2001:0db8:0001:0000::/56" },
        { "[2001:db8:1:12ff::]:443", "2001:0db8:0001:1200::/56" },
        { "::", "0000:0000:0000:0000::/56" },
        { "::1", "0000:0000:0000:0000::/56" },
        { "", NULL },
        { "unknown", NULL },
        { "256.0.0.1", NULL },
        { "1.2.3", NULL },
        { "1.2.3.4.5", NULL },
        { "01.2.3.4", NULL },
        { "1..2.3", NULL },
        { ":1", NULL },
        { "1:", NULL },
        { "1:2:3:4:5:6:7", NULL },
        { "1:2:3:4:5:6:7:8:9", NULL },
        { "1::2::3", NULL },
        { "1:2:3:4:5:6:7::8", NULL },
        { "12345::", NULL },
        { "g::", NULL },
        { "[::1", NULL },
        { "_hidden", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct network_address a;
        char key[NETWORK_TEXT];
        enum err err = network_address_read(rows[i].text, strlen(rows[i].text), &a);
        if (err != (rows[i].key == NULL ? ERR_MALFORMED : OK))
            fail_msg("%s", rows[i].text);
        if (err != OK)
            continue;
        network_key(&a, key);
        assert_string_equal(key, rows[i].key);
    }
}

/* The C library's reader is the oracle: whatever it writes we read as the same sixteen bytes. */
static void written_addresses_come_back(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (int i = 0; i < 20000; i++) {
        uint8_t bytes[16];
        char text[INET6_ADDRSTRLEN];
        struct network_address a;
        for (size_t b = 0; b < 16; b++) {
            seed = seed * 1664525 + 1013904223;
            bytes[b] = seed >> 30 == 0 ? (uint8_t)(seed >> 16) : 0;
        }
        assert_non_null(inet_ntop(AF_INET6, bytes, text, sizeof text));
        assert_int_equal(network_address_read(text, strlen(text), &a), OK);
        assert_memory_equal(a.bytes, bytes, 16);
    }
}

static void networks_have_their_addresses_and_no_others(void **state)
{
    (void)state;
    static const struct {
        const char *network, *address;
        bool has;
    } rows[] = {
        { "10.0.0.0/8", "10.255.1.2", true },
        { "10.0.0.0/8", "11.0.0.1", false },
        { "10.0.0.0/9", "10.128.0.0", false },
        { "10.0.0.0/9", "10.127.255.255", true },
        { "127.0.0.1", "127.0.0.1", true },
        { "127.0.0.1", "127.0.0.2", false },
        { "127.0.0.1", "::ffff:127.0.0.1", true },
        { "0.0.0.0/0", "203.0.113.9", true },
        { "0.0.0.0/0", "2001:db8::1", false },
        { "::/0", "203.0.113.9", true },
        { "2001:db8::/33", "2001:db8:7fff::", true },
        { "2001:db8::/33", "2001:db8:8000::", false },
        { "::1/128", "::1", true },
        { "::1/128", "::", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct network n;
        struct network_address a;
        assert_int_equal(network_read(rows[i].network, strlen(rows[i].network), &n), OK);
        assert_int_equal(network_address_read(rows[i].address, strlen(rows[i].address), &a), OK);
        assert_int_equal(network_has(&n, &a), rows[i].has);
    }
    static const char *const refused[] = { "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1",
                                           "/8" };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct network n;
        assert_int_equal(network_read(refused[i], strlen(refused[i]), &n), ERR_MALFORMED);
    }
}

static void the_text_of_an_address_is_read_as_the_same_address(void **state)
{
    (void)state;
    static const struct {
        const char *address, *text;
    } rows[] = {
        { "[::ffff:192.0.2.7]:80", "192.0.2.7" },
        { "255.255.255.255", "255.255.255.255" },
        { "2001:db8::1", "2001:db8:0:0:0:0:0:1" },
        { "::", "0:0:0:0:0:0:0:0" },
        { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct network_address a, b;
        char text[NETWORK_TEXT];
        assert_int_equal(network_address_read(rows[i].address, strlen(rows[i].address), &a), OK);
        network_address_text(&a, text);
        assert_string_equal(text, rows[i].text);
        assert_int_equal(network_address_read(text, strlen(text), &b), OK);
        assert_memory_equal(a.bytes, b.bytes, sizeof a.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read_in_all_their_clothes),
        cmocka_unit_test(written_addresses_come_back),
        cmocka_unit_test(the_text_of_an_address_is_read_as_the_same_address),
        cmocka_unit_test(networks_have_their_addresses_and_no_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
