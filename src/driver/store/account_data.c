/* All that is kept of a member, told and taken away. */
#include <stdio.h>
#include <string.h>

#include "driver/store/account.h"
#include "driver/store/charge_rows.h"
#include "driver/store/internal.h"
#include "driver/store/letter_rows.h"
#include "driver/store/membership_end.h"
#include "driver/store/membership_rows.h"

#define MINE " FROM member m JOIN membership b ON b.number = m.membership"

/* A section of the export a row; a column's alias names its member, and after a colon what it is:
 * "created:t" an instant, "is_child:b" yes or no, "id:i" the bytes of an id; a word by its place:
 * "state:m" of a membership, "state:c" of a charge, "kind:k" of a charge, "kind:a" of means,
 * "kind:r" of a row of the membership ledger, "reason:e" of one. Amounts are whole minor units of
 * their currency. */
static const struct {
    const char *name, *sql;
} sections[] = {
    { "member", "SELECT id, role, email, email_verified AS \"email_verified:t\", language,"
                " territory, created AS \"created:t\" FROM member WHERE id = ?1" },
    { "membership",
      "SELECT b.state AS \"state:m\", b.territory, k.code AS plan, b.price, b.currency, b.credit,"
      " b.trial_from AS \"trial_from:t\", b.trial_until AS \"trial_until:t\","
      " b.paid_from AS \"paid_from:t\", b.paid_until AS \"paid_until:t\","
      " b.due AS \"due:t\", b.is_cancelled AS \"is_cancelled:b\", b.partner, b.gift_months" MINE
      " LEFT JOIN plan_code k ON k.number = b.plan WHERE m.id = ?1" },
    { "membership_rows",
      "SELECT r.seq, r.kind AS \"kind:r\", r.state AS \"state:m\", r.reason AS \"reason:e\","
      " r.at AS \"at:t\", r.at + r.effective AS \"effective:t\", t.territory, k.code AS plan,"
      " t.partner, t.price, t.currency FROM membership_row r"
      " JOIN row_terms t ON t.number = r.terms"
      " LEFT JOIN plan_code k ON k.number = t.plan WHERE r.seq IN ("
      " WITH RECURSIVE mine (seq) AS (SELECT b.last_row" MINE " WHERE m.id = ?1"
      "  UNION ALL SELECT o.before FROM mine JOIN membership_row o ON o.seq = mine.seq"
      "  WHERE o.before IS NOT NULL) SELECT seq FROM mine) ORDER BY r.seq" },
    { "payment_means",
      "SELECT a.id AS \"id:i\", a.kind AS \"kind:a\", a.label, a.reference, a.holder,"
      " a.created AS \"created:t\", a.removed AS \"removed:t\"" MINE
      " JOIN means a ON a.membership = b.number WHERE m.id = ?1 ORDER BY a.number" },
    { "charges",
      "SELECT " CHARGE_ID(
          "c") " AS \"id:i\", t.kind AS \"kind:k\", c.state AS \"state:c\", c.amount,"
               " t.currency, c.credit, t.tax_permille, t.territory, c.created AS \"created:t\","
               " " CHARGE_PAID_AT " AS \"paid:t\", c.refunded, c.tries, "
               "c.reference, c.why" MINE " JOIN charge c ON c.membership = b.number"
               " JOIN charge_terms t ON t.number = c.terms WHERE m.id = ?1 ORDER BY c.number" },
    { "invoices",
      "SELECT " INVOICE_ID(
          "i.number") " AS \"id:i\", s.name AS series,"
                      " i.number & 4294967295 AS number, i.is_credit_note AS \"is_credit_note:b\","
                      " (SELECT text FROM buyer WHERE number = i.buyer) AS buyer, " INVOICE_ISSUED
                      " AS \"issued:t\","
                      " i.title, " INVOICE_ISSUED " + i.from_at AS \"from:t\","
                      " " INVOICE_ISSUED " + i.from_at + i.until_at AS \"until:t\","
                      " coalesce(i.territory, " CHARGE_TERM(
                          "territory") ") AS territory,"
                                       " coalesce(i.total, c.amount + c.credit) AS total, "
                                       "coalesce(i.currency, " CHARGE_TERM(
                                           "currency") ") AS currency,"
                                                       " i.tax, "
                                                       "coalesce(i.tax_permille, " CHARGE_TERM(
                                                           "tax_permille") ") AS tax_permille,"
                                                                           " coalesce(i.credit, "
                                                                           "c.credit) AS credit "
                                                                           "FROM invoice i"
                                                                           " LEFT JOIN charge c ON "
                                                                           "c.number = i.charge"
                                                                           " JOIN invoice_series s "
                                                                           "ON s.number = i.number "
                                                                           ">> 32 WHERE i.number "
                                                                           "IN ("
                                                                           " WITH RECURSIVE mine "
                                                                           "(number) AS (SELECT "
                                                                           "b.last_invoice" MINE
                                                                           " WHERE m.id = ?1"
                                                                           "  UNION ALL SELECT "
                                                                           "o.number - o.before "
                                                                           "FROM mine JOIN invoice "
                                                                           "o ON o.number "
                                                                           "= mine.number"
                                                                           "  WHERE o.before IS "
                                                                           "NOT NULL) SELECT "
                                                                           "number FROM mine) "
                                                                           "ORDER "
                                                                           "BY " INVOICE_ISSUED
                                                                           ", i.number" },
    { "gifts",
      "SELECT g.id AS \"id:i\", k.code AS plan, g.months, g.redeemed AS \"redeemed:t\"" MINE
      " JOIN gift g ON g.redeemed_by = b.number JOIN plan_code k ON k.number = g.plan"
      " WHERE m.id = ?1 ORDER BY g.number" },
    { "rentals",
      "SELECT r.id AS \"id:i\", r.title, t.original_title, r.playable, r.price, r.currency,"
      " r.territory, r.ordered AS \"ordered:t\", r.bought AS \"bought:t\","
      " r.start_by AS \"start_by:t\", r.started AS \"started:t\", r.ends AS \"ends:t\"" MINE
      " JOIN rental r ON r.membership = b.number LEFT JOIN title t ON t.id = r.title"
      " WHERE m.id = ?1 ORDER BY r.number" },
    { "partner_subscriptions",
      "SELECT s.id, p.name AS partner, s.bundle, s.created AS \"created:t\","
      " s.linked AS \"linked:t\", s.suspended AS \"suspended:t\", s.ends AS \"ends:t\","
      " s.is_on AS \"is_on:b\" FROM partner_subscription s JOIN partner p ON p.id = s.partner"
      " WHERE s.member = ?1 ORDER BY s.created, s.id" },
    { "partner_events",
      "SELECT e.subscription, e.call, e.at AS \"at:t\", e.bundle FROM partner_subscription s"
      " JOIN partner_event e ON e.subscription = s.id WHERE s.member = ?1 AND e.member = ?1"
      " ORDER BY e.seq" },
    { "profiles", "SELECT id, name, language, sound, captions, avatar, max_age,"
                  " is_child AS \"is_child:b\", created AS \"created:t\" FROM profile"
                  " WHERE member = ?1 ORDER BY created, id" },
    { "pin", "SELECT locked_age FROM member_pin WHERE member = ?1" },
    { "progress", "SELECT p.profile, p.playable, p.title, t.original_title, p.position_ms,"
                  " p.duration_ms, p.is_finished AS \"is_finished:b\", p.changed AS \"changed:t\""
                  " FROM progress p JOIN title t ON t.id = p.title"
                  " JOIN profile f ON f.id = p.profile WHERE f.member = ?1"
                  " ORDER BY p.changed DESC, p.profile, p.playable" },
    { "playbacks", "SELECT id, profile, playable, created AS \"created:t\","
                   " expires AS \"expires:t\" FROM playback WHERE member = ?1"
                   " ORDER BY created DESC, id" },
    { "streams", "SELECT playback, profile, title, territory, place, agent, taken AS \"taken:t\","
                 " ends AS \"ends:t\", stop FROM lease WHERE member = ?1"
                 " ORDER BY taken DESC, playback" },
    { "sessions", "SELECT kind, name, partner, agent, place, created AS \"created:t\","
                  " seen AS \"seen:t\", expires AS \"expires:t\" FROM session WHERE member = ?1"
                  " ORDER BY created DESC, digest" },
    { "device_codes", "SELECT client, version, name, model, network, place, state,"
                      " created AS \"created:t\", expires AS \"expires:t\" FROM device_code"
                      " WHERE member = ?1 ORDER BY created DESC, digest" },
    { "devices", "SELECT created AS \"created:t\", seen AS \"seen:t\" FROM device"
                 " WHERE member = ?1 ORDER BY created DESC, digest" },
    { "letters",
      "WITH RECURSIVE mine (number) AS (SELECT b.last_letter" MINE " WHERE m.id = ?1"
      "  UNION ALL SELECT o.before FROM mine JOIN letter o ON o.number = mine.number)"
      " SELECT l.kind, coalesce(l.recipient, (SELECT email FROM member WHERE id = ?1)) AS"
      " recipient, l.state, l.created AS \"created:t\", l.due AS \"due:t\" FROM letter l"
      " WHERE l.member = ?1 OR (l.number IN (SELECT number FROM mine)"
      "  AND l.membership = (SELECT membership FROM member WHERE id = ?1))"
      " ORDER BY l.created DESC, l.id" },
    { "links", "SELECT kind, email, created AS \"created:t\", expires AS \"expires:t\""
               " FROM account_token WHERE member = ?1 ORDER BY created DESC, digest" },
    { "second_factor", "SELECT since AS \"since:t\" FROM second_factor WHERE member = ?1" },
    { "passkeys",
      "SELECT id, name, lower(hex(credential)) AS credential, algorithm, lower(hex(key)) AS key,"
      " counter, may_be_backed_up AS \"may_be_backed_up:b\", is_backed_up AS \"is_backed_up:b\","
      " created AS \"created:t\", used AS \"used:t\" FROM passkey WHERE member = ?1"
      " ORDER BY created, id" },
    { "recovery_codes", "SELECT count(*) AS \"left\" FROM recovery_code WHERE member = ?1" },
};

