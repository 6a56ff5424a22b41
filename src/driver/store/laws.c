#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "driver/store/internal.h"
#include "driver/store/showing_renew.h"
#include "driver/store/territory_rows.h"
#include "driver/store/title_rows.h"

/* ---- notes ---------------------------------------------------------------------------------- */

enum err note_read(struct connection *c, const char *name, char out[64])
{
    out[0] = 0;
    struct query q = query_of(c, "SELECT value FROM store_note WHERE name = ?1");
    query_text(&q, 1, name);
    if (query_next(&q))
        row_copy(&q, 0, out, 64);
    return query_end(&q);
}

enum err note_write(struct connection *c, const char *name, const char *value)
{
    struct query q = query_of(c, "INSERT INTO store_note (name, value) VALUES (?1, ?2)"
                                 " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    query_text(&q, 1, name);
    query_text(&q, 2, value);
    return query_run(&q, NULL);
}

/* ---- laws ----------------------------------------------------------------------------------- */

/* The house's take the place of shipped ones of the same id. */
#define LAWS_THAT_COUNT                                                                            \
    " FROM law l WHERE (l.origin <> 'shipped' OR NOT EXISTS"                                       \
    " (SELECT 1 FROM law h WHERE h.id = l.id AND h.origin <> 'shipped'))"
#define LAW_ORDER " ORDER BY l.territory, l.id, l.from_day, l.origin, l.position"

static enum err read_law(const struct query *q, struct arena *arena, struct law *l)
{
    char kind[16], event[16];
    l->id = row_text(q, arena, 0);
    row_copy(q, 1, l->territory, sizeof l->territory);
    row_copy(q, 2, kind, sizeof kind);
    l->from.days = (int32_t)row_number(q, 3);
    l->until.days = (int32_t)row_number(q, 4);
    l->is_open_ended = row_number(q, 5) != 0;
    l->source = row_text(q, arena, 6);
    l->text = row_text(q, arena, 7);
    l->what = (enum law_what)row_number(q, 8);
    l->of = (enum law_of)row_number(q, 9);
    l->language = row_text(q, arena, 10);
    l->share_permille = (int)row_number(q, 11);
    l->threshold = (int)row_number(q, 12);
    l->years_from = (int)row_number(q, 13);
    l->years_until = (int)row_number(q, 14);
    l->licences = (uint32_t)row_number(q, 15);
    row_copy(q, 16, event, sizeof event);
    l->months = (int)row_number(q, 17);
    l->age = (int)row_number(q, 18);
    l->hour_from = (int)row_number(q, 19);
    l->hour_until = (int)row_number(q, 20);
    l->is_enforced = row_number(q, 21) != 0;
    bool known = law_kind_parse(kind, &l->kind) && rights_event_parse(event, &l->event);
    return known ? OK : ERR_MALFORMED;
}

enum err laws_read(struct connection *c, struct arena *arena, struct law **out, size_t *n)
{
    struct list l = list_of(arena, sizeof **out);
    enum err err = OK;
    struct query q =
        query_of(c, "SELECT l.id, l.territory, l.kind, l.from_day, l.until_day, l.is_open_ended,"
                    " l.source, l.text, l.what, l.of_origin, l.language, l.share_permille,"
                    " l.threshold, l.years_from, l.years_until, l.licences, l.event, l.months,"
                    " l.age, l.hour_from, l.hour_until, l.is_enforced" LAWS_THAT_COUNT LAW_ORDER);
    while (err == OK && query_next(&q))
        err = read_law(&q, arena, list_add(&l));
    enum err ended = query_end(&q);
    *out = l.items;
    *n = l.n;
    return err == OK ? ended : err;
}

enum err store_laws_list(struct store *store, struct arena *arena, struct law **out, size_t *n)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = laws_read(c, arena, out, n);
    return store_read_end(store, &c, err);
}

/* ---- replacing ------------------------------------------------------------------------------ */

struct laws_call {
    const char *origin;
    const struct law *laws;
    size_t n;
    utc_time now;
};

