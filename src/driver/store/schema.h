/* The tables and how they came about: numbered migrations, never changed once released. Only for
 * driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_H
#define LANTERNE_DRIVER_STORE_SCHEMA_H

#include "driver/store/sql.h"

/* Makes the tables of an empty file, or brings those of an older one up to date: each migration is
 * one transaction with its number. is_new: the file was made by us just now.
 * ERR_UNSUPPORTED: a newer lanterne wrote it. ERR_MALFORMED: not a store, or one of a
 * lanterne that was never released. */
MUST_CHECK enum err schema_update(struct connection *c, bool is_new);
/* The number of the last migration this program knows. */
int schema_version(void);

#endif
