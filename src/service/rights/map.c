/* One avail: its act, what it is about, what titles are found by, and its rights with their keys.
 */
#include "service/rights/map.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "rules/catalog/fold.h"

/* The largest transaction seen in the field writes 3 kB of JSON, an avail with all its ratings 40.
 */
enum { MAP_TEXT_MAX = 4 * 1024 * 1024 };

void map_init(struct map *map)
{
    buf_init(&map->text, MAP_TEXT_MAX);
}

void map_finish(struct map *map)
{
    buf_finish(&map->text);
}

const char *map_where(struct arena *arena, uint32_t sheet, uint32_t line)
{
    if (sheet == 0)
        return arena_printf(arena, "line %u", (unsigned)line);
    return arena_printf(arena, "sheet %u, row %u", (unsigned)sheet, (unsigned)line);
}

static bool read_act(const char *entry, enum store_avail_act *out)
{
    static const struct {
        const char *name;
        enum store_avail_act act;
    } rows[] = { { "Full Extract", STORE_AVAIL_EXTRACT },
                 { "Full Delete", STORE_AVAIL_DELETE_ALL },
                 { "Create", STORE_AVAIL_CREATE },
                 { "Update", STORE_AVAIL_UPDATE },
                 { "Delete", STORE_AVAIL_DELETE } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (entry != NULL && strcasecmp(entry, rows[i].name) == 0) {
            *out = rows[i].act;
            return true;
        }
    }
    return false;
}

static bool is_type(const struct avails_avail *avail, const char *type)
{
    const char *said = avail->type != NULL ? avail->type : avail->work_type;
    return said != NULL && strcasecmp(said, type) == 0;
}

/* Which part of a title it is about. */
static void put_place(const struct avails_avail *avail, struct store_avail *out)
{
    int season = avail->season != NULL ? avail->season->number : -1;
    out->season = out->episode = out->volume_first = out->volume_count = -1;
    if (is_type(avail, "episode")) {
        out->season = season;
        out->episode = avail->work.number;
    } else if (is_type(avail, "season")) {
        out->season = avail->work.number;
    } else if (is_type(avail, "volume")) {
        out->season = season;
        out->volume_first = avail->work.volume_first;
        out->volume_count = avail->work.count;
    }
}

static const char *name_of(const struct avails_work *work)
{
    if (work == NULL)
        return NULL;
    return work->title != NULL ? work->title : work->internal_title;
}

struct keys {
    struct arena *arena;
    const char **list;
    size_t n;
};

static void add_key(struct keys *keys, const char *level, const char *kind, const char *value)
{
    if (value != NULL && value[0] != 0)
        keys->list[keys->n++] = arena_printf(keys->arena, "%s%s:%s", level, kind, value);
}

static void add_work_keys(struct keys *keys, const char *level, const struct avails_work *work)
{
    if (work == NULL)
        return;
    add_key(keys, level, "eidr", work->eidr);
    if (work->edit_eidr != NULL && (work->eidr == NULL || strcmp(work->edit_eidr, work->eidr) != 0))
        add_key(keys, level, "eidr", work->edit_eidr);
    add_key(keys, level, "cid", work->content_id);
    add_key(keys, level, "alt", work->alt_id);
}

/* A series that comes without any identifier is known by its studio and name. */
static void add_name_key(struct map *map, struct keys *keys, const struct avails_avail *avail,
                         const char *studio)
{
    const struct avails_work *series = avail->series;
    if (series == NULL && is_type(avail, "series"))
        series = &avail->work;
    const char *name = name_of(series);
    if (name == NULL || series->eidr != NULL || series->content_id != NULL ||
        series->alt_id != NULL)
        return;
    buf_clear(&map->text);
    fold_put(&map->text, studio, strlen(studio));
    buf_text(&map->text, " /");
    fold_put(&map->text, name, strlen(name));
    add_key(keys, series == avail->series ? "series:" : "", "name", buf_string(&map->text));
}

static void put_keys(struct map *map, const struct avails_avail *avail, struct store_avail *out)
{
    enum { KEYS_MAX = 16 };
    struct keys keys = { map->arena, ARENA_ARRAY(map->arena, const char *, KEYS_MAX), 0 };
    add_key(&keys, "", "alid", avail->alid);
    add_work_keys(&keys, "", &avail->work);
    add_work_keys(&keys, "season:", avail->season);
    add_work_keys(&keys, "series:", avail->series);
    add_name_key(map, &keys, avail, out->studio);
    out->keys = keys.list;
    out->n_keys = keys.n;
}

