#include "base/log.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

enum { LINE_MAX_BYTES = 8192 };

static enum log_level least_level = LOG_LEVEL_INFO;

void log_set_level(enum log_level least)
{
    least_level = least;
}

void log_write(enum log_level level, const char *area, const char *format, ...)
{
    static const char *const names[] = { "debug", "info", "warning", "error" };
    if (level < least_level)
        return;
    struct buf message, line;
    char when[UTC_TEXT];
    buf_init(&message, LINE_MAX_BYTES);
    buf_init(&line, LINE_MAX_BYTES * 4 + 256); /* worst case: every byte becomes \xNN */
    va_list args;
    va_start(args, format);
    buf_vprintf(&message, format, args);
    va_end(args);
    utc_format(clock_now(), when);
    buf_printf(&line, "%s %s %s: ", when, names[level], area);
    if (message.err == OK)
        text_put_line(&line, (const char *)message.data, message.size);
    else
        buf_text(&line, "(a message too long for the log)");
    buf_u8(&line, '\n');
    if (line.err == OK) {
        ssize_t written = write(STDERR_FILENO, line.data, line.size);
        (void)written; /* nowhere left to say that the log cannot be written */
    }
    buf_finish(&line);
    buf_finish(&message);
}
