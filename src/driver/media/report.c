#include "driver/media/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "driver/media/wire.h"

enum { PROGRESS_US = 200000 };

void report_init(struct report *r, int fd)
{
    memset(r, 0, sizeof *r);
    r->fd = fd;
    pthread_mutex_init(&r->lock, NULL);
}

enum err report_send(struct report *r, struct buf *frames)
{
    enum err err = frames->err;
    if (err == OK) {
        pthread_mutex_lock(&r->lock);
        err = wire_write(r->fd, frames->data, frames->size);
        pthread_mutex_unlock(&r->lock);
    }
    buf_clear(frames);
    return err;
}

static enum err send_number(struct report *r, enum message_type type, uint64_t v, bool wide)
{
    struct buf b;
    buf_init(&b, 64);
    size_t at = message_open(&b, type);
    if (wide)
        buf_be64(&b, v);
    else
        buf_be32(&b, (uint32_t)v);
    message_close(&b, at);
    enum err err = report_send(r, &b);
    buf_finish(&b);
    return err;
}

void report_progress(struct report *r, double part)
{
    int64_t now = clock_monotonic_us();
    if (now - r->last_progress_us < PROGRESS_US)
        return;
    r->last_progress_us = now;
    if (!(part >= 0))
        part = 0;
    if (part > 1)
        part = 1;
    /* A parent that is gone ends the job anyway, by the next thing that is sent or by its death. */
    if (send_number(r, MESSAGE_PROGRESS, (uint64_t)(part * MESSAGE_RATE_UNIT), false) != OK)
        _exit(EXIT_FAILURE);
}

void report_refuse(struct report *r, const char *code, const char *format, ...)
{
    struct media_answer *a = &r->answer;
    if (a->n_refusals == MEDIA_REFUSALS_MAX)
        return;
    struct media_refusal *x = &a->refusals[a->n_refusals];
    text_copy(x->code, sizeof x->code, code);
    va_list args;
    va_start(args, format);
    vsnprintf(x->text, sizeof x->text, format, args);
    va_end(args);
    for (size_t i = 0; i < a->n_refusals; i++)
        if (strcmp(a->refusals[i].text, x->text) == 0)
            return;
    a->n_refusals++;
}

const char *report_time(int64_t us, char out[REPORT_TIME])
{
    const char *sign = us < 0 ? "-" : "";
    uint64_t ms = (uint64_t)(us < 0 ? -us : us) / 1000;
    unsigned h = (unsigned)(ms / 3600000 % 100000), m = (unsigned)(ms / 60000 % 60);
    snprintf(out, REPORT_TIME, "%s%u:%02u:%02u.%03u", sign, h, m, (unsigned)(ms / 1000 % 60),
             (unsigned)(ms % 1000));
    return out;
}

static enum err send_refusals(struct report *r)
{
    struct buf b;
    buf_init(&b, MESSAGE_SMALL_MAX);
    for (size_t i = 0; i < r->answer.n_refusals; i++) {
        size_t at = message_open(&b, MESSAGE_REFUSAL);
        message_put_refusal(&b, &r->answer.refusals[i]);
        message_close(&b, at);
    }
    enum err err = report_send(r, &b);
    buf_finish(&b);
    return err;
}

void report_end(struct report *r, enum err err, uint64_t frames)
{
    if (send_refusals(r) != OK)
        _exit(EXIT_FAILURE);
    enum err sent = err == OK ? send_number(r, MESSAGE_DONE, frames, true)
                              : send_number(r, MESSAGE_FAILED, (uint32_t)-err, false);
    /* Not exit(): nothing is left to be written, and a leak checker could not run in here. */
    _exit(sent == OK ? EXIT_SUCCESS : EXIT_FAILURE);
}
