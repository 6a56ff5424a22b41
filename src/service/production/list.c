#include <string.h>

#include "driver/store/titles.h"
#include "rules/production/production_json.h"
#include "service/production/production.h"

static enum err name_of(struct store *store, struct arena *arena, title_id id, const char **out)
{
    struct title title;
    enum err err = store_title_get(store, arena, id, &title);
    *out = err == OK ? title.original_title : NULL;
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err production_json(struct store *store, struct arena *arena, const char *who, utc_time now,
                         struct json_writer *w)
{
    struct production p;
    const char *name = NULL;
    enum err err = store_production_find(store, arena, who, &p);
    if (err == OK)
        err = name_of(store, arena, p.title, &name);
    if (err == OK)
        production_json_fields(&p, name, now, w);
    return err;
}

enum err productions_json(struct store *store, struct arena *arena, utc_time now,
                          struct json_writer *w)
{
    struct production *all = NULL;
    size_t n = 0;
    enum err err = store_productions_list(store, arena, &all, &n);
    json_array(w, "items");
    for (size_t i = 0; i < n && err == OK; i++) {
        const char *name = NULL;
        err = name_of(store, arena, all[i].title, &name);
        json_object(w, NULL);
        if (err == OK)
            production_json_fields(&all[i], name, now, w);
        json_end(w);
    }
    json_end(w);
    return err;
}
