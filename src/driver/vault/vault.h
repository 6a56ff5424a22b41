/* Content keys as they lie in the store: wrapped by the master key, which is in a file, in an
 * environment variable or inside a PKCS#11 token, and never in the store or beside the media. A
 * wrapped key names the master key it was wrapped by and is bound to its key id. Master keys from
 * files and variables lie in memory that is locked, not dumped and not handed to child processes; a
 * token's never leaves it.
 *
 *   file:PATH     64 hexadecimal digits; readable by its owner only
 *   env:NAME      the same in an environment variable, which is emptied once it is read
 *   pkcs11:...    RFC 7512: object (or id), token, pin-source or pin-value, module-path
 *
 * Any thread. */
#ifndef LANTERNE_DRIVER_VAULT_VAULT_H
#define LANTERNE_DRIVER_VAULT_VAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct vault;

enum {
    VAULT_KEY = 16,     /* bytes of a content key and of its id */
    VAULT_WRAPPED = 74, /* bytes of a wrapped one: form, master key's name, nonce, key, tag */
    VAULT_NAME = 17,    /* 16 hexadecimal digits and a NUL: the name of a master key */
};

struct vault_params {
    const char *dir;        /* what file:PATH is relative to */
    const char *master_key; /* "file:keys/master.key" */
    const char *before;     /* master keys that still open, with spaces between; NULL or "": none */
    bool may_make;          /* a file that is not there is made, with a new key */
};
/* Reads the master keys and tries each of them. why (room bytes) says what is wrong, by the name of
 * the setting, and never what a key is.
 * ERR_ARGUMENT: not one of the forms. ERR_NOT_FOUND: no such file, variable, token or object.
 * ERR_DENIED: a file others can read, or a PIN the token refuses. ERR_MALFORMED: not a key.
 * ERR_UNSUPPORTED: the token has no AES-GCM. ERR_IO. */
MUST_CHECK enum err vault_open(const struct vault_params *params, struct vault **out, char *why,
                               size_t room);
void vault_close(struct vault **vault);

/* Makes a new master key where the text says (a file or an object in a token; not a variable).
 * ERR_EXISTS: there is one. The others as above. */
MUST_CHECK enum err vault_make(const char *dir, const char *master_key, char *why, size_t room);

MUST_CHECK enum err vault_wrap(struct vault *vault, const uint8_t key[VAULT_KEY],
                               const uint8_t kid[VAULT_KEY], uint8_t out[VAULT_WRAPPED]);
/* The caller wipes key. ERR_NOT_FOUND: none of our master keys wrapped it. ERR_DENIED: it was
 * changed, or is of another key id, or the master key is another of the same name. */
MUST_CHECK enum err vault_unwrap(struct vault *vault, const uint8_t wrapped[VAULT_WRAPPED],
                                 const uint8_t kid[VAULT_KEY], uint8_t key[VAULT_KEY]);

const char *vault_name(const struct vault *vault); /* of the master key that wraps */
bool vault_has(const struct vault *vault,
               const char *name); /* whether it opens what that wrapped */
void vault_wrapped_by(const uint8_t wrapped[VAULT_WRAPPED], char out[VAULT_NAME]);

/* A key of 32 bytes for one purpose, from a secret that the vault wraps. The caller wipes it. */
enum { VAULT_DERIVED = 32 };
void vault_derive(const uint8_t secret[VAULT_KEY], const char *purpose, uint8_t out[VAULT_DERIVED]);

/* Memory for keys in use: locked, not dumped, not in child processes, zeroed, wiped when freed.
 * NULL: there is none. n: at most 4,096. free takes a pointer to the pointer and leaves NULL. */
void *vault_secret_alloc(size_t n);
void vault_secret_free(void *pointer_to_pointer);

#endif
