#include "driver/store/schema_passkeys.h"

/* Challenges are signed, not stored: only those that were answered well are kept, until their time
 * has passed, so that none is taken twice. */
const char schema_passkeys[] =
    "CREATE TABLE passkey ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " member TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,"
    " credential BLOB NOT NULL UNIQUE," /* what the authenticator calls it */
    " algorithm INTEGER NOT NULL,"      /* of COSE */
    " key BLOB NOT NULL,"               /* public */
    " counter INTEGER NOT NULL,"        /* of signatures; 0: it does not count */
    " name TEXT NOT NULL,"
    " transports INTEGER NOT NULL," /* bits, of format/webauthn's list */
    " may_be_backed_up INTEGER NOT NULL,"
    " is_backed_up INTEGER NOT NULL,"
    " created INTEGER NOT NULL,"
    " used INTEGER NOT NULL) STRICT;" /* 0: not yet */
    "CREATE INDEX passkey_by_member ON passkey (member, created);"
    "CREATE TABLE passkey_challenge ("
    " digest BLOB NOT NULL PRIMARY KEY,"
    " expires INTEGER NOT NULL) STRICT;"
    "CREATE INDEX passkey_challenge_by_expires ON passkey_challenge (expires);";