/* NULL: no such place. */
static const char *word_at(char kind, int64_t v)
{
    if (kind == 'm' && v < MEMBERSHIP_STATE_COUNT)
        return membership_state_name((enum membership_state)v);
    if (kind == 'c' && v < CHARGE_STATE_COUNT)
        return charge_state_name((enum charge_state)v);
    if (kind == 'k' && v < CHARGE_KIND_COUNT)
        return charge_kind_name((enum charge_kind)v);
    if (kind == 'a' && v < MEANS_KIND_COUNT)
        return means_kind_name((enum means_kind)v);
    if (kind == 'r' && v < MEMBERSHIP_ROW_COUNT)
        return membership_row_name((enum membership_row_kind)v);
    if (kind == 'e' && v < MEMBERSHIP_REASON_COUNT)
        return membership_reason_name((enum membership_reason)v);
    return NULL;
}

static void write_id(const struct query *q, int i, const char *name, struct json_writer *w)
{
    char id[ID_TEXT];
    row_id(q, i, id);
    json_text(w, name, id);
}

static void write_column(const struct query *q, struct arena *arena, int i, struct json_writer *w)
{
    const char *alias = sqlite3_column_name(q->statement, i);
    size_t n = strcspn(alias, ":");
    char kind = alias[n] == ':' ? alias[n + 1] : 0;
    const char *name = arena_strndup(arena, alias, n);
    if (row_is_null(q, i))
        json_null(w, name);
    else if (kind == 't')
        json_instant(w, name, row_time(q, i));
    else if (kind == 'b')
        json_bool(w, name, row_number(q, i) != 0);
    else if (kind == 'i')
        write_id(q, i, name, w);
    else if (kind != 0 && row_number(q, i) >= 0)
        json_text(w, name, word_at(kind, row_number(q, i)));
    else if (sqlite3_column_type(q->statement, i) == SQLITE_INTEGER)
        json_number(w, name, row_number(q, i));
    else
        json_text(w, name, row_text(q, arena, i));
}

