/* What opens and closes in a territory over a time: for the calendar. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "driver/store/internal.h"
#include "driver/store/showing_pack.h"
#include "driver/store/showing_rows.h"
#include "driver/store/title_rows.h"

struct candidate {
    char title[ID_TEXT], territory[3];
    bool is_series;
};

struct calendar {
    struct connection *connection;
    struct arena *arena;
    utc_time from, until;
    struct list turns;
};

/* Films that turn; and series, whose episodes may where the whole does not. */
static enum err find_candidates(struct calendar *cal, const char *territory, struct list *out)
{
    struct query q =
        query_of(cal->connection, "SELECT territory, title, kind = 'series', spans"
                                  " FROM title_showing WHERE ?1 IS NULL OR territory = ?1");
    query_text(&q, 1, territory);
    while (query_next(&q)) {
        bool is_series = row_number(&q, 2) != 0;
        if (!is_series && !list_turns(row_bytes(&q, 3), row_size(&q, 3), cal->from, cal->until))
            continue;
        struct candidate *found = list_add(out);
        row_copy(&q, 0, found->territory, sizeof found->territory);
        row_copy(&q, 1, found->title, sizeof found->title);
        found->is_series = is_series;
    }
    return query_end(&q);
}

struct part {
    char id[ID_TEXT];
    const char *name;
};

static enum err read_parts(struct calendar *cal, const char *title, struct list *parts)
{
    struct query q = query_of(cal->connection,
                              "SELECT p.id, t.original_title, e.season, e.number FROM playable p"
                              " JOIN title t ON t.id = p.title LEFT JOIN episode e ON e.id = p.id"
                              " WHERE p.title = ?1 ORDER BY e.season, e.number");
    query_text(&q, 1, title);
    while (query_next(&q)) {
        struct part *part = list_add(parts);
        row_copy(&q, 0, part->id, sizeof part->id);
        part->name = row_text(&q, cal->arena, 1);
        if (!row_is_null(&q, 2))
            part->name = arena_printf(cal->arena, "%s S%dE%d", part->name, (int)row_number(&q, 2),
                                      (int)row_number(&q, 3));
    }
    return query_end(&q);
}

static void add_turns(struct calendar *cal, const struct candidate *candidate,
                      const struct part *part, const struct showing *s, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        bool was_open = s[i - 1].state == RIGHTS_OPEN, is_open = s[i].state == RIGHTS_OPEN;
        if (was_open == is_open || s[i].from.us < cal->from.us || s[i].from.us >= cal->until.us)
            continue;
        struct store_turn *turn = list_add(&cal->turns);
        turn->at = s[i].from;
        turn->opens = is_open;
        turn->name = part->name;
        turn->because = is_open ? s[i].because : s[i - 1].because;
        text_copy(turn->title.s, sizeof turn->title.s, candidate->title);
        text_copy(turn->playable.s, sizeof turn->playable.s, part->id);
        text_copy(turn->territory, sizeof turn->territory, candidate->territory);
    }
}

static enum err take_turns(struct calendar *cal, const struct candidate *candidate)
{
    struct list parts = list_of(cal->arena, sizeof(struct part));
    enum err err = read_parts(cal, candidate->title, &parts);
    for (size_t i = 0; err == OK && i < parts.n; i++) {
        const struct part *part = &((struct part *)parts.items)[i];
        struct showing *showings = NULL;
        size_t n = 0;
        err = showings_read(cal->connection, cal->arena, candidate->title, part->id,
                            candidate->territory, &showings, &n);
        if (err == OK)
            add_turns(cal, candidate, part, showings, n);
    }
    return err;
}

/* By instant, what closes before what opens, then as people read it. */
static int by_instant(const void *a, const void *b)
{
    const struct store_turn *x = a, *y = b;
    if (x->at.us != y->at.us)
        return x->at.us < y->at.us ? -1 : 1;
    if (x->opens != y->opens)
        return x->opens ? 1 : -1;
    int order = strcmp(x->name, y->name);
    if (order == 0)
        order = strcmp(x->playable.s, y->playable.s);
    return order != 0 ? order : strcmp(x->territory, y->territory);
}

enum err store_turns_list(struct store *store, struct arena *arena, const char *territory,
                          utc_time from, utc_time until, unsigned limit, struct store_turn **out,
                          size_t *n)
{
    struct calendar cal = { .arena = arena,
                            .from = from,
                            .until = until,
                            .turns = list_of(arena, sizeof(struct store_turn)) };
    struct list candidates = list_of(arena, sizeof(struct candidate));
    enum err err = store_read_begin(store, &cal.connection);
    if (err == OK)
        err = find_candidates(&cal, territory, &candidates);
    for (size_t i = 0; err == OK && i < candidates.n; i++)
        err = take_turns(&cal, &((struct candidate *)candidates.items)[i]);
    if (cal.turns.n > 1)
        qsort(cal.turns.items, cal.turns.n, sizeof(struct store_turn), by_instant);
    limit = page_limit(limit, 200, 10000);
    *out = cal.turns.items;
    *n = cal.turns.n < limit ? cal.turns.n : limit;
    return store_read_end(store, &cal.connection, err);
}
