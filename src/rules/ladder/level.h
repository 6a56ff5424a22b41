/* H.264 levels (ITU-T H.264 table A-1), as far as the ladder uses them. */
#ifndef LANTERNE_RULES_LADDER_LEVEL_H
#define LANTERNE_RULES_LADDER_LEVEL_H

#include <stdint.h>

#include "rules/ladder/ladder.h"

/* The lowest level, not below `least` (NULL: any), whose limits of frame size, macroblocks a second
 * and High profile bit rate and buffer hold such a stream. "6.2" when none does. Static storage. */
const char *level_for(uint16_t width, uint16_t height, struct ladder_rate rate, uint32_t maxrate,
                      uint32_t bufsize, const char *least);

#endif
