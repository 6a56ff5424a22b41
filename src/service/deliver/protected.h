/* What a protected edition is answered with besides the ranges of its files: manifests that name
 * where licences are asked for, and its segments in other forms. */
#ifndef LANTERNE_SERVICE_DELIVER_PROTECTED_H
#define LANTERNE_SERVICE_DELIVER_PROTECTED_H

#include "service/deliver/deliver.h"
#include "service/deliver/kept.h"
#include "service/deliver/manifests.h"
#include "service/deliver/sealed.h"
#include "service/deliver/tokens.h"

struct protected
{
    const struct deliver_params *params;
    struct tokens *tokens;
    struct kept *kept;
    struct sealed *sealed;
};

/* Whether an address names something that has to be made first. */
bool protected_is_slow(const char *name);
/* A manifest, with the licence address of whoever holds the pass. */
MUST_CHECK enum err protected_manifest(const struct protected *p,
                                       const struct opened_content *content,
                                       const struct pass *pass, struct http_request *rq,
                                       struct http_answer *answer);
/* NAME/N.m4s under AES-128, given; NAME without its ending in *out when it only is another name of
 * a track's own segments. ERR_NOT_FOUND: it is neither. */
MUST_CHECK enum err protected_segment(const struct protected *p, const struct opened *o,
                                      const char *name, struct http_answer *answer,
                                      const struct opened_track **same);

/* NAME/key-N.m4s of a protected track: the key frame of its fragment N, encrypted as it is there.
 * file: what stands after "key-". ERR_NOT_FOUND: there is none of that number, or the track is in
 * clear: there the I-frame playlist names parts of segments. */
MUST_CHECK enum err protected_key_frame(const struct opened_track *track, const char *file,
                                        struct http_request *rq, struct http_answer *answer);

#endif
