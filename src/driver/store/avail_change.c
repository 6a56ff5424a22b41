/* The rights of one avail against those of a change: what is added, replaced, narrowed, taken away.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "driver/store/avail_apply.h"

struct stored {
    struct right_row row;
    struct territory_set where;
    bool is_spoken_for; /* the change holds a right of this key */
};

struct rights_of_avail {
    const char *alid;
    size_t n_stored, n_said;
    struct stored *stored;   /* by key */
    struct right_row *said;  /* in the order of the change; id "" */
    const bool *is_repeated; /* of said: the same as one before it */
};

/* ---- lines of the report -------------------------------------------------------------------- */

static const char *edge_words(struct arena *arena, const char *packed)
{
    struct rights_edge e;
    char day[CIVIL_DAY_TEXT], instant[UTC_TEXT], lag[DURATION_TEXT];
    if (edge_read(packed, &e) != OK)
        return "?";
    switch (e.kind) {
    case RIGHTS_EDGE_NONE: return "?";
    case RIGHTS_EDGE_OPEN: return "open";
    case RIGHTS_EDGE_TBD: return "to be said";
    case RIGHTS_EDGE_DAY: civil_day_format(e.day, day); return arena_strdup(arena, day);
    case RIGHTS_EDGE_INSTANT: utc_format(e.instant, instant); return arena_strdup(arena, instant);
    case RIGHTS_EDGE_EVENT:
        if (duration_is_zero(&e.lag))
            return rights_event_name(e.event);
        duration_format(&e.lag, lag);
        return arena_printf(arena, "%s %s", rights_event_name(e.event), lag);
    }
    return "?";
}

static void add_line(struct apply *a, char sign, const char *alid, const struct right_row *row)
{
    const char *const *t = row->texts;
    if (a->lines.n == APPLY_LINES_MAX) {
        a->report->lines_left_out++;
        return;
    }
    struct store_avails_line *line = list_add(&a->lines);
    const char *where = t[RIGHT_TERRITORIES] != NULL ? t[RIGHT_TERRITORIES] : t[RIGHT_SET];
    line->sign = sign;
    line->text =
        arena_printf(a->arena, "%s %s %s %s %s .. %s%s%s%s", alid, where, t[RIGHT_LICENCE],
                     t[RIGHT_FORMAT], edge_words(a->one, t[RIGHT_STARTS]),
                     edge_words(a->one, t[RIGHT_ENDS]), t[RIGHT_TRANSACTION] != NULL ? " (" : "",
                     t[RIGHT_TRANSACTION] != NULL ? t[RIGHT_TRANSACTION] : "",
                     t[RIGHT_TRANSACTION] != NULL ? ")" : "");
    line->where = arena_strdup(a->arena, t[RIGHT_FROM_FILE]);
}

/* ---- both sides ----------------------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
    const struct stored *x = a, *y = b;
    return strcmp(x->row.texts[RIGHT_KEY], y->row.texts[RIGHT_KEY]);
}

static enum err load_stored(struct apply *a, const char *avail, struct rights_of_avail *both)
{
    struct list l = list_of(a->one, sizeof(struct stored));
    struct query q =
        query_of(a->connection, "SELECT " RIGHT_COLUMNS " FROM avail_right r WHERE r.avail = ?1");
    query_text(&q, 1, avail);
    while (query_next(&q))
        right_row_read(&q, a->one, true, &((struct stored *)list_add(&l))->row);
    enum err err = query_end(&q);
    both->stored = l.items;
    both->n_stored = l.n;
    for (size_t i = 0; err == OK && i < l.n; i++)
        err = set_read(both->stored[i].row.texts[RIGHT_SET], &both->stored[i].where);
    if (l.n > 1)
        qsort(both->stored, l.n, sizeof *both->stored, by_key);
    return err;
}

static int by_key_and_place(const void *a, const void *b)
{
    const struct right_row *const *x = a, *const *y = b;
    int order = strcmp((*x)->texts[RIGHT_KEY], (*y)->texts[RIGHT_KEY]);
    return order != 0 ? order : (*x)->position - (*y)->position;
}

/* Some studios give one id to several rows: the second of the same key is "KEY#2", which holds
 * again the next time; one that says the same as the one before it is said once. */
static void tell_apart(struct apply *a, struct right_row *said, size_t n, bool *is_repeated)
{
    struct right_row **order = ARENA_ARRAY(a->one, struct right_row *, n + 1);
    for (size_t i = 0; i < n; i++)
        order[i] = &said[i];
    if (n > 1)
        qsort(order, n, sizeof *order, by_key_and_place);
    for (size_t first = 0, i = 1, copies = 1; i < n; i++) {
        if (strcmp(order[i]->texts[RIGHT_KEY], order[first]->texts[RIGHT_KEY]) != 0) {
            first = i;
            copies = 1;
        } else if (right_rows_same(order[i], order[i - 1])) {
            is_repeated[order[i] - said] = true;
        } else {
            order[i]->texts[RIGHT_KEY] =
                arena_printf(a->one, "%s#%zu", order[first]->texts[RIGHT_KEY], ++copies);
        }
    }
}

static void load_said(struct apply *a, const struct store_avail *avail,
                      struct rights_of_avail *both)
{
    bool *is_repeated = ARENA_ARRAY(a->one, bool, avail->n_rights + 1);
    both->n_said = avail->n_rights;
    both->said = ARENA_ARRAY(a->one, struct right_row, avail->n_rights + 1);
    for (size_t i = 0; i < avail->n_rights; i++) {
        right_row_make(a->one, &avail->rights[i], &both->said[i]);
        both->said[i].position = (int)i;
    }
    tell_apart(a, both->said, both->n_said, is_repeated);
    both->is_repeated = is_repeated;
}

