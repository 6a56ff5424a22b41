/* An import: avails and their rights in one transaction, then the showings of the titles concerned.
 *
 * One savepoint of the writer holds it all, so a kill leaves everything or nothing. What others
 * write meanwhile waits behind it: a file of 100,000 rights holds the lock for some seconds. */
#include <string.h>

#include "base/text.h"
#include "driver/store/avail_apply.h"
#include "driver/store/internal.h"
#include "driver/store/showing_renew.h"

static bool takes_away(enum store_avail_act act)
{
    return act == STORE_AVAIL_DELETE || act == STORE_AVAIL_DELETE_ALL;
}

/* ERR_NOT_FOUND: there is no such studio, and the change would only take away. */
static enum err find_studio(struct apply *a, const struct store_avail_change *change,
                            struct store_studio *out)
{
    const char *name = change->avail.studio;
    if (a->last.name != NULL && strcmp(a->last.name, name) == 0) {
        *out = a->last;
        return OK;
    }
    enum err err = studio_read(a->connection, a->arena, name, out);
    if (err == ERR_NOT_FOUND && !takes_away(change->act)) {
        *out = (struct store_studio){ .name = arena_strdup(a->arena, name), .created = a->now };
        id_new(out->id.s);
        *(const char **)list_add(&a->new_studios) = out->name;
        err = studio_insert(a->connection, out);
    }
    if (err == OK)
        a->last = *out;
    return err;
}

/* ---- the avail's own row -------------------------------------------------------------------- */

static void bind_own(struct query *q, const struct store_avail *v, utc_time now)
{
    query_text(q, 4, v->type);
    query_text(q, 5, v->work_type);
    query_text(q, 6, v->said);
    query_text(q, 7, v->title_name);
    query_number(q, 8, v->season);
    query_number(q, 9, v->episode);
    query_number(q, 10, v->volume_first);
    query_number(q, 11, v->volume_count);
    query_number(q, 12, now.us);
}

static enum err insert_own(struct apply *a, const struct store_avail *v, struct avail_head *head)
{
    id_new(head->id);
    struct query q =
        query_of(a->connection, "INSERT INTO avail (id, studio, alid, type, work_type, said,"
                                " title_name, season, episode, volume_first, volume_count, title,"
                                " title_season, title_episode, is_linked_by_hand, changed)"
                                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, NULL, -1,"
                                " -1, 0, ?12)");
    query_text(&q, 1, head->id);
    query_text(&q, 2, head->studio);
    query_text(&q, 3, v->alid);
    bind_own(&q, v, a->now);
    return query_run(&q, NULL);
}

