#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "house.h"

static void a_handler_sees_the_request_as_it_was_sent(void **state)
{
    (void)state;
    struct house *h = plain_house();
    static const char *const paths[] = { "/now", "/later" };
    for (size_t i = 0; i < 2; i++) {
        char ask[512], want[512];
        int fd = client_connect(h->port);
        snprintf(ask, sizeof ask,
                 "POST %s/caf%%C3%%A9?q=a+b%%26c HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n"
                 "Cookie: b=1; c=two; cc=3\r\nX-Header: \t spaced out \t\r\n\r\nabc",
                 paths[i]);
        snprintf(want, sizeof want,
                 "2 POST %s/caf\xc3\xa9 3 96354 q=a b&c c=two x=spaced out 127.0.0.1", paths[i]);
        struct answer a = expect(fd, ask, 200, want);
        expect_header(&a, "Cache-Control", "no-store");
        expect_header(&a, "Content-Type", "text/plain");
        answer_free(&a);
        snprintf(ask, sizeof ask, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", paths[i]);
        snprintf(want, sizeof want, "0 GET %s 0 0 q=- c=- x=- 127.0.0.1", paths[i]);
        expect_and_drop(fd, ask, 200, want);
        snprintf(ask, sizeof ask, "OPTIONS %s HTTP/1.1\r\nHost: h\r\n\r\n", paths[i]);
        snprintf(want, sizeof want, "6 OPTIONS %s 0 0 q=- c=- x=- 127.0.0.1", paths[i]);
        expect_and_drop(fd, ask, 200, want);
        close(fd);
    }
    house_destroy(h);
}

static void a_chunked_body_arrives_whole(void **state)
{
    (void)state;
    struct house *h = plain_house();
    int fd = client_connect(h->port);
    expect_and_drop(fd,
                    "POST /later HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "1\r\na\r\n2;x=y\r\nbc\r\n0\r\n\r\n",
                    200, "2 POST /later 3 96354 q=- c=- x=- 127.0.0.1");
    expect_and_drop(fd, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n", 200, NULL);
    close(fd);
    house_destroy(h);
}

static void head_is_get_without_the_body(void **state)
{
    (void)state;
    struct house *h = plain_house();
    int fd = client_connect(h->port);
    static const char *const paths[] = { "/part", "/content", "/content/more", "/now", "/later" };
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        char ask[128], get[256], head[256];
        snprintf(ask, sizeof ask, "HEAD %s HTTP/1.1\r\nHost: h\r\nRange: bytes=0-1\r\n\r\n",
                 paths[i]);
        struct answer a = client_ask(fd, ask);
        snprintf(ask, sizeof ask, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", paths[i]);
        struct answer b = client_ask(fd, ask);
        assert_int_equal(a.status, b.status);
        assert_true(answer_header(&a, "Content-Length", head));
        assert_true(answer_header(&b, "Content-Length", get));
        if (i < 3)
            assert_string_equal(head, get);
        expect_header(&a, "X-Content-Type-Options", "nosniff");
        answer_free(&a);
        answer_free(&b);
    }
    close(fd);
    house_destroy(h);
}

static void prepared_content_comes_with_its_headers_and_conditions(void **state)
{
    (void)state;
    struct house *h = plain_house();
    int fd = client_connect(h->port);
    for (int i = 0; i < 3; i++) {
        struct answer a =
            expect(fd, "GET /content HTTP/1.1\r\nHost: h\r\n\r\n", 200, "hello, content");
        expect_header(&a, "Content-Type", "text/css");
        expect_header(&a, "Cache-Control", "public, max-age=60");
        expect_header(&a, "ETag", "\"c1\"");
        expect_header(&a, "Content-Encoding", "gzip");
        expect_header(&a, "Vary", "Accept-Encoding");
        expect_header(&a, "Set-Cookie", NULL);
        answer_free(&a);
    }
    static const char *const seen[] = { "\"c1\"", "W/\"c1\"", "\"a\", \"c1\"", "*" };
    for (size_t i = 0; i < 4; i++) {
        char ask[128];
        snprintf(ask, sizeof ask, "GET /content HTTP/1.1\r\nHost: h\r\nIf-None-Match: %s\r\n\r\n",
                 seen[i]);
        struct answer a = expect(fd, ask, 304, "");
        expect_header(&a, "ETag", "\"c1\"");
        expect_header(&a, "Cache-Control", "public, max-age=60");
        expect_header(&a, "Content-Type", NULL);
        answer_free(&a);
    }
    expect_and_drop(fd, "GET /content HTTP/1.1\r\nHost: h\r\nIf-None-Match: \"c2\"\r\n\r\n", 200,
                    "hello, content");
    expect_and_drop(fd, "GET /content HTTP/1.1\r\nHost: h\r\nIf-Match: \"c2\"\r\n\r\n", 412, "");
    expect_and_drop(fd, "GET /content HTTP/1.1\r\nHost: h\r\nIf-Match: \"c1\"\r\n\r\n", 200, NULL);
    struct answer a = expect(fd, "GET /content/more HTTP/1.1\r\nHost: h\r\n\r\n", 203, NULL);
    expect_header(&a, "Set-Cookie", "a=b");
    answer_free(&a);
    close(fd);
    house_destroy(h);
}

static void a_file_is_sent_whole_in_part_or_not_at_all(void **state)
{
    (void)state;
    struct house *h = plain_house();
    int fd = client_connect(h->port);
    static const struct {
        const char *headers;
        int status;
        size_t first, length;
        const char *range;
    } rows[] = {
        { "", 200, 0, PART_SIZE, NULL },
        { "Range: bytes=0-0\r\n", 206, 0, 1, "bytes 0-0/65537" },
        { "Range: bytes=65536-\r\n", 206, 65536, 1, "bytes 65536-65536/65537" },
        { "Range: bytes=-5\r\n", 206, 65532, 5, "bytes 65532-65536/65537" },
        { "Range: bytes=100-99999999999999999999\r\n", 206, 100, 65437, "bytes 100-65536/65537" },
        { "Range: bytes=65537-\r\n", 416, 0, 0, "bytes */65537" },
        { "Range: bytes=9223372036854775807-9223372036854775808\r\n", 416, 0, 0, "bytes */65537" },
        { "Range: bytes=0-1,5-6\r\n", 200, 0, PART_SIZE, NULL },
        { "Range: lines=0-1\r\n", 200, 0, PART_SIZE, NULL },
        { "Range: bytes=0-1\r\nIf-Range: \"f1\"\r\n", 206, 0, 2, "bytes 0-1/65537" },
        { "Range: bytes=0-1\r\nIf-Range: W/\"f1\"\r\n", 200, 0, PART_SIZE, NULL },
        { "Range: bytes=0-1\r\nIf-Range: \"f0\"\r\n", 200, 0, PART_SIZE, NULL },
        { "Range: bytes=0-1\r\nIf-None-Match: \"f1\"\r\n", 304, 0, 0, NULL },
        { "Range: bytes=0-1\r\nIf-Match: \"f0\"\r\n", 412, 0, 0, NULL },
    };
    for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
        size_t k = i / 2;
        char ask[256];
        snprintf(ask, sizeof ask, "GET %s/part HTTP/1.1\r\nHost: h\r\n%s\r\n",
                 i % 2 == 0 ? "" : "/later", rows[k].headers);
        struct answer a = expect(fd, ask, rows[k].status, NULL);
        assert_int_equal(a.size, rows[k].length);
        if (a.size > 0)
            assert_memory_equal(a.body, pattern + PART_AT + rows[k].first, a.size);
        expect_header(&a, "Content-Range", rows[k].range);
        if (rows[k].status < 300) {
            expect_header(&a, "Accept-Ranges", "bytes");
            expect_header(&a, "Content-Type", "video/mp4");
            expect_header(&a, "Cache-Control", "public, max-age=31536000, immutable");
        }
        if (rows[k].status > 400)
            expect_header(&a, "Cache-Control", "no-store");
        answer_free(&a);
    }
    struct answer given = expect(fd, "GET /given HTTP/1.1\r\nHost: h\r\n\r\n", 200, NULL);
    assert_memory_equal(given.body, pattern + 5, 10);
    answer_free(&given);
    close(fd);
    house_destroy(h);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void random_ranges_bring_exactly_their_bytes(void **state)
{
    (void)state;
    struct house *h = plain_house();
    int fd = client_connect(h->port);
    uint64_t seed = 7;
    for (int i = 0; i < 400; i++) {
        size_t first = (size_t)next_random(&seed) % FILE_SIZE;
        size_t length = 1 + (size_t)next_random(&seed) % (i % 8 == 0 ? FILE_SIZE - first : 5000);
        char ask[128];
        snprintf(ask, sizeof ask, "GET /file HTTP/1.1\r\nHost: h\r\nRange: bytes=%zu-%zu\r\n\r\n",
                 first, first + length - 1);
        struct answer a = expect(fd, ask, 206, NULL);
        length = length < FILE_SIZE - first ? length : FILE_SIZE - first;
        assert_int_equal(a.size, length);
        assert_memory_equal(a.body, pattern + first, length);
        answer_free(&a);
    }
    close(fd);
    house_destroy(h);
}

static void odd_answers_are_sent_safely(void **state)
{
    (void)state;
    struct house *h = plain_house();
    int fd = client_connect(h->port);
    struct answer a = expect(fd, "GET /split HTTP/1.1\r\nHost: h\r\n\r\n", 500, "");
    expect_header(&a, "Set-Cookie", NULL);
    expect_header(&a, "Location", NULL);
    expect_header(&a, "Cache-Control", "no-store");
    answer_free(&a);
    expect_and_drop(fd, "GET /unfilled HTTP/1.1\r\nHost: h\r\n\r\n", 500, "");
    a = expect(fd, "GET /none HTTP/1.1\r\nHost: h\r\n\r\n", 204, "");
    expect_header(&a, "Content-Length", NULL);
    answer_free(&a);
    expect_and_drop(fd, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n", 200, NULL);
    close(fd);
    house_destroy(h);
}

static void requests_sent_together_are_answered_in_order(void **state)
{
    (void)state;
    struct house *h = plain_house();
    int fd = client_connect(h->port);
    client_send(fd, "GET /now/1 HTTP/1.1\r\nHost: h\r\n\r\n"
                    "GET /later/2 HTTP/1.1\r\nHost: h\r\n\r\n"
                    "GET /part HTTP/1.1\r\nHost: h\r\nRange: bytes=7-9\r\n\r\n"
                    "POST /later/4 HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx"
                    "GET /content HTTP/1.1\r\nHost: h\r\n\r\n"
                    "GET /now/6 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                    "GET /now/7 HTTP/1.1\r\nHost: h\r\n\r\n");
    static const char *const wants[] = { "0 GET /now/1",    "0 GET /later/2", NULL,
                                         "2 POST /later/4", "hello, content", "0 GET /now/6" };
    for (size_t i = 0; i < 6; i++) {
        struct answer a = client_read(fd, false);
        if (wants[i] != NULL)
            assert_memory_equal(a.body, wants[i], strlen(wants[i]));
        else
            assert_memory_equal(a.body, pattern + PART_AT + 7, 3);
        answer_free(&a);
    }
    assert_true(client_sees_end(fd, 5000));
    close(fd);
    house_destroy(h);
}

static void a_request_may_come_in_any_pieces(void **state)
{
    (void)state;
    struct house *h = plain_house();
    static const char ask[] = "GET /part HTTP/1.1\r\nHost: h\r\nRange: bytes=0-9\r\n\r\n";
    int fd = client_connect(h->port);
    for (size_t cut = 1; cut < sizeof ask - 1; cut += 3) {
        client_send_bytes(fd, ask, cut);
        usleep(500); /* only to make it likely that the pieces are read apart */
        client_send_bytes(fd, ask + cut, sizeof ask - 1 - cut);
        struct answer a = client_read(fd, false);
        assert_int_equal(a.status, 206);
        assert_memory_equal(a.body, pattern + PART_AT, 10);
        answer_free(&a);
    }
    close(fd);
    house_destroy(h);
}

static void http_1_0_is_closed_unless_it_asks_otherwise(void **state)
{
    (void)state;
    struct house *h = plain_house();
    int fd = client_connect(h->port);
    expect_and_drop(fd, "GET /content HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, NULL);
    expect_and_drop(fd, "GET /content HTTP/1.0\r\n\r\n", 200, "hello, content");
    assert_true(client_sees_end(fd, 5000));
    close(fd);
    house_destroy(h);
}

static void what_could_be_smuggled_is_refused_and_the_connection_closed(void **state)
{
    (void)state;
    struct house *h = plain_house();
    static const char *const asks[] = {
        "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "POST /now HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: "
        "3\r\n\r\n0\r\n\r\n",
        "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 0\r\n\r\nabc",
        "POST /now HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\nabc",
        "POST /now HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\nabc",
        "POST /now HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: x\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "POST /now HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /now HTTP/1.1\nHost: h\n\n",
        "GET /now HTTP/1.1\r\nHost: h\nX: y\r\n\r\n",
        "GET /now HTTP/1.1\nHost: h\r\n\r\n",
        "GET /now HTTP/1.1\r\nHost: h\r\n\nGET /now/2 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /now HTTP/1.1\r\nHost: h\r\nX: y\r\n folded\r\n\r\n",
        "GET /now HTTP/1.1\r\nHost: h\r\nX: y\r\n\tTransfer-Encoding: chunked\r\n\r\n",
        "GET /now HTTP/1.1\r\n Host: h\r\n\r\n",
        "GET /now HTTP/1.1\r\nHost : h\r\n\r\n",
        "GET /now HTTP/1.1\r\nHost: h\r\nContent-Length : 3\r\n\r\nabc",
        "GET /now HTTP/1.1\r\nHost: h\r\nX\r\n\r\n",
        "GET /now HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n",
        "GET /now HTTP/1.1\r\n\r\n",
        "GET /now HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
        "GET /now HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET  /now HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /now  HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /now HTTP/1.1 \r\nHost: h\r\n\r\n",
        "GET /no w HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /now\r\nHost: h\r\n\r\n",
        "GET /now HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n",
        "GET /now HTTP/1.1\r\nHost: h\r\nX: \x01\r\n\r\n",
        "G(T /now HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a/../b HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a/%2e%2e/b HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a//b HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a%00 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a%ff HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET http://h/now HTTP/1.1\r\nHost: h\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++) {
        int fd = client_connect(h->port);
        client_send(fd, asks[i]);
        client_send(fd, "GET /now/smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
        struct pollfd wait = { .fd = fd, .events = POLLIN };
        assert_int_equal(poll(&wait, 1, 10000), 1);
        char bytes[4096] = "";
        ssize_t n = recv(fd, bytes, sizeof bytes - 1, MSG_PEEK);
        if (n > 0 && strncmp(bytes, "HTTP/1.1 400 ", 13) != 0)
            fail_msg("%s\nwas answered\n%s", asks[i], bytes);
        if (n > 0) {
            struct answer a = client_read(fd, false);
            answer_free(&a);
        }
        assert_true(client_sees_end(fd, 5000));
        close(fd);
    }
    int fd = client_connect(h->port);
    static const char zero[] = "GET /now HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n";
    client_send_bytes(fd, zero, sizeof zero - 1);
    struct answer a = client_read(fd, false);
    assert_int_equal(a.status, 400);
    answer_free(&a);
    close(fd);
    house_destroy(h);
}

static void refusals_have_their_status_and_the_api_s_form(void **state)
{
    (void)state;
    struct house *h = house_create(&(struct http_server_params){ .body_max = 1000 });
    static char ask[20000];
    static const struct {
        const char *start;
        size_t fill;
        const char *end;
        int status;
    } rows[] = {
        { "TRACE /now HTTP/1.1\r\nHost: h\r\n\r\n", 0, "", 405 },
        { "BREW /now HTTP/1.1\r\nHost: h\r\n\r\n", 0, "", 405 },
        { "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n", 0, "", 413 },
        { "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n", 1001, "", 413 },
        { "POST /now HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5dc\r\n", 1500,
          "\r\n0\r\n\r\n", 413 },
        { "GET /", 8192, " HTTP/1.1\r\nHost: h\r\n\r\n", 414 },
        { "GET /?", 8191, " HTTP/1.1\r\nHost: h\r\n\r\n", 414 },
        { "GET /now HTTP/1.1\r\nHost: h\r\nX: ", 16384, "\r\n\r\n", 431 },
        { "GET /", 8000, " HTTP/1.1\r\nHost: h\r\n\r\n", 200 },
        { "GET /now HTTP/1.1\r\nHost: h\r\nX: ", 16000, "\r\n\r\n", 200 },
        { "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n", 1000, "", 200 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t n = strlen(rows[i].start);
        memcpy(ask, rows[i].start, n);
        memset(ask + n, 'a', rows[i].fill);
        memcpy(ask + n + rows[i].fill, rows[i].end, strlen(rows[i].end) + 1);
        int fd = client_connect(h->port);
        struct answer a = expect(fd, ask, rows[i].status, NULL);
        if (a.status != 200)
            expect_header(&a, "Content-Type", "application/problem+json");
        if (a.status == 405)
            expect_header(&a, "Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        answer_free(&a);
        close(fd);
    }
    static char many[16000] = "GET /now HTTP/1.1\r\nHost: h\r\n";
    for (size_t i = 0, n = strlen(many); i < 70; i++)
        n +=
            (size_t)snprintf(many + n, sizeof many - n, "X-%zu: y\r\n%s", i, i == 69 ? "\r\n" : "");
    int fd = client_connect(h->port);
    expect_and_drop(fd, many, 431, NULL);
    close(fd);
    house_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handler_sees_the_request_as_it_was_sent),
        cmocka_unit_test(a_chunked_body_arrives_whole),
        cmocka_unit_test(head_is_get_without_the_body),
        cmocka_unit_test(prepared_content_comes_with_its_headers_and_conditions),
        cmocka_unit_test(a_file_is_sent_whole_in_part_or_not_at_all),
        cmocka_unit_test(random_ranges_bring_exactly_their_bytes),
        cmocka_unit_test(odd_answers_are_sent_safely),
        cmocka_unit_test(requests_sent_together_are_answered_in_order),
        cmocka_unit_test(a_request_may_come_in_any_pieces),
        cmocka_unit_test(http_1_0_is_closed_unless_it_asks_otherwise),
        cmocka_unit_test(what_could_be_smuggled_is_refused_and_the_connection_closed),
        cmocka_unit_test(refusals_have_their_status_and_the_api_s_form),
    };
    return run_against_both(tests, sizeof tests / sizeof tests[0]);
}
