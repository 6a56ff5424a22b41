#include "box/play/keys.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct entry {
    uint8_t id[KEYS_ID], key[KEYS_KEY];
};

struct keys {
    pthread_mutex_t mutex;
    atomic_uint owners;
    size_t n;
    bool is_wiped;
    struct entry *entries; /* KEYS_MAX, mapped for them alone */
};

enum { ENTRIES_SIZE = KEYS_MAX * sizeof(struct entry) };

enum err keys_create(struct keys **out)
{
    struct keys *keys = calloc(1, sizeof *keys);
    if (keys == NULL)
        return ERR_MEMORY;
    keys->entries =
        mmap(NULL, ENTRIES_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (keys->entries == MAP_FAILED) {
        free(keys);
        return ERR_MEMORY;
    }
    if (mlock(keys->entries, ENTRIES_SIZE) != 0 ||
        madvise(keys->entries, ENTRIES_SIZE, MADV_DONTDUMP) != 0) {
        munmap(keys->entries, ENTRIES_SIZE);
        free(keys);
        return ERR_MEMORY;
    }
    pthread_mutex_init(&keys->mutex, NULL);
    atomic_init(&keys->owners, 1);
    *out = keys;
    return OK;
}

struct keys *keys_ref(struct keys *keys)
{
    atomic_fetch_add(&keys->owners, 1);
    return keys;
}

void keys_unref(struct keys **keys)
{
    struct keys *k = *keys;
    *keys = NULL;
    if (k == NULL || atomic_fetch_sub(&k->owners, 1) != 1)
        return;
    explicit_bzero(k->entries, ENTRIES_SIZE);
    munmap(k->entries, ENTRIES_SIZE);
    pthread_mutex_destroy(&k->mutex);
    free(k);
}

static struct entry *entry_of(struct keys *keys, const uint8_t id[KEYS_ID])
{
    for (size_t i = 0; i < keys->n; i++) {
        if (memcmp(keys->entries[i].id, id, KEYS_ID) == 0)
            return &keys->entries[i];
    }
    return NULL;
}

enum err keys_put(struct keys *keys, const uint8_t id[KEYS_ID], const uint8_t key[KEYS_KEY])
{
    pthread_mutex_lock(&keys->mutex);
    struct entry *entry = entry_of(keys, id);
    if (entry == NULL && !keys->is_wiped && keys->n < KEYS_MAX)
        entry = &keys->entries[keys->n++];
    if (entry != NULL) {
        memcpy(entry->id, id, KEYS_ID);
        memcpy(entry->key, key, KEYS_KEY);
    }
    pthread_mutex_unlock(&keys->mutex);
    return entry != NULL ? OK : ERR_FULL;
}

bool keys_find(struct keys *keys, const uint8_t id[KEYS_ID], uint8_t key[KEYS_KEY])
{
    pthread_mutex_lock(&keys->mutex);
    const struct entry *entry = entry_of(keys, id);
    if (entry != NULL)
        memcpy(key, entry->key, KEYS_KEY);
    pthread_mutex_unlock(&keys->mutex);
    return entry != NULL;
}

void keys_wipe(struct keys *keys)
{
    pthread_mutex_lock(&keys->mutex);
    for (size_t i = 0; i < keys->n; i++)
        explicit_bzero(&keys->entries[i], sizeof keys->entries[i]);
    keys->n = 0;
    keys->is_wiped = true;
    pthread_mutex_unlock(&keys->mutex);
}
