/* The scripts of migration 3: rights, territories, productions and what is made from them. Only for
 * schema.c. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_RIGHTS_H
#define LANTERNE_DRIVER_STORE_SCHEMA_RIGHTS_H

extern const char schema_avails[], schema_deals[], schema_territories[], schema_productions[],
    schema_profiles[], schema_showings[];

#endif
