#include "driver/store/schema_leases.h"

/* A seat of a member is held by one stream: the index lease_seat guards it, whichever process
 * writes. A heartbeat touches no column that an index has. A row goes with its playback. */
const char schema_leases[] =
    "CREATE TABLE lease ("
    " playback TEXT NOT NULL PRIMARY KEY REFERENCES playback (id) ON DELETE CASCADE,"
    " member TEXT NOT NULL,"
    " profile TEXT NOT NULL,"
    " playable TEXT NOT NULL,"
    " title TEXT NOT NULL,"
    " session BLOB NOT NULL,"
    " agent TEXT NOT NULL,"
    " territory TEXT NOT NULL,"
    " place TEXT NOT NULL,"
    " language TEXT NOT NULL,"
    " lines INTEGER NOT NULL,"
    " by_rental INTEGER NOT NULL,"
    " taken INTEGER NOT NULL,"
    " ends INTEGER NOT NULL,"
    " seat INTEGER NOT NULL,"
    " stop TEXT NOT NULL) STRICT;" /* enum stream_stop */
    "CREATE UNIQUE INDEX lease_seat ON lease (member, seat) WHERE stop = 'runs';"
    "CREATE INDEX lease_by_member ON lease (member, taken);"
    "CREATE INDEX lease_by_title ON lease (title) WHERE stop = 'runs';";
