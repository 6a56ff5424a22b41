#include "driver/store/right_rows.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "driver/store/title_rows.h"

/* ---- edges and lengths ---------------------------------------------------------------------- */

void edge_put(const struct rights_edge *e, char out[EDGE_TEXT])
{
    switch (e->kind) {
    case RIGHTS_EDGE_NONE: out[0] = 0; return;
    case RIGHTS_EDGE_INSTANT: snprintf(out, EDGE_TEXT, "I%lld", (long long)e->instant.us); return;
    case RIGHTS_EDGE_DAY: snprintf(out, EDGE_TEXT, "D%d", (int)e->day.days); return;
    case RIGHTS_EDGE_OPEN: snprintf(out, EDGE_TEXT, "O"); return;
    case RIGHTS_EDGE_TBD: snprintf(out, EDGE_TEXT, "T"); return;
    case RIGHTS_EDGE_EVENT:
        snprintf(out, EDGE_TEXT, "E %s %d %lld", rights_event_name(e->event), (int)e->lag.months,
                 (long long)e->lag.seconds);
        return;
    }
}

/* A number that ends at a space or the end; *at moves past it. */
static enum err take_number(const char **at, int64_t least, int64_t most, int64_t *out)
{
    size_t n = strcspn(*at, " ");
    enum err err = text_to_i64(*at, n, least, most, out);
    *at += n + ((*at)[n] == ' ' ? 1 : 0);
    return err == OK ? OK : ERR_MALFORMED;
}

static enum err take_length(const char *at, struct duration *out)
{
    int64_t months = 0, seconds = 0;
    enum err err = take_number(&at, INT32_MIN, INT32_MAX, &months);
    if (err == OK)
        err = take_number(&at, INT64_MIN, INT64_MAX, &seconds);
    *out = (struct duration){ .months = (int32_t)months, .seconds = seconds };
    return err == OK && *at != 0 ? ERR_MALFORMED : err;
}

static enum err event_edge_read(const char *text, struct rights_edge *out)
{
    char name[32];
    size_t n = text[0] == ' ' ? strcspn(text + 1, " ") : sizeof name;
    if (n >= sizeof name)
        return ERR_MALFORMED;
    memcpy(name, text + 1, n);
    name[n] = 0;
    if (!rights_event_parse(name, &out->event) || text[1 + n] != ' ')
        return ERR_MALFORMED;
    return take_length(text + 2 + n, &out->lag);
}

enum err edge_read(const char *text, struct rights_edge *out)
{
    int64_t v = 0;
    enum err err = OK;
    const char *at = text + 1;
    *out = (struct rights_edge){ 0 };
    switch (text[0]) {
    case 0: return OK;
    case 'O': out->kind = RIGHTS_EDGE_OPEN; return OK;
    case 'T': out->kind = RIGHTS_EDGE_TBD; return OK;
    case 'I':
        out->kind = RIGHTS_EDGE_INSTANT;
        err = take_number(&at, INT64_MIN, INT64_MAX, &out->instant.us);
        return err;
    case 'D':
        out->kind = RIGHTS_EDGE_DAY;
        err = take_number(&at, INT32_MIN, INT32_MAX, &v);
        out->day.days = (int32_t)v;
        return err;
    case 'E': out->kind = RIGHTS_EDGE_EVENT; return event_edge_read(at, out);
    default: return ERR_MALFORMED;
    }
}

void length_put(const struct duration *length, char out[LENGTH_TEXT])
{
    out[0] = 0;
    if (length->months != 0 || length->seconds != 0)
        snprintf(out, LENGTH_TEXT, "%d %lld", (int)length->months, (long long)length->seconds);
}

enum err length_read(const char *text, struct duration *out)
{
    *out = (struct duration){ 0 };
    return text[0] == 0 ? OK : take_length(text, out);
}

/* ---- territories ---------------------------------------------------------------------------- */

#define WORLD "ZZ"

struct set_text {
    char *out;
    size_t n;
};

