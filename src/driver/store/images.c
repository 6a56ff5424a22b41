#include "driver/store/images.h"

#include "base/id.h"
#include "driver/store/internal.h"
#include "driver/store/title_rows.h"

static enum err find_owner(struct connection *c, const char *name, char id[ID_TEXT])
{
    struct query q = query_of(c, "SELECT id FROM title WHERE poster = ?1"
                                 " UNION ALL SELECT id FROM title WHERE backdrop = ?1"
                                 " UNION ALL SELECT series FROM episode WHERE still = ?1 LIMIT 1");
    query_text(&q, 1, name);
    enum err err = query_first(&q);
    if (err == OK)
        row_copy(&q, 0, id, ID_TEXT);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err is_ready(struct connection *c, const char *id, bool *ready)
{
    struct query q = query_of(c, "SELECT EXISTS (SELECT 1 FROM edition"
                                 " JOIN playable ON playable.id = edition.playable"
                                 " WHERE playable.title = ?1)");
    query_text(&q, 1, id);
    enum err err = query_first(&q);
    if (err == OK)
        *ready = row_number(&q, 0) != 0;
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err store_image_find(struct store *store, struct arena *arena, const char *name,
                          struct title *title, bool *ready)
{
    struct connection *c = NULL;
    char id[ID_TEXT] = "";
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = find_owner(c, name, id);
    if (err == OK)
        err = title_read(c, arena, id, title);
    if (err == OK)
        err = is_ready(c, id, ready);
    return store_read_end(store, &c, err);
}