static const char *json_of_avail(struct map *map, const struct avails_avail *avail)
{
    struct avails_avail bare = *avail;
    bare.entry = NULL; /* an act, not what the avail says */
    bare.n_transactions = 0;
    bare.transactions = NULL;
    buf_clear(&map->text);
    struct json_writer w = json_writer_of(&map->text);
    avails_json_avail(&w, NULL, &bare);
    return arena_strdup(map->arena, buf_string(&map->text));
}

static void refuse_all(struct map *map, const struct avails_avail *avail, const char *what)
{
    for (size_t i = 0; i < avail->n_transactions; i++) {
        const struct avails_transaction *t = &avail->transactions[i];
        notes_add(map->refused, map_where(map->arena, t->sheet, t->line), what);
    }
    if (avail->n_transactions == 0)
        notes_add(map->refused, map_where(map->arena, avail->sheet, avail->line), what);
}

struct keyed {
    struct store_right *right;
    const char *identity;
    size_t at;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    int order = strcmp(x->right->key, y->right->key);
    if (order == 0)
        order = strcmp(x->identity, y->identity);
    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

/* Rights of one avail that share an id are told apart by where, what and from when they are, so
 * that one that changes its price or its end keeps its key. Those that are still the same the store
 * tells apart by their order. */
static void tell_apart(struct map *map, struct store_avail *avail, const char *const *identities)
{
    size_t n = avail->n_rights;
    struct keyed *all = ARENA_ARRAY(map->arena, struct keyed, n + 1);
    for (size_t i = 0; i < n; i++)
        all[i] = (struct keyed){ &avail->rights[i], identities[i], i };
    qsort(all, n, sizeof *all, by_key);
    for (size_t i = 0, next; i < n; i = next) {
        const char *key = all[i].right->key;
        next = i + 1;
        while (next < n && strcmp(all[next].right->key, key) == 0)
            next++;
        for (size_t k = i; k < next && next - i > 1; k++)
            all[k].right->key = arena_printf(map->arena, "%s/%s", key, all[k].identity);
    }
}

bool map_avail(struct map *map, const struct avails_avail *avail, struct store_avail_change *out)
{
    *out = (struct store_avail_change){ 0 };
    struct store_avail *to = &out->avail;
    to->alid = avail->alid;
    to->studio = map->studio != NULL ? map->studio : avail->licensor;
    if (avail->alid == NULL || avail->alid[0] == 0) {
        refuse_all(map, avail, "it has no ALID");
        return false;
    }
    if (to->studio == NULL || to->studio[0] == 0) {
        refuse_all(map, avail,
                   "no licensor is named (DisplayName); --studio says whose file it is");
        return false;
    }
    if (!read_act(avail->entry, &out->act)) {
        refuse_all(map, avail,
                   "EntryType is none of Full Extract, Full Delete, Create, Update, Delete");
        return false;
    }
    to->type = avail->type;
    to->work_type = avail->work_type;
    to->title_name = avail->series != NULL ? name_of(avail->series) : name_of(&avail->work);
    if (to->title_name == NULL)
        to->title_name = name_of(&avail->work);
    put_place(avail, to);
    put_keys(map, avail, to);
    to->said = json_of_avail(map, avail);
    to->bundled = avail->bundled;
    to->n_bundled = avail->n_bundled;
    to->rights = ARENA_ARRAY(map->arena, struct store_right, avail->n_transactions);
    const char **identities = ARENA_ARRAY(map->arena, const char *, avail->n_transactions);
    for (size_t i = 0; i < avail->n_transactions; i++) {
        bool only_where = out->act == STORE_AVAIL_DELETE_ALL;
        size_t at = to->n_rights;
        if (map_right(map, &avail->transactions[i], only_where, &to->rights[at])) {
            identities[at] = map_identity(map, &avail->transactions[i]);
            to->n_rights++;
        }
    }
    tell_apart(map, to, identities);
    /* A Full Delete without rights takes the whole avail away: not when they were merely refused.
     */
    return to->n_rights > 0 || avail->n_transactions == 0;
}
