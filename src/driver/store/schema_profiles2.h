/* The script that made profiles whole. Only for schema.c. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_PROFILES2_H
#define LANTERNE_DRIVER_STORE_SCHEMA_PROFILES2_H

extern const char schema_profiles2[];

#endif
