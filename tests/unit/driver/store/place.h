/* A store in a directory of its own, for tests. */
#ifndef LANTERNE_TESTS_STORE_PLACE_H
#define LANTERNE_TESTS_STORE_PLACE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "driver/store/account.h"
#include "driver/store/jobs.h"
#include "driver/store/media.h"
#include "driver/store/members.h"
#include "driver/store/profiles.h"
#include "driver/store/store.h"
#include "driver/store/titles.h"

struct place {
    char dir[64], path[80];
    struct store *store;
    struct arena *arena;
};

static inline int place_make(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    snprintf(p->dir, sizeof p->dir, "/tmp/lanterne-store-XXXXXX");
    if (mkdtemp(p->dir) == NULL)
        return -1;
    snprintf(p->path, sizeof p->path, "%s/lanterne.db", p->dir);
    if (store_create(p->path) != OK || store_open(p->path, &p->store) != OK)
        return -1;
    p->arena = arena_create();
    *state = p;
    return 0;
}

static inline int place_clear(void **state)
{
    static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
    struct place *p = *state;
    char path[96];
    store_close(&p->store);
    arena_destroy(&p->arena);
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s%s", p->path, ends[i]);
        unlink(path);
    }
    int failed = rmdir(p->dir);
    free(p);
    return failed;
}

#define INSTANT(seconds) ((utc_time){ (1374523200 + (seconds)) * UTC_SECOND })

static inline struct title a_title(enum title_kind kind, const char *name, int seconds)
{
    struct title t = { .kind = kind,
                       .original_title = name,
                       .created = INSTANT(seconds),
                       .changed = INSTANT(seconds),
                       .version = 1 };
    id_new(t.id.s);
    return t;
}

static inline playable_id playable_of(title_id id)
{
    playable_id p;
    memcpy(p.s, id.s, sizeof p.s);
    return p;
}

static inline struct store_edition an_edition(playable_id playable, struct store_rendition *one)
{
    *one = (struct store_rendition){ .name = "v234", .kind = "video", .label = "", .size = 1234 };
    struct store_edition e = { .playable = playable,
                               .duration_ms = 60000,
                               .ready = INSTANT(0),
                               .n_renditions = 1,
                               .renditions = one };
    id_new(e.id.s);
    return e;
}

static inline struct store_job a_job(title_id title, int seconds)
{
    struct store_job j = { .title = title,
                           .playable = playable_of(title),
                           .file_name = "master.mkv",
                           .source = "masters/x",
                           .created = INSTANT(seconds),
                           .changed = INSTANT(seconds) };
    id_new(j.id.s);
    return j;
}

/* A session as a sign-in makes it, on a device of its own. */
static inline enum err session_start(struct place *p, const uint8_t digest[32], member_id member,
                                     utc_time now, utc_time expires)
{
    return store_session_start(p->store, &(struct store_session_start){ .digest = digest,
                                                                        .member = member,
                                                                        .agent = "browser",
                                                                        .place = "",
                                                                        .now = now,
                                                                        .expires = expires,
                                                                        .device = digest });
}

#endif
