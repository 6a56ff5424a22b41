#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "driver/http/connection.h"
#include "driver/http/content.h"

/* Of a file at once, before others have their turn. Measured with 2.2 MB segments from 256 KiB to 4
 * MiB: less costs the server more calls, more costs both ends together up to a quarter more CPU. */
enum { TURN_BYTES = 1024 * 1024 };

void http_out_begin(struct http_out *out, struct http_exchange *ex, const struct buf *head)
{
    struct http_reply *reply = &ex->reply;
    bool body = ex->rq.method != HTTP_HEAD && reply->status != 304 && reply->body != HTTP_EMPTY;
    *out = (struct http_out){
        .sending = true,
        .head = head->data,
        .head_left = head->size,
        .left = body ? reply->size : 0,
        .bytes = reply->body == HTTP_BYTES ? reply->bytes : NULL,
        .offset = (int64_t)reply->offset,
        .file = reply->file,
        .content = reply->content,
        .arena = ex->arena,
    };
    reply->file = NULL;
    reply->content = NULL;
    ex->arena = NULL;
}

void http_out_finish(struct http_out *out)
{
    out->sending = false;
    free(out->head_copy);
    out->head_copy = NULL;
    http_file_unref(&out->file);
    http_content_unref(&out->content);
    arena_destroy(&out->arena);
}

static enum http_sent failed(void)
{
    return errno == EAGAIN ? HTTP_SENT_BLOCKED : errno == EINTR ? HTTP_SENT_TURN : HTTP_SENT_FAILED;
}

static void step(struct http_out *out, size_t n)
{
    size_t of_head = n < out->head_left ? n : out->head_left;
    out->head += of_head;
    out->head_left -= of_head;
    n -= of_head;
    out->left -= n;
    if (out->bytes != NULL)
        out->bytes += n;
}

/* The head and what is in memory in one call; a head that a file follows waits for its bytes. */
static enum http_sent send_memory(struct http_out *out, int fd)
{
    size_t body = out->bytes != NULL ? (size_t)out->left : 0;
    struct iovec parts[2] = { { (void *)out->head, out->head_left }, { (void *)out->bytes, body } };
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = body > 0 ? 2 : 1 };
    int more = out->bytes == NULL && out->left > 0 ? MSG_MORE : 0;
    ssize_t n = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT | more);
    if (n < 0)
        return failed();
    step(out, (size_t)n);
    return (size_t)n < parts[0].iov_len + body ? HTTP_SENT_BLOCKED : HTTP_SENT_ALL;
}

static enum http_sent send_file(struct http_out *out, int fd)
{
    size_t most = out->left < TURN_BYTES ? (size_t)out->left : TURN_BYTES;
    ssize_t n = sendfile(fd, out->file->fd, &out->offset, most);
    if (n < 0)
        return failed();
    if (n == 0)
        return HTTP_SENT_FAILED; /* the file is shorter than it was said to be */
    out->left -= (uint64_t)n;
    if ((size_t)n < most)
        return HTTP_SENT_BLOCKED;
    return out->left > 0 ? HTTP_SENT_TURN : HTTP_SENT_ALL;
}

static bool keep_head(struct http_out *out)
{
    if (out->head_left == 0 || out->head_copy != NULL)
        return true;
    out->head_copy = malloc(out->head_left);
    if (out->head_copy == NULL)
        return false;
    memcpy(out->head_copy, out->head, out->head_left);
    out->head = out->head_copy;
    return true;
}

enum http_sent http_out_send(struct http_out *out, int fd)
{
    enum http_sent sent = HTTP_SENT_ALL;
    if (out->head_left > 0 || (out->bytes != NULL && out->left > 0))
        sent = send_memory(out, fd);
    if (sent == HTTP_SENT_ALL && out->left > 0)
        sent = send_file(out, fd);
    return keep_head(out) ? sent : HTTP_SENT_FAILED;
}
