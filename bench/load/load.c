/* clang-format off */
/* Many clients at a time, in one thread: those that ask once and stay, and players that take their
 * segments at the pace of the film.
 *
 *   bench_load idle PORT TARGETS CLIENTS
 *       Each connects, asks for one thing, reads it and stays. Prints "ready N"; after a line on
 *       the standard input each asks once more: "alive N", those that were answered.
 *   bench_load paced PORT TARGETS CLIENTS SEGMENTS SECONDS
 *       Each asks for a segment of six seconds every six seconds, beginning anywhere in the film
 *       and anywhere in the first six seconds, over a link of 6 Mb/s. Prints "segments N late N
 *       worst MS lag MS bytes N": late are those that took more than six seconds, or never came;
 *       lag is how far this program itself fell behind.
 *
 * TARGETS: a file of addresses, one a line; client i takes line i, and begins again after the last.
 * A player appends "N.m4s". */
/* clang-format on */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum {
    TARGET_MAX = 2048,
    HEAD_MAX = 4096,
    SLOTS = 100, /* of a round; each client has its turn in one */
    ROUND_MS = 100,
    SEGMENT_MS = 6000,
    LINK_BYTES = 6000000 / 8 / 1000 * ROUND_MS, /* a round */
    LINK_BUFFER = 64 * 1024, /* what is on its way on such a link; the kernel doubles it */
};

struct client {
    int fd;
    const char *target;
    bool is_asking, has_head;
    char head[HEAD_MAX];
    size_t n_head;
    uint64_t left; /* of the body */
    int64_t due_ms, last_ms;
    uint32_t segment;
};

struct crowd {
    uint16_t port;
    char **targets;
    size_t n_targets, n;
    struct client *clients;
    uint32_t segments, luck;
    uint64_t done, late, bytes;
    int64_t worst_ms, lag_ms;
};

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "bench_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static uint32_t random_next(struct crowd *c)
{
    c->luck ^= c->luck << 13;
    c->luck ^= c->luck >> 17;
    c->luck ^= c->luck << 5;
    return c->luck;
}

static void read_targets(struct crowd *c, const char *path)
{
    char line[TARGET_MAX];
    FILE *f = fopen(path, "r");
    must(f != NULL, path);
    while (fgets(line, sizeof line, f) != NULL) {
        line[strcspn(line, "\n")] = 0;
        c->targets = realloc(c->targets, (c->n_targets + 1) * sizeof *c->targets);
        must(c->targets != NULL, "memory");
        c->targets[c->n_targets++] = strdup(line);
    }
    fclose(f);
    must(c->n_targets > 0, path);
}

static int connect_to(uint16_t port, int buffer)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fd >= 0, "socket");
    if (buffer > 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    must(connect(fd, (struct sockaddr *)(void *)&to, sizeof to) == 0, "connect");
    return fd;
}

static void connect_all(struct crowd *c, int buffer)
{
    c->clients = calloc(c->n, sizeof *c->clients);
    must(c->clients != NULL, "memory");
    for (size_t i = 0; i < c->n; i++)
        c->clients[i] = (struct client){ .fd = connect_to(c->port, buffer),
                                         .target = c->targets[i % c->n_targets] };
}

static bool ask(struct client *k, const char *file)
{
    char text[TARGET_MAX + 256];
    int n = snprintf(text, sizeof text, "GET %s%s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", k->target,
                     file);
    k->is_asking = true;
    k->has_head = false;
    k->n_head = 0;
    return send(k->fd, text, (size_t)n, MSG_NOSIGNAL) == n;
}

/* Reads Content-Length off a whole head; false when it is no 200 that has one. */
static bool read_head(struct client *k, size_t head)
{
    static const char name[] = "\r\ncontent-length:";
    uint64_t size = 0;
    k->head[head - 1] = 0;
    const char *at = strcasestr(k->head, name);
    if (strncmp(k->head, "HTTP/1.1 200 ", 13) != 0 || at == NULL)
        return false;
    at += sizeof name - 1;
    while (*at == ' ')
        at++;
    for (; *at >= '0' && *at <= '9'; at++)
        size = size * 10 + (uint64_t)(*at - '0');
    k->has_head = true;
    k->left = size - (k->n_head - head);
    return true;
}

enum took { TOOK_SOME, TOOK_NONE, TOOK_WRONG };

static enum took take_head(struct client *k, size_t *room)
{
    size_t most = HEAD_MAX - 1 - k->n_head;
    ssize_t n = recv(k->fd, k->head + k->n_head, most < *room ? most : *room, MSG_DONTWAIT);
    if (n <= 0)
        return n < 0 && errno == EAGAIN ? TOOK_NONE : TOOK_WRONG;
    k->n_head += (size_t)n;
    *room -= (size_t)n;
    k->head[k->n_head] = 0;
    const char *end = strstr(k->head, "\r\n\r\n");
    if (end == NULL)
        return k->n_head < HEAD_MAX - 1 ? TOOK_SOME : TOOK_WRONG;
    return read_head(k, (size_t)(end - k->head) + 4) ? TOOK_SOME : TOOK_WRONG;
}

