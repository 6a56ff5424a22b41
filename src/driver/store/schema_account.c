#include "driver/store/schema_account.h"

/* A letter's text is sealed (driver/password) while it waits, because links in it are secrets, and
 * forgotten once it was sent. */
const char schema_account[] =
    "ALTER TABLE member ADD COLUMN email_verified INTEGER NOT NULL DEFAULT 0;" /* 0: not yet */
    "ALTER TABLE session ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;" /* 0: not since its start */
    "ALTER TABLE session ADD COLUMN place TEXT NOT NULL DEFAULT '';"  /* a territory */
    "CREATE TABLE letter ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " member TEXT REFERENCES member (id) ON DELETE CASCADE,"
    " kind TEXT NOT NULL,"
    " recipient TEXT NOT NULL,"
    " sealed BLOB,"
    " state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),"
    " created INTEGER NOT NULL,"
    " due INTEGER NOT NULL," /* of the next try; when sent: when that was */
    " tries INTEGER NOT NULL,"
    " why TEXT NOT NULL) STRICT;"
    "CREATE INDEX letter_by_due ON letter (state, due);"
    "CREATE INDEX letter_by_created ON letter (created DESC, id DESC);"
    "CREATE INDEX letter_by_member ON letter (member);"
    "CREATE TABLE account_token ("
    " digest BLOB NOT NULL PRIMARY KEY,"
    " member TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,"
    " kind TEXT NOT NULL CHECK (kind IN ('verify', 'address', 'reset')),"
    " email TEXT NOT NULL," /* where it was sent, and so what it proves */
    " created INTEGER NOT NULL,"
    " expires INTEGER NOT NULL) STRICT;"
    "CREATE INDEX account_token_by_member ON account_token (member, kind);"
    "CREATE INDEX account_token_by_expires ON account_token (expires);"
    "CREATE TABLE device ("
    " member TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,"
    " digest BLOB NOT NULL,"
    " created INTEGER NOT NULL,"
    " seen INTEGER NOT NULL,"
    " PRIMARY KEY (member, digest)) STRICT;"
    "CREATE TABLE second_factor ("
    " member TEXT NOT NULL PRIMARY KEY REFERENCES member (id) ON DELETE CASCADE,"
    " sealed BLOB NOT NULL,"
    " since INTEGER NOT NULL," /* 0: not confirmed yet */
    " last_step INTEGER NOT NULL) STRICT;"
    "CREATE TABLE recovery_code ("
    " member TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,"
    " digest BLOB NOT NULL,"
    " PRIMARY KEY (member, digest)) STRICT;";
