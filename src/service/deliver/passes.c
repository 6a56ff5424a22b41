#include "service/deliver/passes.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Room for a few thousand players at once; who falls out is checked again, which takes
 * microseconds. */
enum { SETS = 1024, WAYS = 4, LOCKS = 16 };

struct entry {
    size_t n; /* of text; 0: free */
    char text[PASS_TEXT_MAX];
    struct pass pass;
    char fresh[PASS_TEXT_MAX]; /* "" : not renewed */
    utc_time fresh_expires;
};

struct passes {
    struct pass_door door;
    pthread_mutex_t locks[LOCKS];
    unsigned next[SETS]; /* way that the set's next newcomer takes */
    struct entry entries[SETS][WAYS];
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

void passes_destroy(struct passes **passes)
{
    if (*passes == NULL)
        return;
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&(*passes)->locks[i]);
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
        struct entry *e = &p->entries[set][i];
        if (e->n == n && equal(e->text, text, n))
            return e;
    }
    return NULL;
}

static void keep(struct passes *p, size_t set, const char *text, size_t n, const struct pass *pass)
{
    pthread_mutex_lock(&p->locks[set % LOCKS]);
    if (find(p, set, text, n) == NULL) { /* who was faster is left in peace */
        struct entry *e = &p->entries[set][p->next[set]++ % WAYS];
        e->n = n;
        memcpy(e->text, text, n);
        e->pass = *pass;
        e->fresh[0] = 0;
    }
    pthread_mutex_unlock(&p->locks[set % LOCKS]);
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
    size_t set, size = strlen(fresh);
    if (!set_of(text, n, &set) || size >= PASS_TEXT_MAX)
        return;
    pthread_mutex_lock(&p->locks[set % LOCKS]);
    struct entry *e = find(p, set, text, n);
    if (e != NULL) {
        memcpy(e->fresh, fresh, size + 1);
        e->fresh_expires = fresh_expires;
    }
    pthread_mutex_unlock(&p->locks[set % LOCKS]);
}

bool passes_fresh(struct passes *p, const char *text, size_t n, utc_time now, unsigned seconds,
                  char out[PASS_TEXT_MAX])
{
    size_t set;
    if (!set_of(text, n, &set))
        return false;
    pthread_mutex_lock(&p->locks[set % LOCKS]);
    const struct entry *e = find(p, set, text, n);
    bool is_fresh =
        e != NULL && e->fresh[0] != 0 && e->fresh_expires.us - now.us >= seconds * UTC_SECOND;
    if (is_fresh)
        memcpy(out, e->fresh, PASS_TEXT_MAX);
    pthread_mutex_unlock(&p->locks[set % LOCKS]);
    return is_fresh;
}
