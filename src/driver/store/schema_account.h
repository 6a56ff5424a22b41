/* The script of the migration that brings accounts: letters, tokens, devices, second factors. Only
 * for schema.c. */
#ifndef LANTERNE_DRIVER_STORE_SCHEMA_ACCOUNT_H
#define LANTERNE_DRIVER_STORE_SCHEMA_ACCOUNT_H

extern const char schema_account[];

#endif
