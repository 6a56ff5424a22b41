/* Content keys for an answer: found, judged, unwrapped, written, wiped. */
#ifndef LANTERNE_SERVICE_LICENCE_KEYS_H
#define LANTERNE_SERVICE_LICENCE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "service/licence/licence.h"
#include "service/licence/request.h"

/* Which keys a playback may have. */
struct keys_grant {
    playable_id playable;
    enum rights_format format; /* greatest picture by the decision */
    uint16_t lines;            /* and by the token; 0: any */
};

/* Answers {"keys":[...],"type":"temporary"} with those of the keys asked for that are granted; the
 * text is in the arena, which wipes it. ERR_NOT_FOUND: none of them is; nothing tells whether it
 * exists. */
MUST_CHECK enum err keys_write(const struct licence_params *params, struct arena *arena,
                               const struct keys_grant *grant, const struct request_kids *asked,
                               const char **out, size_t *n);
/* One key as it is, or the one derived from it for whole AES-128 segments: 16 bytes in the arena,
 * which wipes them. ERR_NOT_FOUND as above. */
MUST_CHECK enum err keys_raw(const struct licence_params *params, struct arena *arena,
                             const struct keys_grant *grant, const uint8_t kid[REQUEST_KID],
                             bool for_segments, const uint8_t **out);

#endif
