/* The tables of boxes and their activation. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_DEVICE_H
#define LANTERNE_DRIVER_STORE_SCHEMA_DEVICE_H

extern const char schema_device[];

#endif
