#include <sodium.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "driver/vault/vault.h"

enum { STACK = 8192 }; /* more than a hash of the library takes */

/* libsodium locks the pages and keeps them out of dumps; a child gets none of them. What it returns
 * ends at the end of a page, with its canary before, so that page is all there is. */
void *vault_secret_alloc(size_t n)
{
    enum { MOST = 4096 };
    if (n == 0 || n > MOST || sodium_init() < 0)
        return NULL;
    void *p = sodium_malloc(n);
    if (p == NULL)
        return NULL;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), at = (uintptr_t)p & ~(page - 1);
    if (madvise((void *)at, (uintptr_t)p + n - at, MADV_DONTFORK) != 0) {
        sodium_free(p);
        return NULL;
    }
    sodium_memzero(p, n); /* it comes filled with a pattern */
    return p;
}

/* The library builds its answer on the stack and leaves it there. */
void vault_derive(const uint8_t secret[VAULT_KEY], const char *purpose, uint8_t out[VAULT_DERIVED])
{
    crypto_generichash(out, VAULT_DERIVED, (const uint8_t *)purpose, strlen(purpose), secret,
                       VAULT_KEY);
    sodium_stackzero(STACK);
}

void vault_secret_free(void *pointer_to_pointer)
{
    void **at = pointer_to_pointer;
    sodium_free(*at); /* wipes */
    *at = NULL;
}
