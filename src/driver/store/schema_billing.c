#include "driver/store/schema_billing.h"

#include "driver/store/membership_rows.h"

/* Bytes a member are few here, as there is a row a month for each for ever: identities are the 16
 * bytes they are made of (billing_pack.h), whom and what a row is about is a small number, and
 * enumerations are their place in the list of rules/billing, which only grows at its end.
 *
 * membership.number stands for the member everywhere, and outlives the account: books and invoices
 * are kept as the law asks, and name nobody once the account is gone. member.membership is NULL
 * until a member first has anything to do with money.
 *
 * Triggers guard what is only ever added; they are the store's last word, not its first. */
const char schema_billing[] =
    "CREATE TABLE plan_code (" /* also of plans that no list has any more */
    " number INTEGER NOT NULL PRIMARY KEY,"
    " code TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE plan ("
    " number INTEGER NOT NULL PRIMARY KEY REFERENCES plan_code (number),"
    " name_en TEXT NOT NULL,"
    " name_fr TEXT NOT NULL,"
    " streams INTEGER NOT NULL,"
    " format INTEGER NOT NULL,"
    " months INTEGER NOT NULL,"
    " is_offered INTEGER NOT NULL,"
    " rank INTEGER NOT NULL) STRICT;"
    "CREATE TABLE plan_price ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " plan INTEGER NOT NULL REFERENCES plan (number),"
    " territory TEXT NOT NULL,"
    " price INTEGER NOT NULL CHECK (price >= 0),"
    " currency TEXT NOT NULL,"
    " from_day INTEGER NOT NULL,"
    " said INTEGER NOT NULL) STRICT;"
    "CREATE TRIGGER plan_price_stays BEFORE UPDATE ON plan_price"
    " BEGIN SELECT raise(ABORT, 'prices are only added'); END;"
    "CREATE TRIGGER plan_price_is_kept BEFORE DELETE ON plan_price"
    " BEGIN SELECT raise(ABORT, 'prices are only added'); END;"

    "CREATE TABLE membership ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " member BLOB NOT NULL,"
    " is_gone INTEGER NOT NULL," /* the account was deleted */
    " version INTEGER NOT NULL,"
    " state INTEGER NOT NULL,"
    " territory TEXT NOT NULL,"
    " plan INTEGER,"
    " means INTEGER,"
    " price INTEGER NOT NULL,"
    " currency TEXT NOT NULL,"
    " anchor_day INTEGER NOT NULL,"
    " anchor_second INTEGER NOT NULL,"
    " anchor_months INTEGER NOT NULL,"
    " period INTEGER NOT NULL,"
    " trial_from INTEGER NOT NULL,"
    " trial_until INTEGER NOT NULL,"
    " paid_from INTEGER NOT NULL,"
    " paid_until INTEGER NOT NULL,"
    " grace_until INTEGER NOT NULL,"
    " picture_lines INTEGER NOT NULL,"
    " streams INTEGER NOT NULL,"
    " due INTEGER NOT NULL,"
    " charge INTEGER,"
    " first_due INTEGER NOT NULL,"
    " failures INTEGER NOT NULL,"
    " is_cancelled INTEGER NOT NULL,"
    " pause_months INTEGER NOT NULL,"
    " pause_until INTEGER NOT NULL,"
    " next_plan INTEGER,"
    " next_price INTEGER NOT NULL,"
    " next_currency TEXT NOT NULL,"
    " next_price_from INTEGER NOT NULL,"
    " credit INTEGER NOT NULL,"
    " partner TEXT NOT NULL,"
    " gift_months INTEGER NOT NULL,"
    " last_row INTEGER,"   /* newest of the member's; each names the one before it */
    " last_entry INTEGER," /* likewise of the ledger's, of invoices and of letters */
    " last_invoice INTEGER,"
    " last_letter INTEGER,"
    " buyer INTEGER" /* how the last invoice calls them */
    ") STRICT;"
    "CREATE INDEX membership_due ON membership (due) WHERE due > 0;"
    /* Whose account is there is found by its row. */
    "CREATE INDEX membership_gone ON membership (member) WHERE is_gone = 1;"
    "ALTER TABLE member ADD COLUMN membership INTEGER;"

    "CREATE TABLE row_terms (" /* what many rows have in common */
    " number INTEGER NOT NULL PRIMARY KEY,"
    " territory TEXT NOT NULL,"
    " plan INTEGER NOT NULL," /* 0: none */
    " partner TEXT NOT NULL,"
    " price INTEGER NOT NULL,"
    " currency TEXT NOT NULL,"
    " UNIQUE (territory, plan, partner, price, currency)) STRICT;"
    "CREATE TRIGGER row_terms_stays BEFORE UPDATE ON row_terms"
    " BEGIN SELECT raise(ABORT, 'rows of the membership ledger speak of it'); END;"
    "CREATE TRIGGER row_terms_is_kept BEFORE DELETE ON row_terms"
    " BEGIN SELECT raise(ABORT, 'rows of the membership ledger speak of it'); END;"
    "CREATE TABLE membership_row ("
    " seq INTEGER NOT NULL PRIMARY KEY,"
    " membership INTEGER NOT NULL,"
    " before INTEGER," /* the member's row before this one */
    " kind INTEGER NOT NULL,"
    " state INTEGER NOT NULL,"
    " reason INTEGER NOT NULL,"
    " at INTEGER NOT NULL,"
    " effective INTEGER NOT NULL," /* so long after `at`; before it when negative */
    " terms INTEGER NOT NULL) STRICT;"
    "CREATE TRIGGER membership_row_stays BEFORE UPDATE ON membership_row"
    " BEGIN SELECT raise(ABORT, 'the membership ledger is only added to'); END;"
    "CREATE TRIGGER membership_row_is_kept BEFORE DELETE ON membership_row"
    " BEGIN SELECT raise(ABORT, 'the membership ledger is only added to'); END;"

    "CREATE TABLE means ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " id BLOB NOT NULL UNIQUE,"
    " membership INTEGER NOT NULL REFERENCES membership (number),"
    " kind INTEGER NOT NULL,"
    " label TEXT NOT NULL,"
    " reference TEXT NOT NULL,"
    " holder TEXT NOT NULL,"
    " fingerprint BLOB NOT NULL,"
    " sealed BLOB,"
    " created INTEGER NOT NULL,"
    " removed INTEGER NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX means_once ON means (membership, reference) WHERE removed = 0;"
    "CREATE INDEX means_by_membership ON means (membership);"
    "CREATE INDEX means_by_fingerprint ON means (fingerprint);"
    /* Of deleted accounts that had a trial: one trial each, whoever asks. */
    "CREATE TABLE means_before ("
    " fingerprint BLOB NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;";

