/* One master key, wherever it is. Only for driver/vault. */
#ifndef LANTERNE_DRIVER_VAULT_MASTER_H
#define LANTERNE_DRIVER_VAULT_MASTER_H

#include <stdarg.h>

#include "driver/vault/vault.h"

/* A wrapped key, to the byte: form, name of the master key, nonce (what a form does not use is
 * zero), the key, the tag. What stands before the nonce and the key id are authenticated. */
enum {
    WRAP_FORM = 2,
    WRAP_NAME = 8,
    WRAP_NONCE = 32,
    WRAP_TAG = 16,
    WRAP_HEAD = WRAP_FORM + WRAP_NAME,
    WRAP_ASSOCIATED = WRAP_HEAD + VAULT_KEY,
    MASTER_KEY = 32,
};
_Static_assert(WRAP_HEAD + WRAP_NONCE + VAULT_KEY + WRAP_TAG == VAULT_WRAPPED, "the layout");

/* The head and the key id, as both forms authenticate them. */
struct wrap_parts {
    uint8_t associated[WRAP_ASSOCIATED];
};

struct master;
struct master_ops {
    uint8_t form;
    /* out: VAULT_KEY and WRAP_TAG bytes; nonce: filled in. */
    enum err (*seal)(struct master *m, const struct wrap_parts *parts, const uint8_t *key,
                     uint8_t nonce[WRAP_NONCE], uint8_t *out);
    enum err (*open)(struct master *m, const struct wrap_parts *parts,
                     const uint8_t nonce[WRAP_NONCE], const uint8_t *sealed, uint8_t *key);
    void (*close)(struct master *m);
};

struct token;
struct master {
    const struct master_ops *ops; /* NULL: none */
    uint8_t name[WRAP_NAME];
    uint8_t *key;        /* MASTER_KEY bytes of vault_secret_alloc; NULL: in a token */
    struct token *token; /* NULL: in memory */
};

/* What went wrong, for people. */
struct why {
    char *text;
    size_t room;
    const char *setting; /* "master_key" */
    const char *value;   /* as the setting says it, without a PIN */
};
/* Says it and returns err. */
enum err why_say(const struct why *why, enum err err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reads it. may_make: a file that is not there is made. On an error *out is empty. */
MUST_CHECK enum err master_open(struct master *out, const char *dir, const char *text,
                                bool may_make, const struct why *why);
void master_close(struct master *m);

/* In memory: takes key (of vault_secret_alloc), which then is m's. */
void master_of_key(struct master *m, uint8_t *key);

/* file.c: reads the key at path into key (MASTER_KEY bytes). */
MUST_CHECK enum err master_file_read(const char *path, uint8_t *key, const struct why *why);
/* Makes a file with a new key: whole or not at all. ERR_EXISTS. */
MUST_CHECK enum err master_file_make(const char *path, const struct why *why);
MUST_CHECK enum err master_environment_read(const char *name, uint8_t *key, const struct why *why);

/* token.c: the object a PKCS#11 address names; may_make: makes one in the token. */
MUST_CHECK enum err master_token_open(struct master *out, const char *uri, const struct why *why);
MUST_CHECK enum err master_token_make(const char *uri, const struct why *why);

#endif
