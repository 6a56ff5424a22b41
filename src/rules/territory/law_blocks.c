/* What of the laws holds single titles back: chronology as blocks, the age of the locked area. */
#include <string.h>

#include "rules/territory/law.h"

/* Whether the law is ever in force in the territory. */
static bool is_of(const struct law *law, const char *territory)
{
    return law_in_force(law, territory, law->from);
}

static struct rights_block block_of(const struct law *law, const char *territory)
{
    struct rights_block block = {
        .id = law->id,
        .source = law->source,
        .kind = RIGHTS_BLOCK_LAW,
        .licences = law->licences,
        .from = { .kind = RIGHTS_EDGE_DAY, .day = law->from },
        .until = { .kind = RIGHTS_EDGE_EVENT,
                   .event = law->event,
                   .lag = { .months = law->months } },
        .blocks_when_unknown = false,
    };
    if (!law->is_open_ended)
        block.at_latest = (struct rights_edge){ .kind = RIGHTS_EDGE_DAY, .day = law->until };
    territory_set_add(&block.where, territory);
    return block;
}

enum err law_blocks(struct arena *arena, const struct law *laws, size_t n, const char *territory,
                    const struct zone *zone, struct rights_block **out, size_t *n_out)
{
    struct rights_block *blocks = ARENA_ARRAY(arena, struct rights_block, n + 1);
    size_t found = 0;
    (void)zone; /* its days are read in the zone of the question that the blocks are put to */
    for (size_t i = 0; i < n; i++) {
        if (laws[i].kind == LAW_CHRONOLOGY && laws[i].is_enforced && is_of(&laws[i], territory))
            blocks[found++] = block_of(&laws[i], territory);
    }
    *out = blocks;
    *n_out = found;
    return OK;
}

int law_locked_age(const struct law *laws, size_t n, const char *territory, utc_time at,
                   const struct zone *zone)
{
    int32_t second;
    civil_day day = zone_day(zone, at, &second);
    int age = 0;
    for (size_t i = 0; i < n; i++) {
        if (laws[i].kind != LAW_AGE || !laws[i].is_enforced ||
            !law_in_force(&laws[i], territory, day))
            continue;
        if (age == 0 || laws[i].age < age)
            age = laws[i].age;
    }
    return age;
}
