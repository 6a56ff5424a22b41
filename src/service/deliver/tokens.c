#include "service/deliver/tokens.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "format/pass/licence.h"

/* A player asks for its dozen playlists within a second or two; who falls out is signed again. */
enum { SETS = 512, WAYS = 4 };

struct entry {
    char id[ID_TEXT]; /* of the pass, which is signed: nobody else can have it; "" : free */
    utc_time expires;
    size_t n; /* characters of text */
    char text[PASS_TEXT_MAX];
};

struct tokens {
    const struct pass_key *key;
    pthread_mutex_t lock;
    unsigned next[SETS]; /* way that the set's next newcomer takes */
    struct entry entries[SETS][WAYS];
};

struct tokens *tokens_create(const struct pass_key *key)
{
    struct tokens *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->key = key;
    pthread_mutex_init(&t->lock, NULL);
    return t;
}

void tokens_destroy(struct tokens **tokens)
{
    if (*tokens == NULL)
        return;
    pthread_mutex_destroy(&(*tokens)->lock);
    free(*tokens);
    *tokens = NULL;
}

static size_t set_of(const char *id)
{
    uint32_t h = UINT32_C(2166136261);
    for (; *id != 0; id++)
        h = (h ^ (uint8_t)*id) * UINT32_C(16777619);
    return h % SETS;
}

static bool find(struct tokens *t, const struct pass *media, char out[PASS_TEXT_MAX])
{
    struct entry *set = t->entries[set_of(media->id)];
    bool found = false;
    pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < WAYS && !found; i++) {
        const struct entry *e = &set[i];
        found = strcmp(e->id, media->id) == 0 && e->expires.us == media->expires.us;
        if (found)
            memcpy(out, e->text, e->n + 1);
    }
    pthread_mutex_unlock(&t->lock);
    return found;
}

static void keep(struct tokens *t, const struct pass *media, const char *text)
{
    size_t set = set_of(media->id);
    pthread_mutex_lock(&t->lock);
    struct entry *e = &t->entries[set][t->next[set]++ % WAYS];
    memcpy(e->id, media->id, sizeof e->id);
    e->expires = media->expires;
    e->n = strlen(text);
    memcpy(e->text, text, e->n + 1);
    pthread_mutex_unlock(&t->lock);
}

enum err tokens_make(struct tokens *tokens, const struct pass *media, char out[PASS_TEXT_MAX])
{
    bool has_id = media->id[0] != 0;
    if (has_id && find(tokens, media, out))
        return OK;
    struct pass token = pass_for_licence(media);
    enum err err = pass_sign(tokens->key, &token, out);
    if (err == OK && has_id)
        keep(tokens, media, out);
    return err;
}
