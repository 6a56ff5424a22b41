#include "driver/store/charge_rows.h"

#include <string.h>

#include "base/text.h"
#include "driver/store/billing_pack.h"

/* The numbers in the schema's indexes and queries. */
_Static_assert(CHARGE_OPEN == 0 && CHARGE_PENDING == 1 && CHARGE_PAID == 2 &&
                   CHARGE_RETURNED == 3 && CHARGE_REFUNDED == 4 && CHARGE_VOID == 5,
               "stored states");
_Static_assert(CHARGE_TRY_PAID == 0 && CHARGE_TRY_PENDING == 1 && CHARGE_TRY_ASKS == 2 &&
                   CHARGE_TRY_DECLINED == 3 && CHARGE_TRY_REFUSED == 4 && CHARGE_TRY_UNKNOWN == 5,
               "stored outcomes");

/* As many bytes (6) as what takes up to four years to be paid, so that a row does not grow when it
 * is: rows that were added one after the other have no room to. CHARGE_PAID_AT reads it. */
#define NOT_PAID "-140737488355328"
#define PAID_AT(paid, created)                                                                     \
    "CASE " paid " WHEN 0 THEN " NOT_PAID " ELSE " paid " - " created " END"

/* The id of the same row is column 0. */
static void read_subject(const struct query *q, struct charge *c)
{
    char text[PACKED_TEXT] = "";
    size_t n = row_size(q, 4), lead = 1 + row_size(q, 0);
    const uint8_t *packed = row_bytes(q, 4);
    if (packed != NULL && packed[0] == 0xff && n > lead)
        key_unpack(packed + lead, n - lead, text);
    else if (packed != NULL)
        key_unpack(packed, n, text);
    (void)!text_copy(c->subject, sizeof c->subject, text);
}

void charge_read(struct query *q, struct charge *c)
{
    *c = (struct charge){ .amount.minor = row_number(q, 5), .credit = row_number(q, 7) };
    row_id(q, 0, c->id.s);
    c->kind = (enum charge_kind)row_choice(q, 1, CHARGE_KIND_COUNT);
    c->state = (enum charge_state)row_choice(q, 2, CHARGE_STATE_COUNT);
    row_id(q, 3, c->member.s);
    read_subject(q, c);
    row_copy(q, 6, c->amount.currency, sizeof c->amount.currency);
    c->tax_permille = (int)row_number(q, 8);
    row_copy(q, 9, c->territory, sizeof c->territory);
    row_id(q, 10, c->means.s);
    c->created = row_time(q, 11);
    c->paid = row_time(q, 12);
    c->refunded = row_number(q, 13);
    c->tries = (unsigned)row_number(q, 14);
    row_copy(q, 15, c->reference, sizeof c->reference);
    row_copy(q, 16, c->why, sizeof c->why);
}

