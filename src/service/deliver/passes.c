#include "service/deliver/passes.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Room for some twenty thousand players at once, a kilobyte and a half each; who falls out is
 * checked again, which takes some tens of microseconds. */
enum { SETS = 4096, WAYS = 8, LOCKS = 16 };

struct entry {
    struct pass pass;
    char *fresh; /* what it was renewed by; NULL: nothing */
    utc_time fresh_expires;
    size_t n;
    char text[]; /* n characters */
};

struct passes {
    struct pass_door door;
    pthread_mutex_t locks[LOCKS];
    uint8_t next[SETS]; /* way that the set's next newcomer takes */
    struct slot {
        uint64_t part; /* of the signature: tells nearly all apart without a look at the entry */
        struct entry *entry;
    } slots[SETS][WAYS];
};

/* Where a pass is kept. */
struct key {
    size_t set;
    uint64_t part;
};

struct passes *passes_create(const struct pass_door *door)
{
    struct passes *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    p->door = *door;
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_init(&p->locks[i], NULL);
    return p;
}

static void forget(struct entry **e)
{
    if (*e != NULL)
        free((*e)->fresh);
    free(*e);
    *e = NULL;
}

void passes_destroy(struct passes **passes)
{
    if (*passes == NULL)
        return;
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&(*passes)->locks[i]);
    for (size_t i = 0; i < (size_t)SETS * WAYS; i++)
        forget(&(*passes)->slots[i / WAYS][i % WAYS].entry);
    free(*passes);
    *passes = NULL;
}

/* A part of the signature, which is as good as random in what is kept: nothing is kept that was not
 * signed. Too short to be a pass: false. */
static bool key_of(const char *text, size_t n, struct key *key)
{
    enum { FROM_END = 32 };
    if (n < FROM_END || n >= PASS_TEXT_MAX)
        return false;
    memcpy(&key->part, text + n - FROM_END, sizeof key->part);
    key->set = (size_t)(key->part * UINT64_C(0x9e3779b97f4a7c15) >> 32) % SETS;
    return true;
}

/* Compares without telling by its time how much was right. */
static bool equal(const char *a, const char *b, size_t n)
{
    unsigned char differs = 0;
    for (size_t i = 0; i < n; i++)
        differs |= (unsigned char)(a[i] ^ b[i]);
    return differs == 0;
}

/* Under the set's lock; NULL: it is not kept. */
static struct entry *find(struct passes *p, struct key key, const char *text, size_t n)
{
    for (size_t i = 0; i < WAYS; i++) {
        const struct slot *s = &p->slots[key.set][i];
        if (s->entry != NULL && s->part == key.part && s->entry->n == n &&
            equal(s->entry->text, text, n))
            return s->entry;
    }
    return NULL;
}

/* Without memory it is not kept. */
static void keep(struct passes *p, struct key key, const char *text, size_t n,
                 const struct pass *pass)
{
    struct entry *e = malloc(sizeof *e + n);
    if (e == NULL)
        return;
    *e = (struct entry){ .pass = *pass, .n = n };
    memcpy(e->text, text, n);
    pthread_mutex_lock(&p->locks[key.set % LOCKS]);
    if (find(p, key, text, n) == NULL) { /* who was faster is left in peace */
        struct slot *slot = &p->slots[key.set][p->next[key.set]++ % WAYS];
        forget(&slot->entry);
        *slot = (struct slot){ key.part, e };
        e = NULL;
    }
    pthread_mutex_unlock(&p->locks[key.set % LOCKS]);
    forget(&e);
}

enum pass_verdict passes_check(struct passes *p, const char *text, size_t n,
                               const struct pass_question *q, struct pass *out)
{
    struct key key;
    if (!key_of(text, n, &key))
        return PASS_NOT_ONE;
    pthread_mutex_lock(&p->locks[key.set % LOCKS]);
    const struct entry *e = find(p, key, text, n);
    if (e != NULL)
        *out = e->pass;
    pthread_mutex_unlock(&p->locks[key.set % LOCKS]);
    enum pass_verdict verdict = e != NULL ? PASS_GOOD : pass_check(&p->door, text, n, out);
    if (verdict != PASS_GOOD)
        return verdict;
    if (e == NULL)
        keep(p, key, text, n, out);
    return pass_allows(out, q);
}

void passes_renewed(struct passes *p, const char *text, size_t n, const char *fresh,
                    utc_time fresh_expires)
{
    struct key key;
    char *kept = strdup(fresh);
    if (kept == NULL || !key_of(text, n, &key)) {
        free(kept);
        return;
    }
    pthread_mutex_lock(&p->locks[key.set % LOCKS]);
    struct entry *e = find(p, key, text, n);
    if (e != NULL) {
        char *before = e->fresh;
        e->fresh = kept;
        e->fresh_expires = fresh_expires;
        kept = before;
    }
    pthread_mutex_unlock(&p->locks[key.set % LOCKS]);
    free(kept);
}

bool passes_fresh(struct passes *p, const char *text, size_t n, utc_time now, unsigned seconds,
                  char out[PASS_TEXT_MAX])
{
    struct key key;
    if (!key_of(text, n, &key))
        return false;
    pthread_mutex_lock(&p->locks[key.set % LOCKS]);
    const struct entry *e = find(p, key, text, n);
    bool is_fresh = e != NULL && e->fresh != NULL &&
                    e->fresh_expires.us - now.us >= seconds * UTC_SECOND &&
                    text_copy(out, PASS_TEXT_MAX, e->fresh);
    pthread_mutex_unlock(&p->locks[key.set % LOCKS]);
    return is_fresh;
}
