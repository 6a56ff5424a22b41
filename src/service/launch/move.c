#include <string.h>

#include "driver/store/territories.h"
#include "service/launch/launch.h"

/* One instant holds one state: what comes at the very instant of another change comes just after
 * it. */
static utc_time free_instant(const struct territory *territory, utc_time at)
{
    for (size_t i = 0; i < territory->n_changes; i++)
        at.us += territory->changes[i].at.us == at.us;
    return at;
}

enum err launch_move(struct store *store, struct arena *arena, const struct launch_move *move,
                     utc_time now, struct launch_check *check)
{
    struct territory_change change = move->change;
    struct territory territory;
    if (territory_facts(move->code) == NULL)
        return ERR_ARGUMENT;
    enum err err = store_territory_get(store, arena, move->code, &territory);
    if (err != OK)
        return err;
    change.at = free_instant(&territory, change.at);
    err = territory_change_allowed(territory.changes, territory.n_changes, &change);
    if (err == OK && change.state == TERRITORY_OPEN) {
        err = launch_check(store, arena, move->code, change.at, check);
        if (err == OK && !check->report.is_ready && move->despite == NULL)
            err = ERR_DENIED;
        if (move->despite != NULL)
            change.reason = arena_printf(arena, "despite the report: %s", move->despite);
    }
    return err == OK ? store_territory_change(store, move->code, &change, now) : err;
}