/* A letter that tells of what is in the books is kept as that, and written when it is sent: many
 * are due at once, on the days that a house renews on. What could be changed until then is with it;
 * how the reader is called, where they read and in which language is not. */
const char schema_letters[] =
    "DROP INDEX letter_by_due;"
    "DROP INDEX letter_by_created;"
    "DROP INDEX letter_by_member;"
    "ALTER TABLE letter RENAME TO letter_before;"
    "CREATE TABLE letter ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " id TEXT NOT NULL UNIQUE,"
    " member TEXT REFERENCES member (id) ON DELETE CASCADE," /* of one that is sealed */
    " membership INTEGER,"                                   /* of one that is not */
    " before INTEGER,"                                       /* the membership's before this one */
    " kind TEXT NOT NULL,"
    " recipient TEXT," /* NULL: where the member reads when it is sent */
    " sealed BLOB,"
    " amount INTEGER,"
    " currency TEXT,"
    " at INTEGER," /* that it names */
    " plan INTEGER,"
    " territory TEXT," /* whose days it names */
    " title TEXT,"
    " partner TEXT,"
    " state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),"
    " created INTEGER NOT NULL,"
    " due INTEGER NOT NULL," /* of the next try; when sent: when that was */
    " tries INTEGER NOT NULL,"
    " why TEXT NOT NULL) STRICT;"
    "INSERT INTO letter (id, member, kind, recipient, sealed, state, created, due, tries, why)"
    " SELECT id, member, kind, recipient, sealed, state, created, due, tries, why"
    " FROM letter_before ORDER BY created, id;"
    "DROP TABLE letter_before;"
    "CREATE INDEX letter_by_due ON letter (state, due);"
    "CREATE INDEX letter_by_member ON letter (member) WHERE member IS NOT NULL;";

