/* The element that GStreamer puts between a demuxer and a decoder when what comes is encrypted:
 * ClearKey under `cenc` and `cbcs`. Known to this process only. */
#ifndef LANTERNE_BOX_PLAY_DECRYPTOR_H
#define LANTERNE_BOX_PLAY_DECRYPTOR_H

#include <stdbool.h>

#include <gst/gst.h>

#include "box/play/keys.h"

/* After gst_init; more than once does no harm. False: GStreamer would not have it. */
bool decryptor_register(void);
/* Gives it its keys if it is one of ours, and does nothing otherwise. */
void decryptor_give_keys(GstElement *element, struct keys *keys);

#endif