static enum err write_section(struct connection *c, size_t i, member_id member,
                              struct json_writer *w, size_t *rows)
{
    struct query q = query_of(c, sections[i].sql);
    query_text(&q, 1, member.s);
    json_array(w, sections[i].name);
    for (*rows = 0; query_next(&q); ++*rows) {
        struct arena *arena = arena_create();
        json_object(w, NULL);
        for (int k = 0; k < sqlite3_column_count(q.statement); k++)
            write_column(&q, arena, k, w);
        json_end(w);
        arena_destroy(&arena);
    }
    json_end(w);
    return query_end(&q);
}

enum err store_account_export(struct store *store, member_id member, struct json_writer *w)
{
    struct connection *c = NULL;
    size_t rows = 0;
    enum err err = store_read_begin(store, &c);
    if (err != OK)
        return err;
    json_object(w, NULL);
    for (size_t i = 0; err == OK && i < sizeof sections / sizeof sections[0]; i++) {
        err = write_section(c, i, member, w, &rows);
        if (err == OK && i == 0 && rows == 0)
            err = ERR_NOT_FOUND;
    }
    json_end(w);
    return store_read_end(store, &c, err == OK ? w->out->err : err);
}

struct delete_call {
    member_id member;
    const char *email_key;
    const struct store_letter *letter;
};

