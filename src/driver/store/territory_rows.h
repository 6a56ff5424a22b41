/* Territories and laws inside a transaction. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_TERRITORY_ROWS_H
#define LANTERNE_DRIVER_STORE_TERRITORY_ROWS_H

#include "driver/store/sql.h"
#include "driver/store/territories.h"

/* One that was never spoken of: OK with the code alone; *is_set (optional) says so. */
MUST_CHECK enum err territory_read(struct connection *c, struct arena *arena, const char *code,
                                   struct territory *out, bool *is_set);
MUST_CHECK enum err territories_read(struct connection *c, struct arena *arena,
                                     struct territory **out, size_t *n);
MUST_CHECK enum err laws_read(struct connection *c, struct arena *arena, struct law **out,
                              size_t *n);
/* A word that the store keeps about itself; "" when it is not there. */
MUST_CHECK enum err note_read(struct connection *c, const char *name, char out[64]);
MUST_CHECK enum err note_write(struct connection *c, const char *name, const char *value);

#endif
