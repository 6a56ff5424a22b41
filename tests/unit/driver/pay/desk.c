#include "desk.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

struct desk {
    int listener;
    uint16_t port;
    pthread_t thread;
    atomic_bool is_closing;
    pthread_mutex_t lock; /* of what follows */
    size_t n_answers, n_given, n_asked;
    char *answers[DESK_ANSWERS]; /* NULL: silence */
    char asked[DESK_ANSWERS][DESK_ASKED];
};

static size_t body_size(const char *head)
{
    int64_t size = 0;
    const char *at = strstr(head, "\r\nContent-Length: ");
    if (at == NULL)
        return 0;
    at += strlen("\r\nContent-Length: ");
    return text_to_i64(at, strcspn(at, "\r"), 0, DESK_ASKED, &size) == OK ? (size_t)size : 0;
}

static bool is_whole(const char *text)
{
    const char *end = strstr(text, "\r\n\r\n");
    return end != NULL && strlen(end + 4) >= body_size(text);
}

/* false: the other end left. */
static bool read_request(int fd, char text[DESK_ASKED])
{
    size_t n = 0;
    text[0] = 0;
    while (!is_whole(text)) {
        ssize_t got = read(fd, text + n, DESK_ASKED - 1 - n);
        if (got <= 0)
            return false;
        n += (size_t)got;
        text[n] = 0;
    }
    return true;
}

static void send_all(int fd, const char *text)
{
    for (size_t n = strlen(text); n > 0;) {
        ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        text += sent;
        n -= (size_t)sent;
    }
}

static void serve_one(struct desk *d, int fd)
{
    char text[DESK_ASKED];
    if (!read_request(fd, text))
        return;
    pthread_mutex_lock(&d->lock);
    assert(d->n_asked < DESK_ANSWERS && d->n_given < d->n_answers);
    memcpy(d->asked[d->n_asked++], text, sizeof text);
    const char *answer = d->answers[d->n_given++];
    pthread_mutex_unlock(&d->lock);
    if (answer != NULL)
        send_all(fd, answer);
    else
        (void)read_request(fd, text);
}

static void *work(void *context)
{
    struct desk *d = context;
    while (!atomic_load(&d->is_closing)) {
        struct pollfd waiting = { .fd = d->listener, .events = POLLIN };
        if (poll(&waiting, 1, 20) <= 0)
            continue;
        int fd = accept(d->listener, NULL, NULL);
        if (fd < 0)
            continue;
        serve_one(d, fd);
        close(fd);
    }
    return NULL;
}

struct desk *desk_open(void)
{
    struct desk *d = calloc(1, sizeof *d);
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t size = sizeof at;
    assert(d != NULL);
    d->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int bound = bind(d->listener, (struct sockaddr *)&at, sizeof at);
    int listens = listen(d->listener, 8);
    int named = getsockname(d->listener, (struct sockaddr *)&at, &size);
    assert(d->listener >= 0 && bound == 0 && listens == 0 && named == 0);
    (void)bound, (void)listens, (void)named;
    d->port = ntohs(at.sin_port);
    pthread_mutex_init(&d->lock, NULL);
    int started = pthread_create(&d->thread, NULL, work, d);
    assert(started == 0);
    (void)started;
    return d;
}

void desk_close(struct desk **desk)
{
    struct desk *d = *desk;
    atomic_store(&d->is_closing, true);
    pthread_join(d->thread, NULL);
    close(d->listener);
    for (size_t i = 0; i < d->n_answers; i++)
        free(d->answers[i]);
    pthread_mutex_destroy(&d->lock);
    free(d);
    *desk = NULL;
}

uint16_t desk_port(const struct desk *desk)
{
    return desk->port;
}

static void add(struct desk *d, char *answer)
{
    pthread_mutex_lock(&d->lock);
    assert(d->n_answers < DESK_ANSWERS);
    d->answers[d->n_answers++] = answer;
    pthread_mutex_unlock(&d->lock);
}

void desk_says(struct desk *desk, int status, const char *body)
{
    size_t room = strlen(body) + 200;
    char *answer = malloc(room);
    assert(answer != NULL);
    snprintf(answer, room,
             "HTTP/1.1 %d Said\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
             "Connection: close\r\n\r\n%s",
             status, strlen(body), body);
    add(desk, answer);
}

void desk_sends(struct desk *desk, const char *bytes)
{
    add(desk, strdup(bytes));
}

void desk_is_silent(struct desk *desk)
{
    add(desk, NULL);
}

size_t desk_asked(struct desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    size_t n = desk->n_asked;
    pthread_mutex_unlock(&desk->lock);
    return n;
}

const char *desk_request(struct desk *desk, size_t i)
{
    assert(i < desk_asked(desk));
    return desk->asked[i];
}