static enum err is_last_administrator(struct connection *c, member_id member)
{
    struct query q =
        query_of(c, "SELECT count(*) FROM member WHERE id = ?1 AND role = 'administrator'"
                    " AND NOT EXISTS (SELECT 1 FROM member o WHERE o.role = 'administrator'"
                    "  AND o.id <> ?1)");
    query_text(&q, 1, member.s);
    bool is_last = query_next(&q) && row_number(&q, 0) > 0;
    enum err err = query_end(&q);
    return err == OK && is_last ? ERR_STATE : err;
}

/* Counts of tries name the address or the member. */
static enum err forget_tries(struct connection *c, const struct delete_call *d)
{
    static const char *const by_address[] = { "address", "reset" };
    static const char *const by_member[] = { "second", "mail", "passkey", "activate" };
    enum err err = OK;
    for (size_t i = 0; err == OK && i < 6; i++) {
        char key[300];
        snprintf(key, sizeof key, "%s:%s", i < 2 ? by_address[i] : by_member[i - 2],
                 i < 2 ? d->email_key : d->member.s);
        struct query q = query_of(c, "DELETE FROM sign_in_failure WHERE key = ?1");
        query_text(&q, 1, key);
        err = query_run(&q, NULL);
    }
    return err;
}

static enum err delete_account(struct connection *c, void *call)
{
    const struct delete_call *d = call;
    enum err err = is_last_administrator(c, d->member);
    if (err != OK)
        return err;
    err = membership_forget(c, d->member, d->letter != NULL ? d->letter->created : clock_now());
    if (err != OK)
        return err;
    struct query q = query_of(c, "DELETE FROM member WHERE id = ?1"); /* and what refers to it */
    query_text(&q, 1, d->member.s);
    err = query_run_one(&q);
    if (err == OK)
        err = forget_tries(c, d);
    return err == OK ? letter_insert(c, d->letter) : err;
}

enum err store_account_delete(struct store *store, member_id member, const char *email_key,
                              const struct store_letter *letter)
{
    struct delete_call call = { .member = member, .email_key = email_key, .letter = letter };
    return store_write(store, delete_account, &call);
}
