/* What a player is offered for one playable, as HLS and DASH are written from it. All addresses in
 * manifests are relative to the manifest's own, so that a pass in the path is inherited:
 *
 *   master.m3u8  manifest.mpd
 *   NAME/init.mp4  NAME/1.m4s NAME/2.m4s ...     NAME: a rendition ("v1080", "a-fr-2")
 *   NAME.m3u8      NAME-iframes.m3u8             NAME/key-1.m4s ... when NAME is protected
 *   NAME.vtt       NAME-vtt.m3u8                 NAME: a caption track ("c-fr-sdh")
 *   NAME/1.jpg     NAME-tiles.m3u8               NAME: the seek thumbnails ("tiles")
 */
#ifndef LANTERNE_FORMAT_CMAF_PRESENTATION_H
#define LANTERNE_FORMAT_CMAF_PRESENTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "format/cmaf/index.h"

struct presentation_rendition {
    const char *name;
    const struct cmaf_index *index;
    const char *label;   /* audio: what the menu says, UTF-8 */
    bool is_default;     /* audio: chosen when nothing else decides */
    bool is_description; /* audio: describes the picture (audio description) */
};

enum presentation_caption_kind { PRESENTATION_SUBTITLES, PRESENTATION_SDH, PRESENTATION_FORCED };

struct presentation_caption {
    const char *name;
    const char *language; /* BCP 47 */
    const char *label;
    enum presentation_caption_kind kind;
    bool is_default;
};

/* Pictures for seeking: one tiled JPEG covers sheet_ticks of the film, columns x rows small
 * pictures, each standing for interval_ticks. */
struct presentation_tiles {
    const char *name;       /* NULL: there are none */
    uint32_t width, height; /* of one small picture */
    uint32_t columns, rows;
    uint32_t timescale;
    uint64_t interval_ticks, sheet_ticks;
    uint32_t sheets;
    uint32_t bitrate; /* bits a second, average over the film */
};

/* How encrypted renditions are opened; schemes and key ids come from each rendition's index. Where
 * HLS names a key its address is LICENCE/KID, KID being the 32 lower-case hexadecimal digits of the
 * key id; the raw key is there for those who GET it. */
enum presentation_key_format {
    PRESENTATION_CLEARKEY, /* KEYFORMAT="org.w3.clearkey": a licence asked for by EME */
    PRESENTATION_IDENTITY, /* KEYFORMAT="identity": the raw key */
    /* Whole segments under AES-128-CBC and the raw key, with PKCS #7 padding; the IV is the number
     * of the segment (NAME/1.m4s: 1) in 128 bits. The init segment is in clear and says so: it is
     * that of a track without protection. */
    PRESENTATION_AES128
};

struct presentation_protection {
    const char *licence; /* where licences are asked for: an absolute address or path */
    enum presentation_key_format hls; /* what HLS playlists offer; DASH always offers ClearKey */
};

/* Labels may hold anything: the writers of manifests quote them. Names stand in addresses. */
struct presentation {
    uint64_t duration_ms;
    size_t per_segment; /* fragments a segment */
    size_t n_renditions;
    const struct presentation_rendition *renditions; /* video by rising bitrate, then audio */
    size_t n_captions;
    const struct presentation_caption *captions;
    struct presentation_tiles tiles;
    /* NULL: manifests name no key. Clear renditions may stand beside encrypted ones: only these
     * get key tags. */
    const struct presentation_protection *protection;
};

/* What every manifest needs. ERR_ARGUMENT: no rendition, one without an index or fragments, a name
 * that is missing or has other characters than letters, digits, '-', '_' and '.', tiles without
 * size, time or number, or protection without an address. */
MUST_CHECK enum err presentation_check(const struct presentation *p);

/* The width in square pixels; the height stays. */
uint32_t presentation_shown_width(const struct cmaf_index *index);
/* Whether the two are under one key, or both in clear. */
bool presentation_same_key(const struct cmaf_index *a, const struct cmaf_index *b);
/* Whether manifests have to tell how the rendition is opened. */
bool presentation_is_protected(const struct presentation *p, const struct cmaf_index *index);
/* The 32 hexadecimal digits of a key id; as a UUID with its four dashes. */
void presentation_kid_text(const uint8_t kid[16], bool dashes, char out[37]);
/* Whether every fragment's key size was looked up, so that a list of key frames can be made. */
bool presentation_has_keys(const struct cmaf_index *index);

#endif