static struct stored *find_stored(const struct rights_of_avail *both, const char *key)
{
    struct stored wanted = { .row.texts[RIGHT_KEY] = key };
    if (both->n_stored == 0)
        return NULL;
    return bsearch(&wanted, both->stored, both->n_stored, sizeof *both->stored, by_key);
}

/* ---- what is done --------------------------------------------------------------------------- */

static enum err add_right(struct apply *a, const char *avail, const struct rights_of_avail *both,
                          struct right_row *row)
{
    id_new(row->id);
    a->report->added++;
    add_line(a, '+', both->alid, row);
    return right_insert(a->connection, avail, row);
}

static enum err replace_right(struct apply *a, const struct rights_of_avail *both,
                              struct stored *stored, struct right_row *row)
{
    if (right_rows_same(&stored->row, row)) {
        a->report->unchanged++;
        return OK;
    }
    text_copy(row->id, sizeof row->id, stored->row.id);
    a->report->changed++;
    add_line(a, '~', both->alid, row);
    return right_replace(a->connection, row);
}

static enum err remove_right(struct apply *a, const char *alid, struct stored *stored)
{
    a->report->removed++;
    add_line(a, '-', alid, &stored->row);
    return right_remove(a->connection, stored->row.id);
}

/* Takes the territories away from a right; what it has left of them stays. */
static enum err take_territories(struct apply *a, const struct rights_of_avail *both,
                                 struct stored *stored, const struct territory_set *taken)
{
    struct territory_set left = stored->where;
    char text[SET_TEXT];
    if (!territory_sets_meet(&stored->where, taken))
        return OK;
    territory_set_take(&left, taken);
    if (territory_set_is_empty(&left))
        return remove_right(a, both->alid, stored);
    set_put(&left, text);
    stored->row.texts[RIGHT_TERRITORIES] = text;
    a->report->changed++;
    add_line(a, '~', both->alid, &stored->row);
    stored->row.texts[RIGHT_TERRITORIES] = NULL;
    return right_narrow(a->connection, stored->row.id, &left);
}

static struct territory_set territories_of(const struct store_avail *avail)
{
    struct territory_set all = { 0 };
    for (size_t i = 0; i < avail->n_rights; i++)
        territory_set_join(&all, &avail->rights[i].right.where);
    return all;
}

static enum err put_right(struct apply *a, const char *avail, struct rights_of_avail *both,
                          size_t i)
{
    struct stored *stored = find_stored(both, both->said[i].texts[RIGHT_KEY]);
    if (stored == NULL)
        return add_right(a, avail, both, &both->said[i]);
    stored->is_spoken_for = true;
    return replace_right(a, both, stored, &both->said[i]);
}

static enum err create_right(struct apply *a, const char *avail, struct rights_of_avail *both,
                             size_t i)
{
    struct stored *stored = find_stored(both, both->said[i].texts[RIGHT_KEY]);
    if (stored == NULL)
        return add_right(a, avail, both, &both->said[i]);
    if (right_rows_same(&stored->row, &both->said[i])) {
        a->report->unchanged++;
        return OK;
    }
    a->report->refused++;
    add_line(a, '!', both->alid, &both->said[i]);
    return OK;
}

/* One that is not there was taken away before: nothing to do, also when the file comes again. */
static enum err delete_right(struct apply *a, const char *avail, struct rights_of_avail *both,
                             size_t i)
{
    (void)avail;
    struct stored *stored = find_stored(both, both->said[i].texts[RIGHT_KEY]);
    if (stored == NULL || stored->is_spoken_for) {
        a->report->unchanged++;
        return OK;
    }
    stored->is_spoken_for = true;
    return remove_right(a, both->alid, stored);
}

typedef enum err (*right_act)(struct apply *a, const char *avail, struct rights_of_avail *both,
                              size_t i);
/* What is done with each right that is said (NULL: nothing), and whether those that are stored give
 * way in the territories that are named. */
static const struct {
    right_act each;
    bool takes_territories;
} acts[] = {
    [STORE_AVAIL_EXTRACT] = { put_right, true },    [STORE_AVAIL_DELETE_ALL] = { NULL, true },
    [STORE_AVAIL_CREATE] = { create_right, false }, [STORE_AVAIL_UPDATE] = { put_right, false },
    [STORE_AVAIL_DELETE] = { delete_right, false },
};

enum err apply_rights(struct apply *a, const char *avail, const struct store_avail_change *change)
{
    struct rights_of_avail both = { .alid = change->avail.alid };
    right_act each = acts[change->act].each;
    enum err err = load_stored(a, avail, &both);
    load_said(a, &change->avail, &both);
    for (size_t i = 0; err == OK && each != NULL && i < both.n_said; i++) {
        if (!both.is_repeated[i])
            err = each(a, avail, &both, i);
        else
            a->report->unchanged++;
    }
    if (!acts[change->act].takes_territories)
        return err;
    struct territory_set named = territories_of(&change->avail);
    for (size_t i = 0; err == OK && i < both.n_stored; i++) {
        if (!both.stored[i].is_spoken_for)
            err = take_territories(a, &both, &both.stored[i], &named);
    }
    return err;
}

enum err apply_no_rights(struct apply *a, const char *avail, const char *alid)
{
    struct rights_of_avail both = { .alid = alid };
    enum err err = load_stored(a, avail, &both);
    for (size_t i = 0; err == OK && i < both.n_stored; i++)
        err = remove_right(a, alid, &both.stored[i]);
    return err;
}
