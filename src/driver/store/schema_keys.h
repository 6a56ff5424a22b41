/* Of migration 8: content keys, and jobs that encrypt anew. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_KEYS_H
#define LANTERNE_DRIVER_STORE_SCHEMA_KEYS_H

extern const char schema_keys[];

#endif
