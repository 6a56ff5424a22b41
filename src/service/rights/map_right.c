/* One transaction: where, when, what, at which price. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "service/rights/map.h"

static const char *place_of(struct map *map, const struct avails_transaction *t)
{
    return map_where(map->arena, t->sheet, t->line);
}

static void text_of_territories(const struct avails_transaction *t, struct buf *out)
{
    for (size_t i = 0; i < t->n_territories; i++)
        buf_printf(out, "%s%s", i > 0 ? " " : "", t->territories[i]);
    for (size_t i = 0; i < t->n_excluded; i++)
        buf_printf(out, " -%s", t->excluded[i]);
}

static void put_languages(const struct avails_language *list, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s:%s,", list[i].tag, list[i].asset != NULL ? list[i].asset : "");
    buf_u8(out, '\n');
}

static void put_edge(const struct avails_edge *edge, struct buf *out)
{
    char text[UTC_TEXT], lag[DURATION_TEXT];
    if (edge->kind == AVAILS_EDGE_INSTANT) {
        utc_format(edge->instant, text);
        buf_text(out, text);
    } else if (edge->kind == AVAILS_EDGE_DAY) {
        civil_day_format(edge->day, text);
        buf_text(out, text);
    } else if (edge->kind == AVAILS_EDGE_CONDITION) {
        duration_format(&edge->lag, lag);
        buf_printf(out, "%s %s", edge->condition, lag);
    }
    buf_u8(out, '\n');
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

/* FNV-1a: tells apart the few transactions of one avail, guards nothing. */
static uint64_t hash_of(const void *bytes, size_t n)
{
    const uint8_t *at = bytes;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}

const char *map_identity(struct map *map, const struct avails_transaction *t)
{
    struct buf *b = &map->text;
    buf_clear(b);
    buf_printf(b, "%s\n%s\n%s\n%s\n", or_empty(t->licence), or_empty(t->rights),
               or_empty(t->format), or_empty(t->hdr));
    text_of_territories(t, b);
    buf_u8(b, '\n');
    put_edge(&t->start, b);
    put_languages(t->allowed, t->n_allowed, b);
    put_languages(t->asset, t->n_asset, b);
    return arena_printf(map->arena, "%016" PRIx64, hash_of(b->data, b->size));
}

enum err map_edge(const struct avails_edge *edge, struct rights_edge *out)
{
    static const struct {
        const char *condition;
        enum rights_edge_kind kind;
        enum rights_event event;
    } rows[] = {
        { "Open", RIGHTS_EDGE_OPEN, 0 },
        { "Immediate", RIGHTS_EDGE_OPEN, 0 },
        { "TBD", RIGHTS_EDGE_TBD, 0 },
        { "ESTStart", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_EST },
        { "EST", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_EST },
        { "Broadcast", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_BROADCAST },
        { "Theatrical", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_THEATRICAL },
        { "Completed", RIGHTS_EDGE_EVENT, RIGHTS_EVENT_COMPLETED },
    };
    *out = (struct rights_edge){ .kind = RIGHTS_EDGE_NONE };
    if (edge->kind == AVAILS_EDGE_NONE)
        return OK;
    if (edge->kind == AVAILS_EDGE_INSTANT || edge->kind == AVAILS_EDGE_DAY) {
        out->kind = edge->kind == AVAILS_EDGE_DAY ? RIGHTS_EDGE_DAY : RIGHTS_EDGE_INSTANT;
        out->instant = edge->instant;
        out->day = edge->day;
        return OK;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (edge->condition != NULL && strcasecmp(edge->condition, rows[i].condition) == 0) {
            out->kind = rows[i].kind;
            out->event = rows[i].event;
            if (out->kind == RIGHTS_EDGE_EVENT)
                out->lag = edge->lag;
            return OK;
        }
    }
    return ERR_ARGUMENT;
}

bool map_format(const char *profile, enum rights_format *out)
{
    static const struct {
        const char *profile;
        enum rights_format format;
    } rows[] = { { "3D", RIGHTS_HD },     { "3DSD", RIGHTS_SD },   { "3DHD", RIGHTS_HD },
                 { "3DUHD", RIGHTS_UHD }, { "3D-SD", RIGHTS_SD },  { "3D-HD", RIGHTS_HD },
                 { "4K", RIGHTS_UHD },    { "3D-UHD", RIGHTS_UHD } };
    *out = RIGHTS_UHD;
    if (profile == NULL || rights_format_parse(profile, out))
        return true;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcasecmp(profile, rows[i].profile) == 0) {
            *out = rows[i].format;
            return true;
        }
    }
    return false;
}

