/* Listens to one sound: how long it is, how loud (EBU R 128), and whether it is whole. Inside the
 * jail only. */
#ifndef LANTERNE_DRIVER_MEDIA_METER_H
#define LANTERNE_DRIVER_MEDIA_METER_H

#include "driver/media/source.h"

struct meter;

struct meter_result {
    uint64_t packets, samples, damaged; /* damaged: packets that could not be decoded */
    int64_t first_damage;               /* its time, in ticks of the stream; AV_NOPTS_VALUE: none */
    bool changes;                       /* rate or channels change on the way */
    int sample_rate, channels;
    int64_t start_us, end_us; /* on the container's clock; end is after the last sample */
    double loudness_lufs, true_peak_dbtp;
    bool is_heard;                  /* some sample is at -60 dBFS or above */
    uint64_t first_loud, last_loud; /* of these samples, counted from the first */
};

/* ERR_UNSUPPORTED: its codec is not on the list, or cannot be opened. */
MUST_CHECK enum err meter_create(AVStream *stream, struct meter **out);
/* packet: borrowed; NULL: no more will come. */
MUST_CHECK enum err meter_hear(struct meter *m, const AVPacket *packet);
void meter_result(struct meter *m, struct meter_result *out);
void meter_destroy(struct meter **m);

#endif
