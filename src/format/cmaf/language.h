/* BCP 47 and the three letters of `mdhd` (ISO 639-2/T). For format/cmaf only. */
#ifndef LANTERNE_FORMAT_CMAF_LANGUAGE_H
#define LANTERNE_FORMAT_CMAF_LANGUAGE_H

#include <stdbool.h>
#include <stdint.h>

/* The packed code for `mdhd` (ISO/IEC 14496-12 8.4.2.3); "und" for a language that has none. */
uint16_t language_pack(const char *bcp47);
/* Whether the packed code says all that the tag says, so that no `elng` is needed. */
bool language_is_whole(const char *bcp47);
/* The shortest BCP 47 tag of a packed code; "und" when it is not three letters. */
void language_unpack(uint16_t packed, char out[4]);

#endif
