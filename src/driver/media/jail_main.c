#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/media/jail.h"
#include "driver/media/jobs.h"
#include "driver/media/seal.h"
#include "driver/media/source.h"
#include "driver/media/wire.h"

static enum err job_check(struct report *report, const struct message_job *job, uint64_t *frames)
{
    (void)report, (void)job, (void)frames;
    return OK;
}

static enum err (*const jobs[JOB_KINDS])(struct report *, const struct message_job *,
                                         uint64_t *) = {
    [JOB_CHECK] = job_check,   [JOB_INSPECT] = job_inspect, [JOB_EXAMINE] = job_examine,
    [JOB_ENCODE] = job_encode, [JOB_SOUND] = job_sound,
};

static enum err read_job(struct message_job *job)
{
    struct buf payload;
    uint32_t type = 0;
    buf_init(&payload, MESSAGE_SMALL_MAX);
    enum err err = wire_read(JAIL_PIPE, &type, &payload);
    if (err == OK && type != MESSAGE_JOB)
        err = ERR_ORDER;
    if (err == OK)
        err = message_get_job(reader_of(payload.data, payload.size), job);
    if (err == OK && job->limits.seal != NULL)
        seal_set(job->limits.seal);
    job->limits.seal = NULL; /* it goes with the message */
    if (payload.data != NULL)
        explicit_bzero(payload.data, payload.room);
    buf_finish(&payload);
    return err;
}

_Noreturn void media_jail_main(void)
{
    static struct message_job job;
    static struct report report;
    char why[128] = "";
    uint64_t frames = 0;
    report_init(&report, JAIL_PIPE);
    if (read_job(&job) != OK)
        _exit(EXIT_FAILURE);
    enum err err = jail_close(&job.limits, why, sizeof why);
    if (err != OK) {
        report_refuse(&report, "jail", "%s", why);
        report_end(&report, err, 0);
    }
    source_quiet();
    err = jobs[job.kind](&report, &job, &frames);
    report_end(&report, err, frames);
}
