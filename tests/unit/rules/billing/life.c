#include "life.h"

#include <stdio.h>
#include <string.h>

static const char words[] = "abcdefghijklmnopqrstuvwxyz234567";

static void id_of(unsigned n, char first, char out[ID_TEXT])
{
    memset(out, 'a', ID_TEXT - 1);
    out[ID_TEXT - 1] = 0;
    out[0] = first;
    for (int i = ID_TEXT - 2; n > 0; i--, n /= 32)
        out[i] = words[n % 32];
}

utc_time life_at(const char *text)
{
    utc_time t = { 0 };
    (void)!utc_parse(text, strlen(text), &t);
    return t;
}

void life_begin(struct life *l, const char *zone)
{
    static const struct plan plans[LIFE_PLANS] = {
        { "basic", "Basic", "Base", 1, RIGHTS_SD, 1, true, 1 },
        { "standard", "Standard", "Standard", 2, RIGHTS_HD, 1, true, 2 },
        { "premium", "Premium", "Premium", 4, RIGHTS_UHD, 1, true, 3 },
        { "free", "Free", "Libre", 1, RIGHTS_SD, 1, true, 0 },
    };
    static const int64_t prices[LIFE_PLANS] = { 799, 1299, 1999, 0 };
    memset(l, 0, sizeof *l);
    id_of(1, 'm', l->m.member.s);
    memcpy(l->m.territory, "FR", 3);
    l->m.period = -1;
    memcpy(l->plans, plans, sizeof plans);
    for (int i = 0; i < LIFE_PLANS; i++) {
        memcpy(l->prices[i].plan, plans[i].code, PLAN_CODE);
        memcpy(l->prices[i].territory, "FR", 3);
        l->prices[i].price = (struct money){ prices[i], "EUR" };
    }
    l->terms = (struct membership_terms){ .zone = zone_named(zone),
                                          .tax_permille = 200,
                                          .notice_days = 30,
                                          .n_dunning = 3,
                                          .dunning = { 1, 3, 7 },
                                          .grace_days = 7,
                                          .end_days = 14,
                                          .pause_months_most = 3 };
}

int life_plan_index(const struct life *l, const char *code)
{
    for (int i = 0; i < LIFE_PLANS; i++)
        if (strcmp(l->plans[i].code, code) == 0)
            return i;
    return -1;
}

/* ---- the books --------------------------------------------------------------------------------
 */

static void fault(struct life *l, const char *what)
{
    if (l->broken == NULL)
        l->broken = what;
}

static void post(struct life *l, const char *account, const char *currency, int64_t minor)
{
    size_t i = 0;
    while (i < l->n_accounts && (strcmp(l->accounts[i].name, account) != 0 ||
                                 strcmp(l->accounts[i].currency, currency) != 0))
        i++;
    if (i == l->n_accounts) {
        memcpy(l->accounts[i].name, account, LEDGER_ACCOUNT);
        memcpy(l->accounts[i].currency, currency, 4);
        l->n_accounts++;
    }
    l->accounts[i].minor += minor;
}

int64_t life_balance(const struct life *l, const char *account)
{
    for (size_t i = 0; i < l->n_accounts; i++)
        if (strcmp(l->accounts[i].name, account) == 0)
            return l->accounts[i].minor;
    return 0;
}

static void book(struct life *l, const struct ledger_entry *e)
{
    char why[LEDGER_WHY];
    if (!ledger_entry_is_good(e, why))
        fault(l, "an entry is not good");
    for (size_t i = 0; i < l->n_keys; i++)
        if (strcmp(l->keys[i], e->key) == 0)
            fault(l, "an entry's key was there before");
    memcpy(l->keys[l->n_keys++], e->key, LEDGER_KEY);
    for (size_t i = 0; i < e->n; i++)
        post(l, e->postings[i].account, e->currency, e->postings[i].minor);
}

/* As the service books a charge that is collected, or comes back. What credit paid for is paid once
 * and stays so. */
static void book_charge(struct life *l, const struct charge *c, enum charge_state was, utc_time now)
{
    bool again = was == CHARGE_RETURNED, back = c->state == CHARGE_RETURNED;
    bool pending = (back ? was : c->state) == CHARGE_PENDING;
    const char *account = pending ? "receivable:sepa" : "cash:card";
    char key[LEDGER_KEY];
    snprintf(key, sizeof key, "%s %s %u", back ? "return" : "charge", c->id.s, c->tries);
    struct ledger_entry e = ledger_entry_of(LEDGER_CHARGE, key, now, c->amount.currency);
    int64_t minor = back ? -c->amount.minor : c->amount.minor;
    enum err err =
        ledger_sell(&e, minor, c->tax_permille, account, "revenue:subscription", c->territory);
    if (err == OK && !again && !back)
        err = ledger_sell(&e, c->credit, c->tax_permille, "credit:members", "revenue:subscription",
                          c->territory);
    if (err != OK)
        fault(l, "a charge cannot be booked");
    if (e.n > 0)
        book(l, &e);
    l->charged += back ? 0 : minor;
    l->gave_back += back ? -minor : 0;
}