const char schema_ledger[] =
    "CREATE TABLE made_key (key BLOB NOT NULL) STRICT;" /* made_id.h */
    "INSERT INTO made_key (key) VALUES (randomblob(16));"
    "CREATE TABLE ledger_account ("
    " number INTEGER NOT NULL PRIMARY KEY," /* below 0: one of the many entries */
    " name TEXT NOT NULL,"
    " currency TEXT NOT NULL,"
    " balance INTEGER NOT NULL," /* of its postings */
    " UNIQUE (name, currency)) STRICT;"
    "CREATE TABLE ledger_entry ("
    " seq INTEGER NOT NULL PRIMARY KEY,"
    " key BLOB NOT NULL UNIQUE,"
    " kind INTEGER NOT NULL,"
    " at INTEGER NOT NULL,"
    " membership INTEGER,"
    " before INTEGER,"         /* the member's entry before this one */
    " subject BLOB,"           /* NULL: the id that is in the key */
    " postings BLOB NOT NULL," /* accounts and amounts: billing_pack.h */
    " chain BLOB NOT NULL) STRICT;"
    "CREATE TABLE ledger_rare (" /* entries that post to accounts with numbers above 0 */
    " account INTEGER NOT NULL,"
    " entry INTEGER NOT NULL,"
    " PRIMARY KEY (account, entry)) STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER ledger_entry_stays BEFORE UPDATE ON ledger_entry"
    " BEGIN SELECT raise(ABORT, 'the ledger is only added to'); END;"
    "CREATE TRIGGER ledger_entry_is_kept BEFORE DELETE ON ledger_entry"
    " BEGIN SELECT raise(ABORT, 'the ledger is only added to'); END;"
    "CREATE TRIGGER ledger_rare_stays BEFORE UPDATE ON ledger_rare"
    " BEGIN SELECT raise(ABORT, 'the ledger is only added to'); END;"
    "CREATE TRIGGER ledger_rare_is_kept BEFORE DELETE ON ledger_rare"
    " BEGIN SELECT raise(ABORT, 'the ledger is only added to'); END;"

    "CREATE TABLE charge_terms (" /* what many charges have in common */
    " number INTEGER NOT NULL PRIMARY KEY,"
    " kind INTEGER NOT NULL,"
    " territory TEXT NOT NULL,"
    " currency TEXT NOT NULL,"
    " tax_permille INTEGER NOT NULL,"
    " UNIQUE (kind, territory, currency, tax_permille)) STRICT;"
    "CREATE TRIGGER charge_terms_stays BEFORE UPDATE ON charge_terms"
    " BEGIN SELECT raise(ABORT, 'charges speak of it'); END;"
    "CREATE TRIGGER charge_terms_is_kept BEFORE DELETE ON charge_terms"
    " BEGIN SELECT raise(ABORT, 'charges speak of it'); END;"
    "CREATE TABLE charge ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " id BLOB," /* NULL: made of the number */
    " terms INTEGER NOT NULL,"
    " state INTEGER NOT NULL,"
    " membership INTEGER NOT NULL,"
    " subject BLOB NOT NULL,"
    " amount INTEGER NOT NULL CHECK (amount > 0),"
    " credit INTEGER NOT NULL,"
    " means INTEGER,"
    " created INTEGER NOT NULL,"
    " paid INTEGER NOT NULL," /* so long after it was made; -2^47: not yet */
    " refunded INTEGER NOT NULL,"
    " tries INTEGER NOT NULL,"
    " tried INTEGER NOT NULL,"   /* when the last try began; 0: none */
    " outcome INTEGER NOT NULL," /* of it; -1: none yet; -2: another one is wanted */
    " reference TEXT NOT NULL,"
    " why TEXT NOT NULL) STRICT;"
    "CREATE TRIGGER charge_is_kept BEFORE DELETE ON charge"
    " BEGIN SELECT raise(ABORT, 'the ledger speaks of charges'); END;"
    "CREATE TRIGGER charge_stays BEFORE UPDATE OF id, membership, amount, terms, credit"
    " ON charge BEGIN SELECT raise(ABORT, 'a charge is of what it was made for'); END;"
    "CREATE UNIQUE INDEX charge_by_id ON charge (id) WHERE id IS NOT NULL;"
    /* Numbers are given out before the rows are written; some never are. */
    "CREATE TABLE charge_last (number INTEGER NOT NULL) STRICT;"
    "INSERT INTO charge_last (number) VALUES (0);"
    /* Of VOID charges the subject is made their own, so that the thing can be charged anew: an
     * index WHERE state <> 5 would be written anew with every move of a charge. */
    "CREATE UNIQUE INDEX charge_once ON charge (membership, subject);"
    /* not IN, for which each write would make a table of its own */
    "CREATE INDEX charge_by_state ON charge (state)"
    " WHERE state = 0 OR state = 1 OR state = 3;"
    /* What the gateway sent and signed in the last minutes: each signature counts once. */
    "CREATE TABLE webhook_seen ("
    " signature BLOB NOT NULL PRIMARY KEY,"
    " at INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

