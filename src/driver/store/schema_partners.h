/* The script of the migration that brings cable partners. Only for schema.c. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_PARTNERS_H
#define LANTERNE_DRIVER_STORE_SCHEMA_PARTNERS_H

extern const char schema_partners[];

#endif