/* "US-CA" is a part of US. */
static void country_of(const char *said, char out[3])
{
    for (size_t i = 0; i < 2; i++)
        out[i] = said[0] != 0 && said[i] != 0 ? said[i] : 'x';
    out[2] = 0;
}

static bool map_where_to(struct map *map, const struct avails_transaction *t,
                         struct territory_set *out)
{
    char code[3];
    for (size_t i = 0; i < t->n_territories; i++) {
        const char *said = t->territories[i];
        country_of(said, code);
        if (strcmp(said, "ZZ") == 0)
            territory_set_world(out);
        else if (strlen(said) == 2)
            territory_set_add(out, said);
        else /* the whole of it would be more than was granted */
            notes_say(map->warnings, place_of(map, t),
                      "%s is a part of %s; parts cannot be told apart here, so it is left out",
                      said, code);
    }
    for (size_t i = 0; i < t->n_excluded; i++) {
        country_of(t->excluded[i], code);
        territory_set_remove(out, code);
        if (strlen(t->excluded[i]) > 2)
            notes_say(map->warnings, place_of(map, t), "all of %s is excluded, not %s alone", code,
                      t->excluded[i]);
    }
    if (!territory_set_is_empty(out))
        return true;
    notes_add(map->refused, place_of(map, t), "no territory is left of those it names");
    return false;
}

static enum rights_asset asset_of(const char *said)
{
    static const char *const captions[] = { "subtitle", "subtitles", "sub" };
    static const char *const sound[] = { "audio", "dub", "dubbed" };
    for (size_t i = 0; said != NULL && i < 3; i++) {
        if (strcasecmp(said, captions[i]) == 0)
            return RIGHTS_SUB;
        if (strcasecmp(said, sound[i]) == 0)
            return RIGHTS_DUB;
    }
    return RIGHTS_ANY;
}

static const struct rights_language *map_languages(struct map *map,
                                                   const struct avails_language *list, size_t n)
{
    if (n == 0)
        return NULL;
    struct rights_language *out = ARENA_ARRAY(map->arena, struct rights_language, n);
    for (size_t i = 0; i < n; i++)
        out[i] = (struct rights_language){ list[i].tag, asset_of(list[i].asset) };
    return out;
}

static const struct avails_term *find_term(const struct avails_transaction *t, const char *name,
                                           enum avails_term_kind kind)
{
    for (size_t i = 0; i < t->n_terms; i++) {
        if (t->terms[i].kind == kind && strcasecmp(t->terms[i].name, name) == 0)
            return &t->terms[i];
    }
    return NULL;
}

static struct duration duration_of(const struct avails_transaction *t, const char *name)
{
    const struct avails_term *term = find_term(t, name, AVAILS_DURATION);
    return term != NULL ? term->duration : (struct duration){ 0 };
}

/* What a member is to pay, as the studio suggests it; wholesale prices are not that. */
static void map_price(struct map *map, const struct avails_transaction *t, struct money *out)
{
    static const char *const names[] = { "TPR-SRP", "SRP", "SRP-PostTax", "SMRP", "DMRP" };
    const struct avails_term *term = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && term == NULL; i++)
        term = find_term(t, names[i], AVAILS_MONEY);
    if (term == NULL || term->currency == NULL || term->text == NULL)
        return;
    if (money_parse(term->text, strlen(term->text), term->currency, out) != OK) {
        *out = (struct money){ 0 };
        notes_say(map->warnings, place_of(map, t), "%s: %s %s is no amount of that currency",
                  term->name, term->text, term->currency);
    }
}

static bool refuse_edge(struct map *map, const struct avails_transaction *t, const char *what,
                        const struct avails_edge *edge)
{
    notes_say(map->refused, place_of(map, t), "%s: the condition %s is not known", what,
              or_empty(edge->condition));
    return false;
}

