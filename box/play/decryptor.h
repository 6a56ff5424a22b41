/* The element that GStreamer puts between a demuxer and a decoder when what comes is encrypted:
 * ClearKey under `cenc` and `cbcs`. Known to this process only. */
#ifndef LANTERNE_BOX_PLAY_DECRYPTOR_H
#define LANTERNE_BOX_PLAY_DECRYPTOR_H

#include <stdbool.h>

#include <gst/gst.h>

#include "box/play/decrypt.h"
#include "box/play/keys.h"

/* After gst_init; more than once does no harm. False: GStreamer would not have it. */
bool decryptor_register(void);
/* Gives it its keys if it is one of ours, and does nothing otherwise. */
void decryptor_give_keys(GstElement *element, struct keys *keys);

/* Reads what a demuxer says of a sample (GstProtectionMeta): kid, and how, whose runs are lent from
 * *map, which the caller unmaps when *mapped is set. ERR_MALFORMED: it does not fit together. For
 * the element and its tests. */
MUST_CHECK enum err decryptor_read(const GstStructure *info, bool is_cbcs, uint8_t kid[KEYS_ID],
                                   struct decrypt_how *how, GstBuffer **runs, GstMapInfo *map);

#endif
