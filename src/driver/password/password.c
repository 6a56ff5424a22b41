#include "driver/password/password.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum { PASSES = 2, AT_ONCE = 2 };
static const size_t memory_bytes = 19 * 1024 * 1024;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t has_room = PTHREAD_COND_INITIALIZER;
static unsigned at_work, waiting; /* under lock */
/* Of a password nobody knows: what unknown accounts are checked against. */
static char dummy_hash[PASSWORD_HASH_TEXT];

_Static_assert(PASSWORD_HASH_TEXT >= crypto_pwhash_argon2id_STRBYTES, "a hash must fit");

static void prepare(void)
{
    uint8_t nobody[32];
    if (sodium_init() < 0)
        abort();
    randombytes_buf(nobody, sizeof nobody);
    if (crypto_pwhash_argon2id_str(dummy_hash, (const char *)nobody, sizeof nobody, PASSES,
                                   memory_bytes) != 0)
        abort();
}

static enum err enter(void)
{
    enum err err = OK;
    pthread_mutex_lock(&lock);
    if (waiting >= PASSWORD_WAITING_MAX) {
        err = ERR_BUSY;
    } else {
        waiting++;
        while (at_work >= AT_ONCE)
            pthread_cond_wait(&has_room, &lock);
        waiting--;
        at_work++;
    }
    pthread_mutex_unlock(&lock);
    return err;
}

static void leave(void)
{
    pthread_mutex_lock(&lock);
    at_work--;
    pthread_cond_signal(&has_room);
    pthread_mutex_unlock(&lock);
}

enum err password_hash(const char *password, size_t n, char out[PASSWORD_HASH_TEXT])
{
    pthread_once(&once, prepare);
    enum err err = enter();
    if (err != OK)
        return err;
    memset(out, 0, PASSWORD_HASH_TEXT);
    int failed = crypto_pwhash_argon2id_str(out, password, n, PASSES, memory_bytes);
    leave();
    return failed == 0 ? OK : ERR_MEMORY;
}

enum err password_check(const char *hash, const char *password, size_t n, bool *good)
{
    char kept[PASSWORD_HASH_TEXT] = { 0 };
    *good = false;
    pthread_once(&once, prepare);
    enum err err = enter();
    if (err != OK)
        return err;
    bool known = hash != NULL && text_copy(kept, sizeof kept, hash);
    int differs = crypto_pwhash_argon2id_str_verify(known ? kept : dummy_hash, password, n);
    leave();
    *good = known && differs == 0;
    return OK;
}

bool password_is_outdated(const char *hash)
{
    char kept[PASSWORD_HASH_TEXT] = { 0 };
    return !text_copy(kept, sizeof kept, hash) ||
           crypto_pwhash_argon2id_str_needs_rehash(kept, PASSES, memory_bytes) != 0;
}

void secret_bytes(uint8_t *out, size_t n)
{
    pthread_once(&once, prepare);
    randombytes_buf(out, n);
}

void password_new(char out[PASSWORD_NEW_TEXT])
{
    /* 32 signs, so that each takes 5 bits; none that is mistaken for another */
    static const char signs[] = "abcdefghijkmnpqrstuvwxyz23456789";
    enum { GROUPS = 5, GROUP = 5 };
    uint8_t bytes[GROUPS * GROUP];
    size_t at = 0;
    secret_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        if (i > 0 && i % GROUP == 0)
            out[at++] = '-';
        out[at++] = signs[bytes[i] & 31];
    }
    out[at] = 0;
    assert(at + 1 == PASSWORD_NEW_TEXT);
    sodium_memzero(bytes, sizeof bytes);
}

void token_new(char out[TOKEN_TEXT], uint8_t digest[TOKEN_DIGEST])
{
    uint8_t bytes[32];
    secret_bytes(bytes, sizeof bytes);
    sodium_bin2base64(out, TOKEN_TEXT, bytes, sizeof bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    crypto_hash_sha256(digest, (const unsigned char *)out, TOKEN_TEXT - 1);
    sodium_memzero(bytes, sizeof bytes);
}

enum err token_digest(const char *token, size_t n, uint8_t digest[TOKEN_DIGEST])
{
    uint8_t bytes[32];
    size_t size = 0;
    if (n != TOKEN_TEXT - 1 || text_base64url_decode(token, n, bytes, sizeof bytes, &size) != OK)
        return ERR_MALFORMED;
    crypto_hash_sha256(digest, (const unsigned char *)token, n);
    return OK;
}
