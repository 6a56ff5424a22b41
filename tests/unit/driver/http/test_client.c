#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "../pay/desk.h"
#include "driver/http/client.h"

static struct desk *desk;
static struct http_client *client;
static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    desk = desk_open();
    arena = arena_create();
    return http_client_create(
        &(struct http_client_params){ .timeout_seconds = 1, .answer_max = 100 }, &client);
}

static int tear_down(void **state)
{
    (void)state;
    http_client_destroy(&client);
    arena_destroy(&arena);
    desk_close(&desk);
    return 0;
}

static enum err ask(const char *path, const char *form, struct http_client_answer *out)
{
    struct http_client_request request = { .url = arena_printf(arena, "http://127.0.0.1:%u%s",
                                                               desk_port(desk), path),
                                           .form = form,
                                           .headers = { "X-One: 1", NULL, "X-Two: 2" } };
    return http_client_ask(client, arena, &request, out);
}

static void http_goes_to_this_machine_only_and_addresses_are_plain(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool server, page;
    } rows[] = {
        { "https://api.gateway.example", true, true },
        { "https://api.gateway.example:8443/base", true, true },
        { "http://127.0.0.1:8080", true, true },
        { "http://127.9.9.9", true, true },
        { "http://[::1]:1", true, true },
        { "http://localhost", true, true },
        { "http://api.gateway.example", false, false },
        { "http://128.0.0.1", false, false },
        { "http://127.0.0.1.example", false, false },
        { "http://localhost.example", false, false },
        { "http://[::2]", false, false },
        { "https://user@api.gateway.example", false, false },
        { "https://user:word@api.gateway.example", false, false },
        { "https://api.gateway.example?x=1", false, true },
        { "https://api.gateway.example#x", false, true },
        { "ftp://127.0.0.1", false, false },
        { "file:///etc/passwd", false, false },
        { "javascript:alert(1)", false, false },
        { "api.gateway.example", false, false },
        { "https://", false, false },
        { "", false, false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (http_client_url_is_good(rows[i].url) != rows[i].server ||
            http_client_url_is_page(rows[i].url) != rows[i].page)
            fail_msg("%s", rows[i].url);
    }
}

static void a_form_goes_out_with_its_headers_and_the_answer_comes_back(void **state)
{
    (void)state;
    struct http_client_answer answer;
    desk_says(desk, 402, "{\"no\":1}");
    assert_int_equal(ask("/v1/x?a=b", "a=1&b=2", &answer), OK);
    assert_int_equal(answer.status, 402);
    assert_string_equal(answer.body, "{\"no\":1}");
    assert_int_equal(answer.size, 8);
    const char *request = desk_request(desk, 0);
    assert_ptr_equal(strstr(request, "POST /v1/x?a=b HTTP/1.1\r\n"), request);
    assert_non_null(strstr(request, "Content-Type: application/x-www-form-urlencoded\r\n"));
    assert_non_null(strstr(request, "X-One: 1\r\n"));
    assert_non_null(strstr(request, "X-Two: 2\r\n"));
    assert_non_null(strstr(request, "\r\n\r\na=1&b=2"));
    assert_null(strstr(request, "Expect:"));
}

static void a_handle_that_posted_can_get(void **state)
{
    (void)state;
    struct http_client_answer answer;
    desk_says(desk, 200, "1");
    desk_says(desk, 200, "2");
    assert_int_equal(ask("/one", "a=1", &answer), OK);
    assert_int_equal(ask("/two", NULL, &answer), OK);
    assert_string_equal(answer.body, "2");
    assert_ptr_equal(strstr(desk_request(desk, 1), "GET /two "), desk_request(desk, 1));
    assert_null(strstr(desk_request(desk, 1), "a=1"));
}

static void a_redirect_is_an_answer(void **state)
{
    (void)state;
    struct http_client_answer answer;
    desk_sends(desk, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    assert_int_equal(ask("/", NULL, &answer), OK);
    assert_int_equal(answer.status, 302);
    assert_int_equal(desk_asked(desk), 1);
}

static void what_is_no_whole_answer_is_an_error(void **state)
{
    (void)state;
    struct http_client_answer answer;
    char long_body[102];
    memset(long_body, 'x', 101);
    long_body[101] = 0;
    desk_says(desk, 200, long_body);
    assert_int_equal(ask("/", NULL, &answer), ERR_FULL);
    assert_int_equal(answer.status, 0);
    desk_sends(desk, "");
    assert_int_equal(ask("/", NULL, &answer), ERR_IO);
    desk_sends(desk, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    assert_int_equal(ask("/", NULL, &answer), ERR_IO);
    desk_sends(desk, "SSH-2.0-x\r\n");
    assert_int_equal(ask("/", NULL, &answer), ERR_IO);
    desk_is_silent(desk);
    assert_int_equal(ask("/", "a=1", &answer), ERR_TIMEOUT);
}

static void nobody_there_is_an_error_and_a_foreign_address_is_not_asked(void **state)
{
    (void)state;
    struct http_client_answer answer;
    struct http_client_request request = { .url = "http://127.0.0.1:1/" };
    assert_int_equal(http_client_ask(client, arena, &request, &answer), ERR_IO);
    request.url = "http://203.0.113.1/";
    assert_int_equal(http_client_ask(client, arena, &request, &answer), ERR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_goes_to_this_machine_only_and_addresses_are_plain),
        cmocka_unit_test_setup_teardown(a_form_goes_out_with_its_headers_and_the_answer_comes_back,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_handle_that_posted_can_get, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_redirect_is_an_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_whole_answer_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_there_is_an_error_and_a_foreign_address_is_not_asked,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
