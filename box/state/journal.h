/* The log of a box: a file of bounded size in which the newest lines overwrite the oldest, and on
 * standard error when asked. It outlives the process; support fetches it. Never a token, a pass or
 * a key. Any thread. */
#ifndef LANTERNE_BOX_STATE_JOURNAL_H
#define LANTERNE_BOX_STATE_JOURNAL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

enum { JOURNAL_BYTES = 256 * 1024 };

/* Two halves, DIR/log and DIR/log.old, each of at most half the bytes; DIR is made when it is not
 * there. The file not being writable
 * costs the file, not the log on standard error. */
void journal_open(const char *folder, bool on_standard_error);
void journal_close(void);
void journal(const char *area, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The last lines, oldest first, at most so many bytes of them. */
void journal_tail(struct buf *out, size_t bytes);

#endif
