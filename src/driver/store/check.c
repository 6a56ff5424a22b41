/* What `lanterne check` asks of the store. */
#include <stdio.h>

#include "driver/store/internal.h"
#include "driver/store/title_rows.h"

/* Rows of one text each that say what is wrong; "ok" is nothing. */
static enum err collect(struct connection *c, struct arena *arena, const char *sql,
                        const char *what, struct list *problems)
{
    struct query q = query_of(c, sql);
    while (query_next(&q)) {
        char text[512];
        row_copy(&q, 0, text, sizeof text);
        if (text[0] == 'o' && text[1] == 'k' && text[2] == 0)
            continue;
        *(const char **)list_add(problems) = arena_printf(arena, "%s: %s", what, text);
    }
    return query_end(&q);
}

enum err store_check(struct store *store, struct arena *arena, const char ***problems, size_t *n)
{
    static const struct {
        const char *sql, *what;
    } rows[] = {
        { "PRAGMA integrity_check(20)", "the file" },
        { "PRAGMA foreign_key_check", "a row of this table refers to nothing" },
        { "SELECT id FROM job j WHERE state IN ('queued', 'running') AND NOT EXISTS"
          " (SELECT 1 FROM step s WHERE s.job = j.id AND s.is_done = 0)",
          "a job has nothing left to do and is not ready" },
        { "SELECT id FROM title t WHERE kind = 'film' AND NOT EXISTS"
          " (SELECT 1 FROM playable p WHERE p.id = t.id)",
          "a film cannot be played" },
        { "SELECT id FROM playable p WHERE id <> title AND NOT EXISTS"
          " (SELECT 1 FROM episode e WHERE e.id = p.id)",
          "a playable is neither a film nor an episode" },
        { "SELECT id FROM edition e WHERE NOT EXISTS"
          " (SELECT 1 FROM rendition r WHERE r.edition = e.id)",
          "an edition has no rendition" },
    };
    struct list found = list_of(arena, sizeof **problems);
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    for (size_t i = 0; err == OK && i < sizeof rows / sizeof rows[0]; i++)
        err = collect(c, arena, rows[i].sql, rows[i].what, &found);
    err = store_read_end(store, &c, err);
    *problems = found.items;
    *n = found.n;
    return err;
}