static enum err insert_law(struct connection *c, const char *origin, size_t position,
                           const struct law *l)
{
    struct query q =
        query_of(c, "INSERT INTO law (origin, position, id, territory, kind, from_day, until_day,"
                    " is_open_ended, source, text, what, of_origin, language, share_permille,"
                    " threshold, years_from, years_until, licences, event, months, age,"
                    " hour_from, hour_until, is_enforced) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
                    " ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,"
                    " ?24)");
    query_text(&q, 1, origin);
    query_number(&q, 2, (int64_t)position);
    query_text(&q, 3, l->id);
    query_text(&q, 4, l->territory);
    query_text(&q, 5, law_kind_name(l->kind));
    query_number(&q, 6, l->from.days);
    query_number(&q, 7, l->until.days);
    query_number(&q, 8, l->is_open_ended);
    query_text(&q, 9, l->source);
    query_text(&q, 10, l->text);
    query_number(&q, 11, l->what);
    query_number(&q, 12, l->of);
    query_text(&q, 13, l->language);
    query_number(&q, 14, l->share_permille);
    query_number(&q, 15, l->threshold);
    query_number(&q, 16, l->years_from);
    query_number(&q, 17, l->years_until);
    query_number(&q, 18, l->licences);
    query_text(&q, 19, rights_event_name(l->event));
    query_number(&q, 20, l->months);
    query_number(&q, 21, l->age);
    query_number(&q, 22, l->hour_from);
    query_number(&q, 23, l->hour_until);
    query_number(&q, 24, l->is_enforced);
    return query_run(&q, NULL);
}

/* What of the laws showings are made from, as one text: when it is as it was, so are they. */
static enum err read_print(struct connection *c, struct buf *out)
{
    struct query q =
        query_of(c, "SELECT l.id, l.territory, l.kind, l.from_day, l.until_day, l.is_open_ended,"
                    " l.licences, l.event, l.months, l.age, l.source" LAWS_THAT_COUNT
                    " AND l.is_enforced = 1 AND l.kind IN ('chronology', 'age')" LAW_ORDER);
    while (query_next(&q)) {
        for (int i = 0; i < 11; i++) {
            const char *text = (const char *)sqlite3_column_text(q.statement, i);
            buf_text(out, text == NULL ? "" : text);
            buf_text(out, "\n");
        }
    }
    return query_end(&q);
}

static enum err write_laws(struct connection *c, const struct laws_call *replace)
{
    struct query q = query_of(c, "DELETE FROM law WHERE origin = ?1");
    query_text(&q, 1, replace->origin);
    enum err err = query_run(&q, NULL);
    for (size_t i = 0; err == OK && i < replace->n; i++)
        err = insert_law(c, replace->origin, i, &replace->laws[i]);
    return err;
}

static enum err replace_laws(struct connection *c, void *call)
{
    enum { PRINT_MAX = 64 << 20 };
    const struct laws_call *replace = call;
    struct buf before, after;
    buf_init(&before, PRINT_MAX);
    buf_init(&after, PRINT_MAX);
    enum err err = read_print(c, &before);
    if (err == OK)
        err = write_laws(c, replace);
    if (err == OK)
        err = read_print(c, &after);
    bool same =
        before.err == OK && after.err == OK && strcmp(buf_string(&before), buf_string(&after)) == 0;
    if (err == OK && !same)
        err = showing_renew_all(c, NULL, replace->now, NULL);
    buf_finish(&before);
    buf_finish(&after);
    return err;
}

enum err store_laws_replace(struct store *store, const char *origin, const struct law *laws,
                            size_t n, utc_time now)
{
    struct laws_call call = { .origin = origin, .laws = laws, .n = n, .now = now };
    return store_write(store, replace_laws, &call);
}

enum err store_laws_version(struct store *store, char out[64])
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err == OK)
        err = note_read(c, "laws", out);
    return store_read_end(store, &c, err);
}

static enum err put_version(struct connection *c, void *call)
{
    return note_write(c, "laws", call);
}

enum err store_laws_version_put(struct store *store, const char *version)
{
    char copy[64];
    return text_copy(copy, sizeof copy, version) ? store_write(store, put_version, copy)
                                                 : ERR_ARGUMENT;
}