static enum err update_own(struct apply *a, const struct store_avail *v,
                           const struct avail_head *head)
{
    struct query q =
        query_of(a->connection, "UPDATE avail SET type = ?4, work_type = ?5, said = ?6,"
                                " title_name = ?7, season = ?8, episode = ?9, volume_first = ?10,"
                                " volume_count = ?11, changed = ?12 WHERE id = ?1");
    query_text(&q, 1, head->id);
    bind_own(&q, v, a->now);
    return query_run_one(&q);
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_words(const char *const *a, size_t n_a, const char *const *b, size_t n_b)
{
    for (size_t i = 0; n_a == n_b && i < n_a; i++) {
        if (strcmp(a[i], b[i]) != 0)
            return false;
    }
    return n_a == n_b;
}

static bool same_own(const struct store_avail *a, const struct store_avail *b)
{
    return same_text(a->type, b->type) && same_text(a->work_type, b->work_type) &&
           same_text(a->said, b->said) && same_text(a->title_name, b->title_name) &&
           a->season == b->season && a->episode == b->episode &&
           a->volume_first == b->volume_first && a->volume_count == b->volume_count;
}

static enum err write_words(struct apply *a, const char *remove, const char *add, const char *avail,
                            const char *const *words, size_t n)
{
    struct query q = query_of(a->connection, remove);
    query_text(&q, 1, avail);
    enum err err = query_run(&q, NULL);
    for (size_t i = 0; err == OK && i < n; i++) {
        q = query_of(a->connection, add);
        query_text(&q, 1, avail);
        query_number(&q, 2, (int64_t)i);
        query_text(&q, 3, words[i]);
        err = query_run(&q, NULL);
    }
    return err;
}

static enum err write_keys(struct apply *a, const char *avail, const struct store_avail *v)
{
    return write_words(a, "DELETE FROM avail_key WHERE avail = ?1",
                       "INSERT INTO avail_key (avail, position, key) VALUES (?1, ?2, ?3)", avail,
                       v->keys, v->n_keys);
}

static enum err write_bundled(struct apply *a, const char *avail, const struct store_avail *v)
{
    return write_words(a, "DELETE FROM avail_bundled WHERE avail = ?1",
                       "INSERT INTO avail_bundled (avail, position, alid) VALUES (?1, ?2, ?3)",
                       avail, v->bundled, v->n_bundled);
}

static enum err link_own(struct apply *a, const struct store_avail *v, struct avail_head *head,
                         bool *changed)
{
    bool linked = false;
    head->own = *v;
    head->alid = v->alid;
    enum err err = avail_link_by_keys(a->connection, head, v->keys, v->n_keys, &linked);
    if (err == OK && v->n_bundled > 0)
        err = avail_license_bundled(a->connection, head->id);
    *changed |= linked;
    return err;
}

static enum err add_own(struct apply *a, const struct store_avail *v, struct avail_head *head,
                        bool *changed)
{
    head->title_season = head->title_episode = -1;
    enum err err = insert_own(a, v, head);
    if (err == OK)
        err = write_keys(a, head->id, v);
    if (err == OK)
        err = write_bundled(a, head->id, v);
    return err == OK ? link_own(a, v, head, changed) : err;
}

static enum err renew_own(struct apply *a, const struct store_avail *v, struct avail_head *head,
                          bool *changed)
{
    struct store_avail stored;
    enum err err = avail_fill(a->connection, a->one, head, false, &stored);
    if (err != OK)
        return err;
    bool same_numbers = same_own(v, &stored);
    bool same_keys = same_words(v->keys, v->n_keys, stored.keys, stored.n_keys);
    bool same_bundled = same_words(v->bundled, v->n_bundled, stored.bundled, stored.n_bundled);
    if (!same_numbers)
        err = update_own(a, v, head);
    if (err == OK && !same_keys)
        err = write_keys(a, head->id, v);
    if (err == OK && !same_bundled) {
        err = avail_titles(a->connection, head->id, &a->dirty); /* those it lets go */
        if (err == OK)
            err = write_bundled(a, head->id, v);
    }
    *changed |= !same_numbers || !same_bundled;
    bool may_link = head->title[0] == 0 || !same_numbers || !same_keys || !same_bundled;
    return err == OK && may_link ? link_own(a, v, head, changed) : err;
}

/* ---- one change ----------------------------------------------------------------------------- */

static enum err remove_avail(struct apply *a, const struct avail_head *head)
{
    enum err err = avail_titles(a->connection, head->id, &a->dirty);
    if (err == OK)
        err = apply_no_rights(a, head->id, head->alid);
    if (err != OK)
        return err;
    struct query q = query_of(a->connection, "DELETE FROM avail WHERE id = ?1");
    query_text(&q, 1, head->id);
    return query_run_one(&q);
}

static size_t touched(const struct store_avails_report *r)
{
    return r->added + r->changed + r->removed;
}

static enum err apply_to(struct apply *a, const struct store_avail_change *change,
                         struct avail_head *head, bool is_new)
{
    bool changed = false;
    size_t before = touched(a->report);
    enum err err = OK;
    if (is_new)
        err = add_own(a, &change->avail, head, &changed);
    else if (!takes_away(change->act))
        err = renew_own(a, &change->avail, head, &changed);
    if (err == OK)
        err = apply_rights(a, head->id, change);
    if (err == OK && (changed || touched(a->report) > before))
        err = avail_titles(a->connection, head->id, &a->dirty);
    return err;
}

static enum err apply_change(struct apply *a, const struct store_avail_change *change)
{
    struct store_studio studio = { 0 };
    struct avail_head head = { 0 };
    enum err err = find_studio(a, change, &studio);
    if (err == OK)
        err = avail_find(a->connection, a->one, studio.id.s, change->avail.alid, &head);
    bool is_new = err == ERR_NOT_FOUND;
    if (is_new && takes_away(change->act)) {
        a->report->unchanged += change->avail.n_rights;
        return OK;
    }
    if (err != OK && !is_new)
        return err;
    if (change->act == STORE_AVAIL_DELETE_ALL && change->avail.n_rights == 0)
        return remove_avail(a, &head);
    text_copy(head.studio, sizeof head.studio, studio.id.s);
    return apply_to(a, change, &head, is_new);
}

static enum err apply_all(struct connection *c, void *call)
{
    struct apply *a = call;
    struct arena *dirty = arena_create();
    enum err err = OK;
    a->connection = c;
    a->last = (struct store_studio){ 0 };
    a->dirty = id_set_of(dirty);
    a->lines = list_of(a->arena, sizeof(struct store_avails_line));
    a->new_studios = list_of(a->arena, sizeof(const char *));
    *a->report = (struct store_avails_report){ .avails = a->n };
    for (size_t i = 0; err == OK && i < a->n; i++) {
        a->one = arena_create();
        err = apply_change(a, &a->changes[i]);
        arena_destroy(&a->one);
    }
    if (err == OK)
        err = showing_renew_set(c, &a->dirty, a->now);
    a->report->n_titles = a->dirty.n;
    a->report->lines = a->lines.items;
    a->report->n_lines = a->lines.n;
    a->report->new_studios = a->new_studios.items;
    a->report->n_new_studios = a->new_studios.n;
    arena_destroy(&dirty);
    return err == OK && a->is_dry ? ERR_CANCELLED : err; /* an error takes everything back */
}

enum err store_avails_apply(struct store *store, struct arena *arena,
                            const struct store_avail_change *changes, size_t n, bool dry_run,
                            utc_time now, struct store_avails_report *out)
{
    struct apply a = {
        .arena = arena, .changes = changes, .n = n, .is_dry = dry_run, .now = now, .report = out
    };
    enum err err = store_write(store, apply_all, &a);
    return dry_run && err == ERR_CANCELLED ? OK : err;
}
