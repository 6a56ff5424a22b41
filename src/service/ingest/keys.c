#include "service/ingest/keys.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "driver/password/password.h"
#include "driver/store/keys.h"
#include "driver/vault/vault.h"

_Static_assert((int)VAULT_WRAPPED == (int)STORE_WRAPPED,
               "what the vault makes is what the store keeps");
_Static_assert((int)VAULT_KEY == (int)STORE_KEY, "and a key");
_Static_assert((int)VAULT_NAME == (int)STORE_MASTER_NAME, "and the name of a master key");

/* Key ids look like random UUIDs (RFC 9562): other systems read them so. */
static void new_kid(uint8_t kid[VAULT_KEY])
{
    secret_bytes(kid, VAULT_KEY);
    kid[6] = (uint8_t)((kid[6] & 0x0f) | 0x40);
    kid[8] = (uint8_t)((kid[8] & 0x3f) | 0x80);
}

static enum err make_one(const struct ingest *in, edition_id edition, enum key_class class,
                         struct store_content_key *out)
{
    uint8_t key[VAULT_KEY];
    *out = (struct store_content_key){ .edition = edition, .class = class, .created = clock_now() };
    new_kid(out->kid);
    secret_bytes(out->iv, sizeof out->iv);
    secret_bytes(key, sizeof key);
    enum err err = vault_wrap(in->vault, key, out->kid, out->wrapped);
    explicit_bzero(key, sizeof key);
    vault_wrapped_by(out->wrapped, out->master);
    return err;
}

enum err edition_keys_make(const struct ingest *in, edition_id edition,
                           const bool needed[KEY_CLASSES])
{
    struct store_content_key keys[KEY_CLASSES];
    size_t n = 0;
    enum err err = in->vault == NULL ? ERR_STATE : OK;
    for (size_t i = 0; i < KEY_CLASSES && err == OK; i++) {
        if (needed[i])
            err = make_one(in, edition, (enum key_class)i, &keys[n++]);
    }
    return err == OK ? store_content_keys_add(in->store, keys, n) : err;
}

enum err edition_keys_open(const struct ingest *in, edition_id edition, struct edition_keys **out)
{
    struct arena *arena = arena_create();
    struct store_content_key *rows = NULL;
    size_t n = 0;
    *out = NULL;
    struct edition_keys *keys = vault_secret_alloc(sizeof *keys);
    enum err err = keys == NULL ? ERR_MEMORY : in->vault == NULL ? ERR_STATE : OK;
    if (err == OK)
        err = store_content_keys(in->store, arena, edition, &rows, &n);
    if (err == OK && n == 0)
        err = ERR_NOT_FOUND;
    assert(n <= KEY_CLASSES); /* the store holds one of each */
    for (size_t i = 0; i < n && err == OK; i++) {
        struct cmaf_protection *p = &keys->of[rows[i].class];
        p->scheme = CMAF_CBCS;
        memcpy(p->kid, rows[i].kid, sizeof p->kid);
        memcpy(p->iv, rows[i].iv, sizeof p->iv);
        memcpy(keys->kids[i], rows[i].kid, sizeof keys->kids[i]);
        p->kids = (const uint8_t(*)[16])keys->kids;
        p->n_kids = n;
        keys->has[rows[i].class] = true;
        err = vault_unwrap(in->vault, rows[i].wrapped, rows[i].kid, p->key);
    }
    arena_destroy(&arena);
    if (err == OK)
        *out = keys;
    else
        edition_keys_close(&keys);
    return err;
}

void edition_keys_close(struct edition_keys **keys)
{
    vault_secret_free(keys);
}

const struct cmaf_protection *edition_keys_of(const struct edition_keys *keys, enum key_class class)
{
    return keys != NULL && keys->has[class] ? &keys->of[class] : NULL;
}

/* ---- masters ----------------------------------------------------------------------------------
 */

_Static_assert((int)VAULT_DERIVED == (int)MEDIA_SEAL, "what seals a master");

static enum err derive(const uint8_t secret[VAULT_KEY], uint8_t **seal)
{
    *seal = vault_secret_alloc(MEDIA_SEAL);
    if (*seal == NULL)
        return ERR_MEMORY;
    vault_derive(secret, "lanterne master at rest", *seal);
    return OK;
}

enum err master_seal_make(const struct ingest *in, struct store_seal *wrapped, uint8_t **seal)
{
    uint8_t secret[VAULT_KEY];
    *wrapped = (struct store_seal){ .is_sealed = true };
    *seal = NULL;
    if (in->vault == NULL)
        return ERR_STATE;
    new_kid(wrapped->kid);
    secret_bytes(secret, sizeof secret);
    enum err err = vault_wrap(in->vault, secret, wrapped->kid, wrapped->wrapped);
    vault_wrapped_by(wrapped->wrapped, wrapped->master);
    if (err == OK)
        err = derive(secret, seal);
    explicit_bzero(secret, sizeof secret);
    return err;
}

enum err master_seal_open(const struct ingest *in, const struct store_seal *wrapped, uint8_t **seal)
{
    uint8_t secret[VAULT_KEY];
    *seal = NULL;
    if (!wrapped->is_sealed)
        return OK;
    if (in->vault == NULL)
        return ERR_STATE;
    enum err err = vault_unwrap(in->vault, wrapped->wrapped, wrapped->kid, secret);
    if (err == OK)
        err = derive(secret, seal);
    explicit_bzero(secret, sizeof secret);
    return err;
}
