#include "service/keys/keys.h"

#include <string.h>

#include "base/clock.h"
#include "driver/store/titles.h"

static enum err check_task(struct keys_desk *desk, const struct keys_task *what,
                           const struct store_edition *edition)
{
    struct store_content_key *keys = NULL;
    size_t n = 0;
    bool has_cenc = false;
    if (what->task != JOB_CENC)
        return OK;
    enum err err = store_content_keys(desk->store, desk->arena, edition->id, &keys, &n);
    if (err == OK)
        err = store_edition_has_cenc(desk->store, edition->id, &has_cenc);
    if (err != OK)
        return err;
    if (n == 0)
        desk->why = "it is in clear; `lanterne keys rotate` encrypts it";
    else if (has_cenc)
        desk->why = "it has that already";
    return n == 0 ? ERR_STATE : has_cenc ? ERR_EXISTS : OK;
}

enum err keys_submit(struct keys_desk *desk, const struct keys_task *what, job_id *job)
{
    struct store_edition edition;
    playable_id playable;
    enum err err =
        store_playable_at(desk->store, what->title, what->season, what->episode, &playable);
    if (err != OK)
        return err == ERR_NOT_FOUND ? ERR_ARGUMENT : err;
    err = store_edition_get(desk->store, desk->arena, playable, &edition);
    if (err == OK)
        err = check_task(desk, what, &edition);
    if (err != OK)
        return err;
    id_new(job->s);
    struct store_job row = {
        .id = *job,
        .playable = playable,
        .title = what->title,
        .file_name = what->task == JOB_CENC ? "(encrypted anew: cenc)" : "(encrypted anew: keys)",
        .source = "",
        .task = what->task,
        .edition = edition.id,
        .stage = "",
        .remaining_us = -1,
        .created = clock_now(),
    };
    row.changed = row.created;
    err = store_job_add(desk->store, &row);
    if (err == ERR_EXISTS)
        desk->why = "another job of it is open";
    return err;
}