static void put_code(struct set_text *t, const char *sign, const char *code)
{
    int n = snprintf(t->out + t->n, SET_TEXT - t->n, "%s%s%s", t->n > 0 ? " " : "", sign, code);
    t->n += (size_t)n;
}

enum {
    SET_WORDS = sizeof(struct territory_set) / sizeof(uint64_t),
    LETTERS = 26,
    SMALL_SET = 50 /* far from half of the world */
};

static unsigned set_size(const struct territory_set *set)
{
    unsigned n = 0;
    for (size_t i = 0; i < SET_WORDS; i++)
        n += (unsigned)__builtin_popcountll(set->bits[i]);
    return n;
}

static void put_codes(struct set_text *t, const char *sign, const struct territory_set *set)
{
    for (size_t i = 0; i < SET_WORDS; i++) {
        for (uint64_t left = set->bits[i]; left != 0; left &= left - 1) {
            int bit = (int)i * 64 + __builtin_ctzll(left);
            char code[3] = { (char)('A' + bit / LETTERS), (char)('A' + bit % LETTERS), 0 };
            if (strcmp(code, WORLD) != 0) /* no country, whatever the set holds */
                put_code(t, sign, code);
        }
    }
}

/* At most 676 codes of four bytes: a set always fits. */
void set_put(const struct territory_set *set, char out[SET_TEXT])
{
    struct set_text t = { .out = out };
    struct territory_set world = { 0 }, missing, more = *set;
    out[0] = 0;
    if (set_size(set) < SMALL_SET) {
        put_codes(&t, "", set);
        return;
    }
    territory_set_world(&world);
    missing = world;
    territory_set_take(&missing, set);
    if (set_size(&missing) >= set_size(set)) {
        put_codes(&t, "", set);
        return;
    }
    territory_set_take(&more, &world);
    put_code(&t, "", WORLD);
    put_codes(&t, "-", &missing);
    put_codes(&t, "", &more);
}

static bool is_code(const char *text, size_t n)
{
    return n == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z';
}

enum err set_read(const char *text, struct territory_set *out)
{
    *out = (struct territory_set){ 0 };
    for (const char *at = text; *at != 0;) {
        bool takes_away = *at == '-';
        at += takes_away ? 1 : 0;
        size_t n = strcspn(at, " ");
        if (!is_code(at, n))
            return ERR_MALFORMED;
        char code[3] = { at[0], at[1], 0 };
        if (takes_away)
            territory_set_remove(out, code);
        else if (strcmp(code, WORLD) == 0)
            territory_set_world(out);
        else
            territory_set_add(out, code);
        at += n + (at[n] == ' ' ? 1 : 0);
    }
    return OK;
}

/* ---- languages ------------------------------------------------------------------------------ */

static const char *const asset_ends[] = {
    [RIGHTS_ANY] = "", [RIGHTS_SUB] = ":sub", [RIGHTS_DUB] = ":dub"
};

static const char *languages_put(struct arena *arena, const struct rights_language *l, size_t n)
{
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        text = arena_printf(arena, "%s%s%s%s", text, i > 0 ? " " : "", l[i].tag,
                            asset_ends[l[i].asset]);
    return text;
}

static void language_read(struct arena *arena, const char *at, size_t n,
                          struct rights_language *out)
{
    out->asset = RIGHTS_ANY;
    for (int asset = RIGHTS_SUB; asset <= RIGHTS_DUB; asset++) {
        if (n > 4 && memcmp(at + n - 4, asset_ends[asset], 4) == 0)
            out->asset = (enum rights_asset)asset;
    }
    out->tag = arena_strndup(arena, at, out->asset == RIGHTS_ANY ? n : n - 4);
}

static const struct rights_language *languages_read(struct arena *arena, const char *text,
                                                    size_t *n)
{
    struct list l = list_of(arena, sizeof(struct rights_language));
    for (const char *at = text; *at != 0;) {
        size_t size = strcspn(at, " ");
        language_read(arena, at, size, list_add(&l));
        at += size + (at[size] == ' ' ? 1 : 0);
    }
    *n = l.n;
    return l.items;
}

