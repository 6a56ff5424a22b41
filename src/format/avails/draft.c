/* The transaction and the avail in hand, and what is kept of them: avails by ALID and entry type,
 * each with its transactions in the order of the file. */
#include <stdlib.h>
#include <string.h>

#include "format/avails/internal.h"

struct stretch {
    struct stretch *next;
    struct avails_transaction *transactions;
    size_t n;
};

struct kept_avail {
    struct avails_avail a;
    struct stretch *first, *last;
    size_t n, n_refused;
};

bool entry_is_delete(const char *entry)
{
    return entry != NULL && (strcmp(entry, "Full Delete") == 0 || strcmp(entry, "Delete") == 0);
}

/* ---- the transaction --------------------------------------------------------------------------
 */

void draft_begin(struct reading *r, uint32_t line)
{
    struct transaction_draft *d = &r->draft;
    d->t = (struct avails_transaction){ .sheet = r->sheet_number, .line = line };
    d->start_lag = d->end_lag = (struct said){ 0 };
    d->entry = NULL;
    d->is_refused = d->said_territory = d->said_licence = d->said_start = d->said_end =
        d->said_format = false;
    d->territories.n = d->excluded.n = d->references.n = d->terms.n = 0;
    for (size_t i = 0; i < LANGUAGE_LISTS; i++)
        d->languages[i].n = 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_optional(const char *a, const char *b)
{
    return a == b ? 0 : a == NULL ? -1 : b == NULL ? 1 : strcmp(a, b);
}

static int compare_languages(const void *a, const void *b)
{
    const struct avails_language *x = a, *y = b;
    int by_tag = strcmp(x->tag, y->tag);
    return by_tag != 0 ? by_tag : compare_optional(x->asset, y->asset);
}

static int compare_terms(const void *a, const void *b)
{
    const struct avails_term *x = a, *y = b;
    int by_name = strcmp(x->name, y->name);
    return by_name != 0 ? by_name : compare_optional(x->text, y->text);
}

/* In one order and each item once, so that the order in which a file says them does not count. */
static void *kept_in_order(struct reading *r, struct list *l,
                           int (*compare)(const void *, const void *), size_t *n)
{
    size_t kept = 0;
    uint8_t *items = l->items;
    if (l->n > 1)
        qsort(items, l->n, l->size, compare);
    for (size_t i = 0; i < l->n; i++) {
        uint8_t *item = items + i * l->size;
        if (kept > 0 && memcmp(items + (kept - 1) * l->size, item, l->size) == 0)
            continue;
        memmove(items + kept++ * l->size, item, l->size);
    }
    *n = l->n = kept;
    return list_kept(r, l);
}

static void take_lag(struct reading *r, const struct said *s, struct avails_edge *edge,
                     const char *name)
{
    struct duration lag;
    if (s->text == NULL)
        return;
    if (edge->kind == AVAILS_EDGE_CONDITION) {
        if (take_duration(r, s, &lag))
            edge->lag = lag;
    } else if (edge->kind != AVAILS_EDGE_NONE) {
        fault_error(r, "lag", "%s: a lag (%s) may stand on a condition only, not on a date", name,
                    quoted(r, s->text));
    }
}

static bool ends_first(const struct avails_transaction *t)
{
    if (t->start.kind == AVAILS_EDGE_DAY && t->end.kind == AVAILS_EDGE_DAY)
        return t->end.day.days < t->start.day.days;
    return t->start.kind == AVAILS_EDGE_INSTANT && t->end.kind == AVAILS_EDGE_INSTANT &&
           t->end.instant.us <= t->start.instant.us;
}

static void require(struct reading *r, bool said, const char *name)
{
    if (!said && !entry_is_delete(r->draft.entry))
        fault_error(r, "required", "%s is missing", name);
}

static void check_transaction(struct reading *r)
{
    struct transaction_draft *d = &r->draft;
    struct avails_transaction *t = &d->t;
    if (!d->said_territory && d->excluded.n > 0) {
        *(const char **)avails_list_add(&d->territories) = string_kept(r, "ZZ");
        d->said_territory = true;
    }
    require(r, d->said_territory, "Territory");
    require(r, d->said_licence, "LicenseType");
    require(r, d->said_start, "Start");
    require(r, d->said_end || t->window.months != 0 || t->window.seconds != 0, "End");
    require(r, d->said_format, "FormatProfile");
    take_lag(r, &d->start_lag, &t->start, "StartLag");
    take_lag(r, &d->end_lag, &t->end, "EndLag");
    if (ends_first(t))
        fault_error(r, "date", "the window ends before it starts");
}

/* The world holds every other territory. */
static void widen_to_world(struct list *territories)
{
    const char **codes = territories->items;
    for (size_t i = 0; i < territories->n; i++) {
        if (strcmp(codes[i], "ZZ") == 0) {
            codes[0] = codes[i];
            territories->n = 1;
        }
    }
}

static void keep_lists(struct reading *r)
{
    struct transaction_draft *d = &r->draft;
    struct avails_transaction *t = &d->t;
    widen_to_world(&d->territories);
    t->territories = kept_in_order(r, &d->territories, compare_names, &t->n_territories);
    t->excluded = kept_in_order(r, &d->excluded, compare_names, &t->n_excluded);
    t->references = kept_in_order(r, &d->references, compare_names, &t->n_references);
    t->terms = kept_in_order(r, &d->terms, compare_terms, &t->n_terms);
    t->allowed =
        kept_in_order(r, &d->languages[LANGUAGES_ALLOWED], compare_languages, &t->n_allowed);
    t->asset = kept_in_order(r, &d->languages[LANGUAGES_ASSET], compare_languages, &t->n_asset);
    t->holdback =
        kept_in_order(r, &d->languages[LANGUAGES_HOLDBACK], compare_languages, &t->n_holdback);
    t->required =
        kept_in_order(r, &d->languages[LANGUAGES_REQUIRED], compare_languages, &t->n_required);
}

bool draft_check(struct reading *r)
{
    check_transaction(r);
    r->out->n_refused += r->draft.is_refused ? 1 : 0;
    return !r->draft.is_refused;
}

void draft_keep(struct reading *r)
{
    if (r->n_transactions == AVAILS_TRANSACTIONS_MAX)
        (void)reading_stop(r, ERR_FULL, "full", "more than %d transactions",
                           AVAILS_TRANSACTIONS_MAX);
    if (r->err != OK)
        return;
    keep_lists(r);
    r->n_transactions++;
    *(struct avails_transaction *)avails_list_add(&r->pending) = r->draft.t;
}

/* ---- the avail --------------------------------------------------------------------------------
 */

void avail_begin(struct reading *r, uint32_t line)
{
    struct avail_draft *d = &r->avail;
    d->a = (struct avails_avail){ .sheet = r->sheet_number, .line = line };
    work_init(&d->a.work);
    d->has_season = d->has_series = d->is_refused = false;
    d->bundled.n = 0;
    for (size_t i = 0; i < LEVELS; i++) {
        d->lists[i].ratings.n = d->lists[i].releases.n = 0;
        d->lists[i].stray = NULL;
    }
}

static struct kept_avail *kept_at(struct reading *r, size_t i)
{
    return (struct kept_avail *)r->avails.items + i;
}

static size_t name_hash(const char *alid, const char *entry, size_t room)
{
    uint64_t h = (uint64_t)(uintptr_t)alid * UINT64_C(0x9e3779b97f4a7c15) ^
                 (uint64_t)(uintptr_t)entry * UINT64_C(0xc2b2ae3d27d4eb4f);
    return (size_t)(h ^ h >> 29) & (room - 1);
}

/* Where the avail's number stands or would stand; both names are kept strings, one copy each. */
static size_t *number_of(struct reading *r, const char *alid, const char *entry)
{
    for (size_t i = name_hash(alid, entry, r->by_name_room);; i = (i + 1) & (r->by_name_room - 1)) {
        size_t *at = &r->by_name[i];
        if (*at == 0)
            return at;
        const struct avails_avail *a = &kept_at(r, *at - 1)->a;
        if (a->alid == alid && a->entry == entry)
            return at;
    }
}

static void widen_names(struct reading *r)
{
    if (r->avails.n + 1 < r->by_name_room / 2)
        return;
    free(r->by_name);
    r->by_name_room = r->by_name_room == 0 ? 256 : r->by_name_room * 2;
    r->by_name = calloc(r->by_name_room, sizeof *r->by_name);
    if (r->by_name == NULL)
        abort();
    for (size_t i = 0; i < r->avails.n; i++) {
        const struct avails_avail *a = &kept_at(r, i)->a;
        *number_of(r, a->alid, a->entry) = i + 1;
    }
}

size_t avail_number(struct reading *r, const char *alid, const char *entry)
{
    widen_names(r);
    size_t found = *number_of(r, alid, entry);
    return found == 0 ? SIZE_MAX : found - 1;
}

static int compare_ratings(const void *a, const void *b)
{
    const struct avails_rating *x = a, *y = b;
    int order = compare_optional(x->territory, y->territory);
    order = order != 0 ? order : compare_optional(x->system, y->system);
    order = order != 0 ? order : compare_optional(x->value, y->value);
    return order != 0 ? order : compare_optional(x->reason, y->reason);
}

static int compare_releases(const void *a, const void *b)
{
    const struct avails_release *x = a, *y = b;
    int order = compare_optional(x->type, y->type);
    order = order != 0 ? order : compare_optional(x->territory, y->territory);
    return order != 0 ? order : (x->day.days > y->day.days) - (x->day.days < y->day.days);
}

static void keep_work(struct reading *r, struct avails_work *w, struct work_lists *lists)
{
    w->alt_id = w->alt_id == NULL ? lists->stray : w->alt_id;
    w->ratings = kept_in_order(r, &lists->ratings, compare_ratings, &w->n_ratings);
    w->releases = kept_in_order(r, &lists->releases, compare_releases, &w->n_releases);
}

static struct avails_work *kept_work(struct reading *r, struct avails_work *w, enum work_level at)
{
    keep_work(r, w, &r->avail.lists[at]);
    struct avails_work *kept = ARENA_NEW(r->arena, struct avails_work);
    *kept = *w;
    return kept;
}

static void freeze(struct reading *r, struct avails_avail *a)
{
    struct avail_draft *d = &r->avail;
    struct avails_work *season = a->season, *series = a->series;
    *a = d->a;
    keep_work(r, &a->work, &d->lists[LEVEL_OWN]);
    a->n_bundled = d->bundled.n;
    a->bundled = list_kept(r, &d->bundled);
    a->season = season;
    a->series = series;
    if (d->has_season && season == NULL)
        a->season = kept_work(r, &d->season, LEVEL_SEASON);
    if (d->has_series && series == NULL)
        a->series = kept_work(r, &d->series, LEVEL_SERIES);
    if (season != NULL) {
        *season = d->season;
        keep_work(r, season, &d->lists[LEVEL_SEASON]);
    }
    if (series != NULL) {
        *series = d->series;
        keep_work(r, series, &d->lists[LEVEL_SERIES]);
    }
}

static void thaw_list(struct list *l, const void *items, size_t n)
{
    l->n = 0;
    for (size_t i = 0; i < n; i++)
        memcpy(avails_list_add(l), (const uint8_t *)items + i * l->size, l->size);
}

static void thaw_work(struct work_lists *lists, const struct avails_work *w)
{
    lists->stray = NULL;
    thaw_list(&lists->ratings, w == NULL ? NULL : w->ratings, w == NULL ? 0 : w->n_ratings);
    thaw_list(&lists->releases, w == NULL ? NULL : w->releases, w == NULL ? 0 : w->n_releases);
}

void avail_open(struct reading *r, size_t number)
{
    avail_close(r);
    const struct avails_avail *a = &kept_at(r, number)->a;
    struct avail_draft *d = &r->avail;
    d->a = *a;
    d->is_refused = false;
    d->has_season = a->season != NULL;
    d->has_series = a->series != NULL;
    if (a->season != NULL)
        d->season = *a->season;
    if (a->series != NULL)
        d->series = *a->series;
    thaw_list(&d->bundled, a->bundled, a->n_bundled);
    thaw_work(&d->lists[LEVEL_OWN], &a->work);
    thaw_work(&d->lists[LEVEL_SEASON], a->season);
    thaw_work(&d->lists[LEVEL_SERIES], a->series);
    r->current = number;
}

void avail_add(struct reading *r)
{
    widen_names(r);
    r->avails.size = sizeof(struct kept_avail);
    struct kept_avail *k = avails_list_add(&r->avails);
    k->a.alid = r->avail.a.alid;
    k->a.entry = r->avail.a.entry;
    *number_of(r, k->a.alid, k->a.entry) = r->avails.n;
    r->current = r->avails.n - 1;
}

void avail_refuse(struct reading *r, size_t number, size_t n)
{
    kept_at(r, number)->n_refused += n;
}

/* Puts what is pending behind the avail it belongs to. */
static void keep_pending(struct reading *r, struct kept_avail *k)
{
    if (r->pending.n == 0)
        return;
    struct stretch *s = ARENA_NEW(r->arena, struct stretch);
    s->n = r->pending.n;
    s->transactions = ARENA_ARRAY(r->arena, struct avails_transaction, s->n);
    memcpy(s->transactions, r->pending.items, s->n * sizeof *s->transactions);
    if (k->last == NULL)
        k->first = s;
    else
        k->last->next = s;
    k->last = s;
    k->n += s->n;
    r->pending.n = 0;
}

void avail_close(struct reading *r)
{
    if (r->current == SIZE_MAX)
        return;
    struct kept_avail *k = kept_at(r, r->current);
    keep_pending(r, k);
    freeze(r, &k->a);
    r->current = SIZE_MAX;
}

void avail_add_pending(struct reading *r, size_t number)
{
    keep_pending(r, kept_at(r, number));
}

/* ---- the model --------------------------------------------------------------------------------
 */

static void join_stretches(struct reading *r, struct kept_avail *k)
{
    k->a.n_transactions = k->n;
    if (k->first == NULL || k->first->next == NULL) {
        k->a.transactions = k->first == NULL ? NULL : k->first->transactions;
        return;
    }
    size_t at = 0;
    k->a.transactions = ARENA_ARRAY(r->arena, struct avails_transaction, k->n);
    for (const struct stretch *s = k->first; s != NULL; at += s->n, s = s->next)
        memcpy(k->a.transactions + at, s->transactions, s->n * sizeof *s->transactions);
}

/* An avail of which nothing is left is left out; but a deletion that names no transaction takes the
 * whole ALID away, unless it was not understood. */
static bool is_worth_keeping(const struct kept_avail *k)
{
    return k->a.n_transactions > 0 || (entry_is_delete(k->a.entry) && k->n_refused == 0);
}

void avails_finish(struct reading *r)
{
    struct avails_file *out = r->out;
    avail_close(r);
    out->avails = ARENA_ARRAY(r->arena, struct avails_avail, r->avails.n);
    for (size_t i = 0; i < r->avails.n && r->err == OK; i++) {
        struct kept_avail *k = kept_at(r, i);
        join_stretches(r, k);
        duplicates_drop(r, &k->a);
        if (is_worth_keeping(k))
            out->avails[out->n_avails++] = k->a;
    }
}

void reading_finish(struct reading *r)
{
    struct transaction_draft *d = &r->draft;
    intern_finish(&r->strings);
    list_finish(&r->faults);
    list_finish(&r->pending);
    list_finish(&r->avails);
    list_finish(&r->sheets);
    free(r->by_name);
    list_finish(&r->avail.bundled);
    for (size_t i = 0; i < LEVELS; i++) {
        list_finish(&r->avail.lists[i].ratings);
        list_finish(&r->avail.lists[i].releases);
    }
    list_finish(&d->territories);
    list_finish(&d->excluded);
    list_finish(&d->references);
    list_finish(&d->terms);
    for (size_t i = 0; i < LANGUAGE_LISTS; i++)
        list_finish(&d->languages[i]);
}
