#include "driver/media/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "driver/media/jail.h"
#include "driver/media/wire.h"

enum {
    CPU_INSPECT = 3600,
    CPU_ENCODE = 24 * 3600,
    STALL = 300,
    WATCH_MS = 250, /* how often the jail's memory is looked at */
};
#define MEMORY (UINT64_C(4) << 30)

struct worker {
    pid_t pid; /* 0: reaped */
    int fd;
    struct media_limits limits;
    struct wire_in in;
    int64_t last_word_us, last_watch_us;
};

static void limits_fill(struct message_job *job)
{
    struct media_limits *l = &job->limits;
    if (l->cpu_seconds == 0)
        l->cpu_seconds = job->kind == JOB_ENCODE ? CPU_ENCODE : CPU_INSPECT;
    if (l->memory_bytes == 0)
        l->memory_bytes = MEMORY;
    if (l->stall_seconds == 0)
        l->stall_seconds = STALL;
}

/* ---- starting ---- */

/* Only what sanitizers read; empty otherwise. */
static char *const *jail_environment(void)
{
    static char *kept[4];
    size_t n = 0;
    if (!jail_is_sanitized())
        return kept;
    for (char **e = environ; *e != NULL && n < 3; e++)
        if (strncmp(*e, "ASAN_OPTIONS=", 13) == 0 || strncmp(*e, "UBSAN_OPTIONS=", 14) == 0)
            kept[n++] = *e;
    kept[n] = NULL;
    return kept;
}

/* Between fork and exec of a process with threads: only calls that are safe in a signal handler. */
static void jail_exec(int source, int pipe, int null, char *const env[])
{
    static char *const argv[] = { "lanterne", MEDIA_JAIL_ARGUMENT, NULL };
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (dup2(null, 0) < 0 || dup2(null, 1) < 0)
        _exit(127);
    if (!jail_is_sanitized() && dup2(null, 2) < 0)
        _exit(127);
    if (dup2(source, JAIL_SOURCE) < 0 || dup2(pipe, JAIL_PIPE) < 0 ||
        close_range(JAIL_PIPE + 1, ~0u, 0) != 0)
        _exit(127);
    execve("/proc/self/exe", argv, env);
    _exit(127);
}

/* Copies above the numbers that dup2 will overwrite. */
static int lift(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, 16);
}

static enum err jail_start(int source_fd, int pipe, pid_t *pid)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int high_null = lift(null), high_pipe = lift(pipe);
    int high_source = lift(source_fd < 0 ? null : source_fd);
    char *const *env = jail_environment();
    enum err err = OK;
    if (null < 0 || high_null < 0 || high_pipe < 0 || high_source < 0)
        err = err_from_errno(errno);
    if (err == OK && (*pid = fork()) == 0)
        jail_exec(high_source, high_pipe, high_null, env);
    if (err == OK && *pid < 0)
        err = err_from_errno(errno);
    const int opened[] = { null, high_null, high_pipe, high_source };
    for (size_t i = 0; i < sizeof opened / sizeof opened[0]; i++)
        if (opened[i] >= 0)
            close(opened[i]);
    return err;
}

static enum err send_all(int fd, const uint8_t *at, size_t n)
{
    while (n > 0) {
        ssize_t done = send(fd, at, n, MSG_NOSIGNAL);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return ERR_CRASHED;
        at += done;
        n -= (size_t)done;
    }
    return OK;
}

static enum err send_job(struct worker *w, const struct message_job *job)
{
    struct buf b;
    buf_init(&b, MESSAGE_SMALL_MAX + MESSAGE_HEAD);
    if (buf_grow(&b, MESSAGE_SMALL_MAX) != NULL) /* so that it does not move as it grows */
        buf_clear(&b);
    size_t at = message_open(&b, MESSAGE_JOB);
    message_put_job(&b, job);
    message_close(&b, at);
    enum err err = b.err == OK ? send_all(w->fd, b.data, b.size) : b.err;
    if (b.data != NULL)
        explicit_bzero(b.data, b.room); /* a seal may be in it */
    buf_finish(&b);
    return err;
}