enum err charge_find(struct connection *c, const char *id, struct charge_row *out)
{
    struct query q = query_of(c, "SELECT number, membership, state, tries, tried, outcome, refunded"
                                 " FROM charge WHERE number = " CHARGE_NUMBER_OF("?1"));
    QUERY_ID(&q, 1, id);
    enum err err = query_first(&q);
    if (err == OK)
        *out =
            (struct charge_row){ .number = row_number(&q, 0),
                                 .membership = row_number(&q, 1),
                                 .state = (enum charge_state)row_choice(&q, 2, CHARGE_STATE_COUNT),
                                 .tries = (unsigned)row_number(&q, 3),
                                 .tried = row_number(&q, 4),
                                 .outcome = (int)row_number(&q, 5),
                                 .refunded = row_number(&q, 6) };
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

#define MEANS_OF_ID(at) "(SELECT number FROM means WHERE id = " at ")"

enum err charge_numbers(struct connection *c, int64_t n, int64_t *first)
{
    struct query q = query_of(c, "UPDATE charge_last SET number = number + ?1 RETURNING number");
    query_number(&q, 1, n);
    *first = 0;
    while (query_next(&q))
        *first = row_number(&q, 0) - n + 1;
    return query_end(&q);
}

static void bind_terms(struct query *q, const struct charge *charge)
{
    query_number(q, 1, charge->kind);
    query_text(q, 2, charge->territory);
    query_text(q, 3, charge->amount.currency);
    query_number(q, 4, charge->tax_permille);
}

static enum err find_terms(struct connection *c, const struct charge *charge, int64_t *number)
{
    struct query q = query_of(c, "SELECT number FROM charge_terms WHERE kind = ?1"
                                 " AND territory = ?2 AND currency = ?3 AND tax_permille = ?4");
    bind_terms(&q, charge);
    bool is_there = query_next(&q);
    if (is_there)
        *number = row_number(&q, 0);
    enum err err = query_end(&q);
    if (err != OK || is_there)
        return err;
    q = query_of(c, "INSERT INTO charge_terms (kind, territory, currency, tax_permille)"
                    " VALUES (?1, ?2, ?3, ?4)");
    bind_terms(&q, charge);
    err = query_run(&q, NULL);
    *number = connection_new_number(c);
    return err;
}

static enum err terms_number(struct connection *c, struct terms_memo *memo,
                             const struct charge *charge, int64_t *number)
{
    const struct charge *like = &memo->like;
    *number = memo->number;
    if (memo->number != 0 && like->kind == charge->kind &&
        like->tax_permille == charge->tax_permille &&
        strcmp(like->territory, charge->territory) == 0 &&
        strcmp(like->amount.currency, charge->amount.currency) == 0)
        return OK;
    enum err err = find_terms(c, charge, number);
    *memo = (struct terms_memo){ .number = err == OK ? *number : 0, .like = *charge };
    return err;
}

enum err charge_insert(struct connection *c, struct terms_memo *memo, int64_t membership,
                       const struct charge *charge, int64_t *number)
{
    int64_t terms = 0;
    struct packed subject = key_pack(charge->subject), id = id_pack(charge->id.s);
    enum err err = connection_made_number(c, MADE_OF_CHARGE, id.bytes, id.n, number);
    bool is_made = err == OK;
    if (err == ERR_NOT_FOUND)
        err = charge_numbers(c, 1, number);
    if (err == OK)
        err = terms_number(c, memo, charge, &terms);
    if (err != OK)
        return err;
    struct query q = query_of(
        c, "INSERT INTO charge (number, id, terms, state, membership, subject, amount, credit,"
           " means, created, paid, refunded, tries, tried, outcome, reference, why)"
           " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, " MEANS_OF_ID("?9") ", ?10, " PAID_AT(
               "?11", "?10") ", ?12, ?13,"
                             " 0, ?14, ?15, ?16)");
    query_number(&q, 1, *number);
    if (!is_made)
        query_blob(&q, 2, id.bytes, id.n);
    query_number(&q, 3, terms);
    query_number(&q, 4, charge->state);
    query_number(&q, 5, membership);
    query_blob(&q, 6, subject.bytes, subject.n);
    query_number(&q, 7, charge->amount.minor);
    query_number(&q, 8, charge->credit);
    QUERY_ID(&q, 9, charge->means.s);
    query_number(&q, 10, charge->created.us);
    query_number(&q, 11, charge->paid.us);
    query_number(&q, 12, charge->refunded);
    query_number(&q, 13, charge->tries);
    query_number(&q, 14, charge->state == CHARGE_PENDING ? CHARGE_TRY_PENDING : TRY_NONE);
    query_text(&q, 15, charge->reference);
    query_text(&q, 16, charge->why);
    return query_run(&q, NULL);
}

/* Tries only ever count up: who read the charge before another began a try knows fewer. */
enum err charge_move(struct connection *c, const struct charge_row *row,
                     const struct charge *charge, int outcome)
{
    struct query q = query_of(
        c, "UPDATE charge SET state = ?2, means = coalesce(" MEANS_OF_ID(
               "?3") ", means),"
                     " paid = " PAID_AT(
                         "?4", "created") ", refunded = ?5, tries = max(tries, ?6), outcome = ?7,"
                                          " tried = CASE WHEN ?7 IN (-1, 5) THEN tried ELSE 0 END,"
                                          " reference = ?8,"
                                          " why = ?9 WHERE number = ?1");
    query_number(&q, 1, row->number);
    query_number(&q, 2, charge->state);
    QUERY_ID(&q, 3, charge->means.s);
    query_number(&q, 4, charge->paid.us);
    query_number(&q, 5, charge->refunded);
    query_number(&q, 6, charge->tries);
    query_number(&q, 7, outcome);
    query_text(&q, 8, charge->reference);
    query_text(&q, 9, charge->why);
    enum err err = query_run_one(&q);
    if (err != OK || charge->state != CHARGE_VOID || row->state == CHARGE_VOID)
        return err;
    q = query_of(c, "UPDATE charge SET " BECOMES_VOID " WHERE number = ?1");
    query_number(&q, 1, row->number);
    return query_run_one(&q);
}

enum err charge_void(struct connection *c, const char *id)
{
    struct query q = query_of(c, "UPDATE charge SET " BECOMES_VOID
                                 " WHERE number = " CHARGE_NUMBER_OF("?1") " AND state IN (0, 3)");
    QUERY_ID(&q, 1, id);
    enum err err = query_run_one(&q);
    return err == ERR_NOT_FOUND ? ERR_STATE : err;
}

enum err charge_want(struct connection *c, const char *id)
{
    struct query q = query_of(c, "UPDATE charge SET outcome = -2 WHERE number = " CHARGE_NUMBER_OF(
                                     "?1") " AND state IN (0, 3) AND outcome NOT IN (-1, 5)");
    QUERY_ID(&q, 1, id);
    return query_run(&q, NULL);
}
