#include "box/state/journal.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "box/state/files.h"

enum { LINE_BYTES = 2048, PATH_BYTES = 1024 };

static struct {
    pthread_mutex_t lock;
    char path[PATH_BYTES], old[PATH_BYTES];
    int fd; /* -1: none */
    off_t size;
    bool on_standard_error;
} log_ = { .lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1 };

static void open_file(void)
{
    struct stat s;
    log_.fd = open(log_.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    log_.size = log_.fd >= 0 && fstat(log_.fd, &s) == 0 ? s.st_size : 0;
}

void journal_open(const char *folder, bool on_standard_error)
{
    pthread_mutex_lock(&log_.lock);
    snprintf(log_.path, sizeof log_.path, "%s/log", folder);
    snprintf(log_.old, sizeof log_.old, "%s/log.old", folder);
    log_.on_standard_error = on_standard_error;
    if (folder_make(folder) == OK)
        open_file();
    pthread_mutex_unlock(&log_.lock);
}

void journal_close(void)
{
    pthread_mutex_lock(&log_.lock);
    if (log_.fd >= 0)
        close(log_.fd);
    log_.fd = -1;
    pthread_mutex_unlock(&log_.lock);
}

/* With the lock held. */
static void write_line(const uint8_t *line, size_t n)
{
    if (log_.on_standard_error) {
        ssize_t done = write(STDERR_FILENO, line, n);
        (void)done; /* nowhere left to say it */
    }
    if (log_.fd >= 0 && log_.size + (off_t)n > JOURNAL_BYTES / 2) {
        close(log_.fd);
        rename(log_.path, log_.old);
        open_file();
    }
    if (log_.fd < 0)
        return;
    ssize_t done = write(log_.fd, line, n);
    log_.size += done > 0 ? done : 0; /* a full disk loses lines, not the box */
}

void journal(const char *area, const char *format, ...)
{
    struct buf message, line;
    char when[UTC_TEXT];
    va_list args;
    buf_init(&message, LINE_BYTES);
    buf_init(&line, LINE_BYTES * 4 + 256);
    va_start(args, format);
    buf_vprintf(&message, format, args);
    va_end(args);
    utc_time now = clock_now();
    now.us -= now.us % 1000;
    utc_format(now, when);
    buf_printf(&line, "%s %s: ", when, area);
    text_put_line(&line, buf_string(&message), strlen(buf_string(&message)));
    buf_u8(&line, '\n');
    pthread_mutex_lock(&log_.lock);
    if (line.err == OK)
        write_line(line.data, line.size);
    pthread_mutex_unlock(&log_.lock);
    buf_finish(&line);
    buf_finish(&message);
}

static void read_tail(const char *path, struct buf *out, size_t bytes)
{
    struct stat s;
    char part[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return;
    if (fstat(fd, &s) == 0 && s.st_size > (off_t)bytes)
        lseek(fd, s.st_size - (off_t)bytes, SEEK_SET);
    for (ssize_t n; (n = read(fd, part, sizeof part)) > 0;)
        buf_put(out, part, (size_t)n);
    close(fd);
}

void journal_tail(struct buf *out, size_t bytes)
{
    pthread_mutex_lock(&log_.lock);
    size_t here = log_.size > 0 ? (size_t)log_.size : 0;
    if (here < bytes)
        read_tail(log_.old, out, bytes - here);
    read_tail(log_.path, out, bytes);
    pthread_mutex_unlock(&log_.lock);
}
