/* Identities that are made of a row's number, so that neither they nor an index of them are stored:
 * 16 bytes that look like any other's, under a key of the store's own. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_MADE_ID_H
#define LANTERNE_DRIVER_STORE_MADE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MADE_KEY = 16, MADE_ID = 16 };
/* What has such identities; stored, as it is in them. */
enum made_of { MADE_OF_CHARGE = 1, MADE_OF_INVOICE = 2 };

void made_id(const uint8_t key[MADE_KEY], enum made_of of, int64_t number, uint8_t out[MADE_ID]);
/* The number it was made of; false: it was not made of that, under this key. */
bool made_number(const uint8_t key[MADE_KEY], enum made_of of, const void *id, size_t n,
                 int64_t *number);

#endif
