#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "house.h"

/* The client sends much more than it may and reads only then: it must see 413, not a reset. */
static void a_refused_sender_gets_to_read_why(void **state)
{
    (void)state;
    struct house *h = house_create(&(struct http_server_params){ .body_max = 1000 });
    static char bytes[2 * 1024 * 1024];
    for (int i = 0; i < 5; i++) {
        int fd = client_connect(h->port);
        client_send(fd, "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: 2097152\r\n\r\n");
        assert_true(client_send_bytes(fd, bytes, sizeof bytes));
        struct answer a = client_read(fd, false);
        assert_int_equal(a.status, 413);
        assert_true(client_sees_orderly_end(fd));
        answer_free(&a);
        close(fd);
    }
    house_destroy(h);
}

static void who_sends_a_head_without_end_gets_to_read_why(void **state)
{
    (void)state;
    if (fallback_only)
        skip(); /* libmicrohttpd refuses this by itself, and resets */
    struct house *h = plain_house();
    static char bytes[2 * 1024 * 1024];
    memset(bytes, 'a', sizeof bytes);
    for (int i = 0; i < 5; i++) {
        int fd = client_connect(h->port);
        client_send(fd, "GET /now HTTP/1.1\r\nHost: h\r\nX: ");
        assert_true(client_send_bytes(fd, bytes, sizeof bytes));
        struct answer a = client_read(fd, false);
        assert_int_equal(a.status, 431);
        expect_header(&a, "X-Content-Type-Options", "nosniff");
        expect_header(&a, "Connection", "close");
        assert_true(client_sees_orderly_end(fd));
        answer_free(&a);
        close(fd);
    }
    house_destroy(h);
}

