#include "driver/coffer/keys.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "driver/store/seals.h"

_Static_assert((int)VAULT_KEY == (int)STORE_KEY, "a key id");
_Static_assert((int)VAULT_WRAPPED == (int)STORE_WRAPPED, "a wrapped key");
_Static_assert((int)VAULT_NAME == (int)STORE_MASTER_NAME, "the name of a master key");

enum { SLOTS = 64 }; /* more than there are between two starts of a server */

struct coffer_keys {
    struct coffer_params params;
    pthread_rwlock_t lock;
    size_t n; /* ever taken in */
    uint8_t kids[SLOTS][VAULT_KEY];
    uint8_t *keys; /* SLOTS of VAULT_DERIVED bytes */
};

enum err coffer_keys_create(const struct coffer_params *params, struct coffer_keys **out)
{
    struct coffer_keys *k = calloc(1, sizeof *k);
    *out = k;
    if (k == NULL)
        return ERR_MEMORY;
    k->params = *params;
    k->keys = vault_secret_alloc((size_t)SLOTS * VAULT_DERIVED);
    if (k->keys != NULL && pthread_rwlock_init(&k->lock, NULL) == 0)
        return OK;
    vault_secret_free(&k->keys);
    free(k);
    *out = NULL;
    return ERR_MEMORY;
}

void coffer_keys_destroy(struct coffer_keys **keys)
{
    struct coffer_keys *k = *keys;
    *keys = NULL;
    if (k == NULL)
        return;
    vault_secret_free(&k->keys);
    pthread_rwlock_destroy(&k->lock);
    free(k);
}

/* With the lock held. */
static const uint8_t *find(const struct coffer_keys *k, const uint8_t kid[VAULT_KEY])
{
    for (size_t i = 0; i < SLOTS && i < k->n; i++)
        if (memcmp(k->kids[i], kid, VAULT_KEY) == 0)
            return k->keys + i * VAULT_DERIVED;
    return NULL;
}

static enum err load(struct coffer_keys *k, const uint8_t kid[VAULT_KEY])
{
    struct store_seal_key row;
    uint8_t secret[VAULT_KEY];
    if (k->params.vault == NULL)
        return ERR_DENIED;
    enum err err = store_seal_key_get(k->params.store, kid, &row);
    if (err != OK)
        return err;
    err = vault_unwrap(k->params.vault, row.wrapped, kid, secret);
    if (err != OK)
        return err == ERR_NOT_FOUND ? ERR_DENIED : err;
    pthread_rwlock_wrlock(&k->lock);
    if (find(k, kid) == NULL) {
        size_t slot = k->n++ % SLOTS;
        memcpy(k->kids[slot], kid, VAULT_KEY);
        vault_derive(secret, "lanterne pictures and captions at rest",
                     k->keys + slot * VAULT_DERIVED);
    }
    pthread_rwlock_unlock(&k->lock);
    sodium_memzero(secret, sizeof secret);
    return OK;
}

enum err coffer_keys_borrow(struct coffer_keys *keys, const uint8_t kid[VAULT_KEY],
                            const uint8_t **key)
{
    enum { TRIES = 4 }; /* others may need its slot before we hold the lock */
    enum err err = OK;
    for (int i = 0; i < TRIES && err == OK; i++) {
        pthread_rwlock_rdlock(&keys->lock);
        *key = find(keys, kid);
        if (*key != NULL)
            return OK;
        pthread_rwlock_unlock(&keys->lock);
        err = load(keys, kid);
    }
    return err == OK ? ERR_BUSY : err;
}

void coffer_keys_return(struct coffer_keys *keys)
{
    pthread_rwlock_unlock(&keys->lock);
}

enum err coffer_keys_newest(struct coffer_keys *keys, uint8_t kid[VAULT_KEY])
{
    struct store_seal_key row;
    enum err err = store_seal_key_newest(keys->params.store, &row);
    if (err == OK)
        memcpy(kid, row.kid, VAULT_KEY);
    return err;
}

enum err coffer_keys_make(struct coffer_keys *keys, bool is_first, bool is_whole)
{
    struct store_seal_key row = { .created = clock_now() };
    uint8_t secret[VAULT_KEY];
    if (keys->params.vault == NULL)
        return ERR_DENIED;
    randombytes_buf(row.kid, sizeof row.kid);
    randombytes_buf(secret, sizeof secret);
    enum err err = vault_wrap(keys->params.vault, secret, row.kid, row.wrapped);
    sodium_memzero(secret, sizeof secret);
    vault_wrapped_by(row.wrapped, row.master);
    return err == OK ? store_seal_key_add(keys->params.store, &row, is_first, is_whole) : err;
}
