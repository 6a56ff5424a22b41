#include "caller.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

enum { PATIENCE_MS = 10000 };

static int connect_with(uint16_t port, int room)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons(port),
                              .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (room > 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

int client_connect_or_not(uint16_t port)
{
    return connect_with(port, 0);
}

int client_connect(uint16_t port)
{
    int fd = connect_with(port, 0);
    assert_true(fd >= 0);
    return fd;
}

int client_connect_slow(uint16_t port)
{
    int fd = connect_with(port, 4096);
    assert_true(fd >= 0);
    return fd;
}

bool client_send_bytes(int fd, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent < 0 && (errno == EPIPE || errno == ECONNRESET))
            return false;
        assert_true(sent > 0);
        p += sent;
        n -= (size_t)sent;
    }
    return true;
}

void client_send(int fd, const char *text)
{
    (void)client_send_bytes(fd, text, strlen(text));
}

/* Bytes read, 0 at the end. */
static size_t take(int fd, void *to, size_t n)
{
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    assert_true(poll(&wait, 1, PATIENCE_MS) == 1);
    ssize_t got = recv(fd, to, n, 0);
    return got > 0 ? (size_t)got : 0;
}

static void read_head(int fd, struct answer *a)
{
    size_t n = 0;
    while (n < 4 || memcmp(a->head + n - 4, "\r\n\r\n", 4) != 0) {
        assert_true(n + 1 < sizeof a->head);
        if (take(fd, a->head + n, 1) == 0)
            fail_msg("the connection ended after %zu bytes of a head: %s", n, a->head);
        a->head[++n] = 0;
    }
    int64_t status = 0;
    assert_memory_equal(a->head, "HTTP/1.1 ", 9);
    assert_int_equal(text_to_i64(a->head + 9, 3, 100, 599, &status), OK);
    a->status = (int)status;
}

struct answer client_read(int fd, bool without_body)
{
    struct answer a = { 0 };
    char length[256];
    int64_t size = 0;
    read_head(fd, &a);
    if (answer_header(&a, "Content-Length", length))
        assert_int_equal(text_to_i64(length, strlen(length), 0, INT64_MAX, &size), OK);
    if (without_body || a.status == 304)
        return a;
    a.body = malloc((size_t)size + 1);
    assert_non_null(a.body);
    while (a.size < (size_t)size) {
        size_t got = take(fd, a.body + a.size, (size_t)size - a.size);
        if (got == 0)
            fail_msg("the connection ended %zu bytes before the body's end", (size_t)size - a.size);
        a.size += got;
    }
    a.body[a.size] = 0;
    return a;
}

struct answer client_ask(int fd, const char *text)
{
    client_send(fd, text);
    return client_read(fd, strncmp(text, "HEAD ", 5) == 0);
}

bool answer_header(const struct answer *a, const char *name, char out[256])
{
    size_t n = strlen(name);
    for (const char *line = strstr(a->head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        const char *end = strstr(line, "\r\n");
        if (end == NULL || end == line)
            return false;
        if (strncasecmp(line, name, n) != 0 || line[n] != ':')
            continue;
        const char *value = line + n + 1;
        while (*value == ' ')
            value++;
        size_t size = (size_t)(end - value);
        assert_true(size < 256);
        memcpy(out, value, size);
        out[size] = 0;
        return true;
    }
    return false;
}

void answer_free(struct answer *a)
{
    free(a->body);
    a->body = NULL;
}

bool client_sees_end(int fd, int ms)
{
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    char bytes[4096];
    while (poll(&wait, 1, ms) == 1)
        if (recv(fd, bytes, sizeof bytes, 0) <= 0)
            return true;
    return false;
}

bool client_sees_orderly_end(int fd)
{
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    char byte = 0;
    return poll(&wait, 1, PATIENCE_MS) == 1 && recv(fd, &byte, 1, 0) == 0;
}
