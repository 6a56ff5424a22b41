#include "driver/http/peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum { BACKLOG = 1024, HOST_MAX = 64 };

void http_peer_format(const struct sockaddr *address, char out[HTTP_PEER_MAX])
{
    out[0] = 0;
    if (address == NULL)
        return;
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
        inet_ntop(AF_INET, &in->sin_addr, out, HTTP_PEER_MAX);
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)(const void *)address;
        if (IN6_IS_ADDR_V4MAPPED(&in->sin6_addr))
            inet_ntop(AF_INET, &in->sin6_addr.s6_addr[12], out, HTTP_PEER_MAX);
        else
            inet_ntop(AF_INET6, &in->sin6_addr, out, HTTP_PEER_MAX);
    }
}

/* Splits "host:port" or "[host]:port" and copies the host; port is lent from address. */
static bool split(const char *address, char host[HOST_MAX], const char **port)
{
    const char *colon = strrchr(address, ':');
    if (colon == NULL)
        return false;
    bool bracketed = address[0] == '[';
    const char *from = bracketed ? address + 1 : address;
    const char *to = bracketed ? colon - 1 : colon;
    if (to <= from || (bracketed && *to != ']') || to - from >= HOST_MAX)
        return false;
    memcpy(host, from, (size_t)(to - from));
    host[to - from] = 0;
    *port = colon + 1;
    int64_t number = 0;
    return text_to_i64(*port, strlen(*port), 0, UINT16_MAX, &number) == OK;
}

static enum err bind_and_listen(int fd, const struct addrinfo *where, uint16_t *port)
{
    int on = 1;
    struct sockaddr_storage bound;
    socklen_t n = sizeof bound;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, where->ai_addr, where->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0)
        return errno == EADDRINUSE      ? ERR_BUSY
               : errno == EADDRNOTAVAIL ? ERR_ARGUMENT
                                        : err_from_errno(errno);
    if (getsockname(fd, (struct sockaddr *)&bound, &n) != 0)
        return err_from_errno(errno);
    *port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)(void *)&bound)->sin6_port
                                              : ((struct sockaddr_in *)(void *)&bound)->sin_port);
    return OK;
}

enum err http_listen(const char *address, int *fd, uint16_t *port)
{
    char host[HOST_MAX];
    const char *service = NULL;
    struct addrinfo *where = NULL, hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                                             .ai_socktype = SOCK_STREAM };
    if (address == NULL || !split(address, host, &service) ||
        getaddrinfo(host, service, &hints, &where) != 0)
        return ERR_ARGUMENT;
    int s = socket(where->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    enum err err = s < 0 ? err_from_errno(errno) : bind_and_listen(s, where, port);
    freeaddrinfo(where);
    if (err == OK)
        *fd = s;
    else if (s >= 0)
        close(s);
    return err;
}
