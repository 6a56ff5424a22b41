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
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "client.h"
#include "driver/http/server.h"

enum {
    FILE_SIZE = 3 * 1024 * 1024 + 17,
    PART_AT = 1000, /* where the representation "/part" begins in the file */
    PART_SIZE = 65537,
};

static uint8_t pattern[FILE_SIZE];
static bool fallback_only; /* every test is run against both engines */

/* What the handlers need: a file, a content, and a gate that holds "/gate" until it is opened. */
struct house {
    struct http_server *server;
    struct http_file *file;
    struct http_content *content;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    unsigned at_gate;
    bool open;
    uint16_t port;
};

static void wait_at_gate(struct house *h)
{
    pthread_mutex_lock(&h->lock);
    h->at_gate++;
    pthread_cond_broadcast(&h->moved);
    while (!h->open)
        pthread_cond_wait(&h->moved, &h->lock);
    pthread_mutex_unlock(&h->lock);
}

static void wait_until_at_gate(struct house *h, unsigned n)
{
    pthread_mutex_lock(&h->lock);
    while (h->at_gate < n)
        pthread_cond_wait(&h->moved, &h->lock);
    pthread_mutex_unlock(&h->lock);
}

static void open_gate(struct house *h)
{
    pthread_mutex_lock(&h->lock);
    h->open = true;
    pthread_cond_broadcast(&h->moved);
    pthread_mutex_unlock(&h->lock);
}

static enum http_lane lane(void *context, enum http_method method, const char *path)
{
    (void)context, (void)method;
    return strncmp(path, "/later", 6) == 0 || strcmp(path, "/gate") == 0 ? HTTP_LATER : HTTP_NOW;
}

static const char *or_dash(const char *text)
{
    return text == NULL ? "-" : text;
}

static void say_back(struct http_request *rq, struct http_answer *answer)
{
    unsigned sum = 0;
    for (size_t i = 0; i < rq->body_size; i++)
        sum = sum * 31 + rq->body[i];
    answer->status = 200;
    answer->source = HTTP_BYTES;
    answer->content_type = "text/plain";
    answer->bytes =
        arena_printf(http_arena(rq), "%d %s %s %zu %u q=%s c=%s x=%s %s", rq->method,
                     rq->method_name, rq->path, rq->body_size, sum, or_dash(http_query(rq, "q")),
                     or_dash(http_cookie(rq, "c")), or_dash(http_header(rq, "x-header")), rq->peer);
    answer->size = strlen(answer->bytes);
}

static void give_file(struct house *h, struct http_answer *answer, uint64_t offset, uint64_t length)
{
    answer->status = 200;
    answer->source = HTTP_FILE;
    answer->content_type = "video/mp4";
    answer->cache_control = "public, max-age=31536000, immutable";
    answer->etag = "f1";
    answer->file = h->file;
    answer->offset = offset;
    answer->length = length;
}

static void handle(void *context, struct http_request *rq, struct http_answer *answer)
{
    struct house *h = context;
    if (strcmp(rq->path, "/file") == 0) {
        give_file(h, answer, 0, FILE_SIZE);
    } else if (strcmp(rq->path, "/part") == 0 || strcmp(rq->path, "/later/part") == 0) {
        give_file(h, answer, PART_AT, PART_SIZE);
    } else if (strcmp(rq->path, "/given") == 0) {
        give_file(h, answer, 5, 10);
        answer->file = http_file_ref(h->file);
        answer->give = true;
    } else if (strcmp(rq->path, "/content") == 0) {
        answer->status = 200;
        answer->source = HTTP_CONTENT;
        answer->content = h->content;
    } else if (strcmp(rq->path, "/content/more") == 0) {
        answer->status = 203;
        answer->source = HTTP_CONTENT;
        answer->content = h->content;
        http_answer_header(answer, "Set-Cookie", "a=b");
    } else if (strcmp(rq->path, "/gate") == 0) {
        wait_at_gate(h);
        say_back(rq, answer);
    } else if (strcmp(rq->path, "/split") == 0) {
        say_back(rq, answer);
        http_answer_header(answer, "Location", "/x\r\nSet-Cookie: evil=1");
    } else if (strcmp(rq->path, "/large") == 0) {
        say_back(rq, answer);
        char *large = arena_alloc(http_arena(rq), 70000);
        memset(large, 'x', 69999);
        http_answer_header(answer, "X-Large", large);
    } else if (strcmp(rq->path, "/none") == 0) {
        answer->status = 204;
    } else if (strcmp(rq->path, "/unfilled") != 0) {
        say_back(rq, answer);
    }
}

