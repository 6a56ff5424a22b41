/* Of migration 6: what is collected by direct debit. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_SEPA_H
#define LANTERNE_DRIVER_STORE_SCHEMA_SEPA_H

extern const char schema_sepa[];

#endif
