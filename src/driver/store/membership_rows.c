#include "driver/store/membership_rows.h"

#include <string.h>

#include "base/text.h"
#include "driver/store/billing_pack.h"

void query_optional(struct query *q, int at, int64_t v)
{
    if (v != 0)
        query_number(q, at, v);
}

void row_id(const struct query *q, int column, char out[ID_TEXT])
{
    const void *bytes = row_bytes(q, column);
    id_unpack(bytes, bytes == NULL ? 0 : row_size(q, column), out);
}

unsigned row_choice(struct query *q, int column, unsigned count)
{
    int64_t v = row_number(q, column);
    if (v >= 0 && v < count)
        return (unsigned)v;
    q->err = ERR_MALFORMED;
    return 0;
}

/* The one number of a query that is ready; ERR_NOT_FOUND. */
static enum err first_number(struct query *q, int64_t *out)
{
    enum err err = query_first(q);
    if (err == OK)
        *out = row_number(q, 0);
    enum err ended = query_end(q);
    return err == OK ? ended : err;
}

static enum err find_plan(struct connection *c, const char *code, int64_t *number)
{
    struct query q = query_of(c, "SELECT number FROM plan_code WHERE code = ?1");
    query_text(&q, 1, code);
    enum err err = first_number(&q, number);
    if (err != ERR_NOT_FOUND)
        return err;
    q = query_of(c, "INSERT INTO plan_code (code) VALUES (?1)");
    query_text(&q, 1, code);
    err = query_run(&q, NULL);
    *number = connection_new_number(c);
    return err;
}

enum err plan_number(struct connection *c, struct plan_memo *memo, const char *code,
                     int64_t *number)
{
    *number = 0;
    if (code[0] == 0)
        return OK;
    if (memo != NULL && strcmp(memo->code, code) == 0) {
        *number = memo->number;
        return OK;
    }
    enum err err = find_plan(c, code, number);
    if (err == OK && memo != NULL && text_copy(memo->code, sizeof memo->code, code))
        memo->number = *number;
    return err;
}

/* ---- whose ----------------------------------------------------------------------------------- */

enum err membership_find(struct connection *c, const char *member, int64_t *number,
                         bool *has_account)
{
    struct query q = query_of(c, "SELECT membership FROM member WHERE id = ?1");
    query_text(&q, 1, member);
    enum err err = first_number(&q, number);
    if (has_account != NULL)
        *has_account = err == OK;
    if (err == OK)
        return *number == 0 ? ERR_NOT_FOUND : OK;
    if (err != ERR_NOT_FOUND)
        return err;
    q = query_of(c, "SELECT number FROM membership WHERE member = ?1 AND is_gone = 1");
    QUERY_ID(&q, 1, member);
    return first_number(&q, number);
}

