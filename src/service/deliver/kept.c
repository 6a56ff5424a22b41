#include "service/deliver/kept.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/text.h"

enum { SETS = 256, WAYS = 4, BASE_ROOM = 256, NAME_ROOM = 64 };

struct entry {
    struct http_content *content; /* NULL: free */
    size_t bytes;                 /* of it */
    utc_time expires;
    uint64_t tag;
    size_t size;
    char pass[ID_TEXT], name[NAME_ROOM], base[BASE_ROOM];
};

struct kept {
    pthread_mutex_t lock;
    size_t bytes;       /* of all */
    uint8_t next[SETS]; /* way that the set's next newcomer takes */
    struct entry entries[SETS][WAYS];
};

struct kept *kept_create(void)
{
    struct kept *k = calloc(1, sizeof *k);
    if (k != NULL)
        pthread_mutex_init(&k->lock, NULL);
    return k;
}

void kept_destroy(struct kept **kept)
{
    struct kept *k = *kept;
    *kept = NULL;
    if (k == NULL)
        return;
    for (size_t i = 0; i < (size_t)SETS * WAYS; i++)
        http_content_unref(&k->entries[i / WAYS][i % WAYS].content);
    pthread_mutex_destroy(&k->lock);
    free(k);
}

/* The letters of an id are random. */
static size_t set_of(const struct kept_key *key)
{
    uint64_t letters = 0;
    memcpy(&letters, key->pass, sizeof letters);
    return (size_t)((letters ^ key->tag) * UINT64_C(0x9e3779b97f4a7c15) >> 32) % SETS;
}

static bool can_be_kept(const struct kept_key *key)
{
    return strlen(key->pass) == ID_TEXT - 1 && strlen(key->base) < BASE_ROOM &&
           strlen(key->name) < NAME_ROOM;
}

static bool is_of(const struct entry *e, const struct kept_key *key)
{
    return e->content != NULL && e->tag == key->tag && e->size == key->size &&
           e->expires.us == key->expires.us && strcmp(e->pass, key->pass) == 0 &&
           strcmp(e->name, key->name) == 0 && strcmp(e->base, key->base) == 0;
}

/* With the lock held. */
static struct entry *find(struct kept *k, const struct kept_key *key)
{
    struct entry *set = k->entries[set_of(key)];
    for (size_t i = 0; i < WAYS; i++)
        if (is_of(&set[i], key))
            return &set[i];
    return NULL;
}

struct http_content *kept_find(struct kept *kept, const struct kept_key *key)
{
    if (!can_be_kept(key))
        return NULL;
    pthread_mutex_lock(&kept->lock);
    const struct entry *e = find(kept, key);
    struct http_content *content = e == NULL ? NULL : http_content_ref(e->content);
    pthread_mutex_unlock(&kept->lock);
    return content;
}

/* Frees the way in any case: so what is old goes when there is no room for what is new. With the
 * lock held. */
static struct entry *make_room(struct kept *k, size_t set, size_t bytes)
{
    struct entry *e = &k->entries[set][k->next[set]++ % WAYS];
    k->bytes -= e->bytes;
    http_content_unref(&e->content);
    *e = (struct entry){ .content = NULL };
    return bytes <= KEPT_BYTES_MAX - k->bytes ? e : NULL;
}

void kept_put(struct kept *kept, const struct kept_key *key, struct http_content *content,
              size_t size)
{
    if (!can_be_kept(key) || size > KEPT_BYTES_MAX)
        return;
    pthread_mutex_lock(&kept->lock);
    struct entry *e = find(kept, key) != NULL ? NULL : make_room(kept, set_of(key), size);
    if (e != NULL) {
        *e = (struct entry){ .content = http_content_ref(content),
                             .bytes = size,
                             .expires = key->expires,
                             .tag = key->tag,
                             .size = key->size };
        text_copy(e->pass, sizeof e->pass, key->pass);
        text_copy(e->name, sizeof e->name, key->name);
        text_copy(e->base, sizeof e->base, key->base);
        kept->bytes += size;
    }
    pthread_mutex_unlock(&kept->lock);
}
