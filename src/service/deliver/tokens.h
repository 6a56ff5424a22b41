/* Tokens for licences as they stand in manifests. Making one costs a signature, so the last ones
 * are kept: all playlists of a playback have the same. Any thread. */
#ifndef LANTERNE_SERVICE_DELIVER_TOKENS_H
#define LANTERNE_SERVICE_DELIVER_TOKENS_H

#include "format/pass/pass.h"

struct tokens;

/* key: signs licences; borrowed. NULL when there is no memory. */
struct tokens *tokens_create(const struct pass_key *key);
void tokens_destroy(struct tokens **tokens);

/* The token that goes with a pass that was found good. */
MUST_CHECK enum err tokens_make(struct tokens *tokens, const struct pass *media,
                                char out[PASS_TEXT_MAX]);

#endif
