/* The keys of a coffer, in memory of the vault. Only for driver/coffer. */
#ifndef LANTERNE_DRIVER_COFFER_KEYS_H
#define LANTERNE_DRIVER_COFFER_KEYS_H

#include "driver/coffer/coffer.h"

struct coffer_keys;
MUST_CHECK enum err coffer_keys_create(const struct coffer_params *params,
                                       struct coffer_keys **out);
void coffer_keys_destroy(struct coffer_keys **keys);

/* Lends a key of VAULT_DERIVED bytes until coffer_keys_return, which has to follow an OK.
 * ERR_NOT_FOUND: there is no such key. ERR_DENIED: it does not open. */
MUST_CHECK enum err coffer_keys_borrow(struct coffer_keys *keys, const uint8_t kid[VAULT_KEY],
                                       const uint8_t **key);
void coffer_keys_return(struct coffer_keys *keys);

/* The id of the key that seals. ERR_NOT_FOUND: there is none yet. */
MUST_CHECK enum err coffer_keys_newest(struct coffer_keys *keys, uint8_t kid[VAULT_KEY]);
/* Makes a key. is_first: only where there is none (ERR_EXISTS); is_whole is then kept. */
MUST_CHECK enum err coffer_keys_make(struct coffer_keys *keys, bool is_first, bool is_whole);

#endif