const char schema_sales[] =
    "CREATE TABLE seller ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " text TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE invoice_series ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " name TEXT NOT NULL UNIQUE,"
    " last INTEGER NOT NULL) STRICT;"
    "CREATE TABLE buyer (" /* as invoices call them; one is kept while it stays the same */
    " number INTEGER NOT NULL PRIMARY KEY,"
    " text TEXT NOT NULL) STRICT;"
    /* What an invoice has in common with its charge, which never changes in those things, is NULL.
     */
    "CREATE TABLE invoice ("
    " number INTEGER NOT NULL PRIMARY KEY," /* its series' number * 2^32 + the one in the series */
    " is_credit_note INTEGER NOT NULL,"
    " of INTEGER," /* the invoice a credit note is about */
    " membership INTEGER NOT NULL,"
    " before INTEGER," /* so much less is the number of the member's invoice before this one */
    " buyer INTEGER NOT NULL,"
    " seller INTEGER NOT NULL,"
    " issued INTEGER NOT NULL," /* so long after its charge was made */
    " charge INTEGER,"
    " plan INTEGER,"
    " title TEXT,"
    " from_at INTEGER NOT NULL,"  /* so long after it was issued; before when negative */
    " until_at INTEGER NOT NULL," /* so long after from_at */
    " kind INTEGER,"
    " territory TEXT,"
    " total INTEGER," /* NULL: the charge's amount and credit */
    " currency TEXT,"
    " tax INTEGER NOT NULL,"
    " tax_permille INTEGER,"
    " credit INTEGER) STRICT;"
    "CREATE TRIGGER invoice_stays BEFORE UPDATE ON invoice"
    " BEGIN SELECT raise(ABORT, 'an invoice is never changed'); END;"
    "CREATE TRIGGER invoice_is_kept BEFORE DELETE ON invoice"
    " BEGIN SELECT raise(ABORT, 'an invoice is never changed'); END;"

    "CREATE TABLE gift ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " id BLOB NOT NULL UNIQUE,"
    " digest BLOB NOT NULL UNIQUE,"
    " plan INTEGER NOT NULL,"
    " months INTEGER NOT NULL,"
    " paid INTEGER NOT NULL,"
    " currency TEXT NOT NULL,"
    " territory TEXT NOT NULL,"
    " tax_permille INTEGER NOT NULL,"
    " created INTEGER NOT NULL,"
    " expires INTEGER NOT NULL,"
    " redeemed_by INTEGER,"
    " redeemed INTEGER NOT NULL) STRICT;"

    "CREATE TABLE rental ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " id BLOB NOT NULL UNIQUE,"
    " membership INTEGER NOT NULL,"
    " title TEXT NOT NULL,"
    " playable TEXT NOT NULL,"
    " charge INTEGER,"
    " price INTEGER NOT NULL,"
    " currency TEXT NOT NULL,"
    " territory TEXT NOT NULL,"
    " format INTEGER NOT NULL,"
    " avail TEXT NOT NULL," /* that it was sold under; '': the house's own */
    " studio TEXT NOT NULL,"
    " ordered INTEGER NOT NULL,"
    " bought INTEGER NOT NULL,"
    " start_by INTEGER NOT NULL,"
    " watch_us INTEGER NOT NULL,"
    " started INTEGER NOT NULL,"
    " ends INTEGER NOT NULL) STRICT;"
    "CREATE INDEX rental_by_membership ON rental (membership, playable);"
    "CREATE INDEX rental_by_charge ON rental (charge) WHERE charge IS NOT NULL;"
    "CREATE TABLE rental_price ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " territory TEXT NOT NULL,"
    " title TEXT,"
    " format INTEGER NOT NULL,"
    " price INTEGER NOT NULL CHECK (price >= -1)," /* -1: taken off the list */
    " currency TEXT NOT NULL,"
    " said INTEGER NOT NULL) STRICT;"
    "CREATE TRIGGER rental_price_stays BEFORE UPDATE ON rental_price"
    " BEGIN SELECT raise(ABORT, 'prices are only added'); END;"
    "CREATE TRIGGER rental_price_is_kept BEFORE DELETE ON rental_price"
    " BEGIN SELECT raise(ABORT, 'prices are only added'); END;";

