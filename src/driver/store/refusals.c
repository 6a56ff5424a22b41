#include "driver/store/refusals.h"

#include "driver/store/internal.h"

static enum err put(struct connection *c, void *call)
{
    const struct store_refusal *r = call;
    struct query q = query_of(c, "INSERT INTO master_refusal (playable, file_name, refusals,"
                                 " refused) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (playable) DO"
                                 " UPDATE SET file_name = excluded.file_name, refusals ="
                                 " excluded.refusals, refused = excluded.refused");
    query_text(&q, 1, r->playable.s);
    query_text(&q, 2, r->file_name);
    query_text(&q, 3, r->refusals);
    query_number(&q, 4, r->refused.us);
    return query_run(&q, NULL);
}

enum err store_refusal_put(struct store *store, const struct store_refusal *refusal)
{
    struct store_refusal copy = *refusal;
    return store_write(store, put, &copy);
}

enum err store_refusal_get(struct store *store, struct arena *arena, playable_id playable,
                           struct store_refusal *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT file_name, refusals, refused FROM master_refusal"
                                 " WHERE playable = ?1");
    query_text(&q, 1, playable.s);
    err = query_first(&q);
    if (err == OK)
        *out = (struct store_refusal){ .playable = playable,
                                       .file_name = row_text(&q, arena, 0),
                                       .refusals = row_text(&q, arena, 1),
                                       .refused = row_time(&q, 2) };
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}