enum err membership_need(struct connection *c, const char *member, const char *territory,
                         int64_t *number)
{
    bool has_account = false;
    enum err err = membership_find(c, member, number, &has_account);
    if (err != ERR_NOT_FOUND || !has_account)
        return err;
    struct query q =
        query_of(c, "INSERT INTO membership (member, is_gone, version, state, territory, price,"
                    " currency, anchor_day, anchor_second, anchor_months, period, trial_from,"
                    " trial_until, paid_from, paid_until, grace_until, picture_lines, streams, due,"
                    " first_due, failures, is_cancelled, pause_months, pause_until, next_price,"
                    " next_currency, next_price_from, credit, partner, gift_months)"
                    " VALUES (?1, 0, 0, 0, coalesce(?2, (SELECT territory FROM member"
                    " WHERE id = ?3)), 0, '', 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,"
                    " 0, '', 0, 0, '', 0)");
    QUERY_ID(&q, 1, member);
    query_text(&q, 2, territory);
    query_text(&q, 3, member);
    err = query_run(&q, NULL);
    *number = connection_new_number(c);
    if (err != OK)
        return err;
    q = query_of(c, "UPDATE member SET membership = ?2 WHERE id = ?1");
    query_text(&q, 1, member);
    query_number(&q, 2, *number);
    return query_run_one(&q);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void read_time(const struct query *q, struct membership *m)
{
    m->subscription = (struct subscription){ .trial_from = row_time(q, 13),
                                             .trial_until = row_time(q, 14),
                                             .paid_from = row_time(q, 15),
                                             .paid_until = row_time(q, 16),
                                             .grace_until = row_time(q, 17),
                                             .lines = (int)row_number(q, 18),
                                             .streams = (int)row_number(q, 19) };
    m->due = row_time(q, 20);
}

void membership_row_read(struct query *q, struct membership *m)
{
    *m = (struct membership){ .number = row_number(q, 0), .version = row_number(q, 2) };
    row_id(q, 1, m->member.s);
    m->state = (enum membership_state)row_choice(q, 3, MEMBERSHIP_STATE_COUNT);
    row_copy(q, 4, m->territory, sizeof m->territory);
    row_copy(q, 5, m->plan, sizeof m->plan);
    row_id(q, 6, m->means.s);
    m->price.minor = row_number(q, 7);
    row_copy(q, 8, m->price.currency, sizeof m->price.currency);
    m->anchor = (struct period_anchor){ .day = { (int32_t)row_number(q, 9) },
                                        .second = (int32_t)row_number(q, 10),
                                        .months = (int)row_number(q, 11) };
    m->period = (int)row_number(q, 12);
    read_time(q, m);
    row_id(q, 21, m->charge.s);
    m->first_due.days = (int32_t)row_number(q, 22);
    m->failures = (int)row_number(q, 23);
    m->is_cancelled = row_number(q, 24) != 0;
    m->pause_months = (int)row_number(q, 25);
    m->pause_until = row_time(q, 26);
    row_copy(q, 27, m->next_plan, sizeof m->next_plan);
    m->next_price.minor = row_number(q, 28);
    row_copy(q, 29, m->next_price.currency, sizeof m->next_price.currency);
    m->next_price_from = row_time(q, 30);
    m->credit = row_number(q, 31);
    row_copy(q, 32, m->partner, sizeof m->partner);
    m->gift_months = (int)row_number(q, 33);
}

static void bind_time(struct query *q, const struct membership *m)
{
    const struct subscription *s = &m->subscription;
    query_number(q, 11, s->trial_from.us);
    query_number(q, 12, s->trial_until.us);
    query_number(q, 13, s->paid_from.us);
    query_number(q, 14, s->paid_until.us);
    query_number(q, 15, s->grace_until.us);
    query_number(q, 16, s->lines);
    query_number(q, 17, s->streams);
    query_number(q, 18, m->due.us);
}

static void bind_rest(struct query *q, const struct membership *m)
{
    query_number(q, 20, m->first_due.days);
    query_number(q, 21, m->failures);
    query_number(q, 22, m->is_cancelled);
    query_number(q, 23, m->pause_months);
    query_number(q, 24, m->pause_until.us);
    query_number(q, 26, m->next_price.minor);
    query_text(q, 27, m->next_price.currency);
    query_number(q, 28, m->next_price_from.us);
    query_number(q, 29, m->credit);
    query_text(q, 30, m->partner);
    query_number(q, 31, m->gift_months);
    query_number(q, 32, m->version);
}

/* Means that went with their account are none. */
enum err membership_save(struct connection *c, struct plan_memo *memo, int64_t number,
                         const struct membership *m, const struct membership_tail *tail)
{
    int64_t plan = 0, next_plan = 0;
    enum err err = plan_number(c, memo, m->plan, &plan);
    if (err == OK)
        err = plan_number(c, memo, m->next_plan, &next_plan);
    if (err != OK)
        return err;
    struct packed means = id_pack(m->means.s), charge = id_pack(m->charge.s);
    struct query q = query_of(
        c, "UPDATE membership SET state = ?2, territory = ?3, plan = ?4,"
           " means = (SELECT a.number FROM means a WHERE a.id = ?5), price = ?6,"
           " currency = ?7, anchor_day = ?8, anchor_second = ?9, anchor_months = ?10,"
           " trial_from = ?11, trial_until = ?12, paid_from = ?13, paid_until = ?14,"
           " grace_until = ?15, picture_lines = ?16, streams = ?17, due = ?18,"
           " charge = " CHARGE_NUMBER_OF(
               "?19") ","
                      " first_due = ?20, failures = ?21, is_cancelled = ?22, pause_months = ?23,"
                      " pause_until = ?24, next_plan = ?25, next_price = ?26, next_currency = ?27,"
                      " next_price_from = ?28, credit = ?29, partner = ?30, gift_months = ?31, "
                      "version = ?32,"
                      " period = ?33, last_row = ?34, last_entry = ?35, last_invoice = ?36, "
                      "last_letter = ?37,"
                      " buyer = ?38 WHERE number = ?1");
    query_number(&q, 1, number);
    query_number(&q, 2, m->state);
    query_text(&q, 3, m->territory);
    query_optional(&q, 4, plan);
    if (m->means.s[0] != 0)
        query_blob(&q, 5, means.bytes, means.n);
    query_number(&q, 6, m->price.minor);
    query_text(&q, 7, m->price.currency);
    query_number(&q, 8, m->anchor.day.days);
    query_number(&q, 9, m->anchor.second);
    query_number(&q, 10, m->anchor.months);
    bind_time(&q, m);
    if (m->charge.s[0] != 0)
        query_blob(&q, 19, charge.bytes, charge.n);
    query_optional(&q, 25, next_plan);
    bind_rest(&q, m);
    query_number(&q, 33, m->period);
    query_optional(&q, 34, tail->row);
    query_optional(&q, 35, tail->entry);
    query_optional(&q, 36, tail->invoice);
    query_optional(&q, 37, tail->letter);
    query_optional(&q, 38, tail->buyer);
    return query_run_one(&q);
}

/* ---- the membership ledger ------------------------------------------------------------------- */

enum err membership_tail_read(struct connection *c, int64_t number, const char *member,
                              int64_t *version, struct membership_tail *out)
{
    struct query q =
        query_of(c, "SELECT version, last_row, last_entry, last_invoice, last_letter,"
                    " buyer FROM membership WHERE number = ?1 AND (?2 IS NULL OR member = ?2)");
    struct packed id = id_pack(member != NULL ? member : "");
    query_number(&q, 1, number);
    if (member != NULL)
        query_blob(&q, 2, id.bytes, id.n);
    enum err err = query_first(&q);
    if (err == OK) {
        *version = row_number(&q, 0);
        *out = (struct membership_tail){ .row = row_number(&q, 1),
                                         .entry = row_number(&q, 2),
                                         .invoice = row_number(&q, 3),
                                         .letter = row_number(&q, 4),
                                         .buyer = row_number(&q, 5) };
    }
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err membership_tail_write(struct connection *c, int64_t number,
                               const struct membership_tail *tail)
{
    struct query q =
        query_of(c, "UPDATE membership SET last_row = ?2, last_entry = ?3, last_invoice = ?4,"
                    " last_letter = ?5, buyer = ?6 WHERE number = ?1");
    query_number(&q, 1, number);
    query_optional(&q, 2, tail->row);
    query_optional(&q, 3, tail->entry);
    query_optional(&q, 4, tail->invoice);
    query_optional(&q, 5, tail->letter);
    query_optional(&q, 6, tail->buyer);
    return query_run_one(&q);
}

static enum err make_terms(struct connection *c, const struct membership_row *row, int64_t plan,
                           int64_t *number)
{
    struct query q = query_of(c, "INSERT INTO row_terms (territory, plan, partner, price, currency)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5)");
    query_text(&q, 1, row->territory);
    query_number(&q, 2, plan);
    query_text(&q, 3, row->partner);
    query_number(&q, 4, row->price.minor);
    query_text(&q, 5, row->price.currency);
    enum err err = query_run(&q, NULL);
    *number = connection_new_number(c);
    return err;
}

static bool has_terms(const struct plan_memo *memo, const struct membership_row *row, int64_t plan)
{
    const struct membership_row *known = &memo->terms.row;
    return memo->terms.number != 0 && memo->terms.plan == plan &&
           strcmp(known->territory, row->territory) == 0 &&
           strcmp(known->partner, row->partner) == 0 && known->price.minor == row->price.minor &&
           strcmp(known->price.currency, row->price.currency) == 0;
}

static enum err terms_number(struct connection *c, struct plan_memo *memo,
                             const struct membership_row *row, int64_t plan, int64_t *number)
{
    if (memo != NULL && has_terms(memo, row, plan)) {
        *number = memo->terms.number;
        return OK;
    }
    struct query q = query_of(c, "SELECT number FROM row_terms WHERE territory = ?1 AND plan = ?2"
                                 " AND partner = ?3 AND price = ?4 AND currency = ?5");
    query_text(&q, 1, row->territory);
    query_number(&q, 2, plan);
    query_text(&q, 3, row->partner);
    query_number(&q, 4, row->price.minor);
    query_text(&q, 5, row->price.currency);
    enum err err = first_number(&q, number);
    if (err == ERR_NOT_FOUND)
        err = make_terms(c, row, plan, number);
    if (err == OK && memo != NULL) {
        memo->terms.number = *number;
        memo->terms.plan = plan;
        memo->terms.row = *row;
    }
    return err;
}

enum err membership_row_add(struct connection *c, struct plan_memo *memo, int64_t number,
                            const struct membership_row *row, struct membership_tail *tail)
{
    int64_t plan = 0, terms = 0;
    enum err err = plan_number(c, memo, row->plan, &plan);
    if (err == OK)
        err = terms_number(c, memo, row, plan, &terms);
    if (err != OK)
        return err;
    struct query q =
        query_of(c, "INSERT INTO membership_row (membership, before, kind, state, reason, at,"
                    " effective, terms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    query_number(&q, 1, number);
    query_optional(&q, 2, tail->row);
    query_number(&q, 3, row->kind);
    query_number(&q, 4, row->state);
    query_number(&q, 5, row->reason);
    query_number(&q, 6, row->at.us);
    query_number(&q, 7, row->effective.us - row->at.us);
    query_number(&q, 8, terms);
    err = query_run(&q, NULL);
    if (err == OK)
        tail->row = connection_new_number(c);
    return err;
}

/* ---- simple subscriptions -------------------------------------------------------------------- */

/* A month that was taken does not go on by itself. */
static void simple_state(const struct subscription *s, utc_time now, struct membership *m,
                         struct membership_row *row)
{
    bool has_paid = s->paid_until.us != 0;
    utc_time ends = s->paid_until.us > s->trial_until.us ? s->paid_until : s->trial_until;
    bool is_over = ends.us <= now.us;
    m->subscription = *s;
    m->state = has_paid ? MEMBERSHIP_ACTIVE : MEMBERSHIP_TRIAL;
    m->is_cancelled = has_paid && !is_over;
    m->due = is_over ? (utc_time){ 0 } : ends;
    *row = (struct membership_row){ .kind = ROW_TRIAL, .at = now, .effective = s->trial_from };
    if (has_paid) {
        row->kind = s->trial_until.us != 0 ? ROW_CONVERT : ROW_JOIN;
        row->effective = s->paid_from;
    }
    if (is_over) {
        m->state = MEMBERSHIP_ENDED;
        row->kind = ROW_END;
        row->reason = has_paid ? REASON_CANCELLED : REASON_NOT_TAKEN;
        row->effective = ends;
    }
    row->state = m->state;
}

enum err membership_load(struct connection *c, int64_t number, struct membership *m,
                         struct membership_tail *tail)
{
    struct query q =
        query_of(c, "SELECT " MEMBERSHIP_COLUMNS ", b.last_row, b.last_entry, b.last_invoice,"
                    " b.last_letter, b.buyer FROM membership b WHERE b.number = ?1");
    query_number(&q, 1, number);
    enum err err = query_first(&q);
    if (err == OK) {
        membership_row_read(&q, m);
        *tail = (struct membership_tail){ .row = row_number(&q, MEMBERSHIP_COLUMN_COUNT),
                                          .entry = row_number(&q, MEMBERSHIP_COLUMN_COUNT + 1),
                                          .invoice = row_number(&q, MEMBERSHIP_COLUMN_COUNT + 2),
                                          .letter = row_number(&q, MEMBERSHIP_COLUMN_COUNT + 3),
                                          .buyer = row_number(&q, MEMBERSHIP_COLUMN_COUNT + 4) };
    }
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err membership_simple(struct connection *c, member_id member, const struct subscription *s,
                           utc_time now)
{
    int64_t number = 0;
    struct membership_tail tail;
    struct membership_row row;
    struct membership m;
    if (s->paid_until.us == 0 && s->trial_until.us == 0)
        return OK;
    enum err err = membership_need(c, member.s, NULL, &number);
    if (err == OK)
        err = membership_load(c, number, &m, &tail);
    if (err != OK)
        return err;
    simple_state(s, now, &m, &row);
    m.version++;
    memcpy(row.territory, m.territory, sizeof row.territory);
    err = membership_row_add(c, NULL, number, &row, &tail);
    return err == OK ? membership_save(c, NULL, number, &m, &tail) : err;
}
