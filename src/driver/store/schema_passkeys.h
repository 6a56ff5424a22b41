/* Migration 7: passkeys. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_PASSKEYS_H
#define LANTERNE_DRIVER_STORE_SCHEMA_PASSKEYS_H

extern const char schema_passkeys[];

#endif