/* ---- what has to be so ------------------------------------------------------------------------
 */

static struct charge *find(struct life *l, const char *id)
{
    for (size_t i = 0; i < l->n_charges; i++)
        if (strcmp(l->charges[i].id.s, id) == 0)
            return &l->charges[i];
    return NULL;
}

struct charge *life_charge(struct life *l)
{
    return l->m.charge.s[0] != 0 ? find(l, l->m.charge.s) : NULL;
}

static void check_charges(struct life *l)
{
    struct charge *current = life_charge(l);
    if (l->m.charge.s[0] != 0 &&
        (current == NULL || (current->state != CHARGE_OPEN && current->state != CHARGE_RETURNED)))
        fault(l, "what is being collected is no open charge");
    for (size_t i = 0; i < l->n_charges; i++) {
        const struct charge *a = &l->charges[i];
        if (a->state == CHARGE_OPEN && a != current)
            fault(l, "an open charge is nobody's");
        for (size_t k = 0; k < i; k++)
            if (a->state != CHARGE_VOID && l->charges[k].state != CHARGE_VOID &&
                strcmp(a->subject, l->charges[k].subject) == 0)
                fault(l, "two charges are for one period");
    }
}

static void check_time(struct life *l)
{
    const struct membership *m = &l->m;
    const struct subscription *s = &m->subscription;
    bool waits = m->charge.s[0] != 0 || m->state == MEMBERSHIP_TRIAL ||
                 m->state == MEMBERSHIP_ACTIVE || m->state == MEMBERSHIP_PAST_DUE ||
                 m->state == MEMBERSHIP_SUSPENDED || m->state == MEMBERSHIP_PAUSED;
    if (waits && m->due.us == 0)
        fault(l, "nobody will look at it again");
    if (m->state == MEMBERSHIP_ACTIVE &&
        s->paid_until.us != period_begin(&m->anchor, l->terms.zone, m->period + 1).us)
        fault(l, "what is paid for does not end with its period");
    if (m->state == MEMBERSHIP_PARTNER && s->paid_until.us != INT64_MAX)
        fault(l, "a partner's member has an end");
    bool plays_on = m->state == MEMBERSHIP_TRIAL || m->state == MEMBERSHIP_ACTIVE ||
                    m->state == MEMBERSHIP_PAST_DUE;
    if (!plays_on && s->grace_until.us != 0)
        fault(l, "grace without a subscription");
}

static void check_rows(struct life *l, const struct membership *before)
{
    const struct membership_change *c = &l->last;
    if (c->n_rows > 0)
        l->row_state = c->rows[c->n_rows - 1].state;
    if (l->row_state != l->m.state)
        fault(l, "the rows say another state");
    for (size_t i = 0; i < c->n_rows; i++)
        if (c->rows[i].effective.us == 0 || c->rows[i].at.us == 0)
            fault(l, "a row without a date");
    if (l->m.version != before->version + 1)
        fault(l, "the version did not count one");
}

/* In each currency the books balance, and owe the member what the membership says. */
static void check_books(struct life *l)
{
    for (size_t i = 0; i < l->n_accounts; i++) {
        const char *currency = l->accounts[i].currency;
        int64_t sum = 0, owed = 0;
        for (size_t k = 0; k < l->n_accounts; k++) {
            bool is_it = strcmp(l->accounts[k].currency, currency) == 0;
            sum += is_it ? l->accounts[k].minor : 0;
            if (is_it && strcmp(l->accounts[k].name, "credit:members") == 0)
                owed = -l->accounts[k].minor;
        }
        bool is_own = strcmp(l->m.price.currency, currency) == 0;
        if (sum != 0)
            fault(l, "the books do not balance");
        if (owed != (is_own ? l->m.credit : 0))
            fault(l, "the books say another credit");
    }
}

static void check(struct life *l, const struct membership *before)
{
    check_books(l);
    if (l->m.credit < 0)
        fault(l, "credit below zero");
    check_charges(l);
    check_time(l);
    check_rows(l, before);
}

/* ---- steps ------------------------------------------------------------------------------------
 */

static const struct plan_price *price_of(const struct life *l, int plan)
{
    return plan >= 0 && l->prices[plan].price.currency[0] != 0 ? &l->prices[plan] : NULL;
}

