#include "app/progress.h"

#include <stdio.h>
#include <string.h>

enum { BAR = 30 };

static void put_time(long long seconds, char *out, size_t room)
{
    if (seconds < 0)
        out[0] = 0;
    else if (seconds < 3600)
        snprintf(out, room, "%lld:%02lld left", seconds / 60, seconds % 60);
    else
        snprintf(out, room, "%lld:%02lld:%02lld left", seconds / 3600, seconds / 60 % 60,
                 seconds % 60);
}

void progress_show(const struct app *app, const struct store_job *job)
{
    char bar[BAR + 1], left[40];
    if (app->is_json || !app_is_terminal())
        return;
    int full = (int)(job->progress * BAR + 0.5);
    full = full < 0 ? 0 : full > BAR ? BAR : full;
    memset(bar, '.', BAR);
    memset(bar, '#', (size_t)full);
    bar[BAR] = 0;
    put_time(job->remaining_us < 0 ? -1 : job->remaining_us / 1000000, left, sizeof left);
    fprintf(stderr, "\r\033[K%-8s [%s] %3.0f %% %s", job->stage, bar, job->progress * 100, left);
    fflush(stderr);
}

void progress_clear(void)
{
    if (app_is_terminal())
        fputs("\r\033[K", stderr);
}
