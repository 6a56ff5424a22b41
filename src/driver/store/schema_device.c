#include "driver/store/schema_device.h"

/* A row is one activation (rules/members/activation.h). Of both codes only marks are kept: a
 * digest of the long one, which is of full strength, and of the short one a mark under the
 * installation's key, because there are few enough of those to try them all. */
const char schema_device[] =
    "ALTER TABLE session ADD COLUMN kind TEXT NOT NULL DEFAULT 'site'"
    " CHECK (kind IN ('site', 'box'));"
    "ALTER TABLE session ADD COLUMN name TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE session ADD COLUMN partner TEXT REFERENCES partner (id);"
    "CREATE INDEX session_by_partner ON session (partner) WHERE partner IS NOT NULL;"
    "CREATE TABLE device_code ("
    " digest BLOB NOT NULL PRIMARY KEY,"
    " mark BLOB NOT NULL UNIQUE,"
    " state TEXT NOT NULL CHECK (state IN ('waiting', 'allowed', 'refused', 'used')),"
    " client TEXT NOT NULL,"
    " version TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " model TEXT NOT NULL,"
    " network TEXT NOT NULL," /* that asked: how many codes it may have at a time */
    " place TEXT NOT NULL,"   /* a territory; '' : not known */
    " created INTEGER NOT NULL,"
    " expires INTEGER NOT NULL,"
    " interval_s INTEGER NOT NULL,"
    " polled INTEGER NOT NULL,"                                      /* 0: not yet */
    " member TEXT REFERENCES member (id) ON DELETE CASCADE) STRICT;" /* who decided */
    "CREATE INDEX device_code_by_expires ON device_code (expires);"
    "CREATE INDEX device_code_by_network ON device_code (network, expires);"
    "CREATE INDEX device_code_by_member ON device_code (member) WHERE member IS NOT NULL;";