static bool map_term_edge(struct map *map, const struct avails_transaction *t, const char *name,
                          struct rights_edge *out)
{
    const struct avails_term *term = find_term(t, name, AVAILS_EDGE);
    if (term == NULL)
        return true;
    if (map_edge(&term->edge, out) != OK)
        return refuse_edge(map, t, name, &term->edge);
    if (out->kind == RIGHTS_EDGE_OPEN)
        out->kind = RIGHTS_EDGE_NONE; /* at once: nothing is kept back */
    if (out->kind == RIGHTS_EDGE_EVENT) {
        notes_say(map->refused, place_of(map, t), "%s: must be a date, not %s", name,
                  or_empty(term->edge.condition));
        return false;
    }
    return true;
}

static bool map_window(struct map *map, const struct avails_transaction *t,
                       struct rights_right *out)
{
    if (map_edge(&t->start, &out->start) != OK)
        return refuse_edge(map, t, "Start", &t->start);
    if (map_edge(&t->end, &out->end) != OK)
        return refuse_edge(map, t, "End", &t->end);
    out->window = t->window;
    return map_term_edge(map, t, "AnnounceDate", &out->announce) &&
           map_term_edge(map, t, "SuppressionLiftDate", &out->suppression_lift);
}

static bool map_kind(struct map *map, const struct avails_transaction *t, struct rights_right *out)
{
    if (t->licence == NULL || !rights_licence_parse(t->licence, &out->licence)) {
        notes_say(map->refused, place_of(map, t), "LicenseType %s is none that is known",
                  or_empty(t->licence));
        return false;
    }
    if (!map_format(t->format, &out->format)) {
        notes_say(map->refused, place_of(map, t), "FormatProfile %s is none that is known",
                  t->format);
        return false;
    }
    if (t->status != NULL && !rights_status_parse(t->status, &out->status)) {
        notes_say(map->refused, place_of(map, t), "TitleStatus %s is none that is known",
                  t->status);
        return false;
    }
    return true;
}

static bool is_hdr(const char *said)
{
    static const char *const none[] = { "", "false", "no", "0", "SDR", "None" };
    for (size_t i = 0; said != NULL && i < sizeof none / sizeof none[0]; i++) {
        if (strcasecmp(said, none[i]) == 0)
            return false;
    }
    return said != NULL;
}

static const char *json_of(struct map *map, const struct avails_transaction *t)
{
    buf_clear(&map->text);
    struct json_writer w = json_writer_of(&map->text);
    avails_json_transaction(&w, NULL, t);
    return arena_strndup(map->arena, (const char *)map->text.data, map->text.size);
}

static void put_said(struct map *map, const struct avails_transaction *t, struct store_right *out)
{
    out->transaction = t->id;
    out->key = t->id != NULL && t->id[0] != 0
                   ? arena_printf(map->arena, "id:%s", t->id)
                   : arena_printf(map->arena, "like:%s", map_identity(map, t));
    out->contract = t->contract;
    out->reporting = t->reporting;
    buf_clear(&map->text);
    text_of_territories(t, &map->text);
    out->territories = arena_strdup(map->arena, buf_string(&map->text));
    out->said = json_of(map, t);
    out->from_file = arena_printf(map->arena, "%s, %s", map->file, place_of(map, t));
}

bool map_right(struct map *map, const struct avails_transaction *t, bool only_where,
               struct store_right *out)
{
    struct rights_right *right = &out->right;
    *out = (struct store_right){ 0 };
    if (!map_where_to(map, t, &right->where))
        return false;
    if (!only_where && (!map_kind(map, t, right) || !map_window(map, t, right)))
        return false;
    right->is_hdr = is_hdr(t->hdr);
    right->is_exclusive = t->has_exclusive && t->exclusive;
    right->n_allowed = t->n_allowed;
    right->allowed = map_languages(map, t->allowed, t->n_allowed);
    right->n_holdback = t->n_holdback;
    right->holdback = map_languages(map, t->holdback, t->n_holdback);
    right->rental = duration_of(t, "RentalDuration");
    right->watch = duration_of(t, "WatchDuration");
    map_price(map, t, &right->price);
    put_said(map, t, out);
    if (map->text.err == OK)
        return true;
    notes_add(map->refused, place_of(map, t), "says more than can be kept (4 MiB)");
    return false;
}
