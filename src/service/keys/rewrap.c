#include <string.h>

#include "service/keys/keys.h"

enum { BATCH = 100 }; /* of one transaction */

enum err keys_any(struct store *store, bool *any)
{
    struct arena *arena = arena_create();
    struct store_wrapped *samples = NULL;
    size_t n = 0;
    enum err err = store_wrapped_samples(store, arena, &samples, &n);
    *any = n > 0;
    arena_destroy(&arena);
    return err;
}

static enum err try_one(struct keys_desk *desk, const struct store_wrapped *w)
{
    uint8_t key[VAULT_KEY];
    enum err err = vault_unwrap(desk->vault, w->wrapped, w->kid, key);
    explicit_bzero(key, sizeof key);
    if (err == ERR_NOT_FOUND)
        desk->why = arena_printf(desk->arena,
                                 "keys in the store are wrapped by the master key %s, which is "
                                 "neither master_key (%s) nor in master_key_before",
                                 w->master, vault_name(desk->vault));
    else if (err == ERR_DENIED)
        desk->why = arena_printf(desk->arena,
                                 "the master key %s does not open what was wrapped by it: it is "
                                 "another key of that name, or the store was changed",
                                 w->master);
    else if (err != OK)
        desk->why = arena_printf(desk->arena, "the master key %s: %s", w->master, err_text(err));
    return err;
}

enum err keys_check(struct keys_desk *desk)
{
    struct store_wrapped *samples = NULL;
    size_t n = 0;
    enum err err = store_wrapped_samples(desk->store, desk->arena, &samples, &n);
    for (size_t i = 0; i < n && err == OK; i++)
        err = try_one(desk, &samples[i]);
    return err;
}

static enum err rewrap_some(struct keys_desk *desk, const struct store_wrapped *from, size_t n,
                            struct store_wrapped *to)
{
    enum err err = OK;
    uint8_t key[VAULT_KEY];
    for (size_t i = 0; i < n && err == OK; i++) {
        to[i] = from[i];
        err = try_one(desk, &from[i]); /* says why not */
        if (err == OK)
            err = vault_unwrap(desk->vault, from[i].wrapped, from[i].kid, key);
        if (err == OK)
            err = vault_wrap(desk->vault, key, from[i].kid, to[i].wrapped);
        vault_wrapped_by(to[i].wrapped, to[i].master);
    }
    explicit_bzero(key, sizeof key);
    return err == OK ? store_wrapped_replace(desk->store, from, to, n) : err;
}

enum err keys_rewrap(struct keys_desk *desk, const atomic_int *stop, int64_t *moved)
{
    enum err err = OK;
    *moved = 0;
    for (bool is_done = false; !is_done && err == OK;) {
        struct arena *arena = arena_create();
        struct store_wrapped *from = NULL, to[BATCH];
        size_t n = 0;
        int64_t left = 0;
        err = store_wrapped_by_others(desk->store, arena, vault_name(desk->vault), BATCH, &from, &n,
                                      &left);
        if (err == OK && n > 0)
            err = rewrap_some(desk, from, n, to);
        is_done = n == 0;
        *moved += err == OK ? (int64_t)n : 0;
        if (err == OK && !is_done && *stop != 0)
            err = ERR_CANCELLED;
        arena_destroy(&arena);
    }
    return err;
}
