#include "driver/store/metadata.h"

#include <string.h>

#include "driver/store/internal.h"
#include "driver/store/title_rows.h"
#include "driver/store/title_writes.h"

struct changes_call {
    const struct store_title_change *changes;
    size_t n;
    bool is_dry;
    utc_time now;
};

static enum err apply_one(struct connection *c, const struct store_title_change *change,
                          utc_time now)
{
    const char *id = change->title->id.s;
    enum err err = OK;
    if (change->is_new)
        err = title_insert(c, change->title);
    else if (change->is_changed)
        err = title_replace(c, change->title, now);
    if (err == OK && change->has_keys)
        err = title_keys_replace(c, id, change->keys, change->n_keys, now);
    if (err == OK && change->n_events > 0)
        err = title_events_replace(c, id, change->events, change->n_events, now);
    for (size_t i = 0; err == OK && i < change->n_seasons; i++)
        err = season_replace(c, id, &change->seasons[i]);
    for (size_t i = 0; err == OK && i < change->n_episodes; i++)
        err = change->episodes[i].is_new ? episode_insert(c, &change->episodes[i].episode)
                                         : episode_replace(c, &change->episodes[i].episode);
    return err;
}

/* An error takes the call back: a dry run ends with one. */
static enum err apply(struct connection *c, void *call)
{
    const struct changes_call *changes = call;
    enum err err = OK;
    for (size_t i = 0; err == OK && i < changes->n; i++)
        err = apply_one(c, &changes->changes[i], changes->now);
    return err == OK && changes->is_dry ? ERR_CANCELLED : err;
}

enum err store_title_changes_apply(struct store *store, const struct store_title_change *changes,
                                   size_t n, bool dry_run, utc_time now)
{
    struct changes_call call = { .changes = changes, .n = n, .is_dry = dry_run, .now = now };
    enum err err = store_write(store, apply, &call);
    return dry_run && err == ERR_CANCELLED ? OK : err;
}

enum err store_title_keys_find(struct store *store, struct arena *arena, const char *begins,
                               struct store_title_key **out, size_t *n)
{
    struct connection *c = NULL;
    struct list found = list_of(arena, sizeof **out);
    /* every longer text lies before the one that ends with U+10FFFF */
    const char *end = arena_printf(arena, "%s\xf4\x8f\xbf\xbf", begins);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT title, key FROM title_identifier"
                                 " WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT 1000");
    query_text(&q, 1, begins);
    query_text(&q, 2, end);
    while (query_next(&q)) {
        struct store_title_key *key = list_add(&found);
        row_copy(&q, 0, key->title.s, sizeof key->title.s);
        key->key = row_text(&q, arena, 1);
    }
    err = query_end(&q);
    *out = found.items;
    *n = found.n;
    return store_read_end(store, &c, err);
}
