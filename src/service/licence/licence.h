/* Licences: what opens a protected playback, under /licence/.
 *
 *   POST /licence/TOKEN       a ClearKey licence request (Encrypted Media Extensions, 9.1.3)
 *   GET  /licence/TOKEN/KID   the 16 bytes of one key: HLS KEYFORMAT="identity"
 *   GET  /licence/TOKEN/segments/KID    the key that whole AES-128 segments are encrypted under
 *
 * The token names a playback. Nothing is answered because it was answered before: at each request
 * the token must be good, the playback's lease must live, and the one decision must say yes now.
 * Then only the keys of the playable's editions are given, and of these only the classes that the
 * decision's greatest picture and the token's allow. Keys are unwrapped for the answer alone and
 * wiped with it. */
#ifndef LANTERNE_SERVICE_LICENCE_LICENCE_H
#define LANTERNE_SERVICE_LICENCE_LICENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "driver/http/server.h"
#include "driver/store/store.h"
#include "driver/vault/vault.h"
#include "format/pass/pass.h"
#include "rules/rights/right.h"
#include "rules/viewing/streams.h"

/* What the one decision says of a stream that runs. */
struct licence_verdict {
    bool may_play;
    enum rights_format format; /* may_play: greatest picture */
    enum stream_stop stop;     /* why not */
};

/* Everything pointed to must outlive it. */
struct licence_params {
    struct store *store;
    struct vault *vault;
    const struct pass_key *keys; /* of licences; any of them may have signed a token */
    size_t n_keys;
    const char *issuer; /* tokens that say one must say this; NULL: any */
    /* Asks the one decision of a stream, now, for whoever sends rq. Called on any thread. */
    enum err (*may_go_on)(void *context, struct http_request *rq, const struct stream *stream,
                          struct licence_verdict *out);
    void *context;
};

/* Any thread may call everything below. */
struct licence;

MUST_CHECK enum err licence_create(const struct licence_params *params, struct licence **out);
void licence_destroy(struct licence **licence);

/* Whether the path is its to answer. */
bool licence_owns(const char *path);
enum http_lane licence_lane(enum http_method method, const char *path);
void licence_handle(struct licence *licence, struct http_request *rq, struct http_answer *answer);

#endif
