/* Pictures as the encoders take them: 4:2:0, 8 bits, BT.709, limited range. A pool gives frames of
 * one size, whose memory is used again: a picture of 1080 lines costs no new pages. */
#ifndef LANTERNE_DRIVER_MEDIA_FRAMES_H
#define LANTERNE_DRIVER_MEDIA_FRAMES_H

#include <stdbool.h>

#include <libavutil/frame.h>

#include "base/err.h"

struct frames {
    int width, height;
    AVBufferPool *pool;
};

MUST_CHECK enum err frames_init(struct frames *f, int width, int height);
void frames_finish(struct frames *f); /* frames given out stay valid */
/* A new frame, tagged, with a line size of 64 bytes' multiples. Caller frees. */
MUST_CHECK enum err frames_get(struct frames *f, AVFrame **out);

/* What the matrix of a picture's samples is, guessed by size when it does not say. */
enum frames_matrix { FRAMES_BT709, FRAMES_BT601 };
enum frames_matrix frames_matrix_of(int matrix, int width, int height);

/* Recomputes samples of one matrix into the other; full_range: out covers 0 to 255. Both frames
 * 4:2:0 of 8 bits, limited range in, of the same size; may be the same frame. */
void frames_recolour(const AVFrame *in, enum frames_matrix from, AVFrame *out,
                     enum frames_matrix to, bool full_range);

#endif
