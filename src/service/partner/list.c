/* Our list of a partner's subscriptions at the end of a day. */
#include <string.h>

#include "service/partner/inside.h"

enum { PAGE = 500, ENDED_DAYS = 31 /* so long an ended one is listed */ };

struct listing {
    const struct partner_list_params *params;
    struct arena *arena;
    struct bundle *bundles;
    struct bundle_terms *terms;
    const struct zone **zones; /* one a bundle */
    size_t n_bundles, n_terms;
    struct partner_row *rows;
    size_t n, room;
};

static enum err load(struct listing *l, utc_time *until)
{
    const struct partner_list_params *p = l->params;
    enum err err =
        store_bundles_list(p->store, l->arena, p->partner->id, &l->bundles, &l->n_bundles);
    if (err == OK)
        err = store_bundle_terms_list(p->store, l->arena, p->partner->id, &l->terms, &l->n_terms);
    l->zones = ARENA_ARRAY(l->arena, const struct zone *, l->n_bundles + 1);
    until->us = 0;
    for (size_t i = 0; err == OK && i < l->n_bundles; i++) {
        err = partner_zone(p->store, l->arena, l->bundles[i].territory, &l->zones[i]);
        if (err != OK)
            return err;
        utc_time end = zone_instant(l->zones[i], (civil_day){ p->day.days + 1 }, 0);
        if (end.us - 1 > until->us)
            until->us = end.us - 1;
    }
    return err;
}

static const struct zone *zone_of(const struct listing *l, const char *bundle)
{
    for (size_t i = 0; i < l->n_bundles; i++)
        if (strcmp(l->bundles[i].code, bundle) == 0)
            return l->zones[i];
    return zone_named("UTC");
}

static struct partner_row *add_row(struct listing *l)
{
    if (l->n == l->room) {
        l->room = l->room == 0 ? PAGE : l->room * 2;
        struct partner_row *more = ARENA_ARRAY(l->arena, struct partner_row, l->room);
        if (l->n > 0)
            memcpy(more, l->rows, l->n * sizeof *more);
        l->rows = more;
    }
    return &l->rows[l->n++];
}

/* One subscription as it was at the last instant of the day where its bundle is sold. */
static void list_one(struct listing *l, const struct partner_event *events, size_t n)
{
    const struct zone *zone = zone_of(l, events[n - 1].after.bundle);
    utc_time last = zone_instant(zone, (civil_day){ l->params->day.days + 1 }, 0);
    last.us--;
    while (n > 0 && events[n - 1].at.us > last.us)
        n--;
    if (n == 0)
        return;
    const struct partner_subscription *s = &events[n - 1].after;
    enum partner_state state = partner_state_at(s, last);
    civil_day since = zone_day(zone, partner_state_since(s, last), NULL);
    if (state == PARTNER_ENDED && since.days + ENDED_DAYS < l->params->day.days)
        return;
    const struct bundle_terms *terms =
        bundle_terms_on(l->terms, l->n_terms, s->bundle, l->params->day);
    struct partner_row *row = add_row(l);
    *row = (struct partner_row){ .state = state,
                                 .is_linked = s->member.s[0] != 0,
                                 .since = since,
                                 .has_since = true,
                                 .call = events[n - 1].call,
                                 .called = events[n - 1].at };
    memcpy(row->account, s->account, sizeof row->account);
    memcpy(row->id, s->id.s, sizeof row->id);
    memcpy(row->bundle, s->bundle, sizeof row->bundle);
    if (terms != NULL)
        row->price = terms->price;
}

static void list_page(struct listing *l, const struct partner_event *events, size_t n)
{
    for (size_t from = 0; from < n;) {
        size_t until = from + 1;
        while (until < n && strcmp(events[until].after.id.s, events[from].after.id.s) == 0)
            until++;
        list_one(l, &events[from], until - from);
        from = until;
    }
}

enum err partner_list_ours(const struct partner_list_params *params, struct arena *arena,
                           struct partner_row **out, size_t *n)
{
    struct listing l = { .params = params, .arena = arena };
    char after[ID_TEXT] = "";
    utc_time until;
    size_t found = 1;
    enum err err = load(&l, &until);
    while (err == OK && found > 0) {
        struct arena *page = arena_create();
        struct partner_event *events = NULL;
        err = store_partner_history(params->store, page, params->partner->id, after, until, PAGE,
                                    &events, &found);
        if (err == OK && found > 0) {
            memcpy(after, events[found - 1].after.id.s, sizeof after);
            list_page(&l, events, found);
        }
        arena_destroy(&page);
    }
    *out = l.rows;
    *n = l.n;
    return err;
}

/* ---- as a file ------------------------------------------------------------------------------- */

/* A spreadsheet takes a cell that begins with one of these for a formula; an apostrophe before it
 * says that it is text, and one before an apostrophe that it is one. */
static void put_cell(struct buf *out, const char *text)
{
    buf_u8(out, '"');
    if (text[0] != 0 && strchr("=+-@\t\r'", text[0]) != NULL)
        buf_u8(out, '\'');
    for (; *text != 0; text++) {
        if (*text == '"')
            buf_u8(out, '"');
        buf_u8(out, (uint8_t)*text);
    }
    buf_u8(out, '"');
}

void partner_list_write(const struct partner_row *rows, size_t n, civil_day day, struct buf *out)
{
    char on[CIVIL_DAY_TEXT];
    civil_day_format(day, on);
    buf_text(out, "day,partner_account_id,subscription_id,state,linked,bundle,amount,currency,"
                  "since\r\n");
    for (size_t i = 0; i < n; i++) {
        const struct partner_row *r = &rows[i];
        char since[CIVIL_DAY_TEXT], amount[MONEY_TEXT] = "";
        civil_day_format(r->since, since);
        if (r->price.currency[0] != 0)
            money_format_amount(&r->price, amount);
        buf_printf(out, "%s,", on);
        put_cell(out, r->account);
        buf_printf(out, ",%s,%s,%s,%s,%s,%s,%s\r\n", r->id, partner_state_name(r->state),
                   r->is_linked ? "yes" : "no", r->bundle, amount, r->price.currency, since);
    }
}
