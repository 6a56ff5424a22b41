/* What only decoding shows of the picture: when its first picture is, its size and shape, whether
 * lines are interlaced and said to be. Inside the jail only. */
#ifndef LANTERNE_DRIVER_MEDIA_PROBE_H
#define LANTERNE_DRIVER_MEDIA_PROBE_H

#include "driver/media/source.h"

struct probe {
    bool found;        /* at least one picture was decoded */
    int64_t first;     /* time of the first, in ticks of the stream */
    int width, height; /* decoded samples, before rotation */
    AVRational shape;  /* of a pixel; 0/1: unknown */
    enum AVColorPrimaries primaries;
    enum AVColorTransferCharacteristic transfer;
    enum AVColorSpace matrix;
    unsigned pictures, flagged;                 /* looked at; of them flagged as interlaced */
    unsigned damaged;                           /* of them with errors that the decoder hid */
    unsigned combed_top, combed_bottom, smooth; /* of those not flagged, by what is in them */
    bool size_changes;
    int64_t size_change_us; /* where the first other size was seen, from the first picture */
};

/* Decodes from where the source stands until the first picture: what time 0 is. Leaves the source
 * somewhere after it. found is false when there is none in the first packets. */
MUST_CHECK enum err probe_first(struct source *s, int stream, struct probe *out);

/* The same, and looks at a few short stretches all over a film of about duration_us. */
MUST_CHECK enum err probe_picture(struct source *s, int stream, int64_t duration_us,
                                  struct probe *out);

unsigned probe_combed(const struct probe *p);
/* Whether most of the lines that were looked at were woven without a flag that says so. */
bool probe_is_combed(const struct probe *p);

/* Picture formats whose decoders leave it to the container to say that lines are interlaced. */
bool probe_field_order_counts(const AVStream *stream);
/* Marks a frame as its container says, for such formats. */
void probe_mark_fields(const AVStream *stream, AVFrame *frame);

#endif
