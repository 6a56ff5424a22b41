/* What `lanterne check` asks of the store. */
#include <stdio.h>

#include "driver/store/internal.h"
#include "driver/store/showing_renew.h"
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

/* Titles whose showings are made anew and compared: all of a small catalogue, else one in so many.
 */
enum { COMPARED = 200 };

static enum err sample_titles(struct connection *c, struct id_set *out)
{
    int64_t total = 0;
    struct query q = query_of(c, "SELECT count(*) FROM title");
    if (query_next(&q))
        total = row_number(&q, 0);
    enum err err = query_end(&q);
    if (err != OK)
        return err;
    q = query_of(c, "SELECT id FROM title ORDER BY id");
    int64_t step = total / COMPARED + 1;
    for (int64_t i = 0; query_next(&q); i++) {
        char id[ID_TEXT];
        row_copy(&q, 0, id, sizeof id);
        if (i % step == 0)
            id_set_add(out, id);
    }
    return query_end(&q);
}

static enum err compare_showings(struct connection *c, struct arena *arena, struct list *problems)
{
    struct id_set titles = id_set_of(arena);
    struct renewal *r = NULL;
    enum err err = sample_titles(c, &titles);
    if (err == OK)
        err = renewal_begin(c, NULL, (utc_time){ 0 }, &r);
    for (size_t i = 0; err == OK && i < titles.n; i++) {
        char differs[3];
        err = renewal_compare(r, titles.ids[i], differs);
        if (err == OK && differs[0] != 0)
            *(const char **)list_add(problems) = arena_printf(
                arena, "what is shown of a title in %s is not what its contracts say: %s", differs,
                titles.ids[i]);
    }
    renewal_end(&r);
    return err;
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
        { "SELECT s.title FROM title_showing s WHERE NOT EXISTS"
          " (SELECT 1 FROM showing_title m WHERE m.title = s.title AND m.published = s.published)",
          "a title is listed at an instant at which it was not published" },
    };
    struct list found = list_of(arena, sizeof **problems);
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    for (size_t i = 0; err == OK && i < sizeof rows / sizeof rows[0]; i++)
        err = collect(c, arena, rows[i].sql, rows[i].what, &found);
    if (err == OK)
        err = compare_showings(c, arena, &found);
    err = store_read_end(store, &c, err);
    *problems = found.items;
    *n = found.n;
    return err;
}
