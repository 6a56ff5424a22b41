#include "driver/store/billing.h"
#include "driver/store/billing_pack.h"
#include "driver/store/internal.h"
#include "driver/store/membership_rows.h"
#include "driver/store/title_rows.h"

/* Who has an account and nothing to do with money yet. */
static enum err read_none(struct connection *c, member_id member, struct membership *out)
{
    *out = (struct membership){ .member = member, .period = -1 };
    struct query q = query_of(c, "SELECT territory FROM member WHERE id = ?1");
    query_text(&q, 1, member.s);
    enum err err = query_first(&q);
    if (err == OK)
        row_copy(&q, 0, out->territory, sizeof out->territory);
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

static enum err read_membership(struct connection *c, member_id member, struct membership *out)
{
    struct query q = query_of(c, "SELECT " MEMBERSHIP_COLUMNS " FROM member m"
                                 " JOIN membership b ON b.number = m.membership WHERE m.id = ?1");
    query_text(&q, 1, member.s);
    enum err err = query_first(&q);
    if (err == OK)
        membership_row_read(&q, out);
    enum err ended = query_end(&q);
    if (err == ERR_NOT_FOUND)
        return read_none(c, member, out);
    return err == OK ? ended : err;
}

enum err store_membership_get(struct store *store, member_id member, struct membership *out)
{
    struct connection *c = NULL;
    enum err err = store_read_begin(store, &c);
    return err == OK ? store_read_end(store, &c, read_membership(c, member, out)) : err;
}

enum err store_memberships_due(struct store *store, struct arena *arena, utc_time now, size_t limit,
                               struct membership **out, size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    struct query q = query_of(c, "SELECT " MEMBERSHIP_COLUMNS " FROM membership b"
                                 " WHERE b.due > 0 AND b.due <= ?1 ORDER BY b.due LIMIT ?2");
    query_number(&q, 1, now.us);
    query_number(&q, 2, limit < INT32_MAX ? (int64_t)limit : INT32_MAX);
    while (query_next(&q))
        membership_row_read(&q, list_add(&l));
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, query_end(&q));
}

/* ---- the membership ledger ------------------------------------------------------------------- */

/* clang-format off */
#define ROW_COLUMNS                                                                                \
    "r.seq, " MEMBER_ID_OF("r.membership") ", r.kind, r.state, r.reason, r.at, r.effective, "      \
    ROW_TERM("territory") ", " PLAN_CODE_OF(ROW_TERM("plan")) ", " ROW_TERM("partner") ", "        \
    ROW_TERM("price") ", " ROW_TERM("currency")
/* clang-format on */

static void read_row(struct query *q, struct store_membership_row *out)
{
    struct membership_row *r = &out->row;
    *out = (struct store_membership_row){ .seq = row_number(q, 0) };
    row_id(q, 1, out->member.s);
    r->kind = (enum membership_row_kind)row_choice(q, 2, MEMBERSHIP_ROW_COUNT);
    r->state = (enum membership_state)row_choice(q, 3, MEMBERSHIP_STATE_COUNT);
    r->reason = (enum membership_reason)row_choice(q, 4, MEMBERSHIP_REASON_COUNT);
    r->at = row_time(q, 5);
    r->effective = (utc_time){ r->at.us + row_number(q, 6) };
    row_copy(q, 7, r->territory, sizeof r->territory);
    row_copy(q, 8, r->plan, sizeof r->plan);
    row_copy(q, 9, r->partner, sizeof r->partner);
    r->price.minor = row_number(q, 10);
    row_copy(q, 11, r->price.currency, sizeof r->price.currency);
}

/* A member's rows are found from the last one back. */
static struct query rows_of(struct connection *c, int64_t number)
{
    struct query q =
        query_of(c, "WITH RECURSIVE mine (seq) AS ("
                    " SELECT last_row FROM membership WHERE number = ?3 AND last_row IS NOT NULL"
                    " UNION ALL SELECT o.before FROM mine JOIN membership_row o ON o.seq = mine.seq"
                    "  WHERE o.before > ?1)"
                    " SELECT " ROW_COLUMNS " FROM mine JOIN membership_row r ON r.seq = mine.seq"
                    " WHERE r.seq > ?1 ORDER BY r.seq LIMIT ?2");
    query_number(&q, 3, number);
    return q;
}

static enum err list_rows(struct connection *c, member_id member, int64_t after, size_t limit,
                          struct list *l)
{
    int64_t number = 0;
    bool has_account = false;
    enum err err = member.s[0] == 0 ? OK : membership_find(c, member.s, &number, &has_account);
    if (err != OK)
        return err == ERR_NOT_FOUND && has_account ? OK : err;
    struct query q = number != 0 ? rows_of(c, number)
                                 : query_of(c, "SELECT " ROW_COLUMNS " FROM membership_row r"
                                               " WHERE r.seq > ?1 ORDER BY r.seq LIMIT ?2");
    query_number(&q, 1, after);
    query_number(&q, 2, limit < INT32_MAX ? (int64_t)limit : INT32_MAX);
    while (query_next(&q))
        read_row(&q, list_add(l));
    return query_end(&q);
}

enum err store_membership_rows(struct store *store, struct arena *arena, member_id member,
                               int64_t after, size_t limit, struct store_membership_row **out,
                               size_t *n)
{
    struct connection *c = NULL;
    struct list l = list_of(arena, sizeof **out);
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    err = list_rows(c, member, after, limit, &l);
    *out = l.items;
    *n = l.n;
    return store_read_end(store, &c, err);
}
