#include "driver/store/membership_end.h"

#include <string.h>

#include "driver/store/charge_rows.h"
#include "driver/store/letter_rows.h"

static enum err run_for(struct connection *c, const char *sql, int64_t number)
{
    struct query q = query_of(c, sql);
    query_number(&q, 1, number);
    return query_run(&q, NULL);
}

/* A debit that is with the bank, or on its way there, goes on: it is booked, and is settled or
 * comes back; what it needs is forgotten after it (store_means_sweep). So is a card's, of which it
 * is not known whether it was charged (store_charge_settle). Of all other means nothing is left but
 * how a charge was paid, which the books need when it comes back months later. */
#define IS_AWAITED                                                                                 \
    " EXISTS (SELECT 1 FROM charge c WHERE c.membership = means.membership"                        \
    "  AND c.means = means.number AND (c.state = 1 OR (" CHARGE_IN_DOUBT("c.") ")))"

static const char *const forgets[] = {
    "UPDATE charge SET " BECOMES_VOID " WHERE membership = ?1 AND state IN (0, 3)",
    "INSERT INTO means_before (fingerprint) SELECT DISTINCT a.fingerprint FROM means a"
    " JOIN membership b ON b.number = a.membership WHERE a.membership = ?1 AND b.trial_from <> 0"
    " ON CONFLICT (fingerprint) DO NOTHING",
    "UPDATE membership SET means = NULL, is_gone = 1 WHERE number = ?1",
    "UPDATE charge SET why = '' WHERE membership = ?1",
    "UPDATE means SET removed = 1 WHERE membership = ?1 AND removed = 0",
    "UPDATE means SET label = '', fingerprint = x'' WHERE membership = ?1",
    "UPDATE means SET reference = '', holder = '', sealed = NULL"
    " WHERE membership = ?1 AND NOT" IS_AWAITED,
};

/* The row says what it was: that which the change before it left. */
static void end_of(const struct membership *m, utc_time now, struct membership_row *row)
{
    *row = (struct membership_row){ .kind = ROW_END,
                                    .state = MEMBERSHIP_ENDED,
                                    .reason = REASON_DELETED,
                                    .at = now,
                                    .effective = now,
                                    .price = m->price };
    memcpy(row->territory, m->territory, sizeof row->territory);
    memcpy(row->plan, m->plan, sizeof row->plan);
    memcpy(row->partner, m->partner, sizeof row->partner);
}

static utc_time earlier(utc_time a, utc_time b)
{
    return a.us < b.us ? a : b;
}

static bool is_on(const struct membership *m)
{
    return m->state != MEMBERSHIP_NONE && m->state != MEMBERSHIP_ENDED;
}

/* Nothing is entitled to any more, and the machine never looks at it again: nor at an order that
 * was not answered yet, or at who is to be asked to come back. */
static void stop(struct membership *m, utc_time now)
{
    struct subscription *s = &m->subscription;
    s->trial_until = earlier(s->trial_until, now);
    s->paid_until = earlier(s->paid_until, now);
    s->grace_until = (utc_time){ 0 };
    m->state = is_on(m) ? MEMBERSHIP_ENDED : m->state;
    m->due = m->pause_until = m->next_price_from = (utc_time){ 0 };
    m->charge.s[0] = m->next_plan[0] = m->partner[0] = m->means.s[0] = 0;
    m->next_price = (struct money){ 0 };
    m->failures = m->pause_months = m->gift_months = 0;
    m->is_cancelled = false;
    m->version++;
}

enum err membership_forget(struct connection *c, member_id member, utc_time now)
{
    int64_t number = 0;
    struct membership m;
    struct membership_tail tail;
    struct membership_row row;
    enum err err = membership_find(c, member.s, &number, NULL);
    if (err != OK)
        return err == ERR_NOT_FOUND ? OK : err;
    err = membership_load(c, number, &m, &tail);
    if (err == OK && is_on(&m)) {
        end_of(&m, now, &row);
        err = membership_row_add(c, NULL, number, &row, &tail);
    }
    if (err == OK) {
        stop(&m, now);
        err = membership_save(c, NULL, number, &m, &tail);
    }
    if (err == OK)
        err = letters_forget(c, number, &tail);
    for (size_t i = 0; err == OK && i < sizeof forgets / sizeof forgets[0]; i++)
        err = run_for(c, forgets[i], number);
    return err;
}
