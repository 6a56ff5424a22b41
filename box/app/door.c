#include "box/app/door.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char name[] = "door";

struct door {
    int folder, socket;
};

/* By the folder's descriptor: paths of sockets are short, those of folders need not be. */
static struct sockaddr_un address_in(int folder)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    snprintf(a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/%s", folder, name);
    return a;
}

static int folder_of(const char *path)
{
    return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static enum err connect_to(int folder, int *out)
{
    struct sockaddr_un at = address_in(folder);
    int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s < 0)
        return ERR_IO;
    if (connect(s, (struct sockaddr *)&at, sizeof at) != 0) {
        bool is_none = errno == ENOENT || errno == ECONNREFUSED;
        close(s);
        return is_none ? ERR_NOT_FOUND : ERR_IO;
    }
    *out = s;
    return OK;
}

/* What a box that died left there is nobody's. */
static enum err listen_in(struct door *d)
{
    struct sockaddr_un at = address_in(d->folder);
    int other = -1;
    enum err err = connect_to(d->folder, &other);
    if (err == OK)
        close(other);
    if (err != ERR_NOT_FOUND)
        return err == OK ? ERR_EXISTS : err;
    if (unlinkat(d->folder, name, 0) != 0 && errno != ENOENT)
        return ERR_IO;
    d->socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (d->socket < 0)
        return ERR_IO;
    return bind(d->socket, (struct sockaddr *)&at, sizeof at) == 0 ? OK : ERR_IO;
}

enum err door_open(const char *folder, struct door **out)
{
    struct door *d = calloc(1, sizeof *d);
    if (d == NULL)
        return ERR_MEMORY;
    d->socket = -1;
    d->folder = folder_of(folder);
    enum err err = d->folder >= 0 ? listen_in(d) : ERR_IO;
    if (err == OK) {
        *out = d;
        return OK;
    }
    if (d->socket >= 0)
        close(d->socket);
    if (d->folder >= 0)
        close(d->folder);
    free(d);
    return err;
}

void door_close(struct door **door)
{
    struct door *d = *door;
    *door = NULL;
    if (d == NULL)
        return;
    (void)!unlinkat(d->folder, name, 0);
    close(d->socket);
    close(d->folder);
    free(d);
}

bool door_hear(struct door *door, char out[DOOR_LINK])
{
    if (door == NULL)
        return false;
    ssize_t n = recv(door->socket, out, DOOR_LINK - 1, MSG_TRUNC);
    if (n <= 0 || n >= DOOR_LINK)
        return false;
    out[n] = '\0';
    return strlen(out) == (size_t)n;
}

enum err door_tell(const char *folder, const char *link)
{
    size_t n = strlen(link);
    int s = -1, at = folder_of(folder);
    if (n >= DOOR_LINK || at < 0) {
        if (at >= 0)
            close(at);
        return n >= DOOR_LINK ? ERR_FULL : ERR_NOT_FOUND;
    }
    enum err err = connect_to(at, &s);
    close(at);
    if (err != OK)
        return err;
    ssize_t sent = send(s, link, n, MSG_NOSIGNAL);
    close(s);
    return sent == (ssize_t)n ? OK : ERR_IO;
}
