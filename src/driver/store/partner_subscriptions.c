/* Partners' subscriptions and what happened to them, read. */
#include <string.h>

#include "driver/store/avail_rows.h"
#include "driver/store/internal.h"
#include "driver/store/partner_rows.h"
#include "driver/store/title_rows.h"

#define SUBSCRIPTION_COLUMNS                                                                       \
    "s.id, s.partner, s.account, s.bundle, s.channel, coalesce(s.member, ''), s.created,"          \
    " s.token_expires, s.activated, s.linked, s.suspended, s.ends, s.is_on, s.version, s.changed"

/* Also of events, whose columns come in the same order. */
static void read_subscription(const struct query *q, struct partner_subscription *s)
{
    row_copy(q, 0, s->id.s, sizeof s->id.s);
    row_copy(q, 1, s->partner.s, sizeof s->partner.s);
    row_copy(q, 2, s->account, sizeof s->account);
    row_copy(q, 3, s->bundle, sizeof s->bundle);
    row_copy(q, 4, s->channel, sizeof s->channel);
    row_copy(q, 5, s->member.s, sizeof s->member.s);
    s->created = row_time(q, 6);
    s->token_expires = row_time(q, 7);
    s->activated = row_time(q, 8);
    s->linked = row_time(q, 9);
    s->suspended = row_time(q, 10);
    s->ends = row_time(q, 11);
    s->is_on = row_number(q, 12) != 0;
    s->version = row_number(q, 13);
    s->changed = row_time(q, 14);
}

/* ---- one ------------------------------------------------------------------------------------- */

static enum err read_one(struct query *q, struct partner_subscription *out)
{
    enum err err = query_first(q);
    *out = (struct partner_subscription){ .version = 0 };
    if (err == OK)
        read_subscription(q, out);
    enum err ended = query_end(q);
    return err == OK ? ended : err;
}

enum err store_partner_subscription_get(struct store *store, partner_id partner,
                                        partner_subscription_id id,
                                        struct partner_subscription *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " SUBSCRIPTION_COLUMNS " FROM partner_subscription s"
                                 " WHERE s.id = ?1 AND (?2 = '' OR s.partner = ?2)");
    query_text(&q, 1, id.s);
    query_text(&q, 2, partner.s);
    return store_read_end(store, &c, read_one(&q, out));
}

enum err store_partner_subscription_by_token(struct store *store, const uint8_t digest[32],
                                             utc_time now, struct partner_subscription *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " SUBSCRIPTION_COLUMNS " FROM partner_subscription s"
                                 " WHERE s.token_digest = ?1 AND s.token_expires > ?2");
    query_blob(&q, 1, digest, 32);
    query_number(&q, 2, now.us);
    return store_read_end(store, &c, read_one(&q, out));
}

enum err store_partner_subscription_of_member(struct store *store, member_id member, utc_time now,
                                              struct partner_subscription *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " SUBSCRIPTION_COLUMNS " FROM partner_subscription s"
                                 " WHERE s.member = ?1 AND (s.ends = 0 OR s.ends > ?2) LIMIT 1");
    query_text(&q, 1, member.s);
    query_number(&q, 2, now.us);
    return store_read_end(store, &c, read_one(&q, out));
}

enum err store_partner_subscription_of_account(struct store *store, partner_id partner,
                                               const char *account, utc_time now,
                                               struct partner_subscription *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " SUBSCRIPTION_COLUMNS " FROM partner_subscription s"
                                 " WHERE s.partner = ?1 AND s.account = ?2"
                                 " AND (s.ends = 0 OR s.ends > ?3) LIMIT 1");
    query_text(&q, 1, partner.s);
    query_text(&q, 2, account);
    query_number(&q, 3, now.us);
    return store_read_end(store, &c, read_one(&q, out));
}

enum err store_partner_event_is_known(struct store *store, partner_id partner,
                                      const char *billing_event, bool *is_known)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT 1 FROM partner_event WHERE partner = ?1"
                                 " AND billing_event = ?2");
    query_text(&q, 1, partner.s);
    query_text(&q, 2, billing_event);
    *is_known = query_next(&q);
    return store_read_end(store, &c, query_end(&q));
}

/* ---- many ------------------------------------------------------------------------------------ */

/* Upwards: a cursor is the last row's change and id. NULL: from `since` on. */
static enum err cursor_up(const struct store_partner_filter *f, struct cursor *out)
{
    if (f->after != NULL)
        return cursor_parse(f->after, out);
    *out = (struct cursor){ .us = f->since.us };
    return OK;
}

