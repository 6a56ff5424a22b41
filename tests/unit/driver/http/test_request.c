#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "driver/http/condition.h"
#include "driver/http/head.h"
#include "driver/http/parse.h"
#include "driver/http/target.h"

static void paths_are_decoded_once_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *target, *path; /* path NULL: refused */
    } rows[] = {
        { "/", "/" },
        { "/a/b", "/a/b" },
        { "/a/", "/a/" },
        { "/a%20b", "/a b" },
        { "/caf%C3%A9", "/caf\xc3\xa9" },
        { "/%2541", "/%41" },
        { "/...", "/..." },
        { "/.well-known/x", "/.well-known/x" },
        { "/a?..//%2e", "/a" },
        { "", NULL },
        { "a", NULL },
        { "*", NULL },
        { "http://h/a", NULL },
        { "//a", NULL },
        { "/a//b", NULL },
        { "/a/%2e%2e/b", NULL },
        { "/..", NULL },
        { "/a/.", NULL },
        { "/./a", NULL },
        { "/a%2fb", NULL },
        { "/a%5Cb", NULL },
        { "/a\\b", NULL },
        { "/a#b", NULL },
        { "/a%00", NULL },
        { "/a%0ab", NULL },
        { "/%ff", NULL },
        { "/%c0%af", NULL },
        { "/%", NULL },
        { "/%4", NULL },
        { "/%g0", NULL },
        { "/a?x=%", NULL },
        { "/a?x=%ff", NULL },
        { "/a?x=%00", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char path[64];
        const char *query = NULL;
        size_t n = 0;
        const char *wrong =
            http_target_read(rows[i].target, strlen(rows[i].target), path, &query, &n);
        if ((wrong == NULL) != (rows[i].path != NULL))
            fail_msg("%s: %s", rows[i].target, wrong == NULL ? "taken" : wrong);
        if (wrong == NULL)
            assert_string_equal(path, rows[i].path);
    }
}

static void query_values_are_found_by_their_decoded_names(void **state)
{
    (void)state;
    static const struct {
        const char *query, *name, *value; /* value NULL: absent */
    } rows[] = {
        { "a=1&b=2", "b", "2" },
        { "a=1&a=2", "a", "1" },
        { "a", "a", "" },
        { "a=", "a", "" },
        { "aa=1", "a", NULL },
        { "a%62=x%3Dy", "ab", "x=y" },
        { "q=a+b%2Bc", "q", "a b+c" },
        { "&&x=1", "x", "1" },
        { "", "x", NULL },
        { "a=b=c", "a", "b=c" },
    };
    const char *none = NULL;
    size_t none_size = 0;
    assert_false(http_query_find(NULL, 0, "a", &none, &none_size));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *value = NULL;
        size_t n = 0;
        char text[64];
        bool found =
            http_query_find(rows[i].query, strlen(rows[i].query), rows[i].name, &value, &n);
        assert_int_equal(found, rows[i].value != NULL);
        if (!found)
            continue;
        http_query_decode(value, n, text);
        assert_string_equal(text, rows[i].value);
    }
}

static void entity_tags_are_compared_weakly_or_strongly(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        bool weak, strong;
    } rows[] = {
        { "\"x\"", true, true },        { "W/\"x\"", true, false },
        { "\"a\", \"x\"", true, true }, { "\"a\",W/\"x\"", true, false },
        { " , \"x\"", true, true },     { "*", true, true },
        { "\"y\"", false, false },      { "x", false, false },
        { "\"x", false, false },        { "\"a,x\"", false, false },
        { "\"X\"", false, false },      { "", false, false },
        { "w/\"x\"", false, false },    { "\"xx\"", false, false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t n = strlen(rows[i].list);
        assert_int_equal(http_etag_listed(rows[i].list, n, "\"x\"", HTTP_WEAK), rows[i].weak);
        assert_int_equal(http_etag_listed(rows[i].list, n, "\"x\"", HTTP_STRONG), rows[i].strong);
    }
    assert_true(http_etag_allows_range("\"x\"", 3, "\"x\""));
    assert_false(http_etag_allows_range("W/\"x\"", 5, "\"x\""));
    assert_false(http_etag_allows_range("\"x\", \"y\"", 8, "\"x\""));
    assert_false(http_etag_allows_range("Mon, 22 Jul 2013 20:00:00 GMT", 29, "\"x\""));
}

