#include <string.h>

#include "service/launch/launch.h"
#include "service/launch/titles.h"

enum err launch_check(struct store *store, struct arena *arena, const char *code, utc_time at,
                      struct launch_check *out)
{
    struct launch_catalogue catalogue;
    if (territory_facts(code) == NULL)
        return ERR_ARGUMENT;
    enum err err = launch_catalogue_load(store, arena, &catalogue);
    if (err != OK)
        return err;
    out->territory = launch_catalogue_territory(&catalogue, code);
    out->at = at;
    return launch_catalogue_check(store, arena, &catalogue, &out->territory, at, &out->report);
}

enum err launch_check_json(struct store *store, const char *code, utc_time at, struct buf *out)
{
    struct arena *arena = arena_create();
    struct launch_check check;
    struct json_writer w = json_writer_of(out);
    enum err err = launch_check(store, arena, code, at, &check);
    if (err == OK)
        launch_check_write(&w, &check);
    arena_destroy(&arena);
    return err == OK ? out->err : err;
}