static void refuse(void *context, struct http_request *rq, int status, const char *detail,
                   struct http_answer *answer)
{
    (void)context;
    answer->source = HTTP_BYTES;
    answer->content_type = "application/problem+json";
    answer->bytes =
        arena_printf(http_arena(rq), "{\"status\":%d,\"detail\":\"%s\"}", status, detail);
    answer->size = strlen(answer->bytes);
}

static struct house *house_create(const struct http_server_params *wishes)
{
    struct house *h = calloc(1, sizeof *h);
    assert_non_null(h);
    int fd = memfd_create("file", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, pattern, FILE_SIZE), FILE_SIZE);
    h->file = http_file_create(fd);
    static const char *const more[] = { "Vary", "Accept-Encoding", NULL };
    h->content = http_content_create("hello, content", 14,
                                     &(struct http_content_params){
                                         .content_type = "text/css",
                                         .cache_control = "public, max-age=60",
                                         .etag = "c1",
                                         .encoding = "gzip",
                                         .headers = more,
                                     });
    assert_non_null(h->content);
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->moved, NULL);
    struct http_server_params params = *wishes;
    params.listen = "127.0.0.1:0";
    params.fallback_only = fallback_only;
    params.lane = lane;
    params.handle = handle;
    params.refuse = refuse;
    params.context = h;
    params.common_headers[0][0] = "X-Content-Type-Options";
    params.common_headers[0][1] = "nosniff";
    assert_int_equal(http_server_create(&params, &h->server), OK);
    h->port = http_server_port(h->server);
    assert_int_not_equal(h->port, 0);
    return h;
}

