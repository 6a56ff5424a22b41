/* Of the migration that keeps all an issued invoice says as it was. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_GUARDS_H
#define LANTERNE_DRIVER_STORE_SCHEMA_GUARDS_H

extern const char schema_guards[];

#endif
