/* Watches the main thread from another. */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/rounds.h"
#include "box/app/app.h"
#include "box/state/journal.h"

static struct {
    struct rounds *rounds;
    atomic_llong seen_us;
    unsigned seconds;
} dog;

/* sd_notify(3), without its library: a datagram to a socket whose name is in the environment. */
static void tell_systemd(const char *words)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    if (path == NULL || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof to.sun_path)
        return;
    memcpy(to.sun_path, path, strlen(path));
    if (path[0] == '@')
        to.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    socklen_t n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    ssize_t sent = sendto(fd, words, strlen(words), MSG_NOSIGNAL, (struct sockaddr *)&to, n);
    (void)sent; /* systemd draws its own conclusions */
    close(fd);
}

static unsigned look(void *context, const atomic_int *is_stopping)
{
    (void)context;
    (void)is_stopping;
    int64_t away = clock_monotonic_us() - atomic_load(&dog.seen_us);
    if (away < (int64_t)dog.seconds * UTC_SECOND) {
        tell_systemd("WATCHDOG=1");
        return 1;
    }
    journal("watchdog", "no frame for %lld s: ending", (long long)(away / UTC_SECOND));
    _exit(EXIT_HUNG);
}

void watchdog_start(unsigned seconds)
{
    dog.seconds = seconds;
    watchdog_seen();
    if (rounds_start(look, NULL, 1, &dog.rounds) != OK)
        dog.rounds = NULL; /* the box runs all the same */
    tell_systemd("READY=1");
}

void watchdog_seen(void)
{
    atomic_store(&dog.seen_us, clock_monotonic_us());
}

void watchdog_stop(void)
{
    tell_systemd("STOPPING=1");
    rounds_stop(&dog.rounds);
}
