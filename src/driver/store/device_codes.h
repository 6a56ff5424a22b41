/* Activations of boxes (rules/members/activation.h). Of the code that the box keeps only a digest
 * is stored, of the one that people type a mark (driver/password: secret_mark). What is over is
 * swept away as new ones come. */
#ifndef LANTERNE_DRIVER_STORE_DEVICE_CODES_H
#define LANTERNE_DRIVER_STORE_DEVICE_CODES_H

#include <stdbool.h>
#include <stdint.h>

#include "driver/store/account.h"
#include "rules/members/activation.h"

enum { STORE_DEVICE_CODES_MAX = 20000 /* live ones: more make guessing worth while */ };

struct store_device_code {
    uint8_t digest[32]; /* of the box's code */
    uint8_t mark[32];   /* of the people's */
    struct activation activation;
    const char *client, *version, *name, *model; /* "": not said */
    const char *network;                         /* that asked */
    const char *place;                           /* a territory; "" : not known */
    utc_time created;
    member_id member; /* who decided; "" : nobody yet */
};

/* ERR_FULL: the network has ACTIVATION_OF_NETWORK that are live. ERR_BUSY: there are
 * STORE_DEVICE_CODES_MAX. ERR_EXISTS: one of the codes is taken; make others. */
MUST_CHECK enum err store_device_code_add(struct store *store,
                                          const struct store_device_code *code);

/* A box asks what became of its code: counts the question. ERR_NOT_FOUND: there is no such code;
 * ERR_DENIED: another program's. */
MUST_CHECK enum err store_device_code_poll(struct store *store, struct arena *arena,
                                           const uint8_t digest[32], const char *client,
                                           utc_time now, enum activation_answer *answer,
                                           struct store_device_code *out);
/* Begins the box's session, once, for the member who allowed it. ERR_NOT_FOUND: it was begun
 * meanwhile, or is not allowed any more. */
MUST_CHECK enum err store_device_code_use(struct store *store, const uint8_t digest[32],
                                          const struct store_session_start *session);

/* Somebody who is signed in typed a code. What they typed wrong before counts against them and
 * against their network: *wait_us > 0: not now, and nothing was looked for. A code that was typed
 * right takes nothing back, so that codes of one's own are no way to guess on. */
struct store_device_ask {
    member_id member;
    const char *network;
    uint8_t mark[32];
    utc_time now;
    bool decides;
    enum activation_state to; /* decides: ACTIVATION_ALLOWED or _REFUSED */
};
/* ERR_NOT_FOUND: no such code is live, or somebody else has decided; it is counted. ERR_STATE: the
 * member has decided otherwise before. The same decision again is none. *out is what the code is
 * then. */
MUST_CHECK enum err store_device_code_ask(struct store *store, struct arena *arena,
                                          const struct store_device_ask *ask,
                                          struct store_device_code *out, int64_t *wait_us);

#endif
