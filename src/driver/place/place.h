/* Where an address is: a MaxMind DB (libmaxminddb), as GeoLite2-Country or DB-IP Country Lite. */
#ifndef LANTERNE_DRIVER_PLACE_PLACE_H
#define LANTERNE_DRIVER_PLACE_PLACE_H

#include "base/err.h"

struct place_map; /* any thread */

/* ERR_NOT_FOUND: no such file. ERR_MALFORMED: not an MMDB of countries. */
MUST_CHECK enum err place_map_open(const char *path, struct place_map **out);
void place_map_close(struct place_map **map);
/* The territory of a numeric address ("203.0.113.7", "2001:db8::1"); "" : not known. */
void place_map_find(const struct place_map *map, const char *address, char out[3]);

#endif