static void set_terms(struct life *l, int plan)
{
    int own = life_plan_index(l, l->m.plan), next = life_plan_index(l, l->m.next_plan);
    int of = plan >= 0 ? plan : own;
    l->terms.plan = of >= 0 ? &l->plans[of] : NULL;
    l->terms.next_plan = next >= 0 ? &l->plans[next] : NULL;
    l->terms.own = own >= 0 ? &l->plans[own] : NULL;
    l->terms.price = price_of(l, of);
    l->terms.next_price = price_of(l, next);
    l->terms.means_had_trial = l->has_means_had_trial;
}

static void keep(struct life *l)
{
    const struct membership_change *c = &l->last;
    if (c->void_charge.s[0] != 0) {
        struct charge *gone = find(l, c->void_charge.s);
        if (gone == NULL || !charge_may_move(gone->state, CHARGE_VOID))
            fault(l, "a charge cannot be void");
        else
            gone->state = CHARGE_VOID;
    }
    if (c->open.id.s[0] != 0) {
        if (c->open.amount.minor <= 0 || c->open.credit < 0)
            fault(l, "a charge of nothing");
        l->charges[l->n_charges++] = c->open;
    }
    for (size_t i = 0; i < c->n_entries; i++)
        book(l, &c->entries[i]);
}

enum err life_event(struct life *l, struct membership_event event, int plan)
{
    struct membership before = l->m;
    set_terms(l, plan);
    if (event.new_charge.s[0] == 0)
        id_of((unsigned)++l->n_ids, 'c', event.new_charge.s);
    enum err err = membership_apply(&before, &l->terms, &event, &l->last, l->why);
    if ((err != OK) != (l->why[0] != 0))
        fault(l, "a refusal without a sentence, or a sentence without one");
    if (err != OK) {
        l->last = (struct membership_change){ .after = before };
        return err;
    }
    l->m = l->last.after;
    keep(l);
    if (l->m.version != before.version)
        check(l, &before);
    else if (memcmp(&l->m, &before, sizeof before) != 0 || l->last.n_rows > 0 ||
             l->last.n_entries > 0 || l->last.has_letter)
        fault(l, "nothing happened, and something changed");
    return OK;
}

static enum charge_state state_after(const struct charge *c, enum charge_outcome outcome)
{
    return outcome == CHARGE_TRY_PAID      ? CHARGE_PAID
           : outcome == CHARGE_TRY_PENDING ? CHARGE_PENDING
                                           : c->state;
}

enum err life_outcome(struct life *l, utc_time now, enum charge_outcome outcome)
{
    struct charge *c = life_charge(l), was = *c;
    bool is_paid = outcome == CHARGE_TRY_PAID || outcome == CHARGE_TRY_PENDING;
    c->tries++;
    c->means = l->m.means;
    if (outcome == CHARGE_TRY_UNKNOWN)
        return OK;
    c->state = state_after(c, outcome);
    if (is_paid)
        book_charge(l, c, was.state, now);
    struct charge now_is = *c;
    enum err err =
        life_event(l,
                   (struct membership_event){ .kind = is_paid ? MEMBERSHIP_PAID : MEMBERSHIP_FAILED,
                                              .now = now,
                                              .charge = &now_is,
                                              .is_final = outcome == CHARGE_TRY_REFUSED },
                   -1);
    if (err != OK)
        fault(l, "an outcome was refused");
    return err;
}

enum err life_return(struct life *l, utc_time now, size_t charge)
{
    struct charge *c = &l->charges[charge];
    enum charge_state was = c->state;
    c->state = CHARGE_RETURNED;
    book_charge(l, c, was, now);
    struct charge now_is = *c;
    return life_event(
        l, (struct membership_event){ .kind = MEMBERSHIP_RETURNED, .now = now, .charge = &now_is },
        -1);
}

int life_renew(struct life *l, utc_time now, enum charge_outcome outcome)
{
    int steps = 0;
    while (steps < 500 && l->broken == NULL && l->m.due.us != 0 && l->m.due.us <= now.us) {
        int64_t version = l->m.version;
        if (life_event(l, (struct membership_event){ .kind = MEMBERSHIP_DUE, .now = now }, -1) !=
            OK)
            fault(l, "what was due was refused");
        if (l->m.version == version)
            fault(l, "it is due and nothing was done");
        bool collects = l->last.open.id.s[0] != 0 || l->last.collect_again;
        if (collects && life_charge(l) != NULL)
            (void)!life_outcome(l, now, outcome);
        steps++;
    }
    if (steps >= 500)
        fault(l, "what is due does not end");
    return steps;
}

enum subscription_state life_sees(const struct life *l, utc_time now)
{
    return subscription_state_at(&l->m.subscription, now, NULL);
}
