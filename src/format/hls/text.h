/* What playlists are written with. For format/hls only. */
#ifndef LANTERNE_FORMAT_HLS_TEXT_H
#define LANTERNE_FORMAT_HLS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* 7 is what players that look at it want for fragmented MP4; no tag here asks for more. */
#define HLS_VERSION "7"

/* Appends text as the inside of a quoted-string (rfc8216bis 4.2): no quote, no control character,
 * UTF-8 only. NULL is empty. */
void hls_put_quoted(struct buf *out, const char *text);
/* Whether two texts look the same once they are quoted. */
bool hls_same_quoted(const char *a, const char *b);
/* Appends microseconds as decimal seconds: "6.006000". */
void hls_put_seconds(struct buf *out, uint64_t us);
/* ticks as microseconds, rounded to the nearest. */
uint64_t hls_us(uint64_t ticks, uint32_t timescale);
/* Ends a playlist that began at size `start`: on a failure out is as it was then. */
MUST_CHECK enum err hls_settle(struct buf *out, size_t start);

#endif
