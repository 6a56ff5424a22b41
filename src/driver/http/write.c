#include "driver/http/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "driver/http/content.h"
#include "driver/http/reply.h"

/* The headers of a content's 200, Content-Length included. */
struct prepared {
    struct http_prepared base;
    size_t size;
    uint8_t text[];
};

static void prepared_destroy(struct http_prepared *base)
{
    free(base);
}

static void put_line(struct buf *out, const char *name, const char *value)
{
    buf_text(out, name);
    buf_put(out, ": ", 2);
    buf_text(out, value);
    buf_put(out, "\r\n", 2);
}

static void put_number(struct buf *out, uint64_t v)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    buf_put(out, digits + at, sizeof digits - at);
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", from "1994-11-06T08:49:37Z". */
static void write_date(struct http_date *date)
{
    static const char days[7][4] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    char text[UTC_TEXT];
    utc_format((utc_time){ date->at * UTC_SECOND }, text);
    int month = (text[5] - '0') * 10 + text[6] - '0';
    int n = snprintf(date->line, sizeof date->line, "Date: %s, %.2s %s %.4s %.8s GMT\r\n",
                     days[date->at / 86400 % 7], text + 8, months[month - 1], text, text + 11);
    date->size = (size_t)n;
}

static void put_date(struct buf *out, struct http_date *date)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != date->at || date->size == 0) {
        date->at = now.tv_sec;
        write_date(date);
    }
    buf_put(out, date->line, date->size);
}

static void put_status(struct buf *out, int status)
{
    buf_put(out, "HTTP/1.1 ", 9);
    put_number(out, (uint64_t)status);
    buf_u8(out, ' ');
    buf_text(out, http_reason(status));
    buf_put(out, "\r\n", 2);
}

static void put_headers(struct buf *out, const struct http_writer *writer,
                        const struct http_reply *reply)
{
    buf_put(out, writer->common.data, writer->common.size);
    for (size_t i = reply->n_common; i < reply->n_headers; i++)
        put_line(out, reply->headers[i][0], reply->headers[i][1]);
    if (reply->status == 204 || reply->status == 304)
        return;
    buf_text(out, "Content-Length: ");
    put_number(out, reply->size);
    buf_put(out, "\r\n", 2);
}

static void keep(struct http_content *content, const uint8_t *text, size_t n, uint64_t serial)
{
    struct prepared *p = malloc(sizeof *p + n);
    if (p == NULL)
        return;
    p->base = (struct http_prepared){ serial, prepared_destroy };
    p->size = n;
    memcpy(p->text, text, n);
    if (!http_content_prepare(content, HTTP_SLOT_FAST, &p->base))
        free(p);
}

void http_writer_init(struct http_writer *writer, const struct http_server_params *params,
                      uint64_t serial)
{
    enum { COMMON_MAX = 64 * 1024 }; /* bytes: what a client takes as a head */
    *writer = (struct http_writer){ .serial = serial };
    buf_init(&writer->common, COMMON_MAX);
    for (size_t i = 0; i < HTTP_HEADERS_MAX && params->common_headers[i][0] != NULL; i++)
        put_line(&writer->common, params->common_headers[i][0], params->common_headers[i][1]);
}

void http_writer_finish(struct http_writer *writer)
{
    buf_finish(&writer->common);
}

void http_write_head(struct buf *out, struct http_writer *writer, struct http_exchange *ex,
                     bool close)
{
    struct http_reply *reply = &ex->reply;
    struct prepared *p = NULL;
    if (reply->prepared)
        p = (struct prepared *)http_content_prepared(reply->content, HTTP_SLOT_FAST,
                                                     writer->serial);
    if (p == NULL)
        http_reply_describe(reply, ex); /* may change the status */
    put_status(out, reply->status);
    put_date(out, &writer->date);
    if (close)
        buf_text(out, "Connection: close\r\n");
    else if (ex->head.minor == 0)
        buf_text(out, "Connection: keep-alive\r\n");
    size_t at = out->size;
    if (p != NULL)
        buf_put(out, p->text, p->size);
    else
        put_headers(out, writer, reply);
    if (p == NULL && reply->prepared && out->err == OK)
        keep(reply->content, out->data + at, out->size - at, writer->serial);
    buf_put(out, "\r\n", 2);
}
