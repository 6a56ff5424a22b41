/* Migration 9: the seats that streams hold. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_LEASES_H
#define LANTERNE_DRIVER_STORE_SCHEMA_LEASES_H

extern const char schema_leases[];

#endif