enum err worker_create(int source_fd, struct message_job *job, struct worker **out)
{
    int pair[2];
    *out = NULL;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return err_from_errno(errno);
    limits_fill(job);
    struct worker *w = calloc(1, sizeof *w);
    if (w == NULL) {
        close(pair[0]);
        close(pair[1]);
        return ERR_MEMORY;
    }
    w->fd = pair[0];
    w->limits = job->limits;
    wire_in_init(&w->in);
    w->last_word_us = w->last_watch_us = clock_monotonic_us();
    enum err err = jail_start(source_fd, pair[1], &w->pid);
    close(pair[1]);
    if (err == OK)
        err = send_job(w, job);
    if (err == OK)
        *out = w;
    else
        worker_destroy(&w);
    return err;
}

/* ---- watching ---- */

/* Reaps; what the end says when nobody asked for it. */
static enum err worker_reap(struct worker *w)
{
    int status = 0;
    while (w->pid > 0 && waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
        ;
    w->pid = 0;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return ERR_TIMEOUT;
    return ERR_CRASHED;
}

static enum err worker_kill(struct worker *w, enum err why)
{
    if (w->pid > 0)
        kill(w->pid, SIGKILL);
    (void)worker_reap(w);
    return why;
}

static uint64_t resident(pid_t pid)
{
    char path[64], text[128];
    snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    const char *space = n > 0 ? memchr(text, ' ', (size_t)n) : NULL;
    if (space == NULL)
        return 0;
    const char *number = space + 1;
    const char *end = memchr(number, ' ', (size_t)(text + n - number));
    int64_t pages = 0;
    if (end == NULL ||
        text_to_i64(number, (size_t)(end - number), 0, INT64_MAX / 65536, &pages) != OK)
        return 0;
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static enum err worker_watch(struct worker *w)
{
    int64_t now = clock_monotonic_us();
    if (now - w->last_word_us > (int64_t)w->limits.stall_seconds * UTC_SECOND)
        return worker_kill(w, ERR_TIMEOUT);
    if (now - w->last_watch_us < WATCH_MS * 1000)
        return OK;
    w->last_watch_us = now;
    /* A sanitizer's shadow and quarantine would be counted too. */
    uint64_t most = w->limits.memory_bytes * (jail_is_sanitized() ? 4 : 1);
    return resident(w->pid) > most ? worker_kill(w, ERR_MEMORY) : OK;
}

enum err worker_next(struct worker *w, uint32_t *type, struct reader *payload)
{
    wire_in_clear(&w->in);
    enum err err = ERR_BUSY;
    while (err == ERR_BUSY) {
        struct pollfd p = { .fd = w->fd, .events = POLLIN };
        int ready = poll(&p, 1, WATCH_MS);
        err = worker_watch(w);
        if (err != OK)
            return err;
        err = ready > 0 ? wire_in_step(&w->in, w->fd) : ERR_BUSY;
    }
    if (err == ERR_TRUNCATED || err == ERR_IO)
        return worker_reap(w);
    if (err != OK)
        return worker_kill(w, err);
    w->last_word_us = clock_monotonic_us();
    *type = w->in.type;
    *payload = reader_of(w->in.payload.data, w->in.payload.size);
    return OK;
}

enum err worker_say(struct worker *w, enum message_type type, uint32_t value)
{
    struct buf b;
    buf_init(&b, 64);
    size_t at = message_open(&b, type);
    buf_be32(&b, value);
    message_close(&b, at);
    enum err err = send_all(w->fd, b.data, b.size);
    buf_finish(&b);
    return err == OK ? OK : worker_reap(w);
}

void worker_destroy(struct worker **w)
{
    struct worker *gone = *w;
    *w = NULL;
    if (gone == NULL)
        return;
    if (gone->pid > 0)
        (void)worker_kill(gone, OK);
    if (gone->fd >= 0)
        close(gone->fd);
    wire_in_finish(&gone->in);
    free(gone);
}
