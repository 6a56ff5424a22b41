#include "service/deliver/passes.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Room for a few thousand players at once; who falls out is checked again, which takes
 * microseconds. */
enum { SETS = 1024, WAYS = 4, LOCKS = 16 };

struct entry {
    uint64_t hash;
    size_t n; /* of text; 0: free */
    char text[PASS_TEXT_MAX];
    struct pass pass;
};

struct passes {
    const struct pass_key *keys;
    size_t n_keys;
    pthread_mutex_t locks[LOCKS];
    unsigned next[SETS]; /* way that the set's next newcomer takes */
    struct entry entries[SETS][WAYS];
};

struct passes *passes_create(const struct pass_key *keys, size_t n_keys)
{
    struct passes *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    p->keys = keys;
    p->n_keys = n_keys;
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_init(&p->locks[i], NULL);
    return p;
}

void passes_destroy(struct passes **passes)
{
    if (*passes == NULL)
        return;
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&(*passes)->locks[i]);
    free(*passes);
    *passes = NULL;
}

/* FNV-1a: only spreads; whether it is the pass is compared. */
static uint64_t hash_of(const char *text, size_t n)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++)
        h = (h ^ (uint8_t)text[i]) * UINT64_C(0x100000001b3);
    return h;
}

/* Compares without telling by its time how much was right. */
static bool equal(const char *a, const char *b, size_t n)
{
    unsigned char differs = 0;
    for (size_t i = 0; i < n; i++)
        differs |= (unsigned char)(a[i] ^ b[i]);
    return differs == 0;
}

static bool find(struct passes *p, uint64_t hash, const char *text, size_t n, struct entry *out)
{
    size_t set = hash % SETS;
    bool found = false;
    pthread_mutex_lock(&p->locks[set % LOCKS]);
    for (size_t i = 0; i < WAYS && !found; i++) {
        const struct entry *e = &p->entries[set][i];
        found = e->n == n && e->hash == hash && equal(e->text, text, n);
        if (found)
            *out = *e;
    }
    pthread_mutex_unlock(&p->locks[set % LOCKS]);
    return found;
}

static void keep(struct passes *p, const struct entry *e)
{
    size_t set = e->hash % SETS;
    pthread_mutex_lock(&p->locks[set % LOCKS]);
    p->entries[set][p->next[set]++ % WAYS] = *e;
    pthread_mutex_unlock(&p->locks[set % LOCKS]);
}

bool passes_check(struct passes *passes, const char *text, size_t n, utc_time now, struct pass *out)
{
    struct entry e = { .n = n };
    if (n == 0 || n >= PASS_TEXT_MAX)
        return false;
    e.hash = hash_of(text, n);
    if (!find(passes, e.hash, text, n, &e)) {
        if (pass_check(passes->keys, passes->n_keys, text, n, now, &e.pass) != OK)
            return false;
        memcpy(e.text, text, n);
        keep(passes, &e);
    }
    if (e.pass.expires.us <= now.us)
        return false;
    *out = e.pass;
    return true;
}
