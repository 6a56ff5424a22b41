#include "driver/vault/master.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { FORM_MEMORY = 1 };

enum err why_say(const struct why *why, enum err err, const char *format, ...)
{
    char said[512];
    va_list args;
    va_start(args, format);
    vsnprintf(said, sizeof said, format, args);
    va_end(args);
    if (why->room > 0)
        snprintf(why->text, why->room, "%s: %s: %s", why->setting, why->value, said);
    return err;
}

/* ---- in memory: XChaCha20-Poly1305 ------------------------------------------------------------
 */

_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == MASTER_KEY, "the key");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES <= WRAP_NONCE, "the nonce");
_Static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == WRAP_TAG, "the tag");

static enum err memory_seal(struct master *m, const struct wrap_parts *parts, const uint8_t *key,
                            uint8_t nonce[WRAP_NONCE], uint8_t *out)
{
    randombytes_buf(nonce, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, key, VAULT_KEY, parts->associated,
                                               sizeof parts->associated, NULL, nonce, m->key);
    return OK;
}

static enum err memory_open(struct master *m, const struct wrap_parts *parts,
                            const uint8_t nonce[WRAP_NONCE], const uint8_t *sealed, uint8_t *key)
{
    int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(key, NULL, NULL, sealed,
                                                         VAULT_KEY + WRAP_TAG, parts->associated,
                                                         sizeof parts->associated, nonce, m->key);
    return bad == 0 ? OK : ERR_DENIED;
}

static void memory_close(struct master *m)
{
    vault_secret_free(&m->key);
}

static const struct master_ops memory_ops = {
    .form = FORM_MEMORY, .seal = memory_seal, .open = memory_open, .close = memory_close
};

/* The name is of the key itself, so that it stays wherever the key is moved to; 64 bits of a keyed
 * hash tell nobody a key of 256. */
void master_of_key(struct master *m, uint8_t *key)
{
    static const char domain[] = "lanterne master key's name";
    uint8_t hash[crypto_generichash_BYTES_MIN];
    _Static_assert(sizeof hash >= WRAP_NAME, "the name");
    crypto_generichash(hash, sizeof hash, (const uint8_t *)domain, sizeof domain, key, MASTER_KEY);
    *m = (struct master){ .ops = &memory_ops, .key = key };
    memcpy(m->name, hash, WRAP_NAME);
}

/* ---- by its text ------------------------------------------------------------------------------
 */

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static enum err path_of(const char *dir, const char *file, char *out, size_t room,
                        const struct why *why)
{
    int n = file[0] == '/' ? snprintf(out, room, "%s", file)
                           : snprintf(out, room, "%s/%s", dir == NULL ? "." : dir, file);
    return file[0] != 0 && n > 0 && (size_t)n < room ? OK
                                                     : why_say(why, ERR_ARGUMENT, "names no file");
}

static enum err read_into(uint8_t *key, const char *dir, const char *text, bool may_make,
                          const struct why *why)
{
    char path[4096];
    if (begins(text, "env:"))
        return master_environment_read(text + 4, key, why);
    enum err err = path_of(dir, text + 5, path, sizeof path, why);
    if (err == OK)
        err = master_file_read(path, key, why);
    if (err != ERR_NOT_FOUND || !may_make)
        return err;
    err = master_file_make(path, why);
    return err == OK || err == ERR_EXISTS ? master_file_read(path, key, why) : err;
}

enum err master_open(struct master *out, const char *dir, const char *text, bool may_make,
                     const struct why *why)
{
    *out = (struct master){ 0 };
    if (begins(text, "pkcs11:"))
        return master_token_open(out, text, why);
    if (!begins(text, "file:") && !begins(text, "env:"))
        return why_say(why, ERR_ARGUMENT, "must be file:PATH, env:NAME or a pkcs11: address");
    uint8_t *key = vault_secret_alloc(MASTER_KEY);
    if (key == NULL)
        return why_say(why, ERR_MEMORY, "memory cannot be locked for it");
    enum err err = read_into(key, dir, text, may_make, why);
    if (err == OK)
        master_of_key(out, key);
    else
        vault_secret_free(&key);
    return err;
}

void master_close(struct master *m)
{
    if (m->ops != NULL)
        m->ops->close(m);
    *m = (struct master){ 0 };
}

enum err vault_make(const char *dir, const char *master_key, char *text, size_t room)
{
    char path[4096];
    struct why why = { .text = text, .room = room, .setting = "master key", .value = master_key };
    if (sodium_init() < 0)
        return ERR_INTERNAL;
    if (begins(master_key, "pkcs11:"))
        return master_token_make(master_key, &why);
    if (!begins(master_key, "file:"))
        return why_say(&why, ERR_ARGUMENT, "must be file:PATH or a pkcs11: address");
    enum err err = path_of(dir, master_key + 5, path, sizeof path, &why);
    return err == OK ? master_file_make(path, &why) : err;
}
