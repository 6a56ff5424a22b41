/* What partners owe for a month: booked once each, however often it is run. */
#include <string.h>

#include "driver/store/territories.h"
#include "service/partner/inside.h"

enum { PAGE = 200 /* subscriptions read at a time */ };

/* Where bundles are sold: the calendar and tax of each. */
struct where {
    char territory[3];
    const struct zone *zone;
    int tax_permille;
    struct partner_month month;
    utc_time until; /* the month's end */
};

struct billing_run {
    const struct partner_bill_params *params;
    struct arena *arena;
    const struct partner *partner;
    struct bundle *bundles;
    struct bundle_terms *terms;
    size_t n_bundles, n_terms;
    struct where *where;               /* one a bundle */
    utc_time until;                    /* the latest month's end */
    struct partner_bill_total *totals; /* one a currency */
    size_t n_totals;
};

/* ---- where ----------------------------------------------------------------------------------- */

static enum err find_where(struct billing_run *r, const struct bundle *bundle, struct where *out)
{
    struct territory t;
    enum err err = store_territory_get(r->params->store, r->arena, bundle->territory, &t);
    if (err != OK)
        return err;
    utc_time from;
    *out = (struct where){ .zone = territory_zone(&t),
                           .tax_permille = t.tax_permille > 0 ? t.tax_permille : 0 };
    memcpy(out->territory, bundle->territory, sizeof out->territory);
    out->month = r->params->has_month
                     ? r->params->month
                     : partner_month_before(partner_month_at(out->zone, r->params->now));
    partner_month_bounds(out->month, out->zone, &from, &out->until);
    if (out->until.us > r->params->now.us)
        return ERR_STATE;
    if (out->until.us > r->until.us)
        r->until = out->until;
    return OK;
}

static enum err load(struct billing_run *r)
{
    struct store *store = r->params->store;
    enum err err = store_bundles_list(store, r->arena, r->partner->id, &r->bundles, &r->n_bundles);
    if (err == OK)
        err = store_bundle_terms_list(store, r->arena, r->partner->id, &r->terms, &r->n_terms);
    if (err != OK)
        return err;
    r->where = ARENA_ARRAY(r->arena, struct where, r->n_bundles + 1);
    r->totals = ARENA_ARRAY(r->arena, struct partner_bill_total, r->n_bundles + 1);
    for (size_t i = 0; err == OK && i < r->n_bundles; i++)
        err = find_where(r, &r->bundles[i], &r->where[i]);
    return err;
}

/* Bundles are changed for others of the same territory only: any that it had says where. */
static const struct where *where_of(const struct billing_run *r, const char *bundle)
{
    for (size_t i = 0; i < r->n_bundles; i++)
        if (strcmp(r->bundles[i].code, bundle) == 0)
            return &r->where[i];
    return NULL;
}

static struct partner_bill_total *total_of(struct billing_run *r, const char *currency)
{
    size_t i = 0;
    while (i < r->n_totals && strcmp(r->totals[i].price.currency, currency) != 0)
        i++;
    if (i == r->n_totals)
        memcpy(r->totals[r->n_totals++].price.currency, currency, 4);
    return &r->totals[i];
}

/* ---- booking --------------------------------------------------------------------------------- */

/* *booked: entries that were not there. A few at a time; those of a run before among them make each
 * go by itself. */
static enum err book(struct store *store, const struct ledger_entry *entries, size_t n,
                     int64_t *booked)
{
    enum err err = n == 0 ? OK : store_ledger_add(store, entries, n);
    if (err == OK)
        *booked += (int64_t)n;
    if (err != ERR_EXISTS)
        return err;
    err = OK;
    for (size_t i = 0; n > 1 && err == OK && i < n; i++) {
        err = store_ledger_add(store, &entries[i], 1);
        *booked += err == OK;
        if (err == ERR_EXISTS)
            err = OK;
    }
    return err;
}