static void house_destroy(struct house *h)
{
    open_gate(h);
    http_server_destroy(&h->server);
    assert_null(h->server);
    http_file_unref(&h->file);
    http_content_unref(&h->content);
    pthread_cond_destroy(&h->moved);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

static struct house *plain_house(void)
{
    return house_create(&(struct http_server_params){ .event_threads = 2, .pool_threads = 2 });
}

static void expect_header(const struct answer *a, const char *name, const char *want)
{
    char value[256];
    bool there = answer_header(a, name, value);
    if (want == NULL && there)
        fail_msg("%s: %s was not expected", name, value);
    if (want != NULL && !there)
        fail_msg("there is no %s in\n%s", name, a->head);
    if (want != NULL)
        assert_string_equal(value, want);
}

/* Asks and checks status and body; body NULL: any. Leaves the headers to the caller. */
static struct answer expect(int fd, const char *ask, int status, const char *body)
{
    struct answer a = client_ask(fd, ask);
    if (a.status != status)
        fail_msg("%s\nwas answered\n%s", ask, a.head);
    if (body != NULL)
        assert_string_equal(a.body == NULL ? "" : (const char *)a.body, body);
    expect_header(&a, "X-Content-Type-Options", "nosniff");
    char date[256];
    assert_true(answer_header(&a, "Date", date));
    return a;
}

static void expect_and_drop(int fd, const char *ask, int status, const char *body)
{
    struct answer a = expect(fd, ask, status, body);
    answer_free(&a);
}

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

/* The client sends much more than it may and reads only then: it must see 413, not a reset. */
static void a_refused_sender_gets_to_read_why(void **state)
{
    (void)state;
    struct house *h = house_create(&(struct http_server_params){ .body_max = 1000 });
    static char bytes[2 * 1024 * 1024];
    for (int i = 0; i < 5; i++) {
        int fd = client_connect(h->port);
        client_send(fd, "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: 2097152\r\n\r\n");
        client_send_bytes(fd, bytes, sizeof bytes);
        struct answer a = client_read(fd, false);
        assert_int_equal(a.status, 413);
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
    static uint8_t got[FILE_SIZE];
    char head[4096];
    int fd = client_connect_slow(h->port), idle = client_connect(h->port);
    expect_and_drop(idle, "GET /content HTTP/1.1\r\nHost: h\r\n\r\n", 200, NULL);
    client_send(fd, "GET /file HTTP/1.1\r\nHost: h\r\n\r\n");
    size_t n = 0;
    while (n < 4 || memcmp(head + n - 4, "\r\n\r\n", 4) != 0)
        assert_int_equal(recv(fd, head + n++, 1, 0), 1);
    stop_in_the_background(&s, h, 60);
    assert_true(client_sees_end(idle, 5000));
    wait_until_refused(h->port);
    for (n = 0; n < FILE_SIZE;) {
        size_t most = FILE_SIZE - n < 65536 ? FILE_SIZE - n : 65536;
        assert_false(n < FILE_SIZE / 4 && atomic_load(&s.done));
        ssize_t more = recv(fd, got + n, most, 0);
        assert_true(more > 0);
        n += (size_t)more;
        if (n % 16 == 0)
            usleep(2000);
    }
    assert_memory_equal(got, pattern, FILE_SIZE);
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
    client_send(fd, "GET /file HTTP/1.1\r\nHost: h\r\n\r\n");
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
    client_send(fd, "GET /file HTTP/1.1\r\nHost: h\r\n\r\n");
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    assert_int_equal(poll(&wait, 1, 10000), 1);
    wait.events = POLLRDHUP; /* the end arrives when it is cut, whatever else was not taken */
    sleep(3);
    size_t n = 0;
    static char bytes[65536];
    for (ssize_t more = 1; more > 0; n += more > 0 ? (size_t)more : 0)
        more = recv(fd, bytes, sizeof bytes, 0);
    assert_true(n < FILE_SIZE);
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

static void an_address_is_listened_on_or_the_reason_told(void **state)
{
    (void)state;
    struct house *h = plain_house();
    struct http_server_params params = { .lane = lane, .handle = handle, .context = h };
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
    for (size_t i = 0; i < FILE_SIZE; i++)
        pattern[i] = (uint8_t)(i * 2654435761u >> 13);
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
        cmocka_unit_test(a_refused_sender_gets_to_read_why),
        cmocka_unit_test(a_slow_handler_delays_no_one_in_the_other_lane),
        cmocka_unit_test(a_full_queue_is_answered_503_at_once),
        cmocka_unit_test(a_stop_lets_a_slow_reader_finish),
        cmocka_unit_test(a_stop_lets_a_running_handler_answer),
        cmocka_unit_test(a_stop_cuts_whoever_is_left_when_the_grace_is_over),
        cmocka_unit_test(who_takes_too_long_to_ask_is_cut),
        cmocka_unit_test(who_takes_nothing_of_the_answer_is_cut),
        cmocka_unit_test(a_head_too_large_to_send_becomes_500),
        cmocka_unit_test(there_are_no_more_connections_than_allowed),
        cmocka_unit_test(many_clients_at_once_leave_nothing_behind),
        cmocka_unit_test(an_address_is_listened_on_or_the_reason_told),
    };
    int failed = cmocka_run_group_tests_name("both engines", tests, NULL, NULL);
    fallback_only = true;
    return failed + cmocka_run_group_tests_name("the fallback alone", tests, NULL, NULL);
}
