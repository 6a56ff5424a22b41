#include "driver/store/schema_seals.h"

/* A row in sealed_whole: nothing that may be sealed lies in clear any more, so that what does is
 * nobody of ours. Keys are counted, as clocks may be set back. */
const char schema_seals[] = "CREATE TABLE seal_key ("
                            " kid BLOB NOT NULL PRIMARY KEY CHECK (length(kid) = 16),"
                            " number INTEGER NOT NULL UNIQUE," /* the greatest seals */
                            " wrapped BLOB NOT NULL CHECK (length(wrapped) = 74),"
                            " master TEXT NOT NULL," /* the master key that wrapped it, by name */
                            " created INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
                            "CREATE TABLE sealed_whole ("
                            " one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),"
                            " since INTEGER NOT NULL) STRICT;";
