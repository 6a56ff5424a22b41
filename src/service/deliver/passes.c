#include "service/deliver/passes.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Room for some ten thousand players at once, a kilobyte and a half each; who falls out is checked
 * again, which takes some tens of microseconds. */
enum { SETS = 4096, WAYS = 4, LOCKS = 16 };

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
    struct entry *entries[SETS][WAYS];
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
        forget(&(*passes)->entries[i / WAYS][i % WAYS]);
    free(*passes);
    *passes = NULL;
}

/* Spreads by a part of the signature, which is as good as random in what is kept: nothing is kept
 * that was not signed. Too short to be a pass: false. */
static bool set_of(const char *text, size_t n, size_t *set)
{
    enum { FROM_END = 32 };
    uint64_t part;
    if (n < FROM_END || n >= PASS_TEXT_MAX)
        return false;
    memcpy(&part, text + n - FROM_END, sizeof part);
    *set = (size_t)(part * UINT64_C(0x9e3779b97f4a7c15) >> 32) % SETS;
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
static struct entry *find(struct passes *p, size_t set, const char *text, size_t n)
{
    for (size_t i = 0; i < WAYS; i++) {
        struct entry *e = p->entries[set][i];
        if (e != NULL && e->n == n && equal(e->text, text, n))
            return e;
    }
    return NULL;
}

/* Without memory it is not kept. */
static void keep(struct passes *p, size_t set, const char *text, size_t n, const struct pass *pass)
{
    struct entry *e = malloc(sizeof *e + n);
    if (e == NULL)
        return;
    *e = (struct entry){ .pass = *pass, .n = n };
    memcpy(e->text, text, n);
    pthread_mutex_lock(&p->locks[set % LOCKS]);
    if (find(p, set, text, n) == NULL) { /* who was faster is left in peace */
        struct entry **place = &p->entries[set][p->next[set]++ % WAYS];
        forget(place);
        *place = e;
        e = NULL;
    }
    pthread_mutex_unlock(&p->locks[set % LOCKS]);
    forget(&e);
}

enum pass_verdict passes_check(struct passes *p, const char *text, size_t n,
                               const struct pass_question *q, struct pass *out)
{
    size_t set;
    if (!set_of(text, n, &set))
        return PASS_NOT_ONE;
    pthread_mutex_lock(&p->locks[set % LOCKS]);
    const struct entry *e = find(p, set, text, n);
    if (e != NULL)
        *out = e->pass;
    pthread_mutex_unlock(&p->locks[set % LOCKS]);
    enum pass_verdict verdict = e != NULL ? PASS_GOOD : pass_check(&p->door, text, n, out);
    if (verdict != PASS_GOOD)
        return verdict;
    if (e == NULL)
        keep(p, set, text, n, out);
    return pass_allows(out, q);
}

void passes_renewed(struct passes *p, const char *text, size_t n, const char *fresh,
                    utc_time fresh_expires)
{
    size_t set;
    char *kept = strdup(fresh);
    if (kept == NULL || !set_of(text, n, &set)) {
        free(kept);
        return;
    }
    pthread_mutex_lock(&p->locks[set % LOCKS]);
    struct entry *e = find(p, set, text, n);
    if (e != NULL) {
        char *before = e->fresh;
        e->fresh = kept;
        e->fresh_expires = fresh_expires;
        kept = before;
    }
    pthread_mutex_unlock(&p->locks[set % LOCKS]);
    free(kept);
}

bool passes_fresh(struct passes *p, const char *text, size_t n, utc_time now, unsigned seconds,
                  char out[PASS_TEXT_MAX])
{
    size_t set;
    if (!set_of(text, n, &set))
        return false;
    pthread_mutex_lock(&p->locks[set % LOCKS]);
    const struct entry *e = find(p, set, text, n);
    bool is_fresh = e != NULL && e->fresh != NULL &&
                    e->fresh_expires.us - now.us >= seconds * UTC_SECOND &&
                    text_copy(out, PASS_TEXT_MAX, e->fresh);
    pthread_mutex_unlock(&p->locks[set % LOCKS]);
    return is_fresh;
}
