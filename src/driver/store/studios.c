#include <string.h>

#include "base/buf.h"
#include "driver/store/avail_rows.h"
#include "driver/store/internal.h"
#include "driver/store/title_rows.h"
#include "rules/catalog/fold.h"

enum { NAME_MAX_BYTES = 4096 };

const char *name_key(struct arena *arena, const char *name)
{
    struct buf folded;
    buf_init(&folded, NAME_MAX_BYTES);
    fold_put(&folded, name, strlen(name));
    /* a name of signs alone, or one past the ceiling, is told apart as it stands */
    const char *key = folded.err == OK && folded.size > 0 ? buf_string(&folded) : name;
    key = arena_strdup(arena, key);
    buf_finish(&folded);
    return key;
}

enum err studio_insert(struct connection *c, const struct store_studio *s)
{
    struct arena *arena = arena_create();
    struct query q = query_of(c, "INSERT INTO studio (id, name, name_key, contact, created)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5)");
    query_text(&q, 1, s->id.s);
    query_text(&q, 2, s->name);
    query_text(&q, 3, name_key(arena, s->name));
    query_text(&q, 4, s->contact);
    query_number(&q, 5, s->created.us);
    enum err err = query_run(&q, NULL);
    arena_destroy(&arena);
    return err;
}

static enum err add_studio(struct connection *c, void *call)
{
    return studio_insert(c, call);
}

enum err store_studio_add(struct store *store, const struct store_studio *studio)
{
    struct store_studio copy = *studio;
    return store_write(store, add_studio, &copy);
}

static void read_studio(const struct query *q, struct arena *arena, struct store_studio *s)
{
    row_copy(q, 0, s->id.s, sizeof s->id.s);
    s->name = row_text(q, arena, 1);
    s->contact = row_text(q, arena, 2);
    s->created = row_time(q, 3);
}

enum err studio_read(struct connection *c, struct arena *arena, const char *who,
                     struct store_studio *out)
{
    struct query q = query_of(c, "SELECT id, name, contact, created FROM studio"
                                 " WHERE id = ?1 OR name_key = ?2 ORDER BY id = ?1 DESC LIMIT 1");
    query_text(&q, 1, who);
    query_text(&q, 2, name_key(arena, who));
    enum err err = query_first(&q);
    if (err == OK)
        read_studio(&q, arena, out);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err store_studio_find(struct store *store, struct arena *arena, const char *who,
                           struct store_studio *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = studio_read(c, arena, who, out);
    return store_read_end(store, &c, err);
}

enum err store_studios_list(struct store *store, struct arena *arena, struct store_studio **out,
                            size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT id, name, contact, created FROM studio"
                                 " ORDER BY name_key, id");
    while (query_next(&q))
        read_studio(&q, arena, list_add(&l));
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}
