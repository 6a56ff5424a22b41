/* From what a studio wrote (format/avails) to what the store keeps and the rules read. Pure. Only
 * for service/rights. */
#ifndef LANTERNE_SERVICE_RIGHTS_MAP_H
#define LANTERNE_SERVICE_RIGHTS_MAP_H

#include "format/avails/avails.h"
#include "service/rights/notes.h"

struct map {
    struct arena *arena; /* the result lives in it and borrows from the file's model */
    const char *file;    /* name of the file, for people */
    const char *studio;  /* NULL: the licensor that each avail names */
    struct notes *refused, *warnings;
    struct buf text; /* room to write in; of map_init and map_finish */
};
void map_init(struct map *map);
void map_finish(struct map *map);

/* Where an avail or transaction stood: "sheet 1, row 12", "line 61". In the arena. */
const char *map_where(struct arena *arena, uint32_t sheet, uint32_t line);
/* False: none of it can be taken; every transaction of it is among the refused. Else *out, with the
 * transactions that can be taken; the others are refused. */
bool map_avail(struct map *map, const struct avails_avail *avail, struct store_avail_change *out);

/* ---- parts, for their tests --------------------------------------------------------------------
 */

/* False, and refused: no contract can be made of it. only_where: its territories are enough (Full
 * Delete). */
bool map_right(struct map *map, const struct avails_transaction *t, bool only_where,
               struct store_right *out);
/* What a transaction is among those of its avail, without what may change about it (end, price):
 * licence, territories, format, languages, start. In the arena. */
const char *map_identity(struct map *map, const struct avails_transaction *t);
/* ERR_ARGUMENT: a condition that nothing is known of. */
MUST_CHECK enum err map_edge(const struct avails_edge *edge, struct rights_edge *out);
/* SD, HD, UHD and their 3D forms; false: another word. NULL gives the greatest: no cap is said. */
bool map_format(const char *profile, enum rights_format *out);

#endif
