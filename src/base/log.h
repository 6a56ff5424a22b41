/* The log: one line an event on standard error, `2013-07-22T20:00:00Z level area: message`. Text
 * from outside stays one line. Only service/ and app/ call this: everything below returns its
 * errors. Secrets (passwords, tokens, passes, keys) are never handed to it. Any thread. */
#ifndef LANTERNE_BASE_LOG_H
#define LANTERNE_BASE_LOG_H

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

/* Lines below `least` are dropped; the start value is LOG_LEVEL_INFO. */
void log_set_level(enum log_level least);
void log_write(enum log_level level, const char *area, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define log_info(area, ...) log_write(LOG_LEVEL_INFO, area, __VA_ARGS__)
#define log_warning(area, ...) log_write(LOG_LEVEL_WARNING, area, __VA_ARGS__)
#define log_error(area, ...) log_write(LOG_LEVEL_ERROR, area, __VA_ARGS__)

#endif
