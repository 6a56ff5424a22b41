/* Pictures and sound for who may have them: /media/PASS/EDITION/NAME... (names as in
 * format/cmaf/presentation.h) and /images/NAME.jpg.
 *
 * The pass in the path is the only thing a media address is judged by: whoever has no good one gets
 * 403 whatever the rest says. One that has expired is renewed by a redirect (302) to the same
 * address under a fresh one, when it allows that and who is asked agrees. What the pass leaves out
 * (pictures that are too great, languages) is left out of the manifests, and its addresses are
 * answered like ones that do not exist. The edition stands in the path too, so that what an address
 * under a pass names never changes and may be kept for ever. Segments are byte ranges of the track
 * file; while an edition is open here they cost neither the store nor the disk's directory a
 * question. */
#ifndef LANTERNE_SERVICE_DELIVER_DELIVER_H
#define LANTERNE_SERVICE_DELIVER_DELIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "driver/blob/blob.h"
#include "driver/coffer/coffer.h"
#include "driver/http/server.h"
#include "driver/store/store.h"
#include "driver/vault/vault.h"
#include "format/pass/pass.h"
#include "rules/viewing/decide.h"

/* Who asks for an image. Zero: a visitor from nowhere. */
struct deliver_viewer {
    const struct member *member; /* in the request's arena; NULL: a visitor */
    char territory[3];           /* whose catalogue is seen; "" : none */
    struct viewing_profile profile;
};

/* Everything pointed to must outlive it. */
struct deliver_params {
    struct store *store;
    struct blob_store *blobs;
    struct coffer *coffer;            /* over blobs: pictures and captions */
    const struct pass_key *pass_keys; /* any of which may have signed; the first signs */
    size_t n_pass_keys;
    const char *pass_issuer; /* that passes which say one must say; NULL: any */
    /* Whether what the pass is for may go on, and until when: *until. ERR_DENIED: no more. May ask
     * the store. NULL: nothing is renewed. */
    enum err (*renew)(void *context, struct http_request *rq, const struct pass *pass,
                      utc_time *until);
    /* Says in which territory the asker is; "" : not known. Asks no store. NULL: nobody knows. */
    void (*where)(void *context, struct http_request *rq, char out[3]);
    size_t open_max;     /* editions kept open; 0: 64, each with a descriptor a rendition */
    unsigned segment_ms; /* how long a segment aims to be; 0: 4,000 */
    struct vault *vault; /* NULL: no edition is protected */
    const struct pass_key
        *licence_key; /* signs the tokens that stand in manifests; NULL likewise */
    /* What addresses of ours begin with ("https://example.org"), in the request's arena; NULL:
     * nobody knows. Asked on any thread. */
    const char *(*base_url)(void *context, struct http_request *rq);
    /* Says who asks. Asked on any thread. */
    enum err (*who_asks)(void *context, struct http_request *rq, struct deliver_viewer *out);
    void *context;
};

/* Any thread may call everything below. */
struct deliver;

MUST_CHECK enum err deliver_create(const struct deliver_params *params, struct deliver **out);
void deliver_destroy(struct deliver **deliver);

/* Whether the path is its to answer. */
bool deliver_owns(const char *path);
/* NOW for refusals and for what is open; LATER for what has to be read first. */
enum http_lane deliver_lane(struct deliver *deliver, enum http_method method, const char *path);
void deliver_handle(struct deliver *deliver, struct http_request *rq, struct http_answer *answer);

#endif
