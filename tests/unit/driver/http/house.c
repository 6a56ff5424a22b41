#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "house.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"

uint8_t pattern[FILE_SIZE];
bool fallback_only;

static void wait_at_gate(struct house *h)
{
    pthread_mutex_lock(&h->lock);
    h->at_gate++;
    pthread_cond_broadcast(&h->moved);
    while (!h->open)
        pthread_cond_wait(&h->moved, &h->lock);
    pthread_mutex_unlock(&h->lock);
}

void wait_until_at_gate(struct house *h, unsigned n)
{
    pthread_mutex_lock(&h->lock);
    while (h->at_gate < n)
        pthread_cond_wait(&h->moved, &h->lock);
    pthread_mutex_unlock(&h->lock);
}

void open_gate(struct house *h)
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
    } else if (strcmp(rq->path, "/long") == 0) {
        give_file(h, answer, 0, LONG_SIZE);
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

struct house *house_create(const struct http_server_params *wishes)
{
    struct house *h = calloc(1, sizeof *h);
    assert_non_null(h);
    int fd = memfd_create("file", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, pattern, FILE_SIZE), FILE_SIZE);
    assert_int_equal(ftruncate(fd, LONG_SIZE), 0);
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

void house_destroy(struct house *h)
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

struct house *plain_house(void)
{
    return house_create(&(struct http_server_params){ .event_threads = 2, .pool_threads = 2 });
}

void expect_header(const struct answer *a, const char *name, const char *want)
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

/* Only its form and its day: "Mon, 22 Jul 2013 20:00:00 GMT". */
static void expect_date_of_now(const struct answer *a)
{
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    char date[256], now[UTC_TEXT], day[16];
    assert_true(answer_header(a, "Date", date));
    assert_int_equal(strlen(date), 29);
    utc_format(clock_now(), now);
    int month = (now[5] - '0') * 10 + now[6] - '1';
    snprintf(day, sizeof day, "%.2s %s %.4s", now + 8, months[month], now);
    assert_memory_equal(date + 5, day, 11);
    assert_true(strstr("Sun,Mon,Tue,Wed,Thu,Fri,Sat,",
                       (char[]){ date[0], date[1], date[2], date[3], 0 }) != NULL);
    assert_memory_equal(date + 25, " GMT", 4);
}

struct answer expect(int fd, const char *ask, int status, const char *body)
{
    struct answer a = client_ask(fd, ask);
    if (a.status != status)
        fail_msg("%s\nwas answered\n%s", ask, a.head);
    if (body != NULL)
        assert_string_equal(a.body == NULL ? "" : (const char *)a.body, body);
    expect_header(&a, "X-Content-Type-Options", "nosniff");
    expect_date_of_now(&a);
    return a;
}

void expect_and_drop(int fd, const char *ask, int status, const char *body)
{
    struct answer a = expect(fd, ask, status, body);
    answer_free(&a);
}

int run_against_both(const struct CMUnitTest *tests, size_t n)
{
    for (size_t i = 0; i < FILE_SIZE; i++)
        pattern[i] = (uint8_t)(i * 2654435761u >> 13);
    int failed = _cmocka_run_group_tests("both engines", tests, n, NULL, NULL);
    fallback_only = true;
    return failed + _cmocka_run_group_tests("the fallback alone", tests, n, NULL, NULL);
}
