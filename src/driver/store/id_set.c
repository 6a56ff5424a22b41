#include "driver/store/id_set.h"

#include <string.h>

#include "base/text.h"

struct id_set id_set_of(struct arena *arena)
{
    return (struct id_set){ .arena = arena };
}

/* The slot of the id, or the free one where it belongs. Ids are random: their letters are a hash
 * when they are mixed. */
static size_t slot_of(const struct id_set *set, const char *id)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (const char *at = id; *at != 0; at++)
        hash = (hash ^ (uint8_t)*at) * UINT64_C(1099511628211);
    size_t slots = 2 * set->room, i = hash % slots;
    while (set->slots[i] != 0 && strcmp(set->ids[set->slots[i] - 1], id) != 0)
        i = (i + 1) % slots;
    return i;
}

static void grow(struct id_set *set)
{
    size_t room = set->room == 0 ? 64 : set->room * 2;
    char(*ids)[ID_TEXT] = arena_array(set->arena, room, sizeof *ids);
    if (set->n > 0)
        memcpy(ids, set->ids, set->n * sizeof *ids);
    set->ids = ids;
    set->room = room;
    set->slots = ARENA_ARRAY(set->arena, uint32_t, 2 * room);
    for (size_t i = 0; i < set->n; i++)
        set->slots[slot_of(set, ids[i])] = (uint32_t)i + 1;
}

void id_set_add(struct id_set *set, const char *id)
{
    if (id[0] == 0)
        return;
    if (set->n == set->room)
        grow(set);
    size_t slot = slot_of(set, id);
    if (set->slots[slot] != 0)
        return;
    text_copy(set->ids[set->n], ID_TEXT, id);
    set->slots[slot] = (uint32_t)++set->n;
}