static void a_slow_handler_delays_no_one_in_the_other_lane(void **state)
{
    (void)state;
    struct house *h =
        house_create(&(struct http_server_params){ .event_threads = 1, .pool_threads = 2 });
    int slow[2], fd = client_connect(h->port);
    for (size_t i = 0; i < 2; i++) {
        slow[i] = client_connect(h->port);
        client_send(slow[i], "GET /gate HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    wait_until_at_gate(h, 2);
    for (int i = 0; i < 100; i++)
        expect_and_drop(fd, "GET /content HTTP/1.1\r\nHost: h\r\n\r\n", 200, "hello, content");
    open_gate(h);
    for (size_t i = 0; i < 2; i++) {
        struct answer a = client_read(slow[i], false);
        assert_int_equal(a.status, 200);
        answer_free(&a);
        close(slow[i]);
    }
    close(fd);
    house_destroy(h);
}

static void a_full_queue_is_answered_503_at_once(void **state)
{
    (void)state;
    struct house *h = house_create(
        &(struct http_server_params){ .event_threads = 1, .pool_threads = 1, .queue_max = 1 });
    static const char ask[] = "GET /gate HTTP/1.1\r\nHost: h\r\n\r\n";
    int first = client_connect(h->port),
        rest[2] = { client_connect(h->port), client_connect(h->port) };
    client_send(first, ask);
    wait_until_at_gate(h, 1);
    client_send(rest[0], ask);
    client_send(rest[1], ask);
    struct pollfd wait[2] = { { .fd = rest[0], .events = POLLIN },
                              { .fd = rest[1], .events = POLLIN } };
    assert_int_equal(poll(wait, 2, 10000), 1); /* one waits, one is refused: which, is chance */
    size_t refused = wait[0].revents != 0 ? 0 : 1;
    struct answer a = client_read(rest[refused], false);
    assert_int_equal(a.status, 503);
    expect_header(&a, "Retry-After", "1");
    expect_header(&a, "Content-Type", "application/problem+json");
    answer_free(&a);
    open_gate(h);
    a = client_read(rest[1 - refused], false);
    assert_int_equal(a.status, 200);
    answer_free(&a);
    expect_and_drop(rest[refused], ask, 200, NULL);
    close(first);
    close(rest[0]);
    close(rest[1]);
    house_destroy(h);
}

struct stopping {
    struct house *h;
    unsigned grace, cut;
    atomic_bool done;
    pthread_t thread;
};

static void *stop(void *arg)
{
    struct stopping *s = arg;
    s->cut = http_server_stop(s->h->server, s->grace);
    atomic_store(&s->done, true);
    return NULL;
}

static void stop_in_the_background(struct stopping *s, struct house *h, unsigned grace)
{
    *s = (struct stopping){ .h = h, .grace = grace };
    assert_int_equal(pthread_create(&s->thread, NULL, stop, s), 0);
}

static void wait_until_refused(uint16_t port)
{
    int64_t until = clock_monotonic_us() + 5 * UTC_SECOND;
    bool refused = false;
    while (!refused && clock_monotonic_us() < until) {
        int fd = client_connect_or_not(port);
        refused = fd < 0;
        if (fd >= 0)
            close(fd);
    }
    assert_true(refused);
}

static void a_stop_lets_a_slow_reader_finish(void **state)
{
    (void)state;
    struct house *h = plain_house();
    struct stopping s;
    static uint8_t got[LONG_SIZE];
    char head[4096];
    int fd = client_connect_slow(h->port), idle = client_connect(h->port);
    expect_and_drop(idle, "GET /content HTTP/1.1\r\nHost: h\r\n\r\n", 200, NULL);
    client_send(fd, "GET /long HTTP/1.1\r\nHost: h\r\n\r\n");
    size_t n = 0;
    while (n < 4 || memcmp(head + n - 4, "\r\n\r\n", 4) != 0)
        assert_int_equal(recv(fd, head + n++, 1, 0), 1);
    stop_in_the_background(&s, h, 60);
    assert_true(client_sees_end(idle, 5000));
    wait_until_refused(h->port);
    for (n = 0; n < LONG_SIZE;) {
        size_t most = LONG_SIZE - n < 65536 ? LONG_SIZE - n : 65536;
        assert_false(n < LONG_SIZE / 4 && atomic_load(&s.done));
        ssize_t more = recv(fd, got + n, most, 0);
        assert_true(more > 0);
        n += (size_t)more;
        if (n % 16 == 0)
            usleep(2000);
    }
    assert_memory_equal(got, pattern, FILE_SIZE);
    for (n = FILE_SIZE; n < LONG_SIZE; n++)
        assert_int_equal(got[n], 0);
    assert_true(client_sees_end(fd, 5000));
    pthread_join(s.thread, NULL);
    assert_int_equal(s.cut, 0);
    close(fd);
    close(idle);
    house_destroy(h);
}

static void a_stop_lets_a_running_handler_answer(void **state)
{
    (void)state;
    struct house *h = plain_house();
    struct stopping s;
    int fd = client_connect(h->port);
    client_send(fd, "GET /gate HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_until_at_gate(h, 1);
    stop_in_the_background(&s, h, 60);
    wait_until_refused(h->port);
    assert_false(atomic_load(&s.done));
    open_gate(h);
    struct answer a = client_read(fd, false);
    assert_int_equal(a.status, 200);
    answer_free(&a);
    assert_true(client_sees_end(fd, 5000));
    pthread_join(s.thread, NULL);
    assert_int_equal(s.cut, 0);
    close(fd);
    house_destroy(h);
}

static void a_stop_cuts_whoever_is_left_when_the_grace_is_over(void **state)
{
    (void)state;
    struct house *h = plain_house();
    struct stopping s;
    int fd = client_connect_slow(h->port), gate = client_connect(h->port);
    client_send(fd, "GET /long HTTP/1.1\r\nHost: h\r\n\r\n");
    client_send(gate, "GET /gate HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_until_at_gate(h, 1);
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    assert_int_equal(poll(&wait, 1, 10000), 1);
    stop_in_the_background(&s, h, 1);
    assert_true(client_sees_end(gate, 10000));
    open_gate(h);
    pthread_join(s.thread, NULL);
    assert_int_equal(s.cut, 2);
    assert_true(client_sees_end(fd, 5000));
    close(fd);
    close(gate);
    house_destroy(h);
}

static void who_takes_too_long_to_ask_is_cut(void **state)
{
    (void)state;
    struct house *h = house_create(&(struct http_server_params){ .idle_seconds = 1 });
    static const char *const starts[] = {
        "",
        "GET /content HTTP/1.1\r\nHost: h\r\nX: ",
        "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n",
        "GET /content HTTP/1.1\r\nHost: h\r\n\r\nGET /now HTTP/1.1\r\nX: ",
    };
    int fds[4];
    for (size_t i = 0; i < 4; i++) {
        fds[i] = client_connect(h->port);
        client_send(fds[i], starts[i]);
    }
    int64_t began = clock_monotonic_us();
    unsigned left = 0xf;
    while (left != 0 && clock_monotonic_us() < began + 8 * UTC_SECOND) {
        for (size_t i = 0; i < 4; i++) {
            if ((left >> i & 1) != 0 && client_sees_end(fds[i], 20))
                left &= ~(1u << i);
            else if (i > 0)
                client_send(fds[i], "a");
        }
    }
    assert_int_equal(left, 0);
    assert_true(clock_monotonic_us() - began > UTC_SECOND / 2);
    for (size_t i = 0; i < 4; i++)
        close(fds[i]);
    house_destroy(h);
}

static void who_takes_nothing_of_the_answer_is_cut(void **state)
{
    (void)state;
    struct house *h = house_create(&(struct http_server_params){ .idle_seconds = 1 });
    int fd = client_connect_slow(h->port);
    client_send(fd, "GET /long HTTP/1.1\r\nHost: h\r\n\r\n");
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    assert_int_equal(poll(&wait, 1, 10000), 1);
    sleep(3); /* to take nothing is what is tried */
    size_t n = 0;
    static char bytes[65536];
    for (ssize_t more = 1; more > 0; n += more > 0 ? (size_t)more : 0)
        more = recv(fd, bytes, sizeof bytes, 0);
    assert_true(n < LONG_SIZE);
    close(fd);
    house_destroy(h);
}

static void a_content_is_lent_while_it_is_sent_and_no_longer(void **state)
{
    (void)state;
    struct house *h = plain_house();
    uint8_t *zeros = calloc(1, LONG_SIZE);
    assert_non_null(zeros);
    http_content_unref(&h->content);
    h->content = http_content_create(zeros, LONG_SIZE,
                                     &(struct http_content_params){ .content_type = "video/mp4" });
    assert_non_null(h->content);
    free(zeros);
    int fd = client_connect_slow(h->port);
    for (int times = 0; times < 2; times++) {
        assert_false(http_content_is_lent(h->content));
        client_send(fd, "GET /content HTTP/1.1\r\nHost: h\r\n\r\n");
        struct pollfd wait = { .fd = fd, .events = POLLIN };
        assert_int_equal(poll(&wait, 1, 10000), 1);
        assert_true(http_content_is_lent(h->content));
        struct answer a = client_read(fd, false);
        assert_int_equal(a.size, LONG_SIZE);
        answer_free(&a);
        expect_and_drop(fd, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n", 200, NULL);
    }
    assert_false(http_content_is_lent(h->content));
    close(fd);
    house_destroy(h);
}

static void a_head_too_large_to_send_becomes_500(void **state)
{
    (void)state;
    struct house *h = plain_house();
    int fd = client_connect(h->port);
    client_send(fd, "GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    if (fallback_only) {
        assert_true(client_sees_end(fd, 5000)); /* libmicrohttpd can but close */
    } else {
        struct answer a = client_read(fd, false);
        assert_int_equal(a.status, 500);
        expect_header(&a, "Content-Length", "0");
        answer_free(&a);
        expect_and_drop(fd, "GET /content HTTP/1.1\r\nHost: h\r\n\r\n", 200, NULL);
    }
    close(fd);
    house_destroy(h);
}

static void there_are_no_more_connections_than_allowed(void **state)
{
    (void)state;
    struct house *h =
        house_create(&(struct http_server_params){ .event_threads = 1, .connections_max = 3 });
    static const char ask[] = "GET /content HTTP/1.1\r\nHost: h\r\n\r\n";
    int fds[4];
    for (size_t i = 0; i < 3; i++) {
        fds[i] = client_connect(h->port);
        expect_and_drop(fds[i], ask, 200, NULL);
    }
    fds[3] = client_connect(h->port);
    client_send(fds[3], ask);
    struct pollfd wait = { .fd = fds[3], .events = POLLIN };
    assert_int_equal(poll(&wait, 1, 300), 0);
    close(fds[0]);
    struct answer a = client_read(fds[3], false);
    assert_int_equal(a.status, 200);
    answer_free(&a);
    for (size_t i = 1; i < 4; i++)
        close(fds[i]);
    house_destroy(h);
}

/* A sender to a closed connection gets a signal that would end the process, unless it is held off.
 */
static void who_hangs_up_at_once_harms_no_one(void **state)
{
    (void)state;
    struct house *h = house_create(&(struct http_server_params){ .event_threads = 1 });
    static const char ask[] = "GET /file HTTP/1.1\r\nHost: h\r\n\r\n";
    int fds[64];
    for (int round = 0; round < 10; round++) {
        for (size_t i = 0; i < 64; i++) {
            fds[i] = client_connect(h->port);
            for (int k = 0; k < 4; k++)
                client_send(fds[i], ask);
        }
        for (size_t i = 0; i < 64; i++)
            close(fds[i]);
    }
    int fd = client_connect(h->port);
    expect_and_drop(fd, "GET /content HTTP/1.1\r\nHost: h\r\n\r\n", 200, "hello, content");
    close(fd);
    house_destroy(h);
}

static unsigned open_fds(void)
{
    unsigned n = 0;
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    while (readdir(dir) != NULL)
        n++;
    closedir(dir);
    return n;
}

static void *hammer(void *arg)
{
    struct house *h = arg;
    static const char *const asks[] = {
        "GET /content HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /later HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /part HTTP/1.1\r\nHost: h\r\nRange: bytes=5-400\r\n\r\n",
        "POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
        "GET /later/part HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /given HTTP/1.1\r\nHost: h\r\n\r\n",
        "HEAD /part HTTP/1.1\r\nHost: h\r\n\r\n",
    };
    for (unsigned round = 0; round < 30; round++) {
        int fd = client_connect(h->port);
        for (unsigned i = 0; i < 8; i++) {
            struct answer a = client_ask(fd, asks[(round + i) % 7]);
            assert_true(a.status == 200 || a.status == 206);
            answer_free(&a);
        }
        if (round % 3 == 0) /* gone in the middle of an answer */
            client_send(fd, "GET /file HTTP/1.1\r\nHost: h\r\n\r\n");
        close(fd);
    }
    return NULL;
}

static void many_clients_at_once_leave_nothing_behind(void **state)
{
    (void)state;
    unsigned before = open_fds();
    struct house *h = plain_house();
    pthread_t threads[6];
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hammer, h), 0);
    for (size_t i = 0; i < 6; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(http_server_stop(h->server, 10), 0);
    house_destroy(h);
    assert_int_equal(open_fds(), before);
}

static enum http_lane any_lane(void *context, enum http_method method, const char *path)
{
    (void)context, (void)method, (void)path;
    return HTTP_NOW;
}

static void say_nothing(void *context, struct http_request *rq, struct http_answer *answer)
{
    (void)context, (void)rq;
    answer->status = 204;
}

static void an_address_is_listened_on_or_the_reason_told(void **state)
{
    (void)state;
    struct house *h = plain_house();
    struct http_server_params params = { .lane = any_lane, .handle = say_nothing };
    struct http_server *server = NULL;
    static const char *const bad[] = {
        "",          "127.0.0.1",       "localhost:80", "127.0.0.1:x",
        "1.2.3.4:5", "127.0.0.1:65536", "::1:80x",      "[::1:80"
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        params.listen = bad[i];
        assert_int_equal(http_server_create(&params, &server), ERR_ARGUMENT);
        assert_null(server);
    }
    char taken[32];
    snprintf(taken, sizeof taken, "127.0.0.1:%u", h->port);
    params.listen = taken;
    assert_int_equal(http_server_create(&params, &server), ERR_BUSY);
    assert_null(server);
    params.listen = "[::1]:0";
    enum err err = http_server_create(&params, &server);
    if (err == OK)
        assert_int_not_equal(http_server_port(server), 0);
    http_server_destroy(&server);
    house_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_sender_gets_to_read_why),
        cmocka_unit_test(who_sends_a_head_without_end_gets_to_read_why),
        cmocka_unit_test(a_slow_handler_delays_no_one_in_the_other_lane),
        cmocka_unit_test(a_full_queue_is_answered_503_at_once),
        cmocka_unit_test(a_stop_lets_a_slow_reader_finish),
        cmocka_unit_test(a_stop_lets_a_running_handler_answer),
        cmocka_unit_test(a_stop_cuts_whoever_is_left_when_the_grace_is_over),
        cmocka_unit_test(who_takes_too_long_to_ask_is_cut),
        cmocka_unit_test(who_takes_nothing_of_the_answer_is_cut),
        cmocka_unit_test(a_content_is_lent_while_it_is_sent_and_no_longer),
        cmocka_unit_test(a_head_too_large_to_send_becomes_500),
        cmocka_unit_test(there_are_no_more_connections_than_allowed),
        cmocka_unit_test(who_hangs_up_at_once_harms_no_one),
        cmocka_unit_test(many_clients_at_once_leave_nothing_behind),
        cmocka_unit_test(an_address_is_listened_on_or_the_reason_told),
    };
    return run_against_both(tests, sizeof tests / sizeof tests[0]);
}
