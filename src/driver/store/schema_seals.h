/* The tables of keys that small blobs are sealed under. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_SEALS_H
#define LANTERNE_DRIVER_STORE_SCHEMA_SEALS_H

extern const char schema_seals[];

#endif
