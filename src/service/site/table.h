/* What tools/embed-site writes (or table_none.c has) for site.c. */
#ifndef LANTERNE_SERVICE_SITE_TABLE_H
#define LANTERNE_SERVICE_SITE_TABLE_H

#include "service/site/site.h"

extern const struct site_asset site_table[]; /* sorted by path, as strcmp orders */
extern const size_t site_table_size;

#endif