/* One subscription's month. *has: there is something to book. */
static enum err bill_one(struct billing_run *r, const struct partner_event *events, size_t n,
                         struct ledger_entry *entry, bool *has)
{
    const struct partner_subscription *s = &events[n - 1].after;
    const struct where *where = where_of(r, s->bundle);
    *has = false;
    if (where == NULL)
        return OK;
    struct partner_bill bill = partner_bill_of(events, n, r->terms, r->n_terms, where->zone,
                                               where->month, where->tax_permille);
    if (bill.price.minor == 0)
        return OK;
    struct partner_bill_total *total = total_of(r, bill.price.currency);
    enum err err = money_add(&total->price, &bill.price);
    if (err != OK)
        return err;
    total->tax += bill.tax;
    total->share += bill.share;
    total->subscriptions++;
    total->days += bill.days;
    *has = true;
    return partner_bill_entry(s, where->territory, where->month, &bill, where->tax_permille,
                              r->params->now, entry);
}

/* Those of a page, whose events lie one subscription after the other. */
static enum err bill_page(struct billing_run *r, const struct partner_event *events, size_t n)
{
    struct ledger_entry entries[PAGE];
    size_t n_entries = 0, from = 0;
    int64_t booked = 0;
    enum err err = OK;
    while (err == OK && from < n) {
        size_t until = from + 1;
        bool has = false;
        while (until < n && strcmp(events[until].after.id.s, events[from].after.id.s) == 0)
            until++;
        err = bill_one(r, &events[from], until - from, &entries[n_entries], &has);
        n_entries += has;
        from = until;
    }
    if (err == OK)
        err = book(r->params->store, entries, n_entries, &booked);
    if (booked > 0)
        total_of(r, entries[0].currency)->booked += booked;
    return err;
}

static bool is_stopping(const struct billing_run *r)
{
    return r->params->is_stopping != NULL && atomic_load(r->params->is_stopping) != 0;
}

static enum err bill_partner(struct billing_run *r)
{
    char after[ID_TEXT] = "";
    size_t n = 1;
    enum err err = load(r);
    while (err == OK && n > 0 && !is_stopping(r)) {
        struct arena *arena = arena_create();
        struct partner_event *events = NULL;
        err = store_partner_history(r->params->store, arena, r->partner->id, after, r->until, PAGE,
                                    &events, &n);
        if (err == OK && n > 0) {
            memcpy(after, events[n - 1].after.id.s, sizeof after);
            err = bill_page(r, events, n);
        }
        arena_destroy(&arena);
    }
    return err;
}

/* All that are to be billed; of a month that is not over anywhere, nobody. */
static enum err find_partners(const struct partner_bill_params *params, struct arena *arena,
                              const struct partner **out, size_t *n)
{
    struct partner *partners = NULL;
    if (params->partner != NULL) {
        *out = params->partner;
        *n = 1;
        return OK;
    }
    enum err err = store_partners_list(params->store, arena, &partners, n);
    *out = partners;
    return err;
}

static enum err look_ahead(const struct partner_bill_params *params, struct arena *arena,
                           const struct partner *partners, size_t n)
{
    enum err err = OK;
    for (size_t i = 0; err == OK && i < n; i++) {
        struct billing_run r = { .params = params, .arena = arena, .partner = &partners[i] };
        err = load(&r);
    }
    return err;
}

enum err partner_bill_run(const struct partner_bill_params *params, struct arena *arena,
                          struct partner_bill_row **out, size_t *n)
{
    const struct partner *partners = NULL;
    struct partner_bill_row *rows = NULL;
    size_t n_partners = 0, n_rows = 0;
    enum err err = find_partners(params, arena, &partners, &n_partners);
    if (err == OK)
        err = look_ahead(params, arena, partners, n_partners);
    for (size_t i = 0; err == OK && i < n_partners; i++) {
        struct billing_run r = { .params = params, .arena = arena, .partner = &partners[i] };
        err = bill_partner(&r);
        struct partner_bill_row *more =
            ARENA_ARRAY(arena, struct partner_bill_row, n_rows + r.n_totals + 1);
        if (n_rows > 0)
            memcpy(more, rows, n_rows * sizeof *rows);
        rows = more;
        for (size_t k = 0; k < r.n_totals; k++)
            rows[n_rows++] = (struct partner_bill_row){ .partner = partners[i].name,
                                                        .id = partners[i].id.s,
                                                        .total = r.totals[k] };
    }
    *out = rows;
    *n = n_rows;
    return err;
}
