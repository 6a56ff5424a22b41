#include <stdlib.h>
#include <string.h>

#include "format/avails/internal.h"

enum { SLOTS_FIRST = 1024, SLOT_COST = 64 };

/* The seed differs from run to run, so that no file can be made whose values all fall into one
 * slot; what is read does not hang on it. */
void intern_init(struct intern *in, struct arena *arena)
{
    *in = (struct intern){ .arena = arena, .room = SLOTS_FIRST };
    in->slots = calloc(in->room, sizeof *in->slots);
    if (in->slots == NULL)
        abort();
    in->seed =
        (uint64_t)(uintptr_t)in->slots * UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)(uintptr_t)arena;
}

void intern_finish(struct intern *in)
{
    free(in->slots);
    *in = (struct intern){ .arena = NULL };
}

static uint64_t mixed(uint64_t a, uint64_t b)
{
    unsigned __int128 product =
        (unsigned __int128)(a ^ UINT64_C(0xa0761d6478bd642f)) * (b ^ UINT64_C(0xe7037ed1a0b428db));
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash_of(uint64_t seed, const uint8_t *bytes, size_t n)
{
    uint64_t h = mixed(seed, n);
    for (; n >= 8; bytes += 8, n -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        h = mixed(h ^ word, seed);
    }
    uint64_t last = 0;
    memcpy(&last, bytes, n);
    return mixed(h ^ last, seed ^ n);
}

static struct intern_slot *slot_of(const struct intern *in, uint64_t hash, const void *bytes,
                                   size_t n)
{
    for (size_t i = hash & (in->room - 1);; i = (i + 1) & (in->room - 1)) {
        struct intern_slot *slot = &in->slots[i];
        if (slot->bytes == NULL ||
            (slot->hash == hash && slot->n == n && memcmp(slot->bytes, bytes, n) == 0))
            return slot;
    }
}

static void widen(struct intern *in)
{
    struct intern_slot *old = in->slots;
    size_t room = in->room;
    in->room = room * 2;
    in->slots = calloc(in->room, sizeof *in->slots);
    if (in->slots == NULL)
        abort();
    for (size_t i = 0; i < room; i++) {
        size_t at = old[i].hash & (in->room - 1);
        while (old[i].bytes != NULL && in->slots[at].bytes != NULL)
            at = (at + 1) & (in->room - 1);
        if (old[i].bytes != NULL)
            in->slots[at] = old[i];
    }
    free(old);
}

const void *intern_bytes(struct intern *in, const void *bytes, size_t n)
{
    uint64_t hash = hash_of(in->seed, bytes, n);
    struct intern_slot *slot = slot_of(in, hash, bytes, n);
    if (slot->bytes != NULL)
        return slot->bytes;
    if (in->bytes > STRINGS_MAX || n > STRINGS_MAX - in->bytes)
        return NULL;
    in->bytes += n + SLOT_COST;
    *slot = (struct intern_slot){ hash, arena_strndup(in->arena, bytes, n), n };
    const void *kept = slot->bytes;
    if (++in->n > in->room / 3 * 2)
        widen(in);
    return kept;
}

void *avails_list_add(struct list *l)
{
    if (l->n == l->room) {
        size_t room = l->room == 0 ? 16 : l->room * 2;
        void *items = realloc(l->items, room * l->size);
        if (items == NULL)
            abort();
        l->items = items;
        l->room = room;
    }
    void *item = (uint8_t *)l->items + l->n++ * l->size;
    return memset(item, 0, l->size);
}

void list_finish(struct list *l)
{
    free(l->items);
    *l = (struct list){ .size = l->size };
}
