#include "driver/store/schema_boxes.h"

/* A box is not a member's: nothing here tells who sits before it. The partner '' is none: boxes
 * that no operator gave out. */
const char schema_boxes[] =
    "CREATE TABLE partner_assertion_key ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " partner TEXT NOT NULL REFERENCES partner (id),"
    " algorithm TEXT NOT NULL,"
    " bytes BLOB NOT NULL,"
    " created INTEGER NOT NULL,"
    " ended INTEGER NOT NULL) STRICT;" /* 0: it counts */
    "CREATE INDEX partner_assertion_key_by_partner ON partner_assertion_key (partner);"
    /* Assertions that were used, until they would have expired by themselves. */
    "CREATE TABLE partner_assertion ("
    " key TEXT NOT NULL,"
    " jti TEXT NOT NULL,"
    " expires INTEGER NOT NULL,"
    " PRIMARY KEY (key, jti)) STRICT;"
    "CREATE INDEX partner_assertion_by_expires ON partner_assertion (expires);"
    "CREATE TABLE partner_look ("
    " partner TEXT NOT NULL PRIMARY KEY REFERENCES partner (id),"
    " name TEXT,"
    " ground TEXT NOT NULL," /* of colours: '' is the service's */
    " text TEXT NOT NULL,"
    " accent TEXT NOT NULL,"
    " logo TEXT,"
    " home_rows TEXT,"
    " changed INTEGER NOT NULL) STRICT;"
    "CREATE TABLE box ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " partner TEXT NOT NULL,"
    " version TEXT NOT NULL,"
    " state TEXT NOT NULL,"
    " place TEXT NOT NULL,"   /* a territory; '' : not known */
    " network TEXT NOT NULL," /* it was first heard of from; '' an hour later */
    " first INTEGER NOT NULL,"
    " seen INTEGER NOT NULL,"
    " signed_in INTEGER NOT NULL) STRICT;" /* when it was last; 0: never, so anybody's word */
    "CREATE INDEX box_by_first ON box (first DESC, id DESC);"
    "CREATE INDEX box_by_partner ON box (partner, first DESC, id DESC);"
    "CREATE INDEX box_by_network ON box (network, first) WHERE network <> '';"
    "CREATE INDEX box_strangers ON box (seen) WHERE signed_in = 0;"
    "CREATE INDEX box_known ON box (seen) WHERE signed_in > 0;"
    /* What a partner was told of a title for its search (feed.h). */
    "CREATE TABLE feed_mark ("
    " partner TEXT NOT NULL REFERENCES partner (id),"
    " title TEXT NOT NULL REFERENCES title (id) ON DELETE CASCADE,"
    " mark INTEGER NOT NULL,"
    " is_there INTEGER NOT NULL,"
    " changed INTEGER NOT NULL," /* when that was noticed */
    " PRIMARY KEY (partner, title)) STRICT;"
    "CREATE TABLE box_version ("
    " version TEXT NOT NULL PRIMARY KEY,"
    " address TEXT," /* where it is to be had; NULL: from us, under blob */
    " blob TEXT,"
    " sha256 TEXT," /* of the package, hexadecimal; NULL: not said */
    " size INTEGER NOT NULL,"
    " added INTEGER NOT NULL,"
    " CHECK ((address IS NULL) <> (blob IS NULL))) STRICT;"
    "CREATE TABLE box_rollout ("
    " partner TEXT NOT NULL PRIMARY KEY,"
    " version TEXT NOT NULL REFERENCES box_version (version),"
    " before TEXT NOT NULL," /* '' : nothing was said before */
    " share INTEGER NOT NULL CHECK (share BETWEEN 1 AND 10000),"
    " state TEXT NOT NULL,"
    " changed INTEGER NOT NULL) STRICT;";
