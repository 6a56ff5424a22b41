/* The jail's side of the conversation: progress, reasons to refuse, and the end. Any thread of the
 * jail may send; the rest belongs to the main thread. */
#ifndef LANTERNE_DRIVER_MEDIA_REPORT_H
#define LANTERNE_DRIVER_MEDIA_REPORT_H

#include <pthread.h>

#include "driver/media/message.h"

struct report {
    int fd;
    pthread_mutex_t lock;
    struct media_answer answer;
    int64_t last_progress_us;
};

void report_init(struct report *r, int fd);

/* Sends whole frames and clears the buffer. Its own error comes first. */
MUST_CHECK enum err report_send(struct report *r, struct buf *frames);

/* At most a few times a second; also the sign of life that the parent waits for. */
void report_progress(struct report *r, double part);

/* Adds a reason: a code and a sentence saying what, where, and what to deliver instead. The same
 * sentence twice counts once; past MEDIA_REFUSALS_MAX nothing is added. */
void report_refuse(struct report *r, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "0:01:02.345", for sentences. */
enum { REPORT_TIME = 24 };
const char *report_time(int64_t us, char out[REPORT_TIME]);

/* Sends the reasons and then the end: DONE with frames, or FAILED. Never returns. */
_Noreturn void report_end(struct report *r, enum err err, uint64_t frames);

#endif
