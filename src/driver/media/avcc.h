/* From x264's byte stream (H.264 Annex B) to the samples and the record of ISO/IEC 14496-15. Pure.
 */
#ifndef LANTERNE_DRIVER_MEDIA_AVCC_H
#define LANTERNE_DRIVER_MEDIA_AVCC_H

#include "base/buf.h"
#include "base/reader.h"

/* Appends the AVCDecoderConfigurationRecord of a stream's parameter sets, 4-byte lengths.
 * ERR_MALFORMED: there is not one sequence and one picture parameter set at least. */
MUST_CHECK enum err avcc_config(struct reader annexb, struct buf *out);

/* Appends one access unit with lengths instead of start codes, without what does not belong into a
 * sample or only says who made it: parameter sets, delimiters, fillers, user data. */
MUST_CHECK enum err avcc_sample(struct reader annexb, struct buf *out);

#endif