/* name, value, name, value, ..., NULL */
static struct http_verdict check(struct http_head *head, unsigned minor, const char *const *fields)
{
    *head = (struct http_head){ .method = "POST", .method_size = 4, .minor = minor };
    for (size_t i = 0; fields[i] != NULL; i += 2)
        head->fields[head->n_fields++] =
            (struct http_field){ fields[i], fields[i + 1], strlen(fields[i]),
                                 strlen(fields[i + 1]) };
    return http_head_check(head);
}

static void heads_that_two_could_read_differently_are_refused(void **state)
{
    (void)state;
    static const struct {
        unsigned minor;
        int status;
        const char *fields[8];
    } rows[] = {
        { 1, 0, { "Host", "h" } },
        { 1, 0, { "host", "[::1]:8080" } },
        { 1, 0, { "Host", "" } },
        { 0, 0, { NULL } },
        { 1, 400, { NULL } },
        { 1, 400, { "Host", "h", "Host", "h" } },
        { 1, 400, { "Host", "a b" } },
        { 1, 400, { "Host", "a/b" } },
        { 1, 400, { "Host", "a,b" } },
        { 1, 400, { "Host", "u@h" } },
        { 1, 0, { "Host", "h", "Content-Length", "5" } },
        { 1, 400, { "Host", "h", "Content-Length", "5", "Content-Length", "5" } },
        { 1, 400, { "Host", "h", "Content-Length", "5, 5" } },
        { 1, 400, { "Host", "h", "Content-Length", "+5" } },
        { 1, 400, { "Host", "h", "Content-Length", "-5" } },
        { 1, 400, { "Host", "h", "Content-Length", "0x5" } },
        { 1, 400, { "Host", "h", "Content-Length", "" } },
        { 1, 413, { "Host", "h", "Content-Length", "9223372036854775808" } },
        { 1, 413, { "Host", "h", "Content-Length", "18446744073709551621" } },
        { 1, 0, { "Host", "h", "Transfer-Encoding", "Chunked" } },
        { 0, 400, { "Host", "h", "Transfer-Encoding", "chunked" } },
        { 1, 400, { "Host", "h", "Transfer-Encoding", "gzip, chunked" } },
        { 1, 400, { "Host", "h", "Transfer-Encoding", "chunked, chunked" } },
        { 1, 400, { "Host", "h", "Transfer-Encoding", "identity" } },
        { 1, 400, { "Host", "h", "Transfer-Encoding", "" } },
        { 1, 400, { "Host", "h", "Transfer-Encoding", "chunked", "Content-Length", "5" } },
        { 1, 400, { "Host", "h", "Transfer-Encoding", "chunked", "transfer-encoding", "x" } },
        { 1, 400, { "Host", "h", "X Y", "z" } },
        { 1, 400, { "Host", "h", "X ", "z" } },
        { 1, 400, { "Host", "h", "", "z" } },
        { 1, 400, { "Host", "h", "X", "a\rb" } },
        { 1, 400, { "Host", "h", "X", "a\x7f" } },
        { 1, 0, { "Host", "h", "X", "a\tb \xff" } },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct http_head head;
        struct http_verdict verdict = check(&head, rows[i].minor, rows[i].fields);
        if (verdict.status != rows[i].status)
            fail_msg("row %zu: %d, not %d", i, verdict.status, rows[i].status);
    }
}

static void a_connection_is_kept_as_the_version_and_the_client_say(void **state)
{
    (void)state;
    static const struct {
        unsigned minor;
        bool close;
        const char *fields[5];
    } rows[] = {
        { 1, false, { "Host", "h" } },
        { 1, true, { "Host", "h", "Connection", "close" } },
        { 1, true, { "Host", "h", "Connection", "te, Close" } },
        { 1, false, { "Host", "h", "Connection", "closed" } },
        { 0, true, { NULL } },
        { 0, false, { "Connection", "Keep-Alive" } },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct http_head head;
        assert_int_equal(check(&head, rows[i].minor, rows[i].fields).status, 0);
        assert_int_equal(head.close, rows[i].close);
    }
}

