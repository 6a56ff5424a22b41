#include <string.h>

#include "driver/store/billing.h"
#include "driver/store/billing_pack.h"
#include "driver/store/internal.h"
#include "driver/store/membership_rows.h"
#include "driver/store/title_rows.h"

#define GIFT_COLUMNS                                                                               \
    "g.id, g.digest, " PLAN_CODE_OF(                                                               \
        "g.plan") ", g.months, g.paid, g.currency, g.territory,"                                   \
                  " g.tax_permille, g.created, g.expires, " MEMBER_ID_OF(                          \
                      "g.redeemed_by") ", g.redeemed, g.number"
enum { GIFT_NUMBER = 12 };

static void read_gift(struct query *q, struct gift *g)
{
    *g = (struct gift){ .months = (int)row_number(q, 3),
                        .paid.minor = row_number(q, 4),
                        .tax_permille = (int)row_number(q, 7),
                        .created = row_time(q, 8),
                        .expires = row_time(q, 9),
                        .redeemed = row_time(q, 11) };
    row_id(q, 0, g->id.s);
    if (row_size(q, 1) == sizeof g->digest)
        memcpy(g->digest, row_bytes(q, 1), sizeof g->digest);
    row_copy(q, 2, g->plan, sizeof g->plan);
    row_copy(q, 5, g->paid.currency, sizeof g->paid.currency);
    row_copy(q, 6, g->territory, sizeof g->territory);
    row_id(q, 10, g->redeemed_by.s);
}

enum err store_gift_find(struct store *store, struct arena *arena, const uint8_t digest[32],
                         struct gift *out)
{
    struct connection *c = NULL;
    (void)arena;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " GIFT_COLUMNS " FROM gift g WHERE g.digest = ?1");
    query_blob(&q, 1, digest, 32);
    err = query_first(&q);
    if (err == OK)
        read_gift(&q, out);
    enum err ended = query_end(&q);
    return store_read_end(store, &c, err == OK ? ended : err);
}

enum err store_gifts_list(struct store *store, struct arena *arena, const char *after,
                          unsigned limit, struct gift **out, size_t *n, const char **next)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    int64_t before = INT64_MAX, last = 0;
    limit = page_limit(limit, 50, 1000);
    enum err err = number_cursor_parse(after, &before);
    if (err == OK)
        err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " GIFT_COLUMNS " FROM gift g WHERE g.number < ?1"
                                 " ORDER BY g.number DESC LIMIT ?2");
    query_number(&q, 1, before);
    query_number(&q, 2, (int64_t)limit + 1);
    while (query_next(&q)) {
        if (l.n < limit)
            last = row_number(&q, GIFT_NUMBER);
        read_gift(&q, list_add(&l));
    }
    *out = l.items;
    *n = l.n < limit ? l.n : limit;
    *next = l.n > limit ? arena_printf(arena, "%lld", (long long)last) : NULL;
    return store_read_end(store, &c, query_end(&q));
}