enum err store_partner_subscriptions_list(struct store *store, struct arena *arena,
                                          const struct store_partner_filter *filter,
                                          struct partner_subscription **out, size_t *n,
                                          const char **next)
{
    struct connection *c = NULL;
    struct cursor from;
    struct list l = list_of(arena, sizeof **out);
    unsigned limit = page_limit(filter->limit, 50, 200);
    enum err err = cursor_up(filter, &from);
    if (err == OK)
        err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " SUBSCRIPTION_COLUMNS " FROM partner_subscription s"
                                 " WHERE s.partner = ?1 AND (s.changed > ?2 OR (s.changed = ?2"
                                 " AND s.id > ?3)) AND (?4 IS NULL OR s.account = ?4)"
                                 " ORDER BY s.changed, s.id LIMIT ?5");
    query_text(&q, 1, filter->partner.s);
    query_number(&q, 2, from.us);
    query_text(&q, 3, from.id);
    query_text(&q, 4, filter->account);
    query_number(&q, 5, (int64_t)limit + 1);
    while (query_next(&q))
        read_subscription(&q, list_add(&l));
    *out = l.items;
    *n = l.n < limit ? l.n : limit;
    *next =
        l.n > limit ? cursor_text(arena, (*out)[limit - 1].changed, (*out)[limit - 1].id.s) : NULL;
    return store_read_end(store, &c, query_end(&q));
}

enum err store_partner_subscriptions_due(struct store *store, struct arena *arena, utc_time now,
                                         size_t limit, struct partner_subscription **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " SUBSCRIPTION_COLUMNS " FROM partner_subscription s"
                                 " WHERE s.is_on = 1 AND s.ends > 0 AND s.ends <= ?1"
                                 " UNION SELECT " SUBSCRIPTION_COLUMNS " FROM partner_subscription"
                                 " s WHERE s.member IS NULL AND s.linked > 0 LIMIT ?2");
    query_number(&q, 1, now.us);
    query_number(&q, 2, (int64_t)limit);
    while (query_next(&q))
        read_subscription(&q, list_add(&l));
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

/* ---- what happened --------------------------------------------------------------------------- */

static enum err read_event(const struct query *q, struct partner_event *e)
{
    char call[16];
    read_subscription(q, &e->after);
    e->seq = row_number(q, 15);
    row_copy(q, 16, call, sizeof call);
    e->at = row_time(q, 14);
    row_copy(q, 17, e->billing_event, sizeof e->billing_event);
    return partner_call_parse(call, &e->call) ? OK : ERR_MALFORMED;
}

enum err store_partner_history(struct store *store, struct arena *arena, partner_id partner,
                               const char *after, utc_time until, size_t limit,
                               struct partner_event **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(
        c,
        "SELECT s.id, s.partner, s.account, e.bundle, s.channel, e.member, s.created,"
        " e.token_expires, e.activated, e.linked, e.suspended, e.ends, e.is_on,"
        " e.version, e.at, e.seq, e.call, e.billing_event"
        " FROM (SELECT * FROM partner_subscription WHERE partner = ?1 AND id > ?2"
        " AND created <= ?3 ORDER BY id LIMIT ?4) s JOIN partner_event e ON e.subscription = s.id"
        " WHERE e.at <= ?3 ORDER BY s.id, e.seq");
    query_text(&q, 1, partner.s);
    query_text(&q, 2, after);
    query_number(&q, 3, until.us);
    query_number(&q, 4, (int64_t)limit);
    while (err == OK && query_next(&q))
        err = read_event(&q, list_add(&l));
    enum err ended = query_end(&q);
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, err == OK ? ended : err);
}

enum err store_partner_counts(struct store *store, partner_id partner, utc_time now,
                              int64_t counts[PARTNER_STATE_COUNT])
{
    struct connection *c = NULL;
    struct partner_subscription s;
    memset(counts, 0, PARTNER_STATE_COUNT * sizeof *counts);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " SUBSCRIPTION_COLUMNS " FROM partner_subscription s"
                                 " WHERE s.partner = ?1");
    query_text(&q, 1, partner.s);
    while (query_next(&q)) {
        read_subscription(&q, &s);
        counts[partner_state_at(&s, now)]++;
    }
    return store_read_end(store, &c, query_end(&q));
}
