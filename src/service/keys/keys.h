/* What a house does with content keys: look whether all of them open, move them under a new master
 * key, have an edition encrypted anew, and speak of them with other systems of protection (CPIX).
 * Keys in clear are in memory of the vault, and no longer than they are needed. */
#ifndef LANTERNE_SERVICE_KEYS_KEYS_H
#define LANTERNE_SERVICE_KEYS_KEYS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "driver/store/jobs.h"
#include "driver/store/keys.h"
#include "driver/store/media.h"
#include "driver/vault/vault.h"

/* Everything is borrowed; why: what is wrong, for people, in the arena; NULL when err says all. */
struct keys_desk {
    struct store *store;
    struct vault *vault;
    struct arena *arena;
    const char *why;
};

/* Whether the store has anything wrapped. */
MUST_CHECK enum err keys_any(struct store *store, bool *any);
/* Tries one key of each master key that something is wrapped by. ERR_NOT_FOUND: a master key is not
 * ours; ERR_DENIED: one is, but does not open; why names it. */
MUST_CHECK enum err keys_check(struct keys_desk *desk);

/* Wraps everything anew by the current master key, some at a time: killed in the middle, the next
 * call goes on. moved: how many this call did. ERR_CANCELLED: stop became 1. */
MUST_CHECK enum err keys_rewrap(struct keys_desk *desk, const atomic_int *stop, int64_t *moved);

/* Queues the job that encrypts the playable's current edition anew. ERR_ARGUMENT: no such playable.
 * ERR_NOT_FOUND: nothing of it is ready. ERR_EXISTS: another job of it is open, or (cenc) it has
 * that already. ERR_STATE: cenc of what is in clear. */
struct keys_task {
    enum job_task task; /* JOB_ROTATE, JOB_CENC */
    title_id title;
    int season, episode; /* 0, 0: a film */
};
MUST_CHECK enum err keys_submit(struct keys_desk *desk, const struct keys_task *what, job_id *job);

/* ---- CPIX ---- */

struct keys_export {
    edition_id edition;
    const char *content_id;  /* what the document calls it */
    const char *certificate; /* PEM or DER of an RSA key that keys are encrypted for; NULL: */
    size_t certificate_size;
    bool in_clear; /* without one keys are only written when this is said */
};
/* Appends the document. ERR_ARGUMENT: neither a certificate nor in_clear, or it is none. The
 * caller wipes out when keys are in clear. */
MUST_CHECK enum err keys_cpix_export(struct keys_desk *desk, const struct keys_export *what,
                                     struct buf *out);
/* Keeps what other systems want said of our keys. All or nothing. ERR_MALFORMED: it is no CPIX, why
 * says where. ERR_NOT_FOUND: it speaks of a key that is not ours. ERR_DENIED: it gives one of ours
 * another value. */
MUST_CHECK enum err keys_cpix_import(struct keys_desk *desk, const uint8_t *bytes, size_t n,
                                     size_t *systems);

#endif
