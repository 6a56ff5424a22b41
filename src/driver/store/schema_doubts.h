/* The index of charges in doubt. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_DOUBTS_H
#define LANTERNE_DRIVER_STORE_SCHEMA_DOUBTS_H

extern const char schema_doubts[];

#endif
