/* What the demuxer asks over HTTP, seen and changed before it leaves.
 *
 * The demuxer keeps its own HTTP client (libsoup), shows it to nobody, and hands on neither headers
 * nor addresses that change. But each request of that library emits a signal in this process before
 * it is sent, and there a request of ours is recognised by how its address begins, gets the pass of
 * now for the pass of then, the user agent and what CMCD tells. Where a server answers that a pass
 * has a successor (a redirect to the same address under another pass), later requests use that at
 * once. One that is asked again and again, as the demuxer does a hundred times a second where a
 * server says 503, waits a moment.
 *
 * Without libsoup 3 none of this happens, and titles play all the same. Any thread. */
#ifndef LANTERNE_BOX_PLAY_REQUESTS_H
#define LANTERNE_BOX_PLAY_REQUESTS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "box/play/cmcd.h"
#include "box/play/manifest.h"

struct requests;

struct requests_params {
    const char *manifest, *agent, *session_id, *content_id; /* copied; agent and ids may be NULL */
};

/* ERR_MEMORY. */
MUST_CHECK enum err requests_create(const struct requests_params *params, struct requests **out);
/* From here on requests go out as they come. */
void requests_destroy(struct requests **requests);

/* What is played from here on, and where it came from; renditions are copied. */
void requests_set_manifest(struct requests *requests, const struct manifest *manifest,
                           const char *address);
/* Later requests use this manifest's address. */
void requests_set_address(struct requests *requests, const char *manifest);
/* The address of the manifest under the newest pass, into out; "" when it does not fit. */
void requests_address(struct requests *requests, char *out, size_t room);

/* What is told of the player's state. */
struct requests_state {
    double buffer_video, buffer_audio; /* seconds */
    uint64_t throughput;               /* bit/s */
    bool is_starting;
};
void requests_set_state(struct requests *requests, const struct requests_state *state);
/* The next request tells that it ran dry. */
void requests_starved(struct requests *requests);
/* The rendition of pictures asked for last; -1 before any. */
int requests_picture(struct requests *requests);

/* Values of the CMCD headers for a request that the player makes itself. */
void requests_cmcd(struct requests *requests, enum cmcd_object object, unsigned header,
                   struct buf *out);

/* The part of an address up to the last `/` of its path. Pure. */
size_t requests_base(const char *address);

#endif