/* ---- what was kept before -------------------------------------------------------------------- */

struct before {
    member_id id; /* the last that was moved */
    struct subscription subscription;
};

static enum err next_before(struct connection *c, struct before *b)
{
    struct query q = query_of(c, "SELECT id, trial_from, trial_until, paid_from, paid_until"
                                 " FROM member WHERE id > ?1 AND (trial_until <> 0"
                                 " OR paid_until <> 0) ORDER BY id LIMIT 1");
    member_id after = b->id;
    query_text(&q, 1, after.s);
    enum err err = query_first(&q);
    if (err == OK) {
        row_copy(&q, 0, b->id.s, sizeof b->id.s);
        b->subscription = (struct subscription){ .trial_from = row_time(&q, 1),
                                                 .trial_until = row_time(&q, 2),
                                                 .paid_from = row_time(&q, 3),
                                                 .paid_until = row_time(&q, 4) };
    }
    enum err ended = query_end(&q);
    return err == OK ? ended : err;
}

enum err schema_billing_move(struct connection *c, utc_time now)
{
    struct before b = { .id = { "" } };
    enum err err;
    while ((err = next_before(c, &b)) == OK) {
        err = membership_simple(c, b.id, &b.subscription, now);
        if (err != OK)
            return err;
    }
    if (err != ERR_NOT_FOUND)
        return err;
    return connection_script(c, "ALTER TABLE member DROP COLUMN trial_from;"
                                "ALTER TABLE member DROP COLUMN trial_until;"
                                "ALTER TABLE member DROP COLUMN paid_from;"
                                "ALTER TABLE member DROP COLUMN paid_until;");
}