/* ---- rights --------------------------------------------------------------------------------- */

static const char *edge_in(struct arena *arena, const struct rights_edge *edge)
{
    char text[EDGE_TEXT];
    edge_put(edge, text);
    return text[0] == 0 ? "" : arena_strdup(arena, text);
}

static const char *length_in(struct arena *arena, const struct duration *length)
{
    char text[LENGTH_TEXT];
    length_put(length, text);
    return text[0] == 0 ? "" : arena_strdup(arena, text);
}

void right_row_make(struct arena *arena, const struct store_right *right, struct right_row *out)
{
    const struct rights_right *r = &right->right;
    char set[SET_TEXT];
    *out = (struct right_row){ .numbers = { r->is_hdr, r->is_exclusive, r->price.minor } };
    const char **t = out->texts;
    set_put(&r->where, set);
    t[RIGHT_KEY] = right->key;
    t[RIGHT_TRANSACTION] = right->transaction;
    t[RIGHT_LICENCE] = rights_licence_name(r->licence);
    t[RIGHT_STATUS] = rights_status_name(r->status);
    t[RIGHT_SET] = arena_strdup(arena, set);
    t[RIGHT_STARTS] = edge_in(arena, &r->start);
    t[RIGHT_ENDS] = edge_in(arena, &r->end);
    t[RIGHT_WINDOW] = length_in(arena, &r->window);
    t[RIGHT_ANNOUNCE] = edge_in(arena, &r->announce);
    t[RIGHT_SUPPRESSION] = edge_in(arena, &r->suppression_lift);
    t[RIGHT_FORMAT] = rights_format_name(r->format);
    t[RIGHT_ALLOWED] = languages_put(arena, r->allowed, r->n_allowed);
    t[RIGHT_HOLDBACK] = languages_put(arena, r->holdback, r->n_holdback);
    t[RIGHT_RENTAL] = length_in(arena, &r->rental);
    t[RIGHT_WATCH] = length_in(arena, &r->watch);
    t[RIGHT_CURRENCY] = r->price.currency;
    t[RIGHT_CONTRACT] = right->contract;
    t[RIGHT_REPORTING] = right->reporting;
    t[RIGHT_TERRITORIES] = right->territories;
    t[RIGHT_SAID] = right->said;
    t[RIGHT_FROM_FILE] = right->from_file;
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool right_rows_same(const struct right_row *a, const struct right_row *b)
{
    for (int i = RIGHT_TRANSACTION; i < RIGHT_FROM_FILE; i++) {
        if (!same_text(a->texts[i], b->texts[i]))
            return false;
    }
    return memcmp(a->numbers, b->numbers, sizeof a->numbers) == 0;
}

void right_row_read(const struct query *q, struct arena *arena, bool with_said,
                    struct right_row *out)
{
    *out = (struct right_row){ .position = (int)row_number(q, 1) };
    row_copy(q, 0, out->id, sizeof out->id);
    int texts = with_said ? RIGHT_TEXTS : RIGHT_TERRITORIES;
    for (int i = 0; i < texts; i++)
        out->texts[i] = row_text(q, arena, 2 + i);
    for (int i = 0; i < RIGHT_NUMBERS; i++)
        out->numbers[i] = row_number(q, 2 + RIGHT_TEXTS + i);
}

static enum err edges_of_row(const struct right_row *row, struct rights_right *out)
{
    const char *const *t = row->texts;
    enum err err = edge_read(t[RIGHT_STARTS], &out->start);
    if (err == OK)
        err = edge_read(t[RIGHT_ENDS], &out->end);
    if (err == OK)
        err = edge_read(t[RIGHT_ANNOUNCE], &out->announce);
    if (err == OK)
        err = edge_read(t[RIGHT_SUPPRESSION], &out->suppression_lift);
    if (err == OK)
        err = length_read(t[RIGHT_WINDOW], &out->window);
    if (err == OK)
        err = length_read(t[RIGHT_RENTAL], &out->rental);
    if (err == OK)
        err = length_read(t[RIGHT_WATCH], &out->watch);
    return err == OK ? set_read(t[RIGHT_SET], &out->where) : err;
}

enum err right_of_row(struct arena *arena, const struct right_row *row, struct rights_right *out)
{
    const char *const *t = row->texts;
    *out = (struct rights_right){ .id = arena_strdup(arena, row->id),
                                  .is_hdr = row->numbers[0] != 0,
                                  .is_exclusive = row->numbers[1] != 0,
                                  .price = { .minor = row->numbers[2] } };
    if (!rights_licence_parse(t[RIGHT_LICENCE], &out->licence) ||
        !rights_format_parse(t[RIGHT_FORMAT], &out->format) ||
        !text_copy(out->price.currency, sizeof out->price.currency, t[RIGHT_CURRENCY]))
        return ERR_MALFORMED;
    if (t[RIGHT_STATUS][0] != 0 && !rights_status_parse(t[RIGHT_STATUS], &out->status))
        return ERR_MALFORMED;
    out->allowed = languages_read(arena, t[RIGHT_ALLOWED], &out->n_allowed);
    out->holdback = languages_read(arena, t[RIGHT_HOLDBACK], &out->n_holdback);
    return edges_of_row(row, out);
}

const char *right_source(struct arena *arena, const char *alid, const char *transaction,
                         const char *studio)
{
    return arena_printf(arena, "avail %s%s%s of %s", alid, transaction != NULL ? " " : "",
                        transaction != NULL ? transaction : "", studio);
}

/* Binds from ?3 on: position, then the columns of RIGHT_COLUMNS. */
static void bind_row(struct query *q, const struct right_row *row)
{
    query_number(q, 3, row->position);
    for (int i = 0; i < RIGHT_TEXTS; i++)
        query_text(q, 4 + i, row->texts[i]);
    for (int i = 0; i < RIGHT_NUMBERS; i++)
        query_number(q, 4 + RIGHT_TEXTS + i, row->numbers[i]);
}

enum err right_insert(struct connection *c, const char *avail, const struct right_row *row)
{
    struct query q =
        query_of(c, "INSERT INTO avail_right (id, avail, position, key, transaction_id, licence,"
                    " status, territory_set, starts, ends, window_length, announce, suppression,"
                    " format, allowed, holdback, rental, watch, price_currency, contract,"
                    " reporting, territories, said, from_file, is_hdr, is_exclusive, price_minor)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
                    " ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)");
    query_text(&q, 1, row->id);
    query_text(&q, 2, avail);
    bind_row(&q, row);
    return query_run(&q, NULL);
}

enum err right_replace(struct connection *c, const struct right_row *row)
{
    struct query q = query_of(
        c, "UPDATE avail_right SET position = ?3, key = ?4, transaction_id = ?5, licence = ?6,"
           " status = ?7, territory_set = ?8, starts = ?9, ends = ?10, window_length = ?11,"
           " announce = ?12, suppression = ?13, format = ?14, allowed = ?15, holdback = ?16,"
           " rental = ?17, watch = ?18, price_currency = ?19, contract = ?20, reporting = ?21,"
           " territories = ?22, said = ?23, from_file = ?24, is_hdr = ?25, is_exclusive = ?26,"
           " price_minor = ?27 WHERE id = ?1");
    query_text(&q, 1, row->id);
    bind_row(&q, row);
    return query_run_one(&q);
}

enum err right_remove(struct connection *c, const char *id)
{
    struct query q = query_of(c, "DELETE FROM avail_right WHERE id = ?1");
    query_text(&q, 1, id);
    return query_run_one(&q);
}

enum err right_narrow(struct connection *c, const char *id, const struct territory_set *left)
{
    char set[SET_TEXT];
    set_put(left, set);
    struct query q =
        query_of(c, "UPDATE avail_right SET territory_set = ?2, territories = ?2 WHERE id = ?1");
    query_text(&q, 1, id);
    query_text(&q, 2, set);
    return query_run_one(&q);
}
