/* Decoder configuration records: what the codec string and the sound's shape are read from. For
 * format/cmaf only. */
#ifndef LANTERNE_FORMAT_CMAF_CONFIG_H
#define LANTERNE_FORMAT_CMAF_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/reader.h"

enum { CODEC_TEXT = 32 };

/* AVCDecoderConfigurationRecord, ISO/IEC 14496-15 5.3.3.1. */
struct avc_config {
    uint8_t profile, compatibility, level;
    uint8_t length_size; /* bytes of a NAL unit's length */
    uint8_t n_sps, n_pps;
};
MUST_CHECK enum err avc_config_read(struct reader r, struct avc_config *out);
/* RFC 6381: "avc1.640028". */
void avc_codec_text(const struct avc_config *avc, const char *sample_entry, char out[CODEC_TEXT]);

/* AudioSpecificConfig, ISO/IEC 14496-3 1.6.2.1, of the AAC kinds. */
struct aac_config {
    uint8_t object_type;  /* what a player must know: 2 AAC-LC, 5 HE-AAC, 29 HE-AAC v2 */
    uint32_t sample_rate; /* as heard, with SBR */
    uint16_t channels;    /* as heard, with PS; 0: a program config element says */
};
/* ERR_UNSUPPORTED: it is not AAC. */
MUST_CHECK enum err aac_config_read(struct reader r, struct aac_config *out);
void aac_codec_text(const struct aac_config *aac, char out[CODEC_TEXT]); /* "mp4a.40.2" */

#endif
