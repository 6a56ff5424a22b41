/* HLS playlists (draft-pantos-hls-rfc8216bis-20) of a presentation. Each function appends one
 * playlist; on an error (ERR_FULL, ERR_MEMORY, ERR_ARGUMENT for a presentation without renditions)
 * out is as it was. */
#ifndef LANTERNE_FORMAT_HLS_PLAYLIST_H
#define LANTERNE_FORMAT_HLS_PLAYLIST_H

#include "base/buf.h"
#include "format/cmaf/presentation.h"

/* The multivariant playlist: every video rendition with each audio group (stereo, surround),
 * captions, I-frame playlists, image playlists for the tiles. A film without pictures or without
 * sound works too. ERR_ARGUMENT, too: sound in more than 16 kinds (codec and channels). */
MUST_CHECK enum err hls_multivariant(const struct presentation *p, struct buf *out);
/* The media playlist NAME.m3u8 of one rendition. */
MUST_CHECK enum err hls_media(const struct presentation *p, const struct presentation_rendition *r,
                              struct buf *out);
/* What NAME-iframes.m3u8 of a protected rendition names: NAME/key-N.m4s holds the key frame of
 * fragment N alone (cmaf_key_fragment). Players mend a part of a clear segment that says it has
 * more pictures than it holds; of an encrypted one they leave it be, and the browser stumbles over
 * it. */
#define HLS_KEY_FRAME "key-"
/* NAME-iframes.m3u8: byte ranges of segments that hold one key frame each; of what is protected,
 * key frames by themselves. */
MUST_CHECK enum err hls_iframes(const struct presentation *p,
                                const struct presentation_rendition *r, struct buf *out);
/* Whether there is one: video with key sizes only, and no segment that is encrypted whole, for then
 * a part of it cannot be decrypted. Without, hls_iframes is ERR_ARGUMENT. */
bool hls_has_iframes(const struct presentation *p, const struct cmaf_index *index);
/* NAME-vtt.m3u8: one segment, the whole WebVTT file. */
MUST_CHECK enum err hls_captions(const struct presentation *p, const struct presentation_caption *c,
                                 struct buf *out);
/* NAME-tiles.m3u8: the image media playlist of the tiles. */
MUST_CHECK enum err hls_tiles(const struct presentation *p, struct buf *out);

#endif