static enum http_parsed parse(const char *text, size_t n, struct http_head *head, size_t *size,
                              int *status)
{
    static char bytes[HTTP_HEAD_MAX + 64];
    struct http_verdict verdict = { 0, NULL };
    memcpy(bytes, text, n);
    enum http_parsed got = http_head_parse(bytes, n, head, size, &verdict);
    if (got == HTTP_PARSED)
        verdict = http_head_check(head);
    *status = verdict.status;
    return got;
}

static void a_head_is_whole_only_with_its_last_byte(void **state)
{
    (void)state;
    static const char text[] = "\r\nGET /a?b HTTP/1.1\r\nHost: h\r\nX:\t y z \t\r\nE:\r\n\r\nrest";
    struct http_head head;
    size_t size = 0, whole = sizeof text - 1 - 4;
    int status = 0;
    for (size_t n = 0; n < whole; n++)
        assert_int_equal(parse(text, n, &head, &size, &status), HTTP_PARTIAL);
    assert_int_equal(parse(text, whole + 4, &head, &size, &status), HTTP_PARSED);
    assert_int_equal(status, 0);
    assert_int_equal(size, whole);
    assert_string_equal(head.method, "GET");
    assert_int_equal(head.target_size, 4);
    assert_memory_equal(head.target, "/a?b", 4);
    assert_int_equal(head.n_fields, 3);
    assert_string_equal(http_head_find(&head, "x")->value, "y z");
    assert_string_equal(http_head_find(&head, "e")->value, "");
    assert_false(head.close);
}

static void lines_that_are_not_plain_are_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "GET / HTTP/1.1\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n\n",
        "\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: y\r\n z\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
        "GET / HTTP/1.1\r\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
        " GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: h\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: h\r\n\r\n",
        "GET / http/1.1\r\nHost: h\r\n\r\n",
        "GET /\r\nHost: h\r\n\r\n",
        "GET HTTP/1.1\r\nHost: h\r\n\r\n",
        "HTTP/1.1\r\nHost: h\r\n\r\n",
        "/ HTTP/1.1\r\nHost: h\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct http_head head;
        size_t size = 0;
        int status = 0;
        if (parse(rows[i], strlen(rows[i]), &head, &size, &status) == HTTP_PARTIAL || status != 400)
            fail_msg("%s: %d", rows[i], status);
    }
    static const char zero[] = "GET / HTTP/1.1\r\nHost: h\r\nX: \0\r\n\r\n";
    struct http_head head;
    size_t size = 0;
    int status = 0;
    (void)parse(zero, sizeof zero - 1, &head, &size, &status);
    assert_int_equal(status, 400);
}

static void a_head_that_has_no_end_is_refused_at_the_ceiling(void **state)
{
    (void)state;
    static char text[HTTP_HEAD_MAX + 1] = "GET /";
    struct http_head head;
    size_t size = 0;
    int status = 0;
    memset(text + 5, 'a', sizeof text - 5);
    assert_int_equal(parse(text, HTTP_HEAD_MAX, &head, &size, &status), HTTP_PARTIAL);
    assert_int_equal(parse(text, sizeof text, &head, &size, &status), HTTP_REFUSED);
    assert_int_equal(status, 414);
    memcpy(text, "GET / HTTP/1.1\r\nX: ", 19);
    assert_int_equal(parse(text, sizeof text, &head, &size, &status), HTTP_REFUSED);
    assert_int_equal(status, 431);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_decoded_once_or_refused),
        cmocka_unit_test(query_values_are_found_by_their_decoded_names),
        cmocka_unit_test(entity_tags_are_compared_weakly_or_strongly),
        cmocka_unit_test(heads_that_two_could_read_differently_are_refused),
        cmocka_unit_test(a_connection_is_kept_as_the_version_and_the_client_say),
        cmocka_unit_test(a_head_is_whole_only_with_its_last_byte),
        cmocka_unit_test(lines_that_are_not_plain_are_refused),
        cmocka_unit_test(a_head_that_has_no_end_is_refused_at_the_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