/* Takes at most room bytes of the answer; what is in it is nobody's business. */
static enum took take(struct client *k, size_t room)
{
    enum took took = TOOK_SOME;
    while (took == TOOK_SOME && !k->has_head && room > 0)
        took = take_head(k, &room);
    while (took == TOOK_SOME && k->has_head && k->left > 0 && room > 0) {
        size_t most = k->left < room ? (size_t)k->left : room;
        ssize_t n = recv(k->fd, NULL, most, MSG_DONTWAIT | MSG_TRUNC);
        if (n <= 0)
            return n < 0 && errno == EAGAIN ? TOOK_NONE : TOOK_WRONG;
        k->left -= (uint64_t)n;
        room -= (size_t)n;
    }
    k->is_asking = took == TOOK_WRONG || !k->has_head || k->left > 0;
    return took;
}

/* ---- those that stay ---- */

static size_t ask_each(struct crowd *c)
{
    size_t answered = 0;
    for (size_t i = 0; i < c->n; i++) {
        struct client *k = &c->clients[i];
        enum took took = ask(k, "") ? TOOK_NONE : TOOK_WRONG;
        while (took != TOOK_WRONG && k->is_asking) {
            struct pollfd p = { .fd = k->fd, .events = POLLIN };
            took = poll(&p, 1, 10000) == 1 ? take(k, SIZE_MAX) : TOOK_WRONG;
        }
        answered += took != TOOK_WRONG;
    }
    return answered;
}

static int stay(struct crowd *c)
{
    connect_all(c, 0);
    printf("ready %zu\n", ask_each(c));
    fflush(stdout);
    getchar();
    printf("alive %zu\n", ask_each(c));
    return 0;
}

/* ---- players ---- */

static void finish_segment(struct crowd *c, struct client *k, int64_t took_ms, bool is_whole)
{
    c->done += is_whole;
    c->late += !is_whole || took_ms > SEGMENT_MS;
    c->worst_ms = took_ms > c->worst_ms ? took_ms : c->worst_ms;
    k->due_ms += SEGMENT_MS;
}

static void drop(struct crowd *c, struct client *k, int64_t took_ms)
{
    finish_segment(c, k, took_ms, false);
    close(k->fd);
    k->fd = connect_to(c->port, LINK_BUFFER);
    k->is_asking = false;
}

static void begin_segment(struct crowd *c, struct client *k, int64_t now)
{
    char file[32];
    snprintf(file, sizeof file, "%u.m4s", k->segment + 1);
    k->segment = (k->segment + 1) % c->segments;
    k->last_ms = now;
    if (!ask(k, file))
        drop(c, k, 0);
}

static void give_turn(struct crowd *c, struct client *k, int64_t now)
{
    if (!k->is_asking && now >= k->due_ms)
        begin_segment(c, k, now);
    if (!k->is_asking)
        return;
    int64_t gone = now - k->last_ms;
    gone = gone < ROUND_MS ? ROUND_MS : gone > 3 * ROUND_MS ? 3 * ROUND_MS : gone;
    k->last_ms = now;
    uint64_t before = k->left;
    enum took took = take(k, (size_t)(LINK_BYTES / ROUND_MS * gone));
    c->bytes += k->has_head && before > k->left ? before - k->left : 0;
    if (took == TOOK_WRONG)
        drop(c, k, now - k->due_ms);
    else if (!k->is_asking)
        finish_segment(c, k, now - k->due_ms, true);
}

/* Those whose segment is overdue when it ends were late, too. */
static void count_overdue(struct crowd *c, int64_t now)
{
    for (size_t i = 0; i < c->n; i++)
        c->late += c->clients[i].is_asking && now - c->clients[i].due_ms > SEGMENT_MS;
}

static int play(struct crowd *c, int64_t seconds)
{
    connect_all(c, LINK_BUFFER);
    int64_t start = now_ms(), now = start, end = start + seconds * 1000;
    for (size_t i = 0; i < c->n; i++) {
        c->clients[i].segment = random_next(c) % c->segments;
        c->clients[i].due_ms = start + random_next(c) % SEGMENT_MS;
    }
    for (int64_t turn = 0; now < end; turn++) {
        int64_t when = start + turn * ROUND_MS / SLOTS;
        for (now = now_ms(); now < when; now = now_ms())
            usleep(200);
        c->lag_ms = now - when > c->lag_ms ? now - when : c->lag_ms;
        for (size_t i = (size_t)(turn % SLOTS); i < c->n; i += SLOTS)
            give_turn(c, &c->clients[i], now);
    }
    count_overdue(c, now);
    printf("segments %llu late %llu worst %lld lag %lld bytes %llu\n", (unsigned long long)c->done,
           (unsigned long long)c->late, (long long)c->worst_ms, (long long)c->lag_ms,
           (unsigned long long)c->bytes);
    return 0;
}

static long number(const char *text)
{
    int64_t v = 0;
    must(text_to_i64(text, strlen(text), 1, 1000000, &v) == OK, text);
    return (long)v;
}

int main(int argc, char **argv)
{
    static struct crowd c = { .luck = 2463534242u };
    struct rlimit files;
    bool is_idle = argc == 5 && strcmp(argv[1], "idle") == 0;
    bool is_paced = argc == 7 && strcmp(argv[1], "paced") == 0;
    if (!is_idle && !is_paced)
        return 2;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    c.port = (uint16_t)number(argv[2]);
    read_targets(&c, argv[3]);
    c.n = (size_t)number(argv[4]);
    if (is_idle)
        return stay(&c);
    c.segments = (uint32_t)number(argv[5]);
    return play(&c, number(argv[6]));
}
