/* Memberships and their ledger as rows. Only for driver/store. */
#ifndef LANTERNE_DRIVER_STORE_MEMBERSHIP_ROWS_H
#define LANTERNE_DRIVER_STORE_MEMBERSHIP_ROWS_H

#include "driver/store/sql.h"
#include "rules/billing/membership.h"

/* Binds an id as its bytes; packed must live until query_end. */
#define QUERY_ID(q, at, id)                                                                        \
    struct packed id_##at = id_pack(id);                                                           \
    query_blob(q, at, id_##at.bytes, id_##at.n)
/* NULL for 0. */
void query_optional(struct query *q, int at, int64_t v);
void row_id(const struct query *q, int column, char out[ID_TEXT]);
/* Of a stored enumeration; a place past its end (the file was tampered with) sticks in the query.
 */
unsigned row_choice(struct query *q, int column, unsigned count);

/* The number of a plan's code, made when there is none; 0 for "". memo (NULL: none): the last that
 * was asked for; cleared when what was written since is taken back. */
struct plan_memo {
    char code[PLAN_CODE];
    int64_t number;
    struct {
        int64_t number, plan; /* number 0: none */
        struct membership_row row;
    } terms; /* the last that a row of the membership ledger had */
};
MUST_CHECK enum err plan_number(struct connection *c, struct plan_memo *memo, const char *code,
                                int64_t *number);
#define PLAN_CODE_OF(column) "(SELECT k.code FROM plan_code k WHERE k.number = " column ")"
/* Of a query over `membership_row r`, and over `charge c`. */
#define ROW_TERM(what) "(SELECT t." what " FROM row_terms t WHERE t.number = r.terms)"
#define CHARGE_TERM(what) "(SELECT t." what " FROM charge_terms t WHERE t.number = c.terms)"
#define MEANS_ID_OF(column) "(SELECT a.id FROM means a WHERE a.number = " column ")"
/* A charge's identity: its own, or made of its number (MADE_OF_CHARGE); and the number of one. */
#define CHARGE_ID(charge) "coalesce(" charge ".id, made_id(1, " charge ".number))"
#define CHARGE_ID_OF(column) "(SELECT " CHARGE_ID("a") " FROM charge a WHERE a.number = " column ")"
#define CHARGE_NUMBER_OF(id)                                                                       \
    "coalesce((SELECT a.number FROM charge a WHERE a.number = made_number(1, " id ")"              \
    " AND a.id IS NULL), (SELECT a.number FROM charge a WHERE a.id = " id "))"
/* Of a query over `invoice i LEFT JOIN charge c`. */
#define INVOICE_ISSUED "coalesce(c.created, 0) + i.issued"
#define INVOICE_ID(column) "made_id(2, " column ")" /* MADE_OF_INVOICE */
#define MEMBER_ID_OF(column) "(SELECT a.member FROM membership a WHERE a.number = " column ")"

/* The number that stands for a member. ERR_NOT_FOUND: nothing to do with money yet, or no such
 * member; has_account (optional): whether the account is there. */
MUST_CHECK enum err membership_find(struct connection *c, const char *member, int64_t *number,
                                    bool *has_account);
/* The same, made as NONE when there is none. territory NULL: the account's. ERR_NOT_FOUND: no
 * such account, and none was deleted. */
MUST_CHECK enum err membership_need(struct connection *c, const char *member, const char *territory,
                                    int64_t *number);

/* Of a query over `membership b`. */
#define MEMBERSHIP_COLUMNS                                                                         \
    "b.number, b.member, b.version, b.state, b.territory, " PLAN_CODE_OF(                          \
        "b.plan") ", " MEANS_ID_OF("b.means") ", b.price, b.currency, b.anchor_day,"               \
                                              " b.anchor_second, b.anchor_months, b.period,"       \
                                              " b.trial_from, b.trial_until, b.paid_from,"         \
                                              " b.paid_until, b.grace_until, b.picture_lines,"     \
                                              " b.streams, b.due, " CHARGE_ID_OF(                  \
                                                  "b.charge") ", b.first_due, b.failures,"         \
                                                              " b.is_cancelled,"                   \
                                                              " b.pause_months, b.pause_until,"    \
                                                              " " PLAN_CODE_OF(                    \
                                                                  "b.next_plan") ","               \
                                                                                 " b.next_price, " \
                                                                                 "b.next_"         \
                                                                                 "currency,"       \
                                                                                 " b.next_price_"  \
                                                                                 "from, b.credit," \
                                                                                 " b.partner, "    \
                                                                                 "b.gift_months"
enum { MEMBERSHIP_COLUMN_COUNT = 34 };
void membership_row_read(struct query *q, struct membership *out);

/* Where a member's rows end. */
struct membership_tail {
    int64_t row, entry, invoice, letter; /* 0: none */
    int64_t buyer;                       /* how the last invoice calls them */
};
MUST_CHECK enum err membership_load(struct connection *c, int64_t number, struct membership *out,
                                    struct membership_tail *tail);
/* Writes all of m into the row with that number, whatever was there. */
MUST_CHECK enum err membership_save(struct connection *c, struct plan_memo *memo, int64_t number,
                                    const struct membership *m, const struct membership_tail *tail);
/* member NULL: whoever's it is; else ERR_NOT_FOUND when it is another's. */
MUST_CHECK enum err membership_tail_read(struct connection *c, int64_t number, const char *member,
                                         int64_t *version, struct membership_tail *out);
MUST_CHECK enum err membership_tail_write(struct connection *c, int64_t number,
                                          const struct membership_tail *tail);
/* Adds a row to the membership ledger behind *tail, and moves *tail. */
MUST_CHECK enum err membership_row_add(struct connection *c, struct plan_memo *memo, int64_t number,
                                       const struct membership_row *row,
                                       struct membership_tail *tail);

/* Makes the membership of a member who has none what this subscription says, with a row in its
 * ledger: how accounts begin. Nothing to do when there is neither trial nor paid time.
 * ERR_NOT_FOUND: no such member. */
MUST_CHECK enum err membership_simple(struct connection *c, member_id member,
                                      const struct subscription *s, utc_time now);

#endif
